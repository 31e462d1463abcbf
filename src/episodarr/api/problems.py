"""Failures become application/problem+json, with a sentence that names the field or service and the mend."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from episodarr.accounts.model import TooManyAttempts
from episodarr.connections.connect import InvalidSettings, NoSuchConnection
from episodarr.connections.failures import ServiceFailure

Handler = Callable[[Request, Any], Awaitable[Response]]


def problem(
    status: int, detail: str, errors: dict[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """One problem answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(msgspec.json.encode(body), status, headers, media_type="application/problem+json")


@contextmanager
def answered(statuses: Mapping[type[Exception], int]) -> Iterator[None]:
    """What goes wrong within is answered in its own words, with the status of the first of these kinds that it is."""
    try:
        yield
    except tuple(statuses) as failure:
        status = next(status for kind, status in statuses.items() if isinstance(failure, kind))
        raise HTTPException(status, str(failure)) from failure


def _validation_problem(failure: RequestValidationError) -> Response:
    errors = {}
    for one in failure.errors():
        where = ".".join(str(part) for part in one["loc"] if part not in {"query", "path", "body"}) or "body"
        errors[where] = one["msg"]
    return problem(422, "; ".join(f"{name}: {text}" for name, text in errors.items()), errors)


async def _http(_request: Request, failure: HTTPException) -> Response:
    return problem(failure.status_code, str(failure.detail), headers=failure.headers)


async def _validation(_request: Request, failure: RequestValidationError) -> Response:
    return _validation_problem(failure)


async def _service(_request: Request, failure: ServiceFailure) -> Response:
    return problem(502, f"{failure} ({failure.advice})")


async def _settings(_request: Request, failure: InvalidSettings) -> Response:
    return problem(422, str(failure), failure.fields)


async def _lookup(_request: Request, failure: LookupError) -> Response:
    return problem(404, str(failure))


async def _attempts(_request: Request, failure: TooManyAttempts) -> Response:
    return problem(429, str(failure), headers={"Retry-After": str(max(1, round(failure.retry_after)))})


def handle_problems(app: FastAPI) -> None:
    """Set the handlers; pages put their own before them for paths outside the API."""
    handlers: dict[type[Exception], Handler] = {
        HTTPException: _http,
        RequestValidationError: _validation,
        ServiceFailure: _service,
        InvalidSettings: _settings,
        NoSuchConnection: _lookup,
        TooManyAttempts: _attempts,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
