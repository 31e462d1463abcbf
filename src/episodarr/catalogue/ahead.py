"""What people may want next: the season after the one they watch, and shows like those they watch. Pure."""

from collections.abc import Collection, Iterable
from itertools import combinations

import msgspec

from episodarr.episode.identity import SeriesId

ALIKE = 2
"""Genres that two shows of one type must share."""


class Traits(msgspec.Struct, frozen=True):
    """By what shows are compared."""

    id: SeriesId
    title: str
    type: str
    """standard, daily, anime."""
    genres: frozenset[str]


class Coming(msgspec.Struct, frozen=True):
    """A followed show, complete as far as it goes, with a season after the newest that somebody watched."""

    id: SeriesId
    season: int
    """The next one."""


class Prepared(msgspec.Struct, frozen=True):
    """A show to be read ahead."""

    id: SeriesId
    because: str
    """Such as `like Dark (Drama, Mystery)`."""


def ahead(
    coming: Iterable[Coming], followed: Iterable[Traits], others: Collection[Traits], budget: int
) -> list[Prepared]:
    """At most `budget` shows: next seasons first, then shows alike, the most recently added first."""
    found = [Prepared(one.id, f"season {one.season} comes next") for one in sorted(coming, key=lambda one: one.id)]
    found = found[:budget]
    if len(found) < budget:
        found += _alike(followed, others, budget - len(found))
    return found


def _alike(followed: Iterable[Traits], others: Collection[Traits], most: int) -> list[Prepared]:
    by_pair: dict[tuple[str, ...], Traits] = {}
    for one in sorted(followed, key=lambda one: one.id):
        for pair in combinations(sorted(one.genres), ALIKE):
            by_pair.setdefault((one.type, *pair), one)
    found: list[Prepared] = []
    for other in sorted(others, key=lambda one: -one.id):
        pairs = combinations(sorted(other.genres), ALIKE)
        like = next((by_pair[key] for pair in pairs if (key := (other.type, *pair)) in by_pair), None)
        if like is not None:
            shared = ", ".join(sorted(like.genres & other.genres))
            found.append(Prepared(other.id, f"like {like.title} ({shared})"))
            if len(found) == most:
                break
    return found
