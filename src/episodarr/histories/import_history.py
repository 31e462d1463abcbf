"""Importing a file of a viewing history: look at it, start, go on after a stop, and complete what had to wait.

Its rows are stored some thousand at a time with the position in the file, and with what they mean as far as nobody has
to be asked for it; the others are recognised afterwards, title by title. Whatever ends the process loses at most the
batch that it was at; a metadata service that fails loses nothing.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import partial
from itertools import islice
from typing import BinaryIO, ParamSpec, TypeVar

import msgspec

from episodarr.histories.dates import DateForm
from episodarr.histories.import_model import (
    LARGEST_NUMBER,
    RUNNING,
    BadLine,
    Choices,
    Import,
    Outcome,
    Preview,
    Status,
    StoredRow,
    progress_of,
)
from episodarr.histories.import_ports import Batch, Files, ImportStore, Library, MappingStore
from episodarr.histories.model import Event, HistoryRow, InvalidFile, Skipped
from episodarr.histories.preview_file import preview_of
from episodarr.histories.read import events_of
from episodarr.histories.recognise import Lookup, Recogniser

_READ_AT_ONCE = 6_000
"""Rows of a file that are stored together: in large batches, those that lie together are written together."""
_AT_ONCE = 2_000
"""Rows that are recognised together."""
_LARGEST_ID = 2**31 - 1

P = ParamSpec("P")
T = TypeVar("T")
Step = Callable[[float | None, str], None]
"""Told how far a run is. Raises asyncio.CancelledError when it is to end."""
Changed = Callable[[int, bool], None]
"""Told of a user whose history is another one now, and whether something was taken back."""


class NotNow(Exception):
    """The import is in no state for that; the text says which field is wrong, and what helps."""


class ImportHistory:
    """The use case. What is sync may take long: call it in a thread."""

    def __init__(
        self,
        store: ImportStore,
        mappings: MappingStore,
        files: Files,
        library: Library,
        lookup: Lookup,
        clock: Callable[[], datetime],
        changed: Changed = lambda _user, _taken_back: None,
        largest: int = 256 << 20,
    ) -> None:
        """`largest`: bytes of a file."""
        self._store = store
        self._mappings = mappings
        self._files = files
        self._library = library
        self._lookup = lookup
        self._clock = clock
        self._changed = changed
        self.largest = largest
        self._one = asyncio.Lock()
        # One thread for all of a run: memory that was let go of in one is of no use to another.
        self._thread = ThreadPoolExecutor(1, "history")

    # ------------------------------------------------------------------ before it starts

    def upload(self, user_id: int, name: str, content: BinaryIO, by: str, choices: Choices | None = None) -> Preview:
        """Keep a file and say what was understood of it. Raises InvalidFile, and then nothing is kept."""
        now = self._clock()
        chosen = choices or Choices()
        chosen.options(now.date())  # an unknown zone is said before anything is kept
        import_id = self._store.add(user_id, _plain(name), by, now.date(), now)
        kept = False
        try:
            size = self._files.keep(import_id, content, self.largest)
            preview = self._look(import_id, size, chosen)
            kept = True
            return preview
        finally:
            if not kept:
                self._files.remove(import_id)
                self._store.drop(import_id)

    def preview(self, import_id: int, choices: Choices | None = None) -> Preview:
        """What is understood of the file by other choices; they are kept. Raises InvalidFile, LookupError, NotNow."""
        one = self.found(import_id)
        if one.status is not Status.UPLOADED:
            raise NotNow("status: its import has started; upload the file again to import it in another way")
        return self._look(import_id, one.size, choices or one.choices)

    def _look(self, import_id: int, size: int, choices: Choices) -> Preview:
        one = msgspec.structs.replace(self.found(import_id), size=size)
        with self._files.open(import_id) as stream:
            seen, learned = preview_of(one, stream, choices)
        self._store.understood(import_id, size, seen, learned)
        return msgspec.structs.replace(seen, matches_earlier=self._store.same_file(one.user_id, one.name, size))

    def start(self, import_id: int, choices: Choices | None = None) -> None:
        """Have it imported by the next `run`. Raises InvalidFile when something is to be chosen first, NotNow."""
        if choices is not None:
            self.preview(import_id, choices)
        one = self.found(import_id)
        if one.status is Status.UPLOADED and one.message:
            raise InvalidFile(one.message)
        if not self._store.move(import_id, {Status.UPLOADED}, Status.READING, self._clock()):
            raise NotNow("status: its import has started already")

    def cancel(self, import_id: int) -> None:
        """Stop it and let go of what it has brought. Raises NotNow when it has ended, LookupError."""
        one = self.found(import_id)
        if one.status is Status.UPLOADED:  # nothing of it is stored: it never was
            self._store.drop(import_id)
            self._files.remove(import_id)
            return
        if self._store.undo(import_id, RUNNING, Status.CANCELLED, self._clock()) is None:
            raise self._ended_already(import_id, "status: its import has ended; undo it instead")
        self._files.remove(import_id)
        self._changed(one.user_id, True)

    def undo(self, import_id: int) -> int:
        """Take an import back; how many days of episodes and films went. Raises NotNow, LookupError."""
        one = self.found(import_id)
        gone = self._store.undo(import_id, {Status.DONE, Status.FAILED}, Status.UNDONE, self._clock())
        if gone is None:
            running = "status: only an import that has ended can be undone; cancel it instead"
            raise self._ended_already(import_id, running)
        self._files.remove(import_id)
        self._changed(one.user_id, True)
        return gone

    def _ended_already(self, import_id: int, otherwise: str) -> NotNow:
        """What is said of one of which nothing is kept any more, and else."""
        gone = self.found(import_id).status in {Status.CANCELLED, Status.UNDONE}
        return NotNow("status: nothing of this import is kept any more" if gone else otherwise)

    def found(self, import_id: int) -> Import:
        """An import. Raises LookupError."""
        one = self._store.read(import_id)
        if one is None:
            raise LookupError(f"There is no import {import_id}")
        return one

    # ------------------------------------------------------------------ running

    async def run(self, import_id: int, step: Step) -> Import:
        """Import what was started, from where it stood. Cancelling the run lets it go on with the next one."""
        async with self._one:
            one = await self._aside(self.found, import_id)
            if one.status is Status.READING:
                one = await self._read(one, step)
            if one.status is Status.MATCHING:
                await self._recognise(one, Outcome.READ, step)
                done = await self._aside(self._store.move, import_id, {Status.MATCHING}, Status.DONE, self._clock())
                if done:
                    await self._aside(self._files.remove, import_id)
            return await self._aside(self.found, import_id)

    async def go_on(self, step: Step) -> int:
        """Go on with what a stop interrupted; how many imports there were."""
        left = await self._aside(self._store.in_status, RUNNING)
        for import_id in left:
            await self.run(import_id, step)
        return len(left)

    async def complete(self, step: Step, most: int = 20) -> int:
        """Look again at rows that had to wait, or that were reopened; how many are settled now."""
        settled = 0
        for import_id in await self._aside(self._store.with_waiting, most):
            async with self._one:
                one = await self._aside(self.found, import_id)
                for outcome in (Outcome.READ, Outcome.WAITING):
                    settled += await self._recognise(one, outcome, step)
        return settled

    async def look_again(self, import_id: int) -> None:
        """Recognise the rows of a finished import that were reopened."""
        async with self._one:
            one = await self._aside(self.found, import_id)
            if one.status is Status.DONE:
                await self._recognise(one, Outcome.READ, lambda _progress, _message: None)

    def tidy(self, before: datetime) -> int:
        """Let go of files that nobody imported; how many there were."""
        old = self._store.in_status({Status.UPLOADED}, before)
        for import_id in old:
            self._files.remove(import_id)
            self._store.drop(import_id)
        return len(old)

    # ------------------------------------------------------------------ reading

    async def _read(self, one: Import, step: Step) -> Import:
        """Store the rows behind the position, with what they mean where nobody has to be asked for it."""
        try:
            stream = await self._aside(self._files.open, one.id)
        except LookupError:
            return await self._fail(one, "Its file is gone: upload it again")
        with stream:
            try:
                if one.date_form is None:  # a version that did not keep it looked at the file
                    await self._aside(self._look, one.id, one.size, one.choices)
                    one = await self._aside(self.found, one.id)
                ended = not await self._keep_all(one, stream, step)
            except InvalidFile as problem:
                return await self._fail(one, str(problem))
        if not ended:
            await self._aside(self._store.move, one.id, {Status.READING}, Status.MATCHING, self._clock())
        return await self._aside(self.found, one.id)

    async def _keep_all(self, one: Import, stream: BinaryIO, step: Step) -> bool:
        """Whether the end of the file was reached; not so of an import that somebody ended. Raises InvalidFile."""
        recogniser = await self._recogniser(one, self._lookup.held(), waits=False)
        events = events_of(stream, one.choices.options(one.today), one.date_form or DateForm.YEAR_FIRST)
        position, settled = one.position, one.settled
        await self._aside(_skip, events, position)
        while (batch := await self._aside(_batch, events, recogniser.stored)).events:
            batch.meanings = await recogniser.settle(batch.rows)
            if not await self._aside(self._store.keep_rows, one.id, position, batch):
                return False
            position, settled = position + batch.events, settled + len(batch.meanings)
            step(progress_of(position, settled, one.rows), f"{position:,} of {one.rows:,} rows read")
        if settled:
            await self._aside(self._changed, one.user_id, False)
        return True

    async def _fail(self, one: Import, message: str) -> Import:
        """Of a file that turns out to be broken nothing stays."""
        reading, now = {Status.READING}, self._clock()
        gone = await self._aside(self._store.undo, one.id, reading, Status.FAILED, now, message[:1000])
        if gone is not None:
            await self._aside(self._files.remove, one.id)
        return await self._aside(self.found, one.id)

    # ------------------------------------------------------------------ recognising

    async def _recognise(self, one: Import, outcome: Outcome, step: Step) -> int:
        """Settle the rows of that outcome, by title; how many are settled and do not wait."""
        recogniser = await self._recogniser(one, self._lookup)
        again = one.status is Status.DONE and outcome is Outcome.READ  # what such rows meant before counts no more
        settled, after = 0, None
        done = one.stored - one.counts.get(outcome.value, 0)
        while rows := await self._aside(self._store.next_rows, one.id, outcome, after, _AT_ONCE):
            found = await recogniser.settle(rows)
            await self._aside(self._store.settle, one.id, found)
            after = (rows[-1].name, rows[-1].id)
            settled += sum(each.outcome is not Outcome.WAITING for each in found.values())
            done += len(rows)
            step(progress_of(one.position, done, one.rows), f"{done:,} of {one.stored:,} rows recognised")
            if await self._aside(self._ended, one.id):
                break
        if settled or (again and after is not None):
            await self._aside(self._changed, one.user_id, again)
        return settled

    async def _recogniser(self, one: Import, lookup: Lookup, *, waits: bool = True) -> Recogniser:
        today = max(one.today, self._clock().date())
        return await self._aside(
            Recogniser,
            one.user_id,
            lookup,
            self._store,
            self._mappings,
            self._library,
            await self._aside(self._store.company, one.id),
            one.choices.language or one.language,
            today,
            self._clock(),
            waits=waits,
        )

    async def _aside(self, act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        call = partial(copy_context().run, act, *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _ended(self, import_id: int) -> bool:
        one = self._store.read(import_id)
        return one is None or one.status not in {Status.MATCHING, Status.DONE}


def _plain(name: str) -> str:
    """The last part of a path, without what does not print."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[:200] or "history"


def _skip(events: Iterator[Event], count: int) -> None:
    for _ in islice(events, count):
        pass


def _batch(events: Iterator[Event], row: Callable[[int, HistoryRow], StoredRow]) -> Batch:
    batch = Batch()
    for event in islice(events, _READ_AT_ONCE):
        batch.events += 1
        if isinstance(event, HistoryRow):
            if event.is_bare:
                batch.rows.append(row(len(batch.rows), event))
            elif _in_bounds(event):
                batch.bare = False
                batch.rows.append(row(len(batch.rows), _with_small_ids(event)))
            else:
                problem = "A season, an episode or a count is too large a number"
                batch.bad.append(BadLine(event.line, problem, event.member))
        elif isinstance(event, Skipped):
            reason = event.why.partition(":")[0][:120]
            batch.skipped[reason] = batch.skipped.get(reason, 0) + 1
        else:
            batch.bad.append(BadLine(event.line, event.problem[:300], event.member))
    return batch


def _in_bounds(row: HistoryRow) -> bool:
    return (
        0 <= (row.season or 0) <= LARGEST_NUMBER
        and 0 <= (row.number or 0) <= LARGEST_NUMBER
        and 0 <= row.plays <= LARGEST_NUMBER
        and 0 <= row.year <= LARGEST_NUMBER
        and 0 <= (row.seconds or 0) <= _LARGEST_ID
    )


def _with_small_ids(row: HistoryRow) -> HistoryRow:
    """An id beyond those that services give is none."""
    if row.tmdb_id <= _LARGEST_ID and row.tvdb_id <= _LARGEST_ID and len(row.imdb_id) <= 20:
        return row
    return msgspec.structs.replace(
        row,
        tmdb_id=row.tmdb_id if row.tmdb_id <= _LARGEST_ID else 0,
        tvdb_id=row.tvdb_id if row.tvdb_id <= _LARGEST_ID else 0,
        imdb_id=row.imdb_id if len(row.imdb_id) <= 20 else "",
    )
