"""Seerr 3, Jellyseerr 2 and Overseerr 1: who asked for which seasons, and what was decided about it.

All three serve /api/v1 and refuse unknown query parameters: only those that all of them know are sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import RequestTruth
from episodarr.integrations._paging import Pages, asked_twice
from episodarr.integrations._seerr_server import OBJECT
from episodarr.integrations._seerr_truth import SeerrTruth
from episodarr.integrations._seerr_wire import (
    Page,
    Product,
    Request,
    film_request,
    media_request,
    requesters,
)
from episodarr.integrations._untrusted import instant, text
from episodarr.requests.model import FilmRequest, MediaRequest, RequestNumber, Requests, Title, TmdbId
from episodarr.requests.ports import RequestControl, RequestSource

_PAGE_SIZE = 100
_MOST_PAGES = 1_000

_page = msgspec.json.Decoder(Page)
_request = msgspec.json.Decoder(Request)


class Seerr(SeerrTruth):
    """One Seerr, Jellyseerr or Overseerr. Every call raises ServiceFailure when it cannot be answered."""

    # RequestSource

    async def all_requests(self) -> Requests:
        """Every request in pages of 100, newest first. Raises Broken when, asked twice, the pages do not add up."""
        product, _, _ = await self._identity()
        found = await asked_twice(self._listing, self.http.service, "the pages of its requests")
        return self._read(found, product)

    async def _listing(self) -> list[Request]:
        """All requests. Raises DoesNotAddUp when the listing changed while it was read."""
        pages: Pages[Request] = Pages(lambda request: str(request.id))
        found: list[Request] = []
        while not pages.complete:
            page = await self._page(pages.start, "added")
            found += pages.take(page.results, page.page_info.results)
        return found

    async def requests_since(self, at: datetime) -> Requests:
        """The requests that were made or changed at `at` or later, latest first."""
        product = self._product or (await self._identity())[0]
        found: dict[int, Request] = {}
        for number in range(_MOST_PAGES):
            page = await self._page(number * _PAGE_SIZE, "modified")
            later = [one for one in page.results if (instant(one.updated_at) or at) >= at]
            for one in later:
                found.setdefault(one.id, one)
            if len(later) < len(page.results) or (number + 1) * _PAGE_SIZE >= page.page_info.results:
                break
        return self._read([*found.values()], product)

    async def _page(self, skip: int, sort: str) -> Page:
        asked: dict[str, str | int] = {"take": _PAGE_SIZE, "skip": skip, "filter": "all", "sort": sort}
        return self.http.decode(await self.http.ask("GET", "/api/v1/request", params=asked, bulk=True), _page)

    def _read(self, found: list[Request], product: Product) -> Requests:
        films = [one for one in found if one.of_film]
        series = tuple(self._one(one, product) for one in found if not one.of_film)
        asked_films = tuple(self._film(one) for one in films)
        return Requests(series, len(films), requesters(found), asked_films)

    def _film(self, request: Request) -> FilmRequest:
        read = film_request(request)
        if read is None:
            raise Broken(self.http.service, "a request has an id or a date that is none")
        return read

    def _one(self, request: Request, product: Product) -> MediaRequest:
        read = media_request(request, product)
        if read is None:
            raise Broken(self.http.service, "a request has an id or a date that is none")
        return read

    async def title(self, tmdb: TmdbId) -> Title | None:
        """What a title is called; None when it is not known. An error of TMDB behind it is a Broken."""
        answer = await self.http.ask("GET", f"/api/v1/tv/{tmdb:d}", accept={404})
        if answer.status == 404:
            self._own_words(answer)
            return None
        told = self.http.decode(answer, OBJECT)
        name = text(told.get("name")) or text(told.get("originalName"))
        year = text(told.get("firstAirDate"))[:4]
        return Title(name[:500], int(year) if year.isdecimal() and year.isascii() else 0) if name else None

    # RequestControl

    async def approve(self, request: RequestNumber) -> MediaRequest:
        """Approve a request; it is handed on to Sonarr by that."""
        return await self._decided(request, "approve")

    async def decline(self, request: RequestNumber) -> MediaRequest:
        """Decline a request."""
        return await self._decided(request, "decline")

    async def retry(self, request: RequestNumber) -> MediaRequest:
        """Hand a request on to Sonarr once more."""
        return await self._decided(request, "retry")

    async def _decided(self, request: RequestNumber, verb: str) -> MediaRequest:
        product = self._product or (await self._identity())[0]
        answer = await self.http.ask("POST", f"/api/v1/request/{request:d}/{verb}", accept={404})
        if answer.status == 404:
            self._own_words(answer)
            raise LookupError(f"{self.http.service} no longer has the request")
        decided = self.http.decode(answer, _request)
        if decided.id != request:
            raise Broken(self.http.service, f"asked about request {request}, it answered with another one")
        return self._one(decided, product)


def _connect(connection: Connection, session: Any) -> Seerr:
    return Seerr(connection.name or "Seerr", connection.url, connection.settings.get("api_key", ""), session)


def _hint(told: Mapping[str, Any]) -> Hint:
    """The webhook's template can be edited: whatever is left of it, reading is never wrong."""
    kind = text(told.get("notification_type"))
    if kind == "TEST_NOTIFICATION" or kind.startswith("ISSUE_"):
        return hint(kind)
    media = told.get("media")
    held = media if isinstance(media, dict) else told
    return hint(kind, [About.REQUESTS], tvdb=held.get("tvdbId"))


INTEGRATION = Integration(
    kind="seerr",
    label="Seerr",
    purpose="Who requested what, in Seerr, Jellyseerr or Overseerr, and whether it has arrived.",
    fields=(
        Field("url", "Address", FieldKind.URL, example="http://seerr:5055"),
        Field("api_key", "API key", FieldKind.SECRET, help="Seerr: Settings > General."),
    ),
    ports=(RequestSource, RequestControl, RequestTruth),
    connect=_connect,
    check=Seerr.check,
    hint=_hint,
    order=35,
)
