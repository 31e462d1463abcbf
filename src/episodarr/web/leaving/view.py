"""Leaving soon: what armed rules are about to delete, how long it is still here, and one tap that keeps it."""

from datetime import datetime, tzinfo

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.deletion.arming import Leaver
from episodarr.deletion.consent import Consent
from episodarr.deletion.holding import Level
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of
from episodarr.web.words import day

PATH = "/leaving"
PAGE = 60


class LeavingPages:
    """Routes of what leaves: for everybody who signs in, unless the settings say that it is for admins only."""

    def __init__(self, parts: Parts, consent: Consent) -> None:
        self._parts = parts
        self._consent = consent

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", PATH, self.page)
        doors.people("POST", f"{PATH}/{{leaver_id}}/keep", self.keep)

    def page(self, request: Request) -> Response:
        """The page; for the script one more page of the list, or the list alone."""
        visit, cursor = self._allowed(request), request.query_params.get("cursor") or None
        try:
            leavers, following = self._consent.leaving(PAGE, cursor)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}", status_code=302)
        part = "page.html" if not visit.partial else "rows.html" if cursor else "list.html"
        now = self._parts.clock()
        return self._parts.render.answer(
            visit,
            f"leaving/{part}",
            nav="candidates" if visit.admin else "leaving",
            leavers=leavers,
            following=following,
            way=way_to,
            countdown=lambda at: countdown(at, visit.zone, now),
            feed=self._parts.connections.calendar_feed_path().replace("/calendar.ics", "/leaving.ics", 1),
        )

    def keep(self, request: Request, leaver_id: int) -> Response:
        """Have something stay, for good."""
        visit = self._allowed(request)
        try:
            kept = self._consent.keep(min(leaver_id, 2**62), visit.user.name if visit.user is not None else "")
        except LookupError as gone:
            raise HTTPException(404, "It does not leave any more.") from gone
        return self._parts.render.done(visit, None, f"{kept.label} stays.", PATH, ["leaving", "candidates"])

    def _allowed(self, request: Request) -> Visit:
        visit = visit_of(request)
        if not visit.admin and not self._consent.viewers_keep:
            raise HTTPException(403, "Only an admin may see this.")
        return visit


def way_to(one: Leaver) -> str:
    """The path of its page."""
    if one.target.movie_id is not None:
        return f"/movies/{one.target.movie_id}"
    if one.level is Level.EPISODE:
        return f"/episodes/{one.target.episode_id}"
    season = "" if one.target.season_number is None else f"?season={one.target.season_number}"
    return f"/shows/{one.target.series_id}{season}"


def countdown(at: datetime | None, zone: tzinfo, now: datetime) -> str:
    """`in 9 days (Thu 4 Dec)`: by the days of the calendar that the reader lives in."""
    if at is None:
        return ""
    if at <= now:
        return "any moment"
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    told = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return f"{told} ({day(at, zone, now)})"
