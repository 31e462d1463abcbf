"""What the ledger needs to keep evidence and standings."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact
from episodarr.episode.identity import EpisodeId, Source
from episodarr.episode.state import Standing


class Judged(NamedTuple):
    """An episode whose evidence or standing changed: what to store, in one transaction."""

    episode: EpisodeId
    news: Sequence[Fact]
    standing: Standing
    at: datetime
    """When it was judged, within its transaction: of two of one episode the later one counts."""


class LedgerBook(Protocol):
    """The ledger's book within one open transaction."""

    def evidence_of(self, episodes: Collection[EpisodeId]) -> Mapping[EpisodeId, Evidence]:
        """The stored evidence; an episode without any is absent, and so is one that does not exist."""
        ...

    def write(
        self, judged: Sequence[Judged], now: datetime, fresh: Mapping[EpisodeId, Mapping[str, Any]] | None = None
    ) -> None:
        """Store the news as evidence and as log rows, and the standings, with the counts that follow from them.

        `fresh`: episodes that are new with this transaction, as rows without a standing; they are stored with it.
        """
        ...

    def told_by(self, source: Source) -> list[EpisodeId]:
        """Every episode that a source, or one of its subjects, has evidence about."""
        ...

    def silence(self, source: Source, episodes: Collection[EpisodeId]) -> None:
        """What a source and its subjects said of episodes counts no more; it stays in the log."""
        ...

    def due(self, now: datetime, limit: int) -> list[EpisodeId]:
        """Episodes whose standing asks for a review at or before `now`."""
        ...


class LedgerBooks(Protocol):
    """Opens the book."""

    def open(self) -> AbstractContextManager[LedgerBook]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        ...
