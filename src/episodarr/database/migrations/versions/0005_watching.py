"""Plays and their sums"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False, comment="its guid, which outlives its key; else its key"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("series_key", sa.Text(), nullable=False),
        sa.Column("series_title", sa.Text(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("aired_on", sa.Text(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("series_tvdb_id", sa.Integer(), nullable=False),
        sa.Column("series_tmdb_id", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.BigInteger(), nullable=False, comment="the latest play that described it"),
        sa.Column(
            "pending", sa.Integer(), nullable=False, comment="2: its sums wait, 1: nobody was told of them, 0: neither"
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_play_items_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_play_items"),
        sa.UniqueConstraint("connection_id", "identity", name="uq_play_items_connection_id_identity"),
        comment="what was played, whether Sonarr lists it or not",
    )
    op.create_index(
        "ix_play_items_pending",
        "play_items",
        ["connection_id", "pending"],
        unique=False,
        sqlite_where=sa.text("pending > 0"),
        postgresql_where=sa.text("pending > 0"),
    )
    op.create_table(
        "play_series",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_key", sa.Text(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False, comment="0: not known; all 0: asked for in vain"),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_play_series_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "series_key", name="pk_play_series"),
        comment="what other systems call the series of plays that matched nothing by their titles",
    )
    op.create_table(
        "play_viewers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False, comment="the source's own id of the user"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_play_viewers_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_play_viewers"),
        sa.UniqueConstraint("connection_id", "viewer", name="uq_play_viewers_connection_id_viewer"),
    )
    op.create_table(
        "plays",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="the source's own id"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("first_number", sa.BigInteger(), nullable=False, comment="of the play that it resumes, or its own"),
        sa.Column("viewer_id", sa.BigInteger(), nullable=False, comment="play_viewers.id"),
        sa.Column("item_id", sa.BigInteger(), nullable=False, comment="play_items.id"),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False, comment="without pauses"),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_plays_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "number", "started_at", name="pk_plays"),
        comment="each once; a source that lost its database gives the same numbers to other plays",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_plays_item_id", "plays", ["item_id"], unique=False)
    op.create_index(
        "ix_plays_resuming",
        "plays",
        ["connection_id", "first_number"],
        unique=False,
        sqlite_where=sa.text("number <> first_number"),
        postgresql_where=sa.text("number <> first_number"),
    )
    op.create_table(
        "play_sums",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="a resumed play counts once"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="those that reached the end"),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="without pauses"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds since 1970: the latest stop"),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=False, comment="of those that reached the end; 0: none did"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["play_items.id"], name="fk_play_sums_item_id_play_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "viewer_id", name="pk_play_sums"),
        comment="what the plays of one item by one viewer add up to",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watched_seasons",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="a resumed play counts once"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="those that reached the end"),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="without pauses"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds since 1970: the latest stop"),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=False, comment="of those that reached the end; 0: none did"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_watched_seasons_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "season_number", name="pk_watched_seasons"),
    )
    op.create_table(
        "watched_series",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="a resumed play counts once"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="those that reached the end"),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="without pauses"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds since 1970: the latest stop"),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=False, comment="of those that reached the end; 0: none did"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_watched_series_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name="pk_watched_series"),
    )
    op.create_table(
        "played_episodes",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_played_episodes_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["play_items.id"], name="fk_played_episodes_item_id_play_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "episode_id", name="pk_played_episodes"),
        comment="which episode a played item is, in each Sonarr that holds it",
    )
    op.create_index("ix_played_episodes_episode_id", "played_episodes", ["episode_id"], unique=False)
    op.create_table(
        "watched_episodes",
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="a resumed play counts once"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="those that reached the end"),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="without pauses"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds since 1970: the latest stop"),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=False, comment="of those that reached the end; 0: none did"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_watched_episodes_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_watched_episodes_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name="pk_watched_episodes"),
        comment="sums over all viewers and servers; what nobody played has no row",
    )
    op.create_index("ix_watched_episodes_series_id", "watched_episodes", ["series_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_watched_episodes_series_id", table_name="watched_episodes")
    op.drop_table("watched_episodes")
    op.drop_index("ix_played_episodes_episode_id", table_name="played_episodes")
    op.drop_table("played_episodes")
    op.drop_table("watched_series")
    op.drop_table("watched_seasons")
    op.drop_table("play_sums")
    op.drop_index(
        "ix_plays_resuming",
        table_name="plays",
        sqlite_where=sa.text("number <> first_number"),
        postgresql_where=sa.text("number <> first_number"),
    )
    op.drop_index("ix_plays_item_id", table_name="plays")
    op.drop_table("plays")
    op.drop_table("play_viewers")
    op.drop_table("play_series")
    op.drop_index(
        "ix_play_items_pending",
        table_name="play_items",
        sqlite_where=sa.text("pending > 0"),
        postgresql_where=sa.text("pending > 0"),
    )
    op.drop_table("play_items")
