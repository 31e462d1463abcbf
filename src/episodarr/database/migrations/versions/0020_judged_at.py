"""When an episode's standing was written is kept, so that pages know which of two answers is the later one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "when its standing was last written; null: before that was kept"
    op.add_column("episodes", sa.Column("judged_at", sa.BigInteger(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("episodes", "judged_at")
