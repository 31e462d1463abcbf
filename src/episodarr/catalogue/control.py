"""What a person has Sonarr do: monitoring and searching. The answer is read back at once, never assumed."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from urllib.parse import quote

from episodarr.catalogue.instances import Instances
from episodarr.catalogue.ports import CatalogueControl, CatalogueStore, EpisodePlace, SeriesPlace
from episodarr.connections.connect import Connections
from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId


class NotConnected(ServiceFailure):
    """The instance that a show came from is switched off or removed."""

    status = "offline"
    fix = "Switch the connection on again under Settings > Connections."


class Control:
    """Acts on Sonarr. Every method raises ServiceFailure, or LookupError when there is no such show or episode."""

    def __init__(
        self,
        connections: Connections,
        store: CatalogueStore,
        instances: Instances,
        hint: Callable[[SeriesId], None],
    ) -> None:
        self._connections = connections
        self._store = store
        self._instances = instances
        self._hint = hint

    async def monitor_episodes(self, ids: Collection[int], monitored: bool) -> None:
        """Monitor episodes, or no longer."""
        for places in _by_series(await self._places(ids)):
            connection, client = self._client(places[0].connection)
            wanted = [place.sonarr_id for place in places]
            await self._connections.ask(connection, client.monitor_episodes(wanted, monitored=monitored))
            await self._instances.show(places[0].series_id)

    async def monitor_season(self, series_id: int, number: int, monitored: bool) -> None:
        """Monitor a season, or no longer."""
        place = await self._place(series_id)
        connection, client = self._client(place.connection)
        await self._connections.ask(connection, client.monitor_season(place.sonarr_id, number, monitored=monitored))
        await self._reread(connection, series_id)

    async def monitor_series(self, series_id: int, monitored: bool) -> None:
        """Monitor a show, or no longer."""
        place = await self._place(series_id)
        connection, client = self._client(place.connection)
        await self._connections.ask(connection, client.monitor_series(place.sonarr_id, monitored=monitored))
        await self._reread(connection, series_id)

    async def search(self, ids: Collection[int]) -> None:
        """Search for releases of episodes now."""
        for places in _by_series(await self._places(ids)):
            connection, client = self._client(places[0].connection)
            await self._connections.ask(connection, client.search_episodes([place.sonarr_id for place in places]))

    async def sync_show(self, series_id: int) -> None:
        """Read a show again from Sonarr now. Raises ServiceFailure also when it is this show alone that fails."""
        report = await self._instances.show(SeriesId(series_id))
        if report.failures:
            raise Broken("Sonarr", f"it was not read; {report.failures[0]}")
        self._hint(SeriesId(series_id))

    async def recheck(self, episode_id: int) -> None:
        """Ask all systems about an episode again: Sonarr rescans its folder, the media servers are asked anew."""
        places = await self._places([EpisodeId(episode_id)])
        connection, client = self._client(places[0].connection)
        await self._connections.ask(connection, client.rescan_series(places[0].sonarr_series_id))
        await self._connections.ask(connection, client.refresh_downloads())
        await self.sync_show(places[0].series_id)

    async def retry_import(self, episode_id: int) -> None:
        """Have Sonarr look at its download clients, and try again to import what is complete."""
        places = await self._places([EpisodeId(episode_id)])
        connection, client = self._client(places[0].connection)
        await self._connections.ask(connection, client.refresh_downloads())
        await self._connections.ask(connection, client.process_downloads())
        await self.sync_show(places[0].series_id)

    async def place_of(self, episode_id: int) -> EpisodePlace:
        """Where an episode is in Sonarr."""
        return (await self._places([EpisodeId(episode_id)]))[0]

    async def folder_of(self, series_id: int) -> str:
        """The show's folder as Sonarr names it."""
        return (await self._place(series_id)).path

    async def queue_link(self, series_id: int) -> str:
        """The address of Sonarr's queue, where imports are decided by hand."""
        place = await self._place(series_id)
        return f"{self._connections.get(place.connection).url}/activity/queue"

    async def sonarr_link(self, series_id: int) -> str:
        """The address of the show's page in Sonarr."""
        place = await self._place(series_id)
        return f"{self._connections.get(place.connection).url}/series/{quote(place.slug, safe='')}"

    async def _reread(self, connection: Connection, series_id: int) -> None:
        await self._instances.series_of(connection)
        await self._instances.show(SeriesId(series_id))

    def _client(self, connection: ConnectionId) -> tuple[Connection, CatalogueControl]:
        for held, _, client in self._connections.offering(CatalogueControl):
            if held.id == connection:
                return held, client
        raise NotConnected("Sonarr", "The instance of this show is switched off or removed")

    async def _place(self, series_id: int) -> SeriesPlace:
        place = await asyncio.to_thread(self._store.place, SeriesId(series_id))
        if place is None:
            raise LookupError(f"There is no show {series_id}")
        return place

    async def _places(self, ids: Collection[int]) -> list[EpisodePlace]:
        places = await asyncio.to_thread(self._store.episode_places, ids)
        if not places:
            raise LookupError("There is no such episode")
        return places


def _by_series(places: Iterable[EpisodePlace]) -> Iterable[list[EpisodePlace]]:
    found: dict[SeriesId, list[EpisodePlace]] = {}
    for place in places:
        found.setdefault(place.series_id, []).append(place)
    return found.values()
