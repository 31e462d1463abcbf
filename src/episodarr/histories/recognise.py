"""What the rows of a history mean: by what people said before, by the library, and only then by metadata services.

Rows are taken title by title: whatever many rows of one show ask for is asked once.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from episodarr.histories.asking import Answer, Unknown
from episodarr.histories.chosen import settled_by_hand
from episodarr.histories.import_model import (
    LIBRARY,
    Choice,
    Outcome,
    Saying,
    Settled,
    StoredRow,
    TitleMapping,
)
from episodarr.histories.import_ports import ImportStore, Library, MappingStore
from episodarr.histories.library_join import LibraryIndex, LibraryTitle, episode_in
from episodarr.histories.match import Ambiguous, Film, Match, Result, hypotheses_of, match
from episodarr.histories.metadata import FoundShow, KnownEpisode, KnownShow, ShowRef
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.names import name_of
from episodarr.histories.recalled import Recalled, saying, terms_of
from episodarr.histories.title_group import TitleGroup
from episodarr.histories.titles import Hypothesis
from episodarr.histories.unsure import unsure

_SURE = 0.85
"""A match in the library that needs nobody else's word."""
_AT_ONCE = 6
"""Titles that are looked up side by side."""
_MOST_SHOWS = 3
"""Of one search that are looked at."""
_ANY_DAY = date(9000, 1, 1)
_MOST_IDS = 3


class Lookup(Protocol):
    """The part of `Lookups` that is needed here."""

    async def search(self, title: str, year: int = 0, language: str = "") -> Answer[list[FoundShow]]: ...
    async def show(
        self, ref: ShowRef, language: str = "", seasons: Sequence[int] | None = None
    ) -> Answer[KnownShow | None]: ...
    async def by_id(self, *, tvdb_id: int = 0, imdb_id: str = "", tmdb_id: int = 0) -> Answer[ShowRef | None]: ...
    def held(self) -> "Lookup": ...


class Recogniser:
    """For the rows of one user; made anew for each run."""

    def __init__(
        self,
        user_id: int,
        lookup: Lookup,
        store: ImportStore,
        mappings: MappingStore,
        library: Library,
        company: frozenset[str],
        language: str,
        today: date,
        now: datetime,
        *,
        waits: bool = True,
    ) -> None:
        """Asks the library for all of its titles. `waits`: rows that somebody has to be asked for are WAITING.

        Otherwise nothing is said of them, so that another one may ask.
        """
        self._user_id = user_id
        self._lookup = lookup
        self._store = store
        self._mappings = mappings
        self._library = library
        self._company = company
        self._language = language
        self._today = today
        self._now = now
        self._index = LibraryIndex(library.titles())
        self._known: dict[ShowRef, int] = {}
        self._recalled = Recalled(company)
        self._waits = waits
        self._left: set[str] = set()
        """Titles of which nothing is said."""

    def stored(self, row_id: int, row: HistoryRow) -> StoredRow:
        """A row that may be settled, by whatever id."""
        said = saying(row)
        return StoredRow(row_id, self._recalled.name(said, row), row, said)

    async def settle(self, rows: Sequence[StoredRow]) -> dict[int, Settled]:
        """What the rows mean by their ids, in any order. Of services that cannot be asked their rows wait."""
        settled, groups = await asyncio.to_thread(self._at_hand, rows)
        limit = asyncio.Semaphore(_AT_ONCE)

        async def ask(group: TitleGroup) -> None:
            async with limit:
                await self._ask(group)

        await asyncio.gather(*[ask(group) for group in groups if group.asks])
        found = await asyncio.to_thread(self._tell_all, groups)
        return settled | {each.row_id: each for each in found}

    def _tell_all(self, groups: Iterable[TitleGroup]) -> list[Settled]:
        """What the rows of groups mean whose shows are known by now."""
        told = []
        for group in groups:
            if not group.asks:
                self._understand(group)
            if group.unknown is None or self._waits:
                told.append(group)
            else:
                self._left.add(group.name)
        self._know(told)
        found = [settled for group in told for settled in self._told(group)]
        self._learn(told, found)
        return found

    def _at_hand(self, rows: Sequence[StoredRow]) -> tuple[dict[int, Settled], list[TitleGroup]]:
        """What is said by hand or known of other rows, and the groups of the other rows."""
        by_hand, rows = settled_by_hand(rows, self._mappings.of_titles(self._user_id))
        settled = {one.row_id: one for one in by_hand}
        mappings = self._mappings.of_names(self._user_id, {row.name for row in rows})
        by_name: dict[str, list[StoredRow]] = {}
        for row in rows:
            if row.name not in mappings and (known := self._recalled.meaning(row.said)) is not None:
                settled[row.id] = known
            elif row.name not in self._left:
                by_name.setdefault(row.name, []).append(row)
        return settled, [self._group(name, of, mappings.get(name)) for name, of in by_name.items()]

    def _learn(self, groups: Iterable[TitleGroup], found: Iterable[Settled]) -> None:
        by_id = {one.row_id: one for one in found}
        for group in groups:
            if group.mapping is None and group.unknown is None:
                for one in group.rows:
                    if one.said not in group.by_day:
                        self._recalled.learn(one.said, one.name, by_id[one.id])

    def _group(self, name: str, rows: list[StoredRow], mapping: TitleMapping | None) -> TitleGroup:
        made: dict[Saying, tuple[Hypothesis, ...]] = {}
        terms: dict[str, None] = {}
        local: dict[int, LibraryTitle] = {}
        for one in rows:
            said = one.said
            if said in made or one.row.kind is RowKind.FILM:
                continue
            made[said] = hypotheses_of(one.row, self._company)
            terms |= dict.fromkeys(terms_of(one.row, self._company))
            row = one.row
            by_id = self._index.of_ids(tvdb_id=row.tvdb_id, tmdb_id=row.tmdb_id, imdb_id=row.imdb_id)
            names = {each.show for each in made[said] if each.episode_words or each.episode_number is not None}
            named = [by_id] if by_id else self._index.named(names)
            local |= {each.series_id: each for each in named}
        seasons = {each.season_number for of in made.values() for each in of[:1]}
        needed = None if None in seasons or not seasons else tuple(sorted(n for n in seasons if n is not None))
        return TitleGroup(name, rows, made, [*terms][:4], needed, [*local.values()], mapping)

    # ------------------------------------------------------------------ one title

    async def _ask(self, group: TitleGroup) -> None:
        """Ask who knows until its rows are understood, the library first."""
        if group.mapping is not None:
            await self._ask_of_mapped(group, group.mapping)
        elif not await self._is_of_library(group):
            await self._ask_services(group)
        listed = {one.series_id: one for show in group.shows.values() if (one := self._index.of_show(show))}
        await self._list(group, [number for number in listed if number not in group.held])

    async def _is_of_library(self, group: TitleGroup) -> bool:
        """Whether the library alone tells what all rows are."""
        if not group.local:
            return False
        await self._list(group, [one.series_id for one in group.local])
        group.shows = {one.about.ref: one.known() for one in group.held.values()}
        await asyncio.to_thread(self._understand, group)
        return all(isinstance(one, Match) and one.confidence >= _SURE for one in group.results.values())

    async def _list(self, group: TitleGroup, series: list[int]) -> None:
        """Have the library's own episodes of series at hand."""
        if series:
            listed = await asyncio.to_thread(self._library.shows, series)
            group.held = group.held | {one.about.series_id: one for one in listed}

    async def _ask_services(self, group: TitleGroup) -> None:
        """Ask by ids, then by names, until every row is an episode."""
        refs = await self._by_ids(group)
        if refs:
            await self._read(group, refs, group.seasons)
        await asyncio.to_thread(self._understand, group)
        for term in group.terms if not refs else ():
            if group.all_found:
                break
            found = await self._lookup.search(term, group.year, self._language)
            if isinstance(found, Unknown):
                group.unknown = found
                break
            if found.value:
                await self._read(group, _best(found.value, term), group.seasons)
                await asyncio.to_thread(self._understand, group)
        partial = [ref for ref, show in group.shows.items() if not show.complete]
        if partial and not group.all_found and group.unknown is None:
            await self._read(group, partial, None)
            await asyncio.to_thread(self._understand, group)

    async def _by_ids(self, group: TitleGroup) -> list[ShowRef]:
        """The shows that ids of the file or of Sonarr name."""
        wanted = {
            (row.tvdb_id, row.imdb_id, row.tmdb_id)
            for row in (one.row for one in group.rows)
            if row.kind is not RowKind.FILM and (row.tvdb_id or row.imdb_id or row.tmdb_id)
        }
        wanted |= {(one.tvdb_id, one.imdb_id, one.tmdb_id) for one in group.local}
        found: dict[ShowRef, None] = {}
        for tvdb_id, imdb_id, tmdb_id in sorted(wanted)[:_MOST_IDS]:
            answer = await self._lookup.by_id(tvdb_id=tvdb_id, imdb_id=imdb_id, tmdb_id=tmdb_id)
            if isinstance(answer, Unknown):
                group.unknown = answer
            elif answer.value is not None:
                found[answer.value] = None
        return [*found]

    async def _read(self, group: TitleGroup, refs: Iterable[ShowRef], seasons: tuple[int, ...] | None) -> None:
        for ref in refs:
            answer = await self._lookup.show(ref, self._language, seasons)
            if isinstance(answer, Unknown):
                group.unknown = answer
            elif answer.value is not None:
                group.shows[ref] = answer.value

    async def _ask_of_mapped(self, group: TitleGroup, mapping: TitleMapping) -> None:
        """Only of the show that somebody named."""
        named = mapping.named_show
        if named is None:
            return
        if named.source == LIBRARY:
            await self._list(group, [named.id])
            group.shows = {one.about.ref: one.known() for one in group.held.values()}
        else:
            await self._read(group, [named], None)
        await asyncio.to_thread(self._understand, group)

    # ------------------------------------------------------------------ matching

    def _understand(self, group: TitleGroup) -> None:
        """What each of its rows means by the shows that are known."""
        shows = [*group.shows.values()]
        same: dict[Saying, Result] = {}
        results: dict[int, Result] = {}
        for one in group.rows:
            said = one.said
            if (known := same.get(said)) is None:
                # On such a day everything has aired: only if several fit then, the day of the row decides.
                known = same[said] = self._match(group, msgspec.structs.replace(one.row, watched_on=_ANY_DAY), shows)
            if isinstance(known, Ambiguous):
                group.by_day.add(said)
                known = self._match(group, one.row, shows)
            results[one.id] = known
        group.results = results

    def _match(self, group: TitleGroup, row: HistoryRow, shows: list[KnownShow]) -> Result:
        made = group.made.get(saying(row), ())
        mapping = group.mapping
        if mapping is not None and shows:
            # Whatever the title calls it, this is the show: its own name takes that place.
            offset = mapping.season_offset
            made = tuple(msgspec.structs.replace(one, show=shows[0].title, **_moved(one, offset)) for one in made)
            row = msgspec.structs.replace(row, year=0, tmdb_id=0, tvdb_id=0, imdb_id="")
        return match(row, made, shows, self._today) if made or row.kind is RowKind.FILM else Film("it has no title")

    # ------------------------------------------------------------------ telling

    def _told(self, group: TitleGroup) -> list[Settled]:
        mapping = group.mapping
        if mapping is not None and mapping.named_show is None:
            outcome = Outcome.IGNORED if mapping.choice is Choice.IGNORE else Outcome.FILM
            return [Settled(one.id, outcome, "mapping", 1.0, f"{mapping.made_by} said so") for one in group.rows]
        places: dict[tuple[ShowRef, int, int], tuple[int, int, int, int | None]] = {}
        settled = []
        for one in group.rows:
            if (result := group.match_of(one.id)) is not None:
                key = (result.show, result.season, result.number)
                if key not in places:
                    places[key] = self._place(group, result)
                show_id, season, number, episode_id = places[key]
                settled.append(
                    Settled(
                        one.id,
                        Outcome.MATCHED,
                        "mapping" if mapping is not None else result.way.value,
                        result.confidence,
                        result.why,
                        show_id,
                        season,
                        number,
                        episode_id,
                    )
                )
            elif group.unknown is not None and one.row.kind is not RowKind.FILM:
                fix = f" ({group.unknown.fix})" if group.unknown.fix else ""
                settled.append(Settled(one.id, Outcome.WAITING, why=f"{group.unknown.reason}{fix}"[:500]))
            else:
                settled.append(unsure(one.id, group.results[one.id], group.shows))
        return settled

    def _place(self, group: TitleGroup, found: Match) -> tuple[int, int, int, int | None]:
        """Where the history keeps an episode: known show, season, number, and the library's own episode."""
        show = group.shows[found.show]
        wanted = next(
            (one for one in show.episodes if (one.season, one.number) == (found.season, found.number)),
            KnownEpisode(found.season, found.number),
        )
        title = self._index.of_show(show)
        shown = group.held.get(title.series_id) if title is not None else None
        show_id = self._known[show.ref]
        episode = episode_in(shown, wanted) if shown is not None else None
        if episode is None:
            return show_id, found.season, found.number, None
        return show_id, episode.season, episode.number, episode.id

    def _know(self, groups: Iterable[TitleGroup]) -> None:
        """Keep the shows that rows turned out to be of."""
        new: dict[ShowRef, list[KnownShow | LibraryTitle]] = {}
        for group in groups:
            for row_id in group.results:
                found = group.match_of(row_id)
                if found is not None and found.show not in self._known and found.show not in new:
                    show = group.shows[found.show]
                    title = self._index.of_show(show)
                    new[show.ref] = [show] if title is None else [title, show]
        if new:
            self._known |= self._store.know([*new.values()], self._now)


def _moved(one: Hypothesis, offset: int) -> dict[str, object]:
    if not offset or one.season_number is None:
        return {}
    number = max(one.season_number + offset, 0)
    return {"season_number": number, "season_words": f"season {number}"}


def _best(found: Sequence[FoundShow], term: str) -> list[ShowRef]:
    """Those of exactly that name, or else the first ones as the service ranks them."""
    wanted = name_of(term)
    named = [
        one
        for one in found
        if wanted.plain in {name_of(one.title).plain, name_of(one.original_title).plain}
        and (not wanted.year or not one.year or abs(one.year - wanted.year) <= 1)
        and (not wanted.country or not one.countries or wanted.country in one.countries)
    ]
    return [one.ref for one in (named or found)[: _MOST_SHOWS if named else 2]]
