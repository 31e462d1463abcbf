"""Who asked, by the request system's own id: to tell whether they watched it"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.Column(
        "requester_number",
        sa.Integer(),
        nullable=False,
        server_default="0",
        comment="the request system's own id of the user; 0: not told",
    )
    op.add_column("requests", number)


def downgrade() -> None:
    op.drop_column("requests", "requester_number")
