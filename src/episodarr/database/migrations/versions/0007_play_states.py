"""What media servers tell of each user's items, and what is playing now"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "plays",
        sa.Column(
            "counted_by", sa.BigInteger(), nullable=True, comment="the connection that tells and counts this play too"
        ),
    )
    op.create_index(
        "ix_plays_counted_by",
        "plays",
        ["connection_id"],
        unique=False,
        sqlite_where=sa.text("counted_by IS NOT NULL"),
        postgresql_where=sa.text("counted_by IS NOT NULL"),
    )
    op.create_index("ix_play_items_key", "play_items", ["connection_id", "key"], unique=False)
    op.create_table(
        "play_states",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="the most that was ever told; Jellyfin counts starts"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="at least so many reached the end"),
        sa.Column("played", sa.Boolean(), nullable=False, comment="at present"),
        sa.Column("position_seconds", sa.Integer(), nullable=False, comment="at present; 0: at the beginning"),
        sa.Column("favourite", sa.Boolean(), nullable=False, comment="at present"),
        sa.Column(
            "last_at", sa.BigInteger(), nullable=True, comment="the latest play that was ever told; null: none was"
        ),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=True, comment="the latest that was played then; null: never"
        ),
        sa.Column("seen_at", sa.BigInteger(), nullable=False, comment="when the server last told it so"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_play_states_connection_id_connections", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["play_items.id"], name="fk_play_states_item_id_play_items", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["play_viewers.id"], name="fk_play_states_viewer_id_play_viewers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "viewer_id", name="pk_play_states"),
        comment="what a media server tells of an item and a user; history in it is never taken back",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_play_states_connection_id", "play_states", ["connection_id", "viewer_id"], unique=False)
    op.create_table(
        "playing_now",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_seconds", sa.Integer(), nullable=True, comment="null: not told"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="when it was first seen playing"),
        sa.Column("seen_at", sa.BigInteger(), nullable=False, comment="when the service last told it so"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_playing_now_connection_id_connections", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["play_items.id"], name="fk_playing_now_item_id_play_items", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["play_viewers.id"], name="fk_playing_now_viewer_id_play_viewers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "item_id", "viewer_id", name="pk_playing_now"),
        comment="what is being played as last told; when a service was asked last: cursor `sessions:<connection>`",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_playing_now_item_id", "playing_now", ["item_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_playing_now_item_id", table_name="playing_now")
    op.drop_table("playing_now")
    op.drop_index("ix_play_states_connection_id", table_name="play_states")
    op.drop_table("play_states")
    op.drop_index("ix_play_items_key", table_name="play_items")
    op.drop_index(
        "ix_plays_counted_by",
        table_name="plays",
        sqlite_where=sa.text("counted_by IS NOT NULL"),
        postgresql_where=sa.text("counted_by IS NOT NULL"),
    )
    op.drop_column("plays", "counted_by")
