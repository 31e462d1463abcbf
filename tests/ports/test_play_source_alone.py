"""What one history of plays has for itself."""

import time

import pytest

from episodarr.connections.failures import Broken, ServiceFailure


@pytest.fixture
def far_east(monkeypatch):
    """This process, and with it the plugin's database, lives in another time zone."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def plays_of(client, since=None):
    return [play async for page in client.plays(since) for play in page.plays]


def test_tautulli_tells_which_play_resumes_another(play, world, lighthouse):
    async def story(stage):
        episode = world.season_of(lighthouse, 1)[1]
        stage.stack.tautulli.play(1000, episode, percent=40)
        await stage.go_on(3600)
        stage.stack.tautulli.play(1000, episode)
        given_up, taken_up = await plays_of(stage.client("tautulli"))
        assert (given_up.watched, taken_up.watched) == (False, True)
        assert taken_up.first_id == given_up.id, "it is one play with the one that it resumes"
        assert given_up.item == taken_up.item

    play(story)


def test_tautulli_without_its_plex_knows_no_series(play, world, lighthouse):
    async def story(stage):
        client = stage.client("tautulli")
        stage.stack.tautulli.connected = False
        with pytest.raises(Broken):
            await client.series_ids("52001")

    play(story)


def test_a_jellyfin_without_the_plugin_certainly_keeps_no_plays(play, world, lighthouse):
    async def story(stage):
        stage.stack.jellyfin.play(1, world.season_of(lighthouse, 1)[0])
        client = stage.client("jellyfin")
        pages = [page async for page in client.plays(None)]
        assert [(page.plays, page.total) for page in pages] == [((), 0)]
        for mode in ("error", "empty_body", "truncated", "html"):
            await stage.set_fault("jellyfin", mode, only="/Plugins")
            with pytest.raises(ServiceFailure):
                await plays_of(client)
            await stage.clear_faults("jellyfin")

    play(story)


def test_local_times_and_those_of_utc_are_the_same_plays(play, world, lighthouse, far_east):
    async def story(stage):
        watching = stage.stack.jellyfin.watching
        watching.reporting = watching.local_time = True
        for episode in world.season_of(lighthouse, 1)[:2]:
            stage.stack.jellyfin.play(1, episode)
        client = stage.client("jellyfin")
        before = await plays_of(client)
        assert before[0].stopped_at <= world.now
        assert (world.now - before[0].stopped_at).total_seconds() < 2
        watching.migrate()
        assert await plays_of(client) == before

    play(story)


def test_the_plugin_says_that_its_query_failed_with_200(play, world, lighthouse):
    async def story(stage):
        watching = stage.stack.jellyfin.watching
        watching.reporting = True
        watching._rows.execute("DROP TABLE PlaybackActivity")
        with pytest.raises(Broken, match="Playback Reporting"):
            await plays_of(stage.client("jellyfin"))

    play(story)
