"""Grabs, transfers and their files, as the outside systems report them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from episodarr.episode.facts import TransferPhase


class Grab(msgspec.Struct, frozen=True):
    """A release that Sonarr sent to a download client, for one episode (a pack gives one for each)."""

    sonarr_series_id: int
    sonarr_episode_id: int
    download_id: str
    """As `facts.download_key` spells it; empty when the source did not say."""
    release: str
    at: datetime
    client: str = ""
    size: int = 0
    release_type: str = ""


class HistoryKind(StrEnum):
    """What an event of Sonarr's history is about."""

    GRABBED = "grabbed"
    IMPORTED = "imported"
    FAILED = "failed"
    FILE_DELETED = "file_deleted"
    OTHER = "other"


class HistoryEvent(msgspec.Struct, frozen=True):
    """One event of Sonarr's history, for one episode."""

    id: int
    kind: HistoryKind
    sonarr_series_id: int
    sonarr_episode_id: int
    at: datetime
    download_id: str = ""
    release: str = ""
    client: str = ""
    reason: str = ""
    """Why a file was deleted (missingFromDisk, manual, upgrade ...), or what failed."""
    file_id: int = 0
    path: str = ""
    """The imported path, as Sonarr sees it."""
    size: int = 0
    quality: str = ""


class QueueItem(msgspec.Struct, frozen=True):
    """One row of Sonarr's queue: one (download, episode). Sizes are those of the whole download, in bytes."""

    download_id: str
    title: str
    status: str
    """queued, paused, downloading, completed, failed, warning, delay, downloadClientUnavailable, fallback, unknown."""
    tracked_state: str
    """downloading, importBlocked, importPending, importing, imported, failedPending, failed, ignored."""
    tracked_status: str = "ok"
    messages: tuple[str, ...] = ()
    sonarr_series_id: int = 0
    sonarr_episode_id: int = 0
    size: int = 0
    size_left: int = 0
    client: str = ""
    protocol: str = ""
    added_at: datetime | None = None


class NameReading(msgspec.Struct, frozen=True):
    """What a Sonarr makes of a release's name, in its own ids."""

    sonarr_series_id: int
    sonarr_episode_ids: tuple[int, ...]


class TransferFile(msgspec.Struct, frozen=True):
    """One file of a transfer. `progress` 0..1, `size` in bytes; `wanted` False: deselected in the client."""

    index: int
    name: str
    """Path inside the download, with `/`."""
    size: int
    progress: float
    wanted: bool = True


class TransferState(msgspec.Struct, frozen=True):
    """One transfer of a download client, as last reported. Sizes in bytes, speed in bytes per second."""

    download_id: str
    name: str
    phase: TransferPhase
    progress: float
    size: int
    done: int
    speed: int
    eta: int | None
    """Seconds; None when unknown or endless."""
    raw_state: str = ""
    """The client's own word, such as `stalledDL`."""
    category: str = ""
    save_path: str = ""
    content_path: str = ""
    added_at: datetime | None = None
    completed_at: datetime | None = None
    also_known_as: tuple[str, ...] = ()
    """Other ids of the same transfer (v1 hash of a hybrid torrent)."""


class TransferChanges(msgspec.Struct, frozen=True):
    """What changed at a download client since the previous call of the same session.

    `full`: the client told everything anew; a transfer that is not in `changed` is then gone.
    """

    full: bool
    changed: dict[str, TransferState]
    removed: frozenset[str]
