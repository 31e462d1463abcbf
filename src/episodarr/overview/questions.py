"""The questions that screens ask. Every answer is bounded: a list takes a limit and a cursor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from episodarr.overview.answers import (
    CalendarEntry,
    EpisodeDetail,
    EpisodeRow,
    JobView,
    Page,
    SeasonCard,
    ShowCard,
    TimelineEntry,
    Totals,
)


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """Which shows, in which order. `show` one of SHOWS, `sort` one of SORTS."""

    search: str = ""
    show: str = "all"
    sort: str = "title"
    connection_id: int | None = None

    SHOWS = ("all", "monitored", "unmonitored", "continuing", "ended", "missing", "arriving", "complete")
    SORTS = ("title", "added", "next", "missing", "size", "progress")


class Overview(Protocol):
    """Reads over everything that is stored. `None` answers: there is no such thing."""

    def totals(self) -> Totals:
        """The library in numbers."""
        ...

    def library(self, wanted: LibraryFilter, limit: int, cursor: str | None) -> Page[ShowCard]:
        """A page of shows; raises ValueError on a cursor that this list did not give."""
        ...

    def show(self, series_id: int) -> ShowCard | None:
        """One show."""
        ...

    def seasons(self, series_id: int) -> list[SeasonCard]:
        """Its seasons, specials first (a show has few hundred at most)."""
        ...

    def episodes(self, series_id: int, season_number: int | None, limit: int, cursor: str | None) -> Page[EpisodeRow]:
        """Episodes of a show (all seasons when None), by season and number."""
        ...

    def episode(self, episode_id: int) -> EpisodeDetail | None:
        """Everything about one episode."""
        ...

    def timeline(self, episode_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        """What happened to an episode, oldest first."""
        ...

    def find_episode(self, show: str, season_number: int, episode_number: int) -> list[EpisodeRow]:
        """Episodes with these numbers in shows whose title contains `show`; at most 20, best title match first."""
        ...

    def calendar(self, start: datetime, end: datetime, *, unmonitored: bool, limit: int) -> list[CalendarEntry]:
        """What airs in [start, end), by time."""
        ...

    def jobs(self, task: str | None, limit: int, cursor: str | None) -> Page[JobView]:
        """Runs, newest first."""
        ...

    def job(self, job_id: int) -> JobView | None:
        """One run."""
        ...
