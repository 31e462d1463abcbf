"""What lies in the library, with what is known of it: a show, a season, an episode's file or a movie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """What is looked at as one thing, and would go as one."""

    SHOW = "show"
    SEASON = "season"
    EPISODE = "episode"
    """One file: of several episodes when it holds several, as they can only go together."""
    MOVIE = "movie"


@dataclass(frozen=True, slots=True)
class Holding:
    """One of them. Sums are over all people and all of its files; nothing without a file is held."""

    level: Level
    id: int
    """Episodarr's id of the series, season, episode file or movie."""
    connection_id: int = 0
    """The Sonarr or Radarr that manages it; 0: none does."""
    files: int = 1
    size: int = 0
    """Bytes of its files."""
    added_at: datetime | None = None
    """When its latest file was added; None: it is not told."""
    episodes: int = 1
    """With a file."""
    watched_episodes: int = 0
    """Of these, watched to the end by anyone."""
    plays: int = 0
    viewers: int = 0
    last_at: datetime | None = None
    """The latest stop of any play; None: none is known."""
    in_progress_at: datetime | None = None
    """When somebody last left off within it without having come to the end since."""
    next_up_at: datetime | None = None
    """When somebody last watched the episode before it, if it is what they would watch next."""
    favourite: bool = False
    requested_at: datetime | None = None
    """The latest standing request; None: none is known."""
    requester_watched: bool | None = None
    """Whether whoever asked for it watched it all; None: not known, or nobody asked."""
    arriving: int = 0
    """Episodes of it that are on the way."""
    monitored: bool | None = None
    status: str = ""
    series_type: str = ""
    root_folder: str = ""
    tags: frozenset[str] | None = frozenset()
    """Labels in lower case; None: they could not be read."""
    rating: float | None = None
    """0 to 10; None: nobody rated it."""
    qualities: frozenset[str] = frozenset()
    latest_season: bool = False
    """Whether it is, or belongs to, the latest season that has files."""
    from_start: int | None = None
    """An episode's file: which one of the show, from the first, without specials; None: not among the first."""
    from_end: int | None = None
    """The same from the last."""
    protected: bool = False
    """Whether somebody said that it stays."""
    playing: bool = False
    """Whether somebody watches it right now."""
    unread: bool = False
    """Whether its episodes and files have news that were not read yet, or could not be read."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may be concluded now. Each sentence says why nothing may be; empty: it may."""

    plays: str = ""
    """Of "nobody watched it": a play that is known is never in doubt."""
    has_sources: bool = True
    """Whether any history of plays is connected; without one nothing can be said of who watches."""
    playing: str = ""
    requests: str = ""
    films: str = ""
    """Of "nobody requested this movie", beside `requests`."""
    catalogue: Mapping[int, str] = field(default_factory=dict)
    """Connection -> why what it said of its library does not count any more."""


def codes(season: int, numbers: Iterable[int]) -> str:
    """Episodes of one file as files name them: `S01E03`, `S01E03-E05`, and of those that skip some `S01E03E05`."""
    found = sorted(numbers)
    if len(found) > 1 and found[-1] - found[0] == len(found) - 1:
        return f"S{season:02}E{found[0]:02}-E{found[-1]:02}"
    return f"S{season:02}" + "".join(f"E{number:02}" for number in found)
