"""Deleting, as the pages, the API and the command line ask for it: plan, read, confirm, watch, undo.

Nothing goes without a plan that was stored, shown and confirmed with its token; whoever confirms has seen what runs.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import msgspec

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.journal import (
    OPEN,
    Caps,
    Journal,
    LogPage,
    LogQuestion,
    LogRow,
    Pause,
    PlanBrief,
    PlanRow,
    PlanStatus,
    StepState,
)
from episodarr.deletion.limits import exceeded
from episodarr.deletion.plan import Deed, Plan, PlannedFile, Wish, digest_of, parts_of, steps_of
from episodarr.deletion.propose import Refused

_MOST_TARGETS = 2_000
_LONGEST_REASON = 300
ENVIRONMENT_PAUSE = "EPISODARR_DELETION_PAUSED"


class Planner(Protocol):
    """Makes plans of what the services say now."""

    async def plan(self, wish: Wish, *, rule_id: int | None) -> Plan:
        """What goes and what stays. `rule_id`: by which rule; None: a person asks.

        Raises Refused, LookupError, or ServiceFailure when a manager cannot be asked.
        """
        ...


class Undoer(Protocol):
    """Has a manager look for files again."""

    async def bring_back(self, file: PlannedFile) -> None:
        """Monitor what the file held, as it was before, and search for it. Raises ServiceFailure."""
        ...


class BinState(msgspec.Struct, frozen=True):
    """The recycle bin of a Sonarr or Radarr. `path` None: it could not be asked; empty: it has none."""

    manager: str
    path: str | None
    days: int
    url: str

    @property
    def problem(self) -> str:
        """Why what it deletes may be gone for good, and what helps; empty: it has a bin."""
        if self.path is None:
            return "It could not be asked whether it has a recycle bin."
        if not self.path:
            return "It has no recycle bin: what it deletes is gone for good. Set one in its Media Management."
        return ""


class Undone(msgspec.Struct, frozen=True):
    """What was asked for again, and what could not be."""

    asked: tuple[str, ...]
    failed: tuple[str, ...]


class Delete:
    """Everything that somebody can do about deleting. `by` is who does it."""

    def __init__(
        self,
        journal: Journal,
        planner: Planner,
        undoer: Undoer,
        secret: bytes,
        clock: Callable[[], datetime],
        begin: Callable[[], None],
        *,
        paused_by_environment: bool = False,
        bins: Callable[[], Sequence[BinState]] = tuple,
    ) -> None:
        """`begin`: called when there is something to carry out. `bins`: what is known of recycle bins."""
        self._journal = journal
        self._planner = planner
        self._undoer = undoer
        self._secret = secret
        self._clock = clock
        self._begin = begin
        self._paused_by_environment = paused_by_environment
        self.bins = bins

    # ------------------------------------------------------------------ plans

    async def plan(self, wish: Wish, by: str, *, rule_id: int | None = None, rule: str = "") -> PlanRow:
        """Make and keep a plan; nothing is deleted by it. Raises Refused, LookupError, ServiceFailure."""
        if not wish.targets:
            raise Refused("targets: is empty; name at least one show, season, episode or movie")
        if len(wish.targets) > _MOST_TARGETS:
            raise Refused(f"targets: holds more than {_MOST_TARGETS:,}; choose whole seasons or shows instead")
        for place, one in enumerate(wish.targets):
            if (one.series_id is None) == (one.movie_id is None):
                raise Refused(f"targets[{place}].series_id: name either a series_id or a movie_id")
        made = await self._planner.plan(wish, rule_id=rule_id)
        return await asyncio.to_thread(self._journal.add_plan, made, digest_of(made), by, rule_id, rule)

    def read(self, plan_id: int) -> PlanRow:
        """A plan with what became of it. Raises LookupError."""
        found = self._journal.plan(plan_id)
        if found is None:
            raise LookupError(f"There is no plan {plan_id}")
        return found

    def plans(self, limit: int = 50, cursor: str | None = None) -> tuple[list[PlanBrief], str | None]:
        """Plans, the latest first. Raises ValueError on a cursor that this list did not give."""
        return self._journal.plans(limit, cursor)

    def token(self, row: PlanRow) -> str:
        """What confirms this very plan: it follows from everything in it, and only this service can make it."""
        message = f"deletion:{row.id}:{row.digest}:{row.made_by}".encode()
        return hmac.new(self._secret, message, sha256).hexdigest()[:20]

    def expired(self, row: PlanRow) -> bool:
        """Whether it was not confirmed in time."""
        return row.status is PlanStatus.PROPOSED and self._clock() >= row.plan.expires_at

    def must_count(self, row: PlanRow) -> bool:
        """Whether the person who confirms has to type how many episodes go."""
        return 0 < self._journal.caps().count_from <= row.plan.episode_count

    def confirm(self, plan_id: int, token: str, by: str, count: int | None = None) -> PlanRow:
        """Have a plan carried out. Raises Refused with the field and the mend, or LookupError.

        Only who made a plan can confirm it. `count`: how many episodes go, where they are many.
        """
        row = self.read(plan_id)
        if row.made_by != by:
            raise Refused("plan: somebody else made it; make one of your own")
        if row.status is not PlanStatus.PROPOSED:
            raise Refused(f"plan: it is {row.status.value} already; nothing was started again")
        if self.expired(row):
            raise Refused("plan: it has expired, as things may have changed; make a new one")
        if digest_of(row.plan) != row.digest or not hmac.compare_digest(self.token(row).encode(), token.encode()):
            raise Refused("token: is not the one of this plan; read the plan again and confirm what it says")
        if not row.plan.files:
            raise Refused("plan: nothing of it can go; it says why")
        if self.must_count(row) and count != row.plan.episode_count:
            raise Refused(f"count: type how many episodes go ({row.plan.episode_count})")
        return self._start(row, by)

    def start_by_rule(self, row: PlanRow, by: str) -> PlanRow:
        """Have a rule's plan carried out. Raises Refused."""
        if row.rule_id is None:
            raise Refused("plan: a person made it, and a person has to confirm it")
        return self._start(row, by)

    def _start(self, row: PlanRow, by: str) -> PlanRow:
        paused = self.paused()
        if paused is not None:
            raise Refused(f"plan: deleting is paused by {paused.by}; resume it first")
        over = exceeded(
            row.plan, self._journal.caps(), self._journal.spent_since, self._clock(), by_rule=row.rule_id is not None
        )
        if row.plan.exceeded or over:
            raise Refused(f"plan: {'; '.join(dict.fromkeys((*row.plan.exceeded, *over)))}")
        if not self._journal.confirm(row.id, by, self._clock()):
            raise Refused("plan: somebody has just confirmed it; nothing was started twice")
        self._begin()
        return self.read(row.id)

    def cancel(self, plan_id: int, by: str) -> PlanRow:
        """Stop a plan before its next item. What was done before stays done. Raises Refused, LookupError."""
        row = self.read(plan_id)
        if row.status is not PlanStatus.PROPOSED and row.status not in OPEN:
            raise Refused(f"plan: it is {row.status.value}; there is nothing to stop")
        self._journal.end(plan_id, PlanStatus.CANCELLED, f"stopped by {by}", self._clock())
        return self.read(plan_id)

    def finish_rest(self, plan_id: int, by: str) -> PlanRow:  # noqa: ARG002  # who asks is in the request's log
        """Try anew what failed or is not known. Raises Refused, LookupError."""
        row = self.read(plan_id)
        if not self._journal.reopen(plan_id, self._clock()):
            raise Refused(f"plan: it is {row.status.value}; nothing is left to finish")
        self._begin()
        return self.read(plan_id)

    # ------------------------------------------------------------------ undo

    async def undo(self, plan_id: int, by: str, episodes: Collection[int] | None = None) -> Undone:
        """Have files that a plan deleted looked for again: monitored as before, and searched.

        `episodes`: only those; None: all of the plan. Raises Refused when none of it was deleted, LookupError.
        """
        row = await asyncio.to_thread(self.read, plan_id)
        files = [file for file in deleted_files(row) if _among(file, episodes)]
        if not files:
            raise Refused("episodes: none of these was deleted by this plan")
        asked: list[str] = []
        failed: list[str] = []
        for file in files:
            problem = await _tried(self._undoer.bring_back(file))
            (failed if problem else asked).append(f"{file.label}: {problem}" if problem else file.label)
            lines = lines_of(row, file, deed="undone", now=self._clock(), by=by, problem=problem)
            await asyncio.to_thread(self._journal.add_lines, lines)
        return Undone(tuple(asked), tuple(failed))

    # ------------------------------------------------------------------ log, pause, caps

    def log(self, asked: LogQuestion) -> LogPage:
        """A page of the log, the latest first. Raises ValueError on a cursor that it did not give."""
        return self._journal.log(asked)

    def paused(self) -> Pause | None:
        """Whether nothing is deleted at the moment, and by whom."""
        if self._paused_by_environment:
            return Pause(ENVIRONMENT_PAUSE, None, "the environment says so")
        return self._journal.pause()

    def pause(self, by: str, reason: str = "") -> None:
        """Delete nothing from now on; what runs stops before its next item."""
        if len(reason) > _LONGEST_REASON:
            raise Refused(f"reason: is longer than {_LONGEST_REASON} characters")
        self._journal.set_pause(Pause(by, self._clock(), " ".join(reason.split())))

    def resume(self, by: str) -> None:  # noqa: ARG002  # who asks is in the request's log
        """Go on. Raises Refused while the environment has it paused."""
        if self._paused_by_environment:
            raise Refused(f"pause: {ENVIRONMENT_PAUSE} is set; unset it and start Episodarr again")
        self._journal.set_pause(None)
        self._begin()

    def caps(self) -> Caps:
        """How much may go at most."""
        return self._journal.caps()

    def set_caps(self, caps: Caps) -> None:
        """Change that. Raises Refused."""
        for name, value in msgspec.structs.asdict(caps).items():
            if value < 0:
                raise Refused(f"{name}: is below 0; 0 means no such cap")
            if name.endswith("percent") and value > 100:
                raise Refused(f"{name}: is over 100 percent")
        self._journal.set_caps(caps)


def deleted_files(row: PlanRow) -> Sequence[PlannedFile]:
    """Those files of a plan that are verified to be gone by it."""
    return [
        row.plan.files[step.subject]
        for step in steps_of(row.plan)
        if step.deed is Deed.DELETE_FILE and row.state_of(step.number).state is StepState.VERIFIED
    ]


def ending(row: PlanRow) -> tuple[str, list[dict[str, object]]]:
    """What somebody is told of a plan that ended: `deleted` or `failed`, and what of it is gone."""
    items: list[dict[str, object]] = [{"title": one.label, "size": one.size} for one in deleted_files(row)]
    return ("deleted" if row.status is PlanStatus.DONE else "failed"), items


def lines_of(row: PlanRow, file: PlannedFile, *, deed: str, now: datetime, by: str, problem: str = "") -> list[LogRow]:
    """The lines of the log about one file: one for each episode that it holds."""
    return [
        LogRow(
            id=0,
            at=now,
            plan_id=row.id,
            step=0,
            deed=deed,
            system=file.manager,
            outcome=StepState.FAILED if problem else StepState.VERIFIED,
            title=title,
            series_id=file.series_id,
            season=next((one.season for one in file.episodes if one.id == episode), None),
            episode_id=episode,
            movie_id=file.movie_id,
            asked_at=now,
            answer=problem or "monitored again, and searched for",
            size=0,
            by=by,
            rule=row.rule,
        )
        for episode, title in parts_of(file)
    ]


def _among(file: PlannedFile, episodes: Collection[int] | None) -> bool:
    return episodes is None or any(one.id in episodes for one in file.episodes)


async def _tried(asked: Awaitable[None]) -> str:
    """What went wrong; empty: nothing did. The failure of one never keeps the others from being asked."""
    try:
        await asked
    except ServiceFailure as failure:
        return str(failure)
    return ""
