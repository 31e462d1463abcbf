"""Telling people who do not look: what leaves soon, what was deleted, what failed, which rule disarmed itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

EVENTS = ("leaving_soon", "deleted", "failed", "disarmed")
MOST_ITEMS = 50
"""Of a notice; its message says how many there are."""


class Notice(msgspec.Struct, frozen=True):
    """One of them, with all that belongs to it."""

    event: str
    title: str
    message: str
    items: tuple[Mapping[str, Any], ...] = ()


class WaitingNotice(msgspec.Struct, frozen=True):
    """One that was not delivered yet."""

    id: int
    notice: Notice
    attempts: int


class NoticeStore(Protocol):
    """Where notices wait."""

    def add_notice(self, notice: Notice, now: datetime) -> None:
        """Keep one until it is delivered."""
        ...

    def waiting(self, now: datetime, limit: int) -> list[WaitingNotice]:
        """Those whose time has come, the first made first."""
        ...

    def delivered(self, notice_id: int) -> None:
        """It is told: nothing of it is kept."""
        ...

    def delayed(self, notice_id: int, problem: str, until: datetime | None) -> None:
        """It was not: it is tried again then; None: never."""
        ...


class NoticeSink(Protocol):
    """Where notices go."""

    async def send(self, notice: Notice) -> None:
        """Tell of it. Raises ServiceFailure."""
        ...


def bounded(items: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """As many of them as a notice holds."""
    return tuple(items[:MOST_ITEMS])
