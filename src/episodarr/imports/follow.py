"""Following what an importer such as Shoko makes of the files that Sonarr imported.

At the start, and every few hours, its whole listing is read in big pages; in between only the series with a file that
it has not recognised are asked for, with growing pauses.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from episodarr.episode.facts import Fact, Recognition, RecognitionPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.ledger import Ledger
from episodarr.imports import paths
from episodarr.imports.model import CrossReference, ImporterFile, ImporterFolder
from episodarr.imports.ports import FileMatcher, ImportedFile, ImportStore

_LISTING_AGE = timedelta(hours=6)
_LISTING_AGE_IN_VAIN = timedelta(minutes=2)
"""While no folder in common is known: the first sync may not be through yet."""
_STRANGE_LOOKS = 6
"""Looks for a file outside the folders in common before it is left alone."""
_PAGE = 2000
_AT_ONCE = 20
"""Files asked for one by one in one look."""
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=30)

Recognized = Callable[[Collection[SeriesId]], None]
"""Told of series with newly recognised files: their media server can list them now."""


class _Open(msgspec.Struct):
    attempts: int
    next_at: datetime


class FollowImports:
    """Follows one importer."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        client: FileMatcher,
        store: ImportStore,
        ledger: Ledger,
        recognized: Recognized,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._client = client
        self._store = store
        self._ledger = ledger
        self._recognized = recognized
        self._clock = clock
        self._source = source(label, connection)
        self._listed_at: datetime | None = None
        self._folders: list[ImporterFolder] = []
        self._roots: frozenset[str] = frozenset()
        self._open: dict[SeriesId, _Open] = {}
        self._turn = 0
        self._its_shows: set[SeriesId] = set()
        """Shows of which it has recognised a file."""

    def expect(self, series: Collection[SeriesId]) -> None:
        """Sonarr imported files of these series: look for them with the next poll, whenever that will be possible."""
        now = self._clock()
        self._open |= {one: _Open(0, now) for one in series}

    async def poll(self) -> int:
        """One look at what is due; the number of news. Raises ServiceFailure."""
        now = self._clock()
        age = _LISTING_AGE if self._roots else _LISTING_AGE_IN_VAIN
        if self._listed_at is None or now - self._listed_at > age:
            return await self._look_at_everything(now)
        due = [series for series, held in self._open.items() if held.next_at <= now][:_AT_ONCE]
        return await self._look_at(due, now) if due else 0

    async def look_again(self, files: Collection[int], series: SeriesId) -> None:
        """Have the importer look anew: at the files it knows and has not recognised, else for new files."""
        for file in files:
            await self._client.look_again(file)
        if not files:
            for folder in await self._client.folders():
                await self._client.scan(folder.id)
        self._open[series] = _Open(0, self._clock())

    # ------------------------------------------------------------------ everything

    async def _look_at_everything(self, now: datetime) -> int:
        folders = await self._client.folders()
        known: dict[str, list[ImporterFile]] = defaultdict(list)
        for folder in folders:
            async for page in self._client.files(folder.id):
                for file in page:
                    for _, relative in file.locations:
                        known[paths.key(relative)].append(file)
        busy = await self._client.busy()
        self._folders = folders
        news = await asyncio.to_thread(self._compare, known, busy, now)
        self._listed_at = now
        return news

    def _compare(self, known: dict[str, list[ImporterFile]], busy: bool, now: datetime) -> int:
        self._roots = self._learned(known)
        news, after = 0, 0
        while self._roots:
            some, after = self._store.imported_under(self._source, self._roots, after, _PAGE)
            news += self._take([(file, self._found(file, known[paths.key(file.path)])) for file in some], busy, now)
            if not after:
                break
        return news

    def _learned(self, known: dict[str, list[ImporterFile]]) -> frozenset[str]:
        """The folders, as Sonarr sees them, that the importer looks after: as mapped, else by the files in them."""
        if self._client.mappings:
            return frozenset(mapping.here for mapping in self._client.mappings)
        roots: set[str] = set()
        after = 0
        while known:
            some, after = self._store.imported_under(self._source, (), after, _PAGE)
            for file in some:
                if any(file.path.startswith(f"{root}/") for root in roots):
                    continue
                for other in known.get(paths.key(file.path), ()):
                    if other.size == file.size:
                        roots |= {paths.root_of(file.path, relative) for _, relative in other.locations} - {""}
            if not after:
                break
        return frozenset(roots)

    # ------------------------------------------------------------------ a few

    async def _look_at(self, due: Sequence[SeriesId], now: datetime) -> int:
        awaited = await asyncio.to_thread(self._store.awaiting, self._source, due)
        mine = [file for file in awaited if self._concerns(file)]
        left = {file.series_id for file in mine}
        for series in due:
            if series not in left:
                self._open.pop(series, None)
        answers = []
        for file in self._in_turns(mine):
            found = self._found(file, await self._client.files_ending(paths.tail(file.path)))
            if found is not None and not self._client.mappings:
                self._roots |= {paths.root_of(file.path, place) for _, place in found.locations} - {""}
            if found is not None or paths.under(file.path, self._roots):
                answers.append((file, found))
        for series in left:
            held = self._open[series]
            pause = min(_FIRST_PAUSE * (1 << min(held.attempts, 12)), _LONGEST_PAUSE)
            self._open[series] = _Open(held.attempts + 1, now + pause)
        if not answers:
            return 0
        busy = await self._client.busy()
        return await asyncio.to_thread(self._take, answers, busy, now)

    def _in_turns(self, files: Sequence[ImportedFile]) -> list[ImportedFile]:
        """As many files as one look takes: new ones first, then the others in turns, so that none waits for ever."""
        new = [file for file in files if file.phase is None]
        others = [file for file in files if file.phase is not None]
        room = max(_AT_ONCE - len(new), 0)
        start = self._turn % len(others) if others else 0
        self._turn += room
        return [*new[:_AT_ONCE], *(others[start:] + others[:start])[:room]]

    def _concerns(self, file: ImportedFile) -> bool:
        """Whether the importer should know the file: it lies in a folder in common, or may lie in one not known yet.

        A show beside the anime, or in a folder that is not known, is looked for a few times only.
        """
        inside = paths.under(file.path, self._roots)
        if inside and self._is_expected(file):
            return True
        return (inside or not self._client.mappings) and self._open[file.series_id].attempts < _STRANGE_LOOKS

    def _is_expected(self, file: ImportedFile) -> bool:
        return file.anime or file.series_id in self._its_shows

    def _found(self, file: ImportedFile, candidates: Iterable[ImporterFile]) -> ImporterFile | None:
        """The importer's file at the very path and of the very size: another size is what lay there before."""
        for one in candidates:
            same_size = not one.size or not file.size or one.size == file.size
            if same_size and paths.is_at(one, file.path, self._client.mappings, self._folders):
                return one
        return None

    # ------------------------------------------------------------------ what it means

    def _take(self, answers: Sequence[tuple[ImportedFile, ImporterFile | None]], busy: bool, now: datetime) -> int:
        facts: list[Fact] = []
        references: dict[EpisodeId, tuple[int, tuple[CrossReference, ...]]] = {}
        recognized = set()
        self._its_shows |= {file.series_id for file, found in answers if found is not None and found.references}
        for file, found in answers:
            what = _meaning(found, busy, file.phase)
            if what is None or not self._is_expected(file):
                continue  # a show beside the anime, in the same folder: nobody expects it to be recognised
            if what.phase is RecognitionPhase.RECOGNIZED:
                if file.phase is not RecognitionPhase.RECOGNIZED:
                    recognized.add(file.series_id)
            else:
                self._open.setdefault(file.series_id, _Open(0, now))
            facts += [Fact(episode, now, self._source, what) for episode in file.episodes]
            if found is not None:
                references |= dict.fromkeys(file.episodes, (found.id, found.references))
        self._store.refer(self._connection, references)
        news = self._ledger.observe(facts)
        if recognized:
            self._recognized(recognized)
        return news


def _meaning(found: ImporterFile | None, busy: bool, before: RecognitionPhase | None) -> Recognition | None:
    """What a look says; None when it says nothing new.

    A file that was not recognised is not "pending" again because the importer works on something else.
    """
    if found is None:
        return Recognition(RecognitionPhase.PENDING, detail="it does not know the file yet")
    if found.references:
        return Recognition(RecognitionPhase.RECOGNIZED, found.id)
    if not busy:
        return Recognition(RecognitionPhase.UNRECOGNIZED, found.id)
    if before is RecognitionPhase.UNRECOGNIZED:
        return None
    return Recognition(RecognitionPhase.PENDING, found.id)
