"""Following a history of plays: all of it once, then what is new; the position is kept after each page.

The library is never read for it: what a play is of is found by what the play says.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from episodarr.connections.failures import ServiceFailure
from episodarr.episode.identity import ConnectionId
from episodarr.episode.ledger import Ledger
from episodarr.watching.model import Play, PlayPage, Position, Taken
from episodarr.watching.placing import Placing
from episodarr.watching.ports import PlaySource, PlayStore

_REMEMBERED = 2_000
"""Plays of the latest page, at most, to know that nothing has changed without asking the database."""
_Read = tuple[Position, int, int]
_WHOLE_AGAIN = timedelta(days=1)
"""A history that counts more rows than are kept is read whole again, at most so often."""


class Steps(Protocol):
    """Told how far the work is; raises asyncio.CancelledError when somebody cancelled it."""

    def step(self, progress: float | None, message: str) -> None:
        """`progress` is 0..1."""
        ...


class PlaysReport(msgspec.Struct):
    """What one look brought."""

    read: int = 0
    new: int = 0
    changed: int = 0
    matched: int = 0
    facts: int = 0
    whole: bool = False
    """Whether the history was read from its beginning."""


class FollowPlays:
    """Follows the history of one connection."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        client: PlaySource,
        store: PlayStore,
        ledger: Ledger,
        clock: Callable[[], datetime],
        placing: Placing | None = None,
    ) -> None:
        """`placing`: shared with whatever else is read from the same connection."""
        self._connection = connection
        self._client = client
        self._store = store
        self._placing = placing or Placing(connection, label, client, store, ledger)
        self._clock = clock
        self._whole_at: datetime | None = None
        self._latest: tuple[Play, ...] = ()
        self._kept: int | None = None

    async def poll(self, steps: Steps) -> PlaysReport:
        """One look. Raises ServiceFailure when the service cannot be asked; what was read until then is kept."""
        report = PlaysReport()
        known, self._kept = self._kept, None  # not known any more when this fails half way
        position = await asyncio.to_thread(self._store.position, self._connection)
        report.whole = position.started_at is None
        position, total, new_items = await self._settled(self._read(position, report, steps))
        kept = known + report.new if known is not None else await self._count()
        if position.whole and total + position.surplus > kept and self._may_read_whole():
            # A play that was paused for days is listed by its start, long before where new ones are looked for.
            report.whole = True
            again = self._read(msgspec.structs.replace(position, started_at=None), report, steps)
            position, total, more = await self._settled(again)
            new_items += more
            kept = await self._count()
        now = self._clock()
        surplus = kept - total if report.whole or not position.whole else position.surplus
        done = Position(position.started_at, whole=True, read_at=now, surplus=surplus)
        await asyncio.to_thread(self._store.set_position, self._connection, done)
        report.matched, report.facts = await self._placing.place(now, new_items=new_items > 0)
        self._kept = kept
        return report

    def match(self) -> int:
        """Find the episodes of plays that had none, now that there are new ones, and tell of them; how many."""
        return self._placing.match()

    async def _count(self) -> int:
        return await asyncio.to_thread(self._store.count, self._connection)

    def _may_read_whole(self) -> bool:
        now = self._clock()
        if self._whole_at is not None and now - self._whole_at < _WHOLE_AGAIN:
            return False
        self._whole_at = now
        return True

    async def _settled(self, reading: Awaitable[_Read]) -> _Read:
        """What a reading brings; when it fails half way, what was read until then counts nevertheless."""
        try:
            return await reading
        except (ServiceFailure, asyncio.CancelledError):
            await asyncio.to_thread(self._store.settle, self._connection)
            raise

    async def _read(self, position: Position, report: PlaysReport, steps: Steps) -> _Read:
        """Read on from a position; the new one, how many rows the source has, and how many items are new."""
        new_items = total = 0
        before = position.started_at
        async for page in self._client.plays(before):
            taken = await self._take(page.plays)
            report.read += len(page.plays)
            report.new += taken.new
            report.changed += taken.changed
            new_items += taken.new_items
            total = page.total
            moved = self._behind(page, position)
            if moved != position:
                position = moved
                await asyncio.to_thread(self._store.set_position, self._connection, position)
            steps.step(min(page.read / page.count, 1.0) if page.count else None, f"{page.read} of {page.count} plays")
        return position, total, new_items

    async def _take(self, plays: tuple[Play, ...]) -> Taken:
        """Keep a page; the one that was kept last is nothing new, whatever it holds."""
        if plays == self._latest:
            return Taken()
        self._latest = ()
        taken = await asyncio.to_thread(self._store.take, self._connection, plays)
        self._latest = plays if len(plays) <= _REMEMBERED else ()
        return taken

    def _behind(self, page: PlayPage, position: Position) -> Position:
        """The position behind a page; a start in the future is a wrong clock's, and moves nothing."""
        now = self._clock()
        starts = [play.started_at for play in page.plays if play.started_at <= now]
        latest = max([*starts, *([position.started_at] if position.started_at else [])], default=None)
        return msgspec.structs.replace(position, started_at=latest)
