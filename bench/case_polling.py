"""Case 6: following ten thousand torrents of which two hundred move."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, run
from bench.lines import Line, middle, say, share, short, within
from bench.raw_http import fetch, get
from bench.size import Size
from bench.upstream import Upstream, upstream
from episodarr.integrations._torrents import SyncAnswer
from episodarr.main import House

INTERVAL = 2.0
POLLS = 12
_WARM = 2
_IDLE_POLLS = 100
_sync = msgspec.json.Decoder(SyncAnswer)


class _File(msgspec.Struct, gc=False):
    name: str
    size: float
    progress: float
    index: int | None = None
    priority: int = 1


_files = msgspec.json.Decoder(list[_File])


def _decode_files(_place: int, body: bytes) -> None:
    _files.decode(body)


def poll_ours(folder: str, environment: dict[str, str], port: int) -> dict[str, Any]:
    """Polls while torrents move, then polls while none does."""

    async def settled(house: House) -> None:
        await house.followers.grabs()
        for _ in range(3):  # the file lists of what was known before take their turns
            await house.followers.transfers()

    async def work() -> dict[str, Any]:
        walls, cpus = [], []
        async with house_on(folder, environment) as house:
            await settled(house)
            for number in range(POLLS + _WARM):
                Upstream(port).steer("tick?n=1")
                started, used = time.perf_counter(), time.process_time()
                await house.followers.transfers()
                if number >= _WARM:
                    walls.append(time.perf_counter() - started)
                    cpus.append(time.process_time() - used)
            for _ in range(30):  # until it rests
                await house.followers.transfers()
            used = time.process_time()
            for _ in range(_IDLE_POLLS):
                await house.followers.transfers()
            idle = (time.process_time() - used) / _IDLE_POLLS
            parts = sum(bool(one.parts) for one in house.progress.all())
        return {"walls": walls, "cpus": cpus, "idle_cpu": idle, "with_files": parts}

    return run(work)


def poll_floor(port: int) -> dict[str, Any]:
    """The delta and the file lists of what moves, downloaded and decoded; nothing kept."""
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/api/v2/auth/login", "username=bench&password=bench")
    answer = connection.getresponse()
    answer.read()
    cookie = f"Cookie: {answer.headers['Set-Cookie'].partition(';')[0]}\r\n"
    connection.close()
    rid = _sync.decode(get(port, "/api/v2/sync/maindata?rid=0", cookie)).rid
    walls, cpus = [], []
    for number in range(POLLS + _WARM):
        Upstream(port).steer("tick?n=1")
        started, used = time.perf_counter(), time.process_time()
        delta = _sync.decode(get(port, f"/api/v2/sync/maindata?rid={rid}", cookie))
        rid = delta.rid
        moved = [f"/api/v2/torrents/files?hash={key}" for key in delta.torrents]
        fetch(port, moved, _decode_files, headers=cookie)
        if number >= _WARM:
            walls.append(time.perf_counter() - started)
            cpus.append(time.process_time() - used)
    return {"walls": walls, "cpus": cpus}


def polling(size: Size, folder: Path) -> Iterator[Line]:
    """Polls while some move, and while none does."""
    prepare(folder, size.series)
    with upstream(size.series, size.torrents, size.moving) as both, copy_of(folder) as data:
        floor = in_child("case_polling", "poll_floor", port=both.port)
        say("  floor done")
        ours = in_child(
            "case_polling",
            "poll_ours",
            folder=data,
            environment=both.environment(torrents=True),
            port=both.port,
        )
    wall, bare = middle(ours["walls"]), middle(floor["walls"])
    cpu, bare_cpu = middle(ours["cpus"]), middle(floor["cpus"])
    busy, idle = cpu / INTERVAL * 100, ours["idle_cpu"] / INTERVAL * 100
    shape = {"torrents": size.torrents, "moving": size.moving, "with_files": ours["with_files"]}
    yield Line(
        "poll-wall",
        size.name,
        wall,
        bare,
        "<= 2.0x",
        within(wall, bare, 2.0),
        {**shape, "p95_s": short(share(ours["walls"], 95)), "peak_mb": ours["peak_mb"]},
    )
    yield Line(
        "poll-cpu",
        size.name,
        cpu,
        bare_cpu,
        f"<= 8% of a core at {INTERVAL:g} s",
        busy <= 8,
        {"core_percent": round(busy, 2), "floor_core_percent": round(bare_cpu / INTERVAL * 100, 2)},
    )
    yield Line(
        "poll-idle", size.name, ours["idle_cpu"], None, "<= 1% of a core", idle <= 1, {"core_percent": round(idle, 3)}
    )
