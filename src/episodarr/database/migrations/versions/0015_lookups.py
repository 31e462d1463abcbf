"""What metadata services were asked and answered, and whose turn it is to ask them"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service_turns",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True, comment="null: it is being asked"),
        sa.PrimaryKeyConstraint("id", name="pk_service_turns"),
        comment="the last requests to services that limit them, of all processes",
    )
    op.create_index("ix_service_turns_service", "service_turns", ["service"], unique=False)
    op.create_table(
        "service_pauses",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service", name="pk_service_pauses"),
        comment="services that asked to be left alone",
    )
    op.create_table(
        "lookups",
        sa.Column("key", sa.Text(), nullable=False, comment="digest of the question"),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="histories.asking.Kind"),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True, comment="JSON; null: never answered yet"),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="the worker that is asking; empty: none"),
        sa.Column("asking_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_lookups"),
        comment="what metadata services answered",
    )
    op.create_index("ix_lookups_answered_at", "lookups", ["answered_at"], unique=False)
    op.create_table(
        "lookup_log",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="histories.asking.Outcome"),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup_log"),
        comment="each time that something was looked up",
    )
    op.create_index("ix_lookup_log_at", "lookup_log", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("lookup_log")
    op.drop_table("lookups")
    op.drop_table("service_pauses")
    op.drop_table("service_turns")
