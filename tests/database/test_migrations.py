"""Migrations: up, down and up again on both databases, and the same tables that `schema` describes."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

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
