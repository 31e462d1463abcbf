"""All parts of deleting, put together over the connected services."""

import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from episodarr.catalogue.instances import Instances
from episodarr.connections.connect import Connections
from episodarr.deletion.carry_out import CarryOut
from episodarr.deletion.delete import Delete
from episodarr.deletion.journal import Journal, PlanRow
from episodarr.deletion.ports import HoldingStore
from episodarr.deletion.propose import Propose
from episodarr.deletion.scene import SceneStore
from episodarr.downloads.ports import DownloadStore
from episodarr.episode.ledger import Ledger
from episodarr.jobs.deletion_bins import WasteBins
from episodarr.jobs.deletion_calls import ServiceCalls, Told, WhatFollows
from episodarr.jobs.deletion_planner import ServicePlanner
from episodarr.jobs.deletion_watch import KnownHere
from episodarr.jobs.engine import Run, Task

TASK = "delete"
_INTERVAL = 5.0


class Deleting:
    """`delete` is what the doors ask; `carry_out` does it, as a task of its own or within a command."""

    def __init__(
        self,
        *,
        connections: Connections,
        journal: Journal,
        scenes: SceneStore,
        downloads: DownloadStore,
        holdings: HoldingStore,
        propose: Propose,
        ledger: Ledger,
        instances: Instances,
        look_who_watches: Callable[[], Awaitable[Any]],
        movies_deleted: Callable[[], None],
        wake: Callable[[str], None],
        told: Told,
        ended: Callable[[PlanRow], Awaitable[None]],
        secret: bytes,
        paused_by_environment: bool,
        clock: Callable[[], datetime],
    ) -> None:
        """`wake`: has a task run now. `look_who_watches`: see KnownHere. `told`, `ended`: see WhatFollows."""
        calls = ServiceCalls(connections)
        here = KnownHere(propose, holdings, scenes, look_who_watches, clock)
        planner = ServicePlanner(connections, calls, scenes, downloads, journal, here, clock)
        self.journal = journal
        self.bins = WasteBins(connections)
        self.delete = Delete(
            journal,
            planner,
            calls,
            secret,
            clock,
            lambda: wake(TASK),
            paused_by_environment=paused_by_environment,
            bins=self.bins.states,
        )
        effects = WhatFollows(ledger, instances, movies_deleted, told, ended)
        worker = f"{machine()}/{os.getpid()}/{secrets.token_hex(8)}"
        self.carry_out = CarryOut(journal, calls, here, effects, self.delete.paused, worker, clock, is_dead)

    def tasks(self) -> list[Task]:
        """What runs by the clock."""
        return [self._carrying_out(), self.bins.task()]

    def _carrying_out(self) -> Task:

        async def work(run: Run) -> Mapping[str, Any]:
            return await self.carry_out.run(run.step)

        return Task(
            TASK,
            "Delete what was confirmed",
            "Carries out confirmed plans step by step, and goes on with those that were interrupted or wait.",
            _INTERVAL,
            work,
            recorded=False,
            at_start=True,
        )


def machine() -> str:
    """What tells this machine, or container, from others: process numbers mean something within one only."""
    try:
        space = os.readlink("/proc/self/ns/pid").partition("[")[2].rstrip("]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}:{space}".replace("/", "-")


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine certainly runs no more: then nobody has to wait for its lease to end."""
    host, _, number = worker.rpartition("/")[0].partition("/")
    if host != machine() or not number.isdecimal() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
