"""What airs when: a week as seven columns, on a phone as a list by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import Request
from starlette.responses import Response

from episodarr.overview.answers import CalendarEntry
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

MOST = 500
_EARLIEST, _LATEST = date(1950, 1, 2), date(2150, 1, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with what airs on it in the visitor's zone."""

    date: date
    entries: list[CalendarEntry]
    today: bool
    past: bool


class CalendarPages:
    """Routes of the calendar."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/calendar", self.page)
        doors.people("GET", "/calendar/week", self.week)

    def page(self, request: Request, week: str = "", all: bool = False) -> Response:  # noqa: A002  # a word of the URL
        """The page; `week` is any day of it."""
        return self._answer(request, "calendar/page.html", week, everything=all)

    def week(self, request: Request, week: str = "", all: bool = False) -> Response:  # noqa: A002  # as above
        """Only the days."""
        return self._answer(request, "calendar/week.html", week, everything=all)

    def _answer(self, request: Request, template: str, week: str, *, everything: bool) -> Response:
        visit = visit_of(request)
        today = self._parts.clock().astimezone(visit.zone).date()
        monday = _monday(week, today)
        start = datetime.combine(monday, time(), visit.zone)
        end = datetime.combine(monday + timedelta(days=7), time(), visit.zone)
        entries = self._parts.overview.calendar(start, end, unmonitored=everything, limit=MOST)
        days = [
            Day(day, [entry for entry in entries if entry.airs_at.astimezone(visit.zone).date() == day], *flags)
            for day, flags in (
                (day, (day == today, day < today)) for day in (monday + timedelta(days=place) for place in range(7))
            )
        ]
        return self._parts.render.answer(
            visit,
            template,
            nav="calendar",
            days=days,
            monday=monday,
            sunday=monday + timedelta(days=6),
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            this_week=monday <= today < monday + timedelta(days=7),
            everything=everything,
            feed=self._parts.connections.calendar_feed_path(),
            cut=len(entries) >= MOST,
            total=len(entries),
        )


def _monday(week: str, today: date) -> date:
    """The Monday of the asked week, or of this one."""
    try:
        asked = date.fromisoformat(week) if week else today
    except ValueError:
        asked = today
    asked = min(max(asked, _EARLIEST), _LATEST)
    return asked - timedelta(days=asked.weekday())
