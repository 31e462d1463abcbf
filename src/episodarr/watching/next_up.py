"""What somebody would watch next of a show: pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

Place = tuple[int, int]
"""Season and number."""


def next_up(order: Sequence[Place], watched: Mapping[Place, int]) -> tuple[Place, int] | None:
    """The first episode behind the one watched last that was not watched, and when that one was; None: there is none.

    `order`: the episodes that are there, sorted; specials follow nothing and are followed by nothing. `watched`: what
    somebody watched to the end, and when for the last time, in any unit of time that sorts.
    """
    regular = [(at, place) for place, at in watched.items() if place[0] > 0]
    if not regular:
        return None
    at, latest = max(regular)
    for place in order[bisect_right(order, latest) :]:
        if place not in watched:
            return place, at
    return None
