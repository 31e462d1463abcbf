"""One line of the catalogue's table: a series, its seasons, and which of its episodes have files."""

from collections.abc import Callable
from dataclasses import dataclass, field

from episodarr.demo.model import SeriesKind

Have = Callable[[int], bool]
"""Tells by its number whether an aired episode has a file."""


def everything(number: int) -> bool:
    """All aired episodes are there."""
    return number > 0


def nothing(number: int) -> bool:
    """No episode is there."""
    return number < 0


def only(*numbers: int) -> Have:
    """Just these are there."""
    return lambda number: number in numbers


def all_but(*numbers: int) -> Have:
    """All but these are there."""
    return lambda number: number not in numbers


@dataclass(frozen=True, slots=True)
class Running:
    """The season that is on air: which episode is next, and in how many hours."""

    season: int
    next_number: int
    in_hours: float


@dataclass(frozen=True, slots=True)
class Show:
    """One line of the table. `seasons` is the number of episodes by season; `hour` is UTC."""

    title: str
    year: int
    network: str
    runtime: int
    genres: tuple[str, ...]
    overview: str
    seasons: dict[int, int]
    kind: SeriesKind = "standard"
    ended: bool = True
    language: str = "English"
    month: int = 3
    hour: int = 20
    quality: str = "WEBDL-1080p"
    have_by_default: Have = everything
    have: dict[int, Have] = field(default_factory=dict)
    unmonitored: tuple[int, ...] = (0,)
    unannounced: tuple[int, ...] = ()
    running: Running | None = None
