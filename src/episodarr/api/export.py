"""Lists as files over HTTP: CSV or JSON, streamed, so that a long list needs no memory."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeVar

from fastapi import Query
from starlette.responses import StreamingResponse

from episodarr.overview.export import Column, csv_lines, in_pieces, json_pieces

T = TypeVar("T")

Format = Literal["csv", "json"]
Bom = Annotated[bool, Query(description="Begin a CSV with a byte order mark, which Excel needs to see the UTF-8.")]
ROWS_AT_ONCE = 1000
"""Rows that are read from the database at a time."""
_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}
_ODD = re.compile(r"[^a-z0-9-]+")


def exported(
    name: str, kind: Format, columns: Sequence[Column[T]], rows: Iterable[T], *, bom: bool = False
) -> StreamingResponse:
    """A file to save, `name` without its ending. `rows` is asked in a worker thread, piece by piece."""
    texts = csv_lines(columns, rows, bom=bom) if kind == "csv" else json_pieces(columns, rows)
    named = _ODD.sub("-", name.lower()).strip("-") or "list"
    headers = {
        "content-disposition": f'attachment; filename="{named}.{kind}"',
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(in_pieces(texts), media_type=_TYPES[kind], headers=headers)
