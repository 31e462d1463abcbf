"""Deltas of the simulated qBittorrent: merged as a client merges them, they equal a full answer (R-D14)."""

from typing import Any

from demo_calls import Client, small_world, with_stack
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.demo.clock import ManualClock
from episodarr.demo.qbittorrent_sync import Sync
from episodarr.demo.stack import Stack, living_world

API = "/api/v2"


def _merged(held: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Apply an answer as the facts say: full replaces, a delta is merged shallowly per torrent."""
    if answer.get("full_update"):
        return {name: part for name, part in answer.items() if name not in {"full_update", "rid"}}
    torrents = {key: dict(one) for key, one in held["torrents"].items()}
    for key, changes in answer.get("torrents", {}).items():
        torrents.setdefault(key, {}).update(changes)
    for key in answer.get("torrents_removed", []):
        torrents.pop(key)
    categories = {**held["categories"], **answer.get("categories", {})}
    for key in answer.get("categories_removed", []):
        categories.pop(key)
    return {
        **held,
        "torrents": torrents,
        "categories": categories,
        "server_state": {**held["server_state"], **answer.get("server_state", {})},
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 40), st.booleans()), min_size=1, max_size=8))
def test_deltas_merge_to_the_full_answer(steps: list[tuple[float, bool]]) -> None:
    """Whether or not an answer was lost on its way: each step is (seconds until the next poll, answer arrived)."""
    clock = ManualClock()
    world = living_world(clock)
    sync = Sync()
    answer = sync.answer(world, 0)
    held, rid = _merged({}, answer), answer["rid"]
    for seconds, arrived in steps:
        clock.advance(seconds)
        world.advance()
        answer = sync.answer(world, rid)
        if arrived:
            held, rid = _merged(held, answer), answer["rid"]
    last = sync.answer(world, rid)
    held = _merged(held, last)
    full = Sync().answer(world, 0)
    assert held["torrents"] == full["torrents"]
    assert held["categories"] == full["categories"]
    assert held["server_state"] == full["server_state"]


def test_deltas_are_kept_per_session_and_only_hold_changes() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    torrent = world.arrivals.grab(series, world.season_of(series, 1), kind="pack", metadata_after=5, seconds=20)

    async def act(client: Client) -> None:
        assert await client.sign_in() == "Ok."
        first = await client.get("qbittorrent", f"{API}/sync/maindata?rid=0")
        entry = first["torrents"][torrent.hash]
        assert (entry["size"], entry["state"], entry["private"]) == (-1, "metaDL", None)
        assert await client.get("qbittorrent", f"{API}/torrents/files?hash={torrent.hash}") == []
        same = await client.get("qbittorrent", f"{API}/sync/maindata?rid={first['rid']}")
        assert same == {"rid": first["rid"] + 1}
        clock.advance(8)
        moved = await client.get("qbittorrent", f"{API}/sync/maindata?rid={same['rid']}")
        assert "full_update" not in moved
        assert moved["torrents"][torrent.hash]["state"] == "downloading"
        assert "name" not in moved["torrents"][torrent.hash]
        files = await client.get("qbittorrent", f"{API}/torrents/files?hash={torrent.hash}")
        assert ["is_seed" in one for one in files] == [True] + [False] * 4
        client.session.cookie_jar.clear()
        status, _ = await client.ask("qbittorrent", f"{API}/sync/maindata?rid=3")
        assert status == 403
        await client.sign_in()
        anew = await client.get("qbittorrent", f"{API}/sync/maindata?rid=3")
        assert anew["full_update"] is True

    with_stack(Stack(world), act)


def test_what_changes_state_wants_post() -> None:
    world, _ = small_world()
    series = world.named("Small Show")
    torrent = world.arrivals.grab(series, world.season_of(series, 1), kind="pack", seconds=0, metadata_after=0)

    async def act(client: Client) -> None:
        await client.sign_in()
        assert (await client.ask("qbittorrent", f"{API}/torrents/stop?hashes=all"))[0] == 405
        assert (await client.ask("qbittorrent", f"{API}/torrents/pause", "POST", data={"hashes": "all"}))[0] == 404
        assert (await client.ask("qbittorrent", f"{API}/torrents/stop?hashes=all", "POST"))[0] == 400
        await client.ask("qbittorrent", f"{API}/torrents/stop", "POST", data={"hashes": "all"})
        listed = await client.get("qbittorrent", f"{API}/torrents/info?filter=stopped")
        assert [one["state"] for one in listed] == ["stoppedDL"]
        form = {"hash": torrent.hash, "id": "0|2", "priority": "0"}
        assert (await client.ask("qbittorrent", f"{API}/torrents/filePrio", "POST", data=form))[0] == 200
        files = await client.get("qbittorrent", f"{API}/torrents/files?hash={torrent.hash}&indexes=0|1|2")
        assert [one["priority"] for one in files] == [0, 1, 0]
        no_files = {"hashes": f"{torrent.hash}|{'0' * 40}", "deleteFiles": "true"}
        assert (await client.ask("qbittorrent", f"{API}/torrents/delete", "POST", data=no_files))[0] == 200
        assert await client.get("qbittorrent", f"{API}/torrents/info") == []
        assert (await client.ask("qbittorrent", f"{API}/torrents/properties?hash={torrent.hash}"))[0] == 404

    with_stack(Stack(world), act)


def test_the_modern_mode_signs_in_as_5_2_does() -> None:
    world, _ = small_world()

    async def act(client: Client) -> None:
        status, body = await client.ask(
            "qbittorrent", f"{API}/auth/login", "POST", data={"username": "admin", "password": "no"}
        )
        assert (status, body) == (401, b"Unauthorized")
        assert await client.sign_in() == ""
        names = {cookie.key for cookie in client.session.cookie_jar}
        assert names == {f"QBT_SID_{client.stack.qbittorrent.port}"}
        assert (await client.ask("qbittorrent", f"{API}/app/webapiVersion"))[1] == b"2.15.1"

    with_stack(Stack(world, modern_qbittorrent=True), act)
