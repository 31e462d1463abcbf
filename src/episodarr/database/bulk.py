"""Statements for very many rows, handed to the driver as tuples.

SQLAlchemy prepares each row of an executemany by itself, which costs several times what the database takes to write
it. Here it renders the statement only; the rows must hold stored forms already (`stored` for instants).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, Update

from episodarr.database.schema import micros


def run_many(
    db: Connection, statement: Insert | Update, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Run `statement` for each row; `names`: the parameters (of an insert: the columns) that a row holds, in order."""
    if not rows:
        return
    sql, order = _rendered(statement, names, db.dialect)
    db.exec_driver_sql(sql, [*map(order, rows)] if order is not None else list(rows))


def stored(at: datetime | None) -> int | None:
    """The stored form of an instant."""
    return None if at is None else micros(at)


@lru_cache(maxsize=64)
def _rendered(
    statement: Insert | Update, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]] | None]:
    """The statement with places for a row, and what brings a row into the order of the places."""
    kind: Any = type(dialect)
    positional = kind(paramstyle="qmark" if dialect.name == "sqlite" else "format")
    columns = None
    if isinstance(statement, Insert) and statement.select is None:
        columns = list(names)
        statement = statement.inline()  # nobody asks for the new keys
    compiled = statement.compile(dialect=positional, column_keys=columns)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101
    places = tuple(compiled.positiontup or ())
    return str(compiled), None if places == names else itemgetter(*(names.index(place) for place in places))
