"""What plays add up to: pure.

A play that resumes an earlier one counts as one play with it. The sums are kept by what a change adds to them: of a
page of plays only those groups are looked at whole that were there before.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """A play as it is stored; instants in microseconds since 1970, viewer and item by Episodarr's own keys."""

    number: int
    started: int
    first: int
    viewer: int
    item: int
    stopped: int
    seconds: int
    percent: int
    watched: bool

    @property
    def key(self) -> tuple[int, int]:
        """What makes it this play: a source that lost its database gives the same numbers to other plays."""
        return self.number, self.started


class Sum(NamedTuple):
    """What the plays of one item by one viewer add up to."""

    plays: int = 0
    watched: int = 0
    seconds: int = 0
    last: int = 0
    last_watched: int = 0
    """0: never to the end."""


Pair = tuple[int, int]
"""Item and viewer."""


def merged(held: Row, told: Row) -> Row:
    """A play that is told again: nothing of it is ever taken back."""
    return told._replace(
        stopped=max(held.stopped, told.stopped),
        seconds=max(held.seconds, told.seconds),
        percent=max(held.percent, told.percent),
        watched=held.watched or told.watched,
    )


def sums(rows: Iterable[Row]) -> dict[Pair, Sum]:
    """The sums of whole groups."""
    found: dict[Pair, Sum] = {}
    groups: dict[tuple[int, int, int], bool] = {}
    for row in rows:
        pair, group = (row.item, row.viewer), (row.item, row.viewer, row.first)
        before = groups.get(group)
        groups[group] = bool(before) or row.watched
        plays, watched, seconds, last, last_watched = found.get(pair, _NOTHING)
        found[pair] = Sum(
            plays + (before is None),
            watched + (row.watched and not before),
            seconds + row.seconds,
            max(last, row.stopped),
            max(last_watched, row.stopped) if row.watched else last_watched,
        )
    return found


_NOTHING = Sum()


def growth(before: Mapping[Pair, Sum], after: Mapping[Pair, Sum]) -> dict[Pair, Sum]:
    """What to add to the kept sums, and the latest instants; pairs that did not grow are left out."""
    grown = {}
    for pair, now in after.items():
        was = before.get(pair, _NOTHING)
        if now != was:
            more = (now.plays - was.plays, now.watched - was.watched, now.seconds - was.seconds)
            grown[pair] = Sum(*more, now.last, now.last_watched)
    return grown


class Change(NamedTuple):
    """What a page of plays changes."""

    new: list[Row]
    altered: list[Row]
    moved: set[int]
    """Items of plays that are told of another item, viewer or group than before: their sums are to be made anew."""


def change(held: Mapping[tuple[int, int], Row], told: Iterable[Row]) -> Change:
    """What changes by what is told. `held`: at least the stored plays of the same keys."""
    new: dict[tuple[int, int], Row] = {}
    altered: dict[tuple[int, int], Row] = {}
    for row in told:
        key = row.key
        was = altered.get(key) or held.get(key)
        if was is not None:
            now = merged(was, row)
            if now != was:
                altered[key] = now
        else:
            earlier = new.get(key)
            new[key] = row if earlier is None else merged(earlier, row)
    moved = {
        item
        for key, now in altered.items()
        for item in (held[key].item, now.item)
        if (held[key].item, held[key].viewer, held[key].first) != (now.item, now.viewer, now.first)
    }
    return Change([*new.values()], [*altered.values()], moved)


def grown(held: Mapping[tuple[int, int], Row], changed: Change) -> dict[Pair, Sum]:
    """What a change adds to the kept sums. `held`: at least the stored plays of the same keys and groups."""
    altered = {row.key: row for row in changed.altered}
    groups = {(row.item, row.viewer, row.first) for rows in (changed.new, changed.altered) for row in rows}
    before = [row for row in held.values() if (row.item, row.viewer, row.first) in groups]
    after = [altered.get(row.key, row) for row in before]
    after.extend(
        row for key, row in altered.items() if (held[key].item, held[key].viewer, held[key].first) not in groups
    )
    after.extend(changed.new)
    return growth(sums(before), sums(after))


def spans(numbers: Iterable[int], gap: int, most: int) -> list[tuple[int, int]]:
    """Ranges that hold the numbers, with a new one after each gap; wider gaps are bridged rather than making `most`."""
    ordered = sorted(set(numbers))
    if not ordered:
        return []
    breaks = sorted(
        (place for place in range(1, len(ordered)) if ordered[place] - ordered[place - 1] > gap),
        key=lambda place: ordered[place - 1] - ordered[place],
    )[: most - 1]
    starts = [0, *sorted(breaks)]
    ends = [*sorted(breaks), len(ordered)]
    return [(ordered[start], ordered[end - 1]) for start, end in zip(starts, ends, strict=True)]
