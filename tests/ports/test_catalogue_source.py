"""What every source of the catalogue does."""

from datetime import timedelta

from episodarr.catalogue.ports import CatalogueSource

PORT = CatalogueSource


def test_lists_every_series_with_its_seasons(play, world, lighthouse, kind):
    world.add_series("Harbour", year=2019)

    async def story(stage):
        listing = await stage.client(kind).series_listing()
        first, second = (entry.decode() for entry in listing.entries())
        assert (first.id, first.title, first.tvdb_id, first.year) == (
            lighthouse.id,
            "Lighthouse Keepers",
            700_007,
            2024,
        )
        assert [season.season_number for season in first.seasons] == [1, 2]
        assert second.title == "Harbour"

    play(story)


def test_equal_answers_have_equal_digests_and_changed_ones_others(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        listing, episodes = await client.series_listing(), await client.episodes(lighthouse.id)
        assert (await client.series_listing()).digest == listing.digest
        assert (await client.episodes(lighthouse.id)).digest == episodes.digest
        world.season_of(lighthouse, 2)[0].title = "Another title"
        assert (await client.episodes(lighthouse.id)).digest != episodes.digest
        lighthouse.monitored = False
        assert (await client.series_listing()).digest != listing.digest

    play(story)


def test_tells_the_episodes_of_a_series_with_their_files(play, world, lighthouse, kind):
    async def story(stage):
        answer = await stage.client(kind).episodes(lighthouse.id)
        episodes, files = answer.episodes(), {file.id: file for file in answer.files()}
        assert sorted((one.season_number, one.episode_number) for one in episodes) == [
            (season, number) for season in (1, 2) for number in range(1, 7)
        ]
        held = [one for one in episodes if one.episode_file_id]
        assert {one.season_number for one in held} == {1}
        assert {one.episode_file_id for one in held} == set(files)
        assert all(file.size and file.quality_name == "WEBDL-1080p" for file in files.values())

    play(story)


def test_knows_which_series_it_has(play, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.series_exists(lighthouse.id) is True
        assert await client.series_exists(4_711) is False

    play(story)


def test_has_posters_and_says_when_there_is_none(play, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.poster(lighthouse.id)
        assert await client.poster(4_711) is None

    play(story)


def test_tells_which_series_have_news(play, world, lighthouse, kind):
    quiet = world.add_series("Harbour")
    world.add_season(quiet, 1, 1)

    async def story(stage):
        client = stage.client(kind)
        before = world.now - timedelta(seconds=1)
        assert await client.series_changed_since(before) == set()
        world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1])
        assert await client.series_changed_since(before) == {lighthouse.id}
        assert await client.series_changed_since(world.now + timedelta(hours=1)) == set()

    play(story)
