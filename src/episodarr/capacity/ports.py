"""What measuring needs from outside, and from the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from episodarr.capacity.model import DayReading, Disk, DiskReading, Measured


@runtime_checkable
class DiskSource(Protocol):
    """A service that knows how full its disks are (Sonarr, Radarr). Raises ServiceFailure when it cannot be asked."""

    async def disks(self) -> list[DiskReading]:
        """Its disks, mount by mount."""
        ...


class CapacityStore(Protocol):
    """Where readings are kept."""

    def measured(self) -> list[Measured]:
        """The folders and totals that people gave."""
        ...

    def add_measured(self, one: Measured) -> int:
        """Keep one (its `id` is ignored); its id."""
        ...

    def remove_measured(self, measured_id: int) -> None:
        """Forget one, with its history. Raises LookupError."""
        ...

    def library_size(self) -> int:
        """Bytes of all files that are known."""
        ...

    def note(self, disks: Sequence[Disk]) -> None:
        """Keep readings: the last one of each disk, and the last one of its day."""
        ...

    def disks(self) -> list[Disk]:
        """The last reading of each disk."""
        ...

    def history(self, key: str, since: date) -> list[DayReading]:
        """The readings of a disk by day, oldest first."""
        ...

    def drop_unheard(self, before: datetime) -> None:
        """Forget the last readings of disks that nobody told of since `before`; their history stays."""
        ...
