"""Migrations: up, down and up again on both databases, and the same tables that `schema` describes."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, inspect

from episodarr.database.engine import Database, migrations, newest_revision
from episodarr.database.schema import metadata


@pytest.fixture
def migrated_url(database_url: str) -> str:
    """Here every test has the chain make its tables, and may do with them what it likes."""
    made = Database(database_url)
    made.migrate()
    made.close()
    return database_url


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
    """Neither by the chain itself, nor by the look that spares a start the chain."""
    before = _tables(database)
    with database.writing() as db:
        command.upgrade(migrations(db), "head")
    database.migrate()
    assert _tables(database) == before


def test_the_newest_version_is_the_end_of_the_chain(database: Database) -> None:
    with database.reading() as db:
        heads = ScriptDirectory.from_config(migrations(db)).get_heads()
    assert [newest_revision()] == heads
    assert database.revision() == newest_revision()


def test_a_database_at_its_newest_version_waits_for_no_writer(database: Database, migrated_url: str) -> None:
    """As for `why` beside a service that writes."""
    beside = Database(migrated_url)
    with database.writing():
        beside.migrate()
    beside.close()


def test_an_empty_database_and_one_that_is_behind_are_migrated(database_url: str) -> None:
    opened = Database(database_url)
    assert opened.revision() is None
    opened.migrate("0003")
    assert opened.revision() == "0003"
    opened.migrate()
    assert opened.revision() == newest_revision()
    opened.close()


def _tables(database: Database) -> dict[str, list[str]]:
    with database.reading() as db:
        seen = inspect(db)
        return {table: [column["name"] for column in seen.get_columns(table)] for table in seen.get_table_names()}


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
