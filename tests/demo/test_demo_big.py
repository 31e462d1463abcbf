"""The huge services for benchmarks: sizes as promised, changes where told, forms as of the small ones."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from episodarr.demo.big import Big
from episodarr.demo.big_http import BigAsk, BigProtocol


def _ask(big: Big, path: str, cookie: str = "", **query: object) -> Any:
    headers = {"cookie": cookie} if cookie else {}
    answer = big.answer(BigAsk("GET", path, {name: str(one) for name, one in query.items()}, headers))
    assert answer.status == 200, path
    return json.loads(answer.body)


def test_a_library_of_the_promised_size() -> None:
    big = Big(series=20, torrents=0, moving=0)
    series = _ask(big, "/api/v3/series")
    assert [one["id"] for one in series] == list(range(1, 21))
    assert len({one["tvdbId"] for one in series}) == 20
    episodes = _ask(big, "/api/v3/episode", seriesId=7)
    files = _ask(big, "/api/v3/episodefile", seriesId=7)
    assert (len(episodes), len(files)) == (60, 48)
    assert {one["seriesId"] for one in [*episodes, *files]} == {7}
    assert [one["episodeFileId"] for one in episodes if one["hasFile"]] == [one["id"] for one in files]
    assert series[6]["statistics"]["sizeOnDisk"] == sum(one["size"] for one in files)
    assert len(json.dumps(series[0])) == pytest.approx(4_500, rel=0.2)
    assert len(json.dumps(episodes[0])) == pytest.approx(700, rel=0.2)
    assert len(json.dumps(files[0])) == pytest.approx(2_000, rel=0.2)
    assert max(one["id"] for one in files) < 2**31


def test_a_touch_changes_one_episode_and_says_so() -> None:
    big = Big(series=50, torrents=0, moving=0)
    before = {one["id"]: one for one in _ask(big, "/api/v3/series")}
    touched = _ask(big, "/_demo/touch", n=5)["touched"]
    after = {one["id"]: one for one in _ask(big, "/api/v3/series")}
    assert {number for number in before if before[number] != after[number]} == set(touched)
    rows = _ask(big, "/api/v3/history/since", date="2026-01-01T00:00:00Z")
    assert {row["seriesId"] for row in rows} == set(touched)
    assert [row["eventType"] for row in rows] == ["grabbed", "downloadFolderImported"] * 5
    number = touched[0]
    episodes = _ask(big, "/api/v3/episode", seriesId=number)
    assert sum(1 for one in episodes if one["hasFile"]) == after[number]["statistics"]["episodeFileCount"] == 49
    assert rows[1]["episodeId"] in {one["id"] for one in episodes if one["hasFile"]}
    for _ in range(30):
        _ask(big, "/_demo/touch", n=50)
    files = _ask(big, "/api/v3/episodefile", seriesId=number)
    assert len(files) == 60
    assert len({one["id"] for one in files}) == 60


def test_deltas_of_many_torrents_merge_to_the_full_answer() -> None:
    big = Big(series=10, torrents=300, moving=20)
    big.qbittorrent.new_session("one")
    big.qbittorrent.new_session("two")
    cookie = "SID=one"
    held = _ask(big, "/api/v2/sync/maindata", cookie, rid=0)
    torrents = held["torrents"]
    rid = held["rid"]
    for steps in (1, 3, 0, 150, 300):
        if steps:
            _ask(big, "/_demo/tick", n=steps)
        delta = _ask(big, "/api/v2/sync/maindata", cookie, rid=rid)
        rid = delta["rid"]
        assert "full_update" not in delta
        assert ("torrents" in delta) == bool(steps)
        for key, changes in delta.get("torrents", {}).items():
            torrents[key].update(changes)
    full = _ask(big, "/api/v2/sync/maindata", "SID=two", rid=0)
    for key, torrent in full["torrents"].items():
        assert torrents[key]["progress"] == torrent["progress"]
        assert torrents[key]["state"] == torrent["state"]


def test_queue_and_files_belong_together() -> None:
    big = Big(series=10, torrents=100, moving=20)
    big.qbittorrent.new_session("one")
    queue = _ask(big, "/api/v3/queue", page=1, pageSize=1_000)
    assert queue["totalRecords"] == len(queue["records"])
    row = queue["records"][0]
    files = _ask(big, "/api/v2/torrents/files", "SID=one", hash=row["downloadId"].lower())
    assert 12 <= len(files) <= 26
    assert any("S05E01" in one["name"] for one in files)
    ids = {one["id"] for one in _ask(big, "/api/v3/episode", seriesId=row["seriesId"])}
    assert {one["episodeId"] for one in queue["records"] if one["seriesId"] == row["seriesId"]} <= ids


def test_it_speaks_http_over_kept_connections_and_big_bodies() -> None:
    async def whole() -> None:
        big = Big(series=300, torrents=10, moving=5)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: BigProtocol(big.answer, big.tally), "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            for _ in range(3):
                async with session.get(f"{url}/api/v3/series") as answer:
                    assert len(await answer.json()) == 300
            async with session.get(f"{url}/api/v2/app/version") as answer:
                assert answer.status == 403
            async with session.post(f"{url}/api/v2/auth/login", data={"username": "a", "password": "b"}) as answer:
                assert await answer.text() == "Ok."
            async with session.get(f"{url}/api/v2/sync/maindata?rid=0") as answer:
                assert len((await answer.json())["torrents"]) == 10
        assert big.tally.requests == 6
        server.close()

    asyncio.run(whole())
