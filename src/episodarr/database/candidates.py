"""What lies in the library and what rules make of it, out of the kept sums; see `holdings` for how they are kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Select, cast, func, literal, select, tuple_

from episodarr.database.candidates_sql import CANDIDATE, KEPT, NO, UNKNOWN, Playing, Shelf, ends_as, outcome
from episodarr.database.engine import Database
from episodarr.database.held_movies import settle_movies
from episodarr.database.holdings import Holdings
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import episode_files, episodes, instant, seasons, series
from episodarr.database.schema_deletion import held_files, held_movies, held_seasons, held_series, tag_labels
from episodarr.database.schema_movies import movies, played_movies
from episodarr.database.schema_play_states import playing_now
from episodarr.database.schema_watching import played_episodes
from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.model import Found, Held, Question, Sort, Target, Total
from episodarr.deletion.rules import Outcome, Rule

_COUNTED = 10_000
_PLAYING = 1_000
_COUNTS_KEPT = 64
_COUNT_HOLDS = timedelta(seconds=10)
"""Another process may have summed something up meanwhile."""
_NAMED_MOST = 300
"""Suggestions of one sort."""
_NAMES = {CANDIDATE: Outcome.CANDIDATE, KEPT: Outcome.KEPT, UNKNOWN: Outcome.UNKNOWN, NO: Outcome.NO}
_INSTANTS = ("added_at", "last_at", "in_progress_at", "next_up_at", "requested_at")
_FLAGS = ("favourite", "requester_watched", "monitored", "latest_season", "protected", "playing", "unread")
_PLAIN = (
    "connection_id",
    "files",
    "size",
    "episodes",
    "watched_episodes",
    "plays",
    "viewers",
    "arriving",
    "status",
    "series_type",
    "root_folder",
    "rating",
    "from_start",
    "from_end",
)
_FIELDS = (*_INSTANTS, *_FLAGS, *_PLAIN, "tags", "qualities")


class StoredHoldings:
    """HoldingStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holdings = Holdings(database)
        self._changes = 0
        self._counted: dict[tuple[object, ...], tuple[datetime, dict[Outcome, Total]]] = {}

    def settle(self, most: int | None, level: Level | None = None) -> int:
        """See HoldingStore."""
        waiting = 0
        if level is not Level.MOVIE:
            self._changes += self._holdings.settle(most)
            waiting = self._holdings.waiting(_COUNTED)
        if level in (None, Level.MOVIE):
            self._changes += settle_movies(self._database)
        return waiting

    def totals(self, rule: Rule, known: Known, now: datetime, search: str) -> dict[Outcome, Total]:
        """See HoldingStore."""
        with self._database.reading() as db:
            playing = _playing(db)
            # Sorting and paging ask for the same numbers again and again.
            same = (rule, repr(known), search, repr(playing), self._changes)
            kept = self._counted.get(same)
            if kept is not None and now - kept[0] < _COUNT_HOLDS:
                return kept[1]
            shelf = Shelf(rule.level, rule.unless, playing)
            judged = _searched(
                select(outcome(rule, shelf, known, now).label("outcome"), shelf.files, shelf.size), shelf, search
            ).subquery()
            j = judged.c
            asked = select(j.outcome, func.count(), func.sum(j[1]), func.sum(j[2])).group_by(j.outcome)
            found = {_NAMES[row[0]]: Total(row[1], int(row[2] or 0), int(row[3] or 0)) for row in db.execute(asked)}
        if len(self._counted) >= _COUNTS_KEPT:
            self._counted.clear()
        told = {name: found.get(name, Total()) for name in Outcome}
        self._counted[same] = (now, told)
        return told

    def page(self, rule: Rule, known: Known, now: datetime, asked: Question) -> Found:
        """See HoldingStore."""
        with self._database.reading() as db:
            playing = _playing(db)
            shelf = Shelf(rule.level, rule.unless, playing)
            keys, kinds = _order(asked.sort, shelf)
            wanted = select(shelf.id, *keys).select_from(_from(shelf, asked.sort, asked.search))
            wanted = wanted.where(ends_as(asked.outcome, rule, shelf, known, now))
            if asked.search:
                wanted = wanted.where(_matches(shelf, asked.search))
            if asked.cursor is not None:
                place = tuple_(*(literal(value) for value in opened(asked.cursor, kinds)))
                here = tuple_(*keys)
                wanted = wanted.where(here < place if asked.descending else here > place)
            turned = [key.desc() if asked.descending else key.asc() for key in keys]
            rows = db.execute(wanted.order_by(*turned).limit(asked.limit + 1)).all()
            chosen = rows[: asked.limit]
            held = _held(db, rule, [row[0] for row in chosen], playing)
        following = cursor_of(*chosen[-1][1:]) if len(rows) > asked.limit else None
        return Found([held[row[0]] for row in chosen if row[0] in held], following)

    def one(self, level: Level, holding_id: int, rule: Rule) -> Held | None:
        """See HoldingStore."""
        with self._database.reading() as db:
            return _held(db, msgspec.structs.replace(rule, level=level), [holding_id], _playing(db)).get(holding_id)

    def paths(self, level: Level, holding_id: int, limit: int) -> list[tuple[str, int]]:
        """See HoldingStore."""
        f, h, m = episode_files.c, held_files.c, movies.c
        if level is Level.MOVIE:
            asked = select(m.path, m.size_on_disk).where(m.id == holding_id, m.has_file)
        elif level is Level.EPISODE:
            asked = select(f.path, f.size).where(f.id == holding_id)
        else:
            asked = select(f.path, f.size).join(held_files, h.file_id == f.id)
            if level is Level.SHOW:
                asked = asked.where(h.series_id == holding_id)
            else:
                n = held_seasons.c
                of = select(n.series_id, n.season_number).where(n.season_id == holding_id)
                asked = asked.where(tuple_(h.series_id, h.season_number).in_(of))
        with self._database.reading() as db:
            return [(row[0], row[1]) for row in db.execute(asked.limit(limit))]

    def places(self, target: Target) -> dict[Level, int]:
        """See HoldingStore."""
        if target.movie_id is not None:
            return {Level.MOVIE: target.movie_id}
        if target.series_id is None:
            return {}
        e, n = episodes.c, seasons.c
        found, season = {Level.SHOW: target.series_id}, target.season_number
        with self._database.reading() as db:
            if target.episode_id is not None:
                of = select(e.file_id, e.season_number).where(e.id == target.episode_id, e.gone_at.is_(None))
                row = db.execute(of.where(e.series_id == target.series_id)).first()
                season = None if row is None else row.season_number
                if row is not None and row.file_id is not None:
                    found[Level.EPISODE] = row.file_id
            if season is not None:
                of = select(n.id).where(n.series_id == target.series_id, n.number == season)
                key = db.execute(of).scalar()
                if key is not None:
                    found[Level.SEASON] = key
        return found

    def suggestions(self) -> dict[str, list[str]]:
        """See HoldingStore."""
        s, m = held_series.c, held_movies.c
        asked = {
            "tags": [tag_labels.c.label],
            "folders": [s.root_folder, m.root_folder],
            "qualities": [s.qualities, m.qualities],
            "statuses": [s.status, m.status],
            "types": [s.series_type],
        }
        found: dict[str, list[str]] = {}
        with self._database.reading() as db:
            for name, columns in asked.items():
                told = {
                    row[0] for column in columns for row in db.execute(select(column).distinct().limit(_NAMED_MOST))
                }
                found[name] = sorted({part for text in told for part in text.split("\n") if part})[:_NAMED_MOST]
        return found


# ---------------------------------------------------------------------- the order


def _order(sort: Sort, shelf: Shelf) -> tuple[list[Any], tuple[type, ...]]:
    """What is sorted by, ending in what is unique; and the kinds of a cursor's values."""
    if sort is Sort.TITLE:
        if shelf.level is Level.MOVIE:
            return [movies.c.sort_title, shelf.id], (str, int)
        keys: list[Any] = [series.c.sort_title, held_series.c.series_id]
        if shelf.level is Level.SEASON:
            keys.append(held_seasons.c.season_number)
        elif shelf.level is Level.EPISODE:
            keys += [held_files.c.season_number, held_files.c.number]
        return [*keys, shelf.id], (str, *[int] * len(keys))
    return [_SORTED[sort](shelf), shelf.id], (int, int)


_SORTED: Mapping[Sort, Callable[[Shelf], Any]] = {
    Sort.SIZE: lambda shelf: shelf.size,
    Sort.ADDED: lambda shelf: func.coalesce(shelf.added_at, 0),
    Sort.LAST_WATCHED: lambda shelf: func.coalesce(shelf.last_at, 0),
    Sort.PLAYS: lambda shelf: shelf.plays,
    Sort.VIEWERS: lambda shelf: shelf.viewers,
    # In whole millionths: a cursor holds it exactly.
    Sort.WATCHED: lambda shelf: cast(1_000_000 * shelf.watched_episodes, BigInteger) // shelf.episodes,
}


def _from(shelf: Shelf, sort: Sort, search: str) -> Any:
    """The holdings, with the titles where they are asked for."""
    if sort is not Sort.TITLE and not search:
        return shelf.source
    if shelf.level is Level.MOVIE:
        return shelf.source.join(movies, movies.c.id == held_movies.c.movie_id)
    return shelf.source.join(series, series.c.id == held_series.c.series_id)


def _searched(asked: Select[Any], shelf: Shelf, search: str) -> Select[Any]:
    asked = asked.select_from(_from(shelf, Sort.SIZE, search))
    return asked.where(_matches(shelf, search)) if search else asked


def _matches(shelf: Shelf, search: str) -> Any:
    title = movies.c.title if shelf.level is Level.MOVIE else series.c.title
    return func.lower(title).contains(search.lower(), autoescape=True)


# ---------------------------------------------------------------------- the rows


def _held(db: Connection, rule: Rule, ids: Sequence[int], playing: Playing) -> dict[int, Held]:
    """Holdings with what they are called, by id."""
    if not ids:
        return {}
    names = _NAMED[rule.level](db, ids)
    series_ids = sorted({name["series_id"] for name in names.values() if "series_id" in name})
    shelf = Shelf(rule.level, rule.unless, playing, series_ids)
    columns = [_column(shelf, name) for name in _FIELDS]
    asked = select(shelf.id, *columns).select_from(shelf.source).where(shelf.id.in_(ids))
    if series_ids:  # what leads to the rows: the ids of seasons and files have no index of their own here
        asked = asked.where(held_series.c.series_id.in_(series_ids))
    holdings = {row[0]: _holding(shelf.level, row) for row in db.execute(asked)}
    return {key: Held(holding, **names[key]) for key, holding in holdings.items() if key in names}


def _column(shelf: Shelf, name: str) -> Any:
    if name in {"files", "size"}:
        return func.coalesce(shelf.columns[name], 0)
    return shelf.columns[name]


def _holding(level: Level, row: Any) -> Holding:
    values = dict(zip(_FIELDS, row[1:], strict=True))
    for name in _INSTANTS:
        values[name] = None if values[name] is None else instant(values[name])
    for name in _FLAGS:
        values[name] = None if values[name] is None else bool(values[name])
    values["tags"] = None if values["tags"] is None else frozenset(filter(None, values["tags"].split("\n")))
    values["qualities"] = frozenset(filter(None, values["qualities"].split("\n")))
    return Holding(level=level, id=row[0], **values)


def _shows(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    s = series.c
    asked = select(s.id, s.title, s.year, s.has_poster).where(s.id.in_(ids))
    return {
        row[0]: {"title": row[1], "series_id": row[0], "year": row[2], "has_poster": row[3]}
        for row in db.execute(asked)
    }


def _seasons(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    n = held_seasons.c
    asked = select(n.season_id, n.series_id, n.season_number).where(n.season_id.in_(ids))
    rows = db.execute(asked).all()
    shows = _shows(db, [row[1] for row in rows])
    return {row[0]: {**shows[row[1]], "season_number": row[2]} for row in rows if row[1] in shows}


def _files(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    e = episodes.c
    asked = (
        select(e.file_id, e.series_id, e.season_number, e.id, e.episode_number, e.title)
        .where(e.file_id.in_(ids), e.series_id.in_(_series_of(db, ids)), e.gone_at.is_(None))
        .order_by(e.season_number, e.episode_number)
    )
    found: dict[int, dict[str, Any]] = {}
    for file, series_id, season, *episode in db.execute(asked):
        of = found.setdefault(file, {"series_id": series_id, "season_number": season, "episodes": ()})
        of["episodes"] = (*of["episodes"], tuple(episode))
    shows = _shows(db, sorted({of["series_id"] for of in found.values()}))
    return {file: shows[of["series_id"]] | of for file, of in found.items()}


def _series_of(db: Connection, files: Sequence[int]) -> list[int]:
    """The series of files: episodes are found by it, as there is no index on their files."""
    f = episode_files.c
    return [row[0] for row in db.execute(select(f.series_id).where(f.id.in_(files)).distinct())]


def _movies(db: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    m = movies.c
    asked = select(m.id, m.title, m.year, m.has_poster).where(m.id.in_(ids))
    return {one: _named(title, year, poster) | {"movie_id": one} for one, title, year, poster in db.execute(asked)}


def _named(title: str, year: int, poster: bool) -> dict[str, Any]:
    return {"title": title, "year": year, "has_poster": poster}


_NAMED: Mapping[Level, Any] = {
    Level.SHOW: _shows,
    Level.SEASON: _seasons,
    Level.EPISODE: _files,
    Level.MOVIE: _movies,
}


def _playing(db: Connection) -> Playing:
    """What is watched now, as last told: whether that is old is said by `Known.playing`."""
    e, p, q, s = episodes.c, playing_now.c, played_episodes.c, held_seasons.c
    asked = (
        select(e.series_id, s.season_id, e.file_id)
        .select_from(playing_now)
        .join(played_episodes, q.item_id == p.item_id)
        .join(episodes, e.id == q.episode_id)
        .outerjoin(held_seasons, (s.series_id == e.series_id) & (s.season_number == e.season_number))
        .limit(_PLAYING)
    )
    rows = db.execute(asked).all()
    films = select(played_movies.c.movie_id).join(playing_now, p.item_id == played_movies.c.item_id).limit(_PLAYING)
    return Playing(
        {row[0] for row in rows},
        {row[1] for row in rows if row[1] is not None},
        {row[2] for row in rows if row[2] is not None},
        {row[0] for row in db.execute(films)},
    )
