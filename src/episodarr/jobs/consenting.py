"""All parts of consent to what rules delete, put together over the connected services."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp

from episodarr.connections.connect import Connections
from episodarr.database.census import StoredCensus
from episodarr.database.consent import StoredConsent
from episodarr.database.engine import Database
from episodarr.database.leavings import StoredLeavings
from episodarr.database.notices import StoredNotices
from episodarr.deletion.consent import Consent
from episodarr.deletion.delete import Delete
from episodarr.deletion.due import Due
from episodarr.deletion.journal import Journal
from episodarr.deletion.notice import NoticeSink
from episodarr.deletion.observe import Observe
from episodarr.deletion.propose import Propose, Refused
from episodarr.episode.ledger import Ledger
from episodarr.integrations.notify_hook import NotifyHook
from episodarr.jobs.consent_tasks import Shelves, consent_tasks
from episodarr.jobs.engine import Task
from episodarr.jobs.notices import Notices
from episodarr.jobs.surroundings import FilePulse, ServiceSurroundings
from episodarr.settings import Settings

PULSE = "heartbeat"
"""The file of the data folder that tells a restored database."""


class Consenting:
    """`consent` is what the doors ask; `observe` and `due` run as tasks; `notices` tells people."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        connections: Connections,
        session: Callable[[], aiohttp.ClientSession],
        propose: Propose,
        ledger: Ledger,
        journal: Journal,
        delete: Delete,
        changed: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`changed`: told when something may leave, or does no longer."""
        store, leavings = StoredConsent(database), StoredLeavings(database)
        surroundings = ServiceSurroundings(connections, StoredCensus(database))
        self.notices = Notices(StoredNotices(database), _sink(settings, session), clock)
        self.consent = Consent(
            propose,
            store,
            leavings,
            surroundings,
            FilePulse(settings.data_dir / PULSE),
            ledger,
            self.notices,
            clock,
            stop=partial(_stop, delete),
            viewers_keep=settings.viewers_keep,
        )
        self.observe = Observe(propose, self.consent, store, leavings, surroundings, journal, clock)
        self.due = Due(propose, self.consent, store, leavings, delete, self.notices, clock)
        self.shelves = Shelves(connections, leavings) if settings.leaving_collection else None
        self._changed = changed

    def tasks(self) -> list[Task]:
        """What runs by the clock."""
        return consent_tasks(self.observe, self.due, self.notices, self.shelves, self._changed)

    async def observe_now(self) -> Mapping[str, Any]:
        """One observation as its task makes it; for commands and journeys."""
        report: Mapping[str, Any] = self.observe.observe(lambda _progress, _message: None)
        if self.shelves is not None:
            await self.shelves.show()
        await self.notices.deliver()
        return report


def _stop(delete: Delete, plan_id: int, by: str) -> None:
    with suppress(Refused, LookupError):  # it has ended already
        delete.cancel(plan_id, by)


def _sink(settings: Settings, session: Callable[[], aiohttp.ClientSession]) -> Callable[[], NoticeSink] | None:
    if settings.notify_url is None:
        return None
    url = settings.notify_url.get_secret_value()
    return lambda: NotifyHook(url, session())
