"""How answers leave: encoded once by msgspec, straight from the overview's answers. The models document them."""

from typing import Annotated, Any

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

_encoder = msgspec.json.Encoder()

Limit = Annotated[int, Query(ge=1, le=1000, description="Items of one page.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before; absent: the start.")]


def answer(value: Any, status: int = 200) -> Response:
    """`value` as JSON: times in ISO 8601 UTC, dataclasses as objects."""
    return Response(_encoder.encode(value), status, media_type="application/json")


class JobStarted(BaseModel):
    """A job that was asked for."""

    id: int = Field(description="Follow it at /api/v1/jobs/{id}; 0 for a poll that keeps no record.")
    task: str


class Monitored(BaseModel):
    """Whether to monitor."""

    monitored: bool


class MonitoredEpisodes(BaseModel):
    """Whether to monitor some episodes."""

    episode_ids: list[int] = Field(min_length=1, max_length=5000)
    monitored: bool


class FileEpisodes(BaseModel):
    """The episodes that a file of a download holds, as a person says; none: it holds no episode."""

    episode_ids: list[int] = Field(max_length=50)


class ConnectionSettings(BaseModel):
    """Settings of a connection. An empty or absent secret of a stored connection leaves it unchanged."""

    kind: str = Field(max_length=50)
    name: str = Field(default="", max_length=100)
    settings: dict[str, str] = Field(max_length=30)
    enabled: bool = True


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: dict[str, str] | None = Field(default=None, description="Field -> what is wrong with it and the mend.")
