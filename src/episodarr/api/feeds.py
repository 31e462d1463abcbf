"""The calendar as iCalendar, for calendar programs: opened by a token of its own that opens nothing else."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from icalendar import Calendar, Event
from starlette.responses import Response

from episodarr.overview.answers import CalendarEntry
from episodarr.overview.questions import Overview
from episodarr.overview.services import Services

_MOST = 2000


def feed_routes(overview: Overview, services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """Routes of the feed."""
    routes = APIRouter(tags=["calendar"])

    @routes.get("/calendar.ics", response_class=Response)
    def calendar(
        token: Annotated[str, Query(max_length=200)] = "",
        past_days: Annotated[int, Query(ge=0, le=365)] = 7,
        future_days: Annotated[int, Query(ge=1, le=365)] = 28,
        unmonitored: bool = False,
    ) -> Response:
        """What airs, as iCalendar; its address with the token stands on the calendar page."""
        if not hmac.compare_digest(token.encode(), services.feed_token().encode()):
            raise HTTPException(401, "The token is wrong; copy the feed's address anew from the calendar page")
        now = clock()
        start, end = now - timedelta(days=past_days), now + timedelta(days=future_days)
        entries = overview.calendar(start, end, unmonitored=unmonitored, limit=_MOST)
        return Response(_feed(entries, now), media_type="text/calendar; charset=utf-8")

    return routes


def _feed(entries: list[CalendarEntry], now: datetime) -> bytes:
    feed = Calendar()
    feed.add("prodid", "-//Episodarr//Calendar//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Episodarr")
    for entry in entries:
        event = Event()
        event.add("uid", f"episode-{entry.episode_id}@episodarr")  # the same through every move of the air time
        event.add("dtstamp", now)
        event.add("dtstart", entry.airs_at)
        event.add("dtend", entry.airs_at + timedelta(minutes=entry.runtime))
        number = f"{entry.season_number}x{entry.episode_number:02}"
        event.add("summary", f"{entry.series_title} - {number} - {entry.title}")
        event.add("status", "CONFIRMED" if entry.calendar_state == "downloaded" else "TENTATIVE")
        if entry.network:
            event.add("location", entry.network)
        feed.add_component(event)
    return bytes(feed.to_ical())
