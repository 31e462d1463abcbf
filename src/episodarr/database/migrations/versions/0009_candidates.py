"""What could go, and why

Tags, ratings and root folders come with the series list: it is read anew, as if each entry had changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "series",
        sa.Column(
            "tags", sa.Text(), server_default="[]", nullable=False, comment="JSON list of the source's own tag ids"
        ),
    )
    op.add_column("series", sa.Column("rating", sa.Float(), nullable=True, comment="0 to 10; null: nobody rated it"))
    op.add_column("series", sa.Column("root_folder", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE series SET list_digest = ''")
    op.execute("DELETE FROM cursors WHERE name LIKE 'series-list:%'")
    op.create_table(
        "tag_labels",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False, comment="the source's own id"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_tag_labels_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "tag", name="pk_tag_labels"),
    )
    op.create_table(
        "protections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("season_number", sa.Integer(), nullable=True, comment="null: the whole show"),
        sa.Column(
            "episode_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="null: the whole season",
        ),
        sa.Column("movie_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_protections_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name="fk_protections_movie_id_movies", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_protections_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protections"),
        comment="what somebody said stays",
    )
    op.create_index("ix_protections_series_id", "protections", ["series_id"], unique=False)
    op.create_table(
        "rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON: deletion.rules.Rule"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
        sa.UniqueConstraint("folded_name", name="uq_rules_folded_name"),
    )
    op.create_table(
        "held_series",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True, comment="of the latest file; null: it is not told"),
        sa.Column("episodes", sa.Integer(), nullable=False, comment="with a file"),
        sa.Column("watched_episodes", sa.Integer(), nullable=False, comment="of these, to the end by anyone"),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True, comment="null: never played"),
        sa.Column("in_progress_at", sa.BigInteger(), nullable=True, comment="when somebody last left off within it"),
        sa.Column("next_up_at", sa.BigInteger(), nullable=True, comment="when somebody last watched the one before it"),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=True),
        sa.Column("requester_watched", sa.Boolean(), nullable=True),
        sa.Column("arriving", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("qualities", sa.Text(), nullable=False, comment="in lower case, each between line feeds"),
        sa.Column("connection_id", sa.BigInteger(), nullable=False, comment="0: nothing manages it"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("series_type", sa.Text(), nullable=False),
        sa.Column("root_folder", sa.Text(), nullable=False),
        sa.Column(
            "tags", sa.Text(), nullable=True, comment="labels in lower case, each between line feeds; null: not known"
        ),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("latest_season", sa.Integer(), nullable=True, comment="the latest one that has files"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_held_series_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name="pk_held_series"),
    )
    op.create_table(
        "held_seasons",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True, comment="of the latest file; null: it is not told"),
        sa.Column("episodes", sa.Integer(), nullable=False, comment="with a file"),
        sa.Column("watched_episodes", sa.Integer(), nullable=False, comment="of these, to the end by anyone"),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True, comment="null: never played"),
        sa.Column("in_progress_at", sa.BigInteger(), nullable=True, comment="when somebody last left off within it"),
        sa.Column("next_up_at", sa.BigInteger(), nullable=True, comment="when somebody last watched the one before it"),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=True),
        sa.Column("requester_watched", sa.Boolean(), nullable=True),
        sa.Column("arriving", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("qualities", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_held_seasons_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "season_number", name="pk_held_seasons"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_files",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of its first episode"),
        sa.Column("file_id", sa.BigInteger(), nullable=False, comment="episode_files.id"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True, comment="of the latest file; null: it is not told"),
        sa.Column("episodes", sa.Integer(), nullable=False, comment="with a file"),
        sa.Column("watched_episodes", sa.Integer(), nullable=False, comment="of these, to the end by anyone"),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True, comment="null: never played"),
        sa.Column("in_progress_at", sa.BigInteger(), nullable=True, comment="when somebody last left off within it"),
        sa.Column("next_up_at", sa.BigInteger(), nullable=True, comment="when somebody last watched the one before it"),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=True),
        sa.Column("requester_watched", sa.Boolean(), nullable=True),
        sa.Column("arriving", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("qualities", sa.Text(), nullable=False),
        sa.Column(
            "from_start",
            sa.Integer(),
            nullable=True,
            comment="which one of the show, without specials; null: not among the first",
        ),
        sa.Column("from_end", sa.Integer(), nullable=True, comment="the same from the last"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_held_files_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "season_number", "number", "file_id", name="pk_held_files"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_movies",
        sa.Column("movie_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True, comment="of the latest file; null: it is not told"),
        sa.Column("episodes", sa.Integer(), nullable=False, comment="with a file"),
        sa.Column("watched_episodes", sa.Integer(), nullable=False, comment="of these, to the end by anyone"),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True, comment="null: never played"),
        sa.Column("in_progress_at", sa.BigInteger(), nullable=True, comment="when somebody last left off within it"),
        sa.Column("next_up_at", sa.BigInteger(), nullable=True, comment="when somebody last watched the one before it"),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=True),
        sa.Column("requester_watched", sa.Boolean(), nullable=True),
        sa.Column("arriving", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("qualities", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False, comment="0: nothing manages it"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("series_type", sa.Text(), nullable=False),
        sa.Column("root_folder", sa.Text(), nullable=False),
        sa.Column(
            "tags", sa.Text(), nullable=True, comment="labels in lower case, each between line feeds; null: not known"
        ),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name="fk_held_movies_movie_id_movies", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("movie_id", name="pk_held_movies"),
    )
    op.create_table(
        "held_waiting",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_held_waiting_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name="pk_held_waiting"),
        comment="series of which something has changed since their held_* were made",
    )
    for name, columns in (
        ("from_start", ["from_start", "series_id", "season_number", "size"]),
        ("from_end", ["from_end", "series_id", "season_number", "size", "from_start"]),
    ):
        ranked = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_held_files_{name}", "held_files", columns, sqlite_where=ranked, postgresql_where=ranked)
    op.execute("INSERT INTO held_waiting (series_id) SELECT id FROM series")


def downgrade() -> None:
    op.drop_table("held_waiting")
    op.drop_table("held_movies")
    op.drop_table("held_files")
    op.drop_table("held_seasons")
    op.drop_table("held_series")
    op.drop_table("rules")
    op.drop_table("protections")
    op.drop_table("tag_labels")
    for column in ("root_folder", "rating", "tags"):
        op.drop_column("series", column)
