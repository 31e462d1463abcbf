"""Checks of media servers are kept for series of which something is awaited, and for no others

The others are verified with the whole library: their rows would only have them asked about one by one.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM library_checks WHERE attempts = 0")


def downgrade() -> None:
    """Nothing to bring back: a series without a row is looked at anew."""
