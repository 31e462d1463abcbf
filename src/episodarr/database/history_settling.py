"""What rows of histories mean, and each user's own history that follows from it: each episode once a day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, true, update

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.engine import Database
from episodarr.database.history_days import MEANING, keep_history, meaning
from episodarr.database.history_review import HOLDING_ROWS, rows_of_title
from episodarr.database.schema_history_imports import history_imports, history_rows, watched_days, watched_films
from episodarr.histories.import_model import Outcome, Settled, Status

_i, _r, _d, _f = history_imports.c, history_rows.c, watched_days.c, watched_films.c
_counts = msgspec.json.Decoder(dict[str, int])
_UNSETTLED = [Outcome.READ.value, Outcome.WAITING.value]
_TELLING = [Outcome.MATCHED.value, Outcome.ALREADY_KNOWN.value]
_TELLING_FILM = [Outcome.FILM.value, Outcome.ALREADY_KNOWN.value]
_SETTLE = (
    update(history_rows).where(_r.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in MEANING})
)
_SETTLED = (*(f"b_{name}" for name in MEANING), "b_id")
_TOLD = (
    "SELECT id, name, title, watched_on, outcome, way FROM history_rows "
    "WHERE id IN ({ids}) AND outcome IN ({mark}, {mark})"
)
_KEYS_AT_ONCE = 2_000
_Told = list[str]
"""Name, title and day of a row, its outcome and its way."""


class Settling:
    """Part of StoredHistoryImports."""

    _database: Database

    def settle(self, import_id: int, settled: Mapping[int, Settled]) -> int:
        """See ImportStore."""
        with self._database.writing() as db:
            held = db.execute(select(_i.user_id, _i.status, _i.counts).where(_i.id == import_id)).first()
            if held is None or held.status not in {Status.MATCHING.value, Status.DONE.value}:
                return 0
            told = _told(db, settled)
            counts = _counts.decode(held.counts)
            for _, (_, _, _, was, way) in told:
                count(counts, was, way, -1)
            rows = [(name, title, day, settled[key]) for key, (name, title, day, *_) in told]
            outcomes, new = keep_history(db, held.user_id, import_id, rows)
            for outcome, (*_, one) in zip(outcomes, rows, strict=True):
                count(counts, outcome, one.way, 1)
            told_rows = zip(told, outcomes, rows, strict=True)
            run_many(
                db, _SETTLE, _SETTLED, [(*meaning(one, outcome), key) for (key, _), outcome, (*_, one) in told_rows]
            )
            _keep_counts(db, import_id, counts)
        return new

    def undo(
        self, import_id: int, before: Collection[Status], after: Status, now: datetime, message: str = ""
    ) -> int | None:
        """See ImportStore."""
        with self._database.writing() as db:
            if not move(db, import_id, before, after, now, message):
                return None
            user_id = db.execute(select(_i.user_id).where(_i.id == import_id)).scalar_one()
            db.execute(delete(history_rows).where(_r.import_id == import_id))
            days = _tell_days_again(db, user_id, _d.import_id == import_id, true())
            return days + _tell_films_again(db, user_id, _f.import_id == import_id, true())

    def reopen(self, name: str, user_id: int | None, *, whole: bool = False) -> list[int]:
        """See ImportStore."""
        reopened = []
        with self._database.writing() as db:
            # Of one that runs, too: what was settled before somebody spoke is looked at again when it has ended.
            own = select(_i.id, _i.user_id, _i.counts).where(_i.status.in_(HOLDING_ROWS))
            if user_id is not None:
                own = own.where(_i.user_id == user_id)
            which = rows_of_title(db, name, user_id) if whole else _r.name == name
            affected: dict[int, set[int]] = {}
            names: dict[int, set[str]] = {}
            for import_id, user, held in db.execute(own.order_by(_i.id)).all():
                of_title = (_r.import_id == import_id) & which & (_r.outcome != Outcome.READ.value)
                # The index leads by the outcome: all of them are named, so that it finds the title among them.
                of_title &= _r.outcome.in_([one.value for one in Outcome if one is not Outcome.READ])
                told = (_r.show_id, _r.name, _r.outcome, _r.way)
                found = db.execute(select(*told, func.count()).where(of_title).group_by(*told)).all()
                if not found:
                    continue
                db.execute(update(history_rows).where(of_title).values(_unread()))
                counts = _counts.decode(held)
                for show, each, outcome, way, number in found:
                    count(counts, outcome, way, -number)
                    count(counts, Outcome.READ.value, "", number)
                    names.setdefault(user, set()).add(each)
                    affected.setdefault(user, set()).update({show} - {None})
                _keep_counts(db, import_id, counts)
                reopened.append(import_id)
            for user, shows in affected.items():
                for some in batches(sorted(shows)):
                    _tell_days_again(db, user, _d.show_id.in_(some), _d.show_id.in_(some))
                for some_names in batches(sorted(names[user])):
                    _tell_films_again(db, user, _f.name.in_(some_names), _f.name.in_(some_names))
        return reopened


def _unread() -> dict[str, Any]:
    nothing = dict.fromkeys(("confidence", "show_id", "season", "number", "episode_id"))
    return nothing | {"outcome": Outcome.READ.value, "way": "", "why": "", "suggestions": ""}


def _told(db: Connection, ids: Iterable[int]) -> list[tuple[int, _Told]]:
    """The rows that nobody has settled meanwhile, in the order of their keys: those that lie together."""
    found: list[tuple[int, _Told]] = []
    mark = "?" if db.dialect.name == "sqlite" else "%s"
    for some in batches(sorted(ids), _KEYS_AT_ONCE):
        asked = _TOLD.format(ids=", ".join([mark] * len(some)), mark=mark)
        found += [(key, told) for key, *told in db.exec_driver_sql(asked, (*some, *_UNSETTLED))]
    return found


def move(
    db: Connection, import_id: int, before: Collection[Status], after: Status, now: datetime, message: str = ""
) -> bool:
    """Let an import have another status if it has one of `before`; whether it had."""
    values: dict[str, Any] = {"status": after.value, "message": message}
    if after is Status.READING:
        values["started_at"] = now
    elif after is Status.UNDONE:
        values["undone_at"] = now
    elif after is not Status.MATCHING:
        values["finished_at"] = now
    own = (_i.id == import_id) & _i.status.in_([one.value for one in before])
    return bool(db.execute(update(history_imports).where(own).values(values)).rowcount)


def count(counts: dict[str, int], outcome: str, way: str, by: int) -> None:
    """Count rows, and of matched ones the way."""
    names = [outcome] + ([f"{outcome}/{way}"] if outcome == Outcome.MATCHED.value and way else [])
    for name in names:
        counts[name] = counts.get(name, 0) + by


def _keep_counts(db: Connection, import_id: int, counts: dict[str, int]) -> None:
    told = msgspec.json.encode({name: number for name, number in counts.items() if number}).decode()
    db.execute(update(history_imports).where(_i.id == import_id).values(counts=told))


# ---------------------------------------------------------------------- what others tell, too


def _tell_days_again(db: Connection, user_id: int, which: ColumnElement[bool], within: ColumnElement[bool]) -> int:
    """Let days be told by the first import that still tells them, and forget the others; how many those were.

    `within`: where all of `which` are, whoever tells them.
    """
    own = (_d.user_id == user_id) & within
    db.execute(update(watched_days).where(own, which).values(import_id=None))
    shows = select(_d.show_id).where(own, _d.import_id.is_(None)).distinct()
    key = (_r.show_id, _r.season, _r.number, _r.watched_on)
    told = (
        select(*key, func.min(_r.import_id).label("import_id"))
        .join(history_imports, _i.id == _r.import_id)
        .where(_i.user_id == user_id, _r.outcome.in_(_TELLING), _r.show_id.in_(shows))
        .group_by(*key)
        .subquery()
    )
    same = [_d[name] == told.c[name] for name in ("show_id", "season", "number", "watched_on")]
    db.execute(update(watched_days).where(own, _d.import_id.is_(None), *same).values(import_id=told.c.import_id))
    return int(db.execute(delete(watched_days).where(own, _d.import_id.is_(None))).rowcount)


def _tell_films_again(db: Connection, user_id: int, which: ColumnElement[bool], within: ColumnElement[bool]) -> int:
    """The same of films."""
    of_user = select(_i.id).where(_i.user_id == user_id)
    teller = (
        select(func.min(_r.import_id))
        .where(_r.import_id.in_(of_user), _r.outcome.in_(_TELLING_FILM), _r.name == _f.name, _r.show_id.is_(None))
        .where(_r.watched_on == _f.watched_on)
        .correlate(watched_films)
        .scalar_subquery()
    )
    own = (_f.user_id == user_id) & within
    db.execute(update(watched_films).where(own, which).values(import_id=teller))
    return int(db.execute(delete(watched_films).where(own, _f.import_id.is_(None))).rowcount)
