"""Migrations: up, down and up again on both databases, and the same tables that `schema` describes."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, MetaData, inspect

from episodarr.database.engine import Database, migrations
from episodarr.database.schema import metadata


def test_the_chain_makes_what_the_schema_describes(database: Database) -> None:
    with database.reading() as db:
        found = compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), metadata)
    assert found == []


def test_down_and_up_again(database: Database) -> None:
    with database.writing() as db:
        command.downgrade(migrations(db), "base")
    with database.reading() as db:
        assert set(inspect(db).get_table_names()) <= {"alembic_version"}
    database.migrate()
    with database.reading() as db:
        assert set(metadata.tables) <= set(inspect(db).get_table_names())


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()


def test_a_database_of_the_first_version_keeps_all_its_data(database_url: str) -> None:
    """R-D15: a row in every table of the first version, migrated to the newest."""
    opened = Database(database_url)
    opened.migrate("0001")
    first = MetaData()
    with opened.writing() as db:
        first.reflect(db)
        tables = [table for table in first.sorted_tables if table.name != "alembic_version"]
        for table in tables:
            db.execute(table.insert().values({column.name: _value(column) for column in table.columns}))
        before = {table.name: [dict(row._mapping) for row in db.execute(table.select())] for table in tables}
    opened.migrate()
    with opened.reading() as db:
        for table in tables:
            after = [dict(row._mapping) for row in db.execute(table.select())]
            assert _kept(after) == _kept(before[table.name]), table.name
    opened.close()


_READ_ANEW = {"list_digest"}
"""Emptied on purpose: so that the next series list brings what is new in it."""


def _kept(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in row.items() if name not in _READ_ANEW} for row in rows]


def _value(column: Column) -> object:
    """Something for a column: every key is 1, so that rows that name each other find each other."""
    kind = column.type.python_type
    if kind is str:
        return "[]" if column.name == "genres" else f"a {column.name}"
    if kind is bytes:
        return b"x"
    return kind(1)
