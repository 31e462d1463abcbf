"""What the Watching screens ask: plays of all servers, latest first, what plays now, and sums over a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from episodarr.overview.answers import Page
from episodarr.overview.export import Column

COUNTED = 10_000
"""Plays of a list that are counted at most."""


@dataclass(frozen=True, slots=True)
class PlayFilter:
    """Which plays."""

    person: str = ""
    """A token of a person or viewer, such as `p3` or `v12`; for administrators only."""
    search: str = ""
    """Part of the title of the show, the episode or the movie."""
    series_id: int | None = None
    connection_id: int | None = None
    start: datetime | None = None
    """Begun at this instant or later."""
    end: datetime | None = None
    """Begun before this instant."""
    finished: bool | None = None
    """True: those that reached the end; False: those that did not."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was played, as far as it is known."""

    kind: str
    """episode, movie or other."""
    title: str
    """Of the episode or movie itself."""
    series_title: str = ""
    season: int | None = None
    number: int | None = None
    series_id: int | None = None
    """Of the show, where a Sonarr lists it."""
    episode_id: int | None = None
    movie_id: int | None = None
    has_poster: bool = False


@dataclass(frozen=True, slots=True)
class PlayRow:
    """One stretch of playing."""

    id: str
    """The same for as long as the play is kept."""
    connection_id: int
    connection: str
    kind: str
    """Of the service that told of it, such as `tautulli`."""
    played: Played
    started_at: datetime
    stopped_at: datetime
    seconds: int
    """Without pauses."""
    percent: int
    """How far into it, 0..100."""
    watched: bool
    """Whether it reached the end."""
    only_latest: bool = False
    """The server keeps no history: of a title and a viewer it tells the latest play alone, and not how long it was."""
    viewer: str | None = None
    """The name; None for who may not see it."""
    person: str | None = None
    """The token that filters by whoever it was; None for who may not see it."""


@dataclass(frozen=True, slots=True)
class PlayingRow:
    """What somebody is playing, as it was last told."""

    connection: str
    played: Played
    paused: bool
    since: datetime
    as_of: datetime
    """When the server last told it so."""
    stale: bool
    """It was told longer ago than the server is asked: it may have ended."""
    position_seconds: int | None = None
    viewer: str | None = None


@dataclass(frozen=True, slots=True)
class TopShow:
    """A show and how much it was watched."""

    title: str
    plays: int
    viewers: int
    seconds: int
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlaySummary:
    """Sums over the plays that a filter names."""

    plays: int = 0
    """A resumed play counts once."""
    viewers: int = 0
    """Persons: accounts of one person count once."""
    seconds: int = 0
    shows: list[TopShow] = field(default_factory=list)
    """Those with the most plays."""


@dataclass(frozen=True, slots=True)
class ShowSeen:
    """How a show was watched, at a glance."""

    plays: int
    viewers: int
    last_at: datetime | None
    """The latest stop of any play."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody to filter by."""

    token: str
    name: str


class PlayHistory(Protocol):
    """The plays of all servers. `names`: whether viewers are named; a filter by person needs it."""

    def plays(self, wanted: PlayFilter, limit: int, cursor: str | None, *, names: bool) -> Page[PlayRow]:
        """Plays, latest first; at most COUNTED are counted. Raises ValueError for a filter or cursor that is none."""
        ...

    def summary(self, wanted: PlayFilter, shows: int) -> PlaySummary:
        """Sums, with at most `shows` shows. Raises ValueError."""
        ...

    def playing(self, limit: int, *, names: bool) -> list[PlayingRow]:
        """What plays now, the latest to begin first."""
        ...

    def of_shows(self, series: Collection[int]) -> Mapping[int, ShowSeen]:
        """Sums of the named shows; what nobody played is not among them."""
        ...

    def watchers(self, limit: int) -> list[Watcher]:
        """Everybody who played anything, by name. For administrators only."""
        ...

    def read_at(self) -> Mapping[int, datetime | None]:
        """When the history of each connection was last read to its end; None: never yet."""
        ...


PLAY_COLUMNS: tuple[Column[PlayRow], ...] = (
    Column("started_at", "Started", lambda row: row.started_at),
    Column("stopped_at", "Stopped", lambda row: row.stopped_at),
    Column("viewer", "Viewer", lambda row: row.viewer),
    Column("kind", "Kind", lambda row: row.played.kind),
    Column("series", "Show", lambda row: row.played.series_title or None),
    Column("season", "Season", lambda row: row.played.season),
    Column("episode", "Episode", lambda row: row.played.number),
    Column("title", "Title", lambda row: row.played.title),
    Column("seconds", "Seconds", lambda row: row.seconds),
    Column("percent", "Percent", lambda row: row.percent),
    Column("watched", "To the end", lambda row: row.watched),
    Column("server", "Server", lambda row: row.connection),
)
"""Of exported plays."""
