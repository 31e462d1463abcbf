"""The followers of what was played and is playing: one for each service that tells of it, none stops the others."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec

from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId
from episodarr.episode.ledger import Ledger
from episodarr.watching.follow import FollowPlays, PlaysReport, Steps
from episodarr.watching.follow_states import FollowStates
from episodarr.watching.placing import Placing
from episodarr.watching.ports import (
    PlaySource,
    PlayStateSource,
    PlayStore,
    SessionSource,
    SessionStore,
    StateStore,
)

_Look = Callable[[Steps], Awaitable[PlaysReport]]


class _Following:
    """What follows one connection with one client."""

    def __init__(self, client: object, placing: Placing) -> None:
        self.client = client
        self.placing = placing
        self.plays: FollowPlays | None = None
        self.states: FollowStates | None = None


class PlayFollowers:
    """Makes followers of plays, states and sessions for each connected service, and has them look."""

    def __init__(
        self,
        *,
        connections: Connections,
        plays: PlayStore,
        states: StateStore,
        sessions: SessionStore,
        ledger: Ledger,
        clock: Callable[[], datetime],
        playing_told: Callable[[], None],
    ) -> None:
        """`playing_told`: called when something else plays than before."""
        self._connections = connections
        self._plays = plays
        self._states = states
        self._sessions = sessions
        self._ledger = ledger
        self._clock = clock
        self._playing_told = playing_told
        self._playing: set[tuple[ConnectionId, str, str, bool]] = set()
        self._following: dict[ConnectionId, _Following] = {}

    # ------------------------------------------------------------------ what was played

    async def sync(self, steps: Steps) -> dict[str, Any]:
        """Read what is new in every history and in the states of every user.

        Raises the last ServiceFailure when nothing could be read at all.
        """
        report = {"read": 0, "new": 0, "matched": 0, "facts": 0}
        failed, problems, read = None, [], False
        for connection, looks in self._looks().values():
            try:
                await self._connections.ask(connection, _each(looks, steps, report))
            except ServiceFailure as failure:
                failed = failure
                problems.append(str(failure))
                continue
            read = True
        await self._cover()
        if failed is not None and not read:
            raise failed
        return {**report, "message": "; ".join(dict.fromkeys(problems))}

    def _looks(self) -> dict[ConnectionId, tuple[Connection, list[_Look]]]:
        """What is to be read of each connection: the states before the plays, as they know its items best."""
        found: dict[ConnectionId, tuple[Connection, list[_Look]]] = {}
        for connection, integration, states in self._connections.offering(PlayStateSource):
            look = self._state_follower(connection.id, integration.label, states).poll
            found.setdefault(connection.id, (connection, []))[1].append(look)
        covered = self._covered()
        for connection, integration, history in self._connections.offering(PlaySource):
            if connection.id not in covered:
                look = self._play_follower(connection.id, integration.label, history).poll
                found.setdefault(connection.id, (connection, []))[1].append(look)
        return found

    async def match(self) -> int:
        """Find the episodes of what was played and had none, now that shows were read; how many."""
        found = 0
        for connection, integration, client in self._connections.offering(PlaySource):
            placing = self._of(connection.id, integration.label, client).placing
            found += await asyncio.to_thread(placing.match)
        return found

    def _of(self, connection: ConnectionId, label: str, client: PlaySource | PlayStateSource) -> _Following:
        """What follows a connection; made anew when its client is another one (its settings were changed)."""
        held = self._following.get(connection)
        if held is None or held.client is not client:
            placing = Placing(connection, label, client, self._plays, self._ledger)
            held = self._following[connection] = _Following(client, placing)
        return held

    def _play_follower(self, connection: ConnectionId, label: str, client: PlaySource) -> FollowPlays:
        of = self._of(connection, label, client)
        if of.plays is None:
            of.plays = FollowPlays(connection, label, client, self._plays, self._ledger, self._clock, of.placing)
        return of.plays

    def _state_follower(self, connection: ConnectionId, label: str, client: PlayStateSource) -> FollowStates:
        of = self._of(connection, label, client)
        if of.states is None:
            of.states = FollowStates(connection, client, self._states, of.placing, self._clock)
        return of.states

    # ------------------------------------------------------------------ what two services tell

    def _telling(self) -> dict[str, list[ConnectionId]]:
        """By kind of service: the enabled connections that tell its plays in its place."""
        found: dict[str, list[ConnectionId]] = {}
        for connection, integration, _ in self._connections.offering(PlaySource):
            if integration.tells_plays_of:
                found.setdefault(integration.tells_plays_of, []).append(connection.id)
        return found

    def _covered(self) -> set[ConnectionId]:
        """Connections whose plays another one tells: they are not read themselves."""
        telling = self._telling()
        return {one.id for one in self._connections.all() if one.kind in telling}

    async def _cover(self) -> None:
        """Let no play count twice that two services tell, and date the covered ones by those that tell their plays."""
        by_kind: dict[str, list[ConnectionId]] = {}
        for one in self._connections.all():
            by_kind.setdefault(one.kind, []).append(one.id)
        telling = self._telling()
        for integration in self._connections.integrations():
            kind = integration.tells_plays_of
            covered, covering = by_kind.get(kind, []), by_kind.get(integration.kind, [])
            if not kind or not covered or not covering:
                continue
            await asyncio.to_thread(self._plays.cover, covered, covering)
            if kind in telling:
                await asyncio.to_thread(self._date, covered, telling[kind])

    def _date(self, covered: list[ConnectionId], telling: list[ConnectionId]) -> None:
        read = [self._plays.position(one).read_at for one in telling]
        oldest = min((at for at in read if at is not None), default=None)
        if oldest is None or None in read:
            return
        for one in covered:
            position = self._plays.position(one)
            if position.read_at != oldest:
                self._plays.set_position(one, msgspec.structs.replace(position, read_at=oldest))

    # ------------------------------------------------------------------ what is playing

    async def sessions(self, *, strictly: bool = False) -> dict[str, Any]:
        """Ask every service what is being played; what one that cannot be asked said last stays as it is.

        `strictly`: everyone is asked, however they fared before; raises the first ServiceFailure at the end.
        """
        playing, problems, new_items, failed = 0, [], set(), None
        before = set(self._playing)
        told: dict[str, list[ConnectionId]] = {}
        for connection, integration, client in self._connections.offering(SessionSource):
            if connection.id in self._covered() or not (strictly or self._connections.may_ask(connection.id)):
                continue
            try:
                found = await self._connections.ask(connection, client.sessions())
            except ServiceFailure as failure:
                failed = failed or failure
                problems.append(str(failure))
                continue
            now = self._clock()
            if await asyncio.to_thread(self._sessions.playing, connection.id, found, now):
                new_items.add(connection.id)
            playing += len(found)
            self._playing = {one for one in self._playing if one[0] != connection.id}
            self._playing |= {(connection.id, one.item.identity, one.viewer.id, one.paused) for one in found}
            told.setdefault(integration.tells_plays_of, []).append(connection.id)
        for one in self._connections.all():  # what they play is told by another service, which has just answered
            if told.get(one.kind) == self._telling().get(one.kind) and one.kind in told:
                await asyncio.to_thread(self._sessions.playing, one.id, [], self._clock())
        for connection, integration, history in self._connections.offering(PlaySource):
            if connection.id in new_items:
                await asyncio.to_thread(self._of(connection.id, integration.label, history).placing.find)
        if self._playing != before:
            self._playing_told()
        if strictly and failed is not None:
            raise failed
        return {"playing": playing, "message": "; ".join(problems)}


async def _each(looks: list[_Look], steps: Steps, report: dict[str, int]) -> None:
    """Have all look at one connection and add up what they found; raises the first ServiceFailure afterwards."""
    failed = None
    for look in looks:
        try:
            found = await look(steps)
        except ServiceFailure as failure:
            failed = failed or failure
            continue
        for name in report:
            report[name] += getattr(found, name)
    if failed is not None:
        raise failed
