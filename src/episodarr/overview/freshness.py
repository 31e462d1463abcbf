"""How old what a screen shows is, and whether it will get younger. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILING = frozenset({"offline", "refused", "wrong_app", "wrong_path", "error"})
"""Statuses of a connection that does not give what it is asked for."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When one source was last read."""

    name: str
    at: datetime | None
    """None: it was never read to its end, so that nothing may be concluded from what is missing."""
    stale: bool
    """Older than two of its intervals, never read though it should have been, or failing."""
    reason: str = ""
    """Why it is stale, in words."""


def freshness(
    name: str, at: datetime | None, interval: float, now: datetime, *, status: str = "", message: str = ""
) -> Freshness:
    """How fresh a source is that is read every `interval` seconds (0: only by hand). `status`: of its connection."""
    if status in FAILING:
        return Freshness(name, at, stale=True, reason=message or "it does not answer")
    if at is not None and interval > 0 and now - at > timedelta(seconds=2 * interval):
        return Freshness(name, at, stale=True, reason=f"it should be read {_every(interval)}")
    return Freshness(name, at, stale=False)


def oldest(found: Iterable[Freshness]) -> Freshness | None:
    """The one to show where there is room for one: what fails, else what is stale, else what is oldest."""
    return min(found, key=lambda one: (not one.stale, one.at is not None, one.at or _LONG_AGO), default=None)


_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _every(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = round(seconds / length)
            return f"every {unit}" if count == 1 else f"every {count} {unit}s"
    return f"every {seconds:g} seconds"
