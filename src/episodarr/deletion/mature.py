"""When a candidate has been one for long enough, and when it goes. Pure.

A single look is no evidence: a candidate matures only when two complete observations, at least a day apart, found it to
be one, and none between them found otherwise. What an observation could not tell neither helps nor harms.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from episodarr.deletion.rules import Outcome

APART = timedelta(hours=24)
"""Between the two observations that mature a candidate."""
FRESH = timedelta(hours=24)
"""An older observation lets nothing go."""
LEAVING_DAYS = 14
MOST_LEAVING_DAYS = 365


class Look(NamedTuple):
    """What one observation says of one holding."""

    at: datetime
    complete: bool
    outcome: Outcome
    """Outcome.NO also for what is not in the library any more."""
    newest: datetime | None = None
    """When its latest file was added; None: it is not told."""


class Seen(NamedTuple):
    """A holding that is a candidate, as far as was seen."""

    first_at: datetime
    """The first complete observation that found it so, without one since that found otherwise."""
    last_at: datetime
    """The latest one."""
    newest: datetime | None = None
    matured_at: datetime | None = None
    """When it had matured; None: it has not."""


def after(before: Seen | None, look: Look) -> Seen | None:
    """What is known of a holding after one more look; None: it is no candidate.

    A look that is older than the latest one says nothing new. What has got a further file since is another thing than
    the one that was seen: it begins anew.
    """
    if not look.complete or look.outcome is Outcome.UNKNOWN or (before is not None and look.at < before.last_at):
        return before
    if look.outcome is not Outcome.CANDIDATE:
        return None
    if before is None or _grown(before.newest, look.newest):
        return Seen(look.at, look.at, look.newest)
    matured = before.matured_at
    if matured is None and look.at - before.first_at >= APART:
        matured = look.at
    return Seen(before.first_at, look.at, look.newest, matured)


def _grown(before: datetime | None, now: datetime | None) -> bool:
    if before is None or now is None:
        return before is not now
    return now > before


def leaves_at(matured_at: datetime | None, armed_at: datetime, days: int) -> datetime | None:
    """When it goes; None: it does not, as it has not matured.

    Counted from the arming when it had matured before: whatever goes was announced for all of these days.
    """
    return None if matured_at is None else max(matured_at, armed_at) + timedelta(days=days)


def is_due(leaves: datetime | None, last_at: datetime, complete_at: datetime | None, now: datetime) -> bool:
    """Whether it goes now. `complete_at`: the last complete observation, which must be fresh and have found it so."""
    if leaves is None or complete_at is None:
        return False
    return leaves <= now and last_at >= complete_at and timedelta() <= now - complete_at <= FRESH
