"""Viewing histories for the pages: the real facade on an SQLite file, and a metadata service in the hand of tests."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fakes_services import INTEGRATIONS, FakeConnections, _integration
from history_place import DARK, OFFICE_UK, OFFICE_US, HandLookup, HistoryPlace, show
from invented import World

from episodarr.database.engine import Database
from episodarr.histories.asking import Entry, Kind, Outcome, Rates
from episodarr.histories.histories import Person
from episodarr.histories.metadata import MetadataSource

SEVERANCE = {
    0: ["Behind the Desk"],
    1: ["Good News About Hell", "Half Loop", "In Perpetuity"],
    2: ["Hello, Ms. Cobel", "Goodbye, Mrs. Selvig"],
}
HOSTILE = '<script>alert(1)</script> & "Quotes"'
LISTED = 6
"""Shows of the invented library that the database lists, too, with the same ids."""


class Lookup(HandLookup):
    """With a log of what was looked up."""

    now: datetime

    def rates(self):
        day = [Rates("tmdb", 40, 3, 2, 120, 180), Rates("tvmaze", 2, 1, 0, 0, 420)]
        return {"day": day, "week": [Rates("tmdb", 400, 30, 2, 1200, 175)]}

    def latest(self, limit=100):
        failed = Entry(self.now, "tmdb", Kind.SEARCH, "<b>Dark</b>", Outcome.FAILED, 900, "TMDB answers 503")
        return [failed, Entry(self.now, "tmdb", Kind.SEARCH, "Dark", Outcome.FOUND, 120)][:limit]


class HistoryHouse(HistoryPlace):
    """Of anna (1) and vito (2), who are users of the pages, too; its first shows are those of the invented library."""

    def __init__(self, world: World, clock: Callable[[], datetime], folder: Path, migrated: Path | None = None) -> None:
        file = folder / "histories.db"
        if migrated is not None:
            file.write_bytes(migrated.read_bytes())
        made = Database(f"sqlite:///{file}")
        if migrated is None:
            made.migrate()
        super().__init__(made, clock, folder, DARK, OFFICE_US, OFFICE_UK, show(9, HOSTILE, {1: ["One", "Two"]}))  # type: ignore[arg-type]
        lookup = Lookup(*self.lookup.shows)
        lookup.now = clock() - timedelta(minutes=7)
        self._use(lookup)
        self.anna, self.vito = self.user("anna", "admin"), self.user("vito", "viewer")
        for one, told in sorted(world.shows.items())[:LISTED]:
            assert self.listed(told.title, SEVERANCE if told.title == "Severance" else {1: ["First"]}) == one

    def _use(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.importing._lookup = lookup
        self.histories.deciding._lookup = self.histories._rates = lookup

    def as_viewer(self, person: Person) -> list[str]:
        return [one.name for one in self.histories.imports(person.user_id)[0]]

    def run_started(self, pause: float) -> None:
        """Run what the pages have started, slowly, for whoever looks at them."""

        def step(_progress: float | None, _message: str) -> None:
            time.sleep(pause)

        def forever() -> None:
            done = 0
            while True:
                for import_id in self.started[done:]:
                    done += 1
                    asyncio.run(self.importing.run(import_id, step))
                time.sleep(0.2)

        threading.Thread(target=forever, daemon=True).start()


def connect_metadata(connections: FakeConnections, status: str = "ok") -> None:
    """Connect a TMDB, which is fine or not."""
    tmdb = replace_ports(_integration("tmdb", "TMDB", "Titles of shows.", 60))
    connections.integrations = lambda: [*INTEGRATIONS, tmdb]  # type: ignore[method-assign]
    plain = next(iter(connections._views.values()))
    message = "" if status == "ok" else "it answers 503"
    held = replace(plain, id=90, kind="tmdb", label="TMDB", name="TMDB", status=status, message=message)
    connections._views[90] = replace(held, fix="" if status == "ok" else "Wait: it is TMDB's own trouble.")


def replace_ports(integration: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(integration, ports=(MetadataSource,))
