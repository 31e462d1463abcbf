"""Requests as a request system (Seerr, Jellyseerr, Overseerr) tells them."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

import msgspec

from episodarr.episode.facts import RequestPhase

RequestNumber = NewType("RequestNumber", int)
"""The request system's own id of a request."""

RequestKey = NewType("RequestKey", int)
"""Episodarr's own id of a request."""

TmdbId = NewType("TmdbId", int)
"""TMDB's id of a series; 0: unknown."""

TvdbId = NewType("TvdbId", int)
"""TVDB's id of a series; 0: unknown."""


class RequestStatus(StrEnum):
    """What the request system decided about a request."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    FAILED = "failed"
    """It could not be handed on to Sonarr."""
    COMPLETED = "completed"
    OTHER = "other"
    """A number that this product and version is not known to use."""


class MediaStatus(StrEnum):
    """What the request system believes of the title as a whole."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    PROCESSING = "processing"
    PARTIALLY_AVAILABLE = "partially_available"
    AVAILABLE = "available"
    BLOCKLISTED = "blocklisted"
    DELETED = "deleted"
    OTHER = "other"
    """A number that this product and version is not known to use."""


class SonarrPlace(msgspec.Struct, frozen=True):
    """Where the request system handed a request on to."""

    address: str = ""
    """Scheme, host and port of the Sonarr as the request system knows it; empty: not told."""
    series: int = 0
    """That Sonarr's id of the series; 0: not told."""


class MediaRequest(msgspec.Struct, frozen=True):
    """One request for a series."""

    number: RequestNumber
    tmdb_id: TmdbId
    tvdb_id: TvdbId
    requester: str
    """As the request system shows them."""
    seasons: tuple[int, ...] | None
    """The requested seasons, 0 for the specials; None: all of them but the specials."""
    is_4k: bool
    status: RequestStatus
    status_number: int
    """As it was sent, kept for what `status` does not know."""
    media_status: MediaStatus
    media_number: int
    created_at: datetime
    updated_at: datetime
    modified_by: str = ""
    """Who approved or declined it last; empty: nobody, or not told."""
    sonarr: SonarrPlace = SonarrPlace()
    requester_number: int = 0
    """The request system's own id of who asked; 0: not told."""

    @property
    def phase(self) -> RequestPhase:
        """What the status means for the requested episodes."""
        return _PHASES[self.status]


_PHASES = {
    RequestStatus.PENDING: RequestPhase.PENDING,
    RequestStatus.APPROVED: RequestPhase.APPROVED,
    RequestStatus.COMPLETED: RequestPhase.APPROVED,
    RequestStatus.OTHER: RequestPhase.APPROVED,  # somebody asked, and nothing says that it was refused
    RequestStatus.FAILED: RequestPhase.FAILED,
    RequestStatus.DECLINED: RequestPhase.DECLINED,
}


class Requester(msgspec.Struct, frozen=True):
    """A user of the request system who asked for something."""

    number: int
    """The request system's own id of the user."""
    name: str
    plex_id: int = 0
    """Of the Plex account that the user signs in with; 0: none."""
    jellyfin_user: str = ""
    """Id of the Jellyfin user that the user signs in with; empty: none."""


class FilmRequest(msgspec.Struct, frozen=True):
    """One request for a film, as far as it says that somebody wants it."""

    number: RequestNumber
    tmdb_id: TmdbId
    created_at: datetime
    standing: bool
    """It was not declined."""


class Requests(msgspec.Struct, frozen=True):
    """A reading of requests."""

    series: tuple[MediaRequest, ...]
    films: int = 0
    """Requests for films, which have no episodes."""
    users: tuple[Requester, ...] = ()
    """Who asked, for films too."""
    asked_films: tuple[FilmRequest, ...] = ()


class Title(msgspec.Struct, frozen=True):
    """What a title is called that no Sonarr lists."""

    name: str
    year: int = 0


def seasons_words(seasons: tuple[int, ...] | None) -> str:
    """`season 3`, `seasons 1-4, 6`, `seasons 1, 2 and the specials`, `all seasons`, `no season`."""
    if seasons is None:
        return "all seasons"
    numbers = sorted({number for number in seasons if number > 0})
    specials = "the specials" if 0 in seasons else ""
    if not numbers:
        return specials or "no season"
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    words = f"{'season' if len(numbers) == 1 else 'seasons'} {', '.join(parts)}"
    return f"{words} and {specials}" if specials else words
