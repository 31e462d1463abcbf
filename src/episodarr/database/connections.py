"""Connections in the database, their secrets sealed."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import structlog
from sqlalchemy import delete, func, insert, select, update

from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, FieldKind, Health, Status
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import connection_health, connections, cursors
from episodarr.database.sealing import Sealer, UnreadableSecret
from episodarr.episode.identity import ConnectionId

log = structlog.get_logger("episodarr.database")

_LAST_ID = "last connection"


class StoredConnections:
    """ConnectionStore on a database."""

    def __init__(self, database: Database, sealer: Sealer, integrations: Mapping[str, Integration]) -> None:
        self._database = database
        self._sealer = sealer
        self._integrations = integrations

    def all(self) -> list[Connection]:
        """See ConnectionStore."""
        c = connections.c
        asked = select(c.id, c.kind, c.name, c.settings, c.sealed, c.enabled, c.from_environment, c.version)
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(c.id)).all()
        return [
            Connection(ConnectionId(row[0]), row[1], row[2], self._open(row[2], row[3], row[4]), *row[5:])
            for row in rows
        ]

    def _open(self, name: str, settings: str, sealed: str) -> dict[str, str]:
        opened: dict[str, str] = msgspec.json.decode(settings)
        try:
            if sealed:
                opened |= msgspec.json.decode(self._sealer.open(sealed))
        except UnreadableSecret as problem:
            log.error("a secret has to be entered again", connection=name, problem=str(problem))
        return opened

    def _row(self, connection: Connection, now: datetime) -> dict[str, object]:
        integration = self._integrations[connection.kind]
        secret = {field.name for field in integration.fields if field.kind is FieldKind.SECRET}
        plain = {name: value for name, value in connection.settings.items() if name not in secret}
        hidden = {name: value for name, value in connection.settings.items() if name in secret and value}
        return {
            "name": connection.name,
            "settings": msgspec.json.encode(plain).decode(),
            "sealed": self._sealer.seal(msgspec.json.encode(hidden).decode()) if hidden else "",
            "enabled": connection.enabled,
            "from_environment": connection.from_environment,
            "updated_at": now,
        }

    def add(self, connection: Connection, now: datetime) -> ConnectionId:
        """See ConnectionStore."""
        row = self._row(connection, now) | {"kind": connection.kind, "created_at": now, "version": 1}
        with self._database.writing() as db:
            newest = db.execute(select(func.max(connections.c.id))).scalar() or 0
            key = max(newest, int(read_cursor(db, _LAST_ID) or 0)) + 1
            db.execute(insert(connections).values(row | {"id": key}))
            write_cursor(db, _LAST_ID, str(key))
        return ConnectionId(key)

    def change(self, connection: Connection, now: datetime) -> None:
        """See ConnectionStore."""
        c = connections.c
        with self._database.writing() as db:
            row = self._row(connection, now) | {"version": c.version + 1}
            db.execute(update(connections).where(c.id == connection.id).values(row))

    def remove(self, connection: ConnectionId) -> None:
        """See ConnectionStore."""
        with self._database.writing() as db:
            db.execute(delete(connections).where(connections.c.id == connection))
            db.execute(delete(cursors).where(cursors.c.name.endswith(f":{connection}", autoescape=True)))

    def health(self) -> dict[ConnectionId, Health]:
        """See ConnectionStore."""
        h = connection_health.c
        asked = select(h.connection_id, h.status, h.message, h.fix, h.since, h.checked_at, h.failures, h.retry_at)
        with self._database.reading() as db:
            return {
                ConnectionId(row[0]): Health(Status(row[1]), *row[2:7], retry_at=row[7]) for row in db.execute(asked)
            }

    def note_health(self, connection: ConnectionId, health: Health) -> None:
        """See ConnectionStore."""
        row = msgspec.structs.asdict(health) | {"status": health.status.value}
        with self._database.writing() as db:
            held = update(connection_health).where(connection_health.c.connection_id == connection)
            if db.execute(held.values(row)).rowcount == 0:
                known = db.execute(select(connections.c.id).where(connections.c.id == connection)).scalar()
                if known is not None:
                    db.execute(insert(connection_health).values(row | {"connection_id": connection}))
