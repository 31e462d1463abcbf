"""What is kept of a user's state of an item: pure.

Jellyfin counts a play when it begins, takes "played" back with it, and sets that again when it came to the end. So a
count says how often somebody began, and "played" with a higher count than before that one more reached the end.
What a reading lacks is never taken back: a user who marks an episode as not played resets the server's count only.
"""

from collections.abc import Iterable
from typing import NamedTuple

from episodarr.watching.model import PlayState


class Kept(NamedTuple):
    """What is stored of an item and a viewer; instants in microseconds since 1970, None: never."""

    plays: int = 0
    watched_plays: int = 0
    played: bool = False
    position_seconds: int = 0
    favourite: bool = False
    last_at: int | None = None
    last_watched_at: int | None = None

    @property
    def counts(self) -> tuple[int, int, int | None, int | None]:
        """What goes into the sums."""
        return self.plays, self.watched_plays, self.last_at, self.last_watched_at


def kept(held: Kept, told: PlayState, last_at: int | None, now: int) -> Kept:
    """What is stored once `told` is known. `last_at` is its last play; a played one without is dated `now`."""
    plays = max(held.plays, told.plays, int(told.played))
    last = _later(held.last_at, last_at)
    watched, last_watched = held.watched_plays, held.last_watched_at
    if told.played:
        again = told.plays > held.plays and _later(last_watched, last_at) != last_watched
        watched = max(watched, 1) + int(again and watched > 0)
        last_watched = _later(last_watched, last_at) or now
    return Kept(plays, watched, told.played, told.position_seconds, told.favourite, last, last_watched)


def _later(one: int | None, other: int | None) -> int | None:
    return max((at for at in (one, other) if at is not None), default=None)


def as_one(states: Iterable[PlayState]) -> dict[str, PlayState]:
    """One state for each identity: a thing in two files has two items, and each may tell a part."""
    found: dict[str, PlayState] = {}
    for one in states:
        held = found.get(one.item.identity)
        found[one.item.identity] = one if held is None else _together(held, one)
    return found


def _together(one: PlayState, other: PlayState) -> PlayState:
    latest = one
    if other.last_at is not None and (one.last_at is None or other.last_at > one.last_at):
        latest = other
    return PlayState(
        latest.item,
        max(one.plays, other.plays),
        one.played or other.played,
        latest.position_seconds,
        one.favourite or other.favourite,
        latest.last_at,
    )
