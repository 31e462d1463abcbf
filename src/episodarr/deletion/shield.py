"""Whether something is protected by hand: by itself, or with what it is part of. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from episodarr.deletion.model import Protection, Target


@dataclass(frozen=True, slots=True)
class Shield:
    """How something is protected; nothing of it is true of what is not."""

    own: Protection | None = None
    """What was said of the very thing."""
    within: str = ""
    """`show` or `season`, when that is protected and it with it."""
    parts: int = 0
    """Protected seasons and episodes of it: it cannot go as a whole because of them."""


def shield(target: Target, kept: Iterable[Protection]) -> Shield:
    """How a thing is protected. `kept`: at least what is protected of the same show or movie."""
    own, within, parts = None, "", 0
    for one in kept:
        said = one.target
        if (said.series_id, said.movie_id) != (target.series_id, target.movie_id):
            continue
        if _same(said, target):
            own = one
        elif _part_of(target, said):
            within = "show" if said.season_number is None or within == "show" else "season"
        elif _part_of(said, target):
            parts += 1
    return Shield(own, within, parts)


def _same(one: Target, other: Target) -> bool:
    # The episode's season is known of what is kept, and need not be of what is asked.
    if one.episode_id is not None or other.episode_id is not None:
        return one.episode_id == other.episode_id
    return one.season_number == other.season_number


def _part_of(one: Target, whole: Target) -> bool:
    if whole.episode_id is not None:
        return False
    if whole.season_number is None:
        return True
    return one.season_number == whole.season_number
