"""Requests"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="the request system's own id"),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("tvdb_id", sa.Integer(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column(
            "all_seasons", sa.Boolean(), nullable=False, comment="all but the specials; else see request_seasons"
        ),
        sa.Column("is_4k", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_number", sa.Integer(), nullable=False),
        sa.Column(
            "media_status", sa.Text(), nullable=False, comment="what the request system believes of the whole title"
        ),
        sa.Column("media_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_by", sa.Text(), nullable=False),
        sa.Column(
            "sonarr_address", sa.Text(), nullable=False, comment="scheme, host and port as the request system knows it"
        ),
        sa.Column("sonarr_series", sa.Integer(), nullable=False, comment="that Sonarr's id of the series"),
        sa.Column(
            "gone_at",
            sa.BigInteger(),
            nullable=True,
            comment="the request system no longer has it; its history is kept",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="who says it: the source of its facts"),
        sa.Column("said", sa.Text(), nullable=False, comment="the fact for a requested episode; see evidence.what"),
        sa.Column(
            "unsaid", sa.Text(), nullable=False, comment="the fact for an episode that is not requested any more"
        ),
        sa.Column("standing", sa.Boolean(), nullable=False, comment="neither declined nor gone"),
        sa.Column("said_at", sa.BigInteger(), nullable=False, comment="since when it says so"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name="fk_requests_connection_id_connections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("connection_id", "number", name="uq_requests_connection_id_number"),
    )
    op.create_index("ix_requests_created_at", "requests", ["created_at", "id"], unique=False)
    op.create_table(
        "request_seasons",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_request_seasons_request_id_requests", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "number", name="pk_request_seasons"),
    )
    op.create_table(
        "request_series",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "current", sa.Boolean(), nullable=False, comment="false: it was found to be about another one meanwhile"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_request_series_request_id_requests", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_request_series_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "series_id", name="pk_request_series"),
        comment="the series that a request is about, in each Sonarr that holds it",
    )
    op.create_index("ix_request_series_series_id", "request_series", ["series_id"], unique=False)
    op.create_table(
        "request_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_request_log_request_id_requests", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request_log"),
        comment="what became of a request",
    )
    op.create_index("ix_request_log_request_id", "request_log", ["request_id"], unique=False)
    op.create_table(
        "request_titles",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="empty: looked for in vain"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_request_titles_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "tmdb_id", name="pk_request_titles"),
        comment="names of requested titles that no Sonarr lists",
    )


def downgrade() -> None:
    op.drop_table("request_titles")
    op.drop_index("ix_request_log_request_id", table_name="request_log")
    op.drop_table("request_log")
    op.drop_index("ix_request_series_series_id", table_name="request_series")
    op.drop_table("request_series")
    op.drop_table("request_seasons")
    op.drop_index("ix_requests_created_at", table_name="requests")
    op.drop_table("requests")
