"""A stored plan as its page tells it: everything follows from the row, nothing is asked anew. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from episodarr.deletion.journal import LogRow, PlanRow, PlanStatus, StepState
from episodarr.overview.deletions import (
    SHARED,
    UNDONE,
    FileView,
    PlanTotals,
    StepView,
    file_views,
    step_views,
    totals_of,
    what_goes,
)

FEW_FILES = 12
"""Up to so many files stand open."""
MANY_FILES = 300
"""Of more files, those of a group are sent when somebody opens it."""
PROBLEMS = 100
"""Files that need somebody which are listed at once."""


class Stage(StrEnum):
    """What can be done with a plan now."""

    PROPOSED = "proposed"
    EXPIRED = "expired"
    OPEN = "open"
    """It is carried out, now or later."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Group:
    """Files of a show's season, or of a movie."""

    key: int
    name: str
    files: Sequence[FileView]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(one.file.size for one in self.files)

    @property
    def cautions(self) -> int:
        """Files that something speaks against."""
        return sum(bool(one.file.cautions) for one in self.files)

    @property
    def states(self) -> list[tuple[StepState, int]]:
        """How many files are in which state; the ones that need somebody first."""
        order = (
            StepState.FAILED,
            StepState.UNKNOWN,
            StepState.STAYED,
            StepState.SKIPPED,
            StepState.INTENDED,
            StepState.WAITING,
            StepState.VERIFIED,
        )
        numbers = [(state, sum(one.state is state for one in self.files)) for state in order]
        return [(state, number) for state, number in numbers if number]


class Again(NamedTuple):
    """A file that was asked for again."""

    row: LogRow

    @property
    def failed(self) -> bool:
        """Whether that did not work."""
        return self.row.outcome is not StepState.VERIFIED


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All of a plan's page."""

    row: PlanRow
    stage: Stage
    heading: str
    goes: str
    """Such as `13 episodes`."""
    totals: PlanTotals
    groups: Sequence[Group]
    problems: Sequence[FileView]
    """Files of which a step failed, is not known, or was not done, when it ended so."""
    shared: Sequence[StepView]
    """Steps that are about several files: torrents, media servers, request systems."""
    again: Mapping[int, Again]
    """Place of a file -> that it was asked for again."""

    @property
    def lazy(self) -> bool:
        """Whether files are sent only when somebody opens their group."""
        return len(self.row.plan.files) > MANY_FILES

    @property
    def undoable(self) -> list[FileView]:
        """Files that it deleted, and nobody has asked for again."""
        files = (one for group in self.groups for one in group.files)
        return [one for one in files if one.deleted and (one.place not in self.again or self.again[one.place].failed)]


def page_of(row: PlanRow, *, expired: bool, undone: Iterable[LogRow] = ()) -> PlanPage:
    """The page. `undone`: lines of its log, the latest first."""
    files = file_views(row)
    bad = {StepState.FAILED, StepState.UNKNOWN, StepState.STAYED, StepState.SKIPPED}
    return PlanPage(
        row=row,
        stage=_stage(row, expired=expired),
        heading=_heading(row, expired=expired),
        goes=what_goes(row.plan),
        totals=totals_of(row),
        groups=_groups(files),
        problems=[
            one for one in files if bad & {StepState(step.state) for step in one.steps if step.deed not in SHARED}
        ]
        if row.status is not PlanStatus.PROPOSED
        else [],
        shared=[one for one in step_views(row) if one.deed in SHARED],
        again=_again(files, undone),
    )


def _stage(row: PlanRow, *, expired: bool) -> Stage:
    if row.status is PlanStatus.PROPOSED:
        return Stage.EXPIRED if expired else Stage.PROPOSED
    return Stage.OPEN if row.status in {PlanStatus.RUNNING, PlanStatus.WAITING} else Stage.ENDED


def _heading(row: PlanRow, *, expired: bool) -> str:
    title = row.plan.title
    if row.status is PlanStatus.PROPOSED:
        if not row.plan.files:
            return f"{title} can go" if title.startswith("Nothing") else f"Nothing of {title} can go"
        return f"Not deleted: {title}" if expired else f"Delete {title}?"
    if row.status is PlanStatus.RUNNING:
        return f"Deleting {title}"
    if row.status is PlanStatus.WAITING:
        return f"Goes on later: {title}"
    if row.status is PlanStatus.DONE:
        return f"Deleted: {title}" if any(_gone(row)) else f"Nothing had to be deleted: {title}"
    if row.status is PlanStatus.PARTLY:
        return f"Partly deleted: {title}"
    if row.status is PlanStatus.ABORTED:
        return f"Not deleted: {title}"
    return f"Stopped: {title}"


def _gone(row: PlanRow) -> Iterable[bool]:
    return (one.deleted for one in file_views(row))


def _groups(files: Sequence[FileView]) -> list[Group]:
    found: dict[str, list[FileView]] = {}
    for one in files:
        found.setdefault(_group_name(one), []).append(one)
    return [Group(key, name, held) for key, (name, held) in enumerate(found.items())]


def _group_name(one: FileView) -> str:
    if not one.file.episodes:
        return one.file.title
    season = one.file.episodes[0].season
    return f"{one.file.title}, {'specials' if season == 0 else f'season {season}'}"


def _again(files: Sequence[FileView], lines: Iterable[LogRow]) -> dict[int, Again]:
    last: dict[tuple[int | None, int | None], LogRow] = {}
    for line in lines:
        if line.deed == UNDONE:
            last.setdefault((line.episode_id, line.movie_id), line)
    found: dict[int, Again] = {}
    for one in files:
        keys: list[tuple[int | None, int | None]] = [(episode.id, None) for episode in one.file.episodes]
        told = next((last[key] for key in keys or [(None, one.file.movie_id)] if key in last), None)
        if told is not None:
            found[one.place] = Again(told)
    return found
