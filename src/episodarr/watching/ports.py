"""What following plays needs from outside."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from episodarr.episode.facts import Fact
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId
from episodarr.watching.model import (
    EpisodeWatching,
    Play,
    PlayPage,
    PlayState,
    Position,
    SeriesIds,
    SeriesWatching,
    Session,
    StatesPosition,
    Taken,
    Viewer,
)


class SeriesNames(Protocol):
    """Says what a library's series are called elsewhere."""

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        """What other systems call a series; None when the library does not have it any more."""
        ...


@runtime_checkable
class PlaySource(SeriesNames, Protocol):
    """A history of plays. Raises ServiceFailure when it cannot be asked, or when its answer cannot be trusted."""

    def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """Finished plays that began at `since` or later (None: all), the earliest first; always at least one page.

        Plays of some time before `since` come again. Those that still run are left out. A service that certainly keeps
        no history gives one empty page.
        """
        ...


@runtime_checkable
class PlayStateSource(SeriesNames, Protocol):
    """What a media server tells of each user's episodes and movies. Raises ServiceFailure like PlaySource."""

    async def viewers(self) -> list[Viewer]:
        """Every user; at least one."""
        ...

    async def states(self, viewer: Viewer, since: datetime | None) -> list[PlayState]:
        """The states of what the user played at `since` or later; None: of all that has any. Whole, or it raises."""
        ...

    async def states_of(self, viewer: Viewer, keys: Sequence[str]) -> list[PlayState]:
        """The present states of some items; those that the server does not list any more are left out."""
        ...


@runtime_checkable
class SessionSource(Protocol):
    """What is being played now. Raises ServiceFailure like PlaySource."""

    async def sessions(self) -> list[Session]:
        """Everything that somebody plays or has paused; empty: nobody plays anything."""
        ...


class PlayStore(Protocol):
    """Where plays are kept, with their sums. Nothing is ever taken back because a reading lacks it."""

    def position(self, connection: ConnectionId) -> Position:
        """Up to where a history is read."""
        ...

    def set_position(self, connection: ConnectionId, position: Position) -> None:
        """Remember up to where a history is read."""
        ...

    def count(self, connection: ConnectionId) -> int:
        """How many plays of a connection are kept."""
        ...

    def take(self, connection: ConnectionId, plays: Sequence[Play]) -> Taken:
        """Keep plays and bring their sums up to date, in one transaction. What is kept already writes nothing.

        After very many plays at once their sums wait for `settle`.
        """
        ...

    def settle(self, connection: ConnectionId) -> None:
        """Bring the sums up to date that were left waiting."""
        ...

    def cover(self, covered: Collection[ConnectionId], covering: Collection[ConnectionId]) -> int:
        """Let plays of `covered` that a history of `covering` tells too not be counted twice; how many there were."""
        ...

    def newest(self) -> tuple[int, int]:
        """The latest keys of series and episodes: higher ones mean that there are new ones."""
        ...

    def match(self, connection: ConnectionId) -> int:
        """Find the episodes of played items that have none yet; how many were found."""
        ...

    def unplaced(self, connection: ConnectionId, now: datetime, limit: int) -> Sequence[str]:
        """Keys of series whose plays match nothing, and which were not asked for of late."""
        ...

    def learn(self, connection: ConnectionId, series_key: str, ids: SeriesIds | None, now: datetime) -> None:
        """Keep what other systems call a series; None: it was asked for in vain."""
        ...

    def untold(self, connection: ConnectionId, label: str, limit: int) -> tuple[list[Fact], list[int]]:
        """What plays mean for at most `limit` played items and was not told yet, and the keys of these items."""
        ...

    def told(self, items: Sequence[int]) -> None:
        """It was told of these items."""
        ...


class StateStore(Protocol):
    """Where the states of media servers are kept. History in them is never taken back; what is so at present may be."""

    def states_position(self, connection: ConnectionId) -> StatesPosition | None:
        """How far they are read; None: this connection was never looked at."""
        ...

    def set_states_position(self, connection: ConnectionId, position: StatesPosition) -> None:
        """Remember how far they are read."""
        ...

    def marked(self, connection: ConnectionId, viewer: Viewer, since: datetime | None) -> set[str]:
        """Keys of the items that are kept as played, begun or favourite, and were played since then (None: ever)."""
        ...

    def take_states(
        self, connection: ConnectionId, viewer: Viewer, states: Sequence[PlayState], now: datetime, *, whole: bool
    ) -> Taken:
        """Keep states and bring their sums up to date, in one transaction. What is kept already writes nothing.

        `whole`: all of a user's states; notes of all of them that they were seen now.
        """
        ...


class SessionStore(Protocol):
    """Where it is kept what is being played."""

    def playing(self, connection: ConnectionId, sessions: Sequence[Session], now: datetime) -> int:
        """What a service plays now, in place of what was kept of it; how many of its items are new."""
        ...


class PlayAnswers(Protocol):
    """What screens ask about plays."""

    def episode(self, episode: EpisodeId, *, names: bool, limit: int) -> EpisodeWatching | None:
        """Sums and latest plays of an episode; None when there is no such. `names`: whether viewers are named."""
        ...

    def series(self, series: SeriesId, limit: int) -> SeriesWatching | None:
        """Sums of a series, its seasons and at most `limit` of its episodes; None when there is no such."""
        ...

    def readings(self, connections: Collection[ConnectionId]) -> Mapping[ConnectionId, datetime | None]:
        """When the plays and states of each connection were last read to their end; None: never."""
        ...
