"""What follows when something changed: tasks are woken, and open pages are told."""

import asyncio
from collections.abc import Callable, Collection, Mapping

import structlog

from episodarr.catalogue.instances import Instances
from episodarr.catalogue.movie_sync import Movies
from episodarr.connections.hint import About, Hint
from episodarr.connections.model import Connection
from episodarr.downloads.progress import Arrival
from episodarr.episode.identity import ConnectionId, SeriesId
from episodarr.episode.ports import Judged
from episodarr.episode.state import State
from episodarr.jobs.engine import Engine
from episodarr.jobs.followers import Followers
from episodarr.jobs.schedule import TASKS_ABOUT
from episodarr.overview.answers import JobView
from episodarr.overview.arrivals import progress_event
from episodarr.overview.live import Live, episode_event

log = structlog.get_logger("episodarr")

_MANY = 500
"""Episodes judged at once beyond which nobody is told of each."""

Places = Callable[[Collection[int]], Mapping[int, tuple[int, int]]]
"""Series id and season number of episodes."""
Unlisted = Callable[[Collection[int]], bool]
"""Whether one of some requests is granted, and no Sonarr lists what it is about."""


class Reactions:
    """Told by every part of what changed. The parts are told of it before they can be made: see `attach`."""

    _engine: Engine
    _followers: Followers
    _instances: Instances
    _movies: Movies
    _unlisted: Unlisted

    def __init__(self, live: Live, places: Places) -> None:
        self._live = live
        self._places = places

    def attach(
        self, engine: Engine, followers: Followers, instances: Instances, movies: Movies, unlisted: Unlisted
    ) -> None:
        """Hand over the parts that were made with this one; nothing may change before."""
        self._engine = engine
        self._followers = followers
        self._instances = instances
        self._movies = movies
        self._unlisted = unlisted

    # ------------------------------------------------------------------ what moves

    def judged(self, judged: Collection[Judged]) -> None:
        """Episodes have another standing."""
        waiting = [one.episode for one in judged if one.standing.state is State.IMPORTED]
        if len(judged) > _MANY:  # a first sync: `verify` finds by itself what was never looked at
            waiting = []
        asked = [one.episode for one in judged] if self._live.watched else waiting
        if not asked:
            return
        places = self._places(asked)
        if waiting:
            series = {SeriesId(places[one][0]) for one in waiting if one in places}
            self._followers.imported_soon(series)
            self._engine.wake("follow-imports")
            self.verify_soon(series)
        if self._live.watched:
            if len(judged) <= _MANY:  # a first sync is told as a whole, by its job and by the shows
                self._live.publish("episodes", episode_event(judged, places))
            self._live.publish("shows", {"ids": sorted({place[0] for place in places.values()})[:500]})

    def moved(self, changed: Collection[Arrival], added: Collection[str], removed: Collection[str]) -> None:
        """Transfers progressed, came, or went."""
        if not self._live.watched:
            return
        if added or removed:
            self._live.publish("transfers", {"added": list(added)[:500], "removed": list(removed)[:500]})
        if changed:
            self._live.publish("progress", progress_event(list(changed)[:500]))

    def job_told(self, view: JobView) -> None:
        """A task was queued, progressed or ended."""
        told = {"id": view.id, "task": view.task, "status": view.status}
        self._live.publish("jobs", told | {"progress": view.progress, "message": view.message})

    def connection_told(self, connection: ConnectionId, status: str, message: str) -> None:
        """A service answers again, or does not any more."""
        self._live.publish("connections", {"id": connection, "status": status, "message": message})

    def requests_changed(self, ids: Collection[int]) -> None:
        """Requests were made, decided or withdrawn."""
        self._live.publish("requests", {"ids": list(ids)[:500]})
        if self._unlisted(ids):
            self._engine.wake("sync-series")  # it is handed on to Sonarr now, or was a moment ago

    def playing_told(self) -> None:
        """Somebody began or ended to play something."""
        self._live.publish("playing", {})

    def movies_changed(self) -> None:
        """Movies came, went, or are known better."""
        self._live.publish("movies", {})

    def deletion_moved(self, plan_id: int, progress: float | None, message: str) -> None:
        """A plan of deletion went on, or ended."""
        self._live.publish("deletion", {"plan": plan_id, "progress": progress, "message": message})

    # ------------------------------------------------------------------ hints

    def series_news(self, connection: ConnectionId, sonarr_series: Collection[int]) -> None:
        """Sonarr has told, or its history shows, that these series changed."""
        if sonarr_series and self._instances.mark(connection, sonarr_series):
            self._engine.wake("read-changed")

    def verify_soon(self, series: Collection[SeriesId]) -> None:
        """Have these series looked for in the media servers now."""
        self._followers.verify_soon(set(series))
        self._engine.wake("verify")

    def look_at(self, series_id: SeriesId) -> None:
        """Somebody wants to know of this series now."""
        self._followers.verify_soon({series_id})
        self._followers.imported_soon({series_id})
        for task in ("verify", "follow-grabs", "follow-transfers", "follow-imports"):
            self._engine.wake(task)

    def webhook(self, connection: Connection, hint: Hint) -> None:
        """A webhook is only a hint to read now: nothing of its body is believed, only what is read afterwards."""
        log.debug("webhook", service=connection.name, kind=hint.kind)
        if About.LIBRARY in hint.about:
            self._followers.library_changed(connection.id)
        if About.MOVIES in hint.about:
            self._movies.expect(connection.id)
        for about in sorted(hint.about):
            for task in TASKS_ABOUT[about]:
                self._engine.wake(task)
        if About.SERIES_LIST in hint.about:
            self._engine.run("sync-series", "webhook")
        elif About.SERIES in hint.about and hint.sonarr_series:
            asyncio.get_running_loop().run_in_executor(None, self.series_news, connection.id, hint.sonarr_series)

    def corrected(self) -> None:
        """Somebody said which episodes a file holds."""
        self._engine.wake("follow-transfers")
        self._live.publish("transfers", {"added": [], "removed": []})

    def decided(self) -> None:
        """Somebody decided about a request: an approved show may be new to Sonarr."""
        self._engine.wake("follow-requests")
        self._engine.wake("sync-series")

    def connections_saved(self) -> None:
        """Somebody changed a connection: read from it at once."""
        for task in (
            "follow-grabs",
            "follow-transfers",
            "follow-imports",
            "follow-requests",
            "sync-plays",
            "watch-sessions",
            "verify",
        ):
            self._engine.wake(task)
        self._engine.run("sync-series", "person")
        self._engine.run("sync-movies", "person")
