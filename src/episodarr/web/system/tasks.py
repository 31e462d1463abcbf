"""System > Tasks: what runs by itself, how it went, and running it now."""

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.overview.answers import TaskView
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

RUNS = 30
LIST = "/system/tasks"


class TaskPages:
    """Routes of the tasks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/system", self.start)
        doors.people("GET", LIST, self.page)
        doors.people("GET", f"{LIST}/list", self.list)
        doors.people("GET", f"{LIST}/{{name}}", self.runs)
        doors.admins("POST", f"{LIST}/{{name}}/run", self.run)
        doors.admins("POST", "/system/jobs/{job_id}/cancel", self.cancel)

    def start(self) -> Response:
        """System begins with the tasks."""
        return RedirectResponse(f"{self._parts.base}{LIST}", status_code=302)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._listed(request, "system/tasks.html")

    def list(self, request: Request) -> Response:
        """Only the table and the runs."""
        return self._listed(request, "system/task_list.html")

    def runs(self, request: Request, name: str, cursor: str = "") -> Response:
        """The runs of one task with their reports."""
        task = self._task(name)
        try:
            page = self._parts.overview.jobs(name, RUNS, cursor or None)
        except ValueError as problem:
            raise HTTPException(404) from problem
        return self._parts.render.answer(
            visit_of(request), "system/runs.html", nav="system", task=task, page=page, titles={name: task.title}
        )

    def run(self, request: Request, name: str) -> Response:
        """Run a task now."""
        self._task(name)
        self._parts.tasks.run(name, "person")
        return self._parts.render.done(visit_of(request), self._listed(request, "system/task_list.html"), "", LIST)

    def cancel(self, request: Request, job_id: int) -> Response:
        """Ask a run to stop."""
        visit = visit_of(request)
        if not self._parts.tasks.cancel(job_id):
            return self._parts.render.failed(visit, "This run has ended already.", "", LIST, status=409)
        return self._parts.render.done(visit, self._listed(request, "system/task_list.html"), "It stops.", LIST)

    def _task(self, name: str) -> TaskView:
        for task in self._parts.tasks.tasks():
            if task.name == name:
                return task
        raise HTTPException(404, "There is no such task.")

    def _listed(self, request: Request, template: str) -> Response:
        tasks = self._parts.tasks.tasks()
        return self._parts.render.answer(
            visit_of(request),
            template,
            nav="system",
            tasks=tasks,
            page=self._parts.overview.jobs(None, RUNS, None),
            titles={task.name: task.title for task in tasks},
        )
