"""Each user's own history as it follows from the rows of files: each episode and each film once a day."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Connection, Table

from episodarr.database.batches import batches
from episodarr.database.schema_history_imports import watched_days, watched_films
from episodarr.histories.import_model import Outcome, Settled

MEANING = ("outcome", "way", "confidence", "why", "show_id", "season", "number", "episode_id", "suggestions")
"""The columns that tell what a row means."""
Said = tuple[str, str, str, Settled]
"""Cleaned name, title and day (ISO 8601) of a row, and what it means."""
_OUTCOMES = {one: one.value for one in Outcome}
_MATCHED, _FILM, _KNOWN = Outcome.MATCHED, Outcome.FILM, Outcome.ALREADY_KNOWN.value
_DAY = ("show_id", "season", "number", "watched_on", "episode_id")
_FILM_DAY = ("name", "watched_on", "title")
_ROWS_AT_ONCE = 100
"""Few, for the driver keeps statements, and one with thousands of rows takes megabytes."""


def meaning(one: Settled, outcome: str) -> tuple[Any, ...]:
    """The columns of MEANING of a row that became `outcome`."""
    suggestions = msgspec.json.encode(one.suggestions).decode() if one.suggestions else ""
    place = (one.show_id, one.season, one.number, one.episode_id)
    return (outcome, one.way, one.confidence, one.why, *place, suggestions)


def keep_history(db: Connection, user_id: int, import_id: int, rows: Sequence[Said]) -> tuple[list[str], int]:
    """Keep the days of episodes and films that rows tell: what became of each row, and how many days are new."""
    days: dict[Any, int | None] = {}
    films: dict[Any, str] = {}
    keys: list[Any] = []
    for name, title, day, one in rows:
        key: Any = None
        if one.outcome is _MATCHED:
            key = (one.show_id or 0, one.season or 0, one.number or 0, day)
            days.setdefault(key, one.episode_id)
        elif one.outcome is _FILM:
            key = (name, day)
            films.setdefault(key, title)
        keys.append(key)
    new = _put(db, watched_days, _DAY, user_id, import_id, days)
    new |= _put(db, watched_films, _FILM_DAY, user_id, import_id, films)
    count, outcomes = len(new), []
    for key, (*_, one) in zip(keys, rows, strict=True):
        if key is None:
            outcomes.append(_OUTCOMES[one.outcome])
        elif key in new:
            new.remove(key)  # the first of the rows that tell something new is what it is
            outcomes.append(_OUTCOMES[one.outcome])
        else:
            outcomes.append(_KNOWN)
    return outcomes, count


def _put(
    db: Connection, table: Table, columns: tuple[str, ...], user_id: int, import_id: int, days: Mapping[Any, Any]
) -> set[Any]:
    """Put days that are not there yet, the last of the columns by the others; those others of the days that are new."""
    if not days:
        return set()
    names, key = ", ".join(columns), ", ".join(columns[:-1])
    mark = "?" if db.dialect.name == "sqlite" else "%s"
    row = f"({int(user_id)}, {int(import_id)}, {', '.join([mark] * len(columns))})"
    put = f"INSERT INTO {table.name} (user_id, import_id, {names}) VALUES"  # names of our own
    rows = [(*one, days[one]) for one in sorted(days)]
    # Handed to the driver as it is: thousands of parameters take SQLAlchemy longer to arrange than the database to put.
    trial = db.begin_nested()
    count = db.exec_driver_sql(f"{put} {row} ON CONFLICT DO NOTHING", rows).rowcount
    if count in {0, len(rows)}:  # as of nearly every batch of a file that is new, or was imported before
        trial.commit()
        return set(days) if count else set()
    trial.rollback()
    new: set[Any] = set()
    for some in batches(rows, _ROWS_AT_ONCE):
        asked = f"{put} {', '.join([row] * len(some))} ON CONFLICT DO NOTHING RETURNING {key}"
        new.update(map(tuple, db.exec_driver_sql(asked, tuple(chain.from_iterable(some))).all()))
    return new
