"""Server-sent events: what moves, as ids and numbers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import StreamingResponse

from episodarr.api.access import Access
from episodarr.overview.live import Live

_HEARTBEAT = 15.0
"""Seconds without an event after which a comment keeps proxies from closing the stream."""


def event_routes(live: Live, access: Access) -> APIRouter:
    """The stream."""
    routes = APIRouter(tags=["events"], dependencies=[Depends(access.read)])

    @routes.get("/events", response_class=StreamingResponse)
    async def events(
        since: Annotated[str, Query(max_length=40)] = "",
        last_event_id: Annotated[str, Header(max_length=40)] = "",
    ) -> StreamingResponse:
        """`progress`, `episodes`, `shows`, `movies`, `playing`, `transfers`, `jobs`, `deletion`, `connections`.

        Each has an id; given as `since` or `Last-Event-ID`, what was told after it comes first. `missed`: that is not
        known any more, or there was too much: read everything anew.
        """
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_stream(live, last_event_id or since), media_type="text/event-stream", headers=headers)

    return routes


async def _stream(live: Live, since: str) -> AsyncIterator[bytes]:
    async with live.watch(since) as queue:
        yield b"retry: 2000\n\n"
        closing = asyncio.ensure_future(live.closing.wait())
        waiting = asyncio.ensure_future(queue.get())
        try:
            while True:
                done, _ = await asyncio.wait(
                    {waiting, closing}, timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
                )
                if waiting in done:
                    event = waiting.result()
                    waiting = asyncio.ensure_future(queue.get())
                    yield f"id: {event.position}\nevent: {event.name}\ndata: ".encode() + event.data + b"\n\n"
                    continue
                if closing in done:
                    return
                yield b": still here\n\n"
        finally:
            closing.cancel()
            waiting.cancel()
