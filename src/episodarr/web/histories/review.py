"""Titles that wait for a person: what each may be, another show to find, and saying what it is."""

import hashlib

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.histories.histories import Histories
from episodarr.histories.import_model import Choice, ReviewGroup
from episodarr.histories.metadata import FoundShow, ShowRef
from episodarr.histories.names import clean
from episodarr.web.form import Form, FormOf
from episodarr.web.histories.acting import PATH, Refused, person_of, told
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of
from episodarr.web.words import many

REVIEW = f"{PATH}/review"
PAGE = 25
SHOWS = 12
_LONGEST = 300
SOURCES = {"tmdb": "TMDB", "tvmaze": "TVmaze", "library": "your library"}
_LOOKED_THROUGH = 5
"""Pages of titles in which a title that was decided is looked for."""


class ReviewPages:
    """Routes of the review: everybody their own."""

    def __init__(self, parts: Parts, histories: Histories) -> None:
        self._parts = parts
        self._histories = histories

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", REVIEW, self.page)
        doors.people("GET", f"{REVIEW}/search", self.search)
        doors.people("POST", REVIEW, self.decide)

    def page(self, request: Request, cursor: str = "") -> Response:
        """All titles that wait, those with most rows first; for the script one more page of them."""
        return self._page(visit_of(request), cursor)

    def _page(
        self,
        visit: Visit,
        cursor: str = "",
        problem: Refused | None = None,
        about: str = "",
        asked: str = "",
        found: list[FoundShow] | None = None,
    ) -> Response:
        try:
            groups, following = self._histories.review(person_of(visit).user_id, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{REVIEW}", status_code=302)
        part = "review_groups.html" if visit.partial and cursor else "review.html"
        status = problem.status if problem is not None else 200
        if about and all(one.name != about for one in groups):
            groups = [*self._of(visit, about), *groups]
        return self._parts.render.answer(
            visit,
            f"histories/{part}",
            status=status,
            nav="watching",
            here="histories",
            tab="review",
            waits=bool(groups),
            groups=groups,
            next=following,
            key=key_of,
            shown_name=shown_name,
            sources=SOURCES,
            problem=str(problem) if problem is not None else "",
            about=about,
            asked=asked,
            found=found,
        )

    async def search(self, request: Request, title: str = "", q: str = "") -> Response:
        """Shows of another name for a title; without the script the page with them."""
        visit, name, wanted = visit_of(request), title[:_LONGEST], q.strip()[:200]
        found: list[FoundShow] | None = None
        problem = None
        if wanted:
            try:
                with told():
                    found = (await self._histories.deciding.search(wanted))[:SHOWS]
            except Refused as wrong:
                problem = wrong
        if not visit.partial:
            return await run_in_threadpool(
                self._page, visit, problem=problem, about=name, asked=wanted, found=found or []
            )
        return await run_in_threadpool(
            self._parts.render.answer,
            visit,
            "histories/found.html",
            name=name,
            found=found,
            key=key_of,
            shown_name=shown_name,
            sources=SOURCES,
            problem=str(problem) if problem is not None else "",
        )

    async def decide(self, request: Request, form: FormOf) -> Response:
        """Say what a title is: all of its rows follow."""
        visit, name, shown = visit_of(request), form.raw("name")[:_LONGEST], form.text("title")[:_LONGEST]
        who = person_of(visit)
        try:
            with told():
                choice, show = _picked(form)
                offset = _offset(form)
                decided = await self._histories.deciding.decide(
                    who, name, choice, show, season_offset=offset, for_all=form.flag("for_all")
                )
        except Refused as wrong:
            if visit.partial:
                return await run_in_threadpool(
                    self._parts.render.failed, visit, str(wrong), "", REVIEW, status=wrong.status
                )
            return await run_in_threadpool(self._page, visit, problem=wrong, about=name)
        if not visit.partial:
            return RedirectResponse(f"{self._parts.base}{REVIEW}", status_code=303)
        left = await run_in_threadpool(self._of, visit, name)
        return await run_in_threadpool(
            self._parts.render.answer,
            visit,
            "histories/settled.html",
            title=shown or name,
            mapping=decided.mapping,
            left=left[0] if left else None,
            key=key_of,
            shown_name=shown_name,
            sources=SOURCES,
            about="",
            asked="",
            found=None,
            imports=many(decided.imports, "import"),
        )

    def _of(self, visit: Visit, name: str) -> list[ReviewGroup]:
        """The group of a title, if it still waits."""
        cursor: str | None = None
        for _ in range(_LOOKED_THROUGH):
            groups, cursor = self._histories.review(person_of(visit).user_id, 200, cursor)
            if found := [one for one in groups if one.name == name]:
                return found
            if cursor is None:
                break
        return []


def key_of(name: str) -> str:
    """A short word for a title, for addresses within the page."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def shown_name(group: ReviewGroup) -> str:
    """The name that its rows share, as it is written in one of them; the whole title when it is not found there."""
    cuts = [place for place, letter in enumerate(group.title) if letter == ":"]
    heads = [group.title[:place].strip() for place in cuts]
    return next((head for head in heads if clean(head) == group.name), group.title)


def _picked(form: Form) -> tuple[Choice, ShowRef | None]:
    """What was chosen: `film`, `ignore`, or a show as `tmdb:1399`. Raises ValueError."""
    pick = form.text("pick")
    if pick in {Choice.FILM.value, Choice.IGNORE.value}:
        return Choice(pick), None
    return Choice.SHOW, picked_show(pick)


def picked_show(text: str) -> ShowRef:
    """A show as `tmdb:1399`. Raises ValueError."""
    source, _, number = text.partition(":")
    if source not in SOURCES or not (number.isascii() and number.isdecimal()) or len(number) > 10:
        raise ValueError("pick: choose a show, a film, or to leave it out")
    return ShowRef(source, int(number))


def _offset(form: Form) -> int:
    text = form.text("season_offset").removeprefix("+") or "0"
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 4:
        raise ValueError("season_offset: write a whole number, such as 1 or -1")
    return int(text)
