"""Whatever befalls a metadata service, an import ends, and what had to wait is completed later (R-T5)."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.demo.faults import Mode
from episodarr.histories.histories import Person
from episodarr.histories.import_model import Report, Status
from episodarr.histories.metadata import MetadataSource
from episodarr.integrations._http import Timeouts
from episodarr.jobs.histories import Histories

pytestmark = pytest.mark.anyio

FAULTS: tuple[Mode, ...] = ("refuse", "unauthorized", "slow", "error", "html", "truncated", "wrong_app", "disconnect")
GRIM = ("Grim Parish: Series 1: Episode 1", "2025-12-04")
TIDES = ("Book of Tides: Book One: Water: Episode 1", "2025-12-05")
NOBODY = ("Nobody Knows This: Season 1: Episode 1", "2025-12-06")


class Import:
    """A user, and what they bring along."""

    def __init__(self, home: Home) -> None:
        self.home, self.house = home, home.house
        made = self.house.accounts.add_user("ada", "correct horse", "viewer")
        self.user = Person(made.id, made.name)
        self.parts = self.process()

    def process(self) -> Histories:
        """Another process, as it were."""
        house = self.house
        return Histories(
            settings=house.settings,
            database=house.database,
            connections=house.connections,
            ledger=house.ledger,
            engine=house.engine,
            clock=house.clock,
        )

    async def of(self, *rows: tuple[str, str]) -> Report:
        content = "Title,Date\n" + "".join(f'"{title}",{day}\n' for title, day in rows)
        upload = self.parts.facade.upload
        preview = await asyncio.to_thread(upload, self.user, "NetflixViewingHistory.csv", io.BytesIO(content.encode()))
        await asyncio.to_thread(self.parts.importing.start, preview.import_id)
        return await self.parts.facade.run(preview.import_id, lambda _progress, _message: None)

    async def later(self, report: Report) -> Report:
        """The background task, in another process."""
        self.home.world.clock.advance(3_600)  # type: ignore[attr-defined]  # the manual clock
        await self.process().importing.complete(lambda _progress, _message: None)
        return self.parts.facade.report(self.user.user_id, report.import_id)

    def why(self, report: Report) -> list[str]:
        rows, _ = self.parts.facade.rows(self.user.user_id, report.import_id)
        return [row.why for row in rows]


@asynccontextmanager
async def an_import(folder: Path, *kinds: str) -> AsyncIterator[Import]:
    async with at_home(folder, lambda _: None, kinds=("sonarr", *kinds)) as home:
        for _, _, client in home.house.connections.offering(MetadataSource):
            client.http.timeouts = Timeouts(total=0.3, bulk=0.3)  # type: ignore[attr-defined]  # every adapter has it
        yield Import(home)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_service_in_trouble_has_rows_wait_and_no_more(tmp_path: Path, fault: Mode) -> None:
    """Down, a wrong key, slow, an error, a page of a proxy, another application: nothing is taken for "none"."""
    async with an_import(tmp_path, "tmdb") as bring:
        tmdb = bring.home.stack.tmdb
        tmdb.faults.set(fault, seconds=1)
        await tmdb.follow_refusal()
        report = await bring.of(GRIM, TIDES, NOBODY)
        assert (report.status, report.waiting, report.unmatched) == (Status.DONE, 3, 0)
        assert all(why.startswith("TMDB: ") for why in bring.why(report))
        again = await bring.later(report)
        assert (again.waiting, again.unmatched) == (3, 0), "it is no better"
        tmdb.faults.clear()
        await tmdb.follow_refusal()
        after = await bring.later(report)
        assert (after.waiting, after.episodes, after.unmatched) == (0, 2, 1)


async def test_asked_to_wait_for_long_rows_wait(tmp_path: Path) -> None:
    async with an_import(tmp_path, "tmdb") as bring:
        tmdb = bring.home.stack.tmdb
        tmdb.busy, tmdb.retry_after = 1, "1800"
        report = await bring.of(GRIM, TIDES)
        assert (report.status, report.waiting) == (Status.DONE, 2)
        asked = tmdb.counts.requests
        assert asked <= 2, "the other title was on its way"
        assert "HTTP 429" in "".join(bring.why(report))
        await bring.later(report)
        assert tmdb.counts.requests == asked, "another process keeps to it too"


@pytest.mark.parametrize("fault", [one for one in FAULTS if one != "refuse"])
async def test_one_title_in_trouble_has_no_other_wait(tmp_path: Path, fault: Mode) -> None:
    async with an_import(tmp_path, "tmdb") as bring:
        bring.home.stack.tmdb.faults.set(fault, only="query=Grim", seconds=1)
        report = await bring.of(GRIM, TIDES, NOBODY)
        assert (report.status, report.waiting, report.episodes, report.unmatched) == (Status.DONE, 1, 1, 1)
        bring.home.stack.tmdb.faults.clear()
        after = await bring.later(report)
        assert (after.waiting, after.episodes, after.unmatched) == (0, 2, 1)


async def test_without_a_key_the_other_service_is_asked(tmp_path: Path) -> None:
    """A TMDB of which the key is wrong says nothing of what TVmaze knows; what that does not know waits for TMDB."""
    async with an_import(tmp_path, "tmdb", "tvmaze") as bring:
        bring.home.stack.tmdb.faults.set("unauthorized")
        report = await bring.of(GRIM, NOBODY)
        assert (report.episodes, report.waiting) == (1, 1)
        bring.home.stack.tmdb.faults.clear()
        after = await bring.later(report)
        assert (after.episodes, after.waiting, after.unmatched) == (1, 0, 1)
