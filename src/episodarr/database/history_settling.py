"""What rows of histories mean, and each user's own history that follows from it: each episode once a day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.engine import Database
from episodarr.database.history_review import rows_of_title
from episodarr.database.schema_history_imports import history_imports, history_rows, watched_days, watched_films
from episodarr.histories.import_model import Outcome, Settled, Status

_i, _r, _d, _f = history_imports.c, history_rows.c, watched_days.c, watched_films.c
_counts = msgspec.json.Decoder(dict[str, int])
_UNSETTLED = [Outcome.READ.value, Outcome.WAITING.value]
_TELLING = [Outcome.MATCHED.value, Outcome.ALREADY_KNOWN.value]
_TELLING_FILM = [Outcome.FILM.value, Outcome.ALREADY_KNOWN.value]
_SETTLE = (
    update(history_rows)
    .where(_r.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in (
        "outcome", "way", "confidence", "why", "show_id", "season", "number", "episode_id", "suggestions"
    )})
)  # fmt: skip
_SETTLED = (
    "b_outcome", "b_way", "b_confidence", "b_why", "b_show_id", "b_season", "b_number", "b_episode_id", "b_suggestions",
    "b_id",
)  # fmt: skip
_PUT_DAY, _PUT_FILM = insert(watched_days), insert(watched_films)
_DAY = ("user_id", "show_id", "season", "number", "watched_on", "import_id", "episode_id")
_FILM = ("user_id", "name", "watched_on", "title", "import_id")
_HELD = (
    "WITH wanted (show_id, season, number, watched_on) AS (VALUES {rows}) "
    "SELECT d.show_id, d.season, d.number, d.watched_on FROM wanted w JOIN watched_days d "
    "ON d.show_id = w.show_id AND d.season = w.season AND d.number = w.number AND d.watched_on = w.watched_on "
    "WHERE d.user_id = {mark}"
)
_TOLD = (
    "SELECT id, name, title, watched_on, outcome, way FROM history_rows "
    "WHERE id IN ({ids}) AND outcome IN ({mark}, {mark})"
)
_KEYS_AT_ONCE = 2_000
_Told = tuple[str, str, str, str, str]
"""Name, title and day of a row, its outcome and its way. Plain, for Python's garbage collector leaves those alone."""
_Key = tuple[int, int, int, str]
_FilmKey = tuple[str, str]


class Settling:
    """Part of StoredHistoryImports."""

    _database: Database

    def settle(self, import_id: int, settled: Sequence[Settled]) -> int:
        """See ImportStore."""
        with self._database.writing() as db:
            held = db.execute(select(_i.user_id, _i.status, _i.counts).where(_i.id == import_id)).first()
            if held is None or held.status not in {Status.MATCHING.value, Status.DONE.value}:
                return 0
            told = _told(db, [one.row_id for one in settled])
            fresh = [one for one in settled if one.row_id in told]
            seen = _held_days(db, held.user_id, fresh, told)
            films = _held_films(db, held.user_id, fresh, told)
            days: dict[_Key, tuple[Any, ...]] = {}
            new_films: dict[_FilmKey, tuple[Any, ...]] = {}
            rows = []
            before: Counter[tuple[str, str]] = Counter()
            after: Counter[tuple[str, str]] = Counter()
            for one in fresh:
                name, title, day, was, way = told[one.row_id]
                outcome = one.outcome
                if outcome is Outcome.MATCHED:
                    key = (one.show_id or 0, one.season or 0, one.number or 0, day)
                    if key in seen or key in days:
                        outcome = Outcome.ALREADY_KNOWN
                    else:
                        days[key] = (held.user_id, *key, import_id, one.episode_id)
                elif outcome is Outcome.FILM:
                    film = (name, day)
                    if film in films or film in new_films:
                        outcome = Outcome.ALREADY_KNOWN
                    else:
                        new_films[film] = (held.user_id, *film, title, import_id)
                became = outcome.value
                before[was, way] += 1
                after[became, one.way] += 1
                rows.append(_row(one, became))
            # In the order of their keys: rows that lie together are written together.
            rows.sort(key=itemgetter(-1))
            run_many(db, _SETTLE, _SETTLED, rows)
            run_many(db, _PUT_DAY, _DAY, sorted(days.values(), key=itemgetter(1, 2, 3, 4)))
            run_many(db, _PUT_FILM, _FILM, sorted(new_films.values(), key=itemgetter(1, 2)))
            counts = _counts.decode(held.counts)
            for (was, way), number in before.items():
                _count(counts, was, way, -number)
            for (became, way), number in after.items():
                _count(counts, became, way, number)
            _keep_counts(db, import_id, counts)
        return len(days) + len(new_films)

    def undo(self, import_id: int, status: Status, now: datetime) -> int:  # noqa: ARG002  # see ImportStore
        """See ImportStore."""
        with self._database.writing() as db:
            user_id = db.execute(select(_i.user_id).where(_i.id == import_id)).scalar()
            if user_id is None:
                return 0
            db.execute(delete(history_rows).where(_r.import_id == import_id))
            db.execute(_day_again(user_id).where(_d.import_id == import_id))
            db.execute(_film_again(user_id).where(_f.import_id == import_id))
            return _let_go(db, user_id)

    def reopen(self, name: str, user_id: int | None, *, whole: bool = False) -> list[int]:
        """See ImportStore."""
        reopened = []
        with self._database.writing() as db:
            own = select(_i.id, _i.user_id).where(_i.status == Status.DONE.value)
            if user_id is not None:
                own = own.where(_i.user_id == user_id)
            which = rows_of_title(db, name, user_id) if whole else _r.name == name
            affected: dict[int, set[int]] = {}
            names: dict[int, set[str]] = {}
            for import_id, user in db.execute(own.order_by(_i.id)).all():
                of_title = (_r.import_id == import_id) & which & (_r.outcome != Outcome.READ.value)
                # The index leads by the outcome: all of them are named, so that it finds the title among them.
                of_title &= _r.outcome.in_([one.value for one in Outcome if one is not Outcome.READ])
                found = db.execute(select(_r.show_id, _r.name).where(of_title).distinct()).all()
                if not found:
                    continue
                db.execute(update(history_rows).where(of_title).values(_unread()))
                _keep_counts(db, import_id, _counted(db, import_id))
                affected.setdefault(user, set()).update(show for show, _ in found if show is not None)
                names.setdefault(user, set()).update(each for _, each in found)
                reopened.append(import_id)
            for user, shows in affected.items():
                for some in batches(sorted(shows)):
                    db.execute(_day_again(user).where(_d.user_id == user, _d.show_id.in_(some)))
                for some_names in batches(sorted(names[user])):
                    db.execute(_film_again(user).where(_f.user_id == user, _f.name.in_(some_names)))
                _let_go(db, user)
        return reopened


def _row(one: Settled, outcome: str) -> tuple[Any, ...]:
    suggestions = msgspec.json.encode(one.suggestions).decode() if one.suggestions else ""
    place = (one.show_id, one.season, one.number, one.episode_id)
    return (outcome, one.way, one.confidence, one.why, *place, suggestions, one.row_id)


def _unread() -> dict[str, Any]:
    nothing = dict.fromkeys(("confidence", "show_id", "season", "number", "episode_id"))
    return nothing | {"outcome": Outcome.READ.value, "way": "", "why": "", "suggestions": ""}


def _told(db: Connection, ids: Iterable[int]) -> dict[int, _Told]:
    """The rows that nobody has settled meanwhile."""
    found: dict[int, _Told] = {}
    mark = _mark(db)
    for some in batches(sorted(ids), _KEYS_AT_ONCE):
        # To the driver as it is, see `_held_days`.
        asked = _TOLD.format(ids=", ".join([mark] * len(some)), mark=mark)
        for key, name, title, day, outcome, way in db.exec_driver_sql(asked, (*some, *_UNSETTLED)):
            found[key] = (name, title, day, outcome, way)
    return found


def _mark(db: Connection) -> str:
    """The place of a parameter, as the driver writes it."""
    return "?" if db.dialect.name == "sqlite" else "%s"


def _held_days(db: Connection, user_id: int, settled: Iterable[Settled], told: dict[int, _Told]) -> set[_Key]:
    keys = {
        (one.show_id or 0, one.season or 0, one.number or 0, told[one.row_id][2])
        for one in settled
        if one.outcome is Outcome.MATCHED
    }
    found: set[_Key] = set()
    mark = _mark(db)
    for some in batches(sorted(keys), _KEYS_AT_ONCE):
        # Joined rather than IN, for which SQLite looks through all days of the user; and handed to the driver as it is,
        # for thousands of parameters take SQLAlchemy longer to arrange than the database to answer.
        rows = ", ".join([f"({mark}, {mark}, {mark}, {mark})"] * len(some))
        asked = _HELD.format(rows=rows, mark=mark)
        given = tuple(value for key in some for value in key)
        found.update(
            (show, season, number, day) for show, season, number, day in db.exec_driver_sql(asked, (*given, user_id))
        )
    return found


def _held_films(db: Connection, user_id: int, settled: Iterable[Settled], told: dict[int, _Told]) -> set[_FilmKey]:
    rows = (told[one.row_id] for one in settled if one.outcome is Outcome.FILM)
    keys = {(name, day) for name, _, day, *_ in rows}
    found: set[_FilmKey] = set()
    for some in batches(sorted(keys)):
        asked = select(_f.name, _f.watched_on).where(_f.user_id == user_id, tuple_(_f.name, _f.watched_on).in_(some))
        found |= {(row[0], row[1]) for row in db.execute(asked).all()}
    return found


def _count(counts: dict[str, int], outcome: str, way: str, by: int) -> None:
    names = [outcome] + ([f"{outcome}/{way}"] if outcome == Outcome.MATCHED.value and way else [])
    for name in names:
        counts[name] = counts.get(name, 0) + by


def _counted(db: Connection, import_id: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    asked = select(_r.outcome, _r.way, func.count()).where(_r.import_id == import_id).group_by(_r.outcome, _r.way)
    for outcome, way, number in db.execute(asked):
        _count(counts, outcome, way, int(number))
    return counts


def _keep_counts(db: Connection, import_id: int, counts: dict[str, int]) -> None:
    told = msgspec.json.encode({name: number for name, number in counts.items() if number}).decode()
    db.execute(update(history_imports).where(_i.id == import_id).values(counts=told))


# ---------------------------------------------------------------------- what others tell, too


def _day_again(user_id: int) -> Update:
    """Let days be told by the first import that still tells them; by none when there is none."""
    teller = (
        select(func.min(_r.import_id))
        .join(history_imports, _i.id == _r.import_id)
        .where(_i.user_id == user_id, _r.outcome.in_(_TELLING), _r.show_id.is_not(None))
        .where(_r.show_id == _d.show_id, _r.season == _d.season, _r.number == _d.number)
        .where(_r.watched_on == _d.watched_on)
        .correlate(watched_days)
        .scalar_subquery()
    )
    return update(watched_days).values(import_id=teller)


def _film_again(user_id: int) -> Update:
    own = select(_i.id).where(_i.user_id == user_id)
    teller = (
        select(func.min(_r.import_id))
        .where(_r.import_id.in_(own), _r.outcome.in_(_TELLING_FILM), _r.name == _f.name, _r.show_id.is_(None))
        .where(_r.watched_on == _f.watched_on)
        .correlate(watched_films)
        .scalar_subquery()
    )
    return update(watched_films).values(import_id=teller)


def _let_go(db: Connection, user_id: int) -> int:
    """Forget what nobody tells any more; how much it was."""
    days = db.execute(delete(watched_days).where(_d.user_id == user_id, _d.import_id.is_(None))).rowcount
    films = db.execute(delete(watched_films).where(_f.user_id == user_id, _f.import_id.is_(None))).rowcount
    return int(days + films)
