"""What every media server shows of what leaves soon: exactly these items, under this name, and nothing else changes."""

import pytest

from episodarr.connections.failures import Broken
from episodarr.deletion.systems import LeavingShelf

PORT = LeavingShelf
NAME = "Leaving soon & more"


@pytest.fixture
def film(world):
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)
    return film


def shown(stage, kind, name=NAME):
    """The items of all collections of that name."""
    server = stage.stack.servers[kind]
    held = server.collections.all.values()
    return [set(one.items) for one in held if (one.name if kind == "jellyfin" else one.title) == name]


async def ids(client):
    episodes = [one.id async for page in client.all_episodes() for one in page]
    series = [one.id for one in await client.all_series()]
    return episodes, series, [one.id for one in (await client.movies()).movies]


def test_shows_exactly_these(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        episodes, _, _ = await ids(client)
        await client.show_leaving(NAME, episodes[:3])
        assert shown(stage, kind) == [set(episodes[:3])]
        await client.show_leaving(NAME, episodes[2:5])
        assert shown(stage, kind) == [set(episodes[2:5])]
        before = client.http.requests
        await client.show_leaving(NAME, episodes[2:5])
        assert shown(stage, kind) == [set(episodes[2:5])]
        assert client.http.requests - before < 12

    play(story)


def test_without_items_it_is_left_empty_and_not_made(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        await client.show_leaving(NAME, [])
        assert shown(stage, kind) == []
        episodes, _, _ = await ids(client)
        await client.show_leaving(NAME, episodes)
        await client.show_leaving(NAME, [])
        assert shown(stage, kind) == [set()]
        await client.show_leaving(NAME, episodes[:1])
        assert shown(stage, kind) == [set(episodes[:1])]

    play(story)


def test_shows_series_and_films_together(play, world, lighthouse, film, kind):
    """In Plex a collection is of one library and of one type of items."""

    async def story(stage):
        client = stage.client(kind)
        episodes, series, films = await ids(client)
        wanted = {*episodes[:2], *series, *films}
        await client.show_leaving(NAME, wanted)
        found = shown(stage, kind)
        assert set().union(*found) == wanted
        assert len(found) == (1 if kind == "jellyfin" else 3)
        await client.show_leaving(NAME, films)
        assert set().union(*shown(stage, kind)) == set(films)

    play(story)


def test_more_than_fit_into_one_request(play, world, lighthouse, kind):
    series = world.add_series("Long Show")
    for episode in world.add_season(series, 1, 260):
        world.add_file([episode], world.files[1].release)

    async def story(stage):
        client = stage.client(kind)
        episodes, _, _ = await ids(client)
        await client.show_leaving(NAME, episodes)
        assert shown(stage, kind) == [set(episodes)]
        await client.show_leaving(NAME, episodes[:1])
        assert shown(stage, kind) == [set(episodes[:1])]

    play(story)


def other(stage, kind, name, items):
    collections = stage.stack.servers[kind].collections
    return collections.make(name, items) if kind == "jellyfin" else collections.make("2", name, "episode", items)


def test_never_touches_another_collection(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        episodes, _, _ = await ids(client)
        others = [other(stage, kind, name, list(episodes)) for name in (NAME.upper(), NAME + " ", "Leaving", "Best of")]
        await client.show_leaving(NAME, episodes[:2])
        await client.show_leaving(NAME, [])
        assert all(one.items == episodes for one in others)

    play(story)


def test_two_of_one_name_are_left_to_a_person(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        episodes, _, _ = await ids(client)
        others = [other(stage, kind, NAME, list(episodes)) for _ in range(2)]
        with pytest.raises(Broken, match="several collections"):
            await client.show_leaving(NAME, [])
        assert all(one.items == episodes for one in others)

    play(story)


@pytest.mark.parametrize("name", ["", "  "])
def test_a_name_is_needed(play, world, lighthouse, kind, name):
    async def story(stage):
        with pytest.raises(ValueError, match="name"):
            await stage.client(kind).show_leaving(name, [])
        assert stage.stack.servers[kind].counts.requests == 0

    play(story)


def test_what_is_gone_does_not_keep_the_others_away(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        episodes, _, _ = await ids(client)
        gone = "f" * 32 if kind == "jellyfin" else "99999999"
        await client.show_leaving(NAME, [*episodes[:2], gone])
        assert set(episodes[:2]) <= shown(stage, kind)[0]

    play(story)


# Plex alone


@pytest.mark.parametrize("as_described", [True, False])
def test_plex_takes_items_out_as_it_is_described_or_as_it_does(play, world, lighthouse, as_described):
    async def story(stage):
        stage.stack.plex.collections.as_described = as_described
        client = stage.client("plex")
        episodes, _, _ = await ids(client)
        await client.show_leaving(NAME, episodes)
        await client.show_leaving(NAME, episodes[:1])
        assert shown(stage, "plex") == [set(episodes[:1])]

    play(story)


def test_plex_does_not_touch_a_collection_that_fills_itself(play, world, lighthouse):
    async def story(stage):
        client = stage.client("plex")
        episodes, _, _ = await ids(client)
        smart = stage.stack.plex.collections.make("2", NAME, "episode", list(episodes), smart=True)
        await client.show_leaving(NAME, episodes[:1])
        assert smart.items == episodes
        assert [set(episodes), set(episodes[:1])] == shown(stage, "plex")

    play(story)


def test_plex_that_keeps_what_was_taken_out_is_said(play, world, lighthouse):
    async def story(stage):
        client = stage.client("plex")
        episodes, _, _ = await ids(client)
        await client.show_leaving(NAME, episodes)
        stage.stack.plex.collections.take_out = None
        stage.stack.plex._routes = [one for one in stage.stack.plex._routes if "item" not in one[1].groupindex]
        with pytest.raises(Broken, match="does not hold"):
            await client.show_leaving(NAME, episodes[:1])

    play(story)
