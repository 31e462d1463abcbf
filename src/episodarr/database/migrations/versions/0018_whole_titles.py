"""A mapping may be of a whole title, and then name the very episode"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "history_mappings",
        sa.Column(
            "whole_title",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="the name is all that a row tells",
        ),
    )
    season = sa.Column("season", sa.Integer(), nullable=True, comment="of a whole title that is an episode")
    op.add_column("history_mappings", season)
    op.add_column("history_mappings", sa.Column("number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM history_mappings WHERE whole_title")
    op.drop_column("history_mappings", "number")
    op.drop_column("history_mappings", "season")
    op.drop_column("history_mappings", "whole_title")
