"""Cases 1 to 4: the first sync, nothing changed, everything read again, one percent changed."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, rows_written, run
from bench.lines import Line, middle, say, short, within
from bench.raw_http import get
from bench.size import Size
from bench.upstream import Upstream, upstream
from episodarr.catalogue.instances import Silent

MOST_MB = 300


def first(size: Size, folder: Path) -> Iterator[Line]:
    """The first sync; its data folder is kept for the other cases."""
    ours: list[dict[str, Any]] = []
    floors: list[dict[str, Any]] = []
    for attempt in range(size.long_runs):
        with upstream(size.series) as sonarr, TemporaryDirectory(prefix="episodarr-bench-") as scratch:
            bare, whole = Path(scratch) / "bare", Path(scratch) / "whole"
            bare.mkdir()
            say(f"first sync, run {attempt + 1}: floor")
            floors.append(in_child("floor", "first_sync", port=sonarr.port, folder=str(bare)))
            say(f"first sync, run {attempt + 1}: ours")
            ours.append(in_child("house", "first_sync", folder=str(whole), environment=sonarr.environment()))
            if not folder.exists():
                whole.rename(folder)
    best, floor = min(ours, key=lambda one: one["wall"]), min(floors, key=lambda one: one["wall"])
    memory = max(one["peak_mb"] for one in ours)
    yield Line(
        "first-sync",
        size.name,
        best["wall"],
        floor["wall"],
        f"<= 2.0x, < {MOST_MB} MB",
        within(best["wall"], floor["wall"], 2.0) and memory < MOST_MB and best["episodes"] == size.series * 60,
        {
            "episodes": best["episodes"],
            "us_per_episode": round(best["wall"] / best["episodes"] * 1e6, 1),
            "cpu_s": round(best["cpu"], 2),
            "floor_cpu_s": round(floor["cpu"], 2),
            "peak_mb": memory,
            "floor_peak_mb": floor["peak_mb"],
        },
    )


def unchanged_runs(folder: str, environment: dict[str, str], times: int, full: bool) -> dict[str, Any]:
    """Syncs in which nothing has changed: `full` reads everything again."""

    async def work() -> dict[str, Any]:
        walls, requests, read = [], 0, 0
        async with house_on(folder, environment) as house:
            await house.instances.series(Silent())  # connects, and fills what is kept between runs
            before = rows_written(house)
            for _ in range(times):
                started = time.perf_counter()
                if full:
                    report = await house.instances.episodes(Silent(), full=True)
                else:
                    series = await house.instances.series(Silent())
                    report = await house.instances.episodes(Silent())
                    report["requests"] += series["requests"]
                walls.append(time.perf_counter() - started)
                requests, read = report["requests"], report["read"]
            rows = rows_written(house) - before
        return {"walls": walls, "requests": requests, "rows": rows, "read": read}

    return run(work)


def unchanged(size: Size, folder: Path) -> Iterator[Line]:
    """An incremental sync while nothing has changed."""
    prepare(folder, size.series)
    with upstream(size.series) as sonarr, copy_of(folder) as data:
        floor = in_child("floor", "read_list", port=sonarr.port, times=9)
        ours = in_child(
            "case_sync", "unchanged_runs", folder=data, environment=sonarr.environment(), times=9, full=False
        )
    wall, bare = middle(ours["walls"]), middle(floor["walls"])
    yield Line(
        "no-change",
        size.name,
        wall,
        bare,
        "<= 1.5x, <= 5 requests, 0 rows",
        within(wall, bare, 1.5) and ours["requests"] <= 5 and ours["rows"] == 0,
        {"requests": ours["requests"], "rows_written": ours["rows"]},
    )


def reread(size: Size, folder: Path) -> Iterator[Line]:
    """Everything read again while nothing has changed."""
    prepare(folder, size.series)
    with upstream(size.series) as sonarr, copy_of(folder) as data:
        floor = in_child("floor", "read_all", port=sonarr.port, series=size.series, times=3)
        library = in_child("floor", "read_all_by_library", port=sonarr.port, series=size.series, times=3)
        ours = in_child(
            "case_sync", "unchanged_runs", folder=data, environment=sonarr.environment(), times=3, full=True
        )
    wall, bare = middle(ours["walls"]), middle(floor["walls"])
    extra = {"requests": ours["requests"], "rows_written_a_run": ours["rows"] // 3, "peak_mb": ours["peak_mb"]}
    same = middle(library["walls"])
    extra |= {"bare_aiohttp_s": short(same), "ratio_to_bare_aiohttp": round(wall / same, 2)}
    yield Line("full-reread", size.name, wall, bare, "<= 1.3x", within(wall, bare, 1.3), extra)


def changed_run(folder: str, environment: dict[str, str], port: int, count: int) -> dict[str, Any]:
    """A sync after some series were changed; which ones, and what it took."""

    async def work() -> dict[str, Any]:
        async with house_on(folder, environment) as house:
            await house.instances.series(Silent())
            touched = Upstream(port).steer(f"touch?n={count}")["touched"]
            get(port, "/api/v3/series")  # the simulation joins its list anew now, not while it is measured
            before = rows_written(house)
            started = time.perf_counter()
            series = await house.instances.series(Silent())
            report = await house.instances.episodes(Silent())
            wall = time.perf_counter() - started
            rows = rows_written(house) - before
        requests = series["requests"] + report["requests"]
        return {"wall": wall, "requests": requests, "rows": rows, "touched": touched, "read": report["read"]}

    return run(work)


def changed(size: Size, folder: Path) -> Iterator[Line]:
    """One percent of the series changed."""
    prepare(folder, size.series)
    count = max(size.series // 100, 1)
    ours, floors = [], []
    for _ in range(size.runs):
        with upstream(size.series) as sonarr, copy_of(folder) as data, copy_of(folder) as other:
            told = in_child(
                "case_sync",
                "changed_run",
                folder=data,
                environment=sonarr.environment(),
                port=sonarr.port,
                count=count,
            )
            floors.append(in_child("floor", "changed", port=sonarr.port, folder=other, numbers=told["touched"]))
            ours.append(told)
    wall, bare = middle([one["wall"] for one in ours]), middle([one["wall"] for one in floors])
    most = 5 + 2 * count
    met = within(wall, bare, 2.0) and ours[0]["requests"] <= most and ours[0]["read"] == count
    extra = {"series": ours[0]["read"], "requests": ours[0]["requests"], "rows_written": ours[0]["rows"]}
    yield Line("one-percent", size.name, wall, bare, f"<= 2.0x, <= {most} requests", met, extra)
