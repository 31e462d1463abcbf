"""Every route of the pages, from the application itself."""

import re

from fakes import Stack
from fastapi.routing import APIRoute


def routes_of(stack: Stack, base: str = "") -> list[tuple[str, str]]:
    """Every (method, path) of the pages, from the application itself."""
    found = []
    queue = list(stack.app.routes)
    while queue:
        route = queue.pop()
        if isinstance(route, APIRoute):
            found += [(method, route.path.removeprefix(base)) for method in route.methods]
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "routes", None)
            queue += list(getattr(inner, "routes", inner or []))
    return sorted(found)


def filled(path: str) -> str:
    """A path with its parameters filled in."""
    values = {"series_id": "1", "episode_id": "2", "number": "1", "connection_id": "1", "job_id": "77", "key_id": "1"}
    values |= {"request_id": "1", "verb": "approve", "rule_id": "1", "protection_id": "1", "leaver_id": "1"}
    values |= {"plan_id": "1", "group": "0"}
    values |= {"level": "show", "holding_id": "1"}
    return re.sub(r"{(\w+)}", lambda found: values.get(found[1], "sync-series"), path)
