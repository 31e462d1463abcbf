"""Imports of viewing histories and their rows in the database; what rows mean is kept by `history_settling`."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import delete, insert, literal_column, select, tuple_, update

from episodarr.database.bulk import run_many, stored
from episodarr.database.engine import Database
from episodarr.database.history_days import MEANING, keep_history, meaning
from episodarr.database.history_review import Reviewing
from episodarr.database.history_settling import Settling, count, move
from episodarr.database.history_shows import KnownShows
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import users
from episodarr.database.schema_history_imports import history_imports, history_rows, known_shows
from episodarr.histories.dates import DateForm
from episodarr.histories.import_model import (
    MOST_BAD,
    MOST_REASONS,
    BadLine,
    Choices,
    Import,
    Learned,
    Outcome,
    Preview,
    RowView,
    Settled,
    Status,
    StoredRow,
    Suggestion,
)
from episodarr.histories.import_ports import Batch
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.recalled import saying

_i, _r, _k = history_imports.c, history_rows.c, known_shows.c
_OTHER_REASONS = "for other reasons"
_choices = msgspec.json.Decoder(Choices)
_counts = msgspec.json.Decoder(dict[str, int])
_bad = msgspec.json.Decoder(tuple[BadLine, ...])
_names = msgspec.json.Decoder(list[str])
_suggestions = msgspec.json.Decoder(tuple[Suggestion, ...])
_BARE = {
    "member": "", "kind": RowKind.UNKNOWN.value, "told_season": None, "told_number": None, "episode_title": "",
    "year": 0, "tmdb_id": 0, "tvdb_id": 0, "imdb_id": "", "watched_at": None, "plays": 1, "seconds": None,
}  # fmt: skip
"""The columns of rows that tell a title and a day, and nothing else."""
_ROW = ("import_id", "line", "title", "name", "watched_on", *MEANING)
_PUT = insert(history_rows)
_PUT_BARE = insert(history_rows).values(
    {name: literal_column("NULL" if value is None else repr(value)) for name, value in _BARE.items()}
)
_WAITS = (
    _r.id, _r.name, _r.line, _r.title, _r.watched_on, _r.watched_at, _r.kind, _r.told_season, _r.told_number,
    _r.episode_title, _r.year, _r.tmdb_id, _r.tvdb_id, _r.imdb_id, _r.plays, _r.seconds, _r.member,
)  # fmt: skip
"""Key and name, and the fields of HistoryRow in their order."""
_KINDS = {kind.value: kind for kind in RowKind}
_KIND_VALUES = {kind: kind.value for kind in RowKind}
_UNREAD = Settled(0, Outcome.READ)
_DAY = date.fromisoformat
_MOST_AT_ONCE = 1_000
_UNSETTLED = [Outcome.WAITING.value, Outcome.READ.value]


class StoredHistoryImports(Settling, KnownShows, Reviewing):
    """ImportStore on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, user_id: int, name: str, by: str, today: date, now: datetime) -> int:
        """See ImportStore."""
        row = {"user_id": user_id, "name": name, "size": 0, "format": "", "choices": "{}", "today": today.isoformat()}
        row |= {"status": Status.UPLOADED.value, "message": "", "rows": 0, "position": 0, "counts": "{}", "bad": "[]"}
        row |= {"bad_count": 0, "skipped": "{}", "company": "[]", "date_form": "", "language": ""}
        row |= {"made_by": by, "made_at": now}
        with self._database.writing() as db:
            key = db.execute(insert(history_imports).values(row)).inserted_primary_key
            assert key is not None  # noqa: S101  # a table with a key gives one
            return int(key[0])

    def understood(self, import_id: int, size: int, preview: Preview, learned: Learned) -> None:
        """See ImportStore."""
        values = {"size": size, "format": preview.format, "rows": preview.rows, "choices": _json(preview.choices)}
        values |= {"message": " ".join(preview.questions)[:1000], "company": _json(sorted(learned.company))}
        values |= {"date_form": learned.date_form.value if learned.date_form else "", "language": learned.language}
        with self._database.writing() as db:
            db.execute(update(history_imports).where(_i.id == import_id).values(values))

    def company(self, import_id: int) -> frozenset[str]:
        """See ImportStore."""
        with self._database.reading() as db:
            told = db.execute(select(_i.company).where(_i.id == import_id)).scalar()
        return frozenset(_names.decode(told)) if told else frozenset()

    def read(self, import_id: int) -> Import | None:
        """See ImportStore."""
        asked = select(history_imports, users.c.name.label("user")).join(users, users.c.id == _i.user_id)
        with self._database.reading() as db:
            row = db.execute(asked.where(_i.id == import_id)).first()
        return _import(row) if row is not None else None

    def listed(self, user_id: int | None, limit: int, cursor: str | None) -> tuple[list[Import], str | None]:
        """See ImportStore."""
        asked = select(history_imports, users.c.name.label("user")).join(users, users.c.id == _i.user_id)
        if user_id is not None:
            asked = asked.where(_i.user_id == user_id)
        if cursor:
            asked = asked.where(_i.id < opened(cursor, (int,))[0])
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(_i.id.desc()).limit(limit + 1)).all()
        following = cursor_of(rows[limit - 1].id) if len(rows) > limit else None
        return [_import(row) for row in rows[:limit]], following

    def same_file(self, user_id: int, name: str, size: int) -> int:
        """See ImportStore."""
        asked = select(_i.id).where(
            _i.user_id == user_id, _i.name == name, _i.size == size, _i.status == Status.DONE.value
        )
        with self._database.reading() as db:
            return int(db.execute(asked.order_by(_i.id.desc()).limit(1)).scalar() or 0)

    def drop(self, import_id: int) -> None:
        """See ImportStore."""
        with self._database.writing() as db:
            db.execute(delete(history_imports).where(_i.id == import_id, _i.status == Status.UPLOADED.value))

    def move(self, import_id: int, before: Collection[Status], after: Status, now: datetime, message: str = "") -> bool:
        """See ImportStore."""
        with self._database.writing() as db:
            return move(db, import_id, before, after, now, message)

    def in_status(self, statuses: Collection[Status], before: datetime | None = None) -> list[int]:
        """See ImportStore."""
        asked = select(_i.id).where(_i.status.in_([one.value for one in statuses]))
        if before is not None:
            asked = asked.where(_i.made_at < before)
        with self._database.reading() as db:
            return list(db.execute(asked.order_by(_i.id).limit(_MOST_AT_ONCE)).scalars())

    def with_waiting(self, limit: int) -> list[int]:
        """See ImportStore."""
        waits = select(_r.id).where(_r.import_id == _i.id, _r.outcome.in_(_UNSETTLED)).exists()
        asked = select(_i.id).where(_i.status == Status.DONE.value, waits).order_by(_i.id).limit(limit)
        with self._database.reading() as db:
            return list(db.execute(asked).scalars())

    # ------------------------------------------------------------------ rows

    def keep_rows(self, import_id: int, position: int, batch: Batch) -> bool:
        """See ImportStore."""
        means = batch.meanings.get
        told = [(one.name, one.row.title, one.row.watched_on.isoformat(), means(one.id, _UNREAD)) for one in batch.rows]
        with self._database.writing() as db:
            asked = select(_i.user_id, _i.status, _i.position, _i.bad, _i.bad_count, _i.skipped, _i.counts)
            held = db.execute(asked.where(_i.id == import_id)).first()
            if held is None or held.status != Status.READING.value or held.position != position:
                return False  # cancelled, or another process reads it
            outcomes, _ = keep_history(db, held.user_id, import_id, told)
            rows = [
                (import_id, one.row.line, title, name, day, *meaning(of, outcome))
                for one, (name, title, day, of), outcome in zip(batch.rows, told, outcomes, strict=True)
            ]
            if batch.bare:  # as most files are: half of the columns need no parameter
                run_many(db, _PUT_BARE, _ROW, rows)
            else:
                others = [_others(one.row) for one in batch.rows]
                run_many(db, _PUT, (*_ROW, *_BARE), [row + other for row, other in zip(rows, others, strict=True)])
            bad = _bad.decode(held.bad)
            counts, skipped = _counts.decode(held.counts), _counts.decode(held.skipped)
            for (outcome, way), number in Counter(zip(outcomes, [of.way for *_, of in told], strict=True)).items():
                count(counts, outcome, way, number)
            for reason, number in batch.skipped.items():
                key = reason if reason in skipped or len(skipped) < MOST_REASONS else _OTHER_REASONS
                skipped[key] = skipped.get(key, 0) + number
            values: dict[str, Any] = {"position": position + batch.events, "counts": _json(counts)}
            values |= {"bad_count": held.bad_count + len(batch.bad), "skipped": _json(skipped)}
            if len(bad) < MOST_BAD and batch.bad:
                values["bad"] = _json([*bad, *batch.bad][:MOST_BAD])
            db.execute(update(history_imports).where(_i.id == import_id).values(values))
        return True

    def next_rows(self, import_id: int, outcome: Outcome, after: tuple[str, int] | None, limit: int) -> list[StoredRow]:
        """See ImportStore."""
        asked = select(*_WAITS).where(_r.import_id == import_id, _r.outcome == outcome.value)
        if after is not None:
            asked = asked.where(tuple_(_r.name, _r.id) > tuple_(*after))
        with self._database.reading() as db:
            found = db.execute(asked.order_by(_r.name, _r.id).limit(limit)).all()
        rows = [
            (key, name, HistoryRow(line, title, _DAY(day), at, _KINDS[kind], *others))
            for key, name, line, title, day, at, kind, *others in found
        ]
        return [StoredRow(key, name, row, saying(row)) for key, name, row in rows]

    def rows(
        self, import_id: int, outcomes: Collection[Outcome], limit: int, cursor: str | None
    ) -> tuple[list[RowView], str | None]:
        """See ImportStore."""
        asked = (select(history_rows, _k.title.label("show")).outerjoin(known_shows, _k.id == _r.show_id)).where(
            _r.import_id == import_id, _r.outcome.in_([one.value for one in outcomes or tuple(Outcome)])
        )
        if cursor:
            asked = asked.where(_r.id > opened(cursor, (int,))[0])
        with self._database.reading() as db:
            found = db.execute(asked.order_by(_r.id).limit(limit + 1)).all()
        following = cursor_of(found[limit - 1].id) if len(found) > limit else None
        return [_view(row) for row in found[:limit]], following

    def series_in(self, import_id: int) -> tuple[list[int], str]:
        """Shows of the library that an import holds episodes of, and who imported it; some thousand at most."""
        r, k = history_rows.c, known_shows.c
        asked = select(k.series_id).join(history_rows, r.show_id == k.id).where(r.import_id == import_id)
        with self._database.reading() as db:
            found = db.execute(asked.where(k.series_id.is_not(None)).distinct().limit(5_000)).scalars().all()
            by = db.execute(select(history_imports.c.made_by).where(history_imports.c.id == import_id)).scalar()
        return sorted(found), str(by or "")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _import(row: Any) -> Import:
    return Import(
        row.id,
        row.user_id,
        row.name,
        row.size,
        row.format,
        Status(row.status),
        row.message,
        row.rows,
        row.position,
        row.made_by,
        row.made_at,
        row.started_at,
        row.finished_at,
        row.undone_at,
        _choices.decode(row.choices),
        date.fromisoformat(row.today),
        _counts.decode(row.counts),
        _bad.decode(row.bad),
        row.bad_count,
        _counts.decode(row.skipped),
        row.user,
        DateForm(row.date_form) if row.date_form else None,
        row.language,
    )


def _others(one: HistoryRow) -> tuple[Any, ...]:
    """The columns of _BARE."""
    return (
        one.member[:300],
        _KIND_VALUES[one.kind],
        one.season,
        one.number,
        one.episode_title,
        one.year,
        one.tmdb_id,
        one.tvdb_id,
        one.imdb_id,
        stored(one.watched_at),
        one.plays,
        one.seconds,
    )


def _view(row: Any) -> RowView:
    return RowView(
        row.id,
        row.line,
        row.title,
        row.name,
        date.fromisoformat(row.watched_on),
        Outcome(row.outcome),
        row.way,
        row.confidence,
        row.why,
        row.show or "",
        row.season,
        row.number,
        row.episode_id,
        suggestions_of(row.suggestions),
    )


def suggestions_of(text: str) -> tuple[Suggestion, ...]:
    """What a row may mean, as it is stored."""
    return _suggestions.decode(text) if text else ()
