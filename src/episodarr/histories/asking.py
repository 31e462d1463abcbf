"""What is asked of metadata services, what comes back, and what is remembered of it."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Generic, Protocol, TypeVar

import msgspec

T = TypeVar("T")


class Known(msgspec.Struct, Generic[T], frozen=True):
    """An answer. Of nothing found it is an empty list or None: the services certainly know none."""

    value: T
    service: str = ""
    """Whose answer it is: `tmdb` or `tvmaze`; empty: nobody had to be asked."""
    at: datetime | None = None
    """When it was given."""
    stale: str = ""
    """Why an old answer has to do; empty: it is fresh enough."""


class Unknown(msgspec.Struct, frozen=True):
    """Nobody could be asked: what would have been said stays unknown."""

    reason: str
    """For people."""
    retry_at: datetime | None = None
    """When asking again makes sense; None: any time."""
    fix: str = ""
    """What a person can do about it."""


Answer = Known[T] | Unknown


class Kind(StrEnum):
    """What was asked."""

    SEARCH = "search"
    SHOW = "show"
    FIND = "find"


class Outcome(StrEnum):
    """What became of a lookup."""

    FOUND = "found"
    NONE = "none"
    FAILED = "failed"
    CACHED = "cached"
    """Nobody was asked: it was answered before."""


class Question(msgspec.Struct, frozen=True):
    """One question to one service. Two that are the same are asked once."""

    service: str
    kind: Kind
    term: str
    """As it is shown: a title, or an id."""
    language: str = ""
    year: int = 0

    @property
    def key(self) -> str:
        """What tells it from all others."""
        term = " ".join(self.term.casefold().split())
        return sha256(f"{self.service}\0{self.kind}\0{term}\0{self.language}\0{self.year}".encode()).hexdigest()


class Kept(msgspec.Struct, frozen=True):
    """An answer that is kept."""

    answer: bytes
    """JSON."""
    found: bool
    at: datetime


class Entry(msgspec.Struct, frozen=True):
    """One line of the log of lookups."""

    at: datetime
    service: str
    kind: Kind
    term: str
    outcome: Outcome
    milliseconds: int = 0
    problem: str = ""


class Rates(msgspec.Struct, frozen=True):
    """How the lookups at one service went in some time."""

    service: str
    found: int = 0
    none: int = 0
    failed: int = 0
    cached: int = 0
    milliseconds: int = 0
    """What an answer took, on average."""

    @property
    def asked(self) -> int:
        """Questions that the service was asked."""
        return self.found + self.none + self.failed

    @property
    def success(self) -> float | None:
        """The share of the questions that were answered, be it with "none", 0 to 1; None: none was asked."""
        return (self.found + self.none) / self.asked if self.asked else None

    @property
    def failure(self) -> float | None:
        """The share of the questions that could not be answered; None: none was asked."""
        return self.failed / self.asked if self.asked else None


class LookupStore(Protocol):
    """Where answers are kept for all workers, and lookups are logged."""

    def kept(self, question: Question) -> Kept | None:
        """The last answer, of whatever age."""
        ...

    def claim(self, question: Question, worker: str, now: datetime, until: datetime) -> bool:
        """Whether `worker` may ask; False: another one is at it, and has not been for too long."""
        ...

    def release(self, question: Question, worker: str) -> None:
        """The worker does not ask any more."""
        ...

    def release_others(self, worker: str) -> None:
        """Only this worker is there: whoever else has claimed something was killed."""
        ...

    def keep(self, question: Question, kept: Kept) -> None:
        """Keep an answer in place of the one before; nobody is asking any more."""
        ...

    def note(self, entry: Entry) -> None:
        """Log a lookup; the oldest ones are forgotten when there are very many."""
        ...

    def latest(self, limit: int) -> list[Entry]:
        """The last lookups, newest first."""
        ...

    def rates(self, since: datetime) -> list[Rates]:
        """How the lookups went since then, by service."""
        ...

    def tidy(self, answers_before: datetime, log_before: datetime) -> int:
        """Forget older answers and log entries; how many there were."""
        ...
