"""Asking Sonarr for something: what can go wrong becomes an answer that a person understands."""

from collections.abc import Awaitable

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from episodarr.connections.failures import ServiceFailure
from episodarr.web.render import Renderer
from episodarr.web.visit import Visit


async def trouble_with(deed: Awaitable[object], render: Renderer, visit: Visit, back: str) -> Response | None:
    """Await the deed. The answer that tells of its failure, or None when it is done; 404 when its object is gone."""
    try:
        await deed
    except ServiceFailure as failure:
        return await run_in_threadpool(
            render.failed, visit, f"{failure.service}: {failure.message}", failure.advice, back
        )
    except LookupError as gone:
        if type(gone) is not LookupError:
            raise  # a KeyError or IndexError is a mistake of ours, not an answer
        raise HTTPException(404, str(gone)) from gone
    return None
