"""Rules that delete: what they found over time, arming and disarming; and what leaves by them."""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from icalendar import Calendar, Event
from pydantic import BaseModel, Field
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, answer
from episodarr.deletion.arming import Leaver, RuleRun
from episodarr.deletion.consent import Consent, PersonNeeded, RuleStanding
from episodarr.deletion.mature import LEAVING_DAYS, MOST_LEAVING_DAYS
from episodarr.deletion.propose import Refused
from episodarr.overview.services import Services

_Id = Annotated[int, Path(ge=1, le=2**62)]
_MOST = 1_000


class LeavingThing(BaseModel):
    """A show, season, episode or movie."""

    series_id: int | None = None
    season_number: int | None = None
    episode_id: int | None = None
    movie_id: int | None = None


class LeavingView(BaseModel):
    """Something that will be deleted, unless it is kept."""

    id: int
    level: str = Field(description="show, season, episode (a file) or movie.")
    label: str
    things: list[LeavingThing] = Field(description="It; of a file of several episodes each of them.")
    files: int
    size: int = Field(description="Bytes.")
    leaves_at: datetime
    rule_id: int | None = Field(description="The rule that has it go; null for who is no administrator.")
    rule: str | None


class LeavingPage(BaseModel):
    """A page of them, the next to go first."""

    items: list[LeavingView]
    next: str | None


class KeptView(BaseModel):
    """What stays now."""

    id: int
    label: str


class RunView(BaseModel):
    """What a rule found in one observation."""

    at: datetime
    kind: str = Field(description="complete; incomplete: not everything could be seen; shrunk: much was missing.")
    why: str = Field(description="Why it is not complete.")
    candidates: int
    size: int = Field(description="Bytes of them.")
    added: int = Field(description="Candidates that were none before; 0 unless complete.")
    gone: int = Field(description="Those that are none any more; 0 unless complete.")


class Arm(BaseModel):
    """How a rule is armed."""

    leaving_days: int = Field(default=LEAVING_DAYS, ge=1, le=MOST_LEAVING_DAYS)


class StandingView(BaseModel):
    """How a rule stands."""

    rule_id: int
    rule: str
    armed: bool
    armed_at: datetime | None
    armed_by: str | None
    leaving_days: int | None
    problem: str = Field(description="Why the last try to delete did not come about.")
    hindrance: str = Field(description="Why it cannot be armed now.")
    candidates: int
    matured: int
    leaving: int
    leaving_size: int = Field(description="Bytes.")
    first_leaves_at: datetime | None


def leaving_routes(consent: Consent, services: Services, access: Access, clock: Callable[[], datetime]) -> APIRouter:
    """Routes of consent: for administrators, and what leaves for everybody unless the settings say otherwise."""
    routes = APIRouter(tags=["leaving"])

    async def admins(may_see: Annotated[bool, Depends(access.names)]) -> None:
        if not may_see:
            raise HTTPException(403, "Rules are for administrators; use an admin API key")

    def found(rule_id: int) -> RuleStanding:
        with answered({LookupError: 404}):
            return consent.standing(rule_id)

    @routes.get("/leaving", response_model=LeavingPage)
    def leaving(
        admin: Annotated[bool, Depends(access.names)],
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Cursor = None,
    ) -> Response:
        """What armed rules will delete, and when. Nothing that a rule in dry run finds is among it."""
        if not admin and not consent.viewers_keep:
            raise HTTPException(403, "What leaves is for administrators here; use an admin API key")
        with answered({ValueError: 422}):
            items, following = consent.leaving(limit, cursor)
        return answer({"items": [_leaver(one, admin=admin) for one in items], "next": following})

    @routes.post("/leaving/{leaving_id}/keep", response_model=KeptView, dependencies=[Depends(access.change)])
    def keep(leaving_id: _Id, request: Request) -> Response:
        """Have something stay, for good: it becomes a protection, and leaves no longer."""
        with answered({LookupError: 404}):
            kept = consent.keep(leaving_id, request.state.actor)
        return answer({"id": kept.id, "label": kept.label})

    @routes.get("/leaving.ics", response_class=Response)
    def feed(token: Annotated[str, Query(max_length=200)] = "") -> Response:
        """The days on which something leaves, as iCalendar; its address with the token stands on the page."""
        if not hmac.compare_digest(token.encode(), services.feed_token().encode()):
            raise HTTPException(401, "The token is wrong; copy the feed's address anew from the page “Leaving soon”")
        items, _ = consent.leaving(_MOST)
        return Response(_feed(items, clock()), media_type="text/calendar; charset=utf-8")

    @routes.get("/rules/{rule_id}/runs", response_model=list[RunView], dependencies=[Depends(admins)])
    def runs(rule_id: _Id, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
        """What a rule found over time, the latest first: in dry run and armed alike."""
        with answered({LookupError: 404}):
            return answer([_run(one) for one in consent.runs(rule_id, limit)])

    @routes.get("/rules/{rule_id}/standing", response_model=StandingView, dependencies=[Depends(admins)])
    def standing(rule_id: _Id) -> Response:
        """Whether a rule is armed, and what comes of it."""
        return answer(_standing(found(rule_id)))

    @routes.post("/rules/{rule_id}/arm", response_model=StandingView, dependencies=[Depends(access.change)])
    def arm(rule_id: _Id, wanted: Arm, request: Request) -> Response:
        """Refused to every key: only a person may arm a rule, on its page."""
        with answered({PersonNeeded: 403, Refused: 422, LookupError: 404}):
            return answer(_standing(consent.arm(rule_id, request.state.actor, wanted.leaving_days, person=False)))

    @routes.post("/rules/{rule_id}/disarm", response_model=StandingView, dependencies=[Depends(access.change)])
    def disarm(rule_id: _Id, request: Request) -> Response:
        """Have a rule delete nothing any more, at once. One that is in dry run stays so."""
        found(rule_id)
        consent.disarm(rule_id, request.state.actor)
        return answer(_standing(found(rule_id)))

    return routes


def _leaver(one: Leaver, *, admin: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.id, "level": one.level.value, "label": one.label}
    told |= {"files": one.files, "size": one.size}
    told |= {"things": [msgspec.to_builtins(thing) for thing in one.things], "leaves_at": one.leaves_at}
    return told | {"rule_id": one.rule_id if admin else None, "rule": one.rule if admin else None}


def _run(one: RuleRun) -> dict[str, Any]:
    told = {"at": one.at, "kind": one.kind.value, "why": one.why, "candidates": one.candidates}
    return told | {"size": one.size, "added": one.added, "gone": one.gone}


def _standing(one: RuleStanding) -> dict[str, Any]:
    arming, progress = one.arming, one.progress
    return {
        "rule_id": one.rule.id,
        "rule": one.rule.name,
        "armed": arming is not None,
        "armed_at": arming.at if arming else None,
        "armed_by": arming.by if arming else None,
        "leaving_days": arming.leaving_days if arming else None,
        "problem": arming.problem if arming else "",
        "hindrance": one.hindrance,
        "candidates": progress.candidates.count,
        "matured": progress.matured.count,
        "leaving": progress.leaving.count,
        "leaving_size": progress.leaving.size,
        "first_leaves_at": progress.first_leaves_at,
    }


def _feed(items: Sequence[Leaver], now: datetime) -> bytes:
    feed = Calendar()
    feed.add("prodid", "-//Episodarr//Leaving soon//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Episodarr: leaving soon")
    for one in items:
        if one.leaves_at is None:
            continue
        event = Event()
        event.add("uid", f"leaving-{one.id}@episodarr")
        event.add("dtstamp", now)
        event.add("dtstart", one.leaves_at)
        event.add("dtend", one.leaves_at + timedelta(minutes=15))
        event.add("summary", f"Leaves: {one.label}")
        event.add("status", "TENTATIVE")
        feed.add_component(event)
    return bytes(feed.to_ical())
