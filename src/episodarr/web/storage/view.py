"""How full the disks are, when they will be full, and what fills them."""

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.capacity.measure import InvalidMeasure
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.storage.chart import chart_of
from episodarr.web.visit import visit_of

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
        try:
            self._parts.measure.add_folder(form.text("path"), form.text("name"), _by(visit.user))
        except InvalidMeasure as problem:
            return self._answer(request, problem=str(problem), given={"path": form.text("path")}, status=422)
        return self._measured(request)

    def add_total(self, request: Request, form: FormOf) -> Response:
        """Take a total that the person knows."""
        visit = visit_of(request)
        given = {name: form.text(name) for name in ("value", "unit", "name", "note")}
        try:
            self._parts.measure.add_total(given["value"], given["unit"], given["name"], given["note"], _by(visit.user))
        except InvalidMeasure as problem:
            return self._answer(request, problem=str(problem), given=given, status=422)
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

    def _answer(
        self, request: Request, *, problem: str = "", given: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        view = self._parts.storage.view()
        largest = max((show.size for show in view.shows), default=1)
        return self._parts.render.answer(
            visit_of(request),
            "storage/page.html",
            status=status,
            nav="storage",
            view=view,
            charts={disk.key: chart_of(disk.history) for disk in view.disks},
            shares={show.id: max(1, round(100 * show.size / largest)) for show in view.shows},
            problem=problem,
            given=given or {},
        )


def _by(user: object) -> str:
    return str(getattr(user, "name", ""))
