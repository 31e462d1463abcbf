"""The tables of people, and of what users chose; see `schema` for instants and `columns` for keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from episodarr.database.columns import BigKey, key, reference
from episodarr.database.schema import Instant, metadata

people = Table(
    "people",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    comment="somebody with several accounts; who has one account has no row",
)

request_users = Table(
    "request_users",
    metadata,
    reference("connection_id", "connections.id"),
    Column("number", Integer, nullable=False, comment="the request system's own id of the user"),
    Column("name", Text, nullable=False),
    Column("plex_id", BigInteger, nullable=False, comment="of the linked Plex account; 0: none"),
    Column("jellyfin_user", Text, nullable=False, comment="id of the linked Jellyfin user; empty: none"),
    Column("person_id", BigKey, ForeignKey("people.id", ondelete="SET NULL")),
    PrimaryKeyConstraint("connection_id", "number"),
    comment="who asked for something in a request system",
)

person_decisions = Table(
    "person_decisions",
    metadata,
    Column("first", Text, nullable=False, comment="name of an account that outlives its connection"),
    Column("second", Text, nullable=False),
    Column("together", Boolean, nullable=False, comment="false: they are two people"),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("first", "second"),
    comment="what administrators said of two accounts; first < second",
)

preferences = Table(
    "preferences",
    metadata,
    reference("user_id", "users.id"),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False, comment="JSON"),
    PrimaryKeyConstraint("user_id", "name"),
    comment="what a user chose to see",
)
