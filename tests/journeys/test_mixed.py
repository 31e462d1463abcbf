"""A pack that covers a part, singles beside it, a removed and a stalled torrent (R-D1, R-D2)."""

import asyncio
from pathlib import Path

from home import at_home

from episodarr.demo.world import World


def furnish(world: World) -> None:
    series = world.add_series("Frieren", year=2023, kind="anime")
    world.add_season(series, 1, 8)


async def journey(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        series = world.named("Frieren")
        episodes = world.season_of(series, 1)
        await home.first_sync()
        pack = world.arrivals.grab(series, episodes[:5], kind="pack", seconds=20)
        single = world.arrivals.grab(series, [episodes[5]], seconds=10)
        stalled = world.arrivals.grab(series, [episodes[6]], seconds=10, stall=(0.4, 500))
        await home.live(12)
        lanes = {lane.download_id: lane for lane in home.house.board.lanes(False, 10, None).items}
        assert lanes[pack.hash].kind == "partial_pack"
        assert lanes[single.hash].kind == "single"
        assert home.state(episodes[6]) == "stalled"
        assert home.state(episodes[7]) == "missing"
        world.arrivals.remove_torrent(stalled)
        await home.live(4)
        assert home.state(episodes[6]) == "failed"
        assert "no longer has the download" in home.row(episodes[6]).because
        await home.until(lambda: home.states(episodes[:6]) == ["available"] * 6)
        assert home.show("Frieren").available_count == 6, "6 of 8, not 8 of 8"


async def one_of_thirteen(folder: Path) -> None:
    def fill(world: World) -> None:
        series = world.add_series("Ozark", year=2017, ended=True)
        world.add_season(series, 1, 13)

    async with at_home(folder, fill) as home:
        world = home.world
        series = world.named("Ozark")
        episodes = world.season_of(series, 1)
        await home.first_sync()
        world.arrivals.grab(series, episodes[:1], seconds=4)
        await home.until(lambda: home.state(episodes[0]) == "available")
        show = home.show("Ozark")
        season = next(one for one in home.overview.seasons(show.id) if one.number == 1)
        assert (show.available_count, show.episode_count) == (1, 13)
        assert (season.available_count, season.total_episode_count) == (1, 13)


def test_mixed(tmp_path: Path) -> None:
    asyncio.run(journey(tmp_path))


def test_one_of_thirteen_is_shown_as_one_of_thirteen(tmp_path: Path) -> None:
    asyncio.run(one_of_thirteen(tmp_path))
