"""The query parameters of the simulated Seerr: what it refuses, and what its filters let through."""

import re

from episodarr.demo.seerr_desk import (
    APPROVED,
    ASKED,
    AVAILABLE,
    COMPLETED,
    DELETED,
    FAILED,
    PARTIAL,
    PENDING,
    PROCESSING,
    UNKNOWN,
    Refusal,
    Request,
)
from episodarr.demo.server import Ask

NUMBERS, WORDS = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\w*")

_STATUSES = {
    "approved": {APPROVED},
    "processing": {APPROVED},
    "pending": {ASKED},
    "unavailable": {ASKED, APPROVED},
    "failed": {FAILED},
    "completed": {COMPLETED},
}
_BELIEVED = {
    "available": {AVAILABLE},
    "processing": {PROCESSING, PARTIAL, PENDING, UNKNOWN},
    "unavailable": {UNKNOWN, PENDING, PROCESSING, PARTIAL},
    "deleted": {DELETED},
}


def check_query(ask: Ask, **known: re.Pattern[str] | tuple[str, ...]) -> None:
    """Refuse unknown parameters, and values of another kind, as the description of the API is enforced."""
    for name, value in ask.query.items():
        allowed = known.get(name)
        if allowed is None:
            raise Refusal(400, f"Unknown query parameter '{name}'")
        if isinstance(allowed, tuple) and value not in allowed:
            raise Refusal(400, f"request.query.{name} should be equal to one of the allowed values: {allowed}")
        if not isinstance(allowed, tuple) and not allowed.fullmatch(value):
            raise Refusal(400, f"request.query.{name} should be number,null")


def passes(request: Request, name: str) -> bool:
    """Whether a request is in the list that the filter `name` gives."""
    statuses = _STATUSES.get(name, {request.status})
    return request.status in statuses and request.media.status in _BELIEVED.get(name, {request.media.status})
