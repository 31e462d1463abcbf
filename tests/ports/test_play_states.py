"""What a media server tells of its users, and what every service tells of who plays something now."""

from datetime import timedelta

import pytest

from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.demo.jellyfin_system import USERS
from episodarr.demo.jellyfin_watching import UserDatum
from episodarr.watching.model import ItemKind
from episodarr.watching.ports import PlayStateSource

PORT = PlayStateSource
TROUBLE = ("error", "empty_body", "empty", "truncated", "disconnect", "html", "unauthorized", "wrong_app")


async def states(client, since=None, user=0):
    who = (await client.viewers())[user]
    return {one.item.number: one for one in await client.states(who, since)}


def test_every_user_with_what_they_played_gave_up_or_like(play, world, lighthouse, kind):
    async def story(stage):
        server = stage.stack.servers[kind]
        first, second, third, fourth = world.season_of(lighthouse, 1)[:4]
        server.play(1, first)
        server.play(1, second, percent=40)
        server.watching.data[USERS[0].id, f"tvdb:{third.tvdb_id}"] = UserDatum(favourite=True)
        server.watching.data[USERS[0].id, f"tvdb:{fourth.tvdb_id}"] = UserDatum(plays=1, played=True)
        client = stage.client(kind)
        assert [one.name for one in await client.viewers()] == ["demo", "anna", "ben"]
        found = await states(client)
        assert sorted(found) == [1, 2, 3, 4]
        assert (found[1].plays, found[1].played, found[1].position_seconds) == (1, True, 0)
        assert (found[2].played, found[2].position_seconds) == (False, second.runtime * 60 * 40 // 100)
        assert (found[3].favourite, found[3].plays, found[3].last_at) == (True, 0, None)
        assert (found[4].played, found[4].last_at) == (True, None)
        assert found[1].last_at < world.now
        assert (found[1].item.season, found[1].item.tvdb_id, found[1].item.guid != "") == (1, first.tvdb_id, True)
        assert await states(client, user=2) == {}

    play(story)


def test_movies_are_told_beside_episodes(play, world, lighthouse, kind):
    async def story(stage):
        film = world.films.add("Heat", 1995)
        world.films.import_file(film, at=world.now)
        held = UserDatum(plays=2, played=True, last_at=world.now)
        stage.stack.servers[kind].watching.data[USERS[1].id, f"Movie:{film.tmdb_id}"] = held
        client = stage.client(kind)
        (told,) = await client.states((await client.viewers())[1], None)
        assert (told.item.kind, told.item.guid) == (ItemKind.MOVIE, f"tmdb://{film.tmdb_id}")
        assert (told.item.title, told.item.year, told.plays, told.played) == ("Heat", 1995, 2, True)

    play(story)


def test_nothing_new_costs_one_small_page_a_user(play, world, lighthouse, kind):
    async def story(stage):
        server = stage.stack.servers[kind]
        for place, episode in enumerate(world.season_of(lighthouse, 1)):
            server.play(1, episode, at=world.now - timedelta(days=9 - place))
        client = stage.client(kind)
        whole = await states(client)
        asked = client.http.requests
        since = world.now - timedelta(days=6)
        assert await states(client, since) == {n: one for n, one in whole.items() if one.last_at >= since}
        assert client.http.requests - asked == 2, "the users, and one page"

    play(story)


def test_items_by_their_keys_as_far_as_they_are_listed(play, world, lighthouse, kind):
    async def story(stage):
        episode = world.season_of(lighthouse, 1)[0]
        stage.stack.servers[kind].play(1, episode)
        client = stage.client(kind)
        (who, *_) = await client.viewers()
        (told,) = await client.states(who, None)
        assert await client.states_of(who, [told.item.key, "f" * 32]) == [told]
        world.library.forget(world.files[episode.file_id].path)
        assert await client.states_of(who, [told.item.key]) == []

    play(story)


@pytest.mark.parametrize("mode", [*TROUBLE, "truncated_page"])
def test_a_user_is_told_whole_or_not_at_all(play, world, lighthouse, kind, mode):
    async def story(stage):
        for episode in world.season_of(lighthouse, 1):
            stage.stack.servers[kind].play(1, episode)
        client = stage.client(kind)
        (who, *_) = await client.viewers()
        await stage.set_fault(kind, mode, only="/Items")
        with pytest.raises(ServiceFailure):
            await client.states(who, None)

    play(story)


def test_a_server_without_users_is_none(play, world, lighthouse, kind):
    async def story(stage):
        await stage.set_fault(kind, "empty", only="/Users")
        with pytest.raises(Broken, match="no users"):
            await stage.client(kind).viewers()

    play(story)
