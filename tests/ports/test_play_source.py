"""What every history of plays has in common, whichever service keeps it."""

import pytest

from episodarr.connections.failures import Broken
from episodarr.demo.jellyfin_system import USERS
from episodarr.watching.model import ItemKind
from episodarr.watching.ports import PlaySource

PORT = PlaySource
FIRST = {"tautulli": "1", "plex": "1", "jellyfin": USERS[0].id}
"""The id of who has account 1."""


async def read(client, since=None):
    return [page async for page in client.plays(since)]


async def plays_of(client, since=None):
    return [play for page in await read(client, since) for play in page.plays]


@pytest.fixture
def play(play):
    """With the plugin that keeps Jellyfin's plays."""

    def with_plugin(story, **options):
        async def told(stage):
            stage.stack.jellyfin.watching.reporting = True
            return await story(stage)

        return play(told, **options)

    return with_plugin


def test_nothing_was_played(play, lighthouse, kind):
    async def story(stage):
        found = await read(stage.client(kind))
        assert [page.plays for page in found] == [()]

    play(story)


def test_plays_come_in_order_with_what_was_played(play, world, lighthouse, kind):
    async def story(stage):
        server = stage.stack.servers[kind]
        for episode, account in zip(world.season_of(lighthouse, 1)[:2], (1, 1000), strict=True):
            server.play(account, episode)
            await stage.go_on(3600)
        first, second = await plays_of(stage.client(kind))
        assert first.started_at < second.started_at
        assert (first.viewer.id, first.item.number, first.watched) == (FIRST[kind], 1, True)
        assert (second.item.kind, second.item.series_title) == (ItemKind.EPISODE, "Lighthouse Keepers")
        assert (second.item.season, second.viewer.name.lower()) == (1, "anna")
        assert second.item.guid
        assert all(0 <= one.seconds <= (one.stopped_at - one.started_at).total_seconds() for one in (first, second))

    play(story)


def test_a_session_that_runs_is_no_play_yet(play, world, lighthouse, kind):
    async def story(stage):
        stage.stack.servers[kind].running(1, world.season_of(lighthouse, 1)[0])
        assert await plays_of(stage.client(kind)) == []

    play(story)


def test_what_began_since_a_moment_is_never_left_out(play, world, lighthouse, kind):
    async def story(stage):
        episodes = world.season_of(lighthouse, 1)
        for episode in episodes:
            stage.stack.servers[kind].play(1, episode)
            await stage.go_on(86_400)
        client = stage.client(kind)
        every = await plays_of(client)
        for one in every:
            later = await plays_of(client, one.started_at)
            assert set(later) <= set(every)
            assert {other.id for other in every if other.started_at >= one.started_at} <= {other.id for other in later}
        assert len(await plays_of(client, every[-1].started_at)) < len(every)

    play(story)


def test_pages_are_the_whole_and_a_cut_one_is_not_taken(play, world, lighthouse, kind):
    async def story(stage):
        for episode in world.season_of(lighthouse, 1):
            stage.stack.servers[kind].play(1, episode)
        client = stage.client(kind)
        whole = await plays_of(client)
        client.page_size = 4
        found = await read(client)
        assert [len(page.plays) for page in found] == [4, 2]
        assert [(page.read, page.count, page.total) for page in found] == [(4, 6, 6), (6, 6, 6)]
        assert [one for page in found for one in page.plays] == whole
        history = "get_history|^/api/v2|history/all|submit_custom_query"
        await stage.set_fault(kind, "truncated_page", times=1, only=history)
        assert await plays_of(client) == whole
        await stage.set_fault(kind, "truncated_page", only=history)
        with pytest.raises(Broken, match="add up"):
            await plays_of(client)

    play(story)


def test_rows_that_are_deleted_while_it_reads_hide_no_others(play, world, lighthouse, kind):
    async def story(stage):
        server = stage.stack.servers[kind]
        for episode in world.season_of(lighthouse, 1):
            server.play(1, episode)
        client = stage.client(kind)
        client.page_size = 2
        found = []
        async for page in client.plays(None):
            found += page.plays
            if len(found) == 2:
                server.lose_first()
        assert {one.id for one in found} == {1, 2, 3, 4, 5, 6}

    play(story)


def test_other_systems_ids_of_a_series(play, world, lighthouse, kind):
    async def story(stage):
        stage.stack.servers[kind].play(1, world.season_of(lighthouse, 1)[0])
        client = stage.client(kind)
        key = (await plays_of(client))[0].item.series_key
        ids = await client.series_ids(key)
        assert (ids.tvdb_id, ids.tmdb_id, ids.year) == (700_007, lighthouse.tmdb_id, lighthouse.year)
        assert await client.series_ids("1") is None

    play(story)


def test_what_is_gone_is_still_told_by_its_name(play, world, lighthouse, kind):
    async def story(stage):
        episode = world.season_of(lighthouse, 1)[0]
        stage.stack.servers[kind].play(1, episode)
        await stage.go_on(60)
        library = world.library if kind == "jellyfin" else world.plex
        kept = (await plays_of(stage.client(kind)))[0].item
        library.forget(world.files[episode.file_id].path)
        (told,) = await plays_of(stage.client(kind))
        place = (told.item.kind, told.item.series_title, told.item.season, told.item.number)
        assert place == (kept.kind, kept.series_title, kept.season, kept.number)

    play(story)
