"""A service that is removed for good says nothing any more; one that is only away does."""

from pathlib import Path

import pytest
from home import connections_of

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.state import State
from episodarr.main import House
from episodarr.settings import read

pytestmark = pytest.mark.anyio


async def test_what_a_removed_media_server_said_counts_no_more(tmp_path: Path) -> None:
    """R-D10: it was the only one that had the episode; another one of the same kind starts from nothing."""
    from home import START, Home

    world = World(ManualClock(START))
    series = world.add_series("Lighthouse Keepers")
    world.add_season(series, 1, 2)
    stack = Stack(world)
    await stack.start()
    house = House(read({}, data_dir=tmp_path), {}, world.clock.now, connections_of(stack, ("sonarr", "qbittorrent")))
    try:
        async with house.open():
            home = Home(world, stack, house)
            server = stack.jellyfin
            settings = {"url": server.url, "api_key": server.api_key}
            added = house.connections.save("jellyfin", "Jellyfin", settings)
            await home.first_sync()
            first = world.season_of(series, 1)[0]
            world.arrivals.grab(series, [first], seconds=5)
            await home.until(lambda: home.state(first) == "available")

            house.connections.remove(added)
            row = home.row(first)
            assert (row.state, row.waiting_for) == (State.IMPORTED, "a media server to list it")
            assert "Listed and playable" in [entry.text for entry in home.timeline(first)], "the log keeps it"

            world.library.hide(first)
            house.connections.save("jellyfin", "Another Jellyfin", settings)
            await home.live(30)
            assert home.state(first) == "imported"
            world.library.show(first)
            await home.until(lambda: home.state(first) == "available", 4000, 10)
    finally:
        house.close()
        await stack.stop()
