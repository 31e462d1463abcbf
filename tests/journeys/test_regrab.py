"""A deleted file and a second grab: a new life, with the old one in the log (R-D2, R-D12)."""

import asyncio
from pathlib import Path

from home import at_home

from episodarr.demo.world import World


def furnish(world: World) -> None:
    series = world.add_series("Dark", year=2017, ended=True)
    world.add_season(series, 1, 4)


async def journey(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        series = world.named("Dark")
        episodes = world.season_of(series, 1)
        await home.first_sync()
        world.arrivals.grab(series, episodes, kind="pack", seconds=6)
        await home.until(lambda: set(home.states(episodes)) == {"available"})
        show = home.show("Dark")
        assert show.available_count == 4

        world.drop_file(world.files[episodes[1].file_id])
        await home.house.control.sync_show(show.id)
        assert home.state(episodes[1]) == "missing"
        assert "deleted" in home.row(episodes[1]).because
        await home.look()
        assert home.state(episodes[1]) == "missing", "a stale listing in Jellyfin does not bring it back"
        assert home.show("Dark").available_count == 3

        world.arrivals.grab(series, [episodes[1]], seconds=6)
        await home.live(4)
        assert home.state(episodes[1]) == "downloading"
        await home.until(lambda: home.state(episodes[1]) == "available")
        kinds = [entry.kind for entry in home.timeline(episodes[1])]
        assert kinds.count("grabbed") == 2
        assert kinds.index("removed") > kinds.index("imported")


def test_regrab(tmp_path: Path) -> None:
    asyncio.run(journey(tmp_path))
