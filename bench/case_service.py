"""Cases 5 and 10: from a webhook to the API, from the start to the first answer, and a service with nothing to do."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.house import copy_of, prepare
from bench.lines import Line, middle, say, share, short, within
from bench.size import Size
from bench.upstream import API_KEY, Served, serving, upstream

_LONGEST = 5.0
_LOOK_EVERY = 0.015
"""Seconds between looks: looking costs the service something, too."""
_BETWEEN = 0.4
"""Seconds between webhooks: hints that come in a flood are answered together, after 0.3 s."""
_IDLE_SECONDS = 20.0
_HEADERS = {"X-Api-Key": API_KEY, "Content-Type": "application/json"}


def _call(connection: HTTPConnection, method: str, path: str, body: object = None) -> Any:
    connection.request(method, path, None if body is None else json.dumps(body), _HEADERS)
    answer = connection.getresponse()
    read = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: HTTP {answer.status} {read[:200]!r}")
    return json.loads(read)


def _missing(folder: str) -> dict[int, int]:
    """The first episode that each series lacks, by Sonarr's number of the series."""
    asked = """SELECT s.sonarr_id, min(e.id) FROM episodes e JOIN series s ON s.id = e.series_id
               WHERE e.state = 'missing' GROUP BY s.sonarr_id"""
    with sqlite3.connect(Path(folder) / "episodarr.db") as db:
        return dict(db.execute(asked).fetchall())


def _until_imported(connection: HTTPConnection, path: str) -> float:
    """When the API tells the new state. Raises TimeoutError."""
    until = time.perf_counter() + _LONGEST
    while time.perf_counter() < until:
        if _call(connection, "GET", path)["episode"]["state"] == "imported":
            return time.perf_counter()
        time.sleep(_LOOK_EVERY)
    raise TimeoutError(f"{path} is not imported")


def webhook(size: Size, folder: Path) -> Iterator[Line]:
    """An import at the source, a webhook, and the new state over HTTP."""
    prepare(folder, size.series)
    took, missed = [], 0
    with upstream(size.series) as sonarr, copy_of(folder) as data, serving(data, sonarr.environment()) as service:
        missing = _missing(data)
        connection = HTTPConnection("127.0.0.1", service.port, timeout=30)
        hook = _call(connection, "GET", "/api/v1/connections/1/webhook")["path"]
        time.sleep(1.5)  # the sync that a start begins with
        for _ in range(size.webhooks):
            time.sleep(_BETWEEN)
            number = sonarr.steer("touch?n=1")["touched"][0]
            path = f"/api/v1/episodes/{missing[number]}"
            started = time.perf_counter()
            _call(connection, "POST", hook, {"eventType": "Download", "series": {"id": number}})
            try:
                took.append(_until_imported(connection, path) - started)
            except TimeoutError:
                missed += 1
        connection.close()
    p95 = share(took, 95) if took else _LONGEST
    extra = {"webhooks": size.webhooks, "missed": missed, "p95_s": short(p95), "most_s": short(max(took, default=0))}
    wall = middle(took) if took else _LONGEST
    yield Line("webhook", size.name, wall, None, "p95 <= 250 ms", p95 <= 0.25 and not missed, extra)


def start(size: Size, folder: Path) -> Iterator[Line]:
    """From the start to the first answer."""
    prepare(folder, size.series)
    ours, floors = [], []
    with copy_of(folder) as data:
        for _ in range(size.runs):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import episodarr.run"], check=True)
            floors.append(time.perf_counter() - started)
            with serving(data, {}) as service:
                ours.append(time.perf_counter() - service.started)
    wall, bare = middle(ours), middle(floors)
    met = within(wall, bare, 1.5) and wall < 3
    yield Line("start", size.name, wall, bare, "<= 1.5x, < 3 s", met, {"longest_s": short(max(ours))})


def _used(service: Served) -> float:
    """Processor seconds of the service so far."""
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(service: Served) -> float:
    lines = Path(f"/proc/{service.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def idle(size: Size, folder: Path) -> Iterator[Line]:
    """A running service with everything connected while nothing moves."""
    if not Path("/proc/self/stat").exists():
        say("  skipped: this system has no /proc")
        return
    prepare(folder, size.series)
    seconds = _IDLE_SECONDS if size.runs > 1 else 2.0
    with (
        upstream(size.series, size.torrents, 0) as both,
        copy_of(folder) as data,
        serving(data, both.environment(torrents=True)) as service,
    ):
        time.sleep(40 if size.runs > 1 else 1)  # until the polls rest
        before = _used(service)
        time.sleep(seconds)
        used, resident = _used(service) - before, _resident_mb(service)
    percent = used / seconds * 100
    extra = {"core_percent": round(percent, 2), "resident_mb": round(resident, 1), "over_s": seconds}
    yield Line("idle", size.name, used, None, "< 0.5% of a core, < 150 MB", percent < 0.5 and resident < 150, extra)
