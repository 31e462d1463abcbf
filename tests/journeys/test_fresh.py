"""Episodes stay fresh as the mode says (R-M2, R-M5, R-M6, R-M7, R-M10)."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from fresh_home import Fresh, fresh_home, whole
from home import at_home

from episodarr.catalogue.followed import Why
from episodarr.catalogue.instances import Silent
from episodarr.catalogue.ports import CatalogueSource
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Status
from episodarr.demo.faults import MODES, Mode
from episodarr.demo.model import Episode
from episodarr.demo.world import World
from episodarr.integrations._http import Timeouts
from episodarr.jobs.engine import Run

pytestmark = pytest.mark.anyio


def furnish(world: World) -> None:
    for title in ("Silo", "Andor"):
        series = world.add_series(title, year=2023)
        world.add_season(series, 1, 2, first_air_at=world.now + timedelta(days=20))
    whole(world, "Dark")


def edit(world: World, title: str) -> Episode:
    """TVDB names an episode, moves it and says what happens in it; Sonarr's history says nothing."""
    episode = world.season_of(world.named(title), 1)[1]
    assert episode.air_at is not None
    episode.title, episode.overview = "The Truth", "Somebody says it."
    episode.air_at += timedelta(days=3)
    return episode


def seen(fresh: Fresh, episode: Episode) -> bool:
    return fresh.told(episode) == ("The Truth", "Somebody says it.", episode.air_at)


async def test_on_demand_a_followed_show_sees_it_within_one_round_and_another_with_the_rotation(tmp_path: Path) -> None:
    """R-M2, R-M10: nothing is missed, only later."""
    async with fresh_home(tmp_path, furnish) as fresh:
        fresh.follow("Silo")
        silo, andor = edit(fresh.world, "Silo"), edit(fresh.world, "Andor")
        report = await fresh.round()
        assert (seen(fresh, silo), seen(fresh, andor)) == (True, False)
        assert (report["mode"], report["due"], report["shows_read"]) == ("ON_DEMAND", 1, 1)
        assert (report["new_titles"], report["moved_air_times"], report["new_overviews"]) == (1, 1, 1)
        for _ in range(24):
            await fresh.home.house.instances.sweep(Silent())
        assert seen(fresh, andor)


async def test_greedy_every_show_that_is_not_complete_sees_it_within_one_round(tmp_path: Path) -> None:
    """R-M2, R-M10: what has ended and lacks nothing is left to the rotation."""
    async with fresh_home(tmp_path, furnish, episode_sync_mode="GREEDY") as fresh:
        episodes = [edit(fresh.world, "Silo"), edit(fresh.world, "Andor")]
        read = await fresh.reads_of(fresh.round())
        assert all(seen(fresh, one) for one in episodes)
        assert sorted(read) == [1, 2]


async def test_a_title_to_be_announced_is_asked_for_though_everything_is_here(tmp_path: Path) -> None:
    """R-M10."""

    def fill(world: World) -> None:
        world.season_of(whole(world, "Dark"), 1)[0].title = "TBA"

    async with fresh_home(tmp_path, fill, episode_sync_mode="GREEDY") as fresh:
        first = fresh.world.season_of(fresh.world.named("Dark"), 1)[0]
        first.title = "Secrets"
        assert (await fresh.round())["new_titles"] == 1
        assert fresh.told(first)[0] == "Secrets"
        assert (await fresh.round())["due"] == 0, "now it is complete"


async def test_whatever_the_mode_what_the_history_shows_is_read(tmp_path: Path) -> None:
    """R-M2: a mode never has a change ignored."""
    async with fresh_home(tmp_path, furnish) as fresh:
        andor = fresh.world.named("Andor")
        fresh.world.arrivals.grab(andor, fresh.world.season_of(andor, 1)[:1], seconds=4)
        await fresh.home.until(lambda: fresh.home.row(fresh.world.season_of(andor, 1)[0]).has_file)
        assert not fresh.freshness.show(fresh.id("Andor")).watching


async def test_switching_at_run_time_loses_nothing(tmp_path: Path) -> None:
    """R-M5: back and forth, with what was let go of in between."""
    async with fresh_home(tmp_path, furnish) as fresh:
        fresh.follow("Silo")
        first = fresh.world.season_of(fresh.world.named("Dark"), 1)[0]
        assert fresh.told(first)[1] == "What happens"
        fresh.freshness.choose({"clean_up": True, "clean_up_days": 30, "ahead": 0}, "anna")
        fresh.pass_time(40 * 86_400)
        assert (await fresh.round())["cleaned"] == 2
        assert fresh.told(first)[1] == ""
        fresh.freshness.choose({"mode": "GREEDY"}, "anna")
        assert fresh.freshness.show(fresh.id("Silo")).watching, "who follows what stays"
        report = await fresh.round()
        assert (report["mode"], report["cleaned"]) == ("GREEDY", 0)
        await fresh.home.house.instances.episodes(Silent())
        assert fresh.told(first)[1] == "What happens"
        fresh.freshness.choose({"mode": "ON_DEMAND"}, "anna")
        assert fresh.freshness.show(fresh.id("Silo")).why is Why.BY_HAND


async def test_opening_a_show_reads_it_at_once(tmp_path: Path) -> None:
    """R-M3: also one that nobody monitors and that was never read."""

    def fill(world: World) -> None:
        furnish(world)
        world.add_season(world.add_series("Lost", monitored=False), 1, 3)

    async with fresh_home(tmp_path, fill) as fresh:
        lost = fresh.home.show("Lost")
        assert lost.synced_at is None
        fresh.freshness.opened(lost.id, "anna")
        assert await fresh.reads_of(fresh.freshness.notice()) == [4]
        assert fresh.home.show("Lost").episode_count == 3
        assert await fresh.reads_of(fresh.freshness.notice()) == [], "once"
        andor = edit(fresh.world, "Andor")
        fresh.freshness.opened(fresh.id("Andor"), "anna")
        assert await fresh.reads_of(fresh.freshness.notice()) == [], "it was read a moment ago"
        fresh.pass_time(3_600)
        fresh.freshness.opened(fresh.id("Andor"), "anna")
        await fresh.freshness.notice()
        assert seen(fresh, andor)


async def test_a_request_has_a_show_followed_that_is_new_to_sonarr(tmp_path: Path) -> None:
    """R-M3."""

    def fill(world: World) -> None:
        furnish(world)
        world.requests.add_title(7_001, 8_001, "Salt and Starlight", 2025, {1: 3})

    async with fresh_home(tmp_path, fill) as fresh:
        home, desk = fresh.home, fresh.world.requests
        desk.approve(desk.ask(desk.user("Anna"), 7_001, [1]), desk.users[0])
        await home.live(120, 30)
        await home.house.instances.series(Silent())
        await home.house.instances.episodes(Silent())
        await home.look()
        report = await fresh.round()
        found = fresh.freshness.show(fresh.id("Salt and Starlight"))
        assert (report["followed"], found.watching, found.why, found.who) == (1, True, Why.REQUESTED, "Anna")


async def test_the_line_goes_by_activity(tmp_path: Path) -> None:
    """R-M6: watched now, airing this week, opened of late, the rest."""

    def fill(world: World) -> None:
        for title in ("Rest", "Opened", "Airing", "Playing"):
            days = 2 if title == "Airing" else 60
            world.add_season(world.add_series(title), 1, 2, first_air_at=world.now + timedelta(days=days))
        release = whole(world, "Other")
        playing = world.season_of(world.named("Playing"), 1)[0]
        world.add_file([playing], world.files[world.season_of(release, 1)[0].file_id].release)

    async with fresh_home(tmp_path, fill, episode_sync_mode="GREEDY", fresh_at_once="1") as fresh:
        fresh.freshness.opened(fresh.id("Opened"), "anna")
        fresh.home.stack.tautulli.running(1, fresh.world.season_of(fresh.world.named("Playing"), 1)[0])
        await fresh.home.house.play_followers.sessions()
        names = {series.id: series.title for series in fresh.world.series.values()}
        read = await fresh.reads_of(fresh.round())
        assert [names[one] for one in read] == ["Playing", "Airing", "Opened", "Rest"]
        queue = fresh.freshness.queue(2)
        assert [(one.title, activity.name, due) for one, activity, due in queue] == [
            ("Playing", "PLAYING", False),
            ("Airing", "AIRING", False),
        ]


async def test_one_failing_show_stops_no_other_and_is_left_alone_for_a_while(tmp_path: Path) -> None:
    """R-M6."""
    async with fresh_home(tmp_path, furnish, episode_sync_mode="GREEDY") as fresh:
        andor = edit(fresh.world, "Andor")
        fresh.home.stack.sonarr.faults.set("truncated", only=r"/episode\?.*seriesId=1\b")
        report = await fresh.round()
        assert seen(fresh, andor)
        assert (report["shows_failed"], report["services"]) == (1, {"Sonarr": "ok"})
        assert fresh.home.show("Silo").failure
        fresh.world.clock.advance(30)  # type: ignore[attr-defined]  # the manual clock
        assert await fresh.reads_of(fresh.made.keep.round(Silent(), everything=True)) == [2], "Silo is left alone"
        fresh.home.stack.sonarr.faults.clear()
        silo = edit(fresh.world, "Silo")
        await fresh.round()
        assert seen(fresh, silo)
        assert fresh.home.show("Silo").failure == ""


@pytest.mark.parametrize("fault", [one for one in MODES if one not in {"refuse", "truncated_page"}])
async def test_however_one_show_fails_all_others_are_read(tmp_path: Path, fault: Mode) -> None:
    """R-M6: also one that hangs and stands first in line each time; the service itself is not taken for down."""
    async with fresh_home(tmp_path, furnish, episode_sync_mode="GREEDY", fresh_at_once="1") as fresh:
        connection, _, client = fresh.home.house.connections.offering(CatalogueSource)[0]
        client.http.timeouts = Timeouts(total=0.3, bulk=0.3)  # type: ignore[attr-defined]  # every adapter has it
        fresh.home.stack.sonarr.faults.set(fault, only=r"/episode\?.*seriesId=1\b", seconds=1)
        for _ in range(2):
            andor = edit(fresh.world, "Andor")
            report = await fresh.round()
            assert seen(fresh, andor)
            assert (report["shows_failed"], report["services"]) == (1, {"Sonarr": "ok"})
            assert report["failures"][0].startswith("Silo: ")
        assert fresh.home.show("Silo").failure
        with pytest.raises(ServiceFailure, match="Silo: "):
            await fresh.home.house.control.sync_show(fresh.id("Silo"))
        assert fresh.home.house.connections.health(connection.id).status is Status.OK
        fresh.home.stack.sonarr.faults.clear()
        silo = edit(fresh.world, "Silo")
        await fresh.round()
        assert seen(fresh, silo)


async def test_a_question_that_fails_for_every_show_ends_the_round_soon(tmp_path: Path) -> None:
    """R-M6: three shows are tried, not three thousand; what they hold stays."""

    def fill(world: World) -> None:
        for number in range(12):
            world.add_season(world.add_series(f"Show {number:02}"), 1, 1, first_air_at=world.now + timedelta(days=50))

    async with fresh_home(tmp_path, fill, episode_sync_mode="GREEDY", fresh_at_once="1", fresh_ahead="0") as fresh:
        fresh.home.stack.sonarr.faults.set("html", only="/api/v3/episode")
        tried = await fresh.reads_of(_failing(fresh.round()))
        assert 4 <= len(tried) <= 5
        assert [fresh.home.show(f"Show {number:02}").episode_count for number in range(12)] == [1] * 12
        fresh.home.stack.sonarr.faults.clear()
        assert (await fresh.round())["shows_read"] == 12


async def _failing(work: Awaitable[Any]) -> None:
    with pytest.raises(ServiceFailure):
        await work


async def test_a_sonarr_that_is_down_ends_the_round_as_failed_and_resets_nothing(tmp_path: Path) -> None:
    """R-M6."""
    async with fresh_home(tmp_path, furnish, episode_sync_mode="GREEDY") as fresh:
        fresh.home.stack.sonarr.faults.set("unauthorized")
        before = [fresh.home.show(title) for title in ("Silo", "Andor", "Dark")]
        with pytest.raises(ServiceFailure):
            await fresh.round()
        assert [fresh.home.show(title) for title in ("Silo", "Andor", "Dark")] == before


async def test_a_round_that_was_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    """R-M6: progress, cancelling, and resuming after a stop: what was read is stored and not due any more."""

    def fill(world: World) -> None:
        for number in range(70):
            world.add_season(world.add_series(f"Show {number:02}"), 1, 1, first_air_at=world.now + timedelta(days=50))

    async with fresh_home(tmp_path, fill, episode_sync_mode="GREEDY", fresh_at_once="2") as fresh:
        told: list[float | None] = []
        run = Run(1, {}, lambda progress, _message: told.append(progress))

        def step(progress: float | None, message: str) -> None:
            Run.step(run, progress, message)
            run.cancelled = progress is not None and progress >= 20 / 70

        cut = Run(2, {}, lambda _progress, _message: None)
        cut.step = step  # type: ignore[method-assign]
        with pytest.raises(asyncio.CancelledError):
            await fresh.round(cut)
        report = await fresh.made.keep.round(Silent())
        assert 45 <= report["shows_read"] == report["due"] <= 50
        assert (await fresh.made.keep.round(Silent()))["due"] == 0


async def test_a_large_house_is_read_in_several_rounds(tmp_path: Path) -> None:
    """R-M6: a round has its end, tells how many wait, and the next ones read these before anybody twice."""

    def fill(world: World) -> None:
        for number in range(50):
            world.add_season(world.add_series(f"Show {number:02}"), 1, 1, first_air_at=world.now + timedelta(days=50))

    async with fresh_home(tmp_path, fill, episode_sync_mode="GREEDY", fresh_per_round="20", fresh_ahead="0") as fresh:
        reports: list[dict[str, Any]] = []

        async def once() -> None:
            reports.append(await fresh.round())

        read = [await fresh.reads_of(once()) for _ in range(3)]
        assert [(one["due"], one["shows_read"], one["left"]) for one in reports] == [(50, 20, 30)] * 3
        assert reports[0]["message"] == "GREEDY: 20 of 50 shows read; 30 wait for the next rounds"
        assert len({*read[0], *read[1]}) == 40
        assert {*read[0], *read[1], *read[2]} == {*range(1, 51)}
        everything = await fresh.made.keep.round(Silent(), everything=True)
        assert (everything["shows_read"], everything["left"]) == (20, 30), "one that a person asks for has an end too"


async def test_what_may_be_wanted_next_is_prepared_within_the_budget(tmp_path: Path) -> None:
    """R-M7."""

    def fill(world: World) -> None:
        whole(world, "Dark", genres=("Drama", "Mystery", "Crime"))
        for number in range(3):
            alike = world.add_series(f"Alike {number}", genres=("Mystery", "Drama"), monitored=False)
            world.add_season(alike, 1, 2)
        world.add_season(world.add_series("Other", genres=("Comedy",), monitored=False), 1, 2)

    async with fresh_home(tmp_path, fill, fresh_ahead="2") as fresh:
        fresh.follow("Dark")
        report = await fresh.round()
        assert report["prepared"] == 2
        found = fresh.freshness.show(fresh.id("Alike 2"))
        assert (found.prepared_for, found.watching) == ("like Dark (Drama, Mystery)", False)
        assert fresh.home.show("Alike 2").episode_count == 2
        assert fresh.home.show("Alike 0").synced_at is None, "the latest first, two a round"
        assert (await fresh.round())["prepared"] == 1
        assert (await fresh.round())["prepared"] == 0
        assert fresh.home.show("Other").synced_at is None


async def test_what_cannot_be_read_takes_no_place_of_the_budget(tmp_path: Path) -> None:
    """R-M7: the newest show alike fails; in the round after it the next one is prepared."""

    def fill(world: World) -> None:
        whole(world, "Dark", genres=("Drama", "Mystery"))
        for number in range(3):
            alike = world.add_series(f"Alike {number}", genres=("Mystery", "Drama"), monitored=False)
            world.add_season(alike, 1, 2)

    async with fresh_home(tmp_path, fill, fresh_ahead="1") as fresh:
        fresh.follow("Dark")
        fresh.home.stack.sonarr.faults.set("truncated", only=r"/episode\?.*seriesId=4\b")
        assert (await fresh.round())["prepared"] == 0
        assert fresh.home.show("Alike 2").failure
        assert (await fresh.made.keep.round(Silent()))["prepared"] == 1
        assert fresh.home.show("Alike 1").episode_count == 2


async def test_the_house_has_rounds_by_the_clock(tmp_path: Path) -> None:
    """R-M6."""
    async with at_home(tmp_path, furnish) as home:
        tasks = {task.name: task for task in home.house.engine.tasks()}
        assert {"keep-fresh", "notice-followed"} <= tasks.keys()
        assert (tasks["keep-fresh"].enabled, tasks["keep-fresh"].interval) == (True, 3600)


async def test_the_round_tells_its_numbers_to_the_log(tmp_path: Path) -> None:
    """R-M10: mode, counts and duration."""
    async with fresh_home(tmp_path, furnish, episode_sync_mode="GREEDY") as fresh:
        with structlog.testing.capture_logs() as logs:
            await fresh.round()
        line = next(one for one in logs if one["event"] == "episodes were kept fresh")
        assert (line["mode"], line["shows_read"], line["services"]) == ("GREEDY", 2, {"Sonarr": "ok"})
        assert line["requests"] == 4
        assert line["milliseconds"] >= 0
        assert line["bytes"] > 0
