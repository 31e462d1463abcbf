"""What moves, told to whoever watches: ids and numbers, never pages."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any

import msgspec

_BACKLOG = 256
"""Events that a slow watcher may be behind; after that it is told to read everything anew."""


class LiveEvent(msgspec.Struct, frozen=True):
    """One event of the stream: a name and its JSON data."""

    name: str
    data: bytes


class Live:
    """Fans events out to all watchers. `publish` is safe from any thread and costs nothing when nobody watches."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[asyncio.Queue[LiveEvent]] = set()
        self._lock = Lock()
        self._closing = asyncio.Event()
        self._encoder = msgspec.json.Encoder()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that the watchers live on."""
        self._loop = loop

    @property
    def watched(self) -> bool:
        """Whether anybody watches."""
        return bool(self._watchers)

    def publish(self, name: str, data: Mapping[str, Any]) -> None:
        """Tell all watchers."""
        if self._loop is None or not self._watchers or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._fan_out, LiveEvent(name, self._encoder.encode(data)))

    def _fan_out(self, event: LiveEvent) -> None:
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(LiveEvent("missed", b"{}"))
            queue.put_nowait(event)

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[asyncio.Queue[LiveEvent]]:
        """A queue of events from now on."""
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue(_BACKLOG + 2)
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
