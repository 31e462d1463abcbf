"""When each service was last read to its end, as far as deciding what may go rests on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from episodarr.catalogue.movies import MovieManager
from episodarr.catalogue.ports import CatalogueSource
from episodarr.catalogue.sync import list_read
from episodarr.connections.connect import Connections
from episodarr.connections.model import Status
from episodarr.database.film_requests import films_read
from episodarr.database.watching_states import sessions_cursor
from episodarr.deletion.model import About, Reading
from episodarr.episode.identity import ConnectionId
from episodarr.requests.ports import RequestSource
from episodarr.settings import Settings
from episodarr.watching.ports import PlaySource, PlayStateSource, SessionSource

_EVER = 1e9
"""Seconds. How old the requests are is judged of all of them; here it only counts that those for films were read."""
_ReadAt = Callable[[Collection[ConnectionId]], Mapping[ConnectionId, datetime | None]]


@dataclass(frozen=True, slots=True)
class ServiceReadings:
    """`deletion.ports.Readings` over the connected services."""

    connections: Connections
    plays: _ReadAt
    """When the plays of sources were last read to their ends."""
    cursor: Callable[[str], str | None]
    movies: Callable[[ConnectionId], datetime | None]
    """When a list of movies was last read to its end."""
    settings: Settings

    def readings(self) -> list[Reading]:
        """See Readings. What is read once in an interval is old after two of them and a little."""
        asked, found = self.connections, self.settings
        telling = {one.id: one.name for port in (PlaySource, PlayStateSource) for one, _, _ in asked.offering(port)}
        series = {one.id: one.name for one, _, _ in asked.offering(CatalogueSource)}
        films = {one.id: one.name for one, _, _ in asked.offering(MovieManager)}
        asking = {one.id: one.name for one, _, _ in asked.offering(RequestSource)}
        playing = {one.id: one.name for one, _, _ in asked.offering(SessionSource)}
        return [
            *_dated(About.PLAYS, telling, self.plays(telling), 2 * found.plays_interval + 600),
            *_dated(About.PLAYING, playing, self._told(playing, sessions_cursor), 2 * found.sessions_interval + 120),
            *_dated(About.CATALOGUE, series, self._told(series, list_read), 2 * found.series_interval + 600),
            *_dated(About.CATALOGUE, films, {one: self.movies(one) for one in films}, 2 * found.movies_interval + 600),
            *_dated(About.FILMS, asking, self._told(asking, films_read), _EVER),
            *_dated(About.REQUESTS, *self._requests(), 2 * found.requests_interval + 600),
            *self._switched_off(),
        ]

    def _switched_off(self) -> list[Reading]:
        """Managers that are not read: what they said last of their library may be true no more."""
        managers = {
            one.kind for one in self.connections.integrations() if {CatalogueSource, MovieManager} & set(one.ports)
        }
        off = [one for one in self.connections.all() if not one.enabled and one.kind in managers]
        return [Reading(About.CATALOGUE, one.id, one.name, None, 0, off=True) for one in off]

    def _told(
        self, those: Collection[ConnectionId], named: Callable[[ConnectionId], str]
    ) -> dict[ConnectionId, datetime | None]:
        """The instants that are kept in ISO 8601."""
        kept = {one: self.cursor(named(one)) for one in those}
        return {one: datetime.fromisoformat(told) if told else None for one, told in kept.items()}

    def _requests(self) -> tuple[dict[ConnectionId, str], dict[ConnectionId, datetime | None]]:
        """Requests are read whole or not at all: a service that answers well was read just before."""
        names, read = {}, {}
        for one, _, _ in self.connections.offering(RequestSource):
            health = self.connections.health(one.id)
            names[one.id] = one.name
            read[one.id] = health.checked_at if health.status is Status.OK else None
        return names, read


def _dated(
    about: About, names: Mapping[ConnectionId, str], read: Mapping[ConnectionId, datetime | None], limit: float
) -> list[Reading]:
    return [Reading(about, one, name, read.get(one), limit) for one, name in names.items()]
