"""Reading posted forms: url-encoded only, small, and each field once.

Starlette's own form reader takes files and megabytes, which hardly a page of ours sends (`upload.py`); here the body is
capped before anything is known about the sender.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

MAX_BODY = 64 * 1024
MAX_FIELDS = 200


class Form:
    """The fields of a posted form; a field that came twice counts by its last value."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def text(self, name: str) -> str:
        """The value without spaces around it, empty when absent."""
        return self._fields.get(name, "").strip()

    def raw(self, name: str) -> str:
        """The value as typed (passwords), empty when absent."""
        return self._fields.get(name, "")

    def flag(self, name: str) -> bool:
        """Whether a check box was ticked or a hidden field says yes."""
        return self._fields.get(name, "") in {"1", "true", "on", "yes"}

    def starting_with(self, prefix: str) -> dict[str, str]:
        """All fields of a group, the prefix cut off."""
        return {name[len(prefix) :]: value for name, value in self._fields.items() if name.startswith(prefix)}


async def posted(request: Request) -> Form:
    """The form of a changing request; an empty one for GET. Raises 413 or 415 when it is none of ours."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return Form({})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, "The form is too large.")
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Forms are sent url-encoded.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as problem:
        raise HTTPException(400, "The form cannot be read.") from problem
    return Form(dict(pairs))


FormOf = Annotated[Form, Depends(posted)]
"""How a route asks for the posted form."""
