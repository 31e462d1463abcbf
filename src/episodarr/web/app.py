"""Mounts all pages on an application: the only file of the pages that knows every screen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from episodarr.accounts.preferences import PreferenceStore
from episodarr.deletion.consent import Consent
from episodarr.deletion.delete import BinState, Delete
from episodarr.deletion.propose import Propose
from episodarr.histories.histories import Histories
from episodarr.jobs.freshening import Freshening
from episodarr.overview.freed import FreedBy
from episodarr.overview.movies import MovieQuestions
from episodarr.overview.plays import PlayHistory
from episodarr.overview.questions import Overview
from episodarr.overview.requests import RequestQuestions
from episodarr.watching.people import PeopleBook
from episodarr.watching.ports import PlayAnswers
from episodarr.web import errors
from episodarr.web.apidocs.view import ApiDocs
from episodarr.web.assets import Assets
from episodarr.web.calendar.view import CalendarPages
from episodarr.web.candidates.arming import RulePages
from episodarr.web.candidates.view import CandidatePages
from episodarr.web.candidates.why import WhyPages
from episodarr.web.columns import ColumnPages
from episodarr.web.deletion.limits import LimitPages
from episodarr.web.deletion.log import LogPages
from episodarr.web.deletion.plans import PlanPages
from episodarr.web.downloads.view import DownloadPages
from episodarr.web.episode.view import EpisodePages
from episodarr.web.headers import SafeHeaders
from episodarr.web.histories.by_hand import ByHandPages
from episodarr.web.histories.imports import ImportPages
from episodarr.web.histories.mappings import MappingPages
from episodarr.web.histories.review import ReviewPages
from episodarr.web.histories.samples import SamplePages
from episodarr.web.layout.view import SharedParts
from episodarr.web.leaving.view import LeavingPages
from episodarr.web.library.view import LibraryPages
from episodarr.web.movies.view import MoviePages
from episodarr.web.parts import Doors, Parts
from episodarr.web.ports import (
    Accounts,
    Board,
    Connections,
    Control,
    Correct,
    Decide,
    Measure,
    Posters,
    Remedies,
    Storage,
    Tasks,
)
from episodarr.web.render import Renderer
from episodarr.web.requests.view import RequestPages
from episodarr.web.settings.view import ConnectionPages
from episodarr.web.settings.wizard import Wizard
from episodarr.web.show.follow import FollowPages
from episodarr.web.show.view import ShowPages
from episodarr.web.signin.view import SignInPages
from episodarr.web.storage.view import StoragePages
from episodarr.web.system.fresh import FreshPages
from episodarr.web.system.tasks import TaskPages
from episodarr.web.system.users import UserPages
from episodarr.web.visit import Gate
from episodarr.web.watching.people import PeoplePages
from episodarr.web.watching.view import WatchingPages


def mount_pages(
    app: FastAPI,
    *,
    overview: Overview,
    board: Board,
    accounts: Accounts,
    connections: Connections,
    tasks: Tasks,
    control: Control,
    remedies: Remedies,
    correct: Correct,
    storage: Storage,
    measure: Measure,
    requests: RequestQuestions,
    decide: Decide,
    movies: MovieQuestions,
    posters: Posters,
    url_base: str,
    secure_cookies: bool,
    live_position: Callable[[], str],
    clock: Callable[[], datetime],
    saved: Callable[[], None] | None = None,
    watching: PlayAnswers | None = None,
    play_history: PlayHistory,
    people: PeopleBook,
    preferences: PreferenceStore,
    candidates: Propose,
    freed: FreedBy,
    delete: Delete,
    consent: Consent | None = None,
    freshening: Freshening | None = None,
    histories: Histories | None = None,
    samples: Mapping[Path, str] | None = None,
) -> None:
    """Add every page, the static files, the safe headers and the error pages to `app`, all under `url_base`.

    Call it after the API's own exception handlers are set: error pages are for paths outside `{url_base}/api` only,
    everything else goes to the handler that was there before. `saved` is called when somebody changed a connection.
    `live_position`: where the event stream is, for pages to go on from.
    `samples`: files to try an import of a viewing history with, and what each is.
    """
    assets = Assets(url_base)
    gate = Gate(accounts, url_base, live_position, secure_cookies=secure_cookies)
    parts = Parts(
        overview=overview,
        board=board,
        accounts=accounts,
        connections=connections,
        tasks=tasks,
        control=control,
        remedies=remedies,
        correct=correct,
        storage=storage,
        measure=measure,
        requests=requests,
        decide=decide,
        movies=movies,
        posters=posters,
        gate=gate,
        render=Renderer(
            url_base,
            assets,
            clock,
            connections,
            storage,
            consents=consent is not None,
            viewers_keep=consent is not None and consent.viewers_keep,
            freshens=freshening is not None,
            has_histories=histories is not None,
            without_bins=lambda: _without_bins(delete, consent),
        ),
        clock=clock,
        base=url_base,
        saved=saved or (lambda: None),
        watching=watching,
        play_history=play_history,
        people=people,
        preferences=preferences,
        candidates=candidates,
        freed=freed,
        delete=delete,
        consent=consent,
        freshening=freshening,
        histories=histories,
        samples={file.name: words for file, words in (samples or {}).items()},
    )
    doors = Doors(gate, url_base)
    SharedParts(parts).add_to(doors)
    SignInPages(parts).add_to(doors)
    LibraryPages(parts).add_to(doors)
    MoviePages(parts).add_to(doors)
    ShowPages(parts).add_to(doors)
    EpisodePages(parts).add_to(doors)
    DownloadPages(parts).add_to(doors)
    RequestPages(parts).add_to(doors)
    CalendarPages(parts).add_to(doors)
    WatchingPages(parts).add_to(doors)
    PeoplePages(parts).add_to(doors)
    if histories is not None:
        ImportPages(parts, histories).add_to(doors)
        ReviewPages(parts, histories).add_to(doors)
        ByHandPages(parts, histories).add_to(doors)
        MappingPages(parts, histories).add_to(doors)
        if samples:
            SamplePages(parts, histories, samples).add_to(doors)
    ColumnPages(parts).add_to(doors)
    CandidatePages(parts).add_to(doors)
    WhyPages(parts).add_to(doors)
    if consent is not None:
        RulePages(parts, consent).add_to(doors)
        LeavingPages(parts, consent).add_to(doors)
    PlanPages(parts).add_to(doors)
    LogPages(parts).add_to(doors)
    LimitPages(parts).add_to(doors)
    StoragePages(parts).add_to(doors)
    Wizard(parts).add_to(doors)
    ConnectionPages(parts).add_to(doors)
    if freshening is not None:
        FollowPages(parts, freshening.freshness).add_to(doors)
        FreshPages(parts, freshening.freshness).add_to(doors)
    TaskPages(parts).add_to(doors)
    UserPages(parts).add_to(doors)
    ApiDocs(parts).add_to(doors)
    doors.add_to(app)

    def static(request: Request, name: str) -> Response:
        return assets.answer(request, name)

    app.add_api_route(f"{url_base}/static/{{name}}", static, include_in_schema=False, response_model=None)
    if url_base:

        def to_base() -> Response:
            return RedirectResponse(f"{url_base}/", status_code=302)

        app.add_api_route("/", to_base, include_in_schema=False, response_model=None)
    errors.install(app, parts)
    app.add_middleware(SafeHeaders)


def _without_bins(delete: Delete, consent: Consent | None) -> list[BinState]:
    """Managers that have no recycle bin, once a rule is armed to delete by itself."""
    missing = [one for one in delete.bins() if one.path == ""]
    return missing if missing and consent is not None and consent.armed_rules() else []
