"""People over the accounts of all servers, and what they chose"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", _key, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        comment="somebody with several accounts; who has one account has no row",
    )
    op.create_table(
        "request_users",
        sa.Column("connection_id", _key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="the request system's own id of the user"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plex_id", sa.BigInteger(), nullable=False, comment="of the linked Plex account; 0: none"),
        sa.Column("jellyfin_user", sa.Text(), nullable=False, comment="id of the linked Jellyfin user; empty: none"),
        sa.Column("person_id", _key),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_request_users_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_request_users_person_id_people", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("connection_id", "number", name="pk_request_users"),
        comment="who asked for something in a request system",
    )
    op.create_table(
        "person_decisions",
        sa.Column("first", sa.Text(), nullable=False, comment="name of an account that outlives its connection"),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False, comment="false: they are two people"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first", "second", name="pk_person_decisions"),
        comment="what administrators said of two accounts; first < second",
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", _key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="JSON"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_preferences_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_preferences"),
        comment="what a user chose to see",
    )
    op.add_column("play_viewers", sa.Column("person_id", sa.BigInteger(), comment="people.id; null: one account only"))
    op.create_index("ix_plays_started_at", "plays", ["started_at"])
    op.create_index("ix_plays_viewer_id_started_at", "plays", ["viewer_id", "started_at"])
    op.create_index("ix_play_states_last_at", "play_states", ["last_at"])


def downgrade() -> None:
    op.drop_index("ix_play_states_last_at", table_name="play_states")
    op.drop_index("ix_plays_viewer_id_started_at", table_name="plays")
    op.drop_index("ix_plays_started_at", table_name="plays")
    op.drop_column("play_viewers", "person_id")
    op.drop_table("preferences")
    op.drop_table("person_decisions")
    op.drop_table("request_users")
    op.drop_table("people")
