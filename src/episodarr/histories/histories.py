"""Everything that pages, API and commands ask of viewing histories: the imports, the review and what a user has seen.

`user_id` is always whose history it is; what belongs to another user is not there (LookupError). Methods that are no
coroutines ask the database: call them in a thread.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol

import msgspec

from episodarr.histories.asking import Answer, Entry, Rates, Unknown
from episodarr.histories.import_history import ImportHistory, NotNow, Step
from episodarr.histories.import_model import (
    LIBRARY,
    Choice,
    Choices,
    Import,
    MappingWire,
    Outcome,
    Preview,
    Report,
    ReviewGroup,
    RowView,
    TitleMapping,
    report_of,
)
from episodarr.histories.import_ports import ImportStore, Library, MappingStore
from episodarr.histories.metadata import FoundShow, KnownShow, ShowRef
from episodarr.histories.names import clean
from episodarr.histories.personal import SeenEpisode, ShowSeen, UserSums, goes_on_with, together
from episodarr.histories.ports_personal import Film, PersonalStore, Shown
from episodarr.histories.recognise import Lookup
from episodarr.histories.totals import Counted, ShowTotals, told

__all__ = ["Histories", "NotAllowed", "NotNow"]

_MOST_MAPPINGS = 5_000
_LOOK_AT_ONCE = 20
"""Imports that a decision looks through by itself; the rest is done in the background."""


class NotAllowed(Exception):
    """Only an administrator may do this."""


class MetadataUnknown(Exception):
    """No metadata service could be asked; the text says why and what helps."""


class LookupRates(Protocol):
    """How lookups go."""

    def rates(self) -> dict[str, list[Rates]]: ...
    def latest(self, limit: int = 100) -> list[Entry]: ...


class Decided(msgspec.Struct, frozen=True):
    """What came of a decision."""

    mapping: TitleMapping
    imports: int
    """Whose rows were looked at again."""


class Person(msgspec.Struct, frozen=True):
    """Who acts."""

    user_id: int
    name: str
    is_admin: bool = False


class Histories:
    """The facade."""

    def __init__(
        self,
        importing: ImportHistory,
        store: ImportStore,
        mappings: MappingStore,
        personal: PersonalStore,
        library: Library,
        lookup: Lookup,
        rates: LookupRates,
        run: Callable[[int], int],
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`run`: has an import run as a job, and gives its id; `wake`: has waiting rows looked at soon."""
        self.importing = importing
        self._store = store
        self._mappings = mappings
        self._personal = personal
        self._library = library
        self._lookup = lookup
        self._rates = rates
        self._run = run
        self._wake = wake
        self._clock = clock

    @property
    def largest(self) -> int:
        """Bytes of a file that are taken."""
        return self.importing.largest

    def upload(self, who: Person, name: str, content: BinaryIO, choices: Choices | None = None) -> Preview:
        """Keep a file and say what was understood of it. Raises InvalidFile, ValueError for an unknown zone."""
        return self.importing.upload(who.user_id, name, content, who.name, choices)

    def preview(self, user_id: int, import_id: int, choices: Choices | None = None) -> Preview:
        """The same by other choices, which are kept. Raises LookupError, NotNow, InvalidFile."""
        self._own(user_id, import_id)
        return self.importing.preview(import_id, choices)

    def start(self, user_id: int, import_id: int, choices: Choices | None = None) -> int:
        """Import it in the background; the id of the job. Raises LookupError, NotNow, InvalidFile."""
        self._own(user_id, import_id)
        self.importing.start(import_id, choices)
        return self._run(import_id)

    async def run(self, import_id: int, step: Step) -> Report:
        """Run it here, as a command does."""
        return report_of(await self.importing.run(import_id, step))

    def cancel(self, user_id: int, import_id: int) -> None:
        """Stop it; nothing of it stays. Raises LookupError, NotNow."""
        self._own(user_id, import_id)
        self.importing.cancel(import_id)

    def undo(self, user_id: int, import_id: int) -> int:
        """Take it back; how many days of episodes and films are no longer known. Raises LookupError, NotNow."""
        self._own(user_id, import_id)
        return self.importing.undo(import_id)

    def imports(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[Import], str | None]:
        """The imports of a user, the latest first."""
        return self._store.listed(user_id, limit, cursor)

    def an_import(self, user_id: int, import_id: int) -> Import:
        """One import. Raises LookupError."""
        return self._own(user_id, import_id)

    def report(self, user_id: int, import_id: int) -> Report:
        """What became of it so far. Raises LookupError."""
        return report_of(self._own(user_id, import_id))

    def rows(
        self,
        user_id: int,
        import_id: int,
        outcomes: Collection[Outcome] = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[RowView], str | None]:
        """Its rows with what they mean; `outcomes` empty: all. Raises LookupError, ValueError for a foreign cursor."""
        self._own(user_id, import_id)
        return self._store.rows(import_id, outcomes, limit, cursor)

    def _own(self, user_id: int, import_id: int) -> Import:
        one = self._store.read(import_id)
        if one is None or one.user_id != user_id:
            raise LookupError(f"There is no import {import_id}")
        return one

    # ------------------------------------------------------------------ review

    def review(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[ReviewGroup], str | None]:
        """What waits for the user, by title, most rows first."""
        return self._store.review(user_id, limit, cursor)

    async def search(self, title: str, year: int = 0) -> list[FoundShow]:
        """Shows of that name, to choose from; those of the library first. Raises MetadataUnknown when none is known."""
        wanted = clean(title)
        listed = await asyncio.to_thread(self._library.titles)
        found = [
            FoundShow(one.ref, one.title, year=one.year) for one in listed if wanted and wanted in clean(one.title)
        ][:10]
        answer = await self._lookup.search(title, year)
        if isinstance(answer, Unknown):
            if not found:
                raise _unknown(answer)
            return found
        return found + list(answer.value)

    async def decide(
        self,
        who: Person,
        name: str,
        choice: Choice,
        show: ShowRef | None = None,
        *,
        season_offset: int = 0,
        for_all: bool = False,
    ) -> Decided:
        """Say what a title is. All rows of it follow, in every import, and it is remembered for later ones.

        Raises NotAllowed, LookupError when there is no such show, MetadataUnknown, ValueError.
        """
        mapping = await self._map(who, name, choice, show, season_offset=season_offset, for_all=for_all)
        imports = await asyncio.to_thread(self._store.reopen, mapping.name, mapping.user_id)
        for import_id in imports[:_LOOK_AT_ONCE]:
            await self.importing.look_again(import_id)
        if len(imports) > _LOOK_AT_ONCE:
            self._wake()
        return Decided(mapping, len(imports))

    async def _map(
        self, who: Person, name: str, choice: Choice, show: ShowRef | None, *, season_offset: int, for_all: bool
    ) -> TitleMapping:
        if for_all and not who.is_admin:
            raise NotAllowed("for_all: only an administrator says what a title is for everybody")
        cleaned = clean(name)[:300]
        if not cleaned:
            raise ValueError("name: there is no title")
        if abs(season_offset) > 1000:
            raise ValueError("season_offset: at most 1000 seasons up or down")
        show_id = None
        if choice is Choice.SHOW:
            if show is None:
                raise ValueError("show: say which show it is")
            show_id = await self._known(show)
        mapping = TitleMapping(
            0,
            None if for_all else who.user_id,
            cleaned,
            choice,
            show if choice is Choice.SHOW else None,
            "",
            season_offset,
            who.name,
            self._clock(),
        )
        return await asyncio.to_thread(self._mappings.put, mapping, show_id)

    async def _known(self, ref: ShowRef) -> int:
        """The known show of a ref. Raises LookupError, MetadataUnknown."""
        if ref.source == LIBRARY:
            listed = await asyncio.to_thread(self._library.shows, [ref.id])
            if not listed:
                raise LookupError(f"There is no show {ref.id}")
            return (await asyncio.to_thread(self._store.know, [listed[0].about], self._clock()))[ref]
        answer: Answer[KnownShow | None] = await self._lookup.show(ref, seasons=())
        if isinstance(answer, Unknown):
            raise _unknown(answer)
        if answer.value is None:
            raise LookupError(f"{ref.source} has no show {ref.id}")
        return (await asyncio.to_thread(self._store.know, [answer.value], self._clock()))[answer.value.ref]

    def mappings(self, user_id: int) -> list[TitleMapping]:
        """What was said of titles, by the user and for all."""
        return self._mappings.mappings(user_id, _MOST_MAPPINGS)

    async def remove_mapping(self, who: Person, mapping_id: int) -> None:
        """Forget what was said of a title; its rows are looked at again. Raises LookupError, NotAllowed."""
        held = [one for one in await asyncio.to_thread(self.mappings, who.user_id) if one.id == mapping_id]
        if not held:
            raise LookupError(f"There is no mapping {mapping_id}")
        if held[0].user_id is None and not who.is_admin:
            raise NotAllowed("mapping: only an administrator removes what counts for everybody")
        await asyncio.to_thread(self._mappings.remove, mapping_id)
        await asyncio.to_thread(self._store.reopen, held[0].name, held[0].user_id)
        self._wake()

    def export_mappings(self, user_id: int) -> list[MappingWire]:
        """What was said of titles, for another Episodarr."""
        return [
            MappingWire(one.name, one.choice, one.show, one.season_offset, one.user_id is None)
            for one in self.mappings(user_id)
            if one.show is None or one.show.source != LIBRARY
        ]

    async def import_mappings(self, who: Person, wanted: Sequence[MappingWire]) -> list[str]:
        """Take over what was exported; a sentence for each that could not be. Raises NotAllowed, ValueError."""
        if len(wanted) > _MOST_MAPPINGS:
            raise ValueError(f"mappings: at most {_MOST_MAPPINGS} at once")
        problems = []
        for one in wanted:
            try:
                mapping = await self._map(
                    who, one.name, one.choice, one.show, season_offset=one.season_offset, for_all=one.for_all
                )
            except (LookupError, ValueError, MetadataUnknown) as problem:
                problems.append(f"{one.name[:80]}: {problem}")
            else:
                await asyncio.to_thread(self._store.reopen, mapping.name, mapping.user_id)
        self._wake()
        return problems

    # ------------------------------------------------------------------ what a user has seen

    def counts(self, user_id: int, series_ids: Collection[int]) -> Mapping[int, int]:
        """How many different episodes of each show of the library a user saw, without specials."""
        return {one: seen[0] for one, seen in self._personal.counts(user_id, series_ids).items()}

    def totals(self, user_id: int | None, series_id: int) -> ShowTotals:
        """A show of the library in numbers; `user_id` None: without what was watched. Raises LookupError."""
        listing = self._personal.listing(series_id)
        if listing is None:
            raise LookupError(f"There is no show {series_id}")
        _, _, has, at = listing
        seen = self._personal.counts(user_id, [series_id]).get(series_id, (0, 0)) if user_id is not None else (0, 0)
        return self._told(has, at, self._personal.show_of(series_id=series_id), *seen)

    def _told(self, has: Counted, at: datetime | None, known: Shown | None, regular: int, specials: int) -> ShowTotals:
        """Sonarr's own listing goes before a metadata service: the show is joined with it, number by number."""
        if has.episodes is None and known is not None and known.source:
            return told(known.has, regular, specials, known.source, known.updated_at)
        return told(has, regular, specials, "sonarr" if at is not None else "", at)

    def seen(self, user_id: int, *, series_id: int = 0, show_id: int = 0) -> ShowSeen:
        """A show as far as a user has seen it, with every episode of it. Raises LookupError."""
        shown = self._personal.show_of(series_id=series_id, show_id=show_id)
        series_id = series_id or (shown.series_id or 0 if shown is not None else 0)
        listing = self._personal.listing(series_id) if series_id else None
        if listing is None and shown is None:
            raise LookupError(f"There is no show {series_id or show_id}")
        history = self._personal.days(user_id, show_id=show_id or (shown.id if shown else None), series_id=series_id)
        plays = self._personal.plays(user_id, series_id) if series_id else []
        return self._seen(shown, listing, series_id, together(history, plays))

    def _seen(self, shown: Shown | None, listing: Any, series_id: int, episodes: list[SeenEpisode]) -> ShowSeen:
        specials = sum(one.season == 0 for one in episodes)
        title, year, has, at = listing or (shown.title if shown else "", shown.year if shown else 0, Counted(), None)
        on = goes_on_with(self._personal.order(series_id, self._clock()), episodes) if listing else None
        return ShowSeen(
            title,
            year,
            self._told(has, at, shown, len(episodes) - specials, specials),
            max((one.days[-1] for one in episodes), default=None),
            shown.id if shown is not None else None,
            series_id or None,
            on[0] if on else None,
            on[1] if on else None,
            episodes,
        )

    def shows(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[ShowSeen], str | None]:
        """The shows of a user's imports, those seen last first, without their single episodes."""
        found, following = self._personal.shown(user_id, limit, cursor)
        seen = [self.seen(user_id, show_id=one.id) for one in found]
        return [_without_episodes(one) for one in seen], following

    def go_on(self, user_id: int, limit: int = 20) -> list[ShowSeen]:
        """What a user may go on with: shows of the library that have an unseen episode, those seen last first."""
        found: list[ShowSeen] = []
        cursor = None
        for _ in range(5):
            shows, cursor = self.shows(user_id, limit, cursor)
            found += [one for one in shows if one.next_number is not None]
            if cursor is None or len(found) >= limit:
                break
        return found[:limit]

    def films(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[Film], str | None]:
        """The films of a user's imports, those seen last first."""
        return self._personal.films(user_id, limit, cursor)

    def sums(self) -> list[UserSums]:
        """How much each user has; for administrators."""
        return self._personal.sums()

    def person(self, user_id: int) -> str:
        """Which viewer of the media servers a user is said to be: `p3`, `v12` or empty."""
        return self._personal.person(user_id)

    def link(self, who: Person, user_id: int, person: str) -> None:
        """Say which viewer a user is; empty: none. Raises NotAllowed, LookupError: it opens somebody's plays."""
        if not who.is_admin:
            raise NotAllowed("person: only an administrator says who is who")
        self._personal.link(user_id, person, who.name, self._clock())

    # ------------------------------------------------------------------ lookups

    def lookups(self) -> dict[str, list[Rates]]:
        """How the lookups of the last `day` and `week` went, by service."""
        return self._rates.rates()

    def latest_lookups(self, limit: int = 100) -> list[Entry]:
        """The last lookups, newest first."""
        return self._rates.latest(limit)


def _without_episodes(one: ShowSeen) -> ShowSeen:
    return ShowSeen(
        one.title, one.year, one.totals, one.last_on, one.show_id, one.series_id, one.next_season, one.next_number
    )


def _unknown(answer: Unknown) -> MetadataUnknown:
    return MetadataUnknown(f"{answer.reason}{f' ({answer.fix})' if answer.fix else ''}")
