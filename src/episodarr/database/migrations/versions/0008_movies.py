"""Movies"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "movies",
        sa.Column("id", _key, autoincrement=True, nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False, comment="0: not told"),
        sa.Column("imdb_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("runtime", sa.Integer(), nullable=False, comment="minutes"),
        sa.Column("genres", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("studio", sa.Text(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True, comment="0..10"),
        sa.Column("monitored", sa.Boolean(), nullable=True, comment="null: no Radarr holds it"),
        sa.Column("root_folder", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_on_disk", sa.BigInteger(), nullable=False),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("file_added_at", sa.BigInteger(), nullable=True),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False, comment="JSON list of labels"),
        sa.Column("has_poster", sa.Boolean(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False, comment="a media server lists it with a file"),
        sa.Column("available_since", sa.BigInteger(), nullable=True),
        sa.Column("synced_at", sa.BigInteger(), nullable=True, comment="when what is known of it last changed"),
        sa.Column(
            "gone_at", sa.BigInteger(), nullable=True, comment="no system lists it any more; its history is kept"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_movies"),
        comment="one row a movie, over all systems that hold it",
    )
    op.create_index("ix_movies_sort_title_id", "movies", ["sort_title", "id"])
    op.create_table(
        "movie_copies",
        sa.Column("connection_id", _key, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False, comment="the system's own id of it"),
        sa.Column("movie_id", _key, nullable=False),
        sa.Column(
            "guid", sa.Text(), nullable=False, comment="what plays of that system call it, such as plex://movie/..."
        ),
        sa.Column(
            "manager", sa.Boolean(), nullable=False, comment="a Radarr, which decides; else a media server, which plays"
        ),
        sa.Column(
            "joined_by", sa.Text(), nullable=False, comment="tmdb, imdb, title, or alone: what makes it this movie"
        ),
        sa.Column(
            "path", sa.Text(), nullable=False, comment="as that system sees it: its file, or without one its folder"
        ),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes; 0: no file, or not told"),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True),
        sa.Column("monitored", sa.Boolean(), nullable=True),
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False, comment="JSON: catalogue.movies.ListedMovie"),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False, comment="when a reading last said something new of it"),
        sa.Column("gone_at", sa.BigInteger(), nullable=True, comment="a complete list of that system lacks it"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_movie_copies_connection_id_connections", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name="fk_movie_copies_movie_id_movies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "external_id", name="pk_movie_copies"),
        comment="what each system says of the movies that it holds",
    )
    op.create_index("ix_movie_copies_movie_id", "movie_copies", ["movie_id"])
    op.create_table(
        "played_movies",
        sa.Column("item_id", _key, nullable=False),
        sa.Column("movie_id", _key, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["play_items.id"], name="fk_played_movies_item_id_play_items", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name="fk_played_movies_movie_id_movies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name="pk_played_movies"),
        comment="which movie a played item is",
    )
    op.create_index("ix_played_movies_movie_id", "played_movies", ["movie_id"])
    op.create_table(
        "watched_movies",
        sa.Column("movie_id", _key, nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False, comment="a resumed play counts once"),
        sa.Column("watched_plays", sa.Integer(), nullable=False, comment="those that reached the end"),
        sa.Column("seconds", sa.BigInteger(), nullable=False, comment="without pauses"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds since 1970: the latest stop"),
        sa.Column(
            "last_watched_at", sa.BigInteger(), nullable=False, comment="of those that reached the end; 0: none did"
        ),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name="fk_watched_movies_movie_id_movies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", name="pk_watched_movies"),
        comment="sums over all viewers and servers; what nobody played has no row",
    )


def downgrade() -> None:
    op.drop_table("watched_movies")
    op.drop_table("played_movies")
    op.drop_table("movie_copies")
    op.drop_table("movies")
