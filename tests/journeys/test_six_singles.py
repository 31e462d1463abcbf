"""Six single-episode torrents of a third season, each with its own life (R-D2, R-D11)."""

import asyncio
from pathlib import Path

from home import at_home

from episodarr.demo.stories import link_click
from episodarr.demo.world import World


def furnish(world: World) -> None:
    series = world.add_series("Link Click", year=2021, kind="anime")
    for season in (1, 2, 3):
        world.add_season(series, season, 6)


async def journey(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        third = world.season_of(world.named("Link Click"), 3)
        await home.first_sync()
        for number in range(1, 7):
            link_click(world, number)
            await home.live(3, 1)
        shown = [home.progress(episode) for episode in third]
        moving = {value for value in shown if value is not None and value < 1}
        assert len(moving) >= 2, "each torrent has a progress of its own"
        await home.until(lambda: set(home.states(third)) == {"available"})
        assert home.show("Link Click").missing_count == 12, "the other seasons are untouched"
        assert home.row(third[4]).absolute_number == 17


def test_six_singles(tmp_path: Path) -> None:
    asyncio.run(journey(tmp_path))
