"""What a look at the whole file of a history told is kept, and its rows and days have fewer keys to write."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LEARNED = {"date_form": "of its dates; empty: open", "language": "of its titles; empty: English, or unknown"}
_WIDE = ("show_id", "season", "number", "watched_on")


def _index_rows(*columns: str) -> None:
    op.drop_index("ix_history_rows_show_id", "history_rows")
    of_show = sa.text("show_id IS NOT NULL")
    op.create_index("ix_history_rows_show_id", "history_rows", columns, sqlite_where=of_show, postgresql_where=of_show)


def upgrade() -> None:
    for name, what in _LEARNED.items():
        op.add_column("history_imports", sa.Column(name, sa.Text, nullable=False, server_default="", comment=what))
    for table in ("watched_days", "watched_films"):
        op.drop_index(f"ix_{table}_import_id", table)
    _index_rows("show_id")


def downgrade() -> None:
    _index_rows(*_WIDE)
    for table in ("watched_days", "watched_films"):
        op.create_index(f"ix_{table}_import_id", table, ["import_id"])
    for name in _LEARNED:
        op.drop_column("history_imports", name)
