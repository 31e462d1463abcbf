"""Candidates over a million episodes, beside the plain GROUP BY of the same data, and keeping their sums."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.child import in_child
from bench.lines import Line, middle, share, short
from bench.size import Size
from episodarr.database.candidates import StoredHoldings
from episodarr.database.engine import Database
from episodarr.database.overview import StoredOverview
from episodarr.database.rules import StoredRules
from episodarr.deletion.holding import Level
from episodarr.deletion.model import About, Question, Reading, Sort
from episodarr.deletion.propose import Propose
from episodarr.deletion.rules import Added, All, AnyOf, FewerPlays, Larger, OfStatus, Rule, Safeguards, UnwatchedFor
from episodarr.main import utc_now
from episodarr.overview.questions import LibraryFilter

_EPISODES = 100
"""Of a show, in five seasons."""
_SHOWS_OF = 5
"""Shows here, for each show that the other cases have: a million episodes when those have 2,000 shows."""
_MOST_MS = 25
_FASTER = 50
_DAY = 86_400_000_000

_CONNECTION = """
INSERT INTO connections (id, kind, name, settings, enabled, from_environment, created_at, updated_at)
VALUES (1, 'sonarr', 'Sonarr', '{}', 1, 0, :now, :now)
"""
_SERIES = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :series)
INSERT INTO series (id, connection_id, sonarr_id, tvdb_id, tmdb_id, tvmaze_id, imdb_id, title, sort_title, title_slug,
 year, status, series_type, network, overview, monitored, path, runtime, genres, alternate_titles, tags, rating,
 root_folder, has_poster, size_on_disk, list_digest, synced_at, stale, created_at, updated_at)
SELECT i, 1, i, i, i, i, '', 'Show ' || i, printf('show %06d', (i * 7919) % 1000003), 'show-' || i, 1990 + i % 35,
 CASE WHEN i % 3 THEN 'ended' ELSE 'continuing' END, 'standard', 'Network', hex(randomblob(350)), 1, '/tv/' || i, 42,
 '[]', '[]', '[]', 5.0 + i % 50 / 10.0, '/tv/', 0, 0, '-', :now, 0, :now, :now FROM n
"""
_SEASONS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)
INSERT INTO seasons (series_id, number, sonarr_series_id, monitored, episode_count, episode_file_count,
 total_episode_count, size_on_disk, statistics, created_at, updated_at)
SELECT series.id, i, series.id, 1, 20, 20, 20, 0, '{}', :now, :now FROM series, n
"""
_FILES = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
INSERT INTO episode_files (id, series_id, sonarr_id, relative_path, path, size, quality, release_group, scene_name,
 added_at)
SELECT (series.id - 1) * 100 + i + 1, series.id, i, '', '/tv/' || series.id || '/' || i,
 500000000 + (series.id * 7919 + i * 104729) % 4000000000,
 CASE WHEN series.id % 4 THEN 'WEBDL-1080p' ELSE 'Bluray-1080p' END, '', '',
 :now - ((series.id * 31) % 700 + 1) * 86400000000 FROM series, n
"""
_EPISODES_OF = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
INSERT INTO episodes (id, series_id, season_id, connection_id, sonarr_id, tvdb_id, season_number, episode_number, title,
 overview, runtime, monitored, file_id, state, because, created_at, updated_at)
SELECT (series.id - 1) * 100 + i + 1, series.id, (series.id - 1) * 5 + i / 20 + 1, 1, (series.id - 1) * 100 + i, 0,
 i / 20 + 1, i % 20 + 1, 'Episode ' || i, '', 42, 1, (series.id - 1) * 100 + i + 1, 'available', '', :now, :now
FROM series, n
"""
_WATCHED = """
INSERT INTO watched_episodes (episode_id, series_id, season_number, viewers, plays, watched_plays, seconds, last_at,
 last_watched_at)
SELECT id, series_id, season_number, 1 + id % 3, 1 + id % 4, 1, 2500, at, at FROM
 (SELECT id, series_id, season_number, :now - ((series_id * 17 + id) % 900 + 1) * 86400000000 AS at FROM episodes
  WHERE series_id % 5 > 1 AND id % 3 = 0)
"""
_ROLLED = """
INSERT INTO watched_{0} ({1}, viewers, plays, watched_plays, seconds, last_at, last_watched_at)
SELECT {1}, max(viewers), sum(plays), sum(watched_plays), sum(seconds), max(last_at), max(last_watched_at)
FROM watched_episodes GROUP BY {1}
"""
_GROUPED = """
SELECT e.series_id, sum(f.size) AS size, max(f.added_at) AS added, coalesce(sum(w.plays), 0) AS plays,
 max(w.last_at) AS last FROM episodes e JOIN episode_files f ON f.id = e.file_id
LEFT JOIN watched_episodes w ON w.episode_id = e.id WHERE e.gone_at IS NULL GROUP BY e.series_id
HAVING added <= ? AND (last IS NULL OR last <= ?) ORDER BY size DESC LIMIT 50
"""
_KEPT_SUM = """
SELECT s.title, h.size FROM held_series h JOIN series s ON s.id = h.series_id
WHERE h.added_at <= ? AND (h.last_at IS NULL OR h.last_at <= ?) ORDER BY h.size DESC LIMIT 50
"""


class _Fresh:
    """Services that were all read just now."""

    def readings(self) -> list[Reading]:
        now = utc_now()
        return [Reading(about, 1, about.value, now, 3600) for about in About]


def fill(folder: str, series: int) -> dict[str, float]:
    """A library of so many shows; how long summing all of it up takes, and one show of it."""
    database = Database(f"sqlite:///{Path(folder) / 'episodarr.db'}")
    database.migrate()
    now = int(utc_now().timestamp() * 1_000_000)
    with database.writing() as db:
        db.exec_driver_sql(_CONNECTION.replace(":now", str(now)))
        for statement in (_SERIES, _SEASONS, _FILES, _EPISODES_OF, _WATCHED):
            db.exec_driver_sql(statement.replace(":now", str(now)).replace(":series", str(series)))
        for name, keys in (("seasons", "series_id, season_number"), ("series", "series_id")):
            db.exec_driver_sql(_ROLLED.format(name, keys))
        db.exec_driver_sql("INSERT INTO held_waiting (series_id) SELECT id FROM series")
    holdings = StoredHoldings(database)
    started = time.perf_counter()
    holdings.settle(None)
    whole = time.perf_counter() - started
    with database.writing() as db:
        db.exec_driver_sql("INSERT INTO held_waiting (series_id) VALUES (7)")
    started = time.perf_counter()
    holdings.settle(None)
    one = time.perf_counter() - started
    with database.writing() as db:
        db.exec_driver_sql("ANALYZE")
    database.close()
    return {"whole": whole, "one": one}


_OLD = All((Added(30), UnwatchedFor(90)))
_RULES = {
    "old": _OLD,
    "large-or-ended": AnyOf((Larger(250_000_000_000), All((OfStatus("ended"), FewerPlays(20))))),
    "everything": Larger(0),
}


def pages(folder: str, level: str, keep: int, times: int) -> dict[str, Any]:
    """Every sort of every rule, each so many times, with numbers and page. `keep`: first episodes that stay."""
    database = Database(f"sqlite:///{Path(folder) / 'episodarr.db'}")
    propose = Propose(StoredHoldings(database), StoredRules(database), _Fresh(), utc_now)
    walls: list[float] = []
    worst = (0.0, "")
    for name, when in _RULES.items():
        for sort in Sort:
            rule = Rule(Level(level), when, Safeguards(keep_first=keep))
            for _ in range(times):
                started = time.perf_counter()
                propose.preview(rule, Question(sort=sort))
                walls.append(time.perf_counter() - started)
                worst = max(worst, (walls[-1], f"{name} by {sort.value}"))
    database.close()
    return {"walls": walls, "worst": worst}


def plain(folder: str, times: int) -> dict[str, list[float]]:
    """The same question asked of the episodes themselves, and of kept sums without any rule around them."""
    db = sqlite3.connect(Path(folder) / "episodarr.db")
    now = int(utc_now().timestamp() * 1_000_000)
    told: dict[str, list[float]] = {"grouped": [], "kept": []}
    for name, statement in (("grouped", _GROUPED), ("kept", _KEPT_SUM)):
        for _ in range(times):
            started = time.perf_counter()
            db.execute(statement, (now - 30 * _DAY, now - 90 * _DAY)).fetchall()
            told[name].append(time.perf_counter() - started)
    db.close()
    return told


def library(folder: str, times: int) -> dict[str, Any]:
    """Pages of the library over the same episodes."""
    database = Database(f"sqlite:///{Path(folder) / 'episodarr.db'}")
    overview = StoredOverview(database, utc_now)
    walls: dict[str, list[float]] = {}
    for name, wanted in _LOOKS.items():
        walls[name] = []
        for _ in range(times):
            started = time.perf_counter()
            overview.library(wanted, 50, None)
            walls[name].append(time.perf_counter() - started)
    database.close()
    return {"walls": walls}


_LOOKS = {"by-title": LibraryFilter(), "by-size": LibraryFilter(sort="size"), "search": LibraryFilter(search="show 77")}
_LIBRARY_MS = {"by-title": 15, "by-size": 15, "search": 50}


def candidates(size: Size, _folder: Path) -> Iterator[Line]:
    """The page by show, by season and by episode."""
    shows = size.series * _SHOWS_OF
    with TemporaryDirectory(prefix="episodarr-bench-candidates-") as data:
        kept = in_child("case_candidates", "fill", folder=data, series=shows)
        bare = in_child("case_candidates", "plain", folder=data, times=3)
        grouped, floor = middle(bare["grouped"]), middle(bare["kept"])
        extra = {"episodes": shows * _EPISODES, "one_show_s": short(kept["one"])}
        yield Line("candidates-sum-up", size.name, kept["whole"], grouped, "informs", True, extra)
        for level, keep in ((Level.SHOW, 0), (Level.SHOW, 3), (Level.SEASON, 0), (Level.EPISODE, 0)):
            told = in_child("case_candidates", "pages", folder=data, level=level.value, keep=keep, times=2 * size.runs)
            p95, wall = share(told["walls"], 95), middle(told["walls"])
            by_show = level is Level.SHOW and not keep
            target = f"p95 <= {_MOST_MS} ms, >= {_FASTER}x GROUP BY" if by_show else "informs"
            met = not by_show or (p95 * 1000 <= _MOST_MS and grouped / wall >= _FASTER)
            more = {"p95_s": short(p95), "group_by_s": short(grouped), "faster": round(grouped / wall, 1)}
            worst = {"worst_s": short(told["worst"][0]), "worst": told["worst"][1]}
            name = f"candidates-by-{level.value}{'-keeping' if keep else ''}"
            yield Line(name, size.name, wall, floor, target, met, more | worst)
        for name, walls in in_child("case_candidates", "library", folder=data, times=20 * size.runs)["walls"].items():
            p95, wall, most = share(walls, 95), middle(walls), _LIBRARY_MS[name]
            more = {"p95_s": short(p95), "faster": round(grouped / wall, 1)}
            target = f"p95 <= {most} ms"
            yield Line(f"million-library-{name}", size.name, wall, floor, target, p95 * 1000 <= most, more)
