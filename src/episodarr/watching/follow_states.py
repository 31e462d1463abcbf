"""Following what a media server tells of each user: all of it at least once a day, in between what was played.

A user is read whole or not at all. What a reading lacks is asked for by itself: what the server still lists has
lost its mark, what it does not list any more keeps it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from episodarr.connections.failures import ServiceFailure
from episodarr.episode.identity import ConnectionId
from episodarr.watching.follow import PlaysReport, Steps
from episodarr.watching.model import PlayState, StatesPosition, Viewer
from episodarr.watching.placing import Placing
from episodarr.watching.ports import PlayStateSource, StateStore

_WHOLE_AGAIN = timedelta(days=1)
_OVERLAP = timedelta(days=1)
"""A play is dated by its start, and may last long; servers' clocks differ."""
_AT_ONCE = 100


class FollowStates:
    """Follows the states of one connection."""

    def __init__(
        self,
        connection: ConnectionId,
        client: PlayStateSource,
        store: StateStore,
        placing: Placing,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._client = client
        self._store = store
        self._placing = placing
        self._clock = clock

    async def poll(self, steps: Steps) -> PlaysReport:
        """One look. Raises ServiceFailure when the server cannot be asked, or one of its users could not be read.

        The users that could be read are kept even then; the reading counts as done only when all were.
        """
        began = self._clock()
        position = await asyncio.to_thread(self._store.states_position, self._connection)
        if position is None:  # noted before anything is asked: from now on it is known that this one was not read
            position = StatesPosition()
            await asyncio.to_thread(self._store.set_states_position, self._connection, position)
        whole = position.began_at is None or position.whole_at is None or began - position.whole_at >= _WHOLE_AGAIN
        since = None if whole or position.began_at is None else position.began_at - _OVERLAP
        report = PlaysReport(whole=whole)
        viewers = await self._client.viewers()
        new_items, failed = 0, None
        for place, viewer in enumerate(viewers, 1):
            try:
                new_items += await self._read(viewer, since, report)
            except ServiceFailure as failure:
                failed = failure
            steps.step(place / len(viewers), f"{place} of {len(viewers)} users")
        report.matched, report.facts = await self._placing.place(began, new_items=new_items > 0)
        if failed is not None:
            raise failed
        done = StatesPosition(began, began if whole else position.whole_at, self._clock())
        await asyncio.to_thread(self._store.set_states_position, self._connection, done)
        return report

    async def _read(self, viewer: Viewer, since: datetime | None, report: PlaysReport) -> int:
        """Read one user; how many items are new."""
        states = await self._client.states(viewer, since)
        told = {one.item.key for one in states}
        lost = await asyncio.to_thread(self._store.marked, self._connection, viewer, since) - told
        states = [*states, *await self._read_again(viewer, sorted(lost))]
        now = self._clock()
        taken = await asyncio.to_thread(
            lambda: self._store.take_states(self._connection, viewer, states, now, whole=since is None)
        )
        report.read += len(states)
        report.new += taken.new
        report.changed += taken.changed
        return taken.new_items

    async def _read_again(self, viewer: Viewer, keys: list[str]) -> list[PlayState]:
        found: list[PlayState] = []
        for place in range(0, len(keys), _AT_ONCE):
            found += await self._client.states_of(viewer, keys[place : place + _AT_ONCE])
        return found
