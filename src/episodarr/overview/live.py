"""What moves, told to whoever watches: ids and numbers, never pages."""

import asyncio
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any

import msgspec

_BACKLOG = 256
"""Events that a watcher may be behind; after that it is told to read everything anew."""
_AWAITED = 30.0
"""Seconds for which events are kept for whoever was told a position and has yet to come back with it."""
_POSITION = re.compile(r"([0-9a-f]{8})-([0-9]{1,15})")


class LiveEvent(msgspec.Struct, frozen=True):
    """One event of the stream: a name, its JSON data, and the position after it."""

    name: str
    data: bytes
    position: str


class Live:
    """Fans events out to all watchers. `publish` is safe from any thread and costs nothing when nobody watches.

    A position says which events somebody knows of. It holds as long as somebody watches without a gap; after one, or
    in another process, all of them are void.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[asyncio.Queue[LiveEvent]] = set()
        self._awaited_until = 0.0
        self._recent: deque[LiveEvent] = deque(maxlen=_BACKLOG)
        self._attention, self._count = "", 0
        self._lock = Lock()
        self._closing = asyncio.Event()
        self._encoder = msgspec.json.Encoder()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that the watchers live on."""
        self._loop = loop

    @property
    def watched(self) -> bool:
        """Whether anybody watches, or has just begun to."""
        return bool(self._watchers) or self._seconds() < self._awaited_until

    def position(self) -> str:
        """Where the stream is: to be asked before that is read which its events change. Safe from any thread."""
        with self._lock:
            self._attend()
            self._awaited_until = self._seconds() + _AWAITED
            return self._position()

    def publish(self, name: str, data: Mapping[str, Any]) -> None:
        """Tell all watchers."""
        if self._loop is None or not self.watched or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._fan_out, name, self._encoder.encode(data))

    def _fan_out(self, name: str, data: bytes) -> None:
        with self._lock:
            self._count += 1
            event = LiveEvent(name, data, self._position())
            self._recent.append(event)
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(LiveEvent("missed", b"{}", event.position))
            queue.put_nowait(event)

    def _position(self) -> str:
        return f"{self._attention}-{self._count}"

    def _attend(self) -> None:
        """Begin to keep what is told, when nobody did: nobody knows what was told until now."""
        if not self.watched:
            self._attention, self._count = secrets.token_hex(4), 0
            self._recent.clear()

    def _after(self, position: str) -> list[LiveEvent]:
        """What was told after a position; `missed` when that is not known any more."""
        known = _POSITION.fullmatch(position)
        behind = self._count - int(known[2]) if known is not None and known[1] == self._attention else -1
        if 0 <= behind <= len(self._recent):
            return list(self._recent)[len(self._recent) - behind :]
        return [LiveEvent("missed", b"{}", self._position())]

    @asynccontextmanager
    async def watch(self, after: str = "") -> AsyncIterator[asyncio.Queue[LiveEvent]]:
        """A queue of events: a `hello`, what was told after a position when one is given, and all from now on."""
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue(_BACKLOG + 2)
        with self._lock:
            self._attend()
            known = after if _POSITION.fullmatch(after) else self._position()
            for event in (LiveEvent("hello", b"{}", known), *(self._after(after) if after else ())):
                queue.put_nowait(event)
            self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    @property
    def closing(self) -> asyncio.Event:
        """Set when the service stops, so that open streams end."""
        return self._closing

    def close(self) -> None:
        """End all streams."""
        self._closing.set()


def episode_event(judged: Collection[Any], places: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    """The data of an `episodes` event: standings by episode, with series id and season number.

    `at` is when each was judged, in milliseconds since 1970: events may overtake each other, and parts of pages.
    """
    return {
        "episodes": [
            {
                "id": one.episode,
                "series_id": places[one.episode][0],
                "season_number": places[one.episode][1],
                "state": one.standing.state.value,
                "because": one.standing.because,
                "waiting_for": one.standing.waiting_for,
                "since": one.standing.since,
                "at": one.at.timestamp() * 1000,
            }
            for one in judged
            if one.episode in places
        ],
    }
