"""Plans: made of what somebody selected, read, confirmed with their token, watched, finished and undone.

No address of these has an effect when it is only opened: what changes something is posted.
"""

from collections.abc import Callable
from typing import NamedTuple

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.delete import Undone
from episodarr.deletion.journal import LogQuestion, LogRow, PlanRow, PlanStatus
from episodarr.deletion.model import Target
from episodarr.deletion.plan import TorrentChoice, Wish
from episodarr.deletion.propose import Refused
from episodarr.overview.deletions import SHARED, STATE_WORDS, STATUS_WORDS, course
from episodarr.web.deletion.told import FEW_FILES, PROBLEMS, PlanPage, Stage, page_of
from episodarr.web.deletion.wishes import also_of, asked_of, torrents_of
from episodarr.web.form import Form, FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, local_path, visit_of
from episodarr.web.words import many, sentence

PATH = "/deletion/plans"
PAGE = 50
LINES = 500
_LARGEST = 2**62


class Problem(NamedTuple):
    """Why something did not happen."""

    text: str
    advice: str = ""
    status: int = 409


class PlanPages:
    """Routes of plans: for admins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._delete = parts.delete

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)
        doors.admins("POST", PATH, self.make)
        doors.admins("GET", f"{PATH}/{{plan_id}}", self.one)
        doors.admins("GET", f"{PATH}/{{plan_id}}/live", self.live)
        doors.admins("GET", f"{PATH}/{{plan_id}}/files/{{group}}", self.files)
        doors.admins("POST", f"{PATH}/{{plan_id}}/again", self.again)
        doors.admins("POST", f"{PATH}/{{plan_id}}/confirm", self.confirm)
        doors.admins("POST", f"{PATH}/{{plan_id}}/cancel", self.cancel)
        doors.admins("POST", f"{PATH}/{{plan_id}}/finish", self.finish)
        doors.admins("POST", f"{PATH}/{{plan_id}}/undo", self.undo)

    # ------------------------------------------------------------------ reading

    def page(self, request: Request, cursor: str = "") -> Response:
        """All plans, the latest first; for the script one more page of them."""
        visit = visit_of(request)
        try:
            found, following = self._delete.plans(PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}", status_code=302)
        part = "plan_rows.html" if visit.partial and cursor else "plans.html"
        return self._parts.render.answer(
            visit,
            f"deletion/{part}",
            nav="deletion",
            here="plans",
            plans=found,
            next=following,
            paused=self._delete.paused(),
            statuses=STATUS_WORDS,
        )

    def one(self, request: Request, plan_id: int) -> Response:
        """The page of a plan."""
        return self._answer(visit_of(request), self._row(plan_id))

    def live(self, request: Request, plan_id: int) -> Response:
        """All of it that moves."""
        return self._answer(visit_of(request), self._row(plan_id), template="plan.html")

    def files(self, request: Request, plan_id: int, group: int) -> Response:
        """The files of one group of a large plan."""
        page = self._told(self._row(plan_id))
        if not 0 <= group < len(page.groups):
            raise HTTPException(404)
        return self._parts.render.answer(
            visit_of(request),
            "deletion/files_part.html",
            page=page,
            group=page.groups[group],
            states=STATE_WORDS,
            shared_deeds=SHARED,
        )

    # ------------------------------------------------------------------ making

    async def make(self, request: Request, form: FormOf) -> Response:
        """Make a plan of what was selected, and go to its page. Nothing is deleted by it."""
        visit = visit_of(request)
        back = local_path(form.text("back"), PATH)
        try:
            asked = await run_in_threadpool(asked_of, form, self._parts.candidates)
        except Refused as wrong:
            return await self._refused(visit, wrong, back)
        return await self._plan(visit, asked.wish, asked.back, asked.rule)

    async def again(self, request: Request, plan_id: int, form: FormOf) -> Response:
        """Make the plan anew of what is so now, perhaps with another choice of torrents."""
        row = await run_in_threadpool(self._row, plan_id)
        wish = row.plan.wish
        if form.text("torrents"):
            wish = Wish(wish.targets, torrents_of(form), also_of(form))
        return await self._plan(visit_of(request), wish, f"{PATH}/{plan_id}", row.rule)

    async def _plan(self, visit: Visit, wish: Wish, back: str, rule: str) -> Response:
        try:
            row = await self._delete.plan(wish, _by(visit), rule=rule)
        except Refused as wrong:
            return await self._refused(visit, wrong, back)
        except ServiceFailure as failure:
            text = f"No plan was made: {failure.service} could not be asked. {sentence(failure.message)}"
            return await run_in_threadpool(self._parts.render.failed, visit, text, failure.advice, back)
        except LookupError as gone:
            if type(gone) is not LookupError:
                raise  # a KeyError or IndexError is a mistake of ours, not an answer
            text, advice = sentence(str(gone)), "Reload the page: it may be gone from the library."
            return await run_in_threadpool(self._parts.render.failed, visit, text, advice, back, status=404)
        return self._away(visit, f"{PATH}/{row.id}")

    async def _refused(self, visit: Visit, wrong: Refused, back: str) -> Response:
        return await run_in_threadpool(self._parts.render.failed, visit, _words(wrong), "", back, status=422)

    # ------------------------------------------------------------------ doing

    def confirm(self, request: Request, plan_id: int, form: FormOf) -> Response:
        """Have it carried out. Sent twice, as by a double click, it is carried out once."""
        visit = visit_of(request)
        try:
            row = self._delete.confirm(plan_id, form.text("plan_token"), _by(visit), _count(form))
        except Refused as wrong:
            row = self._row(plan_id)
            if row.status is not PlanStatus.PROPOSED:
                return self._away(visit, f"{PATH}/{plan_id}")
            wrong_count = str(wrong).startswith("count:")
            problem = Problem(_words(wrong), status=422 if wrong_count else 409)
            return self._answer(visit, row, problem, count=form.text("count")[:9])
        except LookupError as gone:
            raise HTTPException(404, "There is no such plan.") from gone
        return self._away(visit, f"{PATH}/{row.id}")

    def cancel(self, request: Request, plan_id: int) -> Response:
        """Stop it before its next item; a plan that nobody confirmed is put away."""
        proposed = self._row(plan_id).status is PlanStatus.PROPOSED
        said = "Nothing was deleted." if proposed else "Stopped. What was done before stays done."
        return self._do(request, plan_id, lambda by: self._delete.cancel(plan_id, by), said)

    def finish(self, request: Request, plan_id: int) -> Response:
        """Try anew what failed or is not known."""
        said = "What is left is tried once more."
        return self._do(request, plan_id, lambda by: self._delete.finish_rest(plan_id, by), said)

    async def undo(self, request: Request, plan_id: int, form: FormOf) -> Response:
        """Have what it deleted monitored again and searched for: all of it, or some episodes."""
        visit, back = visit_of(request), f"{PATH}/{plan_id}"
        episodes = [int(one) for one in form.text("episodes").split(",") if one.isascii() and one.isdecimal()]
        try:
            found = await self._delete.undo(plan_id, _by(visit), episodes or None)
        except Refused as wrong:
            return await self._refused(visit, wrong, back)
        except LookupError as gone:
            raise HTTPException(404, "There is no such plan.") from gone
        if not found.asked:
            return await run_in_threadpool(
                self._parts.render.failed, visit, sentence(found.failed[0]), "Nothing was asked for.", back
            )
        return self._parts.render.done(visit, None, _undone(found), back, [f"deletion:{plan_id}"])

    def _do(self, request: Request, plan_id: int, act: Callable[[str], PlanRow], said: str) -> Response:
        visit = visit_of(request)
        try:
            act(_by(visit))
        except Refused as wrong:
            return self._answer(visit, self._row(plan_id), Problem(_words(wrong)))
        except LookupError as gone:
            raise HTTPException(404, "There is no such plan.") from gone
        return self._parts.render.done(visit, None, said, f"{PATH}/{plan_id}", [f"deletion:{plan_id}"])

    # ------------------------------------------------------------------ telling

    def _row(self, plan_id: int) -> PlanRow:
        try:
            return self._delete.read(plan_id if 0 <= plan_id < _LARGEST else 0)
        except LookupError as gone:
            raise HTTPException(404, "There is no such plan.") from gone

    def _told(self, row: PlanRow) -> PlanPage:
        undone: list[LogRow] = []
        if row.status not in {PlanStatus.PROPOSED, PlanStatus.RUNNING}:
            undone = self._delete.log(LogQuestion(plan_id=row.id, limit=LINES)).items
        return page_of(row, expired=self._delete.expired(row), undone=undone)

    def _answer(
        self, visit: Visit, row: PlanRow, problem: Problem | None = None, *, count: str = "", template: str = ""
    ) -> Response:
        page = self._told(row)
        if problem is not None and visit.partial:
            return self._parts.render.failed(visit, problem.text, problem.advice, PATH, status=problem.status)
        mine = row.made_by == _by(visit)
        paused = self._delete.paused()
        proposed = page.stage is Stage.PROPOSED
        return self._parts.render.answer(
            visit,
            f"deletion/{template or 'plan_page.html'}",
            status=problem.status if problem else 200,
            nav="deletion",
            here="plan",
            page=page,
            row=row,
            plan=row.plan,
            problem=problem,
            paused=paused,
            mine=mine,
            may_confirm=proposed and mine and not paused and bool(row.plan.files) and not row.plan.exceeded,
            token=self._delete.token(row) if proposed and mine else "",
            must_count=proposed and self._delete.must_count(row),
            count=count,
            course=course(row.plan),
            show_id=_only_show(row),
            statuses=STATUS_WORDS,
            states=STATE_WORDS,
            shared_deeds=SHARED,
            choices=TorrentChoice,
            few=FEW_FILES,
            most_problems=PROBLEMS,
        )

    def _away(self, visit: Visit, path: str) -> Response:
        target = f"{self._parts.base}{path}"
        if visit.partial:
            return Response(status_code=204, headers={"hx-redirect": target})
        return RedirectResponse(target, status_code=303)


def _only_show(row: PlanRow) -> Target | None:
    """The show or movie that all of it is of."""
    whole = {Target(one.series_id, movie_id=one.movie_id) for one in row.plan.wish.targets}
    return next(iter(whole)) if len(whole) == 1 else None


def _count(form: Form) -> int | None:
    text = form.text("count")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _undone(found: Undone) -> str:
    asked = f"{many(len(found.asked), 'file')} {'is' if len(found.asked) == 1 else 'are'} monitored and searched for."
    return asked if not found.failed else f"{asked} {len(found.failed)} could not be: {found.failed[0]}"


def _words(wrong: Refused) -> str:
    """What is wrong, without the name of the field, which a form shows."""
    _, colon, rest = str(wrong).partition(": ")
    return sentence(rest if colon else str(wrong))


def _by(visit: Visit) -> str:
    return visit.user.name if visit.user is not None else ""
