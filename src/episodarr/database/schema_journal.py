"""The tables of what was planned, done and answered in deleting; see `schema` for instants and `columns` for keys.

The log names what it is about by text as well as by id, and refers to nothing: it outlives what was deleted.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, metadata

deletion_plans = Table(
    "deletion_plans",
    metadata,
    key(),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False, comment="JSON: deletion.plan.Plan, exactly as it was shown"),
    Column("digest", Text, nullable=False, comment="of the body"),
    Column("status", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("rule_id", BigInteger, comment="null: a person made it"),
    Column("rule", Text, nullable=False, comment="its name at that time"),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_at", Instant),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("next_at", Instant, comment="when a waiting one goes on"),
    Column("message", Text, nullable=False),
    Column("files", Integer, nullable=False),
    Column("episodes", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("steps", Integer, nullable=False),
)
_open = text("status IN ('running', 'waiting')")
Index("ix_deletion_plans_open", deletion_plans.c.confirmed_at, sqlite_where=_open, postgresql_where=_open)

deletion_steps = Table(
    "deletion_steps",
    metadata,
    reference("plan_id", "deletion_plans.id"),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant),
    Column("intended_at", Instant, comment="when it was last about to be done"),
    Column("ended_at", Instant),
    Column("answer", Text, nullable=False),
    Column("size", BigInteger, nullable=False, comment="bytes that it deleted"),
    PrimaryKeyConstraint("plan_id", "number"),
    sqlite_with_rowid=False,
    comment="intent and result of each step that was begun",
)

deletion_log = Table(
    "deletion_log",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    Column("plan_id", BigInteger, nullable=False),
    Column("step", Integer, nullable=False, comment="0: it belongs to none, such as what was undone"),
    Column("deed", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("folded_title", Text, nullable=False),
    Column("series_id", BigInteger),
    Column("season", Integer),
    Column("episode_id", BigInteger),
    Column("movie_id", BigInteger),
    Column("asked_at", Instant),
    Column("answer", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Index("ix_deletion_log_plan_id_step", "plan_id", "step"),
    Index("ix_deletion_log_episode_id", "episode_id"),
    Index("ix_deletion_log_at", "at"),
)

deletion_lease = Table(
    "deletion_lease",
    metadata,
    Column("id", Integer, primary_key=True, comment="always 1: there is one"),
    Column("worker", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

deletion_settings = Table(
    "deletion_settings",
    metadata,
    Column("name", Text, primary_key=True, comment="`pause` or `caps`"),
    Column("value", Text, nullable=False, comment="JSON"),
)
