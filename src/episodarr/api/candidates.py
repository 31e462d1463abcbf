"""What could go, the rules that say so, and what stays whatever they say. Nothing here deletes anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, Field, ValidationInfo, field_validator
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.export import ROWS_AT_ONCE, Bom, Format, exported
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, answer
from episodarr.deletion.brief import NAMES, brief_rule
from episodarr.deletion.holding import Level
from episodarr.deletion.model import NamedRule, Protection, Question, Sort, Target
from episodarr.deletion.propose import Propose, Refused
from episodarr.deletion.rules import MOST_KEPT, InvalidRule, Outcome, Rule, Safeguards, read_rule
from episodarr.overview.candidates import COLUMNS, CandidatesView, CandidateView, candidate_view, candidates_view
from episodarr.overview.freed import FreedBy, FreedView

_Id = Annotated[int, Path(ge=1, le=2**62)]
_AboutRule = Field(
    description=(
        "`level` (show, season, episode, movie), `when` (a tree of `all`, `any`, `not` and conditions, told apart by "
        "`is`), `unless` (safeguards). Such as "
        '`{"level":"show","when":{"is":"all","of":[{"is":"added","days":30},{"is":"unwatched_for","days":90}]}}`.'
    )
)


class Brief(BaseModel):
    """Which candidates: a rule that was kept, or conditions that must all hold. A parameter left empty is left out."""

    group_by: Level = Level.SHOW
    rule: int | None = Field(default=None, ge=1, le=2**62, description="Id of a rule; the conditions are then its own.")
    trial: str = Field(default="", max_length=8000, description="A rule as JSON, tried without keeping it; see POST.")
    added_days: int | None = Field(default=None, ge=0, le=36_500, description="Added at least so many days ago.")
    watched_days: int | None = Field(default=None, ge=0, le=36_500, description="Not watched for so long, or ever.")
    never_watched: bool = False
    max_plays: int | None = Field(default=None, ge=0, le=10**9)
    max_viewers: int | None = Field(default=None, ge=0, le=10**9)
    min_watched: int | None = Field(default=None, ge=0, le=100, description="Percent of its episodes.")
    min_size: int | None = Field(default=None, ge=0, le=2**62, description="Bytes.")
    rated_below: float | None = Field(default=None, ge=0, le=10)
    tag: str | None = Field(default=None, max_length=500)
    without_tag: str | None = Field(default=None, max_length=500)
    folder: str | None = Field(default=None, max_length=500, description="Its root folder.")
    quality: str | None = Field(default=None, max_length=500)
    status: str | None = Field(default=None, max_length=500)
    type: str | None = Field(default=None, max_length=500)
    keep_first: int = Field(default=0, ge=0, le=MOST_KEPT)
    keep_last: int = Field(default=0, ge=0, le=MOST_KEPT)

    @field_validator("*", mode="before")
    @classmethod
    def _left_empty(cls, value: Any, info: ValidationInfo) -> Any:
        """An address with `max_plays=` in it says nothing of plays."""
        return cls.model_fields[str(info.field_name)].get_default() if value == "" else value


class Listing(BaseModel):
    """Which part of the answers."""

    outcome: Outcome = Outcome.CANDIDATE
    sort: str = Field(
        default="-size", max_length=20, description=f"One of {', '.join(Sort)}; `-` before it: downwards."
    )
    q: str = Field(default="", max_length=100, description="Part of a title.")
    limit: int = Field(default=50, ge=1, le=500)


class Asked(Brief, Listing):
    """What is asked for."""


class AskedOfRule(Listing):
    """A rule that is tried, without keeping it."""

    rule: Annotated[dict[str, Any], _AboutRule]
    cursor: str | None = Field(default=None, max_length=400)


class KeptRule(BaseModel):
    """A rule to keep."""

    name: str = Field(max_length=200)
    rule: Annotated[dict[str, Any], _AboutRule]


class Protected(BaseModel):
    """What is to stay: a show, a season or an episode of it, or a movie."""

    series_id: int | None = Field(default=None, ge=1, le=2**62)
    season_number: int | None = Field(default=None, ge=0, le=100_000)
    episode_id: int | None = Field(default=None, ge=1, le=2**62)
    movie_id: int | None = Field(default=None, ge=1, le=2**62)
    reason: str = Field(default="", max_length=300)


class RuleView(BaseModel):
    """A rule that was kept."""

    id: int
    name: str
    rule: Annotated[dict[str, Any], _AboutRule]
    made_by: str
    created_at: datetime
    updated_at: datetime


class ProtectionView(BaseModel):
    """What stays."""

    id: int
    target: Protected
    title: str
    reason: str
    made_by: str
    made_at: datetime


def candidate_routes(propose: Propose, freed: FreedBy, access: Access, clock: Callable[[], datetime]) -> APIRouter:
    """Routes of candidates, rules and protections: for administrators only."""

    async def admins(may_see: Annotated[bool, Depends(access.names)]) -> None:
        if not may_see:
            raise HTTPException(403, "Candidates are for administrators; use an admin API key")

    routes = APIRouter(tags=["candidates"], dependencies=[Depends(admins)])

    def ruled(asked: Brief) -> Rule:
        if asked.rule is not None:
            with answered({LookupError: 404}):
                return propose.rule(asked.rule).rule
        if asked.trial:
            return _read_text(asked.trial.encode())
        values = {name: getattr(asked, name) for name in NAMES}
        safe = Safeguards(keep_first=asked.keep_first, keep_last=asked.keep_last)
        with answered({InvalidRule: 422}):
            return brief_rule(asked.group_by, values, safe, never_watched=asked.never_watched)

    def previewed(rule: Rule, question: Question) -> Response:
        with answered({ValueError: 422}):
            return answer(candidates_view(propose.preview(rule, question)))

    @routes.get("/candidates", response_model=CandidatesView)
    def candidates(asked: Annotated[Asked, Query()], cursor: Cursor = None) -> Response:
        """What could go: numbers for every outcome, and a page of those with one, each with its reasons."""
        return previewed(ruled(asked), _question(asked, cursor))

    @routes.post("/candidates", response_model=CandidatesView)
    def tried(asked: AskedOfRule) -> Response:
        """The same for a rule that is not kept: what it would make of the library. Changes nothing."""
        return previewed(_read(asked.rule), _question(asked, asked.cursor))

    @routes.get("/candidates.{kind}")
    def file(kind: Format, asked: Annotated[Asked, Query()], bom: Bom = False) -> Response:
        """All with one outcome as CSV or JSON, in the same order, one row a piece; `limit` does not count."""
        question = replace(_question(asked, None), limit=ROWS_AT_ONCE)
        rule, now = ruled(asked), clock()
        rows = (candidate_view(one, now) for one in propose.every(rule, question))
        return exported(f"{asked.outcome.value}s-by-{rule.level.value}", kind, COLUMNS, rows, bom=bom)

    @routes.get("/candidates/{level}/{holding_id}", response_model=CandidateView)
    def why(level: Level, holding_id: _Id, asked: Annotated[Brief, Query()]) -> Response:
        """Why a show, season, episode file or movie is, or is not, a candidate."""
        rule = msgspec.structs.replace(ruled(asked), level=level)
        found = propose.why(rule, holding_id)
        if found is None:
            raise HTTPException(404, f"There is no {level.value} {holding_id} with a file")
        return answer(candidate_view(found, clock()))

    @routes.get("/candidates/{level}/{holding_id}/freed", response_model=FreedView)
    def really_freed(level: Level, holding_id: _Id) -> Response:
        """What deleting all of its files would free: hard links are counted where their paths can be seen from here."""
        found = freed(level, holding_id)
        if found is None:
            raise HTTPException(404, f"There is no {level.value} {holding_id} with a file")
        return answer(found)

    @routes.get("/rules", response_model=list[RuleView])
    def rules() -> Response:
        """Every rule, by name."""
        return answer([_rule_view(one) for one in propose.rules()])

    @routes.post("/rules", status_code=201, response_model=RuleView, dependencies=[Depends(access.change)])
    def keep(wanted: KeptRule, request: Request) -> Response:
        """Keep a rule. It deletes nothing."""
        return answer(_rule_view(_kept(propose, wanted, request.state.actor)), 201)

    @routes.put("/rules/{rule_id}", response_model=RuleView, dependencies=[Depends(access.change)])
    def change(rule_id: _Id, wanted: KeptRule, request: Request) -> Response:
        """Change a rule."""
        return answer(_rule_view(_kept(propose, wanted, request.state.actor, rule_id)))

    @routes.delete("/rules/{rule_id}", status_code=204, dependencies=[Depends(access.change)])
    def remove(rule_id: _Id) -> None:
        """Forget a rule."""
        _found(propose.remove_rule, rule_id)

    @routes.get("/protections", response_model=list[ProtectionView])
    def protections() -> Response:
        """What stays whatever the rules say, the latest first."""
        return answer([_protection_view(one) for one in propose.protections()])

    @routes.post("/protections", status_code=201, dependencies=[Depends(access.change)])
    def protect(wanted: Protected, request: Request) -> Response:
        """Have something stay. Protecting it again changes nothing."""
        target = Target(wanted.series_id, wanted.season_number, wanted.episode_id, wanted.movie_id)
        with answered({Refused: 422, LookupError: 404}):
            return answer({"id": propose.protect(target, wanted.reason, request.state.actor)}, 201)

    @routes.delete("/protections/{protection_id}", status_code=204, dependencies=[Depends(access.change)])
    def unprotect(protection_id: _Id) -> None:
        """Have the rules decide again."""
        _found(propose.unprotect, protection_id)

    return routes


def _question(asked: Listing, cursor: str | None) -> Question:
    name = asked.sort.removeprefix("-")
    if name not in list(Sort):
        raise HTTPException(422, f"sort: is none of {', '.join(Sort)}, or one of these after a -")
    return Question(asked.outcome, Sort(name), asked.sort.startswith("-"), asked.q.strip(), asked.limit, cursor)


def _read(body: dict[str, Any]) -> Rule:
    return _read_text(msgspec.json.encode(body))


def _read_text(body: bytes) -> Rule:
    with answered({InvalidRule: 422}):
        return read_rule(body)


def _kept(propose: Propose, wanted: KeptRule, by: str, rule_id: int | None = None) -> NamedRule:
    with answered({Refused: 422, LookupError: 404}):
        return propose.keep_rule(wanted.name, _read(wanted.rule), by, rule_id)


def _found(forget: Callable[[int], None], number: int) -> None:
    with answered({LookupError: 404}):
        forget(number)


def _rule_view(one: NamedRule) -> dict[str, Any]:
    told = {"id": one.id, "name": one.name, "rule": msgspec.to_builtins(one.rule), "made_by": one.made_by}
    return told | {"created_at": one.created_at, "updated_at": one.updated_at}


def _protection_view(one: Protection) -> dict[str, Any]:
    target = msgspec.to_builtins(one.target)
    told = {"id": one.id, "target": target, "title": one.title, "reason": one.reason}
    return told | {"made_by": one.made_by, "made_at": one.made_at}
