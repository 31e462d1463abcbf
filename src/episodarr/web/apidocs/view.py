"""The API's description to read and try, by the packaged Swagger UI: served from here, nothing is fetched elsewhere."""

from pathlib import Path

from fastapi import HTTPException, Request
from starlette.responses import FileResponse, Response

from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

_FOLDER = Path(__file__).parents[1] / "static" / "dist"
_FILES = {"docs.js": "text/javascript", "docs-start.js": "text/javascript", "docs.css": "text/css"}
# Swagger UI sets styles on elements; only this page allows it, and it shows nothing that came from outside.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ApiDocs:
    """Routes of the description."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/api/docs", self.page)
        doors.people("GET", "/api/docs/{name}", self.file)

    def page(self, request: Request) -> Response:
        """The page."""
        answer = self._parts.render.answer(visit_of(request), "apidocs/page.html")
        answer.headers["content-security-policy"] = _POLICY
        return answer

    def file(self, name: str) -> Response:
        """One of its three files; 404 for every other name."""
        kind = _FILES.get(name)
        if kind is None or not (_FOLDER / name).is_file():
            raise HTTPException(404)
        return FileResponse(_FOLDER / name, media_type=kind, headers={"cache-control": "private, max-age=3600"})
