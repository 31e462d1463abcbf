"""The web application with the API on it; pages are mounted beside it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response

from episodarr import __version__
from episodarr.accounts.accounts import Accounts
from episodarr.api.access import Access
from episodarr.api.activity import activity_routes
from episodarr.api.candidates import candidate_routes
from episodarr.api.deletion import deletion_routes
from episodarr.api.events import event_routes
from episodarr.api.feeds import feed_routes
from episodarr.api.histories import history_routes
from episodarr.api.history_access import seen_by
from episodarr.api.leaving import leaving_routes
from episodarr.api.library import library_routes
from episodarr.api.metrics import metric_routes
from episodarr.api.movies import movie_routes
from episodarr.api.people import people_routes
from episodarr.api.plays import play_routes
from episodarr.api.problems import handle_problems
from episodarr.api.requests import request_routes
from episodarr.api.services import service_routes
from episodarr.api.shapes import Problem, answer
from episodarr.api.shows import show_routes
from episodarr.api.storage import storage_routes
from episodarr.api.watching import watching_routes
from episodarr.api.webhooks import Hear, webhook_routes
from episodarr.capacity.measure import Measure
from episodarr.catalogue.control import Control
from episodarr.catalogue.posters import Posters
from episodarr.connections.connect import Connections
from episodarr.deletion.consent import Consent
from episodarr.deletion.delete import Delete
from episodarr.deletion.propose import Propose
from episodarr.downloads.correct import Correct
from episodarr.histories.histories import Histories
from episodarr.jobs.engine import Engine
from episodarr.jobs.freshening import Freshening
from episodarr.jobs.remedies import Remedies
from episodarr.overview.arrivals import Board
from episodarr.overview.freed import FreedBy
from episodarr.overview.live import Live
from episodarr.overview.movies import MovieQuestions
from episodarr.overview.plays import PlayHistory
from episodarr.overview.questions import Overview
from episodarr.overview.requests import RequestQuestions
from episodarr.overview.services import Services
from episodarr.overview.storage import Storage
from episodarr.requests.decide import Decide
from episodarr.watching.people import PeopleBook
from episodarr.watching.ports import PlayAnswers


def build_app(
    *,
    overview: Overview,
    board: Board,
    accounts: Accounts,
    connections: Connections,
    services: Services,
    engine: Engine,
    control: Control,
    remedies: Remedies,
    correct: Correct,
    storage: Storage,
    measure: Measure,
    requests: RequestQuestions,
    decide: Decide,
    watching: PlayAnswers,
    play_history: PlayHistory,
    people: PeopleBook,
    candidates: Propose,
    freed: FreedBy,
    delete: Delete,
    movies: MovieQuestions,
    posters: Posters,
    live: Live,
    hear: Hear,
    saved: Callable[[], None],
    url_base: str,
    allowed_hosts: list[str],
    clock: Callable[[], datetime],
    lifespan: Callable[[], AbstractAsyncContextManager[None]],
    consent: Consent | None = None,
    histories: Histories | None = None,
    freshening: Freshening | None = None,
) -> FastAPI:
    """The application. `lifespan` runs around its life: what must be started and stopped with it."""

    @asynccontextmanager
    async def alive(_app: FastAPI) -> AsyncIterator[None]:
        async with lifespan():
            yield

    app = FastAPI(
        title="Episodarr",
        version=__version__,
        description="What is happening to each episode, and why.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=alive,
    )
    access = Access(accounts)
    handle_problems(app)
    if allowed_hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts)

    api = APIRouter(prefix=f"{url_base}/api/v1", responses={"4XX": {"model": Problem}})

    @api.get(
        "/ping", tags=["health"], responses={200: {"content": {"application/json": {"example": {"status": "OK"}}}}}
    )
    async def ping() -> Response:
        """Whether the service answers; needs no key."""
        return Response(b'{"status":"OK"}', media_type="application/json")

    @api.get("/status", tags=["health"], dependencies=[Depends(access.read)])
    def status() -> Response:
        """Version, the library in numbers, and how the connected services fare."""
        return answer({"version": __version__, "totals": overview.totals(), "connections": services.views()})

    @api.get("/openapi.json", include_in_schema=False, dependencies=[Depends(access.read)])
    def openapi() -> Response:
        return answer(app.openapi())

    for routes in (
        library_routes(overview, board, control, remedies, posters, access, clock, seen_by(histories, accounts)),
        activity_routes(overview, board, engine, correct, access),
        request_routes(requests, board, decide, access),
        movie_routes(movies, posters, access),
        watching_routes(watching, access),
        play_routes(play_history, services, engine, access, clock),
        people_routes(people, access),
        candidate_routes(candidates, freed, access, clock),
        deletion_routes(delete, access),
        storage_routes(storage, measure, access),
        service_routes(services, access, saved),
        webhook_routes(connections, hear),
        event_routes(live, access),
        feed_routes(overview, services, clock),
    ):
        api.include_router(routes)
    if histories is not None:
        api.include_router(history_routes(histories, accounts, access))
    if consent is not None:
        api.include_router(leaving_routes(consent, services, access, clock))
    if freshening is not None:
        api.include_router(show_routes(freshening, overview, access, clock))
    app.include_router(api)
    numbers = metric_routes(overview, board, services, engine, storage, access, histories, freshening)
    app.include_router(numbers, prefix=url_base)
    return app
