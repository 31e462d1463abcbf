"""What time it is in the simulated world, and how fast its stories run."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. `speed` makes stories run faster, never the time of day: all timestamps stay true."""

    speed: float
    """Seconds of story that pass in one second of time."""

    def now(self) -> datetime:
        """The present as aware UTC."""
        ...


class RealClock:
    """The computer's own clock; with `speed` 2.0 a download takes half as long, and no timestamp lies in the future."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def now(self) -> datetime:
        """The present as aware UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to go on, for tests."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self.speed = speed
        self._now = start or datetime(2026, 3, 4, 18, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Go on by `seconds` and tell the new time."""
        self._now += timedelta(seconds=seconds)
        return self._now
