"""What is asked of candidates, and what is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from episodarr.deletion.holding import Holding, Known, Level, codes
from episodarr.deletion.rules import Outcome, Reason, Rule, Safeguards, Verdict


class Sort(StrEnum):
    """What a list of candidates is sorted by; the order is turned around by `descending`."""

    TITLE = "title"
    SIZE = "size"
    ADDED = "added"
    LAST_WATCHED = "last_watched"
    """Never watched counts as longest ago."""
    PLAYS = "plays"
    VIEWERS = "viewers"
    WATCHED = "watched"
    """By the share of episodes that was watched."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of the answers is wanted."""

    outcome: Outcome = Outcome.CANDIDATE
    sort: Sort = Sort.SIZE
    descending: bool = True
    search: str = ""
    """Part of a title."""
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A holding with what it is called."""

    holding: Holding
    title: str
    """Of the show or movie."""
    series_id: int | None = None
    movie_id: int | None = None
    season_number: int | None = None
    episodes: tuple[tuple[int, int, str], ...] = ()
    """Of a file: id, number and title of each of its episodes."""
    year: int = 0
    has_poster: bool = False

    @property
    def label(self) -> str:
        """Such as `Andor`, `Andor, season 1`, `Andor, specials`, `Andor S01E03-E04` or `Dune (2021)`."""
        if self.movie_id is not None:
            return f"{self.title} ({self.year})" if self.year else self.title
        if self.season_number is None:
            return self.title
        if not self.episodes:
            return f"{self.title}, {f'season {self.season_number}' if self.season_number else 'specials'}"
        return f"{self.title} {codes(self.season_number, [number for _, number, _ in self.episodes])}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A holding with the verdict on it."""

    held: Held
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule makes of a thing, or of the show or season that it is part of: whatever would go as one."""

    rule: Rule
    named: "NamedRule | None"
    """As it is kept; None: the rule is the usual one."""
    candidate: Candidate | None
    """None: nothing of it has a file."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many holdings share an outcome."""

    count: int = 0
    files: int = 0
    size: int = 0
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of holdings, in order."""

    items: list[Held]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule makes of the library as it is known now."""

    rule: Rule
    known: Known
    at: datetime
    totals: dict[Outcome, Total]
    items: list[Candidate] = field(default_factory=list)
    next_cursor: str | None = None
    counting: int = 0
    """Shows that changed and are not summed up anew yet."""


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule that was kept."""

    id: int
    name: str
    rule: Rule
    made_by: str
    created_at: datetime
    updated_at: datetime


class Target(msgspec.Struct, frozen=True):
    """What is protected: a show, a season or an episode of it, or a movie. Exactly one way to name one."""

    series_id: int | None = None
    season_number: int | None = None
    episode_id: int | None = None
    movie_id: int | None = None

    @property
    def level(self) -> Level:
        """What it is."""
        if self.movie_id is not None:
            return Level.MOVIE
        if self.episode_id is not None:
            return Level.EPISODE
        return Level.SHOW if self.season_number is None else Level.SEASON


@dataclass(frozen=True, slots=True)
class Protection:
    """Something that stays, as somebody said so."""

    id: int
    target: Target
    title: str
    reason: str
    made_by: str
    made_at: datetime


class About(StrEnum):
    """What a reading tells of."""

    PLAYS = "plays"
    PLAYING = "playing"
    REQUESTS = "requests"
    FILMS = "films"
    """Which movies were requested."""
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Reading:
    """When a service was last read to its end."""

    about: About
    connection_id: int
    name: str
    read_at: datetime | None
    """None: never."""
    limit: float
    """Seconds after which nothing may be concluded from its silence any more."""
    off: bool = False
    """Whether somebody switched it off: it is not read at all."""


__all__ = [
    "About",
    "Candidate",
    "Found",
    "Held",
    "Judged",
    "Level",
    "NamedRule",
    "Outcome",
    "Preview",
    "Protection",
    "Question",
    "Reading",
    "Reason",
    "Safeguards",
    "Sort",
    "Target",
    "Total",
]
