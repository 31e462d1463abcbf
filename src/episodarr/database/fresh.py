"""Who follows which show, and what people chose about keeping fresh, in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, insert, or_, select, tuple_, update

from episodarr.catalogue.ahead import Coming, Prepared, Traits
from episodarr.catalogue.followed import Verdict, Why
from episodarr.catalogue.fresh_ports import (
    Chosen,
    FollowedShow,
    IdKind,
    LogLine,
    Readable,
    ShowFilter,
    Signs,
    Sums,
    Waste,
)
from episodarr.catalogue.in_line import Waiting
from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.fresh_line import coming, kept_count, traits, waiting, waiting_of
from episodarr.database.fresh_signs import all_signs, finished_shows, held_of, own_signs
from episodarr.database.lean import clean, restore, waste
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import series
from episodarr.database.schema_fresh import followed_log, followed_shows, fresh_choices
from episodarr.episode.identity import ConnectionId, SeriesId

_f, _s, _l, _c = followed_shows.c, series.c, followed_log.c, fresh_choices.c
_NOTED = timedelta(minutes=15)
"""A show that is opened again within so long writes nothing."""


class StoredFreshness:
    """FreshStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------------ choices

    def choices(self) -> Mapping[str, Chosen]:
        """See FreshStore."""
        with self._database.reading() as db:
            rows = db.execute(select(_c.name, _c.value, _c.by, _c.at)).all()
        return {row[0]: Chosen(msgspec.json.decode(row[1]), row[2], row[3]) for row in rows}

    def choose(self, chosen: Mapping[str, Chosen]) -> None:
        """See FreshStore."""
        rows = [
            {"name": name, "value": msgspec.json.encode(one.value).decode(), "by": one.by[:200], "at": one.at}
            for name, one in chosen.items()
        ]
        with self._database.writing() as db:
            db.execute(delete(fresh_choices).where(_c.name.in_(list(chosen))))
            db.execute(insert(fresh_choices), rows)

    def forget_choices(self, names: Collection[str]) -> None:
        """See FreshStore."""
        with self._database.writing() as db:
            db.execute(delete(fresh_choices).where(_c.name.in_(list(names))))

    # ------------------------------------------------------------------ who follows what

    def signs(self, since: datetime) -> Mapping[SeriesId, Signs]:
        """See FreshStore."""
        with self._database.reading() as db:
            return all_signs(db, since)

    def signs_of(self, show: SeriesId) -> Signs | None:
        """See FreshStore."""
        asked = select(followed_shows).where(_f.series_id == show)
        with self._database.reading() as db:
            row = db.execute(asked).first()
            if row is None:
                there = db.execute(select(_s.id).where(_s.id == show, _s.gone_at.is_(None))).first()
                return Signs(None, ()) if there is not None else None
        return Signs(held_of(row), tuple(own_signs(row)))

    def finished(self, shows: Collection[SeriesId], now: datetime) -> set[SeriesId]:
        """See FreshStore."""
        if not shows:
            return set()
        with self._database.reading() as db:
            return finished_shows(db, shows, now)

    def judge(self, verdicts: Mapping[SeriesId, Verdict], now: datetime) -> None:
        """See FreshStore."""
        with self._database.writing() as db:
            for some in batches(sorted(verdicts)):
                there = _make_rows(db, some)
                own = {one: verdicts[one] for one in some if one in there}
                flips = {one: verdict for one, verdict in own.items() if verdict.flips}
                _write(db, {one: verdict for one, verdict in own.items() if not verdict.flips}, None)
                _write(db, flips, now)
                lines = [
                    {"series_id": one, "at": now, "watching": v.watching, "why": v.why.value, "who": v.who[:200]}
                    for one, v in flips.items()
                ]
                if lines:
                    db.execute(insert(followed_log), lines)
                restore(db, [one for one, v in own.items() if v.watching])

    def opened(self, show: SeriesId, who: str, now: datetime) -> bool:
        """See FreshStore."""
        with self._database.reading() as db:
            held = db.execute(select(_f.opened_at).where(_f.series_id == show)).scalar()
        if held is not None and now - held < _NOTED:
            return False
        return bool(self._note([show], opened_at=now, opened_by=who[:200]))

    def imported(self, shows: Collection[SeriesId], who: str, now: datetime) -> None:
        """See FreshStore."""
        self._note(shows, imported_at=now, imported_by=who[:200])

    def _note(self, shows: Collection[SeriesId], **values: object) -> int:
        noted = 0
        with self._database.writing() as db:
            for some in batches(sorted(shows)):
                there = _make_rows(db, some)
                if there:
                    db.execute(update(followed_shows).where(_f.series_id.in_(sorted(there))).values(**values))
                noted += len(there)
        return noted

    # ------------------------------------------------------------------ what is read next

    def waiting(self, connection: ConnectionId, now: datetime, *, followed_only: bool) -> list[Waiting]:
        """See FreshStore."""
        with self._database.reading() as db:
            return waiting(db, connection, now, followed_only=followed_only)

    def waiting_of(self, shows: Collection[SeriesId]) -> Mapping[ConnectionId, list[Waiting]]:
        """See FreshStore."""
        with self._database.reading() as db:
            return waiting_of(db, shows)

    def coming(self, read_before: datetime, can: Readable) -> list[Coming]:
        """See FreshStore."""
        with self._database.reading() as db:
            return coming(db, read_before, can)

    def traits(self, read_before: datetime, can: Readable) -> tuple[list[Traits], list[Traits]]:
        """See FreshStore."""
        with self._database.reading() as db:
            return traits(db, read_before, can)

    def prepared(self, shows: Sequence[Prepared], now: datetime) -> None:
        """See FreshStore."""
        with self._database.writing() as db:
            for some in batches(shows):
                there = _make_rows(db, [one.id for one in some])
                rows = [{"b_id": one.id, "b_for": one.because[:300]} for one in some if one.id in there]
                if rows:
                    noting = update(followed_shows).where(_f.series_id == bindparam("b_id"))
                    db.execute(noting.values(prepared_at=now, prepared_for=bindparam("b_for")), rows)
                restore(db, sorted(there))

    # ------------------------------------------------------------------ what nobody uses

    def restore(self, shows: Collection[SeriesId] | None) -> int:
        """See FreshStore."""
        with self._database.writing() as db:
            return restore(db, shows)

    def waste(self, untouched_since: datetime) -> Waste:
        """See FreshStore."""
        with self._database.reading() as db:
            return waste(db, untouched_since)

    def clean(self, untouched_since: datetime, now: datetime, limit: int) -> int:
        """See FreshStore."""
        with self._database.writing() as db:
            return clean(db, untouched_since, now, limit)

    # ------------------------------------------------------------------ looking

    def sums(self, *, followed_only: bool) -> Sums:
        """See FreshStore."""
        with self._database.reading() as db:
            shows = db.execute(select(func.count()).select_from(series).where(_s.gone_at.is_(None))).scalar() or 0
            rows = select(
                func.count().filter(_f.watching), func.count().filter(_f.lean_since.is_not(None))
            ).select_from(followed_shows.join(series, _s.id == _f.series_id))
            followed, lean = db.execute(rows.where(_s.gone_at.is_(None))).one()
            return Sums(shows, followed, kept_count(db, followed_only=followed_only), lean)

    def show(self, show: SeriesId) -> FollowedShow | None:
        """See FreshStore."""
        with self._database.reading() as db:
            row = db.execute(_SHOWN.where(_s.id == show, _s.gone_at.is_(None))).first()
        return _shown(row) if row is not None else None

    def shows(
        self, wanted: ShowFilter, search: str, limit: int, cursor: str | None
    ) -> tuple[list[FollowedShow], int, str | None]:
        """See FreshStore."""
        where = _where(wanted, search)
        asked = _SHOWN.where(*where).order_by(_s.sort_title, _s.id).limit(limit + 1)
        if cursor:
            asked = asked.where(tuple_(_s.sort_title, _s.id) > tuple_(*opened(cursor, (str, int))))
        total = select(func.count()).select_from(series.outerjoin(followed_shows, _f.series_id == _s.id)).where(*where)
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            count = db.execute(total).scalar() or 0
        following = cursor_of(rows[limit - 1].sort_title, rows[limit - 1].id) if len(rows) > limit else None
        return [_shown(row) for row in rows[:limit]], count, following

    def log(self, show: SeriesId | None, limit: int) -> list[LogLine]:
        """See FreshStore."""
        asked = (
            select(_l.at, _l.series_id, _s.title, _l.watching, _l.why, _l.who)
            .join(series, _s.id == _l.series_id)
            .order_by(_l.id.desc())
            .limit(limit)
        )
        if show is not None:
            asked = asked.where(_l.series_id == show)
        with self._database.reading() as db:
            return [LogLine(row[0], row[1], row[2], row[3], Why(row[4]), row[5]) for row in db.execute(asked)]

    def find(self, kind: IdKind, number: int, ready: Collection[ConnectionId] = ()) -> SeriesId | None:
        """See FreshStore."""
        column = {"own": _s.id, "tmdb": _s.tmdb_id, "tvdb": _s.tvdb_id}[kind]
        first = case((_s.connection_id.in_(sorted(ready)), 0), else_=1)
        asked = select(_s.id).where(column == number, _s.gone_at.is_(None)).order_by(first, _s.id).limit(1)
        with self._database.reading() as db:
            found = db.execute(asked).scalar()
        return SeriesId(found) if found is not None else None


_SHOWN = select(
    _s.id,
    _s.title,
    _s.sort_title,
    _s.synced_at,
    _f.watching,
    _f.why,
    _f.who,
    _f.sign_at,
    _f.since,
    _f.lean_since,
    _f.prepared_for,
    _f.prepared_at,
).select_from(series.outerjoin(followed_shows, _f.series_id == _s.id))


def _shown(row: Any) -> FollowedShow:
    return FollowedShow(
        id=row.id,
        title=row.title,
        watching=bool(row.watching),
        why=Why(row.why) if row.why else None,
        who=row.who or "",
        sign_at=row.sign_at,
        since=row.since,
        read_at=row.synced_at,
        lean=row.lean_since is not None,
        prepared_for=row.prepared_for or "",
        prepared_at=row.prepared_at,
    )


def _where(wanted: ShowFilter, search: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_s.gone_at.is_(None)]
    if search.strip():
        where.append(func.lower(_s.title).contains(search.strip().lower(), autoescape=True))
    match wanted:
        case "followed":
            where.append(_f.watching)
        case "stopped":
            where += [_f.watching.is_(False), _f.why != ""]
        case "unfollowed":
            where.append(or_(_f.watching.is_(None), _f.watching.is_(False)))
        case "lean":
            where.append(_f.lean_since.is_not(None))
        case "all":
            pass
    return where


def _make_rows(db: Connection, shows: Collection[SeriesId]) -> set[SeriesId]:
    """Have a row for each of these shows that is there; which are."""
    asked = select(_s.id, _f.series_id).outerjoin(followed_shows, _f.series_id == _s.id)
    rows = db.execute(asked.where(_s.id.in_(list(shows)), _s.gone_at.is_(None))).all()
    new = [{"series_id": row[0], "watching": False} for row in rows if row[1] is None]
    if new:
        db.execute(insert(followed_shows), new)
    return {SeriesId(row[0]) for row in rows}


def _write(db: Connection, verdicts: Mapping[SeriesId, Verdict], now: datetime | None) -> None:
    """`now`: when `watching` changes by it; None: it does not."""
    if not verdicts:
        return
    changed: dict[str, Any] = {"why": bindparam("b_why"), "who": bindparam("b_who"), "sign_at": bindparam("b_at")}
    more: dict[str, Any] = {"watching": bindparam("b_watching"), "since": now} if now is not None else {}
    rows = [
        {"b_id": one, "b_why": v.why.value, "b_who": v.who[:200], "b_at": v.at, "b_watching": v.watching}
        for one, v in verdicts.items()
    ]
    if now is None:
        rows = [{name: value for name, value in row.items() if name != "b_watching"} for row in rows]
    db.execute(update(followed_shows).where(_f.series_id == bindparam("b_id")).values(**changed, **more), rows)
