"""Settings > Connections: how each service fares, and adding, changing, testing and removing one."""

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.connections.connect import InvalidSettings, NoSuchConnection
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.integration import Integration
from episodarr.overview.answers import ConnectionView
from episodarr.web.form import Form, FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.ports import TestResult
from episodarr.web.settings.forms import by_order, inputs, named, number_in, settings_of
from episodarr.web.visit import Visit, visit_of

LIST = "/settings/connections"


class ConnectionPages:
    """Routes of the connections."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/settings", self.start)
        doors.people("GET", LIST, self.page)
        doors.people("GET", f"{LIST}/list", self.list)
        doors.admins("GET", f"{LIST}/new", self.new)
        doors.admins("POST", f"{LIST}/test", self.test)
        doors.admins("POST", f"{LIST}/save", self.save)
        doors.admins("GET", f"{LIST}/{{connection_id}}", self.edit)
        doors.admins("POST", f"{LIST}/{{connection_id}}/test", self.test_stored)
        doors.admins("POST", f"{LIST}/{{connection_id}}/enabled", self.enable)
        doors.admins("POST", f"{LIST}/{{connection_id}}/remove", self.remove)
        doors.admins("POST", f"{LIST}/{{connection_id}}/webhook", self.webhook)

    def start(self) -> Response:
        """Settings begin with the connections."""
        return RedirectResponse(f"{self._parts.base}{LIST}", status_code=302)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._listed(request, "settings/page.html")

    def list(self, request: Request) -> Response:
        """Only the list."""
        return self._listed(request, "settings/list.html")

    def new(self, request: Request, kind: str = "") -> Response:
        """Choose a service, then its form."""
        integrations = self._parts.connections.integrations()
        if not kind:
            return self._parts.render.answer(
                visit_of(request), "settings/choose.html", nav="settings", integrations=by_order(integrations)
            )
        return self._form(request, named(integrations, kind), None)

    def edit(self, request: Request, connection_id: int) -> Response:
        """The form of a connection."""
        view = self._view(connection_id)
        return self._form(request, self._integration(view.kind), view)

    async def test(self, request: Request, form: FormOf) -> Response:
        """Try what the form says, without keeping it."""
        visit = visit_of(request)
        integration = await run_in_threadpool(self._integration, form.text("kind"))
        settings = settings_of(form, integration)
        result = await self._tested(integration.kind, settings, number_in(form, "connection_id"))
        if visit.partial:
            return await run_in_threadpool(self._result, visit, result)
        return await run_in_threadpool(self._form_again, request, integration, form, {}, result)

    async def test_stored(self, request: Request, connection_id: int) -> Response:
        """Try a connection as it is stored."""
        view = await run_in_threadpool(self._view, connection_id)
        result = await self._tested(view.kind, dict(view.settings), connection_id)
        visit = visit_of(request)
        if visit.partial:
            return await run_in_threadpool(self._result, visit, result)
        integration = await run_in_threadpool(self._integration, view.kind)
        return await run_in_threadpool(self._form, request, integration, view, result)

    def save(self, request: Request, form: FormOf) -> Response:
        """Keep what the form says."""
        integration = self._integration(form.text("kind"))
        connection_id = number_in(form, "connection_id")
        if connection_id is not None and self._view(connection_id).from_environment:
            raise HTTPException(403, "This connection is set by environment variables and cannot be changed here.")
        settings = settings_of(form, integration)
        name = form.text("name")[:100] or integration.label
        try:
            self._parts.connections.save(integration.kind, name, settings, connection_id, form.flag("enabled"))
        except InvalidSettings as problem:
            return self._form_again(request, integration, form, problem.fields, None)
        self._parts.saved()
        after = f"/wizard?after={integration.kind}" if form.flag("wizard") else LIST
        return RedirectResponse(f"{self._parts.base}{after}", status_code=303)

    def enable(self, request: Request, connection_id: int, form: FormOf) -> Response:
        """Switch a connection on or off."""
        view, visit = self._changeable(connection_id), visit_of(request)
        try:
            self._parts.connections.save(view.kind, view.name, dict(view.settings), connection_id, form.flag("enabled"))
        except InvalidSettings as problem:
            return self._parts.render.failed(visit, "; ".join(problem.fields.values()), "", LIST, status=422)
        self._parts.saved()
        return self._parts.render.done(visit, self._listed(request, "settings/list.html"), "", LIST)

    def remove(self, request: Request, connection_id: int) -> Response:
        """Forget a connection."""
        self._changeable(connection_id)
        self._parts.connections.remove(connection_id)
        self._parts.saved()
        return self._parts.render.done(
            visit_of(request), self._listed(request, "settings/list.html"), "The connection is removed.", LIST
        )

    def webhook(self, request: Request, connection_id: int) -> Response:
        """The webhook's address with its secret; shown only when an admin asks."""
        view = self._view(connection_id)
        path = self._parts.connections.webhook_url_path(connection_id)
        url = f"{request.url.scheme}://{request.url.netloc}{path}"
        return self._parts.render.answer(
            visit_of(request), "settings/webhook.html", nav="settings", connection=view, url=url
        )

    def _listed(self, request: Request, template: str) -> Response:
        integrations = {one.kind: one for one in self._parts.connections.integrations()}
        return self._parts.render.answer(
            visit_of(request),
            template,
            nav="settings",
            connections=self._parts.connections.views(),
            integrations=integrations,
        )

    def _form(
        self, request: Request, integration: Integration, view: ConnectionView | None, result: TestResult | None = None
    ) -> Response:
        return self._parts.render.answer(
            visit_of(request),
            "settings/form_page.html",
            nav="settings",
            integration=integration,
            connection=view,
            name=view.name if view else integration.label,
            enabled=view.enabled if view else True,
            inputs=inputs(integration, view),
            result=result,
            in_wizard=False,
        )

    def _form_again(
        self,
        request: Request,
        integration: Integration,
        form: Form,
        problems: dict[str, str],
        result: TestResult | None,
    ) -> Response:
        connection_id = number_in(form, "connection_id")
        view = self._view(connection_id) if connection_id is not None else None
        settings = settings_of(form, integration)
        return self._parts.render.answer(
            visit_of(request),
            "settings/form_page.html",
            status=422 if problems else 200,
            nav="settings",
            integration=integration,
            connection=view,
            name=form.text("name"),
            enabled=form.flag("enabled"),
            inputs=inputs(integration, view, settings, problems),
            problems=problems,
            result=result,
            in_wizard=form.flag("wizard"),
        )

    async def _tested(self, kind: str, settings: dict[str, str], connection_id: int | None) -> TestResult:
        try:
            return await self._parts.connections.test(kind, settings, connection_id)
        except InvalidSettings as problem:
            return NotTested("; ".join(problem.fields.values()))
        except ServiceFailure as failure:
            return NotTested(failure.message, failure.status, failure.advice)

    def _result(self, visit: Visit, result: TestResult) -> Response:
        return self._parts.render.answer(visit, "settings/result.html", result=result)

    def _integration(self, kind: str) -> Integration:
        return named(self._parts.connections.integrations(), kind)

    def _view(self, connection_id: int) -> ConnectionView:
        try:
            view = self._parts.connections.view(connection_id)
        except NoSuchConnection:
            view = None
        if view is None:
            raise HTTPException(404, "There is no such connection.")
        return view

    def _changeable(self, connection_id: int) -> ConnectionView:
        view = self._view(connection_id)
        if view.from_environment:
            raise HTTPException(403, "This connection is set by environment variables and cannot be changed here.")
        return view


class NotTested:
    """The result of a Test that could not begin."""

    def __init__(self, message: str, status: str = "error", fix: str = "") -> None:
        self.ok = False
        self.status = status
        self.message = message
        self.fix = fix
        self.application = ""
        self.version = ""
        self.detail = ""
