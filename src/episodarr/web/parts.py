"""What every screen is given, and the doors that its routes go through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI

from episodarr.accounts.preferences import PreferenceStore
from episodarr.deletion.consent import Consent
from episodarr.deletion.delete import Delete
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
from episodarr.web.form import posted
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
from episodarr.web.visit import Gate

_Route = tuple[str, str, Callable[..., Any]]
"""Method, path below the URL base, and what answers."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The rest of Episodarr as the screens see it."""

    overview: Overview
    board: Board
    accounts: Accounts
    connections: Connections
    tasks: Tasks
    control: Control
    remedies: Remedies
    correct: Correct
    storage: Storage
    measure: Measure
    requests: RequestQuestions
    decide: Decide
    movies: MovieQuestions
    posters: Posters
    gate: Gate
    render: Renderer
    clock: Callable[[], datetime]
    base: str
    saved: Callable[[], None]
    """Called when a connection was added, changed or removed."""
    play_history: PlayHistory
    people: PeopleBook
    preferences: PreferenceStore
    candidates: Propose
    freed: FreedBy
    delete: Delete
    consent: Consent | None = None
    freshening: Freshening | None = None
    histories: Histories | None = None
    """Imports of viewing histories; None: nobody imports any."""
    samples: Mapping[str, str] = field(default_factory=dict)
    """Files to try an import with, by name, and what each is."""
    watching: PlayAnswers | None = None
    """How episodes were watched; None: nothing tells."""

    def kinds_offering(self, port: type) -> set[str]:
        """The kinds of services that offer a port."""
        return {one.kind for one in self.connections.integrations() if port in one.ports}

    def connected(self, port: type) -> bool:
        """Whether anything is connected that offers a port."""
        kinds = self.kinds_offering(port)
        return any(view.kind in kinds for view in self.connections.views())


class Doors:
    """Routes: for anybody, signed-in people, admins, people who send a file. A screen adds one in no other way.

    So a page is closed unless its view says `open` in plain sight, and every change passes the form-token check.
    """

    def __init__(self, gate: Gate, url_base: str) -> None:
        self._base, self._gate = url_base, gate
        self._person = Depends(gate.person())
        self._open: list[_Route] = []
        self._people: list[_Route] = []
        self._admins: list[_Route] = []
        self._uploads: list[tuple[_Route, Any]] = []

    def open(self, method: str, path: str, endpoint: Callable[..., Any]) -> None:
        """For everybody, signed in or not."""
        self._open.append((method, path, endpoint))

    def people(self, method: str, path: str, endpoint: Callable[..., Any]) -> None:
        """For everybody who is signed in."""
        self._people.append((method, path, endpoint))

    def admins(self, method: str, path: str, endpoint: Callable[..., Any]) -> None:
        """For admins."""
        self._admins.append((method, path, endpoint))

    def uploads(self, path: str, endpoint: Callable[..., Any], most: Callable[[], int]) -> None:
        """For everybody who is signed in: a posted form with a file of at most `most` bytes (see `upload_of`)."""
        self._uploads.append((("POST", path, endpoint), Depends(self._gate.person_with_file(most))))

    def add_to(self, app: FastAPI) -> None:
        """Add the routes to the application: the open ones first, uploads last.

        Routers that it includes would have every route read twice: as it is added, and again by the first visitor.
        """
        form = Depends(posted)
        for routes, passed in (
            (self._open, [form, Depends(self._gate.anybody())]),
            (self._people, [form, self._person]),
            (self._admins, [form, self._person, Depends(self._gate.admin())]),
            *(([route], [sent]) for route, sent in self._uploads),
        ):
            for method, path, endpoint in routes:
                app.add_api_route(
                    f"{self._base}{path}",
                    endpoint,
                    methods=[method],
                    dependencies=passed,
                    include_in_schema=False,
                    response_model=None,
                )
