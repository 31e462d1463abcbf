"""What every media server does when files are gone: it is told, and says what it still lists. It deletes nothing."""

import pytest

from episodarr.availability.ports import MediaLibrary
from episodarr.catalogue.movies import MovieLibrary
from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.deletion.systems import LibraryShelf
from episodarr.integrations import all_integrations

PORT = LibraryShelf


async def keys_of(client):
    """(season, episode) -> id of what is there."""
    return {(one.season, one.episode): one.id async for page in client.all_episodes() for one in page if one.has_source}


def asked(stage, kind):
    return [(method, target) for method, target, _ in stage.stack.servers[kind].counts.log]


def test_is_a_media_server(kind):
    assert {MediaLibrary, MovieLibrary} <= set(all_integrations()[kind].ports)


def test_tells_what_it_lists(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        keys = set((await keys_of(client)).values())
        (series,) = await client.all_series()
        unknown = {"f" * 32, "0" * 32}
        assert await client.listed({*keys, series.id, *unknown}) == {*keys, series.id}
        assert await client.listed(unknown) == set()
        assert await client.listed([]) == set()

    play(story)


def test_looks_where_it_is_told_that_a_file_is_gone(play, world, lighthouse, kind):
    world.library.look_after = world.plex.look_after = 3_600  # what it would notice by itself, later

    async def story(stage):
        client = stage.client(kind)
        keys = await keys_of(client)
        file = world.files[world.season_of(lighthouse, 1)[0].file_id]
        world.delete_file(file)
        await stage.go_on(60)
        assert await client.listed([keys[1, 1]]) == {keys[1, 1]}
        assert await client.paths_of([keys[1, 1]]) == {file.path}
        await client.files_gone([file.path])
        await stage.go_on(60)
        assert await client.paths_of([keys[1, 1]]) == set()
        assert await client.listed(keys.values()) == set(keys.values()) - {keys[1, 1]}

    play(story)


def test_asks_for_nothing_when_nothing_is_gone(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        await client.files_gone([])
        assert await client.listed([]) == set()
        assert await client.paths_of([]) == set()
        assert asked(stage, kind) == []
        for nothing in ("", "  "):
            with pytest.raises(ValueError, match="path"):
                await client.files_gone(["/media/tv/a.mkv", nothing])
        assert asked(stage, kind) == []

    play(story)


def test_never_deletes(play, world, lighthouse, kind):
    """D13, D14: deleting an item deletes its file."""

    async def story(stage):
        client = stage.client(kind)
        keys = await keys_of(client)
        await client.files_gone([one.path for one in world.files.values()])
        await client.listed(keys.values())
        await client.show_leaving("Leaving soon", list(keys.values()))
        await client.show_leaving("Leaving soon", [])
        assert not [
            target for method, target in asked(stage, kind) if method == "DELETE" and "ollections/" not in target
        ]
        assert len(world.disk) == 6

    play(story)


def test_tells_of_more_items_than_fit_into_one_question(play, world, lighthouse, kind):
    release = world.files[1].release
    series = world.add_series("Long Show")
    for episode in world.add_season(series, 1, 320):
        world.add_file([episode], release)

    async def story(stage):
        client = stage.client(kind)
        keys = set((await keys_of(client)).values())
        (gone,) = (await keys_of(client)).keys() & {(1, 300)}
        before = client.http.requests
        assert await client.listed(keys) == keys
        assert client.http.requests - before <= 12
        assert gone

    play(story)


def test_films_are_looked_at_as_well(play, world, kind):
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)
    path = film.path

    async def story(stage):
        client = stage.client(kind)
        (key,) = [one.id for one in (await client.movies()).movies]
        assert await client.listed([key]) == {key}
        world.films.delete_file(film)
        assert await client.listed([key]) == {key}
        await client.files_gone([path])
        await stage.go_on(2)
        assert await client.listed([key]) == set()

    play(story)


@pytest.mark.parametrize("wrong", ["", "../Items", "a,b", "a b", "%2e"])
def test_an_id_that_could_mean_something_else_is_not_asked_for(play, world, lighthouse, kind, wrong):
    """D11."""

    async def story(stage):
        client = stage.client(kind)
        with pytest.raises(ServiceFailure):
            await client.listed([wrong])
        with pytest.raises(ServiceFailure):
            await client.show_leaving("Leaving soon", [wrong])
        assert not [target for _, target in asked(stage, kind) if "ids=" in target or "/metadata/" in target]

    play(story)


def test_an_answer_that_counts_more_than_it_lists_is_none(play, world, lighthouse, kind):
    """D2."""

    async def story(stage):
        client = stage.client(kind)
        keys = (await keys_of(client)).values()
        await stage.set_fault(kind, "truncated_page", only="/Items|/metadata/")
        with pytest.raises(Broken):
            await client.listed(keys)

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "disconnect", "empty", "empty_body"])
def test_a_fault_in_the_middle_is_no_answer(play, world, lighthouse, kind, mode):
    async def story(stage):
        client = stage.client(kind)
        keys = (await keys_of(client)).values()
        await stage.set_fault(kind, mode, only="ids=|/metadata/")
        with pytest.raises(ServiceFailure):
            await client.listed(keys)

    play(story)


# Plex alone


def test_what_is_in_the_trash_is_not_there(play, world, lighthouse):
    world.plex.keeps_trash = True

    async def story(stage):
        client = stage.client("plex")
        keys = await keys_of(client)
        file = world.files[world.season_of(lighthouse, 1)[0].file_id]
        world.delete_file(file)
        await client.files_gone([file.path])
        await stage.go_on(5)
        (item,) = (await client.items_of([keys[1, 1]])).values()
        assert item.deleted_at
        assert await client.listed(keys.values()) == set(keys.values()) - {keys[1, 1]}

    play(story)


def test_a_path_of_no_library_is_said_and_the_others_are_looked_at(play, world, lighthouse):
    async def story(stage):
        client = stage.client("plex")
        paths = [world.files[1].path, world.files[2].path, "/elsewhere/a.mkv"]
        with pytest.raises(Broken, match="none of its libraries"):
            await client.files_gone(paths)
        looked = [target for _, target in asked(stage, "plex") if "/refresh" in target]
        assert len(looked) == 1, "one folder, once"
        assert "Season" in looked[0]

    play(story)


def test_another_server_under_the_same_address_says_nothing_of_this_one(play, world, lighthouse):
    """D2: right app and server id."""

    async def story(stage):
        client = stage.client("plex")
        ask = client._plex
        servers = iter(["one", "other"])

        async def moved():
            await ask()
            return next(servers)

        client._plex = moved
        with pytest.raises(Broken, match="another Plex"):
            await client.listed(["99999999"])

    play(story)


# Jellyfin alone


def test_an_episode_without_a_file_is_not_there(play, world, lighthouse):
    async def story(stage):
        client = stage.client("jellyfin")
        (series,) = await client.all_series()
        virtual = [one.id for one in await client.episodes_of(series.id) if one.virtual]
        assert len(virtual) == 6
        assert await client.listed(virtual) == set()

    play(story)
