"""Carrying plans out: one step after the other, each written down before and after.

Whoever holds the lease deletes; a second worker waits. Killed at any instant, the next one finds what was intended,
asks the systems how things are, and does the rest. A failure of one item never stops the others; a pause stops all of
them before the next one.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, Protocol, TypeVar

from msgspec.structs import replace

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.deeds import Calls, Hand, Watch
from episodarr.deletion.journal import (
    OPEN,
    Caps,
    Journal,
    LeaseLost,
    LogRow,
    Pause,
    PlanRow,
    PlanStatus,
    StepRow,
    StepState,
)
from episodarr.deletion.limits import exceeded
from episodarr.deletion.plan import ANY_IS_ENOUGH, Deed, Step, digest_of, parts_of, steps_of

Q = ParamSpec("Q")
T = TypeVar("T")

LEASE = timedelta(seconds=120)
"""How long a worker that says nothing any more is believed to live."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800, 3600))
"""How long is waited after each failed attempt of a step; after the last one it has failed."""


class Effects(Protocol):
    """What follows from what was deleted."""

    async def deleted(self, row: PlanRow, places: Collection[int], at: datetime) -> None:
        """Files (by their places in the plan) are verified to be gone since `at`: their episodes have ended a life.

        Told again with the same `at` when a plan ends, as a killed worker may not have come to it.
        """
        ...

    async def moved(self, plan_id: int, progress: float | None, message: str) -> None:
        """A step ended; `progress` 0..1 of the plan."""
        ...

    async def ended(self, row: PlanRow) -> None:
        """A plan has ended, however."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a plan is: what each step came to, kept in memory while one worker has the lease."""

    row: PlanRow
    steps: Sequence[Step]
    rows: dict[int, StepRow]

    def state(self, number: int) -> StepRow:
        return self.rows.get(number, StepRow(number))

    def gone(self, step: Step) -> list[int]:
        """Places of a step's files that are verified to be gone."""
        deletes = {one.subject: one.number for one in self.steps if one.deed is Deed.DELETE_FILE}
        return [place for place in step.files if self.state(deletes[place]).state is StepState.VERIFIED]


class CarryOut:
    """Carries out all plans that are open."""

    def __init__(
        self,
        journal: Journal,
        calls: Calls,
        watch: Watch,
        effects: Effects,
        paused: Callable[[], Pause | None],
        worker: str,
        clock: Callable[[], datetime],
        is_dead: Callable[[str], bool] = lambda _worker: False,
    ) -> None:
        """`worker`: a name that no other process or run has. `is_dead`: whether a worker certainly runs no more."""
        self._journal = journal
        self._calls = calls
        self._watch = watch
        self._effects = effects
        self._paused = paused
        self._worker = worker
        self._clock = clock
        self._is_dead = is_dead
        self._running = asyncio.Lock()

    async def run(self, told: Callable[[float | None, str], None] = lambda _progress, _message: None) -> dict[str, Any]:
        """Do what can be done now; how many plans there were, and why nothing was done if so."""
        async with self._running:
            try:
                return await self._run(told)
            except LeaseLost:
                return {"plans": 0, "message": "another worker deletes now"}

    async def _run(self, told: Callable[[float | None, str], None]) -> dict[str, Any]:
        plans = await self._written(self._journal.open_plans)
        if not plans:
            return {"plans": 0}
        if (pause := await self._written(self._paused)) is not None:
            return {"plans": len(plans), "message": f"paused by {pause.by}"}
        if not await self._hold():
            return {"plans": len(plans), "message": "another worker deletes now"}
        try:
            for plan_id in plans:
                await self._plan(plan_id, told)
        finally:
            await self._written(self._journal.drop_lease, self._worker)
        return {"plans": len(plans)}

    async def _hold(self) -> bool:
        now = self._clock()
        if await self._written(self._journal.take_lease, self._worker, now, now + LEASE):
            return True
        holder = await self._written(self._journal.leased_to)
        if holder is None or not self._is_dead(holder):
            return False
        await self._written(self._journal.drop_lease, holder)
        return await self._written(self._journal.take_lease, self._worker, now, now + LEASE)

    # ------------------------------------------------------------------ one plan

    async def _plan(self, plan_id: int, told: Callable[[float | None, str], None]) -> None:
        row = await self._written(self._journal.plan, plan_id)
        if row is None or row.status not in OPEN:
            return None
        caps = await self._written(self._journal.caps)
        if not row.steps and (why := await self._untrusted(row, caps)):
            return await self._end(row, PlanStatus.ABORTED, f"nothing was deleted: {why}")
        place = _Place(row, steps_of(row.plan), {one.number: one for one in row.steps})
        for step in place.steps:
            if place.state(step.number).over or not self._may(place, step):
                continue
            if (stopped := await self._stopped(plan_id)) is not None:
                if stopped:
                    await self._written(self._journal.wait, plan_id, stopped, self._clock())
                return None
            if not await self._hold():
                raise LeaseLost
            await self._step(place, step, caps)
            over = sum(place.state(one.number).over for one in place.steps)
            told(over / len(place.steps), row.plan.title)
            await self._effects.moved(plan_id, over / len(place.steps), row.plan.title)
        return await self._finish(place)

    async def _untrusted(self, row: PlanRow, caps: Caps) -> str:
        """Why a plan that nothing was done of yet may not begin at all."""
        if digest_of(row.plan) != row.digest:
            return "the plan is not the one that was confirmed"
        over = await self._written(
            lambda: exceeded(row.plan, caps, self._journal.spent_since, self._clock(), by_rule=row.rule_id is not None)
        )
        return "; ".join(over)

    async def _stopped(self, plan_id: int) -> str | None:
        """Why the next item is not begun: None: it is; empty: somebody stopped the plan."""
        if (pause := await self._written(self._paused)) is not None:
            return f"paused by {pause.by}"
        status = await self._written(self._journal.status, plan_id)
        return None if status in OPEN else ""

    def _may(self, place: _Place, step: Step) -> bool:
        """Whether it is time for a step, by what it needs and by when it was tried last."""
        next_at = place.state(step.number).next_at
        if next_at is not None and next_at > self._clock():
            return False
        needed = [place.state(one) for one in step.needs]
        return all(one.over for one in needed)

    async def _finish(self, place: _Place) -> None:
        left = [one for one in place.steps if not place.state(one.number).over]
        if left:
            due = [at for one in left if (at := place.state(one.number).next_at) is not None]
            until = min(due, default=self._clock())
            names = sorted({one.system for one in left if place.state(one.number).next_at is not None})
            message = f"waiting for {', '.join(names)}" if names else ""
            return await self._written(self._journal.wait, place.row.id, message, until)
        for step in place.steps:
            await self._tell_deleted(place, step)
        ended = [place.state(one.number) for one in place.steps]
        failed = sum(one.state in {StepState.FAILED, StepState.UNKNOWN} for one in ended)
        stayed = sum(
            one.deed is Deed.DELETE_FILE and place.state(one.number).state is not StepState.VERIFIED
            for one in place.steps
        )
        told = [f"{failed} of {len(ended)} steps failed or are not known"] if failed else []
        told += [f"{stayed} of {len(place.row.plan.files)} files stayed"] if stayed else []
        return await self._end(place.row, PlanStatus.PARTLY if failed else PlanStatus.DONE, "; ".join(told))

    async def _end(self, row: PlanRow, status: PlanStatus, message: str) -> None:
        await self._written(self._journal.end, row.id, status, message, self._clock())
        ended = await self._written(self._journal.plan, row.id)
        if ended is not None:
            await self._effects.ended(ended)

    # ------------------------------------------------------------------ one step

    async def _step(self, place: _Place, step: Step, caps: Caps) -> None:
        needed = [place.state(one).state is StepState.VERIFIED for one in step.needs]
        if needed and not (any(needed) if step.deed in ANY_IS_ENOUGH else all(needed)):
            row = StepRow(step.number, StepState.SKIPPED, answer="what it rests on did not come about")
            return await self._ends(place, step, row)
        before = await self._written(self._journal.intend, self._worker, place.row.id, step.number, self._clock())
        hand = Hand(place.row, step, before, place.gone(step), self._calls, self._watch, caps)
        try:
            did = await hand.do()
        except ServiceFailure as failure:
            await self._ends(place, step, self._after_failure(before, hand, failure))
        else:
            await self._ends(place, step, replace(before, state=did.state, answer=did.answer, size=did.size))
            await self._tell_deleted(place, step)

    async def _tell_deleted(self, place: _Place, step: Step) -> None:
        row = place.state(step.number)
        if step.deed is Deed.DELETE_FILE and row.state is StepState.VERIFIED and row.ended_at is not None:
            await self._effects.deleted(place.row, step.files, row.ended_at)

    def _after_failure(self, before: StepRow, hand: Hand, failure: ServiceFailure) -> StepRow:
        """A step whose result is not known: it is tried again, later and later, and then given up."""
        attempts = before.attempts + 1
        asked = hand.acted or before.state in {StepState.INTENDED, StepState.UNKNOWN}
        state = StepState.UNKNOWN if asked else StepState.WAITING
        if attempts > len(PAUSES):
            ended = StepState.UNKNOWN if asked else StepState.FAILED
            return replace(before, state=ended, attempts=attempts, next_at=None, answer=str(failure))
        pause = PAUSES[attempts - 1]
        if failure.retry_after is not None:
            pause = max(pause, timedelta(seconds=failure.retry_after))
        return replace(before, state=state, attempts=attempts, next_at=self._clock() + pause, answer=str(failure))

    async def _ends(self, place: _Place, step: Step, row: StepRow) -> None:
        now = self._clock()
        row = replace(row, ended_at=now if row.over else None, next_at=None if row.over else row.next_at)
        lines = log_lines(place.row, step, row, now)
        await self._written(self._journal.result, self._worker, place.row.id, row, lines)
        place.rows[step.number] = row

    async def _written(self, write: Callable[Q, T], *values: Q.args, **more: Q.kwargs) -> T:
        return await asyncio.to_thread(write, *values, **more)


def log_lines(row: PlanRow, step: Step, ended: StepRow, now: datetime) -> list[LogRow]:
    """What the log says of a step: a line for each episode it is about. A line is replaced by the next word on it."""
    lines = []
    for place in step.files:
        file = row.plan.files[place]
        size = ended.size if step.deed is Deed.DELETE_FILE else 0
        for number, (episode, title) in enumerate(parts_of(file)):
            season = next((one.season for one in file.episodes if one.id == episode), None)
            lines.append(
                LogRow(
                    id=0,
                    at=now,
                    plan_id=row.id,
                    step=step.number,
                    deed=step.deed.value,
                    system=step.system,
                    outcome=ended.state,
                    title=title,
                    series_id=file.series_id,
                    season=season,
                    episode_id=episode,
                    movie_id=file.movie_id,
                    asked_at=ended.intended_at,
                    answer=ended.answer,
                    size=size if number == 0 else 0,
                    by=row.confirmed_by or row.made_by,
                    rule=row.rule,
                )
            )
    return lines
