"""Saying what titles are: a show, a film, to be left out; or of a whole title the very episode.

What somebody said settles all rows of the title, is remembered for later imports, and can be taken back.
`user_id` is always whose history it is. Methods that are no coroutines ask the database: call them in a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from episodarr.histories.asking import Answer, Unknown
from episodarr.histories.chosen import ShowEpisodes, episodes_of
from episodarr.histories.import_model import LIBRARY, Choice, MappingWire, TitleMapping
from episodarr.histories.import_ports import ImportStore, Library, MappingStore
from episodarr.histories.library_join import LibraryIndex, LibraryShow, LibraryTitle
from episodarr.histories.metadata import FoundShow, KnownShow, ShowRef
from episodarr.histories.names import clean
from episodarr.histories.recognise import Lookup

_MOST_MAPPINGS = 5_000
_LOOK_AT_ONCE = 20
"""Imports that a decision looks through by itself; the rest is done in the background."""
_LONGEST = 300
LONGEST_TITLE = 600
"""Characters of a whole title that something can be said of."""
_TVDB = "tvdb"
"""Of what mappings call the shows of a library, where they leave it."""


class NotAllowed(Exception):
    """Only an administrator may do this."""


class MetadataUnknown(Exception):
    """No metadata service could be asked; the text says why and what helps."""


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


class Decide:
    """The use case."""

    def __init__(
        self,
        store: ImportStore,
        mappings: MappingStore,
        library: Library,
        lookup: Lookup,
        look_again: Callable[[int], Awaitable[None]],
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`look_again`: has an import's reopened rows recognised; `wake`: the same of all imports, soon."""
        self._store = store
        self._mappings = mappings
        self._library = library
        self._lookup = lookup
        self._look_again = look_again
        self._wake = wake
        self._clock = clock

    # ------------------------------------------------------------------ what can be chosen

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

    async def episodes(self, ref: ShowRef) -> ShowEpisodes:
        """What can be chosen of a show. Raises LookupError when there is no such show, MetadataUnknown."""
        return episodes_of(ref, *await self._told(ref), self._clock().date())

    async def _told(self, ref: ShowRef) -> tuple[KnownShow, LibraryShow | None]:
        """A show as its source tells it, and as the library lists it."""
        if ref.source == LIBRARY:
            listed = await asyncio.to_thread(self._library.shows, [ref.id])
            if not listed:
                raise LookupError(f"There is no show {ref.id}")
            return listed[0].known(), listed[0]
        known = await self._asked(ref, None)
        return known, await asyncio.to_thread(self._listed, known)

    def _listed(self, known: KnownShow) -> LibraryShow | None:
        title = LibraryIndex(self._library.titles()).of_show(known)
        found = self._library.shows([title.series_id]) if title is not None else []
        return found[0] if found else None

    async def _asked(self, ref: ShowRef, seasons: Sequence[int] | None) -> KnownShow:
        answer: Answer[KnownShow | None] = await self._lookup.show(ref, seasons=seasons)
        if isinstance(answer, Unknown):
            raise _unknown(answer)
        if answer.value is None:
            raise LookupError(f"{ref.source} has no show {ref.id}")
        return answer.value

    # ------------------------------------------------------------------ saying it

    async def decide(
        self,
        who: Person,
        name: str,
        choice: Choice,
        show: ShowRef | None = None,
        *,
        season_offset: int = 0,
        for_all: bool = False,
        whole_title: bool = False,
        episode: tuple[int, int] | None = None,
    ) -> Decided:
        """Say what a title is. All rows of it follow, in every import, and it is remembered for later ones.

        `whole_title`: `name` is all that its rows tell; of a show then say the `episode`, its season and number.
        Raises NotAllowed, LookupError when there is no such show, MetadataUnknown, ValueError.
        """
        wire = MappingWire(name, choice, show, season_offset, for_all, whole_title, *(episode or (None, None)))
        mapping = await self._map(who, wire)
        imports = await asyncio.to_thread(self._reopen, mapping)
        for import_id in imports[:_LOOK_AT_ONCE]:
            await self._look_again(import_id)
        if len(imports) > _LOOK_AT_ONCE:
            self._wake()
        return Decided(mapping, len(imports))

    def _reopen(self, mapping: TitleMapping) -> list[int]:
        return self._store.reopen(mapping.name, mapping.user_id, whole=mapping.whole_title)

    async def _map(self, who: Person, wanted: MappingWire) -> TitleMapping:
        if wanted.for_all and not who.is_admin:
            raise NotAllowed("for_all: only an administrator says what a title is for everybody")
        name = _title(wanted.name) if wanted.whole_title else clean(wanted.name)[:_LONGEST]
        if not name:
            raise ValueError("name: there is no title")
        if abs(wanted.season_offset) > 1000:
            raise ValueError("season_offset: at most 1000 seasons up or down")
        show, show_id = None, None
        if wanted.choice is Choice.SHOW:
            if wanted.show is None:
                raise ValueError("show: say which show it is")
            show = await self._of_tvdb(wanted.show.id) if wanted.show.source == _TVDB else wanted.show
            show_id = await self._known(show, wanted)
        is_episode = show_id is not None and wanted.whole_title
        mapping = TitleMapping(
            0,
            None if wanted.for_all else who.user_id,
            name,
            wanted.choice,
            show,
            "",
            0 if wanted.whole_title else wanted.season_offset,
            who.name,
            self._clock(),
            wanted.whole_title,
            wanted.season if is_episode else None,
            wanted.number if is_episode else None,
        )
        return await asyncio.to_thread(self._mappings.put, mapping, show_id)

    async def _of_tvdb(self, tvdb_id: int) -> ShowRef:
        """The show of a TVDB id, that of the library first. Raises LookupError, MetadataUnknown."""
        titles = await asyncio.to_thread(self._library.titles)
        if (listed := LibraryIndex(titles).of_ids(tvdb_id=tvdb_id)) is not None:
            return listed.ref
        answer = await self._lookup.by_id(tvdb_id=tvdb_id)
        if isinstance(answer, Unknown):
            raise _unknown(answer)
        if answer.value is None:
            raise LookupError(f"no show has the TVDB id {tvdb_id}")
        return answer.value

    async def _known(self, ref: ShowRef, wanted: MappingWire) -> int:
        """The known show of a ref. Raises LookupError, MetadataUnknown, ValueError when it has no such episode."""
        shows: list[KnownShow | LibraryTitle]
        if wanted.whole_title:
            known, listed = await self._told(ref)
            self._check(ref, known, listed, wanted)
            shows = [known] if listed is None else [listed.about, *([known] if ref.source != LIBRARY else [])]
        elif ref.source == LIBRARY:
            _, listed = await self._told(ref)
            shows = [listed.about] if listed is not None else []
        else:
            shows = [await self._asked(ref, ())]
        return (await asyncio.to_thread(self._store.know, [shows], self._clock()))[shows[0].ref]

    def _check(self, ref: ShowRef, known: KnownShow, listed: LibraryShow | None, wanted: MappingWire) -> None:
        if wanted.season is None or wanted.number is None:
            raise ValueError("number: say which season and which episode of the show it is")
        if not episodes_of(ref, known, listed, self._clock().date()).has(wanted.season, wanted.number):
            raise ValueError(
                f"number: season {wanted.season} of “{known.title}” has no episode {wanted.number} that has aired;"
                " choose one that is listed"
            )

    # ------------------------------------------------------------------ what was said

    def mappings(self, user_id: int) -> list[TitleMapping]:
        """What was said of titles, by the user and for all."""
        return self._mappings.mappings(user_id, _MOST_MAPPINGS)

    async def remove(self, who: Person, mapping_id: int) -> None:
        """Forget what was said of a title; its rows are looked at again. Raises LookupError, NotAllowed."""
        held = [one for one in await asyncio.to_thread(self.mappings, who.user_id) if one.id == mapping_id]
        if not held:
            raise LookupError(f"There is no mapping {mapping_id}")
        if held[0].user_id is None and not who.is_admin:
            raise NotAllowed("mapping: only an administrator removes what counts for everybody")
        await asyncio.to_thread(self._mappings.remove, mapping_id)
        await asyncio.to_thread(self._reopen, held[0])
        self._wake()

    def exported(self, user_id: int) -> list[MappingWire]:
        """What was said of titles, for another Episodarr: it knows the shows of this library by their TVDB ids."""
        tvdb_ids = {one.series_id: one.tvdb_id for one in self._library.titles()}
        wires = []
        for one in self.mappings(user_id):
            show = one.show
            if show is not None and show.source == LIBRARY:
                show = ShowRef(_TVDB, tvdb_ids.get(show.id, 0))
            if show is None or show.id:
                place = (one.season_offset, one.user_id is None, one.whole_title, one.season, one.number)
                wires.append(MappingWire(one.name, one.choice, show, *place))
        return wires

    async def take_over(self, who: Person, wanted: Sequence[MappingWire]) -> list[str]:
        """Take over what was exported; a sentence for each that could not be. Raises NotAllowed, ValueError."""
        if len(wanted) > _MOST_MAPPINGS:
            raise ValueError(f"mappings: at most {_MOST_MAPPINGS} at once")
        problems = []
        for one in wanted:
            if one.show is not None and one.show.source == LIBRARY:
                problems.append(
                    f"{one.name[:80]}: show: {one.show.id} is a number of another library; name its TVDB id"
                )
                continue
            try:
                mapping = await self._map(who, one)
            except (LookupError, ValueError, MetadataUnknown) as problem:
                problems.append(f"{one.name[:80]}: {problem}")
            else:
                await asyncio.to_thread(self._reopen, mapping)
        self._wake()
        return problems


def _title(text: str) -> str:
    """A whole title as its rows tell it. Raises ValueError for one that is longer than can be kept."""
    if len(text) > LONGEST_TITLE:
        raise ValueError(f"title: it has more than {LONGEST_TITLE} characters; say what its show is instead")
    return text


def _unknown(answer: Unknown) -> MetadataUnknown:
    return MetadataUnknown(f"{answer.reason}{f' ({answer.fix})' if answer.fix else ''}")
