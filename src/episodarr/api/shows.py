"""One show by an id of any system, made fresh on access; and how episodes are kept fresh."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from starlette.responses import Response

from episodarr.api.access import Access, Caller
from episodarr.api.problems import answered, problem
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.api.turns import Turns
from episodarr.catalogue.followed import Why
from episodarr.catalogue.fresh_choices import WrongChoice
from episodarr.catalogue.fresh_ports import FollowedShow, ShowFilter
from episodarr.catalogue.open_show import Opened, ShowId, show_id
from episodarr.jobs.freshening import KEEP_FRESH, Freshening
from episodarr.overview.answers import SeasonCard, ShowCard
from episodarr.overview.questions import Overview
from episodarr.settings import SyncMode

_Text = Annotated[str, Path(max_length=40, description="A number of ours, `tmdb:123` or `tvdb:456`.")]
_By = Annotated[Literal["own", "tmdb", "tvdb"] | None, Query(description="Whose number a plain id is.")]


class Following(BaseModel):
    """Whether somebody follows a show."""

    watching: bool
    why: Why | None = Field(description="The latest reason; null: nobody has ever touched it.")
    who: str | None = Field(description="For administrators; null: not told.")
    sign_at: datetime | None = Field(description="When that was.")
    since: datetime | None = Field(description="When `watching` last changed.")
    lean: bool = Field(description="Summaries and raw answers are not kept until somebody opens it.")
    prepared_for: str = Field(description="Why it was read ahead; empty: it was not.")


class OpenedShow(BaseModel):
    """A show with its seasons."""

    show: ShowCard
    seasons: list[SeasonCard]
    following: Following
    problem: str = Field(description="Why it could not be read anew; empty: it is as fresh as `show.synced_at` says.")


class Watch(BaseModel):
    """Whether to follow a show."""

    watching: bool


class ChoicesView(BaseModel):
    """What may be chosen; what is left out stays as it is."""

    mode: SyncMode | None = None
    enabled: bool | None = None
    interval: int | None = Field(default=None, description="Seconds between two rounds.")
    at_once: int | None = Field(default=None, description="Shows read at once from one Sonarr.")
    per_round: int | None = Field(default=None, description="Shows that a round reads from one Sonarr at most.")
    ahead: int | None = Field(default=None, description="Shows that a round prepares ahead.")
    abandoned_days: int | None = None
    clean_up: bool | None = None
    clean_up_days: int | None = None


def show_routes(freshening: Freshening, overview: Overview, access: Access, clock: Callable[[], datetime]) -> APIRouter:
    """Routes of shows by any id, and of freshness."""
    routes = APIRouter(tags=["shows"])
    turns = Turns(freshening.calls_per_minute, clock)
    freshness = freshening.freshness

    def wanted(text: str, by: str | None) -> ShowId:
        with answered({ValueError: 422}):
            return show_id(text, by)

    async def limited(caller: Annotated[Caller, Depends(access.caller)]) -> Caller:
        wait = turns.take(caller.id)
        if wait:
            raise HTTPException(
                429,
                f"More than {turns.most} calls in a minute; try again in {math.ceil(wait)} seconds",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        return caller

    @routes.get("/shows/{show}", response_model=OpenedShow)
    async def opened(show: _Text, caller: Annotated[Caller, Depends(limited)], by: _By = None) -> Response:
        """A show by any system's id, read anew from Sonarr where what is known is old.

        Whoever is signed in follows the show by this. A key does when its call carries `X-Episodarr-Person: 1`: a
        program that polls leaves no sign.
        """
        found = wanted(show, by)
        with answered({LookupError: 404}):
            it = await freshening.open_show.open(found, caller.person)
        return await run_in_threadpool(told, it, caller)

    def told(it: Opened, caller: Caller) -> Response:
        card, held = overview.show(it.id), freshness.show(it.id)
        if card is None or held is None:
            raise HTTPException(404, f"There is no show {it.id} any more")
        body = {"show": card, "seasons": overview.seasons(it.id), "following": _following(held, admin=caller.admin)}
        return answer(body | {"problem": it.problem})

    @routes.put("/shows/{show}/watching", response_model=Following, dependencies=[Depends(access.change)])
    def watching(show: _Text, wish: Watch, request: Request, by: _By = None) -> Response:
        """Follow a show, or stop."""
        found = freshening.find(wanted(show, by))
        if found is None:
            raise HTTPException(404, f"There is no show {show}")
        (freshness.keep if wish.watching else freshness.stop)(found, request.state.actor)
        held = freshness.show(found)
        assert held is not None  # noqa: S101  # it was found a moment ago
        return answer(_following(held, admin=True))

    def last_round() -> dict[str, Any] | None:
        """Mode, counts and duration of the last round that got to its end; its sentences are in the job."""
        last = next((one for one in overview.jobs(KEEP_FRESH, 5, None).items if one.report), None)
        if last is None:
            return None
        numbers = {name: value for name, value in last.report.items() if name == "mode" or isinstance(value, int)}
        return {"status": last.status, "finished_at": last.finished_at} | numbers

    @routes.get("/freshness")
    def standing(caller: Annotated[Caller, Depends(access.caller)]) -> Response:
        """The mode and all else that applies, where it comes from, and the library and the last round in numbers."""
        told: dict[str, Any] = msgspec.to_builtins(freshness.standing()) | {"last_round": last_round()}
        if not caller.admin:
            told["chosen"] = {name: one | {"by": None} for name, one in told["chosen"].items()}
        return answer(told)

    @routes.put("/freshness", dependencies=[Depends(access.change)])
    def choose(wish: ChoicesView, request: Request) -> Response:
        """Have something else apply from now on, without a restart."""
        try:
            freshness.choose(wish.model_dump(exclude_none=True), request.state.actor)
        except WrongChoice as wrong:
            return problem(422, str(wrong), wrong.problems)
        return answer(msgspec.to_builtins(freshness.standing()))

    @routes.delete("/freshness/{name}", status_code=204, dependencies=[Depends(access.change)])
    def take_back(name: Annotated[str, Path(max_length=40)]) -> None:
        """Let the environment say again what somebody chose."""
        if name not in msgspec.structs.asdict(freshness.standing().choices):
            raise HTTPException(404, f"There is no choice {name}")
        freshness.take_back([name])

    @routes.get("/freshness/shows")
    def shows(
        caller: Annotated[Caller, Depends(access.caller)],
        show: ShowFilter = "followed",
        search: Annotated[str, Query(max_length=200)] = "",
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Shows, and who follows them."""
        with answered({ValueError: 422}):
            items, total, following = freshness.shows(show, search, limit, cursor)
        listed = [{"id": one.id, "title": one.title} | _following(one, admin=caller.admin) for one in items]
        return answer({"items": listed, "total": total, "next": following})

    return routes


def _following(held: FollowedShow, *, admin: bool) -> dict[str, Any]:
    return {
        "watching": held.watching,
        "why": held.why,
        "who": held.who if admin and held.who else None,
        "sign_at": held.sign_at,
        "since": held.since,
        "lean": held.lean,
        "prepared_for": held.prepared_for,
    }
