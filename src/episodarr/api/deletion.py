"""Deleting over the API: a plan is made, read, and confirmed with its token. No GET has an effect, and nothing is
deleted by a filter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.export import ROWS_AT_ONCE, Bom, Format, exported
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.deletion.delete import Delete
from episodarr.deletion.journal import Caps, LogQuestion, PlanRow, PlanStatus, StepState
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, TorrentChoice, Wish
from episodarr.deletion.propose import Refused
from episodarr.overview.deletions import LOG_COLUMNS, PlanView, log_rows, plan_view

T = TypeVar("T")

_LARGEST = 2**62
_Id = Annotated[int, Path(ge=1, le=_LARGEST)]
_Number = Annotated[int, Field(ge=1, le=_LARGEST)]
_STATES = frozenset({"plan", "pause"})
"""Fields of a refusal that say: it is not the time for it. All others say that something of the question is wrong."""


class WantedTarget(BaseModel):
    """A show, a season or an episode of it, or a movie."""

    model_config = ConfigDict(extra="forbid")

    series_id: _Number | None = None
    season_number: int | None = Field(default=None, ge=0, le=100_000)
    episode_id: _Number | None = None
    movie_id: _Number | None = None


class Wanted(BaseModel):
    """What is to go, named one by one."""

    model_config = ConfigDict(extra="forbid")

    targets: list[WantedTarget] = Field(min_length=1, max_length=2_000)
    torrents: TorrentChoice = TorrentChoice.WHERE_SAFE
    also_torrents: list[Annotated[str, Field(pattern="^[0-9a-fA-F]{40}([0-9a-fA-F]{24})?$")]] = Field(
        default=[], max_length=2_000, description="Info hashes of torrents that go although they hold more."
    )


class Confirmation(BaseModel):
    """That somebody has read a plan."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=200, description="`token` of the very plan.")
    count: int | None = Field(default=None, description="How many episodes go, where the plan says `must_count`.")


class Again(BaseModel):
    """What is to be looked for again."""

    model_config = ConfigDict(extra="forbid")

    episodes: list[_Number] | None = Field(default=None, max_length=5_000, description="Absent: all of the plan.")


class Reason(BaseModel):
    """Why deleting is paused."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=300)


class CapsBody(BaseModel):
    """How much may go at most; sizes in bytes, 0: no such cap. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    run_files: int | None = Field(default=None, ge=0, le=_LARGEST)
    run_bytes: int | None = Field(default=None, ge=0, le=_LARGEST)
    run_percent: int | None = Field(default=None, ge=0, le=100)
    run_seasons: int | None = Field(default=None, ge=0, le=_LARGEST)
    day_files: int | None = Field(default=None, ge=0, le=_LARGEST)
    day_bytes: int | None = Field(default=None, ge=0, le=_LARGEST)
    rule_files: int | None = Field(default=None, ge=0, le=_LARGEST)
    rule_bytes: int | None = Field(default=None, ge=0, le=_LARGEST)
    rule_percent: int | None = Field(default=None, ge=0, le=100)
    rule_seasons: int | None = Field(default=None, ge=0, le=_LARGEST)
    count_from: int | None = Field(default=None, ge=0, le=_LARGEST)
    seeding_ratio: float | None = Field(default=None, ge=0, le=10_000)
    seeding_hours: int | None = Field(default=None, ge=0, le=1_000_000)


@dataclass(frozen=True, slots=True)
class PauseView:
    """Whether deleting is paused."""

    paused: bool
    by: str = ""
    at: datetime | None = None
    reason: str = ""


class LogAsked(BaseModel):
    """Which lines of the log. A parameter left empty is left out."""

    q: str = Field(default="", max_length=100, description="Part of a title.")
    deed: Deed | None = None
    outcome: StepState | None = None
    system: str = Field(default="", max_length=200)
    rule: str = Field(default="", max_length=200)
    plan: int | None = Field(default=None, ge=1, le=_LARGEST)
    series_id: int | None = Field(default=None, ge=1, le=_LARGEST)
    episode_id: int | None = Field(default=None, ge=1, le=_LARGEST)
    movie_id: int | None = Field(default=None, ge=1, le=_LARGEST)

    def question(self, limit: int, cursor: str | None = None) -> LogQuestion:
        """The same in the words of the journal."""
        return LogQuestion(
            search=self.q.strip(),
            deed=self.deed,
            outcome=self.outcome,
            system=self.system,
            rule=self.rule,
            plan_id=self.plan,
            series_id=self.series_id,
            episode_id=self.episode_id,
            movie_id=self.movie_id,
            limit=limit,
            cursor=cursor,
        )


def deletion_routes(delete: Delete, access: Access) -> APIRouter:
    """Routes of plans, the log, the caps and the pause: for administrators only."""

    async def admins(may_see: Annotated[bool, Depends(access.names)]) -> None:
        if not may_see:
            raise HTTPException(403, "Deleting is for administrators; use an admin API key")

    routes = APIRouter(prefix="/deletion", tags=["deletion"], dependencies=[Depends(admins)])
    change = [Depends(access.change)]

    def told(row: PlanRow, by: str, status: int = 200) -> Response:
        expired = delete.expired(row)
        open_to = row.status is PlanStatus.PROPOSED and not expired and row.made_by == by
        token = delete.token(row) if open_to else None
        must_count = row.status is PlanStatus.PROPOSED and delete.must_count(row)
        return answer(plan_view(row, expired=expired, token=token, must_count=must_count), status)

    # ------------------------------------------------------------------ plans

    @routes.post("/plans", status_code=201, response_model=PlanView, dependencies=change)
    async def make(wanted: Wanted, request: Request) -> Response:
        """Make a plan of what goes and what stays. Nothing is deleted by it: confirm it with its token."""
        targets = tuple(Target(**one.model_dump()) for one in wanted.targets)
        wish = Wish(targets, wanted.torrents, tuple(one.lower() for one in wanted.also_torrents))
        try:
            row = await delete.plan(wish, request.state.actor)
        except (Refused, LookupError) as problem:
            raise _http(problem) from problem
        return told(row, request.state.actor, 201)

    @routes.get("/plans")
    def plans(limit: Limit = 50, cursor: Cursor = None) -> Response:
        """Plans, the latest first; those that expired unconfirmed are left out."""
        with answered({ValueError: 422}):
            items, following = delete.plans(limit, cursor)
        return answer({"items": items, "next": following})

    @routes.get("/plans/{plan_id}", response_model=PlanView)
    def plan(plan_id: _Id, request: Request) -> Response:
        """A plan with what became of every step. `token` is told to whoever made it, while it can be confirmed."""
        return told(_done(lambda: delete.read(plan_id)), request.state.actor)

    @routes.post("/plans/{plan_id}/confirm", status_code=202, response_model=PlanView, dependencies=change)
    def confirm(plan_id: _Id, wanted: Confirmation, request: Request) -> Response:
        """Have a plan carried out: only by whoever made it, and only once."""
        by = request.state.actor
        return told(_done(lambda: delete.confirm(plan_id, wanted.token, by, wanted.count)), by, 202)

    @routes.post("/plans/{plan_id}/cancel", response_model=PlanView, dependencies=change)
    def cancel(plan_id: _Id, request: Request) -> Response:
        """Stop a plan before its next item. What was done before stays done."""
        by = request.state.actor
        return told(_done(lambda: delete.cancel(plan_id, by)), by)

    @routes.post("/plans/{plan_id}/finish", status_code=202, response_model=PlanView, dependencies=change)
    def finish(plan_id: _Id, request: Request) -> Response:
        """Try anew what failed, or is not known."""
        by = request.state.actor
        return told(_done(lambda: delete.finish_rest(plan_id, by)), by, 202)

    @routes.post("/plans/{plan_id}/undo", dependencies=change)
    async def undo(plan_id: _Id, request: Request, wanted: Again | None = None) -> Response:
        """Have what a plan deleted monitored as before and searched for: `asked`, and what could not be: `failed`."""
        episodes = wanted.episodes if wanted is not None else None
        try:
            return answer(await delete.undo(plan_id, request.state.actor, episodes))
        except (Refused, LookupError) as problem:
            raise _http(problem) from problem

    # ------------------------------------------------------------------ log

    @routes.get("/log")
    def log(asked: Annotated[LogAsked, Query()], limit: Limit = 100, cursor: Cursor = None) -> Response:
        """What was done for each episode in each system, and what came of it; the latest first."""
        with answered({ValueError: 422}):
            return answer(delete.log(asked.question(limit, cursor)))

    @routes.get("/log.{kind}", response_class=Response)
    def file(kind: Format, asked: Annotated[LogAsked, Query()], bom: Bom = False) -> Response:
        """The same lines as a file, all of them. In CSV, text that looks like a formula begins with an apostrophe."""
        rows = log_rows(delete.log, asked.question(ROWS_AT_ONCE))
        return exported("deletions", kind, LOG_COLUMNS, rows, bom=bom)

    # ------------------------------------------------------------------ pause and caps

    def pause_view() -> Response:
        held = delete.paused()
        return answer(PauseView(False) if held is None else PauseView(True, held.by, held.at, held.reason))

    @routes.get("/pause", response_model=PauseView)
    def paused() -> Response:
        """Whether nothing is deleted at the moment, and by whom."""
        return pause_view()

    @routes.post("/pause", response_model=PauseView, dependencies=change)
    def pause(request: Request, wanted: Reason | None = None) -> Response:
        """Delete nothing from now on; what runs stops before its next item."""
        by, reason = request.state.actor, wanted.reason if wanted is not None else ""
        _done(lambda: delete.pause(by, reason))
        return pause_view()

    @routes.delete("/pause", response_model=PauseView, dependencies=change)
    def resume(request: Request) -> Response:
        """Go on."""
        by = request.state.actor
        _done(lambda: delete.resume(by))
        return pause_view()

    @routes.get("/bins")
    def bins() -> Response:
        """Whether what each Sonarr and Radarr deletes can be taken back. `path` null: it could not be asked."""
        return answer([msgspec.to_builtins(one) | {"problem": one.problem} for one in delete.bins()])

    @routes.get("/caps", response_model=CapsBody)
    def caps() -> Response:
        """How much may go at most."""
        return answer(delete.caps())

    @routes.put("/caps", response_model=CapsBody, dependencies=change)
    def set_caps(wanted: CapsBody) -> Response:
        """Change that."""
        given: dict[str, Any] = wanted.model_dump(exclude_none=True)
        changed = msgspec.convert(msgspec.structs.asdict(delete.caps()) | given, Caps)
        _done(lambda: delete.set_caps(changed))
        return answer(changed)

    return routes


def _done(act: Callable[[], T]) -> T:
    try:
        return act()
    except (Refused, LookupError) as problem:
        raise _http(problem) from problem


def _http(problem: Exception) -> HTTPException:
    """409: not now; 422: something of the question is wrong; 404: there is no such thing."""
    if not isinstance(problem, Refused):
        if type(problem) is not LookupError:
            raise problem  # a KeyError or IndexError is a mistake of ours, not an answer
        return HTTPException(404, str(problem))
    return HTTPException(409 if str(problem).partition(":")[0] in _STATES else 422, str(problem))
