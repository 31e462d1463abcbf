"""Case 13: a whole library verified in a media server, at first and again.

The floor downloads and decodes the same pages; the first time it also writes a fact and a state for each episode with a
file, and afterwards it reads both of them again, all of it bare.
"""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, rows_written, run
from bench.lines import Line, middle, say, short, timed, within
from bench.raw_http import fetch, get
from bench.size import Size
from bench.upstream import Upstream, upstream
from episodarr.availability.ports import MediaLibrary
from episodarr.availability.verify import Verify
from episodarr.integrations import _plex_wire, jellyfin
from episodarr.main import House

MOST_MB = 300
_PAGE = 2_000
_AGAIN = 3
_FACTS = 6_000
"""Facts of one bare transaction, as many as with us."""
_JELLYFIN = "/Items?recursive=true&includeItemTypes={kind}&fields=ProviderIds,Path&startIndex={start}&limit=2000"
_KINDS = {"jellyfin": ("Series", "Episode"), "plex": ("2", "4")}


def environment_of(kind: str, url: str) -> dict[str, str]:
    """The variables that connect Episodarr to the simulated media server."""
    name = "TOKEN" if kind == "plex" else "API_KEY"
    return {f"EPISODARR_{kind.upper()}_URL": url, f"EPISODARR_{kind.upper()}_{name}": "bench"}


def verify_ours(folder: str, environment: dict[str, str], port: int) -> dict[str, Any]:
    """The first verification, and some more while nothing changes."""

    async def sweep(house: House) -> None:
        connection, integration, client = house.connections.offering(MediaLibrary)[0]
        verify: Verify = house.followers._verify(connection.id, integration.label, client)
        await verify._sweep()

    async def work() -> dict[str, Any]:
        walls, rows = [], []
        async with house_on(folder, environment) as house:
            for _ in range(1 + _AGAIN):
                Upstream(port).steer("counts?reset=1")
                before, started = rows_written(house), time.perf_counter()
                await sweep(house)
                walls.append(time.perf_counter() - started)
                rows.append(rows_written(house) - before)
            requests = Upstream(port).steer("counts")["requests"]
        return {"walls": walls, "rows": rows, "requests": requests}

    return run(work)


def read_whole(port: int, kind: str, series: int, times: int) -> dict[str, Any]:
    """Every page downloaded and decoded into the same structs, one after the other as a listing is read."""
    decoder = jellyfin._items if kind == "jellyfin" else _plex_wire.container
    items = 0

    def work() -> None:
        nonlocal items
        items = 0
        for type_, total in zip(_KINDS[kind], (series, series * 48), strict=True):
            for start in range(0, total, _PAGE):
                if kind == "jellyfin":
                    body = get(port, _JELLYFIN.format(kind=type_, start=start))
                    items += len(decoder.decode(body).items)
                    continue
                found: list[bytes] = []
                headers = f"X-Plex-Container-Start: {start}\r\nX-Plex-Container-Size: {_PAGE}\r\n"
                target = f"/library/sections/2/all?type={type_}"
                fetch(port, [target], lambda _, body: found.append(body), concurrency=1, headers=headers)  # noqa: B023
                items += len(decoder.decode(found[0]).content.metadata)

    return {"walls": [timed(work)[0] for _ in range(times)], "items": items}


def write_bare(folder: str) -> dict[str, Any]:
    """A fact and a state for each episode with a file, then reading them back; nothing is compared or judged."""
    db = sqlite3.connect(Path(folder) / "episodarr.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768"):
        db.execute(f"PRAGMA {pragma}")
    ids = [row[0] for row in db.execute("SELECT id FROM episodes WHERE file_id IS NOT NULL ORDER BY series_id, id")]
    fact = "INSERT INTO evidence (episode_id,kind,source,at,recorded_at,what) VALUES (?,?,?,?,?,?)"
    state = "UPDATE episodes SET state=?, because=?, waiting_for=?, since=? WHERE id=?"

    def write() -> None:
        for first in range(0, len(ids), _FACTS):
            some = ids[first : first + _FACTS]
            facts = [(one, "in_library", "Bare:9", 1, 1, f'{{"k":"in_library","item_id":"{one}"}}') for one in some]
            db.execute("BEGIN IMMEDIATE")
            db.executemany(fact, facts)
            db.executemany(state, [("available", "It is listed", None, 1, one) for one in some])
            db.execute("COMMIT")

    def read() -> None:
        for _ in db.execute(
            "SELECT e.id, e.season_number, e.episode_number, e.tvdb_id, f.path, v.what FROM episodes e "
            "LEFT JOIN episode_files f ON f.id = e.file_id "
            "LEFT JOIN evidence v ON v.episode_id = e.id AND v.kind = 'in_library' AND v.source = 'Bare:9'"
        ):
            pass

    return {"write": timed(write)[0], "read": timed(read)[0]}


def availability(size: Size, folder: Path) -> Iterator[Line]:
    """Both media servers."""
    prepare(folder, size.series)
    for kind in _KINDS:
        with upstream(size.series) as server, copy_of(folder) as data, copy_of(folder) as other:
            say(f"verify in {kind}: floor")
            floor = in_child(
                "case_availability", "read_whole", port=server.port, kind=kind, series=size.series, times=3
            )
            kept = in_child("case_availability", "write_bare", folder=other)
            say(f"verify in {kind}: ours")
            environment = server.environment() | environment_of(kind, server.url)
            told = {"folder": data, "environment": environment, "port": server.port}
            ours = in_child("case_availability", "verify_ours", **told)
        bare = middle(floor["walls"])
        most = size.series * 60 // 1000 + 20
        shared = {"requests": ours["requests"], "peak_mb": ours["peak_mb"], "floor_peak_mb": floor["peak_mb"]}
        shared |= {"episodes": size.series * 60, "items": floor["items"] - size.series}
        fits = ours["peak_mb"] < MOST_MB and ours["requests"] <= most
        shared |= {"download_and_decode_s": short(bare)}
        first, again = ours["walls"][0], middle(ours["walls"][1:])
        first_floor, again_floor = bare + kept["write"], bare + kept["read"]
        yield Line(
            f"verify-first-{kind}",
            size.name,
            first,
            first_floor,
            f"<= 8x, <= {most} requests, < {MOST_MB} MB",
            within(first, first_floor, 8) and fits,
            shared | {"rows_written": ours["rows"][0]},
        )
        yield Line(
            f"verify-again-{kind}",
            size.name,
            again,
            again_floor,
            f"<= 8x, <= {most} requests, <= 5 rows",
            within(again, again_floor, 8) and fits and ours["rows"][-1] <= 5,
            shared | {"rows_written": ours["rows"][-1]},
        )
