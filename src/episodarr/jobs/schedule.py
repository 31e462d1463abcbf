"""The one table of what runs, how often, and what it does."""

import asyncio
from collections.abc import Mapping
from typing import Any

from episodarr.catalogue.instances import Instances, Silent
from episodarr.catalogue.movie_sync import Movies
from episodarr.connections.hint import About
from episodarr.deletion.ports import HoldingStore
from episodarr.episode.ledger import Ledger
from episodarr.jobs.engine import Engine, Run, Task
from episodarr.jobs.followers import Followers
from episodarr.jobs.play_followers import PlayFollowers
from episodarr.settings import Settings
from episodarr.watching.people import PeopleBook

TASKS_ABOUT = {
    About.GRABS: ("follow-grabs", "follow-transfers"),
    About.SERIES: (),
    About.SERIES_LIST: (),
    About.IMPORTS: ("follow-imports",),
    About.LIBRARY: ("verify",),
    About.REQUESTS: ("follow-requests",),
    About.MOVIES: ("sync-movies",),
    About.PLAYS: ("watch-sessions", "sync-plays"),
    About.SESSIONS: ("watch-sessions",),
}
"""The tasks that a hint wakes."""

_SUMS_INTERVAL = 20.0
_REVIEW_INTERVAL = 20.0
_CHANGED_INTERVAL = 60.0
_NAMES_INTERVAL = 20.0


def summing_up(holdings: HoldingStore) -> Task:
    """The task that keeps the sums on which candidates rest."""

    async def settle(_run: Run) -> Mapping[str, Any]:
        return {"waiting": await asyncio.to_thread(holdings.settle, None)}

    return Task(
        "sum-up",
        "Sum up the library",
        "Keeps the sizes, ages and plays of shows, seasons and files up to date on which candidates rest.",
        _SUMS_INTERVAL,
        settle,
        recorded=False,
    )


def schedule(  # noqa: C901  # one small function a task
    settings: Settings,
    instances: Instances,
    movies: Movies,
    followers: Followers,
    ledger: Ledger,
    engine: Engine,
    people: PeopleBook,
    watching: PlayFollowers,
) -> list[Task]:
    """Every task of the service."""

    async def sync_series(run: Run) -> Mapping[str, Any]:
        report = await instances.series(run)
        engine.run("sync-episodes", "sync-series", {"limit": None})
        return report

    async def sync_episodes(run: Run) -> Mapping[str, Any]:
        report = await instances.episodes(run, full=bool(run.params.get("full")), limit=run.params.get("limit"))
        await watching.match()
        return report

    async def sweep(run: Run) -> Mapping[str, Any]:
        return await instances.sweep(run)

    async def changed(_run: Run) -> Mapping[str, Any]:
        return await instances.changed(Silent())

    async def grabs(_run: Run) -> Mapping[str, Any]:
        return await followers.grabs()

    async def transfers(_run: Run) -> Mapping[str, Any]:
        return await followers.transfers()

    async def disks(_run: Run) -> Mapping[str, Any]:
        return await followers.disks()

    async def adopt(_run: Run) -> Mapping[str, Any]:
        return await followers.adopt()

    async def imports(_run: Run) -> Mapping[str, Any]:
        return await followers.imports()

    async def requests(_run: Run) -> Mapping[str, Any]:
        report = await followers.requests()
        await asyncio.to_thread(people.settle)
        return report

    async def plays(run: Run) -> Mapping[str, Any]:
        report = await watching.sync(run)
        await asyncio.to_thread(people.settle)
        return report

    async def sync_movies(run: Run) -> Mapping[str, Any]:
        return await movies.sync(run, everything=run.trigger == "person")

    async def sessions(_run: Run) -> Mapping[str, Any]:
        return await watching.sessions()

    async def verify(_run: Run) -> Mapping[str, Any]:
        return await followers.verify()

    async def review(_run: Run) -> Mapping[str, Any]:
        return {"reviewed": await asyncio.to_thread(ledger.review)}

    return [
        Task(
            "sync-series",
            "Sync shows",
            "Reads the series list of every Sonarr, then the episodes of what changed in it.",
            settings.series_interval,
            sync_series,
            at_start=True,
        ),
        Task(
            "sync-episodes",
            "Sync episodes",
            "Reads the episodes and files of monitored shows that changed.",
            0,
            sync_episodes,
        ),
        Task(
            "sync-movies",
            "Sync movies",
            "Reads the movies of every Radarr and, some times a day or when somebody asks, of the media servers.",
            settings.movies_interval,
            sync_movies,
            at_start=True,
        ),
        Task(
            "sweep-episodes",
            "Re-read everything, in turn",
            "Reads the shows that were read longest ago: what no list, history or webhook told is found here.",
            settings.sweep_interval,
            sweep,
        ),
        Task(
            "read-changed",
            "Read changed shows",
            "Reads shows that a webhook or Sonarr's history marked as changed.",
            _CHANGED_INTERVAL,
            changed,
            recorded=False,
        ),
        Task(
            "follow-grabs",
            "Follow Sonarr's queue",
            "Reads grabs, imports and failures from Sonarr's queue and history.",
            settings.queue_interval,
            grabs,
            recorded=False,
        ),
        Task(
            "follow-transfers",
            "Follow downloads",
            "Reads what moves in the download clients, file by file; less often while nothing does.",
            settings.downloads_interval,
            transfers,
            recorded=False,
        ),
        Task(
            "measure-disks",
            "Measure the disks",
            "Reads how full the disks are: from the services, from folders of this machine, from totals set by hand.",
            settings.disks_interval,
            disks,
            recorded=False,
            at_start=True,
        ),
        Task(
            "read-names",
            "Read foreign downloads",
            "Finds out, by their names, which episodes the downloads bring that Sonarr did not grab.",
            _NAMES_INTERVAL,
            adopt,
            recorded=False,
        ),
        Task(
            "follow-imports",
            "Follow recognition",
            "Asks Shoko what it makes of imported anime: the media servers can list it only then.",
            settings.imports_interval,
            imports,
            recorded=False,
        ),
        Task(
            "follow-requests",
            "Follow requests",
            "Reads from Seerr who asked for what, and what was decided.",
            settings.requests_interval,
            requests,
            recorded=False,
        ),
        Task(
            "sync-plays",
            "Sync plays",
            "Reads from Tautulli, Jellyfin and Plex who watched what since the last time, apart from the library.",
            settings.plays_interval,
            plays,
            at_start=True,
        ),
        Task(
            "watch-sessions",
            "See what is playing",
            "Asks Tautulli, Jellyfin and Plex what somebody plays or has paused now.",
            settings.sessions_interval,
            sessions,
            recorded=False,
            at_start=True,
        ),
        Task(
            "verify",
            "Verify in the media servers",
            "Asks the media servers for imported episodes until they list them.",
            settings.verify_interval,
            verify,
            recorded=False,
        ),
        Task(
            "review",
            "Review what time changes",
            "Judges episodes again whose air time has come.",
            _REVIEW_INTERVAL,
            review,
            recorded=False,
        ),
    ]
