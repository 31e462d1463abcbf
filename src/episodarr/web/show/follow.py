"""Following a show by hand, or no longer."""

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.catalogue.freshness import Freshness
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.show.kept import kept_line
from episodarr.web.visit import visit_of

_LARGEST = 2**62


class FollowPages:
    """The route that follows a show by hand, or stops."""

    def __init__(self, parts: Parts, freshness: Freshness) -> None:
        self._parts = parts
        self._freshness = freshness

    def add_to(self, doors: Doors) -> None:
        """Add the route."""
        doors.admins("POST", "/shows/{series_id}/followed", self.follow)

    def follow(self, request: Request, series_id: int, form: FormOf) -> Response:
        """Follow the show, or stop."""
        visit = visit_of(request)
        wanted = form.flag("followed")
        act = self._freshness.keep if wanted else self._freshness.stop
        try:
            act(min(series_id, _LARGEST), visit.user.name if visit.user is not None else "")
        except LookupError as gone:
            raise HTTPException(404, "There is no such show.") from gone
        back = "/system/freshness" if form.text("back") == "list" else f"/shows/{series_id}"
        said = "It is kept fresh until somebody stops it." if wanted else "It is not kept fresh ahead any more."
        kept = kept_line(self._freshness, series_id, admin=visit.admin) if visit.partial else None
        part = self._parts.render.answer(visit, "show/kept.html", kept=kept, series_id=series_id) if kept else None
        return self._parts.render.done(visit, part, said, back)
