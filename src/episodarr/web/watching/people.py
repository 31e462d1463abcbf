"""Watching > People: whose accounts belong together. For administrators only."""

from collections.abc import Callable

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.web.form import Form, FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

PATH = "/watching/people"
MOST = 500


class PeoplePages:
    """Routes of people."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)
        doors.admins("GET", f"{PATH}/part", self.part)
        doors.admins("POST", f"{PATH}/join", self.join)
        doors.admins("POST", f"{PATH}/apart", self.apart)
        doors.admins("POST", f"{PATH}/split", self.split)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._answer(request, "watching/people.html")

    def part(self, request: Request) -> Response:
        """All of it that can change."""
        return self._answer(request, "watching/people_part.html")

    def join(self, request: Request, form: FormOf) -> Response:
        """Two accounts are one person's."""
        return self._done(request, form, self._parts.people.join, "They are one person now.")

    def apart(self, request: Request, form: FormOf) -> Response:
        """Two accounts are two people's."""
        return self._done(request, form, self._parts.people.keep_apart, "They stay two people.")

    def split(self, request: Request, form: FormOf) -> Response:
        """An account is not of its person."""
        by = self._by(request)
        self._try(lambda: self._parts.people.split(form.text("account"), by))
        return self._finished(request, "It is an account of its own now.")

    def _done(self, request: Request, form: Form, act: Callable[[str, str, str], None], said: str) -> Response:
        by = self._by(request)
        first, second = form.text("first"), form.text("second")
        if first == second:
            raise HTTPException(422, "Choose two different accounts.")
        self._try(lambda: act(first, second, by))
        return self._finished(request, said)

    def _finished(self, request: Request, said: str) -> Response:
        visit = visit_of(request)
        part = self._answer(request, "watching/people_part.html") if visit.partial else None
        return self._parts.render.done(visit, part, said, PATH)

    @staticmethod
    def _by(request: Request) -> str:
        user = visit_of(request).user
        return user.name if user is not None else ""

    @staticmethod
    def _try(act: Callable[[], None]) -> None:
        try:
            act()
        except LookupError as gone:
            raise HTTPException(404, str(gone)) from gone

    def _answer(self, request: Request, template: str) -> Response:
        view = self._parts.people.people(MOST)
        accounts = [
            (account.key, f"{account.name} · {account.connection}") for one in view.people for account in one.accounts
        ]
        return self._parts.render.answer(
            visit_of(request), template, nav="watching", here="people", view=view, accounts=list(dict(accounts).items())
        )
