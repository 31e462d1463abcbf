"""Who follows which show, what people chose about keeping fresh, and which episodes have no title yet"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "fresh_choices",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_fresh_choices"),
        comment="what people chose about keeping fresh; it wins over the environment",
    )
    op.create_table(
        "followed_shows",
        sa.Column("series_id", _big_key, nullable=False),
        sa.Column("watching", sa.Boolean(), nullable=False),
        sa.Column(
            "why", sa.Text(), server_default="", nullable=False, comment="catalogue.followed.Why; empty: never judged"
        ),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True, comment="when `watching` last changed"),
        sa.Column("sign_at", sa.BigInteger(), nullable=True, comment="the latest sign that counted"),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.Text(), server_default="", nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=True),
        sa.Column("imported_by", sa.Text(), server_default="", nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=True),
        sa.Column("prepared_for", sa.Text(), server_default="", nullable=False),
        sa.Column("lean_since", sa.BigInteger(), nullable=True, comment="its summaries and raw answers are not kept"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_followed_shows_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name="pk_followed_shows"),
        comment="a show that nobody ever touched has no row",
    )
    op.create_index(
        "ix_followed_shows_lean",
        "followed_shows",
        ["series_id"],
        unique=False,
        sqlite_where=sa.text("lean_since IS NOT NULL"),
        postgresql_where=sa.text("lean_since IS NOT NULL"),
    )
    op.create_table(
        "followed_log",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("series_id", _big_key, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("watching", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_followed_log_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_followed_log"),
    )
    op.create_index("ix_followed_log_series_id_id", "followed_log", ["series_id", "id"], unique=False)
    op.create_index(
        "ix_episodes_untitled",
        "episodes",
        ["series_id"],
        unique=False,
        sqlite_where=sa.text("title IN ('TBA', 'TBD', '') AND gone_at IS NULL"),
        postgresql_where=sa.text("title IN ('TBA', 'TBD', '') AND gone_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_episodes_untitled", table_name="episodes")
    op.drop_table("followed_log")
    op.drop_table("followed_shows")
    op.drop_table("fresh_choices")
