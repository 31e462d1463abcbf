"""The life of a request in milestones: what its episodes went through at about one time is told as one. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from episodarr.overview.answers import TimelineEntry

_TOGETHER = timedelta(minutes=10)
"""Steps of several episodes are one milestone when they follow each other within this."""


class Step(NamedTuple):
    """One step of one episode."""

    at: datetime
    recorded_at: datetime
    kind: str
    """grabbed, grab_failed, imported, in_library or removed."""
    label: str
    """The system that said so."""
    season: int
    episode: int
    what: str = ""
    """The release of a grab."""


_WORDS = {
    "grabbed": "Grabbed",
    "grab_failed": "Given up",
    "imported": "Imported",
    "in_library": "Can be played",
    "removed": "Deleted",
}


def milestones(steps: Iterable[Step], expected: int) -> list[TimelineEntry]:
    """The steps as milestones, oldest first; `expected`: how many episodes the request is about."""
    groups: dict[tuple[str, str, str], list[Step]] = {}
    done: list[list[Step]] = []
    for step in sorted(steps):
        key = (step.kind, step.label, step.what)
        held = groups.get(key)
        if held is not None and step.at - held[-1].at <= _TOGETHER:
            held.append(step)
            continue
        groups[key] = [step]
        done.append(groups[key])
    here: set[tuple[int, int]] = set()
    entries = []
    for group in sorted(done, key=lambda held: held[-1].at):
        detail = group[0].what
        if group[0].kind == "in_library":
            here |= {(step.season, step.episode) for step in group}
            detail = f"{len(here)} of {expected} by then"
        entries.append(_entry(group, detail))
    return sorted(entries, key=lambda entry: entry.at)


def _entry(group: list[Step], detail: str) -> TimelineEntry:
    first = group[0]
    numbers = sorted({(step.season, step.episode) for step in group})
    text = f"{_WORDS[first.kind]}: {_span(numbers)}"
    at = group[-1].at if first.kind == "in_library" else first.at  # "3 of 4 by then" came true with the last one
    return TimelineEntry(0, at, max(step.recorded_at for step in group), first.kind, first.label, text, detail)


def _span(numbers: list[tuple[int, int]]) -> str:
    """`S01E05`, `S01E01 to E13`, `5 episodes`."""
    season, first = numbers[0]
    if len(numbers) == 1:
        return f"S{season:02}E{first:02}"
    running = numbers == [(season, first + place) for place in range(len(numbers))]
    return f"S{season:02}E{first:02} to E{numbers[-1][1]:02}" if running else f"{len(numbers)} episodes"
