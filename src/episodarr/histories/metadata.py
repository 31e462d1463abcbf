"""Shows as metadata services (TMDB, TVmaze) know them, and what is asked of such a service."""

from datetime import date, datetime
from typing import Protocol, runtime_checkable

import msgspec


class ShowRef(msgspec.Struct, frozen=True):
    """A show of one service: `tmdb` or `tvmaze`, and the service's own id."""

    source: str
    id: int


class FoundShow(msgspec.Struct, frozen=True):
    """A show that a search brought, the best first as the service ranks them."""

    ref: ShowRef
    title: str
    original_title: str = ""
    year: int = 0
    """Of its first episode; 0: not told."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1, such as `US`."""
    language: str = ""
    """ISO 639-1 of the original."""
    overview: str = ""
    poster: str = ""
    """Path or address of its poster at the service; empty: none."""


class KnownSeason(msgspec.Struct, frozen=True):
    """A season: 0 holds the specials. `name` in the language that was asked for, such as `Book One: Water`."""

    number: int
    name: str = ""
    episode_count: int = 0
    """As the service counts them, unaired ones included."""


class KnownEpisode(msgspec.Struct, frozen=True):
    """An episode. `titles`: in each language that was asked for, the original among them.

    Specials are of season 0, whatever season a service files them under; where it gives them no number, they are
    numbered as they aired.
    """

    season: int
    number: int
    titles: tuple[str, ...] = ()
    aired_on: date | None = None
    id: int = 0
    """The service's own id; 0: not told."""


class KnownShow(msgspec.Struct, frozen=True):
    """A show with all that is asked of it. Its numbers are the service's, never Sonarr's: joined by ids or dates."""

    ref: ShowRef
    title: str
    original_title: str = ""
    other_titles: tuple[str, ...] = ()
    year: int = 0
    countries: tuple[str, ...] = ()
    status: str = ""
    """`running`, `ended`, or empty."""
    tvdb_id: int = 0
    imdb_id: str = ""
    tmdb_id: int = 0
    seasons: tuple[KnownSeason, ...] = ()
    episodes: tuple[KnownEpisode, ...] = ()
    """Of those seasons that were read; see `complete`."""
    complete: bool = True
    """Whether the episodes of every season are among them."""
    read_seasons: tuple[int, ...] = ()
    """The seasons whose episodes are among them, and those that certainly are none. Says nothing when `complete`."""
    poster: str = ""
    read_at: datetime | None = None

    def aired(self, today: date) -> int:
        """Episodes that have aired by a day, specials not counted."""
        return sum(one.season > 0 and one.aired_on is not None and one.aired_on <= today for one in self.episodes)


@runtime_checkable
class MetadataSource(Protocol):
    """A metadata service; it is asked for shows only. Raises ServiceFailure when it cannot be answered."""

    async def search_shows(self, title: str, *, year: int = 0, language: str = "") -> list[FoundShow]:
        """The first page of what a title finds; empty: it certainly knows none. `language`: such as `fr-FR`."""
        ...

    async def show(
        self, show_id: int, *, language: str = "", seasons: tuple[int, ...] | None = None
    ) -> KnownShow | None:
        """A show with its seasons and at least the episodes of `seasons` (None: of all); None: there is no such show.

        A season whose list the service leaves out is not among `read_seasons`: the show is then not `complete`.
        """
        ...

    async def find_show(self, *, tvdb_id: int = 0, imdb_id: str = "") -> ShowRef | None:
        """The show that another service's id names; None: the service certainly knows none."""
        ...
