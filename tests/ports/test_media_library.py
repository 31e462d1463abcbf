"""What every media server does."""

from episodarr.availability.ports import MediaLibrary

PORT = MediaLibrary


def test_lists_every_series_with_the_ids_that_others_know(play, world, lighthouse, kind):
    async def story(stage):
        (series,) = await stage.client(kind).all_series()
        assert (series.name, series.year) == ("Lighthouse Keepers", 2024)
        assert series.provider_ids["tvdb"] == "700007"
        assert series.path

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
