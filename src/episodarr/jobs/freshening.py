"""All parts of keeping episodes fresh, put together over the connected services."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from episodarr.catalogue.fresh_choices import Choices, FreshChoices
from episodarr.catalogue.freshness import Freshness
from episodarr.catalogue.instances import Instances
from episodarr.catalogue.keep_fresh import KeepFresh
from episodarr.catalogue.open_show import OpenShow, ShowId
from episodarr.catalogue.ports import CatalogueStore
from episodarr.connections.connect import Connections
from episodarr.database.engine import Database
from episodarr.database.fresh import StoredFreshness
from episodarr.jobs.engine import Engine, Run, Task
from episodarr.settings import Settings, SyncMode

log = structlog.get_logger("episodarr.fresh")

KEEP_FRESH, NOTICE = "keep-fresh", "notice-followed"
_NOTICE_INTERVAL = 60.0


class Freshening:
    """`freshness` is what the doors ask; `open_show` opens a show by any id; `keep` runs as a task."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        connections: Connections,
        catalogue: CatalogueStore,
        instances: Instances,
        engine: Engine,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed`: told when shows are followed, or no longer."""
        self._store = StoredFreshness(database)
        self._engine = engine
        self._changed = changed
        self.choices = FreshChoices(settings, self._store, clock)
        self.choices.changed = self._chosen
        self.keep = KeepFresh(connections, catalogue, self._store, self.choices, clock, changed)
        self.freshness = Freshness(self._store, self.choices, self.keep, clock, lambda: engine.wake(NOTICE), changed)
        self.open_show = OpenShow(self._store, self.freshness, instances, clock)
        self.calls_per_minute = settings.shows_per_minute

    def find(self, wanted: ShowId) -> int | None:
        """The show that has this id; None when there is none."""
        return self.open_show.find(wanted)

    def _chosen(self, before: Choices, after: Choices) -> None:
        """Somebody chose something else: it applies at once, and nothing is lost by it."""
        log.info("keeping fresh was changed", mode=after.mode.value, enabled=after.enabled, interval=after.interval)
        if after.mode is SyncMode.GREEDY and before.mode is not SyncMode.GREEDY:
            self._store.restore(None)
        at_once = after.mode is not before.mode
        self._engine.change(KEEP_FRESH, after.interval, enabled=after.enabled, at_once=at_once)
        self._changed()

    def tasks(self) -> list[Task]:
        """What runs by the clock."""
        choices = self.choices.current()

        async def keep_fresh(run: Run) -> Mapping[str, Any]:
            return await self.keep.round(run, everything=bool(run.params.get("everything")))

        async def notice(_run: Run) -> Mapping[str, Any]:
            return await self.freshness.notice()

        return [
            Task(
                KEEP_FRESH,
                "Keep episodes fresh",
                "Reads the episodes of shows anew of which something may still change, as the mode says.",
                choices.interval,
                keep_fresh,
                enabled=choices.enabled,
            ),
            Task(
                NOTICE,
                "Notice what people follow",
                "Sees which shows somebody has opened, played or asked for, and reads their episodes anew.",
                _NOTICE_INTERVAL,
                notice,
                recorded=False,
            ),
        ]
