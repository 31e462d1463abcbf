"""The six deeds: each looks how things are, does one thing to one target, and looks again.

Doing a deed twice is harmless: it begins by asking whether it is so already, and everything that it rests on is read
live, right before. `Did` tells what came of it; ServiceFailure means that it is not known, and is tried again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, assert_never

from episodarr.connections.failures import Broken
from episodarr.deletion.guard import file_refusal, torrent_refusal
from episodarr.deletion.journal import Caps, PlanRow, StepRow, StepState
from episodarr.deletion.plan import Deed, PlannedFile, PlannedTitle, Step
from episodarr.deletion.systems import (
    FileManager,
    FileRecords,
    LibraryShelf,
    ManagedFile,
    RequestTruth,
    Root,
    SeasonTruth,
    TitleTruth,
    TorrentKeeper,
)

P = TypeVar("P")
T = TypeVar("T")

_THERE = frozenset({"available", "partially_available"})
_LOOK_AGAIN_EVERY = 3
"""Attempts between two times that a system is asked to look again: it may take its time."""


@dataclass(frozen=True, slots=True)
class Did:
    """What came of a deed."""

    state: StepState
    answer: str
    size: int = 0


class Calls(Protocol):
    """Speaks to the connected services."""

    async def call(self, connection: int, port: type[P], question: Callable[[P], Awaitable[T]]) -> T:
        """Ask the client of a connection. Raises ServiceFailure, also when it is switched off or removed."""
        ...


class Watch(Protocol):
    """What is known here that forbids a file to go."""

    async def refusal(self, row: PlanRow, file: PlannedFile) -> str:
        """Why it stays: protected, being watched, no candidate of its rule any more; empty: nothing of it holds.

        Asks who is watching now; raises ServiceFailure when somebody who would know cannot be asked.
        """
        ...


class Hand:
    """Does the step of a plan that it is made for. `acted` tells whether something was asked of the system."""

    def __init__(
        self, row: PlanRow, step: Step, before: StepRow, gone: Sequence[int], calls: Calls, watch: Watch, caps: Caps
    ) -> None:
        """`gone`: places of the step's files that are verified to be gone. `before`: what became of it until now."""
        self._row = row
        self._plan = row.plan
        self._step = step
        self._before = before
        self._gone = gone
        self._calls = calls
        self._watch = watch
        self._caps = caps
        self.acted = False

    async def do(self) -> Did:
        """Do it. Raises ServiceFailure."""
        match self._step.deed:
            case Deed.UNMONITOR:
                return await self._unmonitor(self._plan.files[self._step.subject])
            case Deed.DELETE_FILE:
                return await self._delete_file(self._plan.files[self._step.subject])
            case Deed.REMOVE_TORRENT:
                return await self._remove_torrent()
            case Deed.TELL_LIBRARY:
                return await self._tell_library()
            case Deed.FORGET_RECORD:
                return await self._forget_record()
            case Deed.TELL_REQUESTS:
                return await self._tell_requests()
            case _:  # pragma: no cover  # the type checker sees that none is left
                assert_never(self._step.deed)

    @property
    def _asked_before(self) -> bool:
        return self._before.state in {StepState.INTENDED, StepState.UNKNOWN}

    # ------------------------------------------------------------------ files

    async def _unmonitor(self, file: PlannedFile) -> Did:
        live = await self._file(file)
        if live is None:
            return Did(StepState.STAYED, "its file is gone or was replaced since; nothing was done")
        if why := await self._file_refusal(file, live):
            return Did(StepState.STAYED, why)
        wanted = [one.id for one in live.parts if one.monitored]
        if wanted:
            self.acted = True
            await self._manager(file, lambda asked: asked.set_monitored(file.owner_id, wanted, monitored=False))
            live = await self._file(file)
            if live is None or any(one.monitored for one in live.parts):
                raise Broken(file.manager, "it took the change, and does not show it yet")
        return Did(StepState.VERIFIED, "is not monitored any more" if wanted else "was not monitored")

    async def _delete_file(self, file: PlannedFile) -> Did:
        live = await self._file(file)
        if live is None:
            return await self._gone_already(file)
        why = await self._file_refusal(file, live)
        if not why and any(one.monitored for one in live.parts):
            why = "it is monitored (again): it would be downloaded anew"
        if why:
            return Did(StepState.STAYED, why + await self._monitored_again(file, live))
        self.acted = True
        await self._manager(file, lambda asked: asked.delete_file(file.file_id))
        if await self._file(file) is not None:
            raise Broken(file.manager, "it took the request, and still has the file")
        return Did(StepState.VERIFIED, "deleted", file.size)

    async def _gone_already(self, file: PlannedFile) -> Did:
        """The file is not there: through an earlier try of this step, or through somebody else."""
        parts = set(file.part_ids)
        left = await self._manager(file, lambda asked: asked.managed_files(file.owner_id))
        if any(parts & {part.id for part in one.parts} for one in left):
            return Did(StepState.STAYED, "it was replaced by another file since; that one stays")
        if self._asked_before:
            return Did(StepState.VERIFIED, "deleted: it was asked for before, and is gone", file.size)
        return Did(StepState.VERIFIED, "was gone already: somebody else deleted it")

    async def _monitored_again(self, file: PlannedFile, live: ManagedFile) -> str:
        """A file that stays is looked after as before."""
        wanted = [one.id for one in live.parts if one.id in file.monitored and not one.monitored]
        if not wanted:
            return ""
        await self._manager(file, lambda asked: asked.set_monitored(file.owner_id, wanted, monitored=True))
        return "; it is monitored again, as before"

    async def _file_refusal(self, file: PlannedFile, live: ManagedFile) -> str:
        """Every reason against it, each read now."""
        owner = await self._manager(file, lambda asked: asked.owner(file.owner_id))
        roots = await self._manager(file, lambda asked: asked.roots())
        arriving = await self._manager(file, lambda asked: asked.arriving(file.owner_id))
        why = file_refusal(file, live, owner, roots, arriving, self._plan.keep_tags)
        return why or await self._watch.refusal(self._row, file)

    async def _file(self, file: PlannedFile) -> ManagedFile | None:
        return await self._manager(file, lambda asked: asked.managed_file(file.file_id))

    async def _manager(self, file: PlannedFile, question: Callable[[FileManager], Awaitable[T]]) -> T:
        return await self._calls.call(file.connection, FileManager, question)

    # ------------------------------------------------------------------ torrents

    async def _remove_torrent(self) -> Did:
        planned = self._plan.torrents[self._step.subject]

        async def ask(question: Callable[[TorrentKeeper], Awaitable[T]]) -> T:
            return await self._calls.call(planned.connection, TorrentKeeper, question)

        everything = await ask(lambda client: client.torrents())
        live = next((one for one in everything if one.hash == planned.hash), None)
        files = None if live is None else await ask(lambda client: client.torrent_files(planned.hash))
        if live is None or files is None:
            told = "removed" if self._asked_before else "was gone already"
            return Did(StepState.VERIFIED, f"{told}: {planned.client} does not have it any more")
        why = torrent_refusal(planned, live, files, everything, await self._roots(), self._caps)
        why = why or await self._still_needed()
        if why:
            return Did(StepState.STAYED, why)
        self.acted = True
        await ask(lambda client: client.remove_torrent(planned.hash, with_files=True))
        if any(one.hash == planned.hash for one in await ask(lambda client: client.torrents())):
            raise Broken(planned.client, "it took the request, and still lists the torrent")
        return Did(StepState.VERIFIED, "removed with its files")

    async def _roots(self) -> list[Root]:
        found: dict[int, list[Root]] = {}
        for file in map(self._plan.files.__getitem__, self._step.files):
            if file.connection not in found:
                found[file.connection] = await self._manager(file, lambda asked: asked.roots())
        return [root for roots in found.values() for root in roots]

    async def _still_needed(self) -> str:
        """Whether a manager is about to import from it again."""
        asked: dict[tuple[int, int], set[int]] = {}
        for file in map(self._plan.files.__getitem__, self._step.files):
            key = (file.connection, file.owner_id)
            if key not in asked:
                asked[key] = await self._manager(file, self._arriving(file))
            if asked[key] & set(file.part_ids):
                return f"a download of {file.label} is on its way again"
        return ""

    def _arriving(self, file: PlannedFile) -> Callable[[FileManager], Awaitable[set[int]]]:
        return lambda asked: asked.arriving(file.owner_id)

    # ------------------------------------------------------------------ who is told

    async def _tell_library(self) -> Did:
        shelf = self._plan.shelves[self._step.subject]
        paths = {self._plan.files[place].path for place in self._gone}
        items = sorted({one.item_id for one in shelf.items if one.file in self._gone})

        async def ask(question: Callable[[LibraryShelf], Awaitable[T]]) -> T:
            return await self._calls.call(shelf.connection, LibraryShelf, question)

        if not await ask(lambda server: server.listed(items)):
            return Did(StepState.VERIFIED, f"{shelf.server} does not list it any more")
        if self._before.attempts % _LOOK_AGAIN_EVERY == 0:
            # A server may see the files at other paths than their manager: those that it tells itself are right.
            own = await ask(lambda server: server.paths_of(items))
            self.acted = True
            await ask(lambda server: server.files_gone(sorted(own or paths)))
        left = await ask(lambda server: server.listed(items))
        if left:
            raise Broken(shelf.server, "it was told, and still lists it", fix="It may take a scan of the library.")
        return Did(StepState.VERIFIED, f"{shelf.server} does not list it any more")

    async def _forget_record(self) -> Did:
        planned = self._plan.records[self._step.subject]
        size = self._plan.files[planned.file].size

        async def ask(question: Callable[[FileRecords], Awaitable[T]]) -> T:
            return await self._calls.call(planned.connection, FileRecords, question)

        found = [one for one in await ask(lambda server: server.records_of(planned.path_end)) if one.size == size]
        if not found:
            return Did(StepState.VERIFIED, f"{planned.importer} does not know the file")
        if len(found) > 1:
            return Did(StepState.STAYED, f"{planned.importer} knows several such files: none of them is touched")
        record = found[0]
        if any(not f"/{path}".endswith(f"/{planned.path_end}") for path in record.paths):
            return Did(StepState.STAYED, f"{planned.importer} knows the file in another place, too")
        self.acted = True
        await ask(lambda server: server.forget_record(record.id))
        if await ask(lambda server: server.record(record.id)) is not None:
            raise Broken(planned.importer, "it took the request, and still knows the file")
        return Did(StepState.VERIFIED, f"{planned.importer} forgot the file")

    async def _tell_requests(self) -> Did:
        planned = self._plan.titles[self._step.subject]
        whole = planned.whole and set(self._gone) == set(planned.files)

        async def ask(question: Callable[[RequestTruth], Awaitable[T]]) -> T:
            return await self._calls.call(planned.connection, RequestTruth, question)

        told = await ask(lambda system: system.title_truth(planned.kind, planned.tmdb_id))
        if told is None:
            return Did(StepState.VERIFIED, f"{planned.system} does not know it")
        if is_true(told, planned, whole=whole, seasons=self._seasons(planned)):
            return Did(StepState.VERIFIED, f"{planned.system} calls it {_word(told.status)}")
        self.acted = True
        media = told.media_id
        if not whole and planned.kind == "tv" and told.status == "available":
            await ask(lambda system: system.partly_there(media))
        if self._before.attempts % _LOOK_AGAIN_EVERY == 0:
            await ask(lambda system: system.look_again())
        told = await ask(lambda system: system.title_truth(planned.kind, planned.tmdb_id))
        if told is not None and not is_true(told, planned, whole=whole, seasons=self._seasons(planned)):
            raise Broken(planned.system, f"it was told, and still calls it {_word(told.status)}")
        return Did(StepState.VERIFIED, f"{planned.system} calls it {_word(told.status if told else 'unknown')}")

    def _seasons(self, planned: PlannedTitle) -> tuple[int, ...]:
        """Seasons of which nothing is left, as far as their files are really gone."""
        left = [self._plan.files[place] for place in planned.files if place not in self._gone]
        kept = {one.season for file in left for one in file.episodes}
        return tuple(one for one in planned.gone_seasons if one not in kept)


def is_true(told: TitleTruth, planned: PlannedTitle, *, whole: bool, seasons: Sequence[int]) -> bool:
    """Whether a request system tells people what is so: nothing that is gone is called available."""
    if whole:
        return told.status not in _THERE and all(one.status not in _THERE for one in told.seasons)
    by_number: dict[int, SeasonTruth] = {one.number: one for one in told.seasons}
    gone = [by_number[number] for number in seasons if number in by_number]
    if any(one.status in _THERE for one in gone):
        return False
    return planned.kind != "tv" or told.status != "available"


def _word(status: str) -> str:
    return status.replace("_", " ")
