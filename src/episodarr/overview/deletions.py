"""Deleting in words and numbers, for everybody who looks: what a plan will do, how far it is, and the log as a list."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from episodarr.deletion.journal import LogPage, LogQuestion, LogRow, PlanRow, PlanStatus, StepRow, StepState
from episodarr.deletion.plan import Deed, Plan, PlannedFile, PlannedTitle, Step, steps_of
from episodarr.overview.export import Column

UNDONE = "undone"
"""What the log calls an episode that was asked for again."""

DEED_WORDS: Mapping[str, str] = {
    Deed.UNMONITOR: "Stop monitoring",
    Deed.DELETE_FILE: "Delete the file",
    Deed.REMOVE_TORRENT: "Remove the torrent",
    Deed.TELL_LIBRARY: "Tell the media server",
    Deed.FORGET_RECORD: "Have it forgotten",
    Deed.TELL_REQUESTS: "Tell the request system",
    UNDONE: "Ask for it again",
}
STATE_WORDS: Mapping[str, str] = {
    StepState.WAITING: "Waiting",
    StepState.INTENDED: "Under way",
    StepState.UNKNOWN: "Not known yet",
    StepState.VERIFIED: "Verified",
    StepState.STAYED: "Stayed",
    StepState.FAILED: "Failed",
    StepState.SKIPPED: "Skipped",
}
STATUS_WORDS: Mapping[str, str] = {
    PlanStatus.PROPOSED: "Not confirmed",
    PlanStatus.RUNNING: "Running",
    PlanStatus.WAITING: "Goes on later",
    PlanStatus.DONE: "Done",
    PlanStatus.PARTLY: "Partly done",
    PlanStatus.ABORTED: "Nothing was done",
    PlanStatus.CANCELLED: "Stopped",
    "expired": "Expired",
}

LOG_COLUMNS: tuple[Column[LogRow], ...] = (
    Column("at", "At", lambda row: row.at),
    Column("title", "Title", lambda row: row.title),
    Column("deed", "Deed", lambda row: row.deed),
    Column("system", "System", lambda row: row.system),
    Column("outcome", "Outcome", lambda row: row.outcome.value),
    Column("answer", "Answer", lambda row: row.answer),
    Column("size", "Bytes", lambda row: row.size),
    Column("by", "By", lambda row: row.by),
    Column("rule", "Rule", lambda row: row.rule),
    Column("plan_id", "Plan", lambda row: row.plan_id),
    Column("step", "Step", lambda row: row.step),
    Column("series_id", "Series", lambda row: row.series_id),
    Column("season", "Season", lambda row: row.season),
    Column("episode_id", "Episode", lambda row: row.episode_id),
    Column("movie_id", "Movie", lambda row: row.movie_id),
    Column("asked_at", "Asked at", lambda row: row.asked_at),
)


def log_rows(page: Callable[[LogQuestion], LogPage], asked: LogQuestion) -> Iterator[LogRow]:
    """Every line of the log that is asked for, one page in memory at a time."""
    while True:
        found = page(asked)
        yield from found.items
        if found.next is None:
            return
        asked = msgspec.structs.replace(asked, cursor=found.next)


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with what became of it."""

    number: int
    deed: str
    words: str
    system: str
    state: str
    attempts: int
    answer: str
    ended_at: datetime | None
    next_at: datetime | None
    files: tuple[int, ...]
    """Places in the plan's `files`."""
    about: str
    """A torrent or a title; empty: its file, or all of them."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a plan with all steps that are about it."""

    place: int
    file: PlannedFile
    state: StepState
    """Of the deleting itself: what other systems made of it has states of its own."""
    steps: tuple[StepView, ...]

    @property
    def deleted(self) -> bool:
        """Whether it is verified to be gone by the plan."""
        verified = StepState.VERIFIED.value
        return any(one.deed == Deed.DELETE_FILE.value and one.state == verified for one in self.steps)


@dataclass(frozen=True, slots=True)
class PlanTotals:
    """A plan in numbers. Sizes in bytes."""

    episodes: int
    files: int
    torrents: int
    size: int
    freed: int
    unknown_size: int
    steps: int
    steps_ended: int
    files_deleted: int
    deleted: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, whole: what it says, how it is confirmed, and what became of it."""

    id: int
    title: str
    status: str
    expired: bool
    token: str | None
    """What confirms it, for whoever made it; None: there is nothing (more) to confirm."""
    must_count: bool
    """Whether the confirmation has to say how many episodes go."""
    made_by: str
    made_at: datetime
    expires_at: datetime
    rule_id: int | None
    rule: str
    confirmed_by: str
    confirmed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    next_at: datetime | None
    message: str
    totals: PlanTotals
    plan: Any
    """What goes, what stays, and what happens besides, as it is stored."""
    steps: list[StepView]


def plan_view(row: PlanRow, *, expired: bool, token: str | None, must_count: bool) -> PlanView:
    """A plan for a program."""
    return PlanView(
        id=row.id,
        title=row.plan.title,
        status=row.status.value,
        expired=expired,
        token=token,
        must_count=must_count,
        made_by=row.made_by,
        made_at=row.plan.made_at,
        expires_at=row.plan.expires_at,
        rule_id=row.rule_id,
        rule=row.rule,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        next_at=row.next_at,
        message=row.message,
        totals=totals_of(row),
        plan=row.plan,
        steps=step_views(row),
    )


def step_views(row: PlanRow) -> list[StepView]:
    """All steps of a plan in their order, also those that have not begun."""
    begun = {one.number: one for one in row.steps}
    return [_step_view(row.plan, step, begun.get(step.number, StepRow(step.number))) for step in steps_of(row.plan)]


def file_views(row: PlanRow) -> list[FileView]:
    """All files of a plan, each with its steps."""
    steps: list[list[StepView]] = [[] for _ in row.plan.files]
    for step in step_views(row):
        for place in step.files:
            steps[place].append(step)
    return [
        FileView(place, file, together(one.state for one in steps[place] if one.deed in _OF_FILE), tuple(steps[place]))
        for place, file in enumerate(row.plan.files)
    ]


_OF_FILE = frozenset({Deed.UNMONITOR.value, Deed.DELETE_FILE.value})
SHARED = frozenset({Deed.REMOVE_TORRENT.value, Deed.TELL_LIBRARY.value, Deed.TELL_REQUESTS.value})
"""Deeds that are about several files at once."""
_FIRST = (StepState.FAILED, StepState.UNKNOWN, StepState.INTENDED)


def together(states: Iterable[str]) -> StepState:
    """The state of several steps as one: what needs somebody comes first, and what is all verified is verified."""
    found = {StepState(one) for one in states}
    for worst in _FIRST:
        if worst in found:
            return worst
    if StepState.WAITING in found:
        return StepState.WAITING if found == {StepState.WAITING} else StepState.INTENDED
    if StepState.STAYED in found:
        return StepState.STAYED
    return StepState.VERIFIED if StepState.VERIFIED in found else StepState.SKIPPED


def totals_of(row: PlanRow) -> PlanTotals:
    """A plan in numbers."""
    plan = row.plan
    steps = steps_of(plan)
    of_files = {step.number for step in steps if step.deed is Deed.DELETE_FILE}
    gone = [one for one in row.steps if one.number in of_files and one.state is StepState.VERIFIED]
    return PlanTotals(
        episodes=plan.episode_count,
        files=len(plan.files),
        torrents=len(plan.torrents),
        size=plan.size,
        freed=plan.freed,
        unknown_size=plan.unknown_size,
        steps=len(steps),
        steps_ended=sum(one.over for one in row.steps),
        files_deleted=len(gone),
        deleted=sum(one.size for one in gone),
    )


def _step_view(plan: Plan, step: Step, row: StepRow) -> StepView:
    return StepView(
        number=step.number,
        deed=step.deed.value,
        words=deed_words(step.deed.value, step.system),
        system=step.system,
        state=row.state.value,
        attempts=row.attempts,
        answer=row.answer,
        ended_at=row.ended_at,
        next_at=row.next_at,
        files=step.files,
        about=_about(plan, step),
    )


def _about(plan: Plan, step: Step) -> str:
    if step.deed is Deed.REMOVE_TORRENT:
        return plan.torrents[step.subject].name
    return plan.titles[step.subject].title if step.deed is Deed.TELL_REQUESTS else ""


def deed_words(deed: str, system: str) -> str:
    """What a step does, in few words: `Tell Jellyfin`."""
    if deed in {Deed.TELL_LIBRARY, Deed.TELL_REQUESTS}:
        return f"Tell {system}"
    if deed == Deed.FORGET_RECORD:
        return f"Have {system} forget it"
    return DEED_WORDS.get(deed, deed)


# ---------------------------------------------------------------------- what a plan will do


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what happens, in order."""

    system: str
    text: str
    note: str = ""
    size: int = 0
    """Bytes it is about; 0: none."""


def course(plan: Plan) -> list[Line]:
    """What happens when a plan is carried out, in the order of its steps, system by system."""
    groups: dict[tuple[int, int, str], list[Step]] = {}
    order = list(Deed)
    for step in steps_of(plan):
        groups.setdefault((order.index(step.deed), step.connection, step.system), []).append(step)
    lines: list[Line] = []
    for (place, _, system), steps in sorted(groups.items(), key=lambda one: one[0][0]):
        lines += _lines(plan, order[place], system, steps)
    return lines


def _lines(plan: Plan, deed: Deed, system: str, steps: Sequence[Step]) -> list[Line]:
    files = [plan.files[one] for one in sorted({place for step in steps for place in step.files})]
    if deed is Deed.UNMONITOR:
        number = sum(len(one.monitored) for one in files)
        text = f"stop monitoring {_many(number, _noun(files))}"
        return [Line(system, text, "first, so that nothing downloads them again")]
    if deed is Deed.DELETE_FILE:
        size = sum(one.size for one in files)
        note = "one after another; each is checked to be gone"
        return [Line(system, f"delete {_many(len(files), 'file')}", note, size)]
    if deed is Deed.REMOVE_TORRENT:
        size = sum(plan.torrents[step.subject].size for step in steps)
        torrents = _many(len(steps), "torrent")
        whose = "its" if len(steps) == 1 else "their"
        return [Line(system, f"remove {torrents} with {whose} data", f"after {whose} files are gone", size)]
    if deed is Deed.TELL_LIBRARY:
        return [Line(system, f"take {_many(len(files), 'file')} off its list", "checked, too")]
    if deed is Deed.FORGET_RECORD:
        return [Line(system, f"forget {_many(len(files), 'file')}")]
    return [Line(system, _told(plan.titles[step.subject])) for step in steps]


def _told(title: PlannedTitle) -> str:
    if title.whole:
        return f"show {title.title} as not available any more"
    if title.gone_seasons:
        numbers = ", ".join(map(str, title.gone_seasons))
        seasons = "seasons" if len(title.gone_seasons) > 1 else "season"
        return f"show {seasons} {numbers} of {title.title} as not available any more"
    return f"look at {title.title} again: some of it is gone"


def what_goes(plan: Plan) -> str:
    """`13 episodes`, `2 movies`, `13 episodes and 1 movie`."""
    movies = sum(one.movie_id is not None for one in plan.files)
    episodes = plan.episode_count - movies
    parts = [_many(episodes, "episode")] if episodes or not movies else []
    return " and ".join([*parts, *([_many(movies, "movie")] if movies else [])])


def _noun(files: Sequence[PlannedFile]) -> str:
    movies = {one.movie_id is not None for one in files}
    return "movie" if movies == {True} else "episode"


def _many(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
