"""What helps an episode that waits: each remedy really asks the service that can do something about it."""

import asyncio
from collections.abc import Callable, Collection

from episodarr.catalogue.control import Control, NotConnected
from episodarr.connections.connect import Connections
from episodarr.downloads.ports import TransferClient
from episodarr.episode.identity import EpisodeId, SeriesId, source
from episodarr.imports.ports import FileMatcher, ImportStore
from episodarr.jobs.followers import Followers
from episodarr.overview.answers import Action

_OPENS = {Action.OPEN_IMPORT, Action.OPEN_SHOKO, Action.OPEN_CLIENT}


class Remedies:
    """Carries actions out. Every method raises ServiceFailure, or LookupError when there is no such episode."""

    def __init__(
        self,
        connections: Connections,
        control: Control,
        followers: Followers,
        imports: ImportStore,
        verify_soon: Callable[[Collection[SeriesId]], None],
    ) -> None:
        self._connections = connections
        self._control = control
        self._followers = followers
        self._imports = imports
        self._verify_soon = verify_soon

    def kinds(self) -> set[str]:
        """The kinds of services that are connected and switched on."""
        return {one.kind for one in self._connections.all() if one.enabled}

    async def do(self, action: Action, episode_id: int) -> str:
        """Carry one out; a sentence about what was asked. Raises ValueError for one that only opens a page."""
        match action:
            case Action.SEARCH:
                await self._control.search([episode_id])
                return "Sonarr searches for it."
            case Action.RESCAN:
                await self._control.recheck(episode_id)
                return "Sonarr looks at the show's folder and its downloads again."
            case Action.RETRY_IMPORT:
                await self._control.retry_import(episode_id)
                return "Sonarr tries the import again."
            case Action.RECHECK_LIBRARY:
                return await self._recheck_library(episode_id)
            case Action.RECOGNIZE:
                return await self._recognize(episode_id)
            case Action.OPEN_IMPORT | Action.OPEN_SHOKO | Action.OPEN_CLIENT:
                raise ValueError(f"{action.value} opens a page: ask for its address")

    async def address(self, action: Action, episode_id: int) -> str:
        """The page that an action opens."""
        place = await self._control.place_of(episode_id)
        match action:
            case Action.OPEN_IMPORT:
                return await self._control.queue_link(place.series_id)
            case Action.OPEN_SHOKO:
                return f"{self._address_of('Shoko', FileMatcher)}/webui"
            case Action.OPEN_CLIENT:
                return self._address_of("The download client", TransferClient)
            case _:
                return await self._control.sonarr_link(place.series_id)

    def _address_of(self, label: str, port: type[object]) -> str:
        for connection, _, _ in self._connections.offering(port):
            return connection.url
        raise NotConnected(label, "It is not connected, or switched off")

    async def _recheck_library(self, episode_id: int) -> str:
        place = await self._control.place_of(episode_id)
        took = await self._followers.rescan_libraries(await self._control.folder_of(place.series_id))
        self._verify_soon([place.series_id])
        if not took:
            raise NotConnected("The media server", "None is connected, or all are switched off")
        return f"{' and '.join(took)} {'looks' if len(took) == 1 else 'look'} at the show's folder."

    async def _recognize(self, episode_id: int) -> str:
        for connection, integration, _ in self._connections.offering(FileMatcher):
            follower = self._followers.importer(connection.id)
            asked = source(integration.label, connection.id)
            held = await asyncio.to_thread(self._imports.unrecognized_files, asked, EpisodeId(episode_id))
            if held is None:
                raise LookupError("There is no such episode")
            if follower is None:
                continue
            series, files = held
            await self._connections.ask(connection, follower.look_again(files, series))
            what = "looks at the file once more" if files else "looks for new files"
            return f"{connection.name} {what}."
        raise NotConnected("Shoko", "It is not connected, or switched off")


def opens_a_page(action: Action) -> bool:
    """Whether an action is an address to go to."""
    return action in _OPENS
