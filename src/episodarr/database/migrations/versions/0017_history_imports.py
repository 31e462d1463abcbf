"""Imported viewing histories: their files, rows and mappings, known shows, and what each user saw"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _deleted_with(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "known_shows",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="tmdb, tvmaze or library"),
        sa.Column("source_id", _big_key, nullable=False, comment="of the service; of the library series.id"),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("tvmaze_id", sa.Integer(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("imdb_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="running, ended or empty"),
        sa.Column("total_seasons", sa.Integer(), nullable=True, comment="without the specials; null: not known"),
        sa.Column(
            "total_episodes",
            sa.Integer(),
            nullable=True,
            comment="that have aired, without the specials; null: not known",
        ),
        sa.Column("known_episodes", sa.Integer(), nullable=True, comment="unaired ones included, without the specials"),
        sa.Column("special_episodes", sa.Integer(), nullable=True),
        sa.Column(
            "updated_at", sa.BigInteger(), nullable=True, comment="when its metadata were last read; null: never"
        ),
        sa.Column("refresh_at", sa.BigInteger(), nullable=True, comment="null: as soon as possible"),
        sa.Column("series_id", sa.BigInteger(), nullable=True, comment="series.id; null: no Sonarr lists it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_shows")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_known_shows_source_source_id")),
        comment="shows that somebody watched, wherever they are known from",
    )
    op.create_index("ix_known_shows_series_id", "known_shows", ["series_id"], unique=False)
    op.create_index("ix_known_shows_tmdb_id", "known_shows", ["tmdb_id"], unique=False)
    op.create_index("ix_known_shows_tvdb_id", "known_shows", ["tvdb_id"], unique=False)
    op.create_table(
        "history_imports",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("user_id", _big_key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file, for people"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False, comment="JSON: histories.import_model.Choices"),
        sa.Column("today", sa.Text(), nullable=False, comment="the day on which its dates are judged"),
        sa.Column(
            "company",
            sa.Text(),
            nullable=False,
            comment="JSON: names that so many of its titles share that they are shows",
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="of the file"),
        sa.Column("position", sa.Integer(), nullable=False, comment="events of the file that are stored"),
        sa.Column("counts", sa.Text(), nullable=False, comment="JSON: outcome or outcome/way -> rows"),
        sa.Column("bad", sa.Text(), nullable=False, comment="JSON: the first bad rows"),
        sa.Column("bad_count", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False, comment="JSON: reason -> rows"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        _deleted_with("history_imports", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_imports")),
    )
    op.create_index("ix_history_imports_user_id", "history_imports", ["user_id", "id"], unique=False)
    op.create_table(
        "history_mappings",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("user_id", _big_key, nullable=True),
        sa.Column("name", sa.Text(), nullable=False, comment="the cleaned title"),
        sa.Column("choice", sa.Text(), nullable=False, comment="show, film or ignore"),
        sa.Column("show_id", _big_key, nullable=True),
        sa.Column("season_offset", sa.Integer(), nullable=False, comment="added to the season that a title tells"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        _deleted_with("history_mappings", "show_id", "known_shows"),
        _deleted_with("history_mappings", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_mappings")),
        comment="what people said of titles; of no user: for all",
    )
    op.create_index("ix_history_mappings_name", "history_mappings", ["name"], unique=False)
    op.create_table(
        "history_people",
        sa.Column("user_id", _big_key, nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="p3: people.id, v12: play_viewers.id"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _deleted_with("history_people", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_history_people")),
        comment="who of the viewers of media servers a user is",
    )
    op.create_table(
        "watched_days",
        sa.Column("user_id", _big_key, nullable=False),
        sa.Column("show_id", _big_key, nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("watched_on", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="the first of the imports that tell it"),
        sa.Column("episode_id", sa.BigInteger(), nullable=True, comment="episodes.id; null: no Sonarr lists it"),
        _deleted_with("watched_days", "show_id", "known_shows"),
        _deleted_with("watched_days", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", "show_id", "season", "number", "watched_on", name=op.f("pk_watched_days")),
        comment="what each user saw by their histories, each episode once a day",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watched_days_import_id", "watched_days", ["import_id"], unique=False)
    op.create_table(
        "watched_films",
        sa.Column("user_id", _big_key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the cleaned title"),
        sa.Column("watched_on", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        _deleted_with("watched_films", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", "name", "watched_on", name=op.f("pk_watched_films")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watched_films_import_id", "watched_films", ["import_id"], unique=False)
    op.create_table(
        "history_rows",
        sa.Column("id", _big_key, autoincrement=True, nullable=False),
        sa.Column("import_id", _big_key, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="the cleaned title by which rows are looked up and reviewed together",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("told_season", sa.Integer(), nullable=True),
        sa.Column("told_number", sa.Integer(), nullable=True),
        sa.Column("episode_title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("imdb_id", sa.Text(), nullable=False),
        sa.Column("watched_on", sa.Text(), nullable=False),
        sa.Column("watched_at", sa.BigInteger(), nullable=True),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("show_id", sa.BigInteger(), nullable=True, comment="known_shows.id"),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("episode_id", sa.BigInteger(), nullable=True, comment="episodes.id; null: no Sonarr lists it"),
        sa.Column("suggestions", sa.Text(), nullable=False, comment="JSON: what it may mean; empty: nothing"),
        _deleted_with("history_rows", "import_id", "history_imports"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_rows")),
        comment="what the files of histories tell, and what became of each row",
    )
    op.create_index("ix_history_rows_import_id", "history_rows", ["import_id", "outcome", "name", "id"], unique=False)
    op.create_index(
        "ix_history_rows_show_id",
        "history_rows",
        ["show_id", "season", "number", "watched_on"],
        unique=False,
        sqlite_where=sa.text("show_id IS NOT NULL"),
        postgresql_where=sa.text("show_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("history_rows")
    op.drop_table("watched_films")
    op.drop_table("watched_days")
    op.drop_table("history_people")
    op.drop_table("history_mappings")
    op.drop_table("history_imports")
    op.drop_table("known_shows")
