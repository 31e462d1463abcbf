"""What was planned, done and answered in deleting"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deletion_plans",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON: deletion.plan.Plan, exactly as it was shown"),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the body"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True, comment="null: a person made it"),
        sa.Column("rule", sa.Text(), nullable=False, comment="its name at that time"),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True, comment="when a waiting one goes on"),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_plans"),
    )
    is_open = sa.text("status IN ('running', 'waiting')")
    op.create_index(
        "ix_deletion_plans_open",
        "deletion_plans",
        ["confirmed_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "deletion_steps",
        sa.Column("plan_id", _big_key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("intended_at", sa.BigInteger(), nullable=True, comment="when it was last about to be done"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes that it deleted"),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["deletion_plans.id"], name="fk_deletion_steps_plan_id_deletion_plans", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_deletion_steps"),
        comment="intent and result of each step that was begun",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deletion_log",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False, comment="0: it belongs to none, such as what was undone"),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("episode_id", sa.BigInteger(), nullable=True),
        sa.Column("movie_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_log"),
    )
    op.create_index("ix_deletion_log_plan_id_step", "deletion_log", ["plan_id", "step"])
    op.create_index("ix_deletion_log_episode_id", "deletion_log", ["episode_id"])
    op.create_index("ix_deletion_log_at", "deletion_log", ["at"])
    op.create_table(
        "deletion_lease",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1: there is one"),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_lease"),
    )
    op.create_table(
        "deletion_settings",
        sa.Column("name", sa.Text(), nullable=False, comment="`pause` or `caps`"),
        sa.Column("value", sa.Text(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("name", name="pk_deletion_settings"),
    )


def downgrade() -> None:
    for table in ("deletion_settings", "deletion_lease", "deletion_log", "deletion_steps", "deletion_plans"):
        op.drop_table(table)
