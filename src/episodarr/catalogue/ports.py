"""What the catalogue needs from outside, and from the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from episodarr.catalogue.model import EpisodesAnswer, ListedSeries, SeriesEntry, SeriesListing
from episodarr.episode.identity import ConnectionId, SeriesId, Source


@runtime_checkable
class CatalogueSource(Protocol):
    """A Sonarr instance as the catalogue sees it. Every call raises ServiceFailure when it cannot be answered."""

    async def series_listing(self) -> SeriesListing:
        """The whole series list, in one request."""
        ...

    async def episodes(self, sonarr_series_id: int) -> EpisodesAnswer:
        """All episodes and episode files of one series, in two requests."""
        ...

    async def series_exists(self, sonarr_series_id: int) -> bool:
        """Whether the source still knows the series; False only on its own plain "not found"."""
        ...

    async def poster(self, sonarr_series_id: int) -> bytes | None:
        """The series' poster as image bytes (at most 5 MB); None when it has none."""
        ...

    async def tag_labels(self) -> dict[int, str]:
        """The labels of tags by the source's own ids."""
        ...

    async def series_changed_since(self, at: datetime) -> set[int]:
        """Ids of series whose history has news since `at`; the fast way to edits that the list does not show."""
        ...


@runtime_checkable
class CatalogueControl(Protocol):
    """What a person can have a Sonarr instance do. Ids are Sonarr's own."""

    async def monitor_episodes(self, episode_ids: Collection[int], *, monitored: bool) -> None:
        """Set the monitored flag of episodes of one series."""
        ...

    async def monitor_season(self, sonarr_series_id: int, season_number: int, *, monitored: bool) -> None:
        """Set the monitored flag of a season."""
        ...

    async def monitor_series(self, sonarr_series_id: int, *, monitored: bool) -> None:
        """Set the monitored flag of a series."""
        ...

    async def search_episodes(self, episode_ids: Collection[int]) -> int:
        """Start a search for releases; the id of the source's command."""
        ...

    async def refresh_downloads(self) -> int:
        """Have the source look at its download clients now; the id of its command."""
        ...

    async def process_downloads(self) -> int:
        """Have the source try to import what is complete; the id of its command."""
        ...

    async def rescan_series(self, sonarr_series_id: int) -> int:
        """Have the source rescan the series' folder; the id of its command."""
        ...


class KnownSeries(msgspec.Struct, frozen=True):
    """What is stored of one series, as far as a sync needs it."""

    id: SeriesId
    sonarr_id: int
    title: str
    monitored: bool
    list_digest: str
    episodes_digest: str
    stale: bool
    synced_at: datetime | None
    failures: int
    retry_at: datetime | None
    gone: bool


class Counts(msgspec.Struct):
    """What writing changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    titles: int = 0
    """Episodes whose title changed, such as from "TBA"."""
    air_times: int = 0
    overviews: int = 0

    def note(self, title: bool, air_time: bool, overview: bool) -> None:
        """Count what of an edited episode is another than before."""
        self.titles += title
        self.air_times += air_time
        self.overviews += overview

    def add(self, other: "Counts") -> None:
        """Sum up."""
        self.titles += other.titles
        self.air_times += other.air_times
        self.overviews += other.overviews
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.removed += other.removed


class ReadSeries(msgspec.Struct, frozen=True):
    """The episodes of one series as read, waiting to be stored."""

    id: SeriesId
    answer: EpisodesAnswer


class SeriesPlace(msgspec.Struct, frozen=True):
    """Where a series is: which instance, and Sonarr's id and slug of it there."""

    connection: ConnectionId
    sonarr_id: int
    slug: str
    path: str


class EpisodePlace(msgspec.Struct, frozen=True):
    """Where an episode is."""

    connection: ConnectionId
    series_id: SeriesId
    sonarr_series_id: int
    sonarr_id: int


class CatalogueStore(Protocol):
    """Where the catalogue is kept. Each call is one transaction; facts go through the ledger within it."""

    def known_series(self, connection: ConnectionId) -> dict[int, KnownSeries]:
        """All series of a Sonarr instance by Sonarr's id, gone ones included."""
        ...

    def listing_digest(self, connection: ConnectionId) -> str:
        """Digest of the series list that was last stored whole; empty when there was none."""
        ...

    def write_listing(
        self,
        connection: ConnectionId,
        changed: Sequence[tuple[SeriesEntry, ListedSeries]],
        present: Collection[int],
        now: datetime,
    ) -> Counts:
        """Store changed entries of the series list with their seasons, and mark their episodes as to be read.

        `present`: all ids of the list. A new entry with the TVDB id of a series that is not among them is that series,
        added anew: it goes on with its history.
        """
        ...

    def finish_listing(self, connection: ConnectionId, digest: str) -> None:
        """Remember the digest of a list of which every entry is stored."""
        ...

    def write_tags(self, connection: ConnectionId, labels: Mapping[int, str]) -> None:
        """Store the labels of all tags of a source; nothing is written when none has changed."""
        ...

    def mark_gone(self, series: Collection[SeriesId], now: datetime) -> None:
        """Series that Sonarr says it no longer knows: hidden, with all their history kept."""
        ...

    def mark_stale(self, connection: ConnectionId, sonarr_ids: Collection[int]) -> int:
        """Mark series whose episodes have news; how many were not marked yet."""
        ...

    def write_episodes(
        self, source: Source, read: Sequence[ReadSeries], now: datetime
    ) -> tuple[Counts, dict[SeriesId, str]]:
        """Store the episodes and files of several series; and which were refused because they contradict themselves.

        Raises msgspec.DecodeError on an unreadable answer.
        """
        ...

    def place(self, series: SeriesId) -> "SeriesPlace | None":
        """Where a series is in Sonarr; None when there is no such series."""
        ...

    def episode_places(self, episodes: Collection[int]) -> list["EpisodePlace"]:
        """Where episodes are in Sonarr; unknown ones are left out."""
        ...

    def stale_series(self, connection: ConnectionId, limit: int) -> list[KnownSeries]:
        """Monitored series with news that were read before, those waiting longest first."""
        ...

    def note_read(self, series: Collection[SeriesId], now: datetime) -> None:
        """Series that were read and had not changed."""
        ...

    def note_failure(self, series: SeriesId, message: str, retry_at: datetime) -> None:
        """The episodes of a series could not be read or understood; the others go on."""
        ...

    def cursor(self, name: str) -> str | None:
        """A remembered position, such as the time up to which a history is read."""
        ...

    def set_cursor(self, name: str, value: str) -> None:
        """Remember a position."""
        ...
