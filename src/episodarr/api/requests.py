"""Requests, what has become of them, and decisions about them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.overview.answers import Page, TimelineEntry
from episodarr.overview.arrivals import Board
from episodarr.overview.requests import RequestCard, RequestDetail, RequestFilter, RequestQuestions
from episodarr.overview.whole import request_detail
from episodarr.requests.decide import Decide

Id = Annotated[int, Path(ge=1, le=2**62)]
State = Literal[
    "all",
    "pending",
    "declined",
    "failed",
    "unlisted",
    "unaired",
    "waiting",
    "arriving",
    "partially_available",
    "available",
    "gone",
]
Verb = Literal["approve", "decline", "retry"]


def request_routes(overview: RequestQuestions, board: Board, decide: Decide, access: Access) -> APIRouter:
    """Routes of requests."""
    reads = APIRouter(tags=["requests"], dependencies=[Depends(access.read)])
    changes = APIRouter(tags=["requests"], dependencies=[Depends(access.change)])

    @reads.get("/requests", response_model=Page[RequestCard])
    def requests(
        state: Annotated[State, Query(description="What has become of them.")] = "all",
        requester: Annotated[str, Query(max_length=200, description="Who asked; empty: everybody.")] = "",
        search: Annotated[str, Query(max_length=200, description="Part of the title.")] = "",
        series_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Requests, newest first, each with what has become of its episodes."""
        with answered({ValueError: 422}):
            return answer(overview.requests(RequestFilter(search, state, requester, series_id), limit, cursor))

    @reads.get("/requests/{request_id}", response_model=RequestDetail)
    def request(request_id: Id) -> Response:
        """One request, and its episodes with state, progress and what each waits for."""
        found = request_detail(overview, board, request_id)
        if found is None:
            raise HTTPException(404, f"There is no request {request_id}")
        return answer(found)

    @reads.get("/requests/{request_id}/timeline", response_model=Page[TimelineEntry])
    def timeline(request_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
        """What became of the request as a whole, oldest first: decisions, and milestones of its episodes."""
        if overview.request(request_id) is None:
            raise HTTPException(404, f"There is no request {request_id}")
        with answered({ValueError: 422}):
            return answer(overview.request_timeline(request_id, limit, cursor))

    @changes.post("/requests/{request_id}/{verb}", status_code=202)
    async def act(request_id: Id, verb: Verb) -> Response:
        """Approve, decline or retry a request in the request system it comes from."""
        with answered({LookupError: 404}):
            await decide.decide(request_id, verb)
        return answer({"request_id": request_id, "message": "The request system was told"}, 202)

    whole = APIRouter()
    whole.include_router(reads)
    whole.include_router(changes)
    return whole
