"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("preset", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_table(
        "connections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False, comment="JSON of the fields that are no secrets"),
        sa.Column("sealed", sa.Text(), server_default="", nullable=False, comment="sealed JSON of the secret fields"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("from_environment", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connections"),
        sa.UniqueConstraint("name", name="uq_connections_name"),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_task_id", ["task", "id"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("folded_name", name="uq_users_folded_name"),
    )
    op.create_table(
        "connection_health",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_connection_health_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", name="pk_connection_health"),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sonarr_id", sa.Integer(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("tvmaze_id", sa.Integer(), nullable=False),
        sa.Column("imdb_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("title_slug", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("series_type", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("runtime", sa.Integer(), nullable=False),
        sa.Column("genres", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("has_poster", sa.Boolean(), nullable=False),
        sa.Column("size_on_disk", sa.BigInteger(), nullable=False),
        sa.Column("list_digest", sa.Text(), nullable=False, comment="of its entry in the series list"),
        sa.Column(
            "episodes_digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="of its episodes and files as answered",
        ),
        sa.Column("synced_at", sa.BigInteger(), nullable=True, comment="when its episodes were last read"),
        sa.Column(
            "stale",
            sa.Boolean(),
            nullable=False,
            comment="the list says that its episodes have changed since they were read",
        ),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True, comment="Sonarr no longer knows it; its history is kept"),
        sa.Column("season_count", sa.Integer(), server_default="0", nullable=False, comment="without the specials"),
        sa.Column("episode_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("aired_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("file_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("available_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("arriving_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "states", sa.Text(), server_default="{}", nullable=False, comment="JSON: state -> number of episodes"
        ),
        sa.Column("next_airs_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_series_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("connection_id", "sonarr_id", name="uq_series_connection_id_sonarr_id"),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index("ix_series_sort_title_id", ["sort_title", "id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_user_id", ["user_id"], unique=False)

    op.create_table(
        "downloads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("download_id", sa.Text(), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("grabbed_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True, comment="nothing more is expected of it"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_downloads_series_id_series", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_downloads"),
        sa.UniqueConstraint("download_id", name="uq_downloads_download_id"),
    )
    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.create_index(
            "ix_downloads_open",
            ["series_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "episode_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sonarr_id", sa.Integer(), nullable=False),
        sa.Column("relative_path", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("release_group", sa.Text(), nullable=False),
        sa.Column("scene_name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_episode_files_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_episode_files"),
        sa.UniqueConstraint("series_id", "sonarr_id", name="uq_episode_files_series_id_sonarr_id"),
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sonarr_id", sa.Integer(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("season_number", sa.Integer(), nullable=False),
        sa.Column("episode_number", sa.Integer(), nullable=False),
        sa.Column("absolute_number", sa.Integer(), nullable=True),
        sa.Column("scene_season_number", sa.Integer(), nullable=True),
        sa.Column("scene_episode_number", sa.Integer(), nullable=True),
        sa.Column("scene_absolute_number", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("air_date", sa.Text(), nullable=True),
        sa.Column("airs_at", sa.BigInteger(), nullable=True),
        sa.Column("runtime", sa.Integer(), nullable=False),
        sa.Column("finale", sa.Text(), nullable=True),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.Column(
            "file_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="episode_files.id; null: no file",
        ),
        sa.Column("gone_at", sa.BigInteger(), nullable=True, comment="Sonarr no longer lists it; its history is kept"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("waiting_for", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_episodes_series_id_series", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_episodes"),
        sa.UniqueConstraint("connection_id", "sonarr_id", name="uq_episodes_connection_id_sonarr_id"),
    )
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.create_index("ix_episodes_airs_at", ["airs_at"], unique=False)
        batch_op.create_index(
            "ix_episodes_on_the_way",
            ["series_id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('grabbed','queued','downloading','stalled','failed','downloaded','importing','import_blocked','imported')"
            ),
            postgresql_where=sa.text(
                "state IN ('grabbed','queued','downloading','stalled','failed','downloaded','importing','import_blocked','imported')"
            ),
        )
        batch_op.create_index(
            "ix_episodes_review_at",
            ["review_at"],
            unique=False,
            sqlite_where=sa.text("review_at IS NOT NULL"),
            postgresql_where=sa.text("review_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_episodes_series_id_season_number_episode_number",
            ["series_id", "season_number", "episode_number"],
            unique=True,
            sqlite_where=sa.text("gone_at IS NULL"),
            postgresql_where=sa.text("gone_at IS NULL"),
        )

    op.create_table(
        "library_checks",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_library_checks_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_library_checks_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "series_id", name="pk_library_checks"),
    )
    op.create_table(
        "seasons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sonarr_series_id", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.Column("episode_count", sa.Integer(), nullable=False),
        sa.Column("episode_file_count", sa.Integer(), nullable=False),
        sa.Column("total_episode_count", sa.Integer(), nullable=False),
        sa.Column("size_on_disk", sa.BigInteger(), nullable=False),
        sa.Column("statistics", sa.Text(), nullable=False, comment="JSON as Sonarr sent it"),
        sa.Column("available_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("arriving_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("states", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_seasons_series_id_series", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_seasons"),
        sa.UniqueConstraint("series_id", "number", name="uq_seasons_series_id_number"),
    )
    op.create_table(
        "series_files",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="the raw episode files as Sonarr sent them, zlib"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_series_files_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name="pk_series_files"),
    )
    op.create_table(
        "download_episodes",
        sa.Column("download", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["download"], ["downloads.id"], name="fk_download_episodes_download_downloads", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_download_episodes_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("download", "episode_id", name="pk_download_episodes"),
    )
    with op.batch_alter_table("download_episodes", schema=None) as batch_op:
        batch_op.create_index("ix_download_episodes_episode_id", ["episode_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="JSON, episode.facts"),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_evidence_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", "kind", "source", name="pk_evidence"),
        comment="what counts now: the latest fact of each kind and source",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "superseded",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_superseded_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_superseded"),
        comment="what was said before: with `evidence`, the log of an episode",
    )
    with op.batch_alter_table("superseded", schema=None) as batch_op:
        batch_op.create_index("ix_superseded_episode_id_at", ["episode_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("superseded", schema=None) as batch_op:
        batch_op.drop_index("ix_superseded_episode_id_at")

    op.drop_table("superseded")
    op.drop_table("evidence")
    with op.batch_alter_table("download_episodes", schema=None) as batch_op:
        batch_op.drop_index("ix_download_episodes_episode_id")

    op.drop_table("download_episodes")
    op.drop_table("series_files")
    op.drop_table("seasons")
    op.drop_table("library_checks")
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_episodes_series_id_season_number_episode_number",
            sqlite_where=sa.text("gone_at IS NULL"),
            postgresql_where=sa.text("gone_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_episodes_review_at",
            sqlite_where=sa.text("review_at IS NOT NULL"),
            postgresql_where=sa.text("review_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_episodes_on_the_way",
            sqlite_where=sa.text(
                "state IN ('grabbed','queued','downloading','stalled','failed','downloaded','importing','import_blocked','imported')"
            ),
            postgresql_where=sa.text(
                "state IN ('grabbed','queued','downloading','stalled','failed','downloaded','importing','import_blocked','imported')"
            ),
        )
        batch_op.drop_index("ix_episodes_airs_at")

    op.drop_table("episodes")
    op.drop_table("episode_files")
    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_downloads_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("downloads")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_user_id")

    op.drop_table("sessions")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_index("ix_series_sort_title_id")

    op.drop_table("series")
    op.drop_table("connection_health")
    op.drop_table("users")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_task_id")

    op.drop_table("jobs")
    op.drop_table("cursors")
    op.drop_table("connections")
    op.drop_table("api_keys")
