"""The states of an episode's life, and the judgement that carries one."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where an episode is in its life, in the order of that life."""

    UNKNOWN = "unknown"
    UNAIRED = "unaired"
    UNMONITORED = "unmonitored"
    MISSING = "missing"
    REQUESTED = "requested"
    GRABBED = "grabbed"
    QUEUED = "queued"
    DOWNLOADING = "downloading"
    STALLED = "stalled"
    FAILED = "failed"
    DOWNLOADED = "downloaded"
    IMPORTING = "importing"
    IMPORT_BLOCKED = "import_blocked"
    IMPORTED = "imported"
    AVAILABLE = "available"
    WATCHED = "watched"
    LEAVING = "leaving"
    DELETED = "deleted"


ARRIVING = frozenset(
    {
        State.GRABBED,
        State.QUEUED,
        State.DOWNLOADING,
        State.STALLED,
        State.DOWNLOADED,
        State.IMPORTING,
        State.IMPORT_BLOCKED,
    }
)
"""States of a download that is on its way."""

PLAYABLE = frozenset({State.AVAILABLE, State.WATCHED, State.LEAVING})
"""States of an episode that somebody could watch now."""


class Standing(NamedTuple):
    """The judgement on one episode."""

    state: State
    because: str
    """One sentence: what was said, by whom, that makes it so."""
    waiting_for: str | None = None
    """What has to happen next and who has to do it; None when nothing is awaited."""
    since: datetime | None = None
    """Since when it is so; None when no fact tells."""
    review_at: datetime | None = None
    """The instant at which time alone changes the judgement, such as the air time."""
