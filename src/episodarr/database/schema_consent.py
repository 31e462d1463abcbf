"""The tables of consent to what rules delete; see `schema` for instants and `columns` for keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, metadata

rule_armings = Table(
    "rule_armings",
    metadata,
    reference("rule_id", "rules.id", primary_key=True),
    Column("armed_at", Instant, nullable=False),
    Column("armed_by", Text, nullable=False),
    Column("leaving_days", Integer, nullable=False),
    Column("body", Text, nullable=False, comment="digest of the rule's conditions"),
    Column("surroundings", Text, nullable=False, comment="digest of the connected services"),
    Column("revision", Text, nullable=False, comment="the version of the tables"),
    Column("plan_id", BigInteger, comment="the last plan that was made by it"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("tried_at", Instant),
    comment="rules that delete by themselves",
)

arming_events = Table(
    "arming_events",
    metadata,
    key(),
    Column("rule_id", BigInteger, nullable=False, comment="of a rule that may be gone"),
    Column("rule", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("change", Text, nullable=False, comment="armed or disarmed"),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("by_itself", Boolean, nullable=False),
    Column("after_run", BigInteger, nullable=False, comment="rule_runs.id of the last observation before"),
    Index("ix_arming_events_rule_id_id", "rule_id", "id"),
)

rule_runs = Table(
    "rule_runs",
    metadata,
    key(),
    reference("rule_id", "rules.id"),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False, comment="deletion.arming.RunKind"),
    Column("body", Text, nullable=False, comment="digest of the conditions at that time"),
    Column("why", Text, nullable=False),
    Column("candidates", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("gone", BigInteger, nullable=False),
    Column("census", Text, nullable=False, comment="JSON: what is counted -> how much there was"),
    Index("ix_rule_runs_rule_id_id", "rule_id", "id"),
)

leavings = Table(
    "leavings",
    metadata,
    key(),
    reference("rule_id", "rules.id"),
    Column("level", Text, nullable=False),
    Column("holding_id", BigInteger, nullable=False),
    reference("series_id", "series.id", nullable=True),
    Column("season_number", Integer),
    Column("episode_id", BigInteger, comment="of a file: its first"),
    reference("movie_id", "movies.id", nullable=True),
    Column("parts", Text, nullable=False, comment="JSON list of targets: of a file each of its episodes"),
    Column("title", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("has_poster", Boolean, nullable=False),
    Column("files", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("keep_first", Integer, nullable=False),
    Column("keep_last", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("newest_at", Instant),
    Column("matured_at", Instant),
    Column("checked_at", Instant, nullable=False, comment="the last observation that came upon it"),
    Column("leaves_at", Instant, comment="null: it does not leave"),
    Column("planned_at", Instant),
    UniqueConstraint("rule_id", "level", "holding_id"),
    Index("ix_leavings_series_id", "series_id"),
    Index("ix_leavings_movie_id", "movie_id"),
    comment="candidates of rules, as they mature and leave",
)
_leaves = text("leaves_at IS NOT NULL")
Index(
    "ix_leavings_leaves_at_id",
    leavings.c.leaves_at,
    leavings.c.id,
    sqlite_where=_leaves,
    postgresql_where=_leaves,
)

leavings_told = Table(
    "leavings_told",
    metadata,
    reference("episode_id", "episodes.id", primary_key=True),
    Column("leaves_at", Instant, nullable=False),
    Column("rule", Text, nullable=False),
    comment="episodes of which the log of their life says that they leave",
)

notices = Table(
    "notices",
    metadata,
    key(),
    Column("event", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("items", Text, nullable=False, comment="JSON list"),
    Column("made_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("problem", Text, nullable=False),
    comment="what people are to be told, and were not yet",
)
