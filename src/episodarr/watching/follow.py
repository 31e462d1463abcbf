"""Following a history of plays: all of it once, then what is new; the position is kept after each page.

The library is never read for it: what a play is of is found by what the play says.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from episodarr.episode.identity import ConnectionId
from episodarr.episode.ledger import Ledger
from episodarr.watching.model import PlayPage, Position
from episodarr.watching.placing import Placing
from episodarr.watching.ports import PlaySource, PlayStore

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

    async def poll(self, steps: Steps) -> PlaysReport:
        """One look. Raises ServiceFailure when the service cannot be asked; what was read until then is kept."""
        report = PlaysReport()
        position = await asyncio.to_thread(self._store.position, self._connection)
        report.whole = position.started_at is None
        position, total, new_items = await self._read(position, report, steps)
        kept = await asyncio.to_thread(self._store.count, self._connection)
        if position.whole and total + position.surplus > kept and self._may_read_whole():
            # A play that was paused for days is listed by its start, long before where new ones are looked for.
            report.whole = True
            position, total, more = await self._read(msgspec.structs.replace(position, started_at=None), report, steps)
            new_items += more
            kept = await asyncio.to_thread(self._store.count, self._connection)
        now = self._clock()
        surplus = kept - total if report.whole or not position.whole else position.surplus
        done = Position(position.started_at, whole=True, read_at=now, surplus=surplus)
        await asyncio.to_thread(self._store.set_position, self._connection, done)
        report.matched, report.facts = await self._placing.place(now, new_items=new_items > 0)
        return report

    def match(self) -> int:
        """Find the episodes of plays that had none, now that there are new ones, and tell of them; how many."""
        return self._placing.match()

    def _may_read_whole(self) -> bool:
        now = self._clock()
        if self._whole_at is not None and now - self._whole_at < _WHOLE_AGAIN:
            return False
        self._whole_at = now
        return True

    async def _read(self, position: Position, report: PlaysReport, steps: Steps) -> tuple[Position, int, int]:
        """Read on from a position; the new one, how many rows the source has, and how many items are new."""
        new_items = total = 0
        before = position.started_at
        async for page in self._client.plays(before):
            taken = await asyncio.to_thread(self._store.take, self._connection, page.plays)
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

    def _behind(self, page: PlayPage, position: Position) -> Position:
        """The position behind a page; a start in the future is a wrong clock's, and moves nothing."""
        now = self._clock()
        starts = [play.started_at for play in page.plays if play.started_at <= now]
        latest = max([*starts, *([position.started_at] if position.started_at else [])], default=None)
        return msgspec.structs.replace(position, started_at=latest)
