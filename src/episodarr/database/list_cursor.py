"""The cursors of paged lists: the sort key of the last item, which a client hands back as it came."""

import base64
import binascii
from typing import Any

import msgspec

_LARGEST = 2**63


def cursor_of(*values: object) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def opened(cursor: str, kinds: tuple[type, ...]) -> list[Any]:
    """The values of a cursor. Raises ValueError when it is none of ours."""
    foreign = "cursor is not one that this list gave; leave it out to begin at the start"
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, msgspec.DecodeError, ValueError) as problem:
        raise ValueError(foreign) from problem
    if not isinstance(values, list) or len(values) != len(kinds):
        raise ValueError(foreign)
    if not all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise ValueError(foreign)
    if any(isinstance(value, int) and not -_LARGEST <= value < _LARGEST for value in values):
        raise ValueError(foreign)
    return values
