"""Turning loosely typed members of foreign answers into what the models hold; nothing here raises."""

from datetime import UTC, date, datetime
from math import isnan

import msgspec

LARGEST = 2**31 - 1
"""The largest number of an Integer column."""
_LARGEST_SIZE = 2**63 - 1
_LAST_SECOND = 253_402_300_799
"""31 December 9999, the last day that a datetime can hold."""


def count(value: object) -> int:
    """A count or size: 0 for what is none, negative or unknown; never more than a database column holds."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        return 0
    return int(max(0, min(value, _LARGEST_SIZE)))


def whole_number(value: object) -> int:
    """A number of things, or another system's id: 0 for what is none, never more than an Integer column holds."""
    return min(count(value), LARGEST)


def number_within(value: int | None) -> int | None:
    """The number of a season or an episode; None for one that no Integer column holds."""
    return value if value is not None and 0 <= value <= LARGEST else None


def is_id(number: int) -> bool:
    """Whether a number can be the id of something."""
    return 0 < number <= LARGEST


def text(value: object) -> str:
    """The text itself; empty for anything else."""
    return value if isinstance(value, str) else ""


def instant(value: object) -> datetime | None:
    """An ISO 8601 instant in UTC; None for anything else and for the year 1, which .NET writes for "never"."""
    if not isinstance(value, str):
        return None
    try:
        at = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    return None if at.year <= 1 else in_utc(at)


def day(value: object) -> date | None:
    """A day such as `2004-09-22`; None for anything else."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2004-09-22") else None
    except ValueError:
        return None
    return None if found is None or found.year <= 1 else found


def in_utc(at: datetime) -> datetime:
    """`at` in UTC; an instant without an offset is taken as UTC, as the services mean it."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def unix_instant(seconds: float) -> datetime | None:
    """Unix seconds as an instant; None for 0, negative and impossible ones, all of which are written for "never"."""
    never = seconds <= 0 or seconds >= _LAST_SECOND or seconds == 0xFFFF_FFFF
    return None if never else datetime.fromtimestamp(seconds, UTC)
