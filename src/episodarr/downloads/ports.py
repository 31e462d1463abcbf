"""What following downloads needs from outside."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from episodarr.downloads.attribute import CoveredEpisode
from episodarr.downloads.model import HistoryEvent, NameReading, QueueItem, TransferChanges, TransferFile
from episodarr.downloads.resolve_release import Candidate
from episodarr.episode.facts import Fact
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId


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
class NameReader(Protocol):
    """A Sonarr instance as a reader of names. Raises ServiceFailure when it cannot be asked."""

    async def read_name(self, title: str) -> NameReading | None:
        """What it makes of a release's name; None when it knows no series for it."""
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


class Origin(StrEnum):
    """Who says which episodes a download covers; the earlier ones are believed before the later ones."""

    SONARR = "sonarr"
    """Sonarr grabbed it for these."""
    SONARR_PARSE = "sonarr_parse"
    """Sonarr reads its name so."""
    NAME = "name"
    """Episodarr reads its name so."""
    PERSON = "person"


class Correction(msgspec.Struct, frozen=True):
    """What a person said of one file of a download; no episodes: it holds none."""

    episodes: tuple[EpisodeId, ...]
    by: str
    at: datetime


class OpenDownload(msgspec.Struct, frozen=True):
    """A grabbed download of which something is still expected, with the episodes it covers."""

    download_id: str
    connection: ConnectionId
    """The Sonarr instance that grabbed it."""
    series_id: SeriesId
    release: str
    client: str
    grabbed_at: datetime
    covered: tuple[CoveredEpisode, ...]
    season_sizes: dict[int, int]
    """Number of episodes of each covered season."""
    origin: Origin = Origin.SONARR
    reason: str = ""
    """Why these episodes, where Sonarr did not grab it."""
    corrections: dict[str, Correction] = {}
    """What a person said of its files, by their names."""


class NewGrab(msgspec.Struct, frozen=True):
    """That a download covers an episode, to be remembered."""

    download_id: str
    series_id: SeriesId
    episode_id: EpisodeId
    release: str
    client: str
    size: int
    grabbed_at: datetime
    origin: Origin = Origin.SONARR
    reason: str = ""


class DownloadStore(Protocol):
    """Where grabs are kept."""

    def known_episodes(
        self, connection: ConnectionId, sonarr_episode_ids: Collection[int]
    ) -> dict[int, tuple[EpisodeId, SeriesId]]:
        """Our ids by Sonarr's; those that no sync has brought yet are absent."""
        ...

    def remember(self, grabs: Sequence[NewGrab]) -> int:
        """Keep which episodes a download covers; how many pairs were new."""
        ...

    def open_downloads(self) -> list[OpenDownload]:
        """All downloads that are not settled."""
        ...

    def of_episodes(self, episode_ids: Collection[int]) -> list[OpenDownload]:
        """Downloads that cover any of these episodes, settled ones too, each with all that it covers."""
        ...

    def in_queue(self, connection: ConnectionId) -> set[tuple[str, EpisodeId]]:
        """The (download, episode) pairs that Sonarr's queue held when it was last read."""
        ...

    def told_of(self, teller: str) -> list[Fact]:
        """What a download client (`Label:connection`) said last of each open download's transfer."""
        ...

    def correct(self, download_id: str, file_name: str, correction: Correction | None) -> None:
        """Keep what a person said of a file; None takes it back, with what the download covers by that word alone.

        The download is open again: what was said means something for what it brings.
        """
        ...

    def series_of(self, episodes: Collection[EpisodeId]) -> dict[EpisodeId, SeriesId]:
        """The series of episodes; unknown ones are left out."""
        ...

    def told_before(self, download_ids: Collection[str]) -> set[str]:
        """Those that are known, open or settled: somebody has told which episodes they bring."""
        ...

    def candidates(self, wanted: Callable[[Candidate], bool]) -> list[Candidate]:
        """The series that `wanted` picks by their titles (it sees them without episodes), with their episodes."""
        ...

    def settle(self, download_ids: Collection[str], now: datetime) -> None:
        """Nothing more is expected of these downloads."""
        ...

    def cursor(self, name: str) -> str | None:
        """A remembered position."""
        ...

    def set_cursor(self, name: str, value: str) -> None:
        """Remember a position."""
        ...
