"""What every source of the catalogue can be made to do."""

import pytest

from episodarr.catalogue.ports import CatalogueControl
from episodarr.connections.failures import Broken

PORT = CatalogueControl


def test_monitors_single_episodes(play, world, lighthouse, kind):
    first, second, *_ = world.season_of(lighthouse, 2)

    async def story(stage):
        await stage.client(kind).monitor_episodes([first.id], monitored=False)
        assert (first.monitored, second.monitored) == (False, True)

    play(story)


def test_monitors_a_season_with_its_episodes(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        for monitored in (False, True):
            await client.monitor_season(lighthouse.id, 2, monitored=monitored)
            assert lighthouse.seasons[2].monitored is monitored
            assert {episode.monitored for episode in world.season_of(lighthouse, 2)} == {monitored}
            assert lighthouse.seasons[1].monitored
            assert lighthouse.monitored

    play(story)


def test_monitors_a_series_and_leaves_its_seasons(play, lighthouse, kind):
    async def story(stage):
        await stage.client(kind).monitor_series(lighthouse.id, monitored=False)
        assert not lighthouse.monitored
        assert all(season.monitored for season in lighthouse.seasons.values())

    play(story)


def test_says_so_when_there_is_no_such_series_or_season(play, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        with pytest.raises(Broken):
            await client.monitor_season(lighthouse.id, 9, monitored=True)
        with pytest.raises(Broken):
            await client.monitor_series(4_711, monitored=True)

    play(story)


def test_starts_commands_and_gives_their_ids(play, world, lighthouse, kind):
    wanted = world.season_of(lighthouse, 2)[0]

    async def story(stage):
        client = stage.client(kind)
        ids = [
            await client.search_episodes([wanted.id]),
            await client.refresh_downloads(),
            await client.rescan_series(lighthouse.id),
        ]
        assert len(set(ids)) == 3
        await stage.go_on(10)
        assert world.arrivals.busy(wanted.id)

    play(story)
