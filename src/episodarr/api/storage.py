"""Disks: how full they are, how they filled, and what is measured."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import answer
from episodarr.capacity.measure import InvalidMeasure, Measure
from episodarr.overview.answers import Page
from episodarr.overview.storage import DayView, Storage, StorageView


class MeasuredFolder(BaseModel):
    """A folder of the machine that Episodarr runs on."""

    path: str = Field(max_length=1000)
    name: str = Field(default="", max_length=100)


class GivenTotal(BaseModel):
    """A total that a person knows; what the library takes counts as used."""

    value: float = Field(gt=0)
    unit: Literal["GB", "TB", "GiB", "TiB"]
    name: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=300, description="Where the number comes from.")


def storage_routes(storage: Storage, measure: Measure, access: Access) -> APIRouter:
    """Routes of storage."""
    routes = APIRouter(prefix="/storage", tags=["storage"])

    @routes.get("", response_model=StorageView, dependencies=[Depends(access.read)])
    def view() -> Response:
        """Every disk with its forecast, and the largest shows."""
        return answer(storage.view())

    @routes.get("/history", response_model=Page[DayView], dependencies=[Depends(access.read)])
    def history(
        key: Annotated[str, Query(max_length=1200)], days: Annotated[int, Query(ge=1, le=3650)] = 365
    ) -> Response:
        """How a disk filled: the last reading of each day."""
        found = storage.history(key, days)
        return answer(Page(found, len(found)))

    @routes.post("/folders", status_code=201, dependencies=[Depends(access.change)])
    def add_folder(wanted: MeasuredFolder, request: Request) -> Response:
        """Measure a folder of this machine."""
        with answered({InvalidMeasure: 422}):
            return answer({"id": measure.add_folder(wanted.path, wanted.name, request.state.actor)}, 201)

    @routes.post("/totals", status_code=201, dependencies=[Depends(access.change)])
    def add_total(wanted: GivenTotal, request: Request) -> Response:
        """Give a total by hand."""
        with answered({InvalidMeasure: 422}):
            value = repr(wanted.value)
            made = measure.add_total(value, wanted.unit, wanted.name, wanted.note, request.state.actor)
        return answer({"id": made}, 201)

    @routes.delete("/measured/{measured_id}", status_code=204, dependencies=[Depends(access.change)])
    def remove(measured_id: Annotated[int, Path(ge=1, le=2**62)]) -> None:
        """Measure a folder or total no more, and forget its history."""
        with answered({LookupError: 404}):
            measure.remove(measured_id)

    return routes
