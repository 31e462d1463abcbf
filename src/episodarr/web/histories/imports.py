"""Imports of viewing histories: brought as a file, looked at, started, watched, read as a report, and taken back.

An import has one address: before it starts it is the preview, then how far it is, then its report. No address has an
effect when it is only opened: what changes something is posted.
"""

from collections.abc import Callable

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.histories.histories import Histories
from episodarr.histories.import_model import RUNNING, Choices, Import, Outcome, Status, report_of
from episodarr.web.form import FormOf
from episodarr.web.histories import told as words
from episodarr.web.histories.acting import PATH, Refused, known_id, person_of, told
from episodarr.web.histories.choosing import FIELDS, FORMS, LANGUAGES, choices_of, guessed
from episodarr.web.histories.services import services_of
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, upload_of, visit_of
from episodarr.web.words import many

PAGE = 30
ROWS = 100
_FAILURES = 8
_LOG = 200


class ImportPages:
    """Routes of imports: everybody has their own."""

    def __init__(self, parts: Parts, histories: Histories) -> None:
        self._parts = parts
        self._histories = histories

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        one = f"{PATH}/imports/{{import_id}}"
        doors.people("GET", PATH, self.page)
        doors.uploads(PATH, self.upload, lambda: self._histories.largest)
        doors.people("GET", one, self.one)
        doors.people("GET", f"{one}/live", self.live)
        doors.people("GET", f"{one}/row", self.row)
        doors.people("GET", f"{one}/rows", self.rows)
        doors.people("POST", f"{one}/choices", self.choose)
        doors.people("POST", f"{one}/start", self.start)
        doors.people("POST", f"{one}/cancel", self.cancel)
        doors.people("POST", f"{one}/undo", self.undo)

    # ------------------------------------------------------------------ all of them

    def page(self, request: Request, cursor: str = "") -> Response:
        """The imports of a user and a place for a new file; for the script one more page of them."""
        visit = visit_of(request)
        try:
            found, following = self._histories.imports(person_of(visit).user_id, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}", status_code=302)
        if visit.partial and cursor:
            return self._parts.render.answer(visit, "histories/import_rows.html", self._listed(found, following))
        return self._page(visit, found, following)

    def _page(
        self, visit: Visit, found: list[Import], following: str | None, problem: str = "", status: int = 200
    ) -> Response:
        lookups, latest = None, []
        if visit.admin:
            lookups = self._histories.lookups()
            latest = [one for one in self._histories.latest_lookups(_LOG) if one.problem][:_FAILURES]
        return self._parts.render.answer(
            visit,
            "histories/page.html",
            self._listed(found, following),
            status=status,
            nav="watching",
            here="histories",
            tab="imports",
            waits=self._waits(visit),
            largest=self._histories.largest,
            samples=self._parts.samples,
            problem=problem,
            services=services_of(self._parts),
            lookups=lookups,
            failures=latest,
        )

    @staticmethod
    def _listed(found: list[Import], following: str | None) -> dict[str, object]:
        return {"imports": found, "next": following, "statuses": words.STATUSES, "formats": words.FORMATS}

    def _waits(self, visit: Visit) -> bool:
        """Whether titles wait for the user."""
        return bool(self._histories.review(person_of(visit).user_id, 1)[0])

    def upload(self, request: Request) -> Response:
        """Keep a file, and go to what was understood of it. Nothing is imported by it."""
        visit, upload = visit_of(request), upload_of(request)
        if upload.content is None:
            return self._not_taken(visit, "Choose a file first.", 422)
        zone = visit.zone_name if visit.zone_name != "UTC" else ""
        try:
            with upload.content, told():
                preview = self._histories.upload(
                    person_of(visit), upload.name or "history", upload.content, Choices(zone=zone)
                )
        except Refused as wrong:
            return self._not_taken(visit, str(wrong), wrong.status)
        return self._away(visit, f"{PATH}/imports/{preview.import_id}")

    def _not_taken(self, visit: Visit, problem: str, status: int) -> Response:
        if visit.partial:
            given = {"problem": problem, "largest": self._histories.largest}
            return self._parts.render.answer(visit, "histories/upload.html", given, status=status)
        found, following = self._histories.imports(person_of(visit).user_id, PAGE)
        return self._page(visit, found, following, problem, status)

    # ------------------------------------------------------------------ one

    def one(self, request: Request, import_id: int) -> Response:
        """Its page."""
        return self._answer(visit_of(request), import_id)

    def live(self, request: Request, import_id: int) -> Response:
        """All of it that moves."""
        return self._answer(visit_of(request), import_id, template="import.html")

    def row(self, request: Request, import_id: int) -> Response:
        """It as one of the list."""
        visit = visit_of(request)
        listed = self._listed([self._own(visit, import_id)], None)
        return self._parts.render.answer(visit, "histories/import_row.html", listed)

    def rows(self, request: Request, import_id: int, outcome: str = "", cursor: str = "") -> Response:
        """Its rows with what they mean; for the script one more page of them."""
        visit = visit_of(request)
        one = self._own(visit, import_id)
        wanted = (Outcome(outcome),) if outcome in set(Outcome) else ()
        try:
            found, following = self._histories.rows(one.user_id, one.id, wanted, ROWS, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}/imports/{one.id}/rows", status_code=302)
        part = "row_list.html" if visit.partial and cursor else "rows.html"
        return self._parts.render.answer(
            visit,
            f"histories/{part}",
            nav="watching",
            here="histories",
            tab="imports",
            one=one,
            lines=words.lines_of(report_of(one)),
            outcome=wanted[0].value if wanted else "",
            rows=found,
            next=following,
            outcomes=words.OUTCOMES,
            one_word=words.ONE_WORD,
            ways=words.WAYS,
        )

    def choose(self, request: Request, import_id: int, form: FormOf) -> Response:
        """Read its file in another way."""
        visit = visit_of(request)
        one = self._own(visit, import_id)
        choices = one.choices
        try:
            with told():
                choices = choices_of(form)
                self._histories.preview(one.user_id, one.id, choices)
        except Refused as wrong:
            return self._answer(visit, import_id, wrong, choices, template="import.html" if visit.partial else "")
        if visit.partial:
            return self._answer(visit, import_id, template="import.html")
        return self._away(visit, f"{PATH}/imports/{one.id}")

    def start(self, request: Request, import_id: int, form: FormOf) -> Response:
        """Import it, if it is read as the form says; else what it is by these choices is shown before."""
        visit = visit_of(request)
        one = self._own(visit, import_id)
        if one.status is not Status.UPLOADED:  # sent twice
            return self._away(visit, f"{PATH}/imports/{one.id}")
        try:
            with told():
                choices = choices_of(form)
                if choices != one.choices:
                    self._histories.preview(one.user_id, one.id, choices)
                    anew = Refused("Your choices have changed how the file is read: look at it once more.", 409)
                    return self._answer(visit, import_id, anew)
                self._histories.start(one.user_id, one.id)
        except Refused as wrong:
            return self._answer(visit, import_id, wrong)
        return self._away(visit, f"{PATH}/imports/{one.id}")

    def cancel(self, request: Request, import_id: int) -> Response:
        """Stop it; nothing of it stays. One that has not started is put away."""
        visit = visit_of(request)
        one = self._own(visit, import_id)
        there = one.status is not Status.UPLOADED
        return self._do(visit, one, self._histories.cancel, f"{PATH}/imports/{one.id}" if there else PATH)

    def undo(self, request: Request, import_id: int) -> Response:
        """Take it back."""
        visit = visit_of(request)
        one = self._own(visit, import_id)
        return self._do(visit, one, self._histories.undo, f"{PATH}/imports/{one.id}")

    def _do(self, visit: Visit, one: Import, act: Callable[[int, int], object], to: str) -> Response:
        try:
            with told():
                act(one.user_id, one.id)
        except Refused as wrong:
            if visit.partial:
                back = f"{PATH}/imports/{one.id}"
                return self._parts.render.failed(visit, str(wrong), "", back, status=wrong.status)
            return self._answer(visit, one.id, wrong)
        return self._away(visit, to)

    # ------------------------------------------------------------------ telling

    def _own(self, visit: Visit, import_id: int) -> Import:
        with told():
            return self._histories.an_import(person_of(visit).user_id, known_id(import_id))

    def _answer(
        self,
        visit: Visit,
        import_id: int,
        problem: Refused | None = None,
        choices: Choices | None = None,
        *,
        template: str = "",
    ) -> Response:
        """`choices`: what somebody typed that was refused, to be seen again."""
        one = self._own(visit, import_id)
        mark, word = words.STATUSES[one.status]
        shared: dict[str, object] = {
            "nav": "watching",
            "here": "histories",
            "tab": "imports",
            "one": one,
            "mark": mark,
            "word": word,
            "formats": words.FORMATS,
            "problem": problem,
            "running": one.status in RUNNING,
        }
        shared |= self._preview(one, choices) if one.status is Status.UPLOADED else self._report(one)
        status = problem.status if problem is not None and not visit.partial else 200
        template = template or ("import.html" if visit.partial else "import_page.html")
        return self._parts.render.answer(visit, f"histories/{template}", shared, status=status)

    def _preview(self, one: Import, choices: Choices | None) -> dict[str, object]:
        try:
            preview = self._histories.preview(one.user_id, one.id)
        except LookupError as gone:
            raise HTTPException(404, "Its file is gone: upload it again.") from gone
        chosen = choices or preview.choices
        columns = chosen.columns or (guessed(preview.columns) if preview.needs_columns else None)
        known = {value for value, _ in LANGUAGES}
        more = ((chosen.language, chosen.language),) if chosen.language not in known else ()
        return {
            "preview": preview,
            "chosen": chosen,
            "columns": columns,
            "fields": FIELDS,
            "languages": (*LANGUAGES, *more),
            "date_forms": FORMS,
            "to_import": words.rows_to_import(preview),
        }

    def _report(self, one: Import) -> dict[str, object]:
        report = report_of(one)
        now = self._parts.clock()
        return {
            "preview": None,
            "report": report,
            "lines": words.lines_of(report),
            "ways": words.WAYS,
            "course": words.course_of(one, now),
            "services": services_of(self._parts) if report.waiting else None,
            "imported": many(one.stored, "row"),
        }

    def _away(self, visit: Visit, path: str) -> Response:
        target = f"{self._parts.base}{path}"
        if visit.partial:
            return Response(status_code=204, headers={"hx-redirect": target})
        return RedirectResponse(target, status_code=303)
