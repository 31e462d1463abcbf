"""What a person decides about a request: the request system is told, and its answer is kept at once."""

import asyncio
from collections.abc import Callable

from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.episode.identity import ConnectionId
from episodarr.requests.follow import FollowRequests
from episodarr.requests.model import RequestKey, RequestNumber
from episodarr.requests.ports import RequestStore

VERBS = ("approve", "decline", "retry")


class NotConnected(ServiceFailure):
    """The request system of a request is switched off or removed."""

    status = "offline"
    fix = "Switch the connection on again under Settings > Connections."


class Decide:
    """Approves, declines and retries."""

    def __init__(
        self,
        connections: Connections,
        store: RequestStore,
        follower: Callable[[ConnectionId], FollowRequests | None],
        wake: Callable[[], None],
    ) -> None:
        self._connections = connections
        self._store = store
        self._follower = follower
        self._wake = wake

    async def decide(self, request_id: int, verb: str) -> None:
        """One of VERBS. Raises ServiceFailure, or LookupError when there is no such request (any more)."""
        connection, number = await self._place(request_id)
        follower = self._follower(connection)
        held = next((one for one in self._connections.all() if one.id == connection), None)
        if follower is None or held is None:
            raise NotConnected("the request system", "it is not connected, or switched off")
        try:
            await self._connections.ask(held, follower.decide(verb, number))
        finally:
            self._wake()

    async def _place(self, request_id: int) -> tuple[ConnectionId, RequestNumber]:
        place = await asyncio.to_thread(self._store.place, RequestKey(request_id))
        if place is None:
            raise LookupError(f"There is no request {request_id}")
        return place
