"""How full the disks are, when they will be full, and what fills them."""

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.capacity.measure import InvalidMeasure
from episodarr.overview.storage import LARGEST_SHOWS
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.storage.chart import chart_of
from episodarr.web.visit import visit_of
from episodarr.web.words import sentence

PAGE = "/storage"


class StoragePages:
    """Routes of storage."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", PAGE, self.page)
        doors.admins("POST", f"{PAGE}/folders", self.add_folder)
        doors.admins("POST", f"{PAGE}/totals", self.add_total)
        doors.admins("POST", f"{PAGE}/measured/{{measured_id}}/remove", self.remove)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._answer(request)

    def add_folder(self, request: Request, form: FormOf) -> Response:
        """Measure a folder of this machine."""
        visit = visit_of(request)
        given = {name: form.text(name) for name in ("path", "name")}
        try:
            self._parts.measure.add_folder(given["path"], given["name"], _by(visit.user))
        except InvalidMeasure as problem:
            return self._refused(request, "folder", problem, given)
        return self._measured(request)

    def add_total(self, request: Request, form: FormOf) -> Response:
        """Take a total that the person knows."""
        visit = visit_of(request)
        given = {name: form.text(name) for name in ("value", "unit", "name", "note")}
        try:
            self._parts.measure.add_total(given["value"], given["unit"], given["name"], given["note"], _by(visit.user))
        except InvalidMeasure as problem:
            return self._refused(request, "total", problem, given)
        return self._measured(request)

    def remove(self, request: Request, measured_id: int) -> Response:
        """Measure it no more."""
        try:
            self._parts.measure.remove(measured_id)
        except LookupError as gone:
            raise HTTPException(404, str(gone)) from gone
        return self._parts.render.done(visit_of(request), None, "Removed.", PAGE)

    def _measured(self, request: Request) -> Response:
        self._parts.tasks.run("measure-disks")
        return self._parts.render.done(visit_of(request), None, "It is measured now.", PAGE)

    def _refused(self, request: Request, form: str, problem: InvalidMeasure, given: dict[str, str]) -> Response:
        """The page with what was typed; the problem stands beside its form, and its field has the focus."""
        field, _, text = str(problem).partition(": ")
        if field not in given:
            field, text = "", str(problem)
        return self._answer(request, wrong=(form, field, sentence(text)), given=given)

    def _answer(
        self,
        request: Request,
        *,
        wrong: tuple[str, str, str] = ("", "", ""),
        given: dict[str, str] | None = None,
    ) -> Response:
        view = self._parts.storage.view()
        sizes = [(show, "shows") for show in view.shows] + [(movie, "movies") for movie in view.movies]
        sizes.sort(key=lambda one: -one[0].size)
        largest = max((one.size for one, _ in sizes), default=1)
        return self._parts.render.answer(
            visit_of(request),
            "storage/page.html",
            status=422 if wrong[0] else 200,
            nav="storage",
            view=view,
            charts={disk.key: chart_of(disk.history) for disk in view.disks},
            sizes=[(one, kind, max(1, round(100 * one.size / largest))) for one, kind in sizes[:LARGEST_SHOWS]],
            wrong=wrong[0],
            wrong_field=wrong[1],
            problem=wrong[2],
            given=given or {},
        )


def _by(user: object) -> str:
    return str(getattr(user, "name", ""))
