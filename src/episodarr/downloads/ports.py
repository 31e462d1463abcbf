"""What following downloads needs from outside."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, runtime_checkable

from episodarr.downloads.model import HistoryEvent, QueueItem, TransferChanges, TransferFile


@runtime_checkable
class GrabSource(Protocol):
    """A Sonarr instance as the source of grabs, queue and imports. Raises ServiceFailure when it cannot be asked."""

    async def queue(self) -> list[QueueItem]:
        """The whole queue, all pages; raises Broken when the pages do not add up to what the source counts."""
        ...

    async def history_since(self, at: datetime) -> list[HistoryEvent]:
        """All events since `at`, oldest first."""
        ...


@runtime_checkable
class TransferClient(Protocol):
    """A download client. Raises ServiceFailure when it cannot be asked."""

    async def changes(self) -> TransferChanges:
        """What changed since the previous call; everything on the first call and after a new session."""
        ...

    async def files(self, download_id: str) -> list[TransferFile] | None:
        """The files of one transfer; None when the client does not know it, empty while metadata is missing."""
        ...

    async def files_of(self, download_ids: Collection[str]) -> dict[str, list[TransferFile]]:
        """The files of several transfers, few requests at a time; unknown ones are left out."""
        ...
