"""The requests: a list that is searched and filtered, and one request with its episodes and its own timeline."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.deletion.journal import LogQuestion
from episodarr.overview.answers import EpisodeRow
from episodarr.overview.request_state import RequestState
from episodarr.overview.requests import RequestCard, RequestDetail, RequestFilter
from episodarr.overview.whole import request_detail
from episodarr.requests.ports import RequestSource
from episodarr.web import states
from episodarr.web.deed import trouble_with
from episodarr.web.deletion.log import lines_about
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of

PAGE = 40
MAX_CARDS = 200
TIMELINE = 300
FEW_EPISODES = 200
"""Up to so many rows the whole list is sent anew when the request changes."""


class Look(NamedTuple):
    """How a state of a request is called, and the episode state whose colour and glyph it shows."""

    label: str
    like: str


LOOKS = {
    RequestState.PENDING: Look("Awaits approval", "requested"),
    RequestState.FAILED: Look("Failed", "failed"),
    RequestState.UNLISTED: Look("Not in Sonarr yet", "unknown"),
    RequestState.WAITING: Look("Waiting", "missing"),
    RequestState.ARRIVING: Look("Arriving", "downloading"),
    RequestState.PARTIALLY_AVAILABLE: Look("Partially available", "imported"),
    RequestState.AVAILABLE: Look("Available", "available"),
    RequestState.UNAIRED: Look("Not aired", "unaired"),
    RequestState.DECLINED: Look("Declined", "unmonitored"),
    RequestState.GONE: Look("Gone", "deleted"),
}
FILTERS = (("all", "All requests"), *((state.value, look.label) for state, look in LOOKS.items()))

VERBS = {
    RequestState.PENDING: ("approve", "decline"),
    RequestState.FAILED: ("retry", "decline"),
    RequestState.DECLINED: ("approve",),
}
"""What an admin can decide about a request in each state."""
LABELS = {"approve": ("Approve", "check"), "decline": ("Decline", "close"), "retry": ("Retry", "sync")}
DONE = {"approve": "Approved.", "decline": "Declined.", "retry": "Handed on once more."}
_WITHOUT_BAR = frozenset({RequestState.DECLINED, RequestState.GONE, RequestState.UNLISTED})


def request_bar(card: RequestCard) -> states.Bar | None:
    """The bar over what has aired of a request; None where nothing is expected."""
    aired, here = card.episode_count - card.unaired_count, card.available_count
    if card.state in _WITHOUT_BAR or (card.state is RequestState.PENDING and not here):
        return None
    return states.bar(
        here,
        aired,
        arriving=card.arriving_count + card.imported_count,
        missing=card.missing_count,
        monitored=True,
        ended=here >= aired,
    )


class SeasonRows(NamedTuple):
    """The requested episodes of one season."""

    number: int
    rows: list[EpisodeRow]


class RequestPages:
    """Routes of the requests."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/requests", self.page)
        doors.people("GET", "/requests/cards", self.cards)
        doors.people("GET", "/requests/as-of", self.as_of)
        doors.people("GET", "/requests/{request_id}", self.one)
        doors.people("GET", "/requests/{request_id}/live", self.live)
        doors.people("GET", "/requests/{request_id}/open", self.open)
        doors.admins("POST", "/requests/{request_id}/{verb}", self.decide)

    def page(self, request: Request, q: str = "", state: str = "all", by: str = "", cursor: str = "") -> Response:
        """The list; for the script only the list itself, or one more page of it."""
        visit, questions = visit_of(request), self._parts.requests
        wanted = RequestFilter(
            search=q.strip()[:100],
            state=state if state in RequestFilter.STATES else "all",
            requester=by.strip()[:200],
        )
        query = _query(wanted)
        try:
            found = questions.requests(wanted, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}/requests{'?' + query if query else ''}", status_code=302)
        given = {"found": found, "cards": found.items, "query": query, "wanted": wanted, **self._words()}
        given["connected"] = self._connected()
        if visit.partial:
            return self._parts.render.answer(visit, "requests/more.html" if cursor else "requests/list.html", given)
        people = [("", "Everybody"), *((name, name) for name in questions.requesters())]
        return self._parts.render.answer(
            visit,
            "requests/page.html",
            given,
            nav="requests",
            filters=FILTERS,
            people=people,
            films=questions.films(),
        )

    def cards(self, request: Request, ids: str = "") -> Response:
        """The named requests anew, as their numbers have changed."""
        wanted = [int(part) for part in ids.split(",") if part.isascii() and part.isdecimal() and len(part) < 19]
        found = [detail.request for detail in map(self._parts.requests.request, wanted[:MAX_CARDS]) if detail]
        return self._parts.render.answer(visit_of(request), "requests/cards.html", self._words(), cards=found)

    def as_of(self, request: Request) -> Response:
        """When each request system answered last."""
        return self._parts.render.answer(visit_of(request), "requests/as_of.html")

    def one(self, request: Request, request_id: int) -> Response:
        """One request."""
        return self._answer(visit_of(request), request_id, "requests/request.html")

    def live(self, request: Request, request_id: int) -> Response:
        """All of it that can change."""
        return self._answer(visit_of(request), request_id, "requests/live.html")

    def open(self, request_id: int) -> Response:
        """On to the title's page in the request system."""
        return self._parts.render.away(self._detail(request_id).request.link)

    async def decide(self, request: Request, request_id: int, verb: str) -> Response:
        """Approve, decline or retry it there."""
        visit, back = visit_of(request), f"/requests/{request_id}"
        if verb not in DONE:
            raise HTTPException(404)
        deed = self._parts.decide.decide(request_id, verb)
        if trouble := await trouble_with(deed, self._parts.render, visit, back):
            return trouble
        part = await run_in_threadpool(self.live, request, request_id) if visit.partial else None
        return self._parts.render.done(visit, part, DONE[verb], back)

    def _detail(self, request_id: int) -> RequestDetail:
        found = request_detail(self._parts.requests, self._parts.board, request_id) if request_id < 2**62 else None
        if found is None:
            raise HTTPException(404, "There is no such request.")
        return found

    def _answer(self, visit: Visit, request_id: int, template: str) -> Response:
        detail = self._detail(request_id)
        card = detail.request
        show = self._parts.overview.show(card.series_id) if card.series_id is not None else None
        asked = LogQuestion(series_id=card.series_id if card.series_id is not None else 0)
        deletions = lines_about(self._parts, asked, () if card.all_seasons else card.seasons)
        return self._parts.render.answer(
            visit,
            template,
            self._words() | deletions,
            card=card,
            show=show,
            anime=show is not None and show.series_type == "anime",
            seasons=_by_season(detail.episodes),
            more_episodes=detail.more_episodes,
            few=len(detail.episodes) <= FEW_EPISODES,
            entries=self._parts.requests.request_timeline(request_id, TIMELINE, None).items,
            verbs=[(verb, *LABELS[verb]) for verb in VERBS.get(card.state, ())],
            nav="requests",
        )

    @staticmethod
    def _words() -> dict[str, object]:
        return {"request_looks": LOOKS, "request_bar": request_bar}

    def _connected(self) -> bool:
        kinds = {one.kind for one in self._parts.connections.integrations() if RequestSource in one.ports}
        return any(view.kind in kinds for view in self._parts.connections.views())


def _by_season(rows: Sequence[EpisodeRow]) -> list[SeasonRows]:
    return [SeasonRows(number, list(group)) for number, group in groupby(rows, key=lambda row: row.season_number)]


def _query(wanted: RequestFilter) -> str:
    parts = {"q": wanted.search, "state": wanted.state, "by": wanted.requester}
    usual = {"q": "", "state": "all", "by": ""}
    return urlencode({name: value for name, value in parts.items() if value != usual[name]})
