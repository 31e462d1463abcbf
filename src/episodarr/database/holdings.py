"""Keeping `held_series`, `held_seasons` and `held_files`: what lies in the library, summed up series by series.

Whatever changes something of a series marks it (`mark`, in the same transaction); it is summed up anew a moment later,
many at once. So neither a first sync nor a page of plays waits for it, and no page ever counts a million episodes.
"""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.engine import Database
from episodarr.database.held_people import favourites, following, in_progress
from episodarr.database.held_requesters import tell_requesters
from episodarr.database.schema import episode_files, episodes, seasons, series
from episodarr.database.schema_deletion import (
    held_files,
    held_seasons,
    held_series,
    held_waiting,
    protections,
    tag_labels,
)
from episodarr.database.schema_requests import request_seasons, request_series, requests
from episodarr.database.schema_watching import played_episodes, watched_episodes, watched_seasons, watched_series
from episodarr.deletion.rules import MOST_KEPT
from episodarr.episode.state import ARRIVING

_AT_ONCE = 200
"""Series of one transaction: others may write in between."""

_e, _f, _s, _n, _h = episodes.c, episode_files.c, series.c, seasons.c, held_files.c
_arriving = case((_e.state.in_(sorted(state.value for state in ARRIVING)), 1), else_=0)


def mark(db: Connection, changed: Iterable[int]) -> None:
    """Have these series summed up again."""
    kinds = postgresql if db.dialect.name == "postgresql" else sqlite
    statement = kinds.insert(held_waiting).on_conflict_do_nothing()
    for some in batches(changed):
        db.execute(statement, [{"series_id": one} for one in some])


def mark_played(db: Connection, items: Iterable[int]) -> None:
    """Have the series of played items (play_items.id) summed up again."""
    p = played_episodes.c
    for some in batches(items):
        asked = select(_e.series_id).join(played_episodes, p.episode_id == _e.id).where(p.item_id.in_(some)).distinct()
        mark(db, list(db.execute(asked).scalars()))


class Holdings:
    """Sums up what was marked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, limit: int) -> int:
        """How many series are marked, at most `limit`."""
        with self._database.reading() as db:
            return (
                db.execute(select(func.count()).select_from(select(held_waiting).limit(limit).subquery())).scalar() or 0
            )

    def settle(self, most: int | None = None) -> int:
        """Sum up what is marked, `most` series at most (None: all of it); how many were done."""
        done = 0
        while most is None or done < most:
            with self._database.reading() as db:
                limit = _AT_ONCE if most is None else min(_AT_ONCE, most - done)
                some = list(db.execute(select(held_waiting.c.series_id).limit(limit)).scalars())
            if not some:
                break
            with self._database.writing() as db:
                db.execute(delete(held_waiting).where(held_waiting.c.series_id.in_(some)))
                refresh(db, some)
            done += len(some)
        return done


def refresh(db: Connection, those: Collection[int]) -> None:
    """Make the sums of some series anew."""
    for table in (held_files, held_seasons, held_series):
        db.execute(delete(table).where(table.c.series_id.in_(those)))
    _files(db, those)
    for name, found in (("in_progress_at", in_progress(db, those)), ("next_up_at", following(db, those))):
        statement = _UPDATE_FILE.values({name: bindparam("b_at")})
        run_many(db, statement, ("b_at", "b_series", "b_season", "b_file"), found)
    for some in batches(favourites(db, those)):
        db.execute(update(held_files).where(_h.series_id.in_(those), _h.file_id.in_(some)).values(favourite=True))
    _seasons(db, those)
    _whole(db, those)
    tell_requesters(db, those)


_UPDATE_FILE = update(held_files).where(
    _h.series_id == bindparam("b_series"),
    _h.season_number == bindparam("b_season"),
    _h.file_id == bindparam("b_file"),
)


def _insert(db: Connection, table: Table, asked: dict[str, Any], of: Select[Any]) -> None:
    columns = [value.label(name) for name, value in asked.items()]
    db.execute(insert(table).from_select([*asked], of.add_columns(*columns)))


def _files(db: Connection, those: Collection[int]) -> None:
    """One row for each file that listed episodes have."""
    w = watched_episodes.c
    season, number = func.min(_e.season_number), func.min(_e.episode_number)
    regular = case((season > 0, 1), else_=0)
    of: list[Any] = [_e.series_id, regular]
    forth = func.row_number().over(partition_by=of, order_by=[season, number, _f.id])
    back = func.row_number().over(partition_by=of, order_by=[season.desc(), number.desc(), _f.id.desc()])
    asked_for = _requested(_e.series_id, _e.season_number)
    columns: dict[str, Any] = {
        "series_id": _e.series_id,
        "season_number": season,
        "number": number,
        "file_id": _f.id,
        "size": func.max(_f.size),
        "added_at": func.max(type_coerce(_f.added_at, BigInteger)),
        "episodes": func.count(_e.id),
        "watched_episodes": func.sum(case((w.watched_plays > 0, 1), else_=0)),
        "plays": func.coalesce(func.sum(w.plays), 0),
        "viewers": func.coalesce(func.max(w.viewers), 0),
        "last_at": func.max(w.last_at),
        "favourite": false(),
        "requested_at": func.max(asked_for),
        "arriving": func.sum(_arriving),
        "monitored": func.max(case((_e.monitored, 1), else_=0)) == 1,
        "protected": func.max(case((_protected(_e.series_id, _e.season_number, _e.id), 1), else_=0)) == 1,
        "qualities": literal("\n") + func.max(func.lower(_f.quality)) + literal("\n"),
        "from_start": case((and_(season > 0, forth <= MOST_KEPT), forth)),
        "from_end": case((and_(season > 0, back <= MOST_KEPT), back)),
    }
    _insert(
        db,
        held_files,
        columns,
        select()
        .select_from(episodes)
        .join(episode_files, _f.id == _e.file_id)
        .outerjoin(watched_episodes, w.episode_id == _e.id)
        .where(_e.series_id.in_(those), _e.gone_at.is_(None))
        .group_by(_e.series_id, _f.id),
    )


def _summed() -> dict[str, Any]:
    """What a season or a series is made of, out of its files."""
    return {
        "files": func.count(_h.file_id),
        "size": func.sum(_h.size),
        # One file of unknown age makes the age of the whole unknown.
        "added_at": case((func.count(_h.added_at) == func.count(_h.file_id), func.max(_h.added_at))),
        "episodes": func.sum(_h.episodes),
        "watched_episodes": func.sum(_h.watched_episodes),
        "in_progress_at": func.max(_h.in_progress_at),
        "next_up_at": func.max(_h.next_up_at),
        "favourite": func.max(case((_h.favourite, 1), else_=0)) == 1,
        "protected": func.max(case((_h.protected, 1), else_=0)) == 1,
        "qualities": literal("\n"),
    }


def _seasons(db: Connection, those: Collection[int]) -> None:
    w = watched_seasons.c
    columns = {
        "series_id": _h.series_id,
        "season_number": _h.season_number,
        "season_id": func.max(_n.id),
        **_summed(),
        # Of what was played before its file went, too: "nobody watched it" is said of the season.
        "plays": func.coalesce(func.max(w.plays), 0),
        "viewers": func.coalesce(func.max(w.viewers), 0),
        "last_at": func.max(w.last_at),
        "requested_at": func.max(_h.requested_at),
        "arriving": func.max(_n.arriving_count),
        "monitored": func.max(case((_n.monitored, 1), else_=0)) == 1,
    }
    _insert(
        db,
        held_seasons,
        columns,
        select()
        .select_from(held_files)
        .join(seasons, and_(_n.series_id == _h.series_id, _n.number == _h.season_number))
        .outerjoin(watched_seasons, and_(w.series_id == _h.series_id, w.season_number == _h.season_number))
        .where(_h.series_id.in_(those))
        .group_by(_h.series_id, _h.season_number),
    )


def _whole(db: Connection, those: Collection[int]) -> None:
    w = watched_series.c
    read = and_(_s.stale.is_(False), _s.failures == 0, _s.synced_at.is_not(None))
    columns = {
        "series_id": _h.series_id,
        **_summed(),
        "plays": func.coalesce(func.max(w.plays), 0),
        "viewers": func.coalesce(func.max(w.viewers), 0),
        "last_at": func.max(w.last_at),
        "requested_at": func.max(_requested(_h.series_id, None)),
        "arriving": func.max(_s.arriving_count),
        "monitored": func.max(case((_s.monitored, 1), else_=0)) == 1,
        "connection_id": func.max(_s.connection_id),
        "status": func.max(func.lower(_s.status)),
        "series_type": func.max(func.lower(_s.series_type)),
        "root_folder": func.max(_s.root_folder),
        "rating": func.max(_s.rating),
        "unread": func.max(case((read, 0), else_=1)) == 1,
        "latest_season": func.max(case((_h.season_number > 0, _h.season_number))),
    }
    _insert(
        db,
        held_series,
        columns,
        select()
        .select_from(held_files)
        .join(series, _s.id == _h.series_id)
        .outerjoin(watched_series, w.series_id == _h.series_id)
        .where(_h.series_id.in_(those), _s.gone_at.is_(None))
        .group_by(_h.series_id),
    )
    _label(db, those)
    _tell_qualities(db, those)


def _tell_qualities(db: Connection, those: Collection[int]) -> None:
    found: dict[tuple[int, int], set[str]] = {}
    asked = select(_h.series_id, _h.season_number, _h.qualities).where(_h.series_id.in_(those)).distinct()
    for series_id, season, quality in db.execute(asked):
        found.setdefault((series_id, season), set()).add(quality)
    of_seasons = [("".join(sorted(told)), *key) for key, told in found.items()]
    run_many(db, _QUALITIES_OF_SEASON, ("b_qualities", "b_series", "b_season"), of_seasons)
    of_series: dict[int, set[str]] = {}
    for (series_id, _), told in found.items():
        of_series.setdefault(series_id, set()).update(told)
    rows = [("".join(sorted(told)), one) for one, told in of_series.items()]
    run_many(db, _QUALITIES_OF_SERIES, ("b_qualities", "b_series"), rows)


_QUALITIES_OF_SEASON = (
    update(held_seasons)
    .where(held_seasons.c.series_id == bindparam("b_series"), held_seasons.c.season_number == bindparam("b_season"))
    .values(qualities=bindparam("b_qualities"))
)
_QUALITIES_OF_SERIES = (
    update(held_series)
    .where(held_series.c.series_id == bindparam("b_series"))
    .values(qualities=bindparam("b_qualities"))
)


def _label(db: Connection, those: Collection[int]) -> None:
    """Tags by their labels; none at all are known of a series with a tag whose label is not."""
    t = tag_labels.c
    labels = {(row[0], row[1]): row[2] for row in db.execute(select(t.connection_id, t.tag, t.label))}
    rows = []
    for series_id, connection, tags in db.execute(select(_s.id, _s.connection_id, _s.tags).where(_s.id.in_(those))):
        found = [labels.get((connection, tag)) for tag in _tags.decode(tags)]
        known = [label.lower() for label in found if label is not None]
        told = None if len(known) < len(found) else "".join(f"\n{label}" for label in sorted(known)) + "\n"
        rows.append((told, series_id))
    run_many(db, _TAGGED, ("b_tags", "b_series"), rows)


_tags = msgspec.json.Decoder(list[int])
_TAGGED = update(held_series).where(held_series.c.series_id == bindparam("b_series")).values(tags=bindparam("b_tags"))


def _requested(series_id: Any, season: Any) -> Any:
    """When it was last asked for, in requests that stand; of a whole series when there is no season."""
    r, q, n = requests.c, request_series.c, request_seasons.c
    asked = (
        select(func.max(type_coerce(r.created_at, BigInteger)))
        .select_from(request_series)
        .join(requests, r.id == q.request_id)
        .where(q.series_id == series_id, q.current, r.standing)
    )
    if season is not None:
        named = exists(select(n.number).where(n.request_id == r.id, n.number == season).correlate(requests, episodes))
        asked = asked.where(or_(named, and_(r.all_seasons, season > 0)))
    return asked.scalar_subquery()


def _protected(series_id: Any, season: Any, episode: Any) -> ColumnElement[bool]:
    p = protections.c
    return exists(
        select(p.id).where(
            p.series_id == series_id,
            or_(p.season_number.is_(None), p.season_number == season),
            or_(p.episode_id.is_(None), p.episode_id == episode),
        )
    )
