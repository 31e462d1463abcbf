"""How a disk filled, as a line: days from left to right, the free space above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from episodarr.overview.storage import DayView

WIDTH, HEIGHT = 320, 56


@dataclass(frozen=True, slots=True)
class Chart:
    """A polyline in a box of WIDTH x HEIGHT, and the same as an area."""

    line: str
    area: str
    first: DayView
    last: DayView


def chart_of(history: Sequence[DayView]) -> Chart | None:
    """The chart of what was used; None for less than two days."""
    days = [one for one in history if one.total > 0]
    if len(days) < 2:
        return None
    begun = days[0].day
    span = max((days[-1].day - begun).days, 1)
    points = [
        (round(WIDTH * (one.day - begun).days / span, 1), round(HEIGHT * one.free / one.total, 1)) for one in days
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return Chart(line, f"0,{HEIGHT} {line} {points[-1][0]},{HEIGHT}", days[0], days[-1])
