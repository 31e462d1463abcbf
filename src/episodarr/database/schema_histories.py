"""The tables of what metadata services were asked; see `schema` for instants and `columns` for keys."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from episodarr.database.columns import key
from episodarr.database.schema import Instant, metadata

service_turns = Table(
    "service_turns",
    metadata,
    key(),
    Column("service", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant, comment="null: it is being asked"),
    Index("ix_service_turns_service", "service"),
    comment="the last requests to services that limit them, of all processes",
)

service_pauses = Table(
    "service_pauses",
    metadata,
    Column("service", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    comment="services that asked to be left alone",
)

lookups = Table(
    "lookups",
    metadata,
    Column("key", Text, primary_key=True, comment="digest of the question"),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="histories.asking.Kind"),
    Column("term", Text, nullable=False),
    Column("answer", Text, comment="JSON; null: never answered yet"),
    Column("found", Boolean, nullable=False),
    Column("answered_at", Instant),
    Column("asked_by", Text, nullable=False, comment="the worker that is asking; empty: none"),
    Column("asking_until", Instant),
    Index("ix_lookups_answered_at", "answered_at"),
    comment="what metadata services answered",
)

lookup_log = Table(
    "lookup_log",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("outcome", Text, nullable=False, comment="histories.asking.Outcome"),
    Column("milliseconds", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Index("ix_lookup_log_at", "at"),
    comment="each time that something was looked up",
)
