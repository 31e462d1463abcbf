"""Candidates of rules as they mature and leave."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    false,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.leavings_told import LeavingsTold
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import Instant, episode_files, episodes, micros, series
from episodarr.database.schema_consent import leavings
from episodarr.database.schema_deletion import held_files, rules
from episodarr.database.schema_movies import movies
from episodarr.deletion.arming import Leaver, Progress, Sum
from episodarr.deletion.holding import Level
from episodarr.deletion.mature import Seen
from episodarr.deletion.model import Target

_l, _f, _e, _m = leavings.c, held_files.c, episodes.c, movies.c
_parts = msgspec.json.Decoder(tuple[Target, ...])
_UNIQUE = ("rule_id", "level", "holding_id")
_DAY = 86_400_000_000
"""Microseconds."""


class StoredLeavings(LeavingsTold):
    """LeavingStore on a database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    # ------------------------------------------------------------------ observing

    def known(self, rule_id: int, level: Level, holdings: Sequence[int]) -> dict[int, Seen]:
        """See LeavingStore."""
        found: dict[int, Seen] = {}
        with self._database.reading() as db:
            for some in batches(holdings):
                asked = select(_l.holding_id, _l.first_at, _l.last_at, _l.newest_at, _l.matured_at)
                rows = db.execute(asked.where(*_of(rule_id, level), _l.holding_id.in_(some)))
                found |= {row[0]: Seen(*row[1:]) for row in rows}
        return found

    def see(self, rule_id: int, leavers: Sequence[Leaver], checked_at: datetime) -> None:
        """See LeavingStore."""
        rows = [_row(rule_id, one) | {"checked_at": checked_at} for one in leavers]
        if not rows:
            return
        kinds = sqlite if self._database.is_sqlite else postgresql
        added: Any = kinds.insert(leavings)
        kept = {name: added.excluded[name] for name in rows[0] if name not in _UNIQUE}
        # What began anew leaves no longer: it has to mature again before it is announced.
        kept["leaves_at"] = case((added.excluded.matured_at.is_(None), None), else_=_l.leaves_at)
        statement = added.on_conflict_do_update(index_elements=_UNIQUE, set_=kept)
        with self._database.writing() as db:
            for some in batches(rows):
                db.execute(statement, some)

    def unseen(self, rule_id: int, checked_at: datetime) -> int:
        """See LeavingStore."""
        asked = select(func.count()).where(_l.rule_id == rule_id, _l.checked_at != checked_at)
        with self._database.reading() as db:
            return int(db.execute(asked).scalar_one())

    def touch(self, rule_id: int, level: Level, holdings: Sequence[int], checked_at: datetime) -> None:
        """See LeavingStore."""
        with self._database.writing() as db:
            for some in batches(holdings):
                those = update(leavings).where(*_of(rule_id, level), _l.holding_id.in_(some))
                db.execute(those.values(checked_at=checked_at))

    def forget(self, rule_id: int, checked_at: datetime | None) -> int:
        """See LeavingStore."""
        gone = delete(leavings).where(_l.rule_id == rule_id)
        if checked_at is not None:
            gone = gone.where(_l.checked_at != checked_at)
        with self._database.writing() as db:
            return db.execute(gone).rowcount

    # ------------------------------------------------------------------ leaving

    def schedule(self, rule_id: int, armed_at: datetime, days: int, limit: int) -> tuple[Sum, list[Leaver]]:
        """See LeavingStore."""
        those = (_l.rule_id == rule_id, _l.matured_at.is_not(None), _l.leaves_at.is_(None))
        matured = type_coerce(_l.matured_at, BigInteger)
        since = case((matured > micros(armed_at), matured), else_=micros(armed_at))
        with self._database.writing() as db:
            total = _sum(db, those)
            if not total.count:
                return total, []
            ids = list(db.execute(select(_l.id).where(*those).order_by(_l.size.desc(), _l.id).limit(limit)).scalars())
            db.execute(update(leavings).where(*those).values(leaves_at=type_coerce(since + days * _DAY, Instant)))
            return total, _leavers(db, [_l.id.in_(ids)], [_l.size.desc(), _l.id], limit)

    def progress(self, rule_id: int) -> Progress:
        """See LeavingStore."""
        own = _l.rule_id == rule_id
        with self._database.reading() as db:
            return Progress(
                _sum(db, (own,)),
                _sum(db, (own, _l.matured_at.is_not(None))),
                _sum(db, (own, _l.leaves_at.is_not(None))),
                db.execute(select(func.min(_l.leaves_at)).where(own)).scalar(),
            )

    def leaving(self, limit: int, cursor: str | None, rule_id: int | None = None) -> tuple[list[Leaver], str | None]:
        """See LeavingStore."""
        wanted: list[ColumnElement[bool]] = [_l.leaves_at.is_not(None)]
        at = type_coerce(_l.leaves_at, BigInteger)
        if rule_id is not None:
            wanted.append(_l.rule_id == rule_id)
        if cursor is not None:
            wanted.append(tuple_(at, _l.id) > tuple_(*opened(cursor, (int, int))))
        with self._database.reading() as db:
            found = _leavers(db, wanted, [_l.leaves_at, _l.id], limit + 1)
        shown = found[:limit]
        last = shown[-1] if len(found) > limit else None
        return shown, None if last is None or last.leaves_at is None else cursor_of(micros(last.leaves_at), last.id)

    def matured(self, rule_id: int, limit: int) -> list[Leaver]:
        """See LeavingStore."""
        those = [_l.rule_id == rule_id, _l.matured_at.is_not(None)]
        with self._database.reading() as db:
            return _leavers(db, those, [_l.size.desc(), _l.id], limit)

    def leaver(self, leaver_id: int) -> Leaver | None:
        """See LeavingStore."""
        with self._database.reading() as db:
            return next(iter(_leavers(db, [_l.id == leaver_id, _l.leaves_at.is_not(None)], [_l.id], 1)), None)

    def due(self, rule_id: int, now: datetime, limit: int) -> list[Leaver]:
        """See LeavingStore."""
        fresh = or_(_l.planned_at.is_(None), _l.last_at > _l.planned_at)
        with self._database.reading() as db:
            return _leavers(db, [_l.rule_id == rule_id, _l.leaves_at <= now, fresh], [_l.leaves_at, _l.id], limit)

    def wanted(self, leaver: Leaver) -> tuple[Target, ...]:
        """See LeavingStore."""
        if leaver.level not in (Level.SHOW, Level.SEASON) or not (leaver.keep_first or leaver.keep_last):
            return leaver.things
        one = leaver.target
        stays = func.coalesce(or_(_f.from_start <= leaver.keep_first, _f.from_end <= leaver.keep_last), false())
        asked = (
            select(_e.season_number, _e.id, stays.label("stays"))
            .join(held_files, and_(_f.file_id == _e.file_id, _f.series_id == _e.series_id))
            .where(_e.series_id == one.series_id, _e.gone_at.is_(None))
            .order_by(_e.season_number, _e.id)
        )
        if one.season_number is not None:
            asked = asked.where(_e.season_number == one.season_number)
        with self._database.reading() as db:
            rows = db.execute(asked).all()
        touched = {row.season_number for row in rows if row.stays}
        whole = [Target(one.series_id, season) for season in sorted({row.season_number for row in rows} - touched)]
        parts = [Target(one.series_id, row[0], row[1]) for row in rows if row[0] in touched and not row.stays]
        return (*whole, *parts)

    def planned(self, leavers: Sequence[int], now: datetime) -> None:
        """See LeavingStore."""
        with self._database.writing() as db:
            for some in batches(leavers):
                db.execute(update(leavings).where(_l.id.in_(some)).values(planned_at=now))

    def keep(self, targets: Sequence[Target]) -> int:
        """See LeavingStore."""
        with self._database.writing() as db:
            return sum(db.execute(delete(leavings).where(_touches(one))).rowcount for one in targets)

    def returned(self, deleted: Mapping[Target, datetime], limit: int) -> list[str]:
        """See LeavingStore."""
        since = {one.episode_id or one.movie_id: at for one, at in deleted.items()}
        found: list[str] = []
        with self._database.reading() as db:
            for some in batches(one.episode_id for one in deleted if one.episode_id is not None):
                of = select(_e.id, episode_files.c.added_at, series.c.title, _e.season_number, _e.episode_number)
                of = of.join(episode_files, episode_files.c.id == _e.file_id).join(series, series.c.id == _e.series_id)
                found += [
                    f"{title} S{season:02}E{number:02}"
                    for key, added, title, season, number in db.execute(of.where(_e.id.in_(some)))
                    if added is not None and added > since[key]
                ]
            for some in batches(one.movie_id for one in deleted if one.movie_id is not None):
                films = select(_m.id, _m.file_added_at, _m.title).where(_m.id.in_(some), _m.has_file)
                found += [row[2] for row in db.execute(films) if row[1] is not None and row[1] > since[row[0]]]
        return found[:limit]


def _of(rule_id: int, level: Level) -> tuple[ColumnElement[bool], ...]:
    return _l.rule_id == rule_id, _l.level == level.value


def _touches(one: Target) -> ColumnElement[bool]:
    """What is the very thing, holds it, or lies within it."""
    if one.movie_id is not None:
        return _l.movie_id == one.movie_id
    show = _l.series_id == one.series_id
    if one.season_number is None and one.episode_id is None:
        return show
    wider = _l.level == Level.SHOW.value
    within = _l.season_number == one.season_number
    if one.episode_id is None:
        return and_(show, or_(wider, within))
    own = and_(_l.level == Level.EPISODE.value, _l.parts.contains(f'"episode_id":{one.episode_id},'))
    return and_(show, or_(wider, and_(_l.level == Level.SEASON.value, within), own))


def _row(rule_id: int, one: Leaver) -> dict[str, Any]:
    return {
        "rule_id": rule_id,
        "level": one.level.value,
        "holding_id": one.holding_id,
        **msgspec.structs.asdict(one.target),
        "parts": msgspec.json.encode(one.parts).decode(),
        "title": one.title,
        "label": one.label,
        "has_poster": one.has_poster,
        "files": one.files,
        "size": one.size,
        "keep_first": one.keep_first,
        "keep_last": one.keep_last,
        "first_at": one.seen.first_at,
        "last_at": one.seen.last_at,
        "newest_at": one.seen.newest,
        "matured_at": one.seen.matured_at,
    }


def _sum(db: Connection, those: Iterable[ColumnElement[bool]]) -> Sum:
    asked = select(func.count(), func.coalesce(func.sum(_l.size), 0), func.coalesce(func.sum(_l.files), 0))
    row = db.execute(asked.where(*those)).one()
    return Sum(int(row[0]), int(row[1]), int(row[2]))


def _leavers(db: Connection, those: Sequence[ColumnElement[bool]], order: Sequence[Any], limit: int) -> list[Leaver]:
    asked = select(leavings, rules.c.name.label("rule")).join(rules, rules.c.id == _l.rule_id)
    return [_leaver(row) for row in db.execute(asked.where(*those).order_by(*order).limit(limit))]


def _leaver(row: Any) -> Leaver:
    return Leaver(
        id=row.id,
        rule_id=row.rule_id,
        level=Level(row.level),
        holding_id=row.holding_id,
        target=Target(row.series_id, row.season_number, row.episode_id, row.movie_id),
        parts=_parts.decode(row.parts),
        title=row.title,
        label=row.label,
        files=row.files,
        size=row.size,
        seen=Seen(row.first_at, row.last_at, row.newest_at, row.matured_at),
        leaves_at=row.leaves_at,
        has_poster=row.has_poster,
        rule=row.rule,
        keep_first=row.keep_first,
        keep_last=row.keep_last,
    )
