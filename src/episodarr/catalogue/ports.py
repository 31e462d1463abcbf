"""What the catalogue needs from outside, and from the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, runtime_checkable

from episodarr.catalogue.model import EpisodesAnswer, SeriesListing


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

    async def rescan_series(self, sonarr_series_id: int) -> int:
        """Have the source rescan the series' folder; the id of its command."""
        ...
