"""Pieces that every page shares: the notices of failing services, and the jump search."""

import msgspec
from fastapi import Request
from starlette.responses import Response

from episodarr.overview.questions import LibraryFilter
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

_FOUND = 12


class Found(msgspec.Struct, frozen=True):
    """One line of the jump search."""

    title: str
    url: str
    detail: str


class SharedParts:
    """Routes of the pieces."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/notices", self.notices)
        doors.people("GET", "/jump", self.jump)

    def notices(self, request: Request) -> Response:
        """What fails now."""
        render = self._parts.render
        return render.answer(visit_of(request), "layout/notices_part.html")

    def jump(self, q: str = "") -> Response:
        """Shows whose title contains `q`, for the script."""
        asked = q.strip()[:100]
        shows = self._parts.overview.library(LibraryFilter(search=asked), _FOUND, None).items if asked else []
        found = [
            Found(
                show.title,
                f"{self._parts.base}/shows/{show.id}",
                f"{show.year or ''} · {show.available_count}/{show.aired_count} available".strip(" ·"),
            )
            for show in shows
        ]
        return Response(
            msgspec.json.encode(found), media_type="application/json", headers={"cache-control": "private, no-store"}
        )
