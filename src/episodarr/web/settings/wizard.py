"""The wizard: one step for each kind of service, then the first sync."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from episodarr.connections.integration import Integration
from episodarr.overview.answers import TaskView
from episodarr.web.library.view import SYNC_TASK
from episodarr.web.parts import Doors, Parts
from episodarr.web.settings.forms import by_order, inputs, named
from episodarr.web.visit import visit_of


class Wizard:
    """Routes of the wizard."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", "/wizard", self.step)
        doors.admins("POST", "/wizard/finish", self.finish)
        doors.people("GET", "/wizard/sync", self.syncing)
        doors.people("GET", "/wizard/sync/progress", self.progress)

    def step(self, request: Request, step: str = "", after: str = "") -> Response:
        """One step: the asked one, the one after `after`, or the first without a connection."""
        steps = by_order(self._parts.connections.integrations())
        connected = {view.kind for view in self._parts.connections.views()}
        if step:
            current: Integration | None = named(steps, step)
        elif after:
            place = steps.index(named(steps, after))
            current = steps[place + 1] if place + 1 < len(steps) else None
        else:
            current = next((one for one in steps if one.kind not in connected), None)
        visit = visit_of(request)
        if current is None:
            return self._parts.render.answer(
                visit, "settings/wizard_end.html", nav="settings", steps=steps, connected=connected, current=None
            )
        view = next((one for one in self._parts.connections.views() if one.kind == current.kind), None)
        return self._parts.render.answer(
            visit,
            "settings/wizard.html",
            nav="settings",
            steps=steps,
            connected=connected,
            current=current,
            integration=current,
            connection=view,
            name=view.name if view else current.label,
            enabled=view.enabled if view else True,
            inputs=inputs(current, view),
            result=None,
            in_wizard=True,
        )

    def finish(self) -> Response:
        """Start the first sync and show it."""
        self._parts.tasks.run(SYNC_TASK, "person")
        return RedirectResponse(f"{self._parts.base}/wizard/sync", status_code=303)

    def syncing(self, request: Request) -> Response:
        """The first sync while it runs."""
        return self._answer(request, "settings/first_sync.html")

    def progress(self, request: Request) -> Response:
        """Only what moves of it."""
        return self._answer(request, "settings/first_sync_progress.html")

    def _answer(self, request: Request, template: str) -> Response:
        # No event tells of the end of what is not kept as a job, such as a look at a queue.
        running = [task for task in self._parts.tasks.tasks() if task.running and task.job_id]
        return self._parts.render.answer(
            visit_of(request),
            template,
            nav="settings",
            running=sorted(running, key=_sync_first),
            totals=self._parts.overview.totals(),
        )


def _sync_first(task: TaskView) -> tuple[bool, str]:
    return task.name != SYNC_TASK, task.title
