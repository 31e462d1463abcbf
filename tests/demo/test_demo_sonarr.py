"""The traps of Sonarr's and Jellyfin's protocols, as the simulated ones set them."""

import asyncio
from typing import Any

from aiohttp import web
from demo_calls import Client, running, small_world, with_stack

from episodarr.demo.clock import ManualClock
from episodarr.demo.posters import poster
from episodarr.demo.stack import Stack, living_world

API = "/api/v3"


def test_the_key_the_web_page_and_the_url_base() -> None:
    world, _ = small_world()

    async def act(client: Client) -> None:
        base = client.stack.sonarr.url
        root = base.removesuffix("/sonarr")
        status = f"{base}{API}/system/status"
        key = client.stack.sonarr.api_key
        async with client.session.get(status) as answer:
            assert (answer.status, await answer.read()) == (401, b"")
        for more in ({"headers": {"Authorization": f"Bearer {key}"}}, {"params": {"apikey": key}}):
            async with client.session.get(status, **more) as answer:  # type: ignore[arg-type]
                assert (await answer.json())["urlBase"] == "/sonarr"
        async with client.session.get(f"{base}/ping") as answer:
            assert await answer.json() == {"status": "OK"}
        async with client.session.get(f"{base}/wrong{API}/series") as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        async with client.session.get(f"{root}{API}/series", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (307, f"/sonarr{API}/series")

    with_stack(Stack(world, sonarr_base="/sonarr"), act)


def test_the_queue_repeats_its_last_page_and_hides_strangers() -> None:
    clock = ManualClock()
    world = living_world(clock)
    world.arrivals.add_foreign("Some.Other.Show.S01E01.1080p.WEB", category="tv-sonarr")
    clock.advance(5)

    async def act(client: Client) -> None:
        first = await client.get("sonarr", f"{API}/queue")
        assert (first["pageSize"], len(first["records"])) == (10, 10)
        pages = -(-first["totalRecords"] // 10)
        last = await client.get("sonarr", f"{API}/queue?page={pages}")
        beyond = await client.get("sonarr", f"{API}/queue?page={pages + 3}")
        assert beyond["page"] == pages
        assert [one["id"] for one in beyond["records"]] == [one["id"] for one in last["records"]]
        everything = await client.get("sonarr", f"{API}/queue?pageSize=100&includeUnknownSeriesItems=true")
        assert everything["totalRecords"] == first["totalRecords"] + 1
        assert sum(1 for one in everything["records"] if "seriesId" not in one) == 1
        pack = [one for one in everything["records"] if "Horimiya" in one["title"]]
        assert len(pack) == 13
        assert len({(one["downloadId"], one["size"], one["sizeleft"]) for one in pack}) == 1
        assert pack[0]["downloadId"].isupper()

    with_stack(Stack(world), act)


def test_lists_want_to_know_whose() -> None:
    world, _ = small_world()

    async def act(client: Client) -> None:
        for path in ("/episode", "/episodefile", "/history/since"):
            assert (await client.ask("sonarr", API + path))[0] == 400

    with_stack(Stack(world), act)


def test_deletions_are_guarded_and_leave_episodes_monitored() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    world.arrivals.grab(series, world.season_of(series, 1), kind="pack", seconds=1)
    clock.advance(30)
    world.advance()

    async def act(client: Client) -> None:
        files = await client.get("sonarr", f"{API}/episodefile?seriesId={series.id}")
        one = f"{API}/episodefile/{files[0]['id']}"
        world.unmounted.add("/media/tv")
        assert (await client.ask("sonarr", one, "DELETE"))[0] == 409
        world.unmounted.clear()
        world.undeletable.add(files[0]["id"])
        assert (await client.ask("sonarr", one, "DELETE"))[0] == 500
        world.undeletable.clear()
        assert await client.ask("sonarr", one, "DELETE") == (200, b"")
        assert (await client.ask("sonarr", one, "DELETE"))[0] == 404
        bulk = f"{API}/episodefile/bulk"
        assert (await client.ask("sonarr", bulk, "DELETE", json={"episodeFileIds": []}))[0] == 500
        ids = [file["id"] for file in files[1:]]
        assert await client.ask("sonarr", bulk, "DELETE", json={"episodeFileIds": ids}) == (200, b"{}")
        episodes = await client.get("sonarr", f"{API}/episode?seriesId={series.id}")
        assert all(one["monitored"] and not one["hasFile"] for one in episodes)

    with_stack(Stack(world), act)


def test_a_season_pass_reaches_the_episodes_and_a_search_grabs() -> None:
    world, clock = small_world()
    series = world.named("Small Show")

    async def act(client: Client) -> None:
        path = f"{API}/series/{series.id}"
        whole = await client.get("sonarr", path)
        whole["seasons"][0]["monitored"] = False
        assert (await client.ask("sonarr", path, "PUT", json=whole))[0] == 202
        assert not any(one.monitored for one in world.episodes_of[series.id])
        wanted = [world.season_of(series, 1)[0].id]
        body = {"name": "EpisodeSearch", "episodeIds": wanted}
        assert (await client.ask("sonarr", f"{API}/command", "POST", json=body))[0] == 201
        clock.advance(60)
        missing = await client.get("sonarr", f"{API}/episode?seriesId={series.id}")
        assert [one["id"] for one in missing if one["hasFile"]] == wanted
        rows = await client.get("sonarr", f"{API}/history?eventType=1&eventType=3&episodeId={wanted[0]}")
        assert [one["eventType"] for one in rows["records"]] == ["downloadFolderImported", "grabbed"]

    with_stack(Stack(world), act)


def test_queue_rows_are_removed_with_their_whole_download() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    torrent = world.arrivals.grab(series, world.season_of(series, 1), kind="pack", seconds=0)
    clock.advance(2)

    async def act(client: Client) -> None:
        row = (await client.get("sonarr", f"{API}/queue"))["records"][0]
        path = f"{API}/queue/{row['id']}?removeFromClient=true&blocklist=true&skipRedownload=true"
        assert (await client.ask("sonarr", path, "DELETE"))[0] == 200
        assert (await client.get("sonarr", f"{API}/queue"))["totalRecords"] == 0
        assert torrent.hash not in world.torrents
        failed = await client.get("sonarr", f"{API}/history?eventType=4&downloadId={torrent.hash}")
        assert failed["totalRecords"] == 5

    with_stack(Stack(world), act)


def test_webhooks_are_posted_with_their_headers() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    got: list[tuple[str, str]] = []

    async def receive(request: web.BaseRequest) -> web.Response:
        body: dict[str, Any] = await request.json()
        got.append((body["eventType"], request.headers.get("X-Key", "")))
        return web.Response()

    async def whole() -> None:
        receiver = web.Server(receive)
        listening = await asyncio.get_running_loop().create_server(receiver, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with running(Stack(world)) as client:
            client.stack.set_webhook(f"http://127.0.0.1:{port}/hook", {"X-Key": "k"})
            world.arrivals.grab(series, world.season_of(series, 1)[:2], kind="pack", seconds=1)
            clock.advance(20)
            await client.get("sonarr", f"{API}/system/status")
            await client.stack.sonarr.webhooks_sent()
        listening.close()
        await receiver.shutdown()

    asyncio.run(whole())
    assert sorted(got) == [("Download", "k")] * 3 + [("Grab", "k")]


def test_jellyfin_lists_virtual_episodes_and_fields_only_on_request() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    world.arrivals.grab(series, world.season_of(series, 1)[:3], kind="pack", seconds=1)
    clock.advance(30)

    async def act(client: Client) -> None:
        found = await client.get("jellyfin", "/items?Recursive=true&INCLUDEITEMTYPES=series&Fields=providerids")
        show = found["Items"][0]
        assert show["ProviderIds"]["Tvdb"] == str(series.tvdb_id)
        assert "Path" not in show
        path = f"/Shows/{show['Id']}/Episodes"
        episodes = (await client.get("jellyfin", f"{path}?season=1"))["Items"]
        assert [one["LocationType"] for one in episodes] == ["FileSystem"] * 3 + ["Virtual"] * 2
        assert not any(
            {"Path", "MediaSources", "ProviderIds", "DateCreated", "UserData"} & one.keys() for one in episodes
        )
        there = await client.get(
            "jellyfin", f"{path}?season=1&isMissing=false&fields=Path,MediaSources&limit=2&startIndex=1"
        )
        assert (len(there["Items"]), there["TotalRecordCount"], there["StartIndex"]) == (2, 3, 1)
        assert there["Items"][0]["MediaSources"][0]["Path"] == there["Items"][0]["Path"]
        plain = await client.get("jellyfin", f"{path}?enableTotalRecordCount=false&ApiKey=x")
        assert len(plain["Items"]) == 5

    with_stack(Stack(world), act)


def test_jellyfin_is_told_to_look_and_deletes_files() -> None:
    clock = ManualClock()
    world = living_world(clock)
    held = [one for one in world.episodes.values() if one.file_id and one.id not in world.unrecognized]
    unlisted = next(one for one in held if not world.library.lists(one))

    async def act(client: Client) -> None:
        assert (await client.ask("jellyfin", "/Library/Refresh", "POST"))[0] == 204
        clock.advance(1)
        assert (await client.get("jellyfin", "/ScheduledTasks"))[0]["State"] == "Running"
        clock.advance(5)
        assert (await client.get("jellyfin", "/ScheduledTasks"))[0]["State"] == "Idle"
        assert world.library.lists(unlisted)
        path = world.files[unlisted.file_id].path
        items = await client.get(
            "jellyfin", "/Items?recursive=true&includeItemTypes=Episode&fields=Path&isMissing=false"
        )
        item = next(one for one in items["Items"] if one["Path"] == path)
        assert (await client.ask("jellyfin", f"/Items/{item['Id']}", "DELETE"))[0] == 204
        assert path not in world.disk
        assert unlisted.file_id

    with_stack(Stack(world), act)


def test_posters_are_images_and_differ() -> None:
    pictures = {poster(number) for number in range(1, 8)}
    assert len(pictures) == 7
    for picture in pictures:
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert picture[16:24] == (250).to_bytes(4, "big") + (375).to_bytes(4, "big")
    assert poster(3) == poster(3)
