"""Which films were asked for: what was asked for of late is no candidate"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "film_requests",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="the request system's own id"),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False, comment="not declined"),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_film_requests_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "number", name="pk_film_requests"),
        comment="which films were asked for, as the request system told last",
    )
    op.create_index("ix_film_requests_tmdb_id", "film_requests", ["tmdb_id"])


def downgrade() -> None:
    op.drop_table("film_requests")
