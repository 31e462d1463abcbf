"""A clock in the hand of the test."""

from datetime import UTC, datetime, timedelta


class Hand:
    """A clock that stands where the test put it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)
