"""Somebody brings years of Netflix along: with a key, without any, and while nobody answers (R-T1 - R-T9)."""

import asyncio
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.demo.model import Series
from episodarr.demo.world import World
from episodarr.histories.histories import Person
from episodarr.histories.metadata import MetadataSource
from episodarr.jobs.engine import Run
from episodarr.jobs.histories import COMPLETE, Histories

KINDS = ("sonarr", "tmdb", "tvmaze")


def furnish(world: World) -> None:
    spy = world.add_series("Spy x Family", year=2022, kind="anime")
    world.add_season(spy, 1, 4)
    world.add_season(spy, 2, 3)
    silo = world.add_series("Silo", year=2023)
    world.add_season(silo, 1, 3)


def parts_of(home: Home) -> Histories:
    house = home.house
    return Histories(
        settings=house.settings,
        database=house.database,
        connections=house.connections,
        ledger=house.ledger,
        engine=house.engine,
        clock=house.clock,
    )


async def imported(parts: Histories, who: Person, *rows: tuple[str, str]):
    content = "Title,Date\n" + "".join(f'"{title}",{day}\n' for title, day in rows)
    upload = parts.facade.upload
    preview = await asyncio.to_thread(upload, who, "NetflixViewingHistory.csv", io.BytesIO(content.encode()))
    assert preview.questions == ()
    await asyncio.to_thread(parts.importing.start, preview.import_id)
    return await parts.facade.run(preview.import_id, lambda _progress, _message: None)


def somebody(home: Home) -> Person:
    made = home.house.accounts.add_user("ada", "correct horse", "viewer")
    return Person(made.id, made.name)


async def brings_years(folder: Path, kinds: tuple[str, ...]) -> None:
    async with at_home(folder, furnish, kinds=kinds) as home:
        await home.first_sync()
        parts, ada = parts_of(home), somebody(home)
        third = home.world.season_of(_series(home, "Spy x Family"), 2)[0]
        report = await imported(
            parts,
            ada,
            ("Silo: Season 1: Episode 1", "2025-12-01"),
            ("Silo: Season 1: Episode 2", "2025-12-02"),
            (f"Spy x Family: Season 2: {third.title}", "2025-12-03"),
            ("Grim Parish: Series 1: Episode 1", "2025-12-04"),
            ("Grim Parish: Series 1: Episode 2", "2025-12-05"),
            ("Heat", "2025-12-06"),
        )
        assert (report.episodes, report.films, report.waiting, report.unmatched) == (5, 1, 0, 0)
        assert await parts.refresh() >= 1
        shows, _ = parts.facade.shows(ada.user_id)
        assert [one.title for one in shows] == ["Grim Parish", "Spy x Family", "Silo"]
        assert shows[0].totals.text == f"2/{shows[0].totals.total_episodes} episodes"
        assert shows[0].totals.source == {"tmdb": "TMDB", "tvmaze": "TVmaze"}[kinds[1]]
        asked = {one.service: one.asked for one in parts.facade.lookups()["day"]}
        assert asked[kinds[1]] <= 12, "every question once"
        again = await imported(parts, ada, ("Grim Parish: Series 1: Episode 1", "2025-12-04"))
        assert again.already_known == 1
        after = {one.service: one.asked for one in parts.facade.lookups()["day"]}
        assert after == asked, "what was asked this week is not asked again"


async def nobody_answers(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        await home.first_sync()
        ada = somebody(home)
        for service in (home.stack.tmdb, home.stack.tvmaze):
            service.faults.set("error")
        rows = (("Grim Parish: Series 1: Episode 1", "2025-12-04"), ("Silo: Season 1: Episode 1", "2025-12-01"))
        report = await imported(parts_of(home), ada, *rows)
        assert (report.episodes, report.waiting) == (1, 1), "the library needs nobody's word"
        for service in (home.stack.tmdb, home.stack.tvmaze):
            service.faults.clear()
        home.world.clock.advance(3600)
        parts = parts_of(home)  # another process
        assert await parts.importing.complete(lambda _progress, _message: None) == 1
        assert parts.facade.report(ada.user_id, report.import_id).episodes == 2


async def a_service_comes_back(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        await home.first_sync()
        parts, ada, now = parts_of(home), somebody(home), home.house.clock
        asked: list[tuple[str, datetime]] = []
        home.house.engine.wake_at = lambda *of: asked.append(of)
        complete = next(task for task in parts.tasks() if task.name == COMPLETE)
        for service in (home.stack.tmdb, home.stack.tvmaze):
            service.faults.set("error")
        await imported(parts, ada, ("Grim Parish: Series 1: Episode 1", "2025-12-04"))
        await complete.work(Run(0, {}, lambda _progress, _message: None))
        ((name, at),) = asked
        assert name == COMPLETE
        assert timedelta() < at - now() <= timedelta(minutes=5), "rather than at the next time by the clock"
        for service in (home.stack.tmdb, home.stack.tvmaze):
            service.faults.clear()
        home.world.clock.advance((at - now()).total_seconds())
        await complete.work(Run(0, {}, lambda _progress, _message: None))
        assert parts.facade.imports(ada.user_id)[0][0].counts["matched"] == 1
        assert len(asked) == 1, "nothing waits any more"
        connections = home.house.connections
        failures = [connections.health(one.id).failures for one, _, _ in connections.offering(MetadataSource)]
        assert failures == [0, 0], "also of the one that nobody had a question for"


async def no_service_at_all(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=("sonarr",)) as home:
        await home.first_sync()
        parts, ada = parts_of(home), somebody(home)
        rows = (("Grim Parish: Series 1: Episode 1", "2025-12-04"), ("Silo: Season 1: Episode 1", "2025-12-01"))
        report = await imported(parts, ada, *rows)
        assert (report.episodes, report.waiting) == (1, 1)
        rows, _ = parts.facade.rows(ada.user_id, report.import_id)
        assert "Connect TMDB or TVmaze" in rows[0].why


def _series(home: Home, title: str) -> Series:
    return home.world.named(title)


@pytest.mark.parametrize("kinds", [("sonarr", "tmdb"), ("sonarr", "tvmaze")], ids=["key", "no-key"])
def test_years_are_brought_along(tmp_path, kinds):
    asyncio.run(brings_years(tmp_path, kinds))


def test_nobody_answers(tmp_path):
    asyncio.run(nobody_answers(tmp_path))


def test_rows_are_completed_as_soon_as_a_service_may_be_asked_again(tmp_path):
    asyncio.run(a_service_comes_back(tmp_path))


def test_no_service_is_connected(tmp_path):
    asyncio.run(no_service_at_all(tmp_path))
