"""A transfer as a lane: its files as segments that fill by themselves."""

from dataclasses import dataclass

from episodarr.episode.state import State
from episodarr.overview.answers import EpisodeLabel, FileSegment, TransferLane
from episodarr.web.states import LOOKS
from episodarr.web.words import percent

WIDEST = 12
NARROW_FROM = 27
"""Lanes with more segments than this wrap into rows of narrow ones."""

_KINDS = {
    "season_pack": "season pack",
    "multi_season": "several seasons",
    "partial_pack": "part of a season",
    "multi_episode": "several episodes",
    "single": "single episode",
    "unknown": "unknown kind",
}

_PHASES = {
    "queued": ("queued", State.QUEUED),
    "downloading": ("downloading", State.DOWNLOADING),
    "stalled": ("stalled", State.STALLED),
    "paused": ("paused", State.STALLED),
    "failed": ("failed", State.FAILED),
    "complete": ("complete", State.DOWNLOADED),
    "skipped": ("skipped", State.UNMONITORED),
    "gone": ("gone from the client", State.DELETED),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One file that holds episodes."""

    index: int
    episode_id: int
    text: str
    label: str
    state: State
    fill: int
    weight: int
    unsure: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A transfer with what its lane needs to be drawn."""

    transfer: TransferLane
    segments: list[Segment]
    others: list[FileSegment]
    """Extras, samples, deselected files: shown thin."""
    kind: str
    phase: str
    state: State
    stale: bool
    """The client does not answer: this is its last word."""

    @property
    def many(self) -> bool:
        """Whether the segments wrap."""
        return len(self.segments) >= NARROW_FROM


def lane_of(transfer: TransferLane, *, stale: bool) -> Lane:
    """Work out the segments, in the order of the episodes."""
    phase, state = _PHASES.get(transfer.phase, (transfer.phase, State.UNKNOWN))
    holding = [file for file in transfer.files if file.wanted and file.episodes]
    holding.sort(key=lambda file: (file.episodes[0].season_number, file.episodes[0].episode_number, file.index))
    others = [file for file in transfer.files if not (file.wanted and file.episodes)]
    largest = max((file.size for file in holding), default=1) or 1
    short = len({label.season_number for file in holding for label in file.episodes}) <= 1 and len(holding) > 1
    segments = [_segment(file, largest, short=short, phase_state=state) for file in holding]
    return Lane(transfer, segments, others, _KINDS.get(transfer.kind, transfer.kind), phase, state, stale)


def _segment(file: FileSegment, largest: int, *, short: bool, phase_state: State) -> Segment:
    first = file.episodes[0]
    state = first.state if file.progress >= 1 else phase_state
    if state is State.DOWNLOADING and file.progress >= 1:
        state = State.DOWNLOADED
    fill = percent(file.progress)
    title = ", ".join(f"{_long(label)} {label.title}".strip() for label in file.episodes)
    weight = min(WIDEST, (int(file.size / largest * 4) + 1) * 3)  # coarse: files of about one size look alike
    return Segment(
        file.index,
        first.id,
        _text(file.episodes, short=short),
        f"{title}: {LOOKS[state].label}" if fill == 100 else f"{title}: {fill} %",
        state,
        fill,
        weight,
        file.confidence == "unsure",
    )


def _long(label: EpisodeLabel) -> str:
    return f"S{label.season_number:02}E{label.episode_number:02}"


def _text(labels: list[EpisodeLabel], *, short: bool) -> str:
    first, last = labels[0], labels[-1]
    text = f"{first.episode_number:02}" if short else _long(first)
    return text if len(labels) == 1 else f"{text}–{last.episode_number:02}"
