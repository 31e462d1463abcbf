"""The webhooks of connected services: hints that something happened, in the form in which each of them is sent."""

import base64
import binascii
from collections.abc import AsyncGenerator, Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Path, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from episodarr.api.shapes import answer
from episodarr.connections.connect import Connections
from episodarr.connections.hint import Hint
from episodarr.connections.model import Connection

_MOST_BODY = 2_000_000
"""Bytes. The webhook of a long season pack has some 100,000; Plex adds a picture."""

Hear = Callable[[Connection, Hint], None]
"""Told of a genuine webhook. It may only cause reads: what the body claims is never taken as a fact."""

Id = Annotated[int, Path(ge=1, le=2**62)]


def webhook_routes(connections: Connections, hear: Hear) -> APIRouter:
    """Routes that outside services call. They need the connection's secret instead of a key."""
    routes = APIRouter(tags=["webhooks"])

    @routes.post("/webhooks/{kind}/{connection_id}")
    @routes.put("/webhooks/{kind}/{connection_id}")
    async def webhook(kind: Annotated[str, Path(max_length=50)], connection_id: Id, request: Request) -> Response:
        """A hint that something happened. Secret: `?secret=`, header X-Webhook-Secret, or basic-auth password."""
        connection = connections.of_webhook(kind, connection_id, _secret(request))
        if connection is None:
            raise HTTPException(401, "The webhook's secret is wrong; copy its address anew from Settings > Connections")
        told = await _told(request)
        hear(connection, connections.hint(connection, told))
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


async def _told(request: Request) -> dict[str, Any]:
    """The webhook's JSON object, whatever its content type claims; Plex puts it into a form's field `payload`."""
    body = await _body(request)
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        body = await _payload(request, body)
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise HTTPException(400, f"The body is not readable JSON: {problem}") from problem
    if not isinstance(told, dict):
        raise HTTPException(400, "The body is not a JSON object")
    return told


async def _payload(request: Request, body: bytes) -> bytes:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, stream(), max_files=4, max_fields=20, max_part_size=_MOST_BODY)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as problem:
        raise HTTPException(400, f"The form is not readable: {problem}") from problem
    try:
        payload = form.get("payload")
        found = await payload.read() if isinstance(payload, UploadFile) else payload
    finally:
        await form.close()
    if found is None:
        raise HTTPException(400, "The form has no field `payload`")
    return found.encode() if isinstance(found, str) else found
