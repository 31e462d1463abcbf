"""The simulated servers misbehave exactly as they are told to, and behave again afterwards."""

import json
import time

import aiohttp
import pytest
from demo_calls import Client, small_world, with_stack

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, living_world, run_in_thread

SERIES = "/api/v3/series"


def _stack() -> Stack:
    return Stack(small_world()[0])


@pytest.mark.parametrize(
    ("mode", "status", "body"),
    [("unauthorized", 401, b""), ("empty", 200, b"[]"), ("empty_body", 200, b"")],
)
def test_simple_answers_are_replaced(mode: str, status: int, body: bytes) -> None:
    async def act(client: Client) -> None:
        client.stack.sonarr.faults.set(mode, only="/series", times=2)  # type: ignore[arg-type]
        assert await client.ask("sonarr", SERIES) == (status, body)
        assert (await client.ask("sonarr", "/api/v3/system/status"))[0] == 200
        assert await client.ask("sonarr", SERIES) == (status, body)
        assert json.loads((await client.ask("sonarr", SERIES))[1])[0]["title"] == "Small Show"

    with_stack(_stack(), act)


def test_each_server_refuses_in_its_own_way() -> None:
    async def act(client: Client) -> None:
        for server in client.stack.servers.values():
            server.faults.set("unauthorized")
        assert await client.ask("qbittorrent", "/api/v2/app/version") == (403, b"Forbidden")
        assert (await client.ask("jellyfin", "/Items"))[0] == 401
        for server in client.stack.servers.values():
            server.faults.clear()
            server.faults.set("error")
        for kind in client.stack.servers:
            assert (await client.ask(kind, "/api/v3/series"))[0] == 500

    with_stack(_stack(), act)


def test_a_page_instead_of_json() -> None:
    async def act(client: Client) -> None:
        client.stack.jellyfin.faults.set("html")
        status, body = await client.ask("jellyfin", "/Items")
        assert status == 200
        assert body.startswith(b"<!doctype html>")

    with_stack(_stack(), act)


@pytest.mark.parametrize("mode", ["truncated", "disconnect"])
def test_a_body_cut_short_fails_at_the_client(mode: str) -> None:
    async def act(client: Client) -> None:
        client.stack.sonarr.faults.set(mode, times=1)  # type: ignore[arg-type]
        with pytest.raises(aiohttp.ClientError):
            await client.ask("sonarr", SERIES)
        assert (await client.ask("sonarr", SERIES))[0] == 200

    with_stack(_stack(), act)


def test_a_slow_answer_is_late() -> None:
    async def act(client: Client) -> None:
        client.stack.sonarr.faults.set("slow", only="status", times=1, seconds=0.2)
        began = time.perf_counter()
        await client.ask("sonarr", SERIES)
        assert time.perf_counter() - began < 0.2
        began = time.perf_counter()
        assert (await client.ask("sonarr", "/api/v3/system/status"))[0] == 200
        assert time.perf_counter() - began >= 0.2

    with_stack(_stack(), act)


def test_a_server_that_is_gone_comes_back_on_its_port() -> None:
    async def act(client: Client) -> None:
        server = client.stack.qbittorrent
        port = server.port
        assert (await client.ask("qbittorrent", "/"))[0] == 200
        server.faults.set("refuse")
        await server.follow_refusal()
        with pytest.raises(aiohttp.ClientError):
            await client.ask("qbittorrent", "/")
        server.faults.clear("refuse")
        await server.follow_refusal()
        assert server.port == port
        assert (await client.ask("qbittorrent", "/"))[0] == 200

    with_stack(_stack(), act)


def test_another_application_on_the_port() -> None:
    async def act(client: Client) -> None:
        for server in client.stack.servers.values():
            server.faults.set("wrong_app")
        status = await client.get("sonarr", "/api/v3/system/status")
        assert status["appName"] == "Radarr"
        assert (await client.ask("sonarr", SERIES))[0] == 404
        assert (await client.ask("qbittorrent", "/api/v2/app/version"))[0] == 409
        assert "ProductName" not in await client.get("jellyfin", "/System/Info/Public")

    with_stack(_stack(), act)


def test_a_page_holds_fewer_records_than_it_says() -> None:
    clock = ManualClock()
    world = living_world(clock)
    clock.advance(10)

    async def act(client: Client) -> None:
        whole = await client.get("sonarr", "/api/v3/queue?pageSize=100")
        client.stack.sonarr.faults.set("truncated_page")
        client.stack.jellyfin.faults.set("truncated_page")
        cut = await client.get("sonarr", "/api/v3/queue?pageSize=100")
        assert cut["totalRecords"] == whole["totalRecords"] == len(whole["records"])
        assert len(cut["records"]) == len(whole["records"]) // 2
        items = await client.get("jellyfin", "/Items?recursive=true&includeItemTypes=Series")
        assert 0 < len(items["Items"]) < items["TotalRecordCount"]

    with_stack(Stack(world), act)


def test_faults_and_counts_are_steered_over_http() -> None:
    async def act(client: Client) -> None:
        wish = {"server": "jellyfin", "mode": "error", "times": 1}
        status, listed = await client.ask("sonarr", "/_demo/faults", "POST", json=wish)
        assert (status, json.loads(listed)[0]["mode"]) == (200, "error")
        assert (await client.ask("jellyfin", "/Items"))[0] == 500
        assert (await client.ask("jellyfin", "/Items"))[0] == 200
        assert (await client.ask("sonarr", "/_demo/faults", "POST", json={"mode": "sulk"}))[0] == 400
        counts = client.stack.jellyfin.counts
        assert counts.by_path["GET /Items"].requests == 2
        assert counts.requests == 2
        assert counts.matching("items$").requests == 0
        assert counts.bytes > 0
        assert [one[2] for one in counts.log] == [500, 200]

    with_stack(_stack(), act)


def test_a_stack_in_a_thread_serves_sync_code() -> None:
    world, clock = small_world()
    with run_in_thread(Stack(world)) as stack:
        series = world.named("Small Show")
        stack.run(lambda: world.arrivals.grab(series, world.season_of(series, 1), kind="pack", seconds=5))
        clock.advance(30)
        stack.settle()
        assert stack.run(lambda: all(one.file_id for one in world.season_of(series, 1)))
        stack.run(lambda: stack.stack.sonarr.faults.set("refuse"))
        stack.settle()
        assert stack.run(lambda: stack.stack.sonarr.faults.refusing)
