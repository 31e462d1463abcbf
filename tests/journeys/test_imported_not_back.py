"""Between Sonarr's import and our reading of the file an episode does not fall back to "downloaded"."""

from pathlib import Path

import pytest
from home import at_home

from episodarr.demo.world import World

pytestmark = pytest.mark.anyio


def furnish(world: World) -> None:
    world.add_season(world.add_series("Lighthouse Keepers"), 1, 1)


async def test_what_sonarr_has_imported_does_not_go_back(tmp_path: Path) -> None:
    async with at_home(tmp_path, furnish) as home:
        await home.first_sync()
        series = home.world.named("Lighthouse Keepers")
        (episode,) = home.world.season_of(series, 1)
        home.world.arrivals.grab(series, [episode], seconds=5)
        await home.until(lambda: home.state(episode) == "importing", step=0.2)
        (download,) = home.world.arrivals.downloads.values()
        for _ in range(200):
            if download.state == "imported":
                break
            home.world.clock.advance(0.1)
            home.world.advance()
        assert download.state == "imported"
        for _ in range(3):
            await home.house.followers.grabs()
            assert home.state(episode) == "importing", "its file is not read yet"
        await home.until(lambda: home.state(episode) == "available")
