"""Disks and how full they are. Sizes in bytes."""

from datetime import date, datetime

import msgspec


class DiskReading(msgspec.Struct, frozen=True):
    """How full a disk is, as one source says."""

    path: str
    """The mount as the source names it; empty for a total that a person gave."""
    total: int
    free: int
    label: str = ""

    @property
    def used(self) -> int:
        """What is taken."""
        return max(self.total - self.free, 0)


class Disk(msgspec.Struct, frozen=True):
    """A disk as last read; `key` tells it from all others and stays the same."""

    key: str
    source: str
    """Who says so: a connection's name, `this machine`, or `set by hand`."""
    reading: DiskReading
    at: datetime
    note: str = ""
    """What a person wrote beside a total given by hand."""


class Measured(msgspec.Struct, frozen=True):
    """A folder of this machine that is measured, or a total that a person gave; `total` only for the latter."""

    id: int
    name: str
    path: str = ""
    total: int = 0
    note: str = ""
    set_at: datetime | None = None
    set_by: str = ""


class DayReading(msgspec.Struct, frozen=True):
    """How full a disk was at the last look of a day (UTC)."""

    day: date
    total: int
    free: int
