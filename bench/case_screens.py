"""Case 9: the library and a long show, asked of the overview and over HTTP by many at once."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, run
from bench.lines import Line, middle, share, short
from bench.raw_http import fetch
from bench.size import Size
from bench.upstream import API_KEY, serving
from episodarr.catalogue.model import EpisodesAnswer, ListedSeries, SeriesEntry, digest_of
from episodarr.catalogue.ports import ReadSeries
from episodarr.database.catalogue import StoredCatalogue
from episodarr.episode.identity import ConnectionId, SeriesId, source
from episodarr.main import House, utc_now
from episodarr.overview.questions import LibraryFilter

LONG_SHOW = 900_001
LONG_EPISODES = 1_150
CLIENTS = 16
MANY_CLIENTS = 100
_KEY = f"X-Api-Key: {API_KEY}\r\n"


def add_long_show(house: House) -> SeriesId:
    """A show of 23 seasons; its id."""
    one = ConnectionId(1)
    catalogue = StoredCatalogue(house.database, house.ledger, utc_now)
    known = catalogue.known_series(one)
    if LONG_SHOW not in known:
        listed = ListedSeries(LONG_SHOW, "The Longest Show", "longest show", monitored=True)
        catalogue.write_listing(one, [(SeriesEntry(LONG_SHOW, "-", b""), listed)], (), utc_now())
        known = catalogue.known_series(one)
    begun = utc_now() - timedelta(days=LONG_EPISODES * 7)
    listed_episodes = [
        {
            "id": LONG_SHOW * 10_000 % 2**31 // 10_000 * 10_000 + number,
            "seasonNumber": number // 50 + 1,
            "episodeNumber": number % 50 + 1,
            "title": f"Chapter {number}",
            "overview": "What is left is a walk back along the river, and a song. " * 4,
            "monitored": True,
            "airDateUtc": (begun + timedelta(days=7 * number)).isoformat(),
            "runtime": 24,
        }
        for number in range(LONG_EPISODES)
    ]
    body = json.dumps(listed_episodes).encode()
    read = ReadSeries(known[LONG_SHOW].id, EpisodesAnswer(digest_of(body, b"[]"), body, b"[]"))
    catalogue.write_episodes(source("Sonarr", one), [read], utc_now())
    return known[LONG_SHOW].id


def _asked_by(house: House, question: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that a question asks of the database."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(house.database.reader, "before_cursor_execute", note)
    question()
    event.remove(house.database.reader, "before_cursor_execute", note)
    return asked


def questions(folder: str, times: int) -> dict[str, Any]:
    """Each page's questions as asked through the overview, and their bare statements."""

    async def work() -> dict[str, Any]:
        told: dict[str, Any] = {}
        async with house_on(folder, {}) as house:
            long = add_long_show(house)
            overview = house.overview

            def show_page() -> None:
                overview.show(long)
                overview.seasons(long)
                page = overview.episodes(long, None, 1000, None)
                overview.episodes(long, None, 1000, page.next)

            pages: dict[str, Callable[[], object]] = {
                "library-page": lambda: overview.library(LibraryFilter(), 50, None),
                "library-by-progress": lambda: overview.library(LibraryFilter(sort="progress"), 50, None),
                "show-page": show_page,
                "search": lambda: overview.library(LibraryFilter(search="show 77"), 50, None),
            }
            bare = sqlite3.connect(Path(folder) / "episodarr.db")
            for name, ask in pages.items():
                statements = _asked_by(house, ask)
                walls, floors = [], []
                for _ in range(times):
                    started = time.perf_counter()
                    ask()
                    walls.append(time.perf_counter() - started)
                    started = time.perf_counter()
                    for statement, parameters in statements:
                        bare.execute(statement, parameters).fetchall()
                    floors.append(time.perf_counter() - started)
                told[name] = {"walls": walls, "floors": floors, "statements": len(statements)}
            bare.close()
        return told

    return run(work)


def load(port: int, target: str, requests: int, clients: int) -> dict[str, Any]:
    """Requests by several clients at once, each on a connection that it keeps."""
    fetch(port, [target] * clients, concurrency=clients, headers=_KEY)
    started = time.perf_counter()
    took = fetch(port, [target] * requests, concurrency=clients, headers=_KEY)
    wall = time.perf_counter() - started
    return {"wall": wall, "p50": share(took, 50), "p99": share(took, 99)}


_MOST_MS = {"library-page": 15, "library-by-progress": 15, "show-page": 40, "search": 50}


def screens(size: Size, folder: Path) -> Iterator[Line]:
    """Pages, and how many a second."""
    prepare(folder, size.series)
    with copy_of(folder) as data:
        told = in_child("case_screens", "questions", folder=data, times=50)
        for name, most in _MOST_MS.items():
            one = told[name]
            p95 = share(one["walls"], 95)
            extra = {"p95_s": short(p95), "statements": one["statements"]}
            wall, bare = middle(one["walls"]), middle(one["floors"])
            yield Line(name, size.name, wall, bare, f"p95 <= {most} ms", p95 * 1000 <= most, extra)
        with serving(data, {}) as service:
            ping = in_child(
                "case_screens",
                "load",
                port=service.port,
                target="/api/v1/ping",
                requests=size.requests,
                clients=CLIENTS,
            )
            for clients in (CLIENTS, MANY_CLIENTS):
                page = in_child(
                    "case_screens",
                    "load",
                    port=service.port,
                    target="/api/v1/library?limit=50",
                    requests=size.requests,
                    clients=clients,
                )
                rate = size.requests / page["wall"]
                yield Line(
                    f"library-http-{clients}",
                    size.name,
                    page["wall"] / size.requests,
                    ping["wall"] / size.requests,
                    ">= 600 requests/s, p99 < 1 s",
                    rate >= 600 and page["p99"] < 1,
                    {
                        "clients": clients,
                        "per_s": round(rate),
                        "ping_per_s": round(size.requests / ping["wall"]),
                        "p50_s": short(page["p50"]),
                        "p99_s": short(page["p99"]),
                    },
                )
