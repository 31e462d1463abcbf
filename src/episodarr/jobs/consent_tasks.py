"""The tasks of deleting by rules: observe, have go what is due, and tell people."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.arming import LeavingStore
from episodarr.deletion.due import Due
from episodarr.deletion.observe import Observe
from episodarr.deletion.systems import LeavingShelf
from episodarr.jobs.engine import Run, Task
from episodarr.jobs.notices import Notices

log = structlog.get_logger("episodarr")

OBSERVE, DUE, NOTICES = "observe-rules", "delete-due", "send-notices"
SHELF = "Leaving soon"
"""What the collection in a media server is called."""
_OBSERVE_INTERVAL = 6 * 3_600.0
_DUE_INTERVAL = 900.0
_NOTICES_INTERVAL = 60.0
_MOST_ITEMS = 5_000


class Shelves:
    """The collection of what leaves soon, in every media server that can show one."""

    def __init__(self, connections: Connections, leavings: LeavingStore) -> None:
        self._connections = connections
        self._leavings = leavings

    async def show(self) -> int:
        """Have all of them show what leaves; how many did. One that fails stops nothing."""
        items = await asyncio.to_thread(self._leavings.items, _MOST_ITEMS)
        done = 0
        for connection, _, shelf in self._connections.offering(LeavingShelf):
            own = items.get(int(connection.id), set())
            try:
                await self._connections.ask(connection, shelf.show_leaving(SHELF, sorted(own)))
            except (ServiceFailure, ValueError) as failure:  # ValueError: an id that is none of that server's
                log.info("what leaves soon could not be shown", service=connection.name, problem=str(failure))
            else:
                done += 1
        return done


def consent_tasks(
    observe: Observe,
    due: Due,
    notices: Notices,
    shelves: Shelves | None = None,
    changed: Callable[[], None] = lambda: None,
) -> list[Task]:
    """Their tasks. `shelves` None: nobody wants the collection. `changed`: told when something may leave or not."""

    async def observing(run: Run) -> Mapping[str, Any]:
        report = dict(await asyncio.to_thread(observe.observe, run.step))
        if shelves is not None:
            report["collections"] = await shelves.show()
        changed()
        await notices.deliver()
        told = f"{report['complete']} of {report['rules']} rules observed completely"
        return report | {"message": told}

    async def deleting(_run: Run) -> Mapping[str, Any]:
        report = await due.run()
        await notices.deliver()
        return report

    async def sending(_run: Run) -> Mapping[str, Any]:
        return {"delivered": await notices.deliver()}

    return [
        Task(
            OBSERVE,
            "Observe what the rules find",
            "Runs every rule over the whole library, in dry run and armed alike; what it finds again matures.",
            _OBSERVE_INTERVAL,
            observing,
            at_start=True,
        ),
        Task(
            DUE,
            "Delete what is due",
            "Has go what an armed rule announced, once its days are over and nobody kept it.",
            _DUE_INTERVAL,
            deleting,
            recorded=False,
        ),
        Task(
            NOTICES,
            "Send notices",
            "Tells the address in EPISODARR_NOTIFY_URL what leaves soon, was deleted or went wrong.",
            _NOTICES_INTERVAL,
            sending,
            recorded=False,
        ),
    ]
