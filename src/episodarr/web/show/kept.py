"""Whether a show is kept fresh, and why, on its page."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from episodarr.catalogue.followed import words
from episodarr.catalogue.freshness import Freshness
from episodarr.settings import SyncMode
from episodarr.web.parts import Parts
from episodarr.web.visit import Visit, visit_of


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line: `told` and then, when it is known, how long ago."""

    told: str
    at: datetime | None
    watching: bool
    """Whether it is followed: then the button stops it."""


def kept_line(freshness: Freshness, series_id: int, *, admin: bool) -> KeptLine | None:
    """The line of a show; None when there is no such show. Only administrators read who did what."""
    held = freshness.show(series_id)
    if held is None:
        return None
    because = words(held.why, held.who if admin else "") if held.why is not None else ""
    greedy = freshness.mode() is SyncMode.GREEDY
    if held.watching:
        told = f"Kept fresh because {because}" if not greedy else f"Kept fresh like every show; followed: {because}"
    elif greedy:
        told = "Kept fresh like every show"
    else:
        told = f"Not kept fresh ahead: {because}" if because else "Not kept fresh ahead: nobody follows it"
    at = held.sign_at if because and (held.watching or not greedy) else None
    return KeptLine(told, at, held.watching)


def note_opened(parts: Parts, request: Request, series_id: int) -> None:
    """A person opens the page of a show. What a browser fetches ahead, or a script anew, is no person."""
    visit: Visit = visit_of(request)
    if parts.freshening is None or visit.partial or visit.user is None:
        return
    if "prefetch" in request.headers.get("sec-purpose", "") or request.method != "GET":
        return
    parts.freshening.freshness.opened(series_id, visit.user.name)
