"""How often services may be asked, counted in the database: over all processes, in any stretch of that length.

A turn counts from when it is taken until the length of the stretch after its answer came. Between two requests that
are `most` apart, one that begins therefore waits for the end of the other: however long they are on their way, no
stretch sees more than `most` arrive at the service.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, text, update

from episodarr.connections.model import Rate
from episodarr.connections.pace import LeftAlone
from episodarr.database.engine import Database
from episodarr.database.schema import instant
from episodarr.database.schema_histories import service_pauses, service_turns

_LONGEST_REQUEST = timedelta(seconds=150)
"""Whoever took a turn and has not given it back by then is gone."""
_LONGEST_WAIT = 30.0
"""Seconds that somebody waits for a turn."""
_LONGEST_PAUSE = timedelta(hours=1)
_COARSE = timedelta(milliseconds=5)
"""SQLite's clock tells milliseconds."""
_SOON = 0.1
"""Seconds until asking again while every turn is held by a request that is on its way."""

_t, _p = service_turns.c, service_pauses.c


class Turn(msgspec.Struct, frozen=True):
    """A turn that was taken, or how long it will be until there may be one."""

    id: int | None
    wait: float = 0.0
    """Seconds."""
    paused: bool = False
    """The service itself asked for it."""


class RateLimits:
    """The limits of all services; `pace` is that of one."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`clock` None: the database's own, the same for all processes."""
        self._database = database
        self._clock = clock
        self.sleep = sleep

    def pace(self, service: str, rate: Rate) -> "StoredPace":
        """How one service is asked."""
        return StoredPace(self, service, rate)

    def take(self, service: str, rate: Rate) -> Turn:
        """A turn at a service, or how long to wait before asking for one again."""
        length = timedelta(seconds=rate.seconds) + _COARSE
        own = _t.service == service
        with self._database.writing() as db:
            now = self._now(db)
            until = db.execute(select(_p.until).where(_p.service == service)).scalar()
            if until is not None and now < until <= now + _LONGEST_PAUSE:
                return Turn(None, (until - now).total_seconds(), paused=True)
            # A clock that was put back would let turns of the future block the service until then.
            db.execute(update(service_turns).where(own, _t.asked_at > now).values(asked_at=now))
            db.execute(update(service_turns).where(own, _t.done_at > now).values(done_at=now))
            given_up = _t.asked_at <= now - length - _LONGEST_REQUEST
            db.execute(delete(service_turns).where(own, or_(_t.done_at <= now - length, given_up)))
            held = db.execute(select(_t.done_at).where(own)).scalars().all()
            if len(held) < rate.most:
                key = db.execute(insert(service_turns).values(service=service, asked_at=now)).inserted_primary_key
                assert key is not None  # noqa: S101  # a table with a key gives one
                return Turn(int(key[0]))
            done = sorted(at for at in held if at is not None)
            too_many = len(held) - rate.most
            return Turn(None, (done[too_many] + length - now).total_seconds() if len(done) > too_many else _SOON)

    def give_back(self, turn: int) -> None:
        """The request of a turn has ended."""
        with self._database.writing() as db:
            db.execute(update(service_turns).where(_t.id == turn).values(done_at=self._now(db)))

    def pause(self, service: str, seconds: float) -> None:
        """Leave a service alone; a longer pause that was asked for before stays."""
        with self._database.writing() as db:
            until = self._now(db) + min(timedelta(seconds=seconds), _LONGEST_PAUSE)
            held = db.execute(select(_p.until).where(_p.service == service)).scalar()
            if held is None:
                db.execute(insert(service_pauses).values(service=service, until=until))
            elif not until <= held <= until + _LONGEST_PAUSE:
                db.execute(update(service_pauses).where(_p.service == service).values(until=until))

    def _now(self, db: Connection) -> datetime:
        if self._clock is not None:
            return self._clock()
        if self._database.is_sqlite:
            seconds = db.execute(text("SELECT (julianday('now') - 2440587.5) * 86400.0")).scalar_one()
        else:
            seconds = db.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()
        return instant(round(float(seconds) * 1e6))


class StoredPace:
    """Pace on a database."""

    def __init__(self, limits: RateLimits, service: str, rate: Rate) -> None:
        self._limits = limits
        self._service = service
        self._rate = rate
        self._queue = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """See Pace."""
        async with self._queue:  # whoever came first here is first
            taken = await self._wait()
        try:
            yield
        finally:
            await asyncio.to_thread(self._limits.give_back, taken)

    async def _wait(self) -> int:
        while True:
            turn = await asyncio.to_thread(self._limits.take, self._service, self._rate)
            if turn.id is not None:
                return turn.id
            if turn.paused and turn.wait > _LONGEST_WAIT:
                raise LeftAlone(turn.wait)
            await self._limits.sleep(max(turn.wait, 0.001))

    async def leave_alone(self, seconds: float | None) -> None:
        """See Pace."""
        wait = self._rate.seconds if seconds is None else seconds
        await asyncio.to_thread(self._limits.pause, self._service, wait)
