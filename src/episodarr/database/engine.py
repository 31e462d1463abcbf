"""Opening the database: one code for the embedded SQLite and for PostgreSQL.

Reads and writes are different transactions. On SQLite one writer at a time takes the write lock at its start (so that
a read-then-write never fails half way) while any number of readers go on; on PostgreSQL an advisory lock gives writers
the same order, which is what "evidence, standing and log in one transaction" rests on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from episodarr.connections.failures import OwnerGone

if TYPE_CHECKING:
    from alembic.config import Config

_WRITERS = 8990
"""Key of the PostgreSQL advisory lock under which writers queue."""
_FOREIGN_KEY_VIOLATION = "23503"
"""PostgreSQL's code of it."""
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A database that is open; `close` it at the end."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_lock = RLock()
        if self.is_sqlite:
            Path(self.url.database or "episodarr.db").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.reader = _sqlite(self.url.render_as_string(hide_password=False), pool_size=48, begin="BEGIN")
            self.writer = _sqlite(self.url.render_as_string(hide_password=False), pool_size=1, begin="BEGIN IMMEDIATE")
        else:
            psycopg = self.url.set(drivername="postgresql+psycopg")
            self.reader = self.writer = create_engine(psycopg, pool_size=20, max_overflow=30, pool_pre_ping=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction: committed at the end of the block, rolled back when it raises.

        Raises OwnerGone when a row names another one that is not there (any more).
        """
        try:
            with self._write_lock, self.writer.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
                yield connection
        except IntegrityError as problem:
            if _names_what_is_gone(problem):
                raise OwnerGone(str(problem.orig)) from problem
            raise

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to a version, or to the newest one; data is kept.

        A database that is at the newest one is only asked for its version: a start, or a command beside a running
        service, neither waits for a writer nor loads Alembic.
        """
        if revision == "head" and self.revision() == newest_revision():
            return
        from alembic import command

        with self.writing() as connection:
            command.upgrade(migrations(connection), revision)

    def revision(self) -> str | None:
        """The version of the tables; None when there are none yet."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found

    def close(self) -> None:
        """Let go of all connections."""
        self.reader.dispose()
        self.writer.dispose()


def _names_what_is_gone(problem: IntegrityError) -> bool:
    """Whether it is a foreign key that points nowhere."""
    if isinstance(problem.orig, sqlite3.IntegrityError):
        return problem.orig.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
    return getattr(problem.orig, "sqlstate", None) == _FOREIGN_KEY_VIOLATION


def newest_revision() -> str:
    """The last version of the chain: the number that its file begins with."""
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def migrations(connection: Connection) -> "Config":
    """Alembic's configuration for an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _sqlite(url: str, *, pool_size: int, begin: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"check_same_thread": False, "timeout": 30},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's own transaction control would begin late and commit before DDL: SQLAlchemy's events do it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # Large writes change the pages of an index over and over: writing them back at every 16 MB rather than 4 MB
        # takes a tenth off them.
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32768")
        connection.execute("PRAGMA temp_store=MEMORY")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
