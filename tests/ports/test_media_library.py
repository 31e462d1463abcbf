"""What every media server does."""

import pytest

from episodarr.availability.ports import MediaLibrary
from episodarr.connections.failures import Broken

PORT = MediaLibrary


async def whole(client):
    return [item async for page in client.all_episodes() for item in page]


def test_lists_every_series_with_the_ids_that_others_know(play, world, lighthouse, kind):
    async def story(stage):
        (series,) = await stage.client(kind).all_series()
        assert (series.name, series.year) == ("Lighthouse Keepers", 2024)
        assert series.provider_ids["tvdb"] == "700007"
        assert series.path in {"", lighthouse.path}  # Plex does not tell it with its list

    play(story)


def test_lists_more_series_than_fit_on_a_page(play, world, lighthouse, kind):
    source = world.files[world.season_of(lighthouse, 1)[0].file_id].release
    for number in range(1_100):
        series = world.add_series(f"Series {number:04d}")
        world.add_file(world.add_season(series, 1, 1), source)

    async def story(stage):
        found = await stage.client(kind).all_series()
        assert len({series.id for series in found}) == len(found) == 1_101

    play(story)


def test_lists_the_episodes_of_a_series_and_marks_those_without_a_file(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        (series,) = await client.all_series()
        episodes = await client.episodes_of(series.id)
        there = {(one.season, one.episode) for one in episodes if one.has_source}
        assert there == {(1, number) for number in range(1, 7)}
        assert {one.series for one in episodes} == {series.id}
        assert all(one.virtual for one in episodes if not one.has_source)
        assert all(one.path and one.added_at for one in episodes if one.has_source)

    play(story)


def test_says_whether_an_episode_can_be_played(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        (series,) = await client.all_series()
        episodes = await client.episodes_of(series.id)
        outcomes = {one.has_source: await client.playability(one.id) for one in episodes}
        assert outcomes[True].playable
        assert all(not outcome.playable for has_source, outcome in outcomes.items() if not has_source and outcome)

    play(story)


def test_does_not_know_what_is_not_there(play, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.episodes_of("f" * 32) is None
        assert await client.playability("f" * 32) is None

    play(story)


def test_looks_again_where_it_is_told_to(play, world, lighthouse, kind):
    episode = world.season_of(lighthouse, 1)[0]
    path = world.files[episode.file_id].path
    world.library.hide(episode, until_told=True)

    async def story(stage):
        client = stage.client(kind)
        (series,) = await client.all_series()

        async def listed():
            return {(one.season, one.episode) for one in await client.episodes_of(series.id) if one.has_source}

        assert (1, 1) not in await listed()
        await client.rescan(path)
        await stage.go_on(30)
        assert (1, 1) in await listed()

    play(story)


def test_lists_every_episode_with_a_file_in_few_requests(play, world, lighthouse, kind):
    """R-D10: a whole library is read in big pages, from all libraries of the server."""
    release = world.files[world.season_of(lighthouse, 1)[0].file_id].release
    for number in range(50):
        series = world.add_series(f"Series {number:02d}", kind="anime" if number % 2 else "standard")
        for episode in world.add_season(series, 1, 50):
            world.add_file([episode], release)

    async def story(stage):
        client = stage.client(kind)
        series = {one.id for one in await client.all_series()}
        before = client.http.requests
        found = await whole(client)
        assert client.http.requests - before <= 5
        assert len({item.id for item in found}) == len(found) == 50 * 50 + 6
        assert {item.series for item in found} == series
        assert all(item.has_source and item.path and not item.virtual for item in found)
        assert {item.provider_ids["tvdb"] for item in found} == {
            str(one.tvdb_id) for one in world.episodes.values() if one.file_id
        }

    play(story)


def test_a_file_of_two_episodes_is_both(play, world, lighthouse, kind):
    one, two = world.season_of(lighthouse, 2)[:2]
    world.add_file([one, two], world.files[world.season_of(lighthouse, 1)[0].file_id].release)

    async def story(stage):
        found = [item for item in await whole(stage.client(kind)) if item.season == 2]
        numbers = {n for item in found for n in range(item.episode, (item.last_episode or item.episode) + 1)}
        assert numbers == {1, 2}
        assert len({item.path for item in found}) == 1

    play(story)


def test_a_listing_that_shifts_while_it_is_read_is_not_the_whole(play, world, lighthouse, kind):
    """R-D10: unknown is not no. Something removed between two pages would hide an item at their edge."""
    release = world.files[world.season_of(lighthouse, 1)[0].file_id].release
    series = world.add_series("Long Show")
    for episode in world.add_season(series, 1, 2_400):
        world.add_file([episode], release)

    async def read_while_it_shifts(client):
        async for _ in client.all_episodes():
            gone = world.files[world.season_of(lighthouse, 1)[0].file_id]
            added = world.add_series("Another Show")
            world.add_file(world.add_season(added, 1, 1), release)  # the count stays the same
            world.library.forget(gone.path)

    async def story(stage):
        with pytest.raises(Broken, match="add up"):
            await read_while_it_shifts(stage.client(kind))
        assert len(await whole(stage.client(kind))) == 2_400 + 6

    play(story)


def test_a_cut_listing_is_never_the_whole(play, world, lighthouse, kind):
    async def story(stage):
        await stage.set_fault(kind, "truncated_page")
        with pytest.raises(Broken, match="add up"):
            await whole(stage.client(kind))

    play(story)
