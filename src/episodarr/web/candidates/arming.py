"""A kept rule by itself: what it found over time, what leaves by it, and whether it may delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.deletion.arming import RuleRun, RunKind
from episodarr.deletion.consent import Consent
from episodarr.deletion.mature import LEAVING_DAYS, MOST_LEAVING_DAYS
from episodarr.deletion.propose import Refused
from episodarr.web.form import FormOf
from episodarr.web.leaving.view import countdown, way_to
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of
from episodarr.web.words import sentence

PATH = "/candidates/rules"
OBSERVE = "observe-rules"
WIDTH, HEIGHT = 320, 56
_SHOWN = 200
_LISTED = 12


class RulePages:
    """Routes of one rule's consent: for admins, who are persons here."""

    def __init__(self, parts: Parts, consent: Consent) -> None:
        self._parts = parts
        self._consent = consent

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", f"{PATH}/{{rule_id}}", self.page)
        doors.admins("POST", f"{PATH}/{{rule_id}}/arm", self.arm)
        doors.admins("POST", f"{PATH}/{{rule_id}}/disarm", self.disarm)
        doors.admins("POST", f"{PATH}/{{rule_id}}/observe", self.observe)

    def page(self, request: Request, rule_id: int) -> Response:
        """The page of a rule."""
        return self._answer(request, rule_id)

    def _answer(
        self, request: Request, rule_id: int, problem: str = "", days: str = str(LEAVING_DAYS), status: int = 200
    ) -> Response:
        visit, now = visit_of(request), self._parts.clock()
        try:
            standing = self._consent.standing(rule_id)
        except LookupError as gone:
            raise HTTPException(404, "There is no such rule any more.") from gone
        runs = self._consent.runs(rule_id, _SHOWN)
        return self._parts.render.answer(
            visit,
            "candidates/rule.html",
            status=status,
            nav="candidates",
            standing=standing,
            outlook=self._consent.outlook(rule_id, _LISTED),
            runs=runs,
            listed=_LISTED,
            chart=chart_of(runs),
            events=self._consent.events(rule_id),
            observing=any(one.name == OBSERVE and one.running for one in self._parts.tasks.tasks()),
            caps=None if self._parts.delete is None else self._parts.delete.caps(),
            problem=problem,
            days=days,
            most_days=MOST_LEAVING_DAYS,
            way=way_to,
            countdown=lambda at: countdown(at, visit.zone, now),
        )

    def arm(self, request: Request, rule_id: int, form: FormOf) -> Response:
        """Arm it, once its name was typed."""
        visit, days = visit_of(request), form.text("leaving_days")
        try:
            rule = self._parts.candidates.rule(rule_id)
            if form.text("name").casefold() != rule.name.casefold():
                return self._answer(
                    request, rule_id, f"Type “{rule.name}”, the name of the rule, to arm it.", days, 422
                )
            if not (days.isascii() and days.isdecimal() and len(days) < 6):
                return self._answer(request, rule_id, f"Leaving days: type 1 to {MOST_LEAVING_DAYS}.", days, 422)
            by = visit.user.name if visit.user is not None else ""
            self._consent.arm(rule_id, by, int(days), person=True)
        except Refused as refused:
            told = sentence(str(refused).partition(": ")[2])
            return self._answer(request, rule_id, told, days, 422)
        except LookupError as gone:
            raise HTTPException(404, "There is no such rule any more.") from gone
        return self._parts.render.done(visit, None, "The rule is armed.", f"{PATH}/{rule_id}")

    def disarm(self, request: Request, rule_id: int, form: FormOf) -> Response:
        """Disarm it at once."""
        visit = visit_of(request)
        try:
            self._consent.disarm(rule_id, visit.user.name if visit.user is not None else "", form.text("why"))
        except LookupError as gone:
            raise HTTPException(404, "There is no such rule any more.") from gone
        return self._parts.render.done(visit, None, "The rule is in dry run.", f"{PATH}/{rule_id}")

    async def observe(self, request: Request, rule_id: int) -> Response:
        """Have all rules observed now."""
        self._parts.tasks.run(OBSERVE)
        return self._parts.render.done(visit_of(request), None, "The rules are being observed.", f"{PATH}/{rule_id}")


@dataclass(frozen=True, slots=True)
class RunChart:
    """How much a rule found over time, as a line and an area in a box of WIDTH x HEIGHT."""

    line: str
    area: str
    most: int
    """Candidates at the top."""
    first: datetime
    last: datetime


def chart_of(runs: Sequence[RuleRun]) -> RunChart | None:
    """The chart of complete observations; None for fewer than two."""
    seen = sorted((one for one in runs if one.kind is RunKind.COMPLETE), key=lambda one: one.at)
    if len(seen) < 2:
        return None
    begun, most = seen[0].at, max(one.candidates for one in seen)
    span = max((seen[-1].at - begun).total_seconds(), 1.0)
    points = [
        (
            round(WIDTH * (one.at - begun).total_seconds() / span, 1),
            round(HEIGHT - (HEIGHT - 2) * one.candidates / max(most, 1), 1),
        )
        for one in seen
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return RunChart(line, f"0,{HEIGHT} {line} {points[-1][0]},{HEIGHT}", most, begun, seen[-1].at)
