"""The simulated qBittorrent against recorded and documented answers: the same keys, the same kinds of values."""

import json
from pathlib import Path
from typing import Any

from contract_calls import Caller

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import StackInThread

API = "/api/v2"


def _sample(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "qbittorrent" / name).read_text())


def _kinds(value: dict[str, Any]) -> dict[str, str]:
    """The JSON kind of each member; whole and broken numbers are one kind."""
    names = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return {key: names.get(type(one), "null") for key, one in value.items()}


def test_torrents_have_the_recorded_members(contracts: Path, qbittorrent: Caller) -> None:
    full = _sample(contracts, "recorded/sync_maindata-full.json")
    recorded = _kinds(next(iter(full["torrents"].values())))
    ours = qbittorrent.get(f"{API}/sync/maindata?rid=0").json
    assert ours["full_update"] is True
    assert ours["torrents"]
    for torrent in ours["torrents"].values():
        assert _kinds(torrent) == recorded
    assert _kinds(ours["server_state"]) == _kinds(full["server_state"])
    assert set(ours) - {"tags"} == set(full)
    listed = qbittorrent.get(f"{API}/torrents/info").json
    assert all(set(one) == {*recorded, "hash"} for one in listed)


def test_files_have_the_recorded_members(contracts: Path, qbittorrent: Caller) -> None:
    recorded = set(_sample(contracts, "recorded/torrents-files-real-one.json")[0])
    torrents = qbittorrent.get(f"{API}/torrents/info").json
    for torrent in torrents:
        files = qbittorrent.get(f"{API}/torrents/files?hash={torrent['hash']}").json
        assert set(files[0]) == recorded
        assert all(set(one) == recorded - {"is_seed"} for one in files[1:])


def test_the_small_answers_have_the_documented_members(contracts: Path, qbittorrent: Caller) -> None:
    key = qbittorrent.get(f"{API}/torrents/info").json[0]["hash"]
    properties = qbittorrent.get(f"{API}/torrents/properties?hash={key}").json
    assert set(properties) == set(_sample(contracts, "recorded/doc-get-torrent-generic-properties.json"))
    transfer = qbittorrent.get(f"{API}/transfer/info").json
    assert set(transfer) == set(_sample(contracts, "recorded/doc-get-global-transfer-info.json"))
    constructed = _sample(contracts, "constructed/sync-maindata-rid0-full.json")["categories"]["tv-sonarr"]
    assert set(qbittorrent.get(f"{API}/torrents/categories").json["tv-sonarr"]) == set(constructed)


def test_deltas_are_of_the_recorded_form(
    contracts: Path, running: StackInThread, clock: ManualClock, qbittorrent: Caller
) -> None:
    first = qbittorrent.get(f"{API}/sync/maindata").json
    clock.advance(2)
    moved = qbittorrent.get(f"{API}/sync/maindata?rid={first['rid']}").json
    sample = _sample(contracts, "constructed/sync-maindata-rid1-delta.json")
    assert set(moved) <= set(sample)
    assert all(set(one) < set(first["torrents"][key]) for key, one in moved["torrents"].items())
    gone = next(iter(running.world.torrents))
    qbittorrent.post_form(f"{API}/torrents/delete", {"hashes": gone, "deleteFiles": "true"})
    removed = qbittorrent.get(f"{API}/sync/maindata?rid={moved['rid']}").json
    assert removed["torrents_removed"] == [gone]


def test_sign_in_follows_the_matrix(contracts: Path, running: StackInThread) -> None:
    matrix = {(one["app"], one["case"]): one for one in _sample(contracts, "constructed/auth-matrix.json")}
    caller = Caller(running.services[1].url)
    server = running.stack.qbittorrent
    session: dict[str, str] = {}
    try:
        for app, modern in (("4.1 - 5.1", False), ("5.2+", True)):
            server.modern = modern
            good = caller.post_form(f"{API}/auth/login", {"username": "admin", "password": "adminadmin"})
            expected = matrix[app, "good login"]
            assert (good.status, good.text) == (expected["status"], expected["body"])
            assert good.headers["Set-Cookie"].startswith(expected["cookie"].replace("<port>", str(server.port)))
            session = {"Cookie": good.headers["Set-Cookie"].split(";")[0]}
            bad = caller.post_form(f"{API}/auth/login", {"username": "admin", "password": "no"})
            expected = matrix[app, "bad password"]
            assert (bad.status, bad.text) == (expected["status"], expected["body"])
        stranger = caller.get(f"{API}/app/version")
        assert (stranger.status, stranger.text) == (403, "Forbidden")
        foreign = Caller(caller.url, {"Origin": "http://elsewhere.example"}).get(f"{API}/app/version")
        assert (foreign.status, foreign.text) == (401, "Unauthorized")
        unknown = Caller(caller.url, session).get(f"{API}/no/such")
        assert (unknown.status, unknown.text) == (404, "Endpoint does not exist")
    finally:
        server.modern = False


def test_repeated_bad_passwords_ban_the_address(contracts: Path, running: StackInThread, clock: ManualClock) -> None:
    caller = Caller(running.services[1].url)
    running.run(lambda: setattr(running.stack.qbittorrent, "failures", 0))
    form = {"username": "admin", "password": "wrong"}
    statuses = [caller.post_form(f"{API}/auth/login", form).status for _ in range(6)]
    assert statuses == [200] * 5 + [403]
    clock.advance(3601)
    running.settle()
    assert caller.post_form(f"{API}/auth/login", form).text == "Fails."
