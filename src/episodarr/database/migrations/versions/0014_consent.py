"""Consent to what rules delete: who armed them, what they found, and what leaves"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "arming_events",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False, comment="of a rule that may be gone"),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False, comment="armed or disarmed"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_itself", sa.Boolean(), nullable=False),
        sa.Column("after_run", sa.BigInteger(), nullable=False, comment="rule_runs.id of the last observation before"),
        sa.PrimaryKeyConstraint("id", name="pk_arming_events"),
    )
    op.create_index("ix_arming_events_rule_id_id", "arming_events", ["rule_id", "id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        comment="what people are to be told, and were not yet",
    )
    op.create_table(
        "rule_armings",
        sa.Column("rule_id", _big_key, nullable=False),
        sa.Column("armed_at", sa.BigInteger(), nullable=False),
        sa.Column("armed_by", sa.Text(), nullable=False),
        sa.Column("leaving_days", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="digest of the rule's conditions"),
        sa.Column("surroundings", sa.Text(), nullable=False, comment="digest of the connected services"),
        sa.Column("revision", sa.Text(), nullable=False, comment="the version of the tables"),
        sa.Column("plan_id", sa.BigInteger(), nullable=True, comment="the last plan that was made by it"),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_rule_armings_rule_id_rules", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rule_id", name="pk_rule_armings"),
        comment="rules that delete by themselves",
    )
    op.create_table(
        "rule_runs",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("rule_id", _big_key, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="deletion.arming.RunKind"),
        sa.Column("body", sa.Text(), nullable=False, comment="digest of the conditions at that time"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("candidates", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("census", sa.Text(), nullable=False, comment="JSON: what is counted -> how much there was"),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_rule_runs_rule_id_rules", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_runs"),
    )
    op.create_index("ix_rule_runs_rule_id_id", "rule_runs", ["rule_id", "id"], unique=False)
    op.create_table(
        "leavings",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("rule_id", _big_key, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("holding_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", _big_key, nullable=True),
        sa.Column("season_number", sa.Integer(), nullable=True),
        sa.Column("episode_id", sa.BigInteger(), nullable=True, comment="of a file: its first"),
        sa.Column("movie_id", _big_key, nullable=True),
        sa.Column("parts", sa.Text(), nullable=False, comment="JSON list of targets: of a file each of its episodes"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("has_poster", sa.Boolean(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("keep_first", sa.Integer(), nullable=False),
        sa.Column("keep_last", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.BigInteger(), nullable=True),
        sa.Column("matured_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=False, comment="the last observation that came upon it"),
        sa.Column("leaves_at", sa.BigInteger(), nullable=True, comment="null: it does not leave"),
        sa.Column("planned_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name="fk_leavings_movie_id_movies", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_leavings_rule_id_rules", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_leavings_series_id_series", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_leavings"),
        sa.UniqueConstraint("rule_id", "level", "holding_id", name="uq_leavings_rule_id_level_holding_id"),
        comment="candidates of rules, as they mature and leave",
    )
    op.create_index(
        "ix_leavings_leaves_at_id",
        "leavings",
        ["leaves_at", "id"],
        unique=False,
        sqlite_where=sa.text("leaves_at IS NOT NULL"),
        postgresql_where=sa.text("leaves_at IS NOT NULL"),
    )
    op.create_index("ix_leavings_movie_id", "leavings", ["movie_id"], unique=False)
    op.create_index("ix_leavings_series_id", "leavings", ["series_id"], unique=False)
    op.create_table(
        "leavings_told",
        sa.Column("episode_id", _big_key, nullable=False),
        sa.Column("leaves_at", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_leavings_told_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name="pk_leavings_told"),
        comment="episodes of which the log of their life says that they leave",
    )


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("leavings_told")
    op.drop_table("leavings")
    op.drop_table("rule_runs")
    op.drop_table("arming_events")
    op.drop_table("rule_armings")
