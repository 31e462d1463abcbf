"""Pages for what goes wrong, in the look of all others. Paths of the API keep their own answers."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from episodarr.accounts.model import SESSION_COOKIE
from episodarr.connections.failures import ServiceFailure
from episodarr.web.parts import Parts
from episodarr.web.visit import SignInNeeded, plain_visit, sign_in_path

Handler = Callable[[Request, Any], Response | Awaitable[Response]]

_WORDS = {
    400: ("That request cannot be read", "It may have been cut off on its way."),
    403: ("Not allowed", "This account or this page may not do that."),
    404: ("Nothing is here", "It may have been removed from Sonarr, or the address is mistyped."),
    405: ("Nothing is here", "This address is not a page."),
    413: ("Too large", "The form is larger than anything this page sends."),
    415: ("That request cannot be read", "Only forms are accepted here."),
    500: ("Something broke in Episodarr", "The log has the details. What is stored is safe; reload to try again."),
}


def install(app: FastAPI, parts: Parts) -> None:
    """Set the handlers, each in front of the one that was there before."""
    api, numbers = f"{parts.base}/api/", f"{parts.base}/metrics"

    def in_front_of(before: Handler | None, ours: Handler) -> Handler:
        async def choose(request: Request, problem: Exception) -> Response:
            path = request.url.path
            chosen = before if before is not None and (path.startswith(api) or path == numbers) else ours
            answer = chosen(request, problem)
            return answer if isinstance(answer, Response) else await answer

        return choose

    async def http_problem(request: Request, problem: HTTPException) -> Response:
        said = "" if problem.detail in {None, "", "Not Found", "Method Not Allowed"} else str(problem.detail)
        return await run_in_threadpool(page_for, parts, request, problem.status_code, said)

    async def wrong_address(request: Request, _problem: RequestValidationError) -> Response:
        return await run_in_threadpool(page_for, parts, request, 404, "")

    async def broken(request: Request, _problem: Exception) -> Response:
        return await run_in_threadpool(page_for, parts, request, 500, "")

    async def service_failed(request: Request, problem: ServiceFailure) -> Response:
        return await run_in_threadpool(
            page_for, parts, request, 502, f"{problem.service}: {problem.message}", problem.advice
        )

    async def sign_in(request: Request, needed: SignInNeeded) -> Response:
        return await run_in_threadpool(to_sign_in, parts, request, needed)

    app.add_exception_handler(SignInNeeded, sign_in)  # type: ignore[arg-type]  # one kind only
    pairs: tuple[tuple[type[Exception], Handler], ...] = (
        (HTTPException, http_problem),
        (RequestValidationError, wrong_address),
        (ServiceFailure, service_failed),
        (Exception, broken),
    )
    for kind, ours in pairs:
        before = app.exception_handlers.get(kind)
        app.add_exception_handler(kind, in_front_of(before, ours))


def to_sign_in(parts: Parts, request: Request, needed: SignInNeeded) -> Response:
    """The way to the sign-in page, or to the first account when there is none yet."""
    if not parts.gate.set_up():
        target = f"{parts.base}/setup"
    else:
        back = needed.back if needed.back not in {"", f"{parts.base}/", parts.base} else ""
        target = sign_in_path(parts.base, back) if back else f"{parts.base}/sign-in"
    if plain_visit(request).partial:
        return Response("Sign in first.", status_code=401, headers={"hx-redirect": target})
    answer = RedirectResponse(target, status_code=302)
    if SESSION_COOKIE in request.cookies:
        parts.gate.end_session(answer)
    return answer


def page_for(parts: Parts, request: Request, status: int, said: str, advice: str = "") -> Response:
    """The error page. It tells nobody who is not signed in anything about what exists."""
    visit = getattr(request.state, "visit", None)
    if visit is None:
        visit = plain_visit(request)
        session = request.cookies.get(SESSION_COOKIE, "")
        user = parts.accounts.of_session(session) if session and status != 500 else None
        visit = plain_visit(request, user, session)
    title, words = _WORDS.get(status, ("That did not work", ""))
    if visit.partial:
        return parts.render.failed(visit, said or title, advice or ("" if said else words), "/", status=status)
    return parts.render.answer(
        visit,
        "layout/error.html",
        status=status,
        code=status,
        title=title,
        message=said or words,
        advice=advice,
        back=f"{parts.base}/",
        nav="",
    )
