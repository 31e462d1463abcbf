"""Bad days: each service in each kind of trouble. A clear status, nothing reset, and everything right afterwards."""

import asyncio
import contextlib
from pathlib import Path

import pytest
import structlog
from home import Home, at_home

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Status
from episodarr.demo.faults import Mode
from episodarr.demo.world import World

NOTICED: dict[Mode, set[Status]] = {
    "unauthorized": {Status.REFUSED},
    "error": {Status.ERROR},
    "html": {Status.WRONG_PATH, Status.WRONG_APP, Status.ERROR},
    "truncated": {Status.ERROR},
    "empty_body": {Status.ERROR},
    "disconnect": {Status.ERROR, Status.OFFLINE},
    "refuse": {Status.OFFLINE},
}
SERVICES = ("sonarr", "qbittorrent", "jellyfin")


def furnish(world: World) -> None:
    one = world.add_series("Silo", year=2023)
    world.add_season(one, 1, 4)
    other = world.add_series("Andor", year=2022)
    world.add_season(other, 1, 3)


async def settled(home: Home) -> None:
    """Silo S01: one episode available, a pack of two on its way, one missing."""
    world = home.world
    series = world.named("Silo")
    episodes = world.season_of(series, 1)
    await home.first_sync()
    world.arrivals.grab(series, episodes[:1], seconds=4)
    await home.until(lambda: home.state(episodes[0]) == "available")
    world.arrivals.grab(series, episodes[1:3], kind="pack", seconds=400)
    await home.live(12)
    assert home.states(episodes) == ["available", "downloading", "downloading", "missing"]


async def round_of_everything(home: Home) -> None:
    """All there is: polls, series list, all episodes."""
    await home.look()
    for work in (home.house.instances.series(Silent()), home.house.instances.episodes(Silent(), full=True)):
        with contextlib.suppress(ServiceFailure):
            await work


def picture(home: Home) -> dict:
    """Everything that must not change."""
    shows = {}
    for title in ("Silo", "Andor"):
        show = home.show(title)
        rows = home.overview.episodes(show.id, None, 100, None).items
        shows[title] = [(row.id, row.state, row.because, row.since, row.monitored, row.size) for row in rows]
    return shows


def health(home: Home, kind: str) -> Status:
    connection = next(one for one in home.house.connections.all() if one.kind == kind)
    return home.house.connections.health(connection.id).status


async def in_trouble(folder: Path, kind: str, mode: Mode) -> None:
    async with at_home(folder, furnish) as home:
        await settled(home)
        before = picture(home)
        server = home.stack.servers[kind]
        with structlog.testing.capture_logs() as logs:
            server.faults.set(mode)
            await server.follow_refusal()
            if kind == "qbittorrent" and mode == "unauthorized":
                home.stack.qbittorrent.forget_sessions()
            home.house.followers.verify_soon({home.show("Silo").id, home.show("Andor").id})
            for _ in range(3):
                home.world.clock.advance(600)
                home.house.followers.verify_soon({home.show("Silo").id, home.show("Andor").id})
                stand_still(home)
                await round_of_everything(home)
            assert health(home, kind) in NOTICED[mode], (health(home, kind), mode)
            assert picture(home) == before, "nothing is reset, deleted or marked"
            server.faults.clear()
            await server.follow_refusal()
            home.world.clock.advance(600)
            stand_still(home)
            home.house.followers.verify_soon({home.show("Silo").id, home.show("Andor").id})
            await round_of_everything(home)
            home.world.clock.advance(600)
            stand_still(home)
            await round_of_everything(home)
        assert health(home, kind) is Status.OK
        assert picture(home) == before
        name = {"sonarr": "Sonarr", "qbittorrent": "qBittorrent", "jellyfin": "Jellyfin"}[kind]
        lines = [line["event"] for line in logs if line.get("service") == name]
        assert lines == ["service is down", "service is back"], "one line down, one line up"


def stand_still(home: Home) -> None:
    """The download waits, whatever the clock does: only the trouble is looked at."""
    for torrent in home.world.torrents.values():
        if not torrent.complete:
            torrent.rate = 1.0


@pytest.mark.parametrize("mode", NOTICED)
@pytest.mark.parametrize("kind", SERVICES)
def test_a_service_in_trouble_resets_nothing(tmp_path: Path, kind: str, mode: Mode) -> None:
    asyncio.run(in_trouble(tmp_path, kind, mode))


async def empty(folder: Path, kind: str) -> None:
    async with at_home(folder, furnish) as home:
        await settled(home)
        before = picture(home)
        stand_still(home)
        home.stack.servers[kind].faults.set("empty", only=r"/(series|episode|episodefile|queue|Items|Episodes|history)")
        for _ in range(3):
            home.world.clock.advance(60)
            stand_still(home)
            home.house.followers.verify_soon({home.show("Silo").id})
            await round_of_everything(home)
        after = picture(home)
        kept = [(row[0], row[1].value) for title in after for row in after[title]]
        assert kept == [(row[0], row[1].value) for title in before for row in before[title]]


@pytest.mark.parametrize("kind", ["sonarr", "jellyfin"])
def test_an_empty_200_is_not_believed(tmp_path: Path, kind: str) -> None:
    asyncio.run(empty(tmp_path, kind))


async def wrong_app(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        await settled(home)
        home.stack.sonarr.faults.set("wrong_app")
        connection = next(one for one in home.house.connections.all() if one.kind == "sonarr")
        result = await home.house.connections.test("sonarr", connection.settings)
        assert (result.ok, result.status) == (False, "wrong_app")
        assert "Radarr" in result.message


def test_another_application_at_the_address_is_told(tmp_path: Path) -> None:
    asyncio.run(wrong_app(tmp_path))


async def one_bad_series(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        silo = home.world.named("Silo")
        home.stack.sonarr.faults.set("error", only=rf"/episode\?seriesId={silo.id}\b")
        await home.house.instances.series(Silent())
        report = await home.house.instances.episodes(Silent())
        assert (report["read"], report["failed"]) == (1, 1)
        assert home.show("Andor").episode_count == 3, "the others go on"
        assert "Silo" in report["failures"][0]
        assert home.show("Silo").failure
        home.stack.sonarr.faults.clear()
        home.world.clock.advance(3600)
        await home.house.instances.episodes(Silent())
        assert (home.show("Silo").episode_count, home.show("Silo").failure) == (4, "")


def test_one_failing_series_never_stops_the_others(tmp_path: Path) -> None:
    """R-C7."""
    asyncio.run(one_bad_series(tmp_path))


async def slow(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        await settled(home)
        jellyfin = next(client for _, _, client in home.house.connections.offering(_library()))
        jellyfin.http.timeouts = type(jellyfin.http.timeouts)(0.05, 0.05, 0.05)
        before = picture(home)
        home.stack.jellyfin.faults.set("slow", seconds=0.4)
        stand_still(home)
        home.house.followers.verify_soon({home.show("Silo").id})
        await home.look()
        assert health(home, "jellyfin") is Status.OFFLINE
        assert picture(home) == before
        home.stack.jellyfin.faults.clear()


def _library() -> type:
    from episodarr.availability.ports import MediaLibrary

    return MediaLibrary


def test_a_slow_service_is_left_alone_and_stops_nobody(tmp_path: Path) -> None:
    asyncio.run(slow(tmp_path))
