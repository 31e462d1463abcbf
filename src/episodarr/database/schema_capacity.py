"""Tables of how full the disks are. A change here needs a migration, as in `schema`."""

from sqlalchemy import BigInteger, Column, Date, PrimaryKeyConstraint, Table, Text

from episodarr.database.columns import key
from episodarr.database.schema import Instant, metadata

measured_disks = Table(
    "measured_disks",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False, comment="a folder of this machine; empty: a total given by hand"),
    Column("total", BigInteger, nullable=False, comment="bytes; 0 for a folder"),
    Column("note", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", Text, nullable=False),
)

disks = Table(
    "disks",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("free", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="the last reading of each disk",
)

disk_days = Table(
    "disk_days",
    metadata,
    Column("key", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("free", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", "day"),
    comment="the last reading of each day, UTC",
)
