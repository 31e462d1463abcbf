"""Who plays what now, whichever service tells it."""

import pytest

from episodarr.connections.failures import ServiceFailure
from episodarr.watching.ports import SessionSource

PORT = SessionSource


def test_nobody_plays_anything(play, lighthouse, kind):
    async def story(stage):
        assert await stage.client(kind).sessions() == []

    play(story)


def test_who_plays_what_and_how_far(play, world, lighthouse, kind):
    async def story(stage):
        episode = world.season_of(lighthouse, 1)[2]
        server = stage.stack.servers["plex" if kind == "tautulli" else kind]
        server.running(1000, episode)
        await stage.go_on(120)
        (one,) = await stage.client(kind).sessions()
        assert (one.item.series_title, one.item.season, one.item.number) == ("Lighthouse Keepers", 1, 3)
        assert one.viewer.name.lower() == "anna"
        assert (one.position_seconds, one.paused) == (120, False)

    play(story)


@pytest.mark.parametrize("mode", ["error", "empty_body", "truncated", "disconnect", "html", "unauthorized"])
def test_no_answer_is_not_nobody(play, world, lighthouse, kind, mode):
    async def story(stage):
        await stage.set_fault(kind, mode)
        with pytest.raises(ServiceFailure):
            await stage.client(kind).sessions()

    play(story)


def test_tautulli_without_its_plex_does_not_know(play, world, lighthouse):
    async def story(stage):
        stage.stack.tautulli.connected = False
        with pytest.raises(ServiceFailure):
            await stage.client("tautulli").sessions()

    play(story)
