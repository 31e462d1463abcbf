"""Connections: which services are connected, and how they fare."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.shapes import ConnectionSettings, answer
from episodarr.overview.answers import ConnectionView, Page
from episodarr.overview.services import Services

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
