"""The simulated Plex behaves like one: a delay of its own, keys that change, a trash, history, webhooks."""

import json
from typing import Any

from aiohttp import web
from demo_calls import Client, small_world, with_stack

from episodarr.demo.clock import ManualClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Episode, Release
from episodarr.demo.plex_library import LOOK_AFTER
from episodarr.demo.stack import Stack
from episodarr.demo.world import World


def release(episode: Episode) -> Release:
    title = f"Small.Show.{episode.code}"
    return Release(title, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, LANGUAGES["English"])


def go_on(world: World, clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds)
    world.advance()


async def ask(client: Client, path: str, method: str = "GET", **more: str) -> tuple[int, Any]:
    plex = client.stack.plex
    headers = {"X-Plex-Token": plex.token, "Accept": "application/json", **more}
    async with client.session.request(method, plex.url + path, headers=headers) as answer:
        body = await answer.read()
        return answer.status, json.loads(body)["MediaContainer"] if body.startswith(b"{") else body


async def episodes(client: Client) -> dict[tuple[int, int], dict[str, Any]]:
    _, held = await ask(client, "/library/sections/2/all?type=4&includeGuids=1")
    return {(one["parentIndex"], one["index"]): one for one in held.get("Metadata", [])}


def test_an_import_is_listed_after_a_delay_of_its_own() -> None:
    world, clock = small_world()
    first = world.season_of(world.named("Small Show"), 1)[0]

    async def act(client: Client) -> None:
        assert await episodes(client) == {}
        world.add_file([first], release(first), listed=False)
        world.library.look_later(world.files[first.file_id].path)
        go_on(world, clock, LOOK_AFTER - 1)
        assert world.library.lists(first)
        assert await episodes(client) == {}
        go_on(world, clock, 2)
        item = (await episodes(client))[1, 1]
        assert item["Guid"][1] == {"id": f"tvdb://{first.tvdb_id}"}

    with_stack(Stack(world), act)


def test_a_file_that_comes_again_has_another_key() -> None:
    world, clock = small_world()
    held = world.season_of(world.named("Small Show"), 1)
    for episode in held[:2]:
        world.add_file([episode], release(episode))

    async def act(client: Client) -> None:
        before = await episodes(client)
        world.commands.delete_file(world.files[held[0].file_id])
        go_on(world, clock, 20)
        assert set(await episodes(client)) == {(1, 2)}
        assert (await ask(client, f"/library/metadata/{before[1, 1]['ratingKey']}"))[0] == 404
        world.add_file([held[0]], release(held[0]))
        after = await episodes(client)
        assert after[1, 1]["ratingKey"] != before[1, 1]["ratingKey"]
        assert after[1, 2]["ratingKey"] == before[1, 2]["ratingKey"]
        assert after[1, 1]["grandparentRatingKey"] == before[1, 1]["grandparentRatingKey"]

    with_stack(Stack(world), act)


def test_with_a_trash_what_is_gone_stays_listed_until_it_is_emptied() -> None:
    world, clock = small_world()
    first = world.season_of(world.named("Small Show"), 1)[0]
    world.add_file([first], release(first))
    world.plex.keeps_trash = True

    async def act(client: Client) -> None:
        key = (await episodes(client))[1, 1]["ratingKey"]
        world.commands.delete_file(world.files[first.file_id])
        go_on(world, clock, 20)
        item = (await episodes(client))[1, 1]
        assert (item["ratingKey"], "deletedAt" in item) == (key, True)
        _, one = await ask(client, f"/library/metadata/{key}?checkFiles=1")
        assert one["Metadata"][0]["Media"][0]["Part"][0]["exists"] is False
        assert (await ask(client, "/library/sections/2/emptyTrash", "PUT"))[0] == 200
        assert await episodes(client) == {}

    with_stack(Stack(world), act)


def test_a_partial_scan_finds_what_is_below_its_folder() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    first = world.season_of(series, 1)[0]
    world.add_file([first], release(first))
    world.plex.hide(first, until_told=True)

    async def act(client: Client) -> None:
        assert await episodes(client) == {}
        assert (await ask(client, "/library/sections/2/refresh?path=/media/tv/Another"))[0] == 200
        go_on(world, clock, 20)
        assert await episodes(client) == {}
        await ask(client, f"/library/sections/2/refresh?path={series.path}")
        go_on(world, clock, 20)
        assert set(await episodes(client)) == {(1, 1)}
        world.plex.hide(first, until_told=True)
        await ask(client, "/library/sections/2/refresh", "POST")
        go_on(world, clock, 20)
        assert set(await episodes(client)) == {(1, 1)}

    with_stack(Stack(world), act)


def test_a_double_episode_is_two_items_of_one_file_and_is_deleted_as_one() -> None:
    world, _ = small_world()
    pair = world.season_of(world.named("Small Show"), 1)[:2]
    world.add_file(pair, release(pair[0]))

    async def act(client: Client) -> None:
        held = await episodes(client)
        assert {one["Media"][0]["Part"][0]["file"] for one in held.values()} == {world.files[pair[0].file_id].path}
        assert held[1, 1]["ratingKey"] != held[1, 2]["ratingKey"]
        assert (await ask(client, f"/library/metadata/{held[1, 2]['ratingKey']}", "DELETE"))[0] == 200
        assert world.disk == {}
        assert await episodes(client) == {}
        assert (await ask(client, "/library/metadata/1", "DELETE"))[0] == 404

    with_stack(Stack(world), act)


def test_plays_are_in_its_history_and_on_the_item() -> None:
    world, clock = small_world()
    held = world.season_of(world.named("Small Show"), 1)
    for episode in held[:2]:
        world.add_file([episode], release(episode))
        world.plex.view(1, episode)
        clock.advance(60)
        world.advance()
    world.plex.view(1000, held[0])

    async def act(client: Client) -> None:
        history = "/status/sessions/history/all?sort=viewedAt:desc"
        _, latest = await ask(client, history)
        assert [(row["accountID"], row["index"]) for row in latest["Metadata"]] == [(1000, 1), (1, 2), (1, 1)]
        since = latest["Metadata"][1]["viewedAt"]
        assert len((await ask(client, f"{history}&viewedAt>={since}"))[1]["Metadata"]) == 2
        assert len((await ask(client, f"{history}&accountID=1"))[1]["Metadata"]) == 2
        _, page = await ask(client, history, **{"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"})
        assert (page["size"], page["totalSize"]) == (1, 3)
        assert (await episodes(client))[1, 1]["viewCount"] == 2

    with_stack(Stack(world), act)


def test_the_old_agents_name_no_episodes() -> None:
    world, _ = small_world()
    series = world.named("Small Show")
    first = world.season_of(series, 1)[0]
    world.add_file([first], release(first))

    async def act(client: Client) -> None:
        item = (await episodes(client))[1, 1]
        assert "Guid" not in item
        assert item["guid"] == f"com.plexapp.agents.thetvdb://{series.tvdb_id}/1/1?lang=en"

    with_stack(Stack(world, legacy_plex=True), act)


def test_what_is_newly_listed_is_told_as_a_form() -> None:
    world, clock = small_world()
    first = world.season_of(world.named("Small Show"), 1)[0]
    received: list[tuple[str, dict[str, Any]]] = []

    async def act(client: Client) -> None:
        async def receive(request: web.BaseRequest) -> web.StreamResponse:
            parts = await request.post()
            payload = parts["payload"]
            assert isinstance(payload, bytes | bytearray)
            received.append((request.content_type, json.loads(payload)))
            return web.Response()

        runner = web.ServerRunner(web.Server(receive), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            client.stack.plex.webhooks.append(f"http://{host}:{port}/")
            world.add_file([first], release(first), listed=False)
            world.library.look_later(world.files[first.file_id].path)
            go_on(world, clock, 20)
            await client.stack.plex.webhooks_sent()
        finally:
            await runner.cleanup()

    with_stack(Stack(world), act)
    ((kind, body),) = received
    assert kind == "multipart/form-data"
    assert (body["event"], body["Metadata"]["title"]) == ("library.new", first.title)
