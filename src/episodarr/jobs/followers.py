"""The pollers of all connected services: each service has its own, and a failing one never stops the others."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

from episodarr.availability.ports import AvailabilityStore, MediaLibrary
from episodarr.availability.verify import Verify
from episodarr.capacity.measure import Measure
from episodarr.capacity.model import DiskReading
from episodarr.capacity.ports import DiskSource
from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Connection
from episodarr.downloads.adopt import Adopt
from episodarr.downloads.follow_grabs import FollowGrabs, SeriesNews
from episodarr.downloads.follow_transfers import FollowTransfers, OpenDownloads
from episodarr.downloads.model import NameReading
from episodarr.downloads.ports import DownloadStore, GrabSource, NameReader, TransferClient
from episodarr.downloads.progress import ProgressBoard
from episodarr.episode.identity import ConnectionId, SeriesId
from episodarr.episode.ledger import Ledger
from episodarr.imports.follow import FollowImports, Recognized
from episodarr.imports.ports import FileMatcher, ImportStore
from episodarr.requests.follow import Changed, FollowRequests, address_of
from episodarr.requests.ports import RequestSource, RequestStore

_RESTING_POLLS = 5
"""While nothing moves, only each so-many-th poll asks the download client."""
_RESTS_AFTER = 15


class Followers:
    """Makes a poller for each connected service, and polls them."""

    def __init__(
        self,
        *,
        connections: Connections,
        downloads: DownloadStore,
        availability: AvailabilityStore,
        imports: ImportStore,
        measure: Measure,
        requests: RequestStore,
        ledger: Ledger,
        progress: ProgressBoard,
        open_downloads: OpenDownloads,
        series_news: SeriesNews,
        recognized: Recognized,
        requests_changed: Changed,
        whole_requests_every: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._connections = connections
        self._downloads = downloads
        self._availability = availability
        self._imports = imports
        self._requests = requests
        self._ledger = ledger
        self._progress = progress
        self._open = open_downloads
        self._series_news = series_news
        self._measure = measure
        self._adopt = Adopt(downloads, progress, open_downloads, clock)
        self._recognized = recognized
        self._requests_changed = requests_changed
        self._whole_requests_every = whole_requests_every
        self._clock = clock
        self._pollers: dict[tuple[str, ConnectionId], tuple[object, Any]] = {}
        self._still: dict[ConnectionId, int] = {}
        self._urgent: set[SeriesId] = set()
        self._imported: set[SeriesId] = set()
        self._lock = Lock()

    def _poller(self, kind: str, connection: ConnectionId, client: object, make: Callable[[], Any]) -> Any:
        """The poller of a connection; made anew when its client is another one (its settings were changed)."""
        held = self._pollers.get((kind, connection))
        if held is None or held[0] is not client:
            held = self._pollers[kind, connection] = (client, make())
        return held[1]

    async def _news(self, connection: Connection, look: Awaitable[int], problems: list[str]) -> int:
        """How much is new by a look at one service; none, and one more of the problems, when it cannot be asked."""
        try:
            return await self._connections.ask(connection, look)
        except ServiceFailure as failure:
            problems.append(str(failure))
            return 0

    async def grabs(self) -> dict[str, Any]:
        """Look at every Sonarr's queue and history."""
        news = 0
        problems: list[str] = []
        heard = all(
            self._progress.heard(connection.id) for connection, _, _ in self._connections.offering(TransferClient)
        )
        for connection, _, client in self._connections.offering(GrabSource):
            if not self._connections.may_ask(connection.id):
                continue
            make = partial(self._follow_grabs, connection.id, client)
            poller: FollowGrabs = self._poller("grabs", connection.id, client, make)
            news += await self._news(connection, poller.poll(heard), problems)
        return {"news": news, "message": "; ".join(problems)}

    def _follow_grabs(self, connection: ConnectionId, client: GrabSource) -> FollowGrabs:
        return FollowGrabs(
            connection,
            client,
            self._downloads,
            self._ledger,
            self._progress,
            self._open,
            self._series_news,
            self._clock,
        )

    def _follow_transfers(self, connection: ConnectionId, label: str, client: TransferClient) -> FollowTransfers:
        return FollowTransfers(connection, label, client, self._open, self._ledger, self._progress, self._clock)

    def _verify(self, connection: ConnectionId, label: str, library: MediaLibrary) -> Verify:
        return Verify(connection, label, library, self._availability, self._ledger, self._clock)

    async def transfers(self) -> dict[str, Any]:
        """Look at every download client; less often while nothing moves."""
        problems = []
        offering = self._connections.offering(TransferClient)
        for connection, integration, client in offering:
            if not self._connections.may_ask(connection.id):
                continue
            still = self._still.get(connection.id, 0)
            if still > _RESTS_AFTER and still % _RESTING_POLLS and not await self._open.news():
                self._still[connection.id] = still + 1
                continue
            make = partial(self._follow_transfers, connection.id, integration.label, client)
            poller: FollowTransfers = self._poller("transfers", connection.id, client, make)
            try:
                moves = await self._connections.ask(connection, poller.poll())
            except ServiceFailure as failure:
                problems.append(str(failure))
                continue
            self._still[connection.id] = 0 if moves else still + 1
        self._drop_removed({connection.id for connection, _, _ in offering})
        await self._connections.close_retired()
        return {"message": "; ".join(problems)}

    def _drop_removed(self, present: set[ConnectionId]) -> None:
        for kind, connection in list(self._pollers):
            if kind == "transfers" and connection not in present:
                del self._pollers[kind, connection]
                self._progress.drop_connection(connection)

    def imported_soon(self, series: set[SeriesId]) -> None:
        """Have these series' files looked for in the importers with the next look. Safe from any thread."""
        with self._lock:
            self._imported |= series

    def importer(self, connection: ConnectionId) -> FollowImports | None:
        """The follower of one importer; None when there is no such, or it is switched off."""
        for held, integration, client in self._connections.offering(FileMatcher):
            if held.id == connection:
                return self._import_follower(held.id, integration.label, client)
        return None

    def _import_follower(self, connection: ConnectionId, label: str, client: FileMatcher) -> FollowImports:
        def make() -> FollowImports:
            return FollowImports(connection, label, client, self._imports, self._ledger, self._recognized, self._clock)

        follower: FollowImports = self._poller("imports", connection, client, make)
        return follower

    async def rescan_libraries(self, path: str) -> list[str]:
        """Have every media server look at a folder soon; the names of those that took it.

        Raises the last ServiceFailure when none did.
        """
        took, failed = [], None
        for connection, integration, client in self._connections.offering(MediaLibrary):
            make = partial(self._verify, connection.id, integration.label, client)
            poller: Verify = self._poller("verify", connection.id, client, make)
            try:
                await self._connections.ask(connection, poller.rescan(path))
                took.append(connection.name)
            except ServiceFailure as failure:
                failed = failure
        if failed is not None and not took:
            raise failed
        return took

    async def disks(self) -> dict[str, Any]:
        """Read how full every disk is."""
        services = [
            (connection.id, connection.name, partial(self._read_disks, connection, client))
            for connection, _, client in self._connections.offering(DiskSource)
            if self._connections.may_ask(connection.id)
        ]
        read, problems = await self._measure.poll(services)
        return {"read": read, "message": "; ".join(problems)}

    async def _read_disks(self, connection: Connection, client: DiskSource) -> list[DiskReading]:
        return await self._connections.ask(connection, client.disks())

    async def adopt(self) -> dict[str, Any]:
        """Find out which episodes the downloads bring that no Sonarr grabbed."""
        readers = [
            (connection.id, partial(self._read_name, connection, client))
            for connection, _, client in self._connections.offering(NameReader)
            if self._connections.may_ask(connection.id)
        ]
        return {"found": await self._adopt.poll(readers)}

    async def _read_name(self, connection: Connection, client: NameReader, name: str) -> NameReading | None:
        return await self._connections.ask(connection, client.read_name(name))

    async def imports(self) -> dict[str, Any]:
        """Look at what every importer made of the imported files."""
        news = 0
        problems: list[str] = []
        with self._lock:
            urgent, self._imported = self._imported, set()
        for connection, integration, client in self._connections.offering(FileMatcher):
            follower = self._import_follower(connection.id, integration.label, client)
            follower.expect(urgent)
            if not self._connections.may_ask(connection.id):
                continue
            news += await self._news(connection, follower.poll(), problems)
        return {"news": news, "message": "; ".join(problems)}

    async def requests(self) -> dict[str, Any]:
        """Look at every request system; of what is new in Sonarr it tells whether that answers or not."""
        news = 0
        problems: list[str] = []
        for connection, integration, client in self._connections.offering(RequestSource):
            follower = self._request_follower(connection.id, integration.label, client)
            news += await asyncio.to_thread(follower.tell)
            if not self._connections.may_ask(connection.id):
                continue
            news += await self._news(connection, follower.poll(), problems)
        return {"news": news, "message": "; ".join(problems)}

    def requester(self, connection: ConnectionId) -> FollowRequests | None:
        """The follower of one request system; None when there is no such, or it is switched off."""
        for held, integration, client in self._connections.offering(RequestSource):
            if held.id == connection:
                return self._request_follower(held.id, integration.label, client)
        return None

    def _request_follower(self, connection: ConnectionId, label: str, client: RequestSource) -> FollowRequests:
        def make() -> FollowRequests:
            return FollowRequests(
                connection,
                label,
                client,
                self._requests,
                self._ledger,
                self._requests_changed,
                self._sonarr_addresses,
                self._whole_requests_every,
                self._clock,
            )

        follower: FollowRequests = self._poller("requests", connection, client, make)
        return follower

    def _sonarr_addresses(self) -> dict[ConnectionId, str]:
        return {held.id: address_of(held.url) for held, _, _ in self._connections.offering(GrabSource)}

    def verify_soon(self, series: set[SeriesId]) -> None:
        """Have these series looked at with the next look. Safe from any thread."""
        with self._lock:
            self._urgent |= series

    def library_changed(self, connection: ConnectionId) -> None:
        """A media server has told that something changed in its library."""
        if (held := self._pollers.get(("verify", connection))) is not None:
            held[1].changed()

    async def verify(self) -> dict[str, Any]:
        """Look into every media server for what awaits it: side by side, as one may take long to list everything."""
        with self._lock:
            urgent, self._urgent = self._urgent, set()
        asked = []
        for connection, integration, client in self._connections.offering(MediaLibrary):
            make = partial(self._verify, connection.id, integration.label, client)
            poller: Verify = self._poller("verify", connection.id, client, make)
            await poller.expect(urgent)
            if self._connections.may_ask(connection.id):
                asked.append(self._verify_in(connection, poller))
        told = await asyncio.gather(*asked)
        looked = sum(one for one in told if isinstance(one, int))
        return {"looked": looked, "message": "; ".join(one for one in told if isinstance(one, str))}

    async def _verify_in(self, connection: Connection, poller: Verify) -> int | str:
        """How many series were looked at in one media server, or what went wrong."""
        try:
            return await self._connections.ask(connection, poller.look())
        except ServiceFailure as failure:
            return str(failure)
