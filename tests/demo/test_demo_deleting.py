"""The traps of deleting, as the simulated services set them."""

from demo_calls import Client, small_world, with_stack

from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack

API = "/api/v3"
RELEASE = Release("Show.S01E01", "GRP", QUALITIES["SDTV"], "singleEpisode", 10**9, LANGUAGES["English"])


def test_radarr_lists_deletes_monitors_and_searches() -> None:
    world, clock = small_world()
    film, other = world.films.add("Dune", 2021), world.films.add("Other", 1999)
    world.films.import_file(film, at=world.now)

    async def act(client: Client) -> None:
        client.headers["radarr"] = {"X-Api-Key": client.stack.radarr.api_key}
        [file] = await client.get("radarr", f"{API}/moviefile?movieId={film.id}")
        assert await client.get("radarr", f"{API}/moviefile/{file['id']}") == file
        assert await client.get("radarr", f"{API}/moviefile?movieId={other.id}") == []
        assert (await client.ask("radarr", f"{API}/moviefile"))[0] == 400
        wish = {"movieIds": [film.id], "monitored": False}
        assert (await client.ask("radarr", f"{API}/movie/editor", "PUT", json=wish))[0] == 202
        assert (film.monitored, other.monitored) == (False, True)
        world.unmounted.add(film.root)
        assert (await client.ask("radarr", f"{API}/moviefile/{film.file_id}", "DELETE"))[0] == 409
        world.unmounted.clear()
        assert (await client.ask("radarr", f"{API}/moviefile/{film.file_id}", "DELETE"))[0] == 200
        assert (await client.ask("radarr", f"{API}/moviefile/{file['id']}"))[0] == 404
        order = {"name": "MoviesSearch", "movieIds": [film.id, 77]}
        assert (await client.ask("radarr", f"{API}/command", "POST", json=order))[0] == 201
        [row] = await client.get("radarr", f"{API}/queue/details?movieId={film.id}")
        assert row["movieId"] == film.id
        clock.advance(60)
        assert await client.get("radarr", f"{API}/queue/details") == []
        assert len(await client.get("radarr", f"{API}/moviefile?movieId={film.id}")) == 1
        assert (await client.ask("radarr", f"{API}/command", "POST", json={"name": "MakeCoffee"}))[0] == 400

    with_stack(Stack(world), act)


def test_media_servers_list_a_deleted_film_until_they_look() -> None:
    world, clock = small_world()
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)

    async def act(client: Client) -> None:
        before = (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Movie&fields=Path"))["Items"]
        world.films.delete_file(film)
        after = (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Movie&fields=Path"))["Items"]
        assert before == after
        clock.advance(20)
        assert (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Movie"))["Items"] == []

    with_stack(Stack(world), act)


def test_a_collection_of_jellyfin_is_seen_as_a_user() -> None:
    world, _ = small_world()
    world.add_file(world.episodes_of[1][:1], RELEASE)

    async def act(client: Client) -> None:
        [show] = (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Series"))["Items"]
        made = await client.ask("jellyfin", f"/Collections?name=Soon&ids={show['Id']}", "POST")
        assert made[0] == 200
        [box] = (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=BoxSet"))["Items"]
        assert (box["Name"], box["Type"]) == ("Soon", "BoxSet")
        user = client.stack.jellyfin.users[0].id
        inside = await client.get("jellyfin", f"/Items?parentId={box['Id']}&userId={user}")
        assert [one["Id"] for one in inside["Items"]] == [show["Id"]]
        assert (await client.get("jellyfin", f"/Items?parentId={box['Id']}"))["Items"] == []
        assert (await client.ask("jellyfin", f"/Collections/{box['Id']}/Items?ids={show['Id']}", "DELETE"))[0] == 204
        assert (await client.get("jellyfin", f"/Items?parentId={box['Id']}&userId={user}"))["Items"] == []
        assert (await client.ask("jellyfin", f"/Items/{box['Id']}", "DELETE"))[0] == 204
        assert (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=BoxSet"))["Items"] == []
        assert world.disk

    with_stack(Stack(world), act)


def test_deleting_an_item_of_jellyfin_deletes_its_file() -> None:
    """D13, D14: why it is never asked to."""
    world, _ = small_world()
    world.add_file(world.episodes_of[1][:1], RELEASE)

    async def act(client: Client) -> None:
        [show] = (await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Series"))["Items"]
        assert (await client.ask("jellyfin", f"/Items/{show['Id']}", "DELETE"))[0] == 204
        assert world.disk == {}

    with_stack(Stack(world), act)


def test_shoko_deletes_the_file_unless_it_is_told_not_to() -> None:
    world, clock = small_world()
    anime = world.add_series("Foxfire", kind="anime")
    kept, gone = (world.add_file([one], RELEASE) for one in world.add_season(anime, 1, 2))
    clock.advance(30)

    async def act(client: Client) -> None:
        found = (await client.get("shoko", "/api/v3/ImportFolder/1/File"))["List"]
        numbers = {one["Locations"][0]["RelativePath"]: one["ID"] for one in found}
        first, second = (numbers[file.path.removeprefix("/media/anime/")] for file in (kept, gone))
        more = "?removeFiles=false&removeFolder=false"
        assert (await client.ask("shoko", f"/api/v3/File/{first}{more}", "DELETE"))[0] == 200
        assert (await client.ask("shoko", f"/api/v3/File/{second}", "DELETE"))[0] == 200
        assert set(world.disk) == {kept.path}
        assert (await client.get("shoko", "/api/v3/ImportFolder/1/File"))["Total"] == 0
        assert (await client.ask("shoko", f"/api/v3/File/{first}", "DELETE"))[0] == 404

    with_stack(Stack(world), act)


def test_a_new_file_takes_the_place_of_a_remembered_one() -> None:
    world, clock = small_world()
    anime = world.add_series("Foxfire", kind="anime")
    [episode] = world.add_season(anime, 1, 1)
    old = world.add_file([episode], RELEASE)
    clock.advance(30)

    async def act(client: Client) -> None:
        world.advance()
        world.delete_file(old)
        [kept] = (await client.get("shoko", "/api/v3/ImportFolder/1/File"))["List"]
        assert kept["Locations"][0]["IsAccessible"] is False
        world.add_file([episode], RELEASE)
        clock.advance(30)
        [new] = (await client.get("shoko", "/api/v3/ImportFolder/1/File"))["List"]
        assert new["ID"] != kept["ID"]
        assert new["Locations"][0]["IsAccessible"] is True

    with_stack(Stack(world), act)
