"""Why is it stuck? Each waiting state says what is awaited, and no step can strand an episode (R-D9, R-D10, R-D12)."""

import asyncio
from pathlib import Path

from home import at_home

from episodarr.demo.world import World


def furnish(world: World) -> None:
    series = world.add_series("Severance", year=2022)
    world.add_season(series, 1, 3)


async def blocked(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        series = world.named("Severance")
        first = world.season_of(series, 1)[0]
        await home.first_sync()
        torrent = world.arrivals.grab(series, [first], seconds=5)
        world.arrivals.block_import(torrent, "Not an upgrade for existing episode file(s)")
        await home.until(lambda: home.state(first) == "import_blocked")
        row = home.row(first)
        assert "Not an upgrade" in row.because, "Sonarr's own reason is told"
        assert row.waiting_for == "somebody to decide in Sonarr"
        assert row.since is not None
        await home.live(30)
        assert home.state(first) == "import_blocked"
        await home.house.control.recheck(row.id)
        await home.until(lambda: home.state(first) == "available")


async def hidden(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        series = world.named("Severance")
        first, second, _ = world.season_of(series, 1)
        world.library.hide(first)
        await home.first_sync()
        for episode in (first, second):
            world.arrivals.grab(series, [episode], seconds=5)
        await home.until(lambda: home.state(second) == "available")
        assert home.state(first) == "imported"
        assert home.row(first).waiting_for == "Jellyfin to list it"
        await home.live(120, 5)
        assert home.state(first) == "imported", "asked again and again, and said truthfully"
        world.library.show(first)
        await home.until(lambda: home.state(first) == "available", seconds=4000, step=10)


def test_a_blocked_import_says_why_and_goes_on_when_it_is_solved(tmp_path: Path) -> None:
    asyncio.run(blocked(tmp_path))


def test_an_import_that_the_library_does_not_list_is_asked_for_until_it_does(tmp_path: Path) -> None:
    asyncio.run(hidden(tmp_path))
