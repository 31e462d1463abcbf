"""The journal in memory: one worker's view, every call whole. For tests that need no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from episodarr.deletion.journal import (
    OPEN,
    Caps,
    LeaseLost,
    LogPage,
    LogQuestion,
    LogRow,
    Pause,
    PlanBrief,
    PlanRow,
    PlanStatus,
    Spent,
    StepRow,
    StepState,
)
from episodarr.deletion.plan import Deed, Plan, steps_of

T = TypeVar("T")


@dataclass
class MemoryJournal:
    """Everything that is written down of deleting."""

    rows: dict[int, PlanRow] = field(default_factory=dict)
    lines: list[LogRow] = field(default_factory=list)
    paused: Pause | None = None
    kept_caps: Caps = field(default_factory=Caps)
    holder: str = ""

    def add_plan(self, plan: Plan, digest: str, by: str, rule_id: int | None, rule: str) -> PlanRow:
        row = PlanRow(len(self.rows) + 1, plan, digest, PlanStatus.PROPOSED, by, rule_id, rule)
        self.rows[row.id] = row
        return row

    def plan(self, plan_id: int) -> PlanRow | None:
        return self.rows.get(plan_id)

    def plans(self, limit: int, cursor: str | None) -> tuple[list[PlanBrief], str | None]:
        return _cut([_brief(one) for one in reversed(self.rows.values())], limit, cursor)

    def confirm(self, plan_id: int, by: str, now: datetime) -> bool:
        if self.rows[plan_id].status is not PlanStatus.PROPOSED:
            return False
        self._change(plan_id, status=PlanStatus.RUNNING, confirmed_by=by, confirmed_at=now, started_at=now)
        return True

    def end(self, plan_id: int, status: PlanStatus, message: str, now: datetime) -> None:
        self._change(plan_id, status=status, message=message, ended_at=now, next_at=None)

    def wait(self, plan_id: int, message: str, until: datetime) -> None:
        self._change(plan_id, status=PlanStatus.WAITING, message=message, next_at=until)

    def reopen(self, plan_id: int, now: datetime) -> bool:
        if self.rows[plan_id].status is not PlanStatus.PARTLY:
            return False
        again = {StepState.FAILED, StepState.UNKNOWN, StepState.SKIPPED}
        steps = tuple(one for one in self.rows[plan_id].steps if one.state not in again)
        self._change(plan_id, status=PlanStatus.RUNNING, ended_at=None, steps=steps, message="")
        return True

    def open_plans(self) -> list[int]:
        return [one.id for one in self.rows.values() if one.status in OPEN]

    def take_lease(self, worker: str, now: datetime, until: datetime) -> bool:
        self.holder = self.holder or worker
        return self.holder == worker

    def leased_to(self) -> str | None:
        return self.holder or None

    def drop_lease(self, worker: str) -> None:
        if self.holder == worker:
            self.holder = ""

    def intend(self, worker: str, plan_id: int, step: int, now: datetime) -> StepRow:
        self._held(worker)
        before = self.rows[plan_id].state_of(step)
        attempts = before.attempts + 1
        self._put(plan_id, StepRow(step, StepState.INTENDED, attempts, intended_at=now, size=before.size))
        return before

    def result(self, worker: str, plan_id: int, row: StepRow, lines: Sequence[LogRow]) -> None:
        self._held(worker)
        self._put(plan_id, row)
        self.add_lines(lines)

    def add_lines(self, lines: Sequence[LogRow]) -> None:
        for one in lines:
            self.lines.append(msgspec.structs.replace(one, id=len(self.lines) + 1))

    def log(self, asked: LogQuestion) -> LogPage:
        found = [one for one in reversed(self.lines) if _fits(one, asked)]
        return LogPage(*_cut(found, asked.limit, asked.cursor))

    def spent_since(self, at: datetime) -> Spent:
        gone = [one for one in self.lines if one.deed == Deed.DELETE_FILE and one.at >= at]
        gone = [one for one in gone if one.outcome is StepState.VERIFIED]
        return Spent(len(gone), sum(one.size for one in gone))

    def times_deleted(self, episodes: Sequence[int], since: datetime) -> dict[int, int]:
        found: dict[int, int] = {}
        for one in self.lines:
            if one.episode_id in episodes and one.deed == Deed.DELETE_FILE and one.at >= since:
                found[one.episode_id] = found.get(one.episode_id, 0) + 1
        return found

    def pause(self) -> Pause | None:
        return self.paused

    def set_pause(self, pause: Pause | None) -> None:
        self.paused = pause

    def caps(self) -> Caps:
        return self.kept_caps

    def set_caps(self, caps: Caps) -> None:
        self.kept_caps = caps

    def _held(self, worker: str) -> None:
        if self.holder not in {"", worker}:
            raise LeaseLost

    def _put(self, plan_id: int, row: StepRow) -> None:
        steps = {one.number: one for one in self.rows[plan_id].steps} | {row.number: row}
        self._change(plan_id, steps=tuple(steps[number] for number in sorted(steps)))

    def _change(self, plan_id: int, **changed: object) -> None:
        self.rows[plan_id] = msgspec.structs.replace(self.rows[plan_id], **changed)


def _brief(row: PlanRow) -> PlanBrief:
    plan = row.plan
    steps = steps_of(plan)
    files = {one.number for one in steps if one.deed is Deed.DELETE_FILE}
    gone = [one for one in row.steps if one.number in files and one.state is StepState.VERIFIED]
    return PlanBrief(
        id=row.id,
        title=plan.title,
        status=row.status,
        made_by=row.made_by,
        made_at=plan.made_at,
        rule=row.rule,
        confirmed_by=row.confirmed_by,
        ended_at=row.ended_at,
        message=row.message,
        files=len(plan.files),
        episodes=plan.episode_count,
        size=plan.size,
        deleted=sum(one.size for one in gone),
        steps=len(steps),
        steps_ended=sum(one.over for one in row.steps),
        steps_failed=sum(one.state is StepState.FAILED for one in row.steps),
    )


def _fits(one: LogRow, asked: LogQuestion) -> bool:
    same = ("deed", "outcome", "plan_id", "series_id", "episode_id", "movie_id")
    if any(getattr(asked, name) not in {None, getattr(one, name)} for name in same):
        return False
    if any(getattr(asked, name) not in {"", getattr(one, name)} for name in ("system", "rule")):
        return False
    return asked.search.casefold() in one.title.casefold()


def _cut(items: list[T], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    if cursor is not None and not cursor.isdecimal():
        raise ValueError("cursor: is none of this list")
    start = int(cursor or 0)
    end = start + limit
    return items[start:end], str(end) if end < len(items) else None
