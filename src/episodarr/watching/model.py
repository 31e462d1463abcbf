"""Plays as a source of them (Tautulli) tells: who played what, when, for how long, and whether to its end."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

import msgspec

PlayId = NewType("PlayId", int)
"""The source's own id of a play, or of the play that another one resumes."""


class ItemKind(StrEnum):
    """What was played."""

    EPISODE = "episode"
    MOVIE = "movie"
    OTHER = "other"
    """Music, live television, clips: nothing that Episodarr follows."""


class Viewer(msgspec.Struct, frozen=True, gc=False):
    """Who played it. Names are for administrators only."""

    id: str
    """The source's own id of the user."""
    name: str = ""


class PlayedItem(msgspec.Struct, frozen=True, gc=False):
    """What was played, as the source's library described it. Numbers of other systems are 0 where they are not told."""

    kind: ItemKind
    key: str
    """The library's own id, such as Plex's rating key: another one once the item was removed and added again."""
    series_key: str = ""
    guid: str = ""
    """Stays the same when the item is added again; empty: not told."""
    series_title: str = ""
    season: int | None = None
    number: int | None = None
    title: str = ""
    year: int = 0
    """Of the item itself, not of its series."""
    aired_on: str = ""
    """`2024-05-31`; empty: not told."""
    tvdb_id: int = 0
    """Of the episode."""
    series_tvdb_id: int = 0
    series_tmdb_id: int = 0
    lasting_key: bool = False
    """Whether the library never gives the key to anything else, so that it may stand for the item."""

    @property
    def identity(self) -> str:
        """What stays the same of it in one library."""
        return self.guid or f"key:{self.key}"


class Play(msgspec.Struct, frozen=True, gc=False):
    """One stretch of playing, from a start to a stop."""

    id: PlayId
    first_id: PlayId
    """The play that this one resumes, or its own id: all with the same one count as one play."""
    viewer: Viewer
    item: PlayedItem
    started_at: datetime
    stopped_at: datetime
    seconds: int
    """Without pauses."""
    percent: int
    """How far into the item it came, 0..100."""
    watched: bool
    """Whether the source counts it as watched to the end."""


class PlayState(msgspec.Struct, frozen=True, gc=False):
    """What a media server tells of an item and one user at present."""

    item: PlayedItem
    plays: int = 0
    """As the server counts: Jellyfin counts starts, also those that resume."""
    played: bool = False
    position_seconds: int = 0
    """Where the user would go on; 0: at the beginning."""
    favourite: bool = False
    last_at: datetime | None = None
    """The start of the latest play; None: not told."""


class StatesPosition(msgspec.Struct, frozen=True):
    """How far the states of a media server are read."""

    began_at: datetime | None = None
    """When the latest complete reading began; None: there was none."""
    whole_at: datetime | None = None
    """When everything was read last."""
    read_at: datetime | None = None
    """When it was last read to its end."""


class Session(msgspec.Struct, frozen=True, gc=False):
    """What somebody plays now."""

    item: PlayedItem
    viewer: Viewer
    position_seconds: int | None = None
    """None: not told."""
    paused: bool = False


class PlayPage(msgspec.Struct, frozen=True):
    """One page of a history, the earliest start first."""

    plays: tuple[Play, ...]
    read: int
    """Rows so far, with this page."""
    count: int
    """Rows that this reading will have."""
    total: int
    """Rows of the source's whole history."""


class SeriesIds(msgspec.Struct, frozen=True):
    """What other systems call a series of the source's library; 0: not told."""

    tvdb_id: int = 0
    tmdb_id: int = 0
    year: int = 0


class Position(msgspec.Struct, frozen=True):
    """Up to where a history is read."""

    started_at: datetime | None = None
    """The latest start among the plays that are kept; None: nothing was read yet."""
    whole: bool = False
    """Whether it was once read to its end."""
    read_at: datetime | None = None
    """When it was last read to its end."""
    surplus: int = 0
    """Plays kept that the source has no more, as far as known: how many fewer it counted after a whole reading."""


class Taken(msgspec.Struct, frozen=True):
    """What became of a page."""

    new: int = 0
    changed: int = 0
    new_items: int = 0


@dataclass(frozen=True, slots=True)
class Watching:
    """Sums over all viewers and servers."""

    plays: int = 0
    watched_plays: int = 0
    """Those that reached the end."""
    partial_plays: int = 0
    """Those that were given up."""
    viewers: int = 0
    seconds: int = 0
    last_at: datetime | None = None
    """The latest stop of any play."""
    last_watched_at: datetime | None = None
    """The latest stop of a play that reached the end."""


@dataclass(frozen=True, slots=True)
class EpisodePlay:
    """One stretch of playing an episode, for the page of the episode."""

    connection_id: int
    started_at: datetime
    stopped_at: datetime
    seconds: int
    percent: int
    watched: bool
    viewer: str | None
    """The name; None for who may not see it."""


@dataclass(frozen=True, slots=True)
class EpisodeWatching:
    """How an episode was watched, with its latest plays."""

    episode_id: int
    watching: Watching
    synced_at: datetime | None
    """When the histories were last read to their ends; None: never, so that nothing may be concluded."""
    plays: list[EpisodePlay] = field(default_factory=list)
    viewers: list[str] | None = None
    """Names, for administrators."""


@dataclass(frozen=True, slots=True)
class SumOf:
    """The sums of one episode or season; `episode_id` None for a season."""

    season: int
    watching: Watching
    episode_id: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesWatching:
    """How a series was watched: what nobody played is not among the parts."""

    series_id: int
    watching: Watching
    synced_at: datetime | None
    seasons: list[SumOf] = field(default_factory=list)
    episodes: list[SumOf] = field(default_factory=list)
