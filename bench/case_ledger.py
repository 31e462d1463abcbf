"""Cases 7 and 8: what the ledger costs, and judging everything again."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, rows_written, run
from bench.lines import Line, middle, within
from bench.size import Size
from episodarr.episode.facts import Fact, InLibrary, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, source

_JELLYFIN = source("Jellyfin", ConnectionId(2))
_CHUNK = 5_000
"""Episodes judged again in one transaction."""


def _ids(folder: str, where: str, limit: int = 10**9) -> list[int]:
    with sqlite3.connect(Path(folder) / "episodarr.db") as db:
        rows = db.execute(f"SELECT id FROM episodes WHERE {where} ORDER BY id LIMIT ?", (limit,))  # noqa: S608
        return [row[0] for row in rows]


def observe(folder: str, count: int, times: int) -> dict[str, Any]:
    """So many observations that are all new, and the same ones again; each time of other episodes."""

    async def work() -> dict[str, Any]:
        new, again, rows_again, rows_new = [], [], 0, 0
        ids = _ids(folder, "state = 'imported'", count * times)
        async with house_on(folder, {}) as house:
            for start in range(0, len(ids), count):
                at = datetime.now(UTC)
                some = ids[start : start + count]
                facts = [Fact(EpisodeId(one), at, _JELLYFIN, InLibrary(f"item-{one}", True)) for one in some]
                before = rows_written(house)
                started = time.perf_counter()
                house.ledger.observe(facts)
                new.append(time.perf_counter() - started)
                rows_new = rows_written(house) - before
                before = rows_written(house)
                started = time.perf_counter()
                house.ledger.observe(facts)
                again.append(time.perf_counter() - started)
                rows_again += rows_written(house) - before
        return {"new": new, "again": again, "rows_again": rows_again, "rows_new": rows_new}

    return run(work)


def plain_update(folder: str, count: int, times: int) -> dict[str, Any]:
    """The same number of episodes whose status column is updated, as one that keeps no evidence would do it."""
    ids = _ids(folder, "state = 'imported'", count * times)
    db = sqlite3.connect(Path(folder) / "episodarr.db", isolation_level=None)
    db.execute("PRAGMA synchronous=NORMAL")
    update, read = [], []
    for start in range(0, len(ids), count):
        some = ids[start : start + count]
        started = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.executemany("UPDATE episodes SET state = 'available' WHERE id = ?", [(one,) for one in some])
        db.execute("COMMIT")
        update.append(time.perf_counter() - started)
        started = time.perf_counter()
        asked = "SELECT episode_id, source, at, what FROM evidence WHERE episode_id BETWEEN ? AND ?"
        found = [(row[0], row[1], row[2], decode(row[3])) for row in db.execute(asked, (some[0], some[-1]))]
        assert len(found) >= count
        read.append(time.perf_counter() - started)
    db.close()
    return {"update": update, "read": read}


def observations(size: Size, folder: Path) -> Iterator[Line]:
    """Observations: all of them new, and none of them."""
    prepare(folder, size.series)
    count, times = size.observations, size.runs
    with copy_of(folder) as data, copy_of(folder) as other:
        floor = in_child("case_ledger", "plain_update", folder=other, count=count, times=times)
        ours = in_child("case_ledger", "observe", folder=data, count=count, times=times)
    wall, bare = middle(ours["again"]), middle(floor["read"])
    extra = {"observations": count, "rows_written": ours["rows_again"], "per_s": round(count / wall)}
    yield Line("ledger-nothing-new", size.name, wall, bare, "no row written", ours["rows_again"] == 0, extra)
    wall, bare = middle(ours["new"]), middle(floor["update"])
    extra = {"observations": count, "rows_written": ours["rows_new"], "per_s": round(count / wall)}
    yield Line("ledger-all-new", size.name, wall, bare, "<= 2.5x", within(wall, bare, 2.5), extra)


def judge_again(folder: str, times: int) -> dict[str, Any]:
    """Every episode judged again from its evidence."""

    async def work() -> dict[str, Any]:
        walls, rows = [], 0
        ids = [EpisodeId(one) for one in _ids(folder, "1")]
        async with house_on(folder, {}) as house:
            before = rows_written(house)
            for _ in range(times):
                started = time.perf_counter()
                for start in range(0, len(ids), _CHUNK):
                    house.ledger.rejudge(ids[start : start + _CHUNK])
                walls.append(time.perf_counter() - started)
            rows = rows_written(house) - before
        return {"walls": walls, "episodes": len(ids), "rows": rows // times}

    return run(work)


def read_evidence(folder: str, times: int) -> dict[str, Any]:
    """One pass over the evidence: every row read and decoded."""
    walls = []
    for _ in range(times):
        with sqlite3.connect(Path(folder) / "episodarr.db") as db:
            started = time.perf_counter()
            for row in db.execute("SELECT episode_id, source, at, what FROM evidence"):
                decode(row[3])
            walls.append(time.perf_counter() - started)
    return {"walls": walls}


def rejudged(size: Size, folder: Path) -> Iterator[Line]:
    """All episodes judged again."""
    prepare(folder, size.series)
    with copy_of(folder) as data:
        floor = in_child("case_ledger", "read_evidence", folder=data, times=size.runs)
        ours = in_child("case_ledger", "judge_again", folder=data, times=size.long_runs)
    wall, bare = middle(ours["walls"]), middle(floor["walls"])
    extra = {
        "episodes": ours["episodes"],
        "per_s": round(ours["episodes"] / wall),
        "rows_written": ours["rows"],
        "peak_mb": ours["peak_mb"],
    }
    yield Line("re-judge", size.name, wall, bare, "<= 3x", within(wall, bare, 3.0), extra)
