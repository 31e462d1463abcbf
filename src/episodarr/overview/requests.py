"""Requests as screens ask for them: what was asked, what has become of it, and whether the request system agrees."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from episodarr.overview.answers import EpisodeRow, Page, TimelineEntry
from episodarr.overview.request_state import RequestState


@dataclass(frozen=True, slots=True)
class RequestCard:
    """One request in a list, and the head of its page."""

    id: int
    connection_id: int
    connection: str
    """Name of the request system."""
    label: str
    """Its kind, as people know it."""
    number: int
    """Its own id of the request."""
    link: str
    """The title's page there."""
    title: str
    """Empty while nobody has told what the title is called."""
    year: int
    tmdb_id: int
    tvdb_id: int
    series_id: int | None
    """The show here; None while no Sonarr lists it. Of several Sonarrs' the one that has most of it."""
    series_ids: list[int]
    has_poster: bool
    seasons: list[int]
    """The requested seasons, 0 for the specials; empty with `all_seasons`."""
    all_seasons: bool
    seasons_words: str
    requester: str
    is_4k: bool
    status: str
    """pending, approved, declined, failed, completed, other: the request system's decision."""
    status_number: int
    media_status: str
    """unknown, pending, processing, partially_available, available, blocklisted, deleted, other: its belief."""
    media_number: int
    modified_by: str
    created_at: datetime
    updated_at: datetime
    gone_at: datetime | None
    """When the request system no longer had it."""
    state: RequestState
    """What has become of it, derived from the standings of its episodes."""
    words: str
    """The state in one sentence."""
    disagreement: str
    """In which way the request system thinks otherwise; empty when it does not."""
    episode_count: int
    available_count: int
    """Verified in a media server."""
    arriving_count: int
    imported_count: int
    """In the library folder, not listed by a media server yet."""
    missing_count: int
    unaired_count: int
    states: dict[str, int]
    """How many of its episodes are in each state."""

    @property
    def open(self) -> bool:
        """Whether the request system still has it."""
        return self.gone_at is None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A request with its episodes."""

    request: RequestCard
    episodes: list[EpisodeRow] = field(default_factory=list)
    """By season and number, at most some thousand."""
    more_episodes: int = 0
    """How many are left out."""


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests. `state` one of STATES; `requester` as the request system shows them, empty: everybody."""

    search: str = ""
    state: str = "all"
    requester: str = ""
    series_id: int | None = None

    STATES = ("all", *(state.value for state in RequestState))


class RequestQuestions(Protocol):
    """Reads over the requests."""

    def requests(self, wanted: RequestFilter, limit: int, cursor: str | None) -> Page[RequestCard]:
        """A page of requests, newest first; raises ValueError on a cursor that this list did not give."""
        ...

    def request(self, request_id: int) -> RequestDetail | None:
        """One request; None when there is none."""
        ...

    def request_timeline(self, request_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        """What became of a request as a whole, oldest first; raises ValueError on a foreign cursor."""
        ...

    def requesters(self) -> list[str]:
        """Everybody who has asked for something, at most some hundred."""
        ...

    def films(self) -> int:
        """How many requests for films there are, which nothing here follows."""
        ...
