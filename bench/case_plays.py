"""Case 14: the plays of years read at once, and a look that finds nothing new.

The floor decodes the same pages into the same structs and writes each row into the same table with the same indexes; it
knows no viewers, no items, no episodes, keeps no sums and compares nothing.
"""

import gc
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.child import in_child
from bench.house import copy_of, house_on, prepare, rows_written, run
from bench.lines import Line, middle, say, short, timed, within
from bench.size import Size
from episodarr.catalogue.instances import Silent
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId
from episodarr.integrations._tautulli_wire import HistoryAnswer, Reader
from episodarr.main import House
from episodarr.watching.follow import FollowPlays
from episodarr.watching.model import PlayPage, SeriesIds

PAGE = 20_000
_EPISODES = 20_000
_BEGAN = 1_640_000_000
_BETWEEN = 600
"""Seconds between two starts."""
_VIEWERS = 12
_LATEST = 400
_AGAIN = 9
_decoder = msgspec.json.Decoder(HistoryAnswer)


def pages_of(folder: str, count: int) -> list[bytes]:
    """A history as Tautulli sends it, over episodes that are in the database."""
    with sqlite3.connect(Path(folder) / "episodarr.db") as db:
        asked = (
            "SELECT s.title, s.id, e.season_number, e.episode_number, e.title, e.air_date, e.id FROM episodes e "
            "JOIN series s ON s.id = e.series_id WHERE e.season_number > 0 ORDER BY e.id LIMIT ?"
        )
        episodes = db.execute(asked, (_EPISODES,)).fetchall()
    dice = random.Random(3)  # noqa: S311  # invented data
    rows = [_row(number, episodes, dice) for number in range(1, count + 1)]
    made = []
    for start in range(0, count, PAGE):
        data = {"recordsFiltered": count, "recordsTotal": count, "data": rows[start : start + PAGE]}
        made.append(msgspec.json.encode({"response": {"result": "success", "message": None, "data": data}}))
    return made


def _row(number: int, episodes: list[Any], dice: random.Random) -> dict[str, Any]:
    resumes = number > 100 and dice.random() < 0.15
    first = number - dice.randrange(1, 50) if resumes else number
    who = random.Random(first)  # noqa: S311  # a play that resumes another is of the same episode and viewer
    series, series_id, season, episode, title, aired, key = episodes[who.randrange(len(episodes))]
    viewer = who.randrange(_VIEWERS)
    began = _BEGAN + number * _BETWEEN
    seconds, percent = dice.randrange(200, 3000), dice.randrange(100)
    return {
        "reference_id": first,
        "row_id": number,
        "id": number,
        "date": began,
        "started": began,
        "stopped": began + seconds + 30,
        "duration": seconds,
        "play_duration": seconds,
        "paused_counter": 30,
        "user_id": 1_000_000 + viewer,
        "user": f"viewer{viewer}",
        "friendly_name": f"Viewer {viewer}",
        "user_thumb": "https://plex.tv/users/2134408762bdbfc6/avatar?c=1",
        "platform": "tvOS",
        "product": "Plex for Apple TV",
        "player": "Living Room",
        "ip_address": "203.0.113.197",
        "live": 0,
        "machine_id": "d33aa11c410b1a6154dc",
        "location": "wan",
        "secure": 1,
        "relayed": 0,
        "media_type": "episode",
        "rating_key": 1_000_000 + key,
        "parent_rating_key": 5_000_000 + series_id * 100 + season,
        "grandparent_rating_key": 9_000_000 + series_id,
        "full_title": f"{series} - {title}",
        "title": title,
        "parent_title": f"Season {season}",
        "grandparent_title": series,
        "original_title": "",
        "year": 2020,
        "media_index": episode,
        "parent_media_index": season,
        "thumb": f"/library/metadata/{key}/thumb/1734325500",
        "originally_available_at": aired or "",
        "guid": f"plex://episode/{key:024x}",
        "transcode_decision": "transcode",
        "percent_complete": percent,
        "watched_status": 1 if percent >= 85 else 0.5,
        "group_count": 1,
        "group_ids": str(number),
        "state": None,
        "session_key": None,
    }


class Bodies:
    """A history whose pages are there already: what is measured is what we do with them."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies = bodies
        self.asked = 0

    async def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """See PlaySource."""
        reader, read = Reader(), 0
        for body in self.bodies if since is None else self.bodies[-1:]:
            self.asked += 1
            page = _decoder.decode(body).response.data
            read += len(page.data)
            yield PlayPage(reader.plays(page.data), read, page.records_filtered, page.records_total)

    async def series_ids(self, series_key: str) -> SeriesIds | None:  # noqa: ARG002
        """See PlaySource."""
        return None


def ingest(folder: str, count: int) -> dict[str, Any]:
    """Everything at first, then some looks at the latest few while nothing changes."""
    source = Bodies(pages_of(folder, count))

    async def work() -> dict[str, Any]:
        environment = {"EPISODARR_TAUTULLI_URL": "http://127.0.0.1:9", "EPISODARR_TAUTULLI_API_KEY": "bench"}
        async with house_on(folder, environment) as house:
            connection = next(one for one in house.connections.all() if one.kind == "tautulli")
            taking = await _taken(house, connection, source)
            follower = FollowPlays(connection.id, "Tautulli", source, house.plays, house.ledger, house.clock)
            started = time.perf_counter()
            report = await follower.poll(Silent())
            told = time.perf_counter() - started
            latest = _decoder.decode(source.bodies[-1]).response.data
            few = {"recordsFiltered": _LATEST, "recordsTotal": count, "data": latest.data[-_LATEST:]}
            told_again = {"response": {"result": "success", "data": msgspec.to_builtins(few)}}
            source.bodies, source.asked = [msgspec.json.encode(told_again)], 0
            walls, before = [], rows_written(house)
            for _ in range(_AGAIN):
                started = time.perf_counter()
                await follower.poll(Silent())
                walls.append(time.perf_counter() - started)
            rows = (rows_written(house) - before) / _AGAIN
        asked = source.asked // _AGAIN
        return taking | {"told": told, "facts": report.facts, "again": walls, "rows": rows, "requests": asked}

    return run(work)


async def _taken(house: House, connection: Connection, source: Bodies) -> dict[str, Any]:
    """The pages taken, their sums and their episodes; without the facts that follow, which case 8 measures."""
    gc.collect()
    gc.freeze()  # as the service does at its start
    started, used = time.perf_counter(), time.process_time()
    async for page in source.plays(None):
        house.plays.take(connection.id, page.plays)
    taken = time.perf_counter() - started
    house.plays.settle(ConnectionId(connection.id))
    matched = house.plays.match(connection.id)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    return {"wall": wall, "cpu": cpu, "taking": taken, "matched": matched}


def bare(folder: str, count: int) -> dict[str, Any]:
    """Decode and executemany."""
    bodies = pages_of(folder, count)
    db = sqlite3.connect(Path(folder) / "episodarr.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768"):
        db.execute(f"PRAGMA {pragma}")
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    named = "INSERT INTO connections (kind,name,settings,enabled,from_environment,created_at,updated_at)"
    connection = db.execute(f"{named} VALUES ('bare','Bare','{{}}',1,0,?,?)", (now, now)).lastrowid
    columns = "connection_id,number,started_at,first_number,viewer_id,item_id,stopped_at,seconds,percent,watched"
    insert = f"INSERT INTO plays ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608  # names of our own

    def work() -> None:
        for body in bodies:
            rows = [
                (
                    connection,
                    row.row_id,
                    (row.started or 0) * 1_000_000,
                    row.reference_id,
                    row.user_id,
                    row.rating_key,
                    (row.stopped or 0) * 1_000_000,
                    row.play_duration,
                    row.percent_complete,
                    row.watched_status == 1,
                )
                for row in _decoder.decode(body).response.data.data
            ]
            db.execute("BEGIN IMMEDIATE")
            db.executemany(insert, rows)
            db.execute("COMMIT")

    used = time.process_time()
    return {"wall": timed(work)[0], "cpu": time.process_time() - used}


def plays(size: Size, folder: Path) -> Iterator[Line]:
    """The whole history, and nothing new."""
    prepare(folder, size.series)
    count = 200_000 if size.series > 500 else 20_000
    with copy_of(folder) as data, copy_of(folder) as other:
        say("plays: floor")
        floor = in_child("case_plays", "bare", folder=other, count=count)
        say("plays: ours")
        ours = in_child("case_plays", "ingest", folder=data, count=count)
    extra = {"plays": count, "taking_s": short(ours["taking"]), "matched_items": ours["matched"]}
    extra |= {"cpu_s": short(ours["cpu"]), "floor_cpu_s": short(floor["cpu"])}
    extra |= {"facts": ours["facts"], "facts_s": short(ours["told"])}
    wall, least = ours["wall"], floor["wall"]
    yield Line("plays-first", size.name, wall, least, "<= 2.5x", within(wall, least, 2.5), extra)
    again = middle(ours["again"])
    told = {"requests": ours["requests"], "rows_written": ours["rows"]}
    yield Line("plays-nothing-new", size.name, again, None, "1 request", ours["requests"] == 1, told)
