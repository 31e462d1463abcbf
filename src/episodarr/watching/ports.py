"""What following plays needs from outside."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from episodarr.episode.facts import Fact
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId
from episodarr.watching.model import EpisodeWatching, Play, PlayPage, Position, SeriesIds, SeriesWatching, Taken


@runtime_checkable
class PlaySource(Protocol):
    """A history of plays. Raises ServiceFailure when it cannot be asked, or when its answer cannot be trusted."""

    def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """Finished plays that began at `since` or later (None: all), the earliest first; always at least one page.

        Plays of some time before `since` come again. Those that still run are left out.
        """
        ...

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        """What other systems call a series; None when the library does not have it any more."""
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

        After very many plays at once the sums of episodes, seasons and series wait for `settle`.
        """
        ...

    def settle(self, connection: ConnectionId) -> None:
        """Bring the sums up to date that were left waiting."""
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


class PlayAnswers(Protocol):
    """What screens ask about plays."""

    def episode(self, episode: EpisodeId, *, names: bool, limit: int) -> EpisodeWatching | None:
        """Sums and latest plays of an episode; None when there is no such. `names`: whether viewers are named."""
        ...

    def series(self, series: SeriesId, limit: int) -> SeriesWatching | None:
        """Sums of a series, its seasons and at most `limit` of its episodes; None when there is no such."""
        ...
