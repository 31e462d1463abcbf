"""Remembered positions: up to where a history is read, which answer was stored last."""

from sqlalchemy import Connection, insert, select, update

from episodarr.database.schema import cursors


def read_cursor(db: Connection, name: str) -> str | None:
    """The remembered position; None when there is none."""
    return db.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar()


def write_cursor(db: Connection, name: str, value: str) -> None:
    """Remember a position."""
    if db.execute(update(cursors).where(cursors.c.name == name).values(value=value)).rowcount == 0:
        db.execute(insert(cursors).values(name=name, value=value))
