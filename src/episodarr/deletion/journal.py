"""What is written down of deleting: plans, the intent and the result of every step, and the log that people read.

A step's intent is stored before anything is asked of a system, and its result right after: whoever goes on after a
crash knows what may have happened, asks how things are, and does the rest. Nothing here is ever taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from episodarr.deletion.plan import Deed, Plan


class PlanStatus(StrEnum):
    """How far a plan is."""

    PROPOSED = "proposed"
    """Nobody confirmed it. Past its `expires_at` nobody can."""
    RUNNING = "running"
    WAITING = "waiting"
    """What is left of it is tried again later, by itself."""
    DONE = "done"
    PARTLY = "partly"
    """Ended with steps that failed, or whose result is not known: somebody may have the rest finished."""
    ABORTED = "aborted"
    """Nothing of it was done: a cap was exceeded, or it could not be trusted any more."""
    CANCELLED = "cancelled"
    """Somebody stopped it; what was done before stands in its steps."""


OPEN = frozenset({PlanStatus.RUNNING, PlanStatus.WAITING})
"""What a worker goes on with."""


class StepState(StrEnum):
    """What became of a step."""

    WAITING = "waiting"
    INTENDED = "intended"
    """It was about to be done, or is being done: after a crash it has to be looked at how things are."""
    UNKNOWN = "unknown"
    """It was asked for, and could not be verified yet."""
    VERIFIED = "verified"
    """It was looked at afterwards: it is so."""
    STAYED = "stayed"
    """It was not done, for a reason that was found right before: nothing was touched."""
    FAILED = "failed"
    """It was tried several times in vain."""
    SKIPPED = "skipped"
    """What it rests on did not come about."""


ENDED = frozenset({StepState.VERIFIED, StepState.STAYED, StepState.FAILED, StepState.SKIPPED})


class StepRow(msgspec.Struct, frozen=True):
    """A step as the journal has it; a step without a row is `waiting`."""

    number: int
    state: StepState = StepState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    """Not tried again before."""
    intended_at: datetime | None = None
    ended_at: datetime | None = None
    answer: str = ""
    """One sentence: what was answered, or why it was not done."""
    size: int = 0
    """Bytes that it deleted; those of a file that was gone before are none."""

    @property
    def over(self) -> bool:
        """Whether nothing more is done about it by itself."""
        return self.state in ENDED or (self.state is StepState.UNKNOWN and self.next_at is None)


class PlanRow(msgspec.Struct, frozen=True):
    """A plan with what became of it."""

    id: int
    plan: Plan
    digest: str
    status: PlanStatus
    made_by: str
    rule_id: int | None = None
    """The rule that proposed it; None: a person did."""
    rule: str = ""
    """Its name at that time."""
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    next_at: datetime | None = None
    """When a waiting one goes on."""
    message: str = ""
    steps: tuple[StepRow, ...] = ()
    """Those that have been begun, by their number."""

    def state_of(self, number: int) -> StepRow:
        """What became of a step."""
        return next((one for one in self.steps if one.number == number), StepRow(number))


class PlanBrief(msgspec.Struct, frozen=True):
    """A plan in a list."""

    id: int
    title: str
    status: PlanStatus
    made_by: str
    made_at: datetime
    rule: str = ""
    confirmed_by: str = ""
    ended_at: datetime | None = None
    message: str = ""
    files: int = 0
    episodes: int = 0
    size: int = 0
    """Bytes that it names."""
    deleted: int = 0
    """Bytes of files that are verified to be gone by it."""
    steps: int = 0
    steps_ended: int = 0
    steps_failed: int = 0


class LogRow(msgspec.Struct, frozen=True):
    """One line of the log: what was done for one episode (or movie) in one system, and what came of it."""

    id: int
    at: datetime
    plan_id: int
    step: int
    deed: str
    """A Deed, or `undone` for what was taken back (monitored again, and searched for)."""
    system: str
    """The name of the connection."""
    outcome: StepState
    title: str
    """Such as `Horimiya S01E05`."""
    series_id: int | None
    season: int | None
    episode_id: int | None
    movie_id: int | None
    asked_at: datetime | None
    answer: str
    size: int
    by: str
    """Who confirmed it, or who armed the rule."""
    rule: str = ""


class LogQuestion(msgspec.Struct, frozen=True):
    """Which lines of the log are wanted; the latest first."""

    search: str = ""
    """Part of a title."""
    deed: Deed | None = None
    outcome: StepState | None = None
    system: str = ""
    rule: str = ""
    plan_id: int | None = None
    series_id: int | None = None
    episode_id: int | None = None
    movie_id: int | None = None
    limit: int = 50
    cursor: str | None = None


class LogPage(msgspec.Struct, frozen=True):
    """A page of the log."""

    items: list[LogRow]
    next: str | None = None


class Pause(msgspec.Struct, frozen=True):
    """That nothing is deleted at the moment. `by` is `EPISODARR_DELETION_PAUSED` when the environment says so."""

    by: str
    at: datetime | None = None
    reason: str = ""


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much may go at most. A plan that exceeds one of them does not begin. 0: no such cap."""

    run_files: int = 1_000
    run_bytes: int = 4_000_000_000_000
    run_percent: int = 50
    """Of all files of the library; libraries of fewer than 50 files have no such cap."""
    run_seasons: int = 40
    """Seasons of one show."""
    day_files: int = 2_000
    day_bytes: int = 8_000_000_000_000
    rule_files: int = 200
    """The same of a rule's plan, beside those above."""
    rule_bytes: int = 1_000_000_000_000
    rule_percent: int = 10
    rule_seasons: int = 5
    count_from: int = 10
    """From so many episodes on, the person who confirms has to type how many they are."""
    seeding_ratio: float = 1.0
    """A torrent that has not reached it ..."""
    seeding_hours: int = 168
    """... and was not seeded that long stays, unless somebody chooses otherwise."""


class Spent(msgspec.Struct, frozen=True):
    """What was deleted within a day."""

    files: int = 0
    size: int = 0


class LeaseLost(Exception):
    """Another worker deletes now: this one must not do anything more."""


class Journal(Protocol):
    """Where all of this is kept. Every call is one transaction."""

    def add_plan(self, plan: Plan, digest: str, by: str, rule_id: int | None, rule: str) -> PlanRow:
        """Keep a plan that nobody confirmed yet."""
        ...

    def plan(self, plan_id: int) -> PlanRow | None:
        """One plan with its steps."""
        ...

    def status(self, plan_id: int) -> PlanStatus | None:
        """How far a plan is: asked before each of its steps."""
        ...

    def plans(self, limit: int, cursor: str | None) -> tuple[list[PlanBrief], str | None]:
        """Plans that were confirmed or stopped, the latest first. Raises ValueError on a foreign cursor."""
        ...

    def confirm(self, plan_id: int, by: str, now: datetime) -> bool:
        """Have a proposed plan run. False: it is not `proposed` (any more): somebody else was first."""
        ...

    def end(self, plan_id: int, status: PlanStatus, message: str, now: datetime) -> None:
        """Say how a plan ended."""
        ...

    def wait(self, plan_id: int, message: str, until: datetime) -> None:
        """What is left of a plan is tried again then."""
        ...

    def reopen(self, plan_id: int, now: datetime) -> bool:
        """Have what failed, or is not known, tried anew. False: the plan did not end partly."""
        ...

    def open_plans(self) -> list[int]:
        """Those that are running or waiting, the first confirmed first."""
        ...

    def take_lease(self, worker: str, now: datetime, until: datetime) -> bool:
        """Be the one who deletes, until then. False: another worker is."""
        ...

    def leased_to(self) -> str | None:
        """Who deletes, or did so last without having dropped the lease."""
        ...

    def drop_lease(self, worker: str) -> None:
        """Be it no longer."""
        ...

    def intend(self, worker: str, plan_id: int, step: int, now: datetime) -> StepRow:
        """Write down that a step is about to be done; the row as it was before. Raises LeaseLost."""
        ...

    def result(self, worker: str, plan_id: int, row: StepRow, lines: Sequence[LogRow]) -> None:
        """Write down what came of a step, with its lines of the log (their `id` is ignored). Raises LeaseLost."""
        ...

    def add_lines(self, lines: Sequence[LogRow]) -> None:
        """Add lines to the log that belong to no step, such as for what was undone."""
        ...

    def log(self, asked: LogQuestion) -> LogPage:
        """A page of the log. Raises ValueError on a cursor that it did not give."""
        ...

    def spent_since(self, at: datetime) -> Spent:
        """What was deleted since then, by all plans."""
        ...

    def times_deleted(self, episodes: Sequence[int], since: datetime) -> dict[int, int]:
        """How often the file of each episode was deleted since then; those never deleted are left out."""
        ...

    def pause(self) -> Pause | None:
        """Whether somebody paused all deleting."""
        ...

    def set_pause(self, pause: Pause | None) -> None:
        """Pause, or go on."""
        ...

    def caps(self) -> Caps:
        """The caps."""
        ...

    def set_caps(self, caps: Caps) -> None:
        """Change them."""
        ...
