"""Connections, and the webhooks of connected services."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
import structlog
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.shapes import ConnectionSettings, answer
from episodarr.connections.connect import Connections
from episodarr.connections.model import Connection
from episodarr.overview.answers import ConnectionView, Page
from episodarr.overview.services import Services

log = structlog.get_logger("episodarr.webhooks")

_MOST_BODY = 2_000_000
"""Bytes. The webhook of a long season pack has some 100,000."""

Hint = Callable[[Connection, Mapping[str, Any]], None]
"""Told of a genuine webhook. It may only cause reads: what the body claims is never taken as a fact."""

Id = Annotated[int, Path(ge=1, le=2**62)]


def service_routes(services: Services, access: Access, saved: Callable[[], None]) -> APIRouter:
    """Routes of connections."""
    reads = APIRouter(tags=["connections"], dependencies=[Depends(access.read)])
    changes = APIRouter(tags=["connections"], dependencies=[Depends(access.change)])

    @reads.get("/connections", response_model=Page[ConnectionView])
    def connections() -> Response:
        """The connected services, without their secrets, and how they fare."""
        found = services.views()
        return answer(Page(found, len(found)))

    @reads.get("/connections/{connection_id}", response_model=ConnectionView)
    def connection(connection_id: Id) -> Response:
        """One connection."""
        found = services.view(connection_id)
        if found is None:
            raise HTTPException(404, f"There is no connection {connection_id}")
        return answer(found)

    @changes.post("/connections/test")
    async def test(wanted: ConnectionSettings, connection_id: Annotated[int | None, Query(ge=1)] = None) -> Response:
        """Try settings: offline, refused, wrong app and wrong path are told apart."""
        return answer(await services.test(wanted.kind, wanted.settings, connection_id))

    @changes.post("/connections", status_code=201)
    def add(wanted: ConnectionSettings) -> Response:
        """Connect a service."""
        added = services.save(wanted.kind, wanted.name, wanted.settings, None, wanted.enabled)
        saved()
        return answer(services.view(added), 201)

    @changes.put("/connections/{connection_id}")
    def change(connection_id: Id, wanted: ConnectionSettings) -> Response:
        """Change a connection."""
        services.save(wanted.kind, wanted.name, wanted.settings, connection_id, wanted.enabled)
        saved()
        return answer(services.view(connection_id))

    @changes.delete("/connections/{connection_id}", status_code=204)
    def remove(connection_id: Id) -> None:
        """Forget a connection, with everything that was read through it."""
        services.remove(connection_id)
        saved()

    @changes.get("/connections/{connection_id}/webhook")
    def webhook(connection_id: Id) -> Response:
        """The path of its webhook, with the secret, to be entered in the service."""
        return answer({"path": services.webhook_url_path(connection_id)})

    whole = APIRouter()
    whole.include_router(reads)
    whole.include_router(changes)
    return whole


def webhook_routes(connections: Connections, hint: Hint) -> APIRouter:
    """Routes that outside services call. They need the connection's secret instead of a key."""
    routes = APIRouter(tags=["webhooks"])

    @routes.post("/webhooks/{kind}/{connection_id}")
    @routes.put("/webhooks/{kind}/{connection_id}")
    async def webhook(kind: Annotated[str, Path(max_length=50)], connection_id: Id, request: Request) -> Response:
        """A hint that something happened. Secret: `?secret=`, header X-Webhook-Secret, or basic-auth password."""
        connection = connections.of_webhook(kind, connection_id, _secret(request))
        if connection is None:
            raise HTTPException(401, "The webhook's secret is wrong; copy its address anew from Settings > Connections")
        body = await _body(request)
        try:
            told = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError) as problem:
            raise HTTPException(400, f"The body is not readable JSON: {problem}") from problem
        if not isinstance(told, dict):
            raise HTTPException(400, "The body is not a JSON object")
        hint(connection, told)
        return answer({"message": "thank you"})

    return routes


def _secret(request: Request) -> str:
    given = request.headers.get("x-webhook-secret") or request.query_params.get("secret")
    if given:
        return given
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise HTTPException(413, f"The body has more than {_MOST_BODY} bytes")
    return bytes(body)
