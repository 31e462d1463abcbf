"""Statements for very many rows, handed to the driver as tuples.

SQLAlchemy prepares each row of an executemany by itself, which costs several times what the database takes to write
it. Here it renders the statement only; the rows must hold stored forms already (`stored` for instants).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, Update

from episodarr.database.schema import micros


def run_many(db: Connection, statement: Insert | Update, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Run `statement` for each row; `names` are the parameters (of an insert: the columns) that a row holds, in order."""
    if not rows:
        return
    sql, order = _rendered(statement, names, type(db.dialect))
    db.exec_driver_sql(sql, [*map(order, rows)] if order is not None else list(rows))


def stored(at: datetime | None) -> int | None:
    """The stored form of an instant."""
    return None if at is None else micros(at)


@lru_cache(maxsize=64)
def _rendered(
    statement: Insert | Update, names: tuple[str, ...], kind: type[Dialect]
) -> tuple[str, itemgetter[Any] | None]:
    """The statement with places for a row, and what brings a row into the order of the places."""
    positional = kind(paramstyle="qmark" if kind.name == "sqlite" else "format")  # type: ignore[call-arg]
    compiled = statement.compile(dialect=positional, column_keys=list(names) if isinstance(statement, Insert) else None)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101
    places = tuple(compiled.positiontup or ())
    return str(compiled), None if places == names else itemgetter(*(names.index(place) for place in places))
