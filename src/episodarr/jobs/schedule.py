"""The one table of what runs, how often, and what it does."""

import asyncio
from collections.abc import Mapping
from typing import Any

from episodarr.catalogue.instances import Instances, Silent
from episodarr.connections.hint import About
from episodarr.episode.ledger import Ledger
from episodarr.jobs.engine import Engine, Run, Task
from episodarr.jobs.followers import Followers
from episodarr.settings import Settings

TASKS_ABOUT = {
    About.GRABS: ("follow-grabs", "follow-transfers"),
    About.SERIES: (),
    About.SERIES_LIST: (),
    About.IMPORTS: ("follow-imports",),
    About.LIBRARY: ("verify",),
    About.REQUESTS: ("follow-requests",),
    About.PLAYS: ("sync-plays",),
}
"""The tasks that a hint wakes."""

_REVIEW_INTERVAL = 20.0
_CHANGED_INTERVAL = 60.0
_NAMES_INTERVAL = 20.0


def schedule(  # noqa: C901  # one small function a task
    settings: Settings, instances: Instances, followers: Followers, ledger: Ledger, engine: Engine
) -> list[Task]:
    """Every task of the service."""

    async def sync_series(run: Run) -> Mapping[str, Any]:
        report = await instances.series(run)
        engine.run("sync-episodes", "sync-series", {"limit": None})
        return report

    async def sync_episodes(run: Run) -> Mapping[str, Any]:
        report = await instances.episodes(run, full=bool(run.params.get("full")), limit=run.params.get("limit"))
        await followers.match_plays()
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
        return await followers.requests()

    async def plays(run: Run) -> Mapping[str, Any]:
        return await followers.plays(run)

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
            "Reads from Tautulli who watched what since the last time, apart from the library.",
            settings.plays_interval,
            plays,
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
