"""The life of an episode as a picture: marks on a time axis, what lay between them, and how long it took.

An episode may wait for years and then download in a minute, so the axis is no ruler: each stretch gets a length that
grows with the logarithm of its duration, and its duration is written on it.
"""

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from episodarr.episode.state import PLAYABLE, State
from episodarr.overview.answers import EpisodeRow, TimelineEntry
from episodarr.web import words
from episodarr.web.states import LOOKS

MOST_MARKS = 8
LONGEST_WAIT = 52
ROW = 56
"""Height of one mark's place on the vertical axis, in pixels."""

_WORDS = {
    "aired": ("aired", State.MISSING),
    "requested": ("requested", State.REQUESTED),
    "grabbed": ("grabbed", State.GRABBED),
    "grab_failed": ("download failed", State.FAILED),
    "transfer": ("transfer", State.DOWNLOADING),
    "import": ("at Sonarr", State.IMPORTING),
    "imported": ("imported", State.IMPORTED),
    "recognition": ("recognised", State.IMPORTED),
    "in_library": ("available", State.AVAILABLE),
    "watched": ("watched", State.WATCHED),
    "leaving": ("leaving", State.LEAVING),
    "removed": ("deleted", State.DELETED),
}
"""A mark's word for each kind of entry, and the state of the stretch that begins with it."""

_PHASES = (
    ("complete", "complete", State.DOWNLOADED),
    ("whole file", "complete", State.DOWNLOADED),
    ("stalled", "stalled", State.STALLED),
    ("stopped", "stopped", State.STALLED),
    ("queued", "queued", State.QUEUED),
    ("error", "failed", State.FAILED),
    ("failed", "failed", State.FAILED),
    ("downloading", "downloading", State.DOWNLOADING),
    ("blocked", "import blocked", State.IMPORT_BLOCKED),
    ("imported", "importing", State.IMPORTING),
)
"""Finer words for transfers and imports, by what their sentence says (`database/timeline.py`)."""

_SILENT = (
    "not recognised yet",
    "in sonarr's queue",
    "left sonarr's queue",
    "no longer has it",
    "deselected",
    "after all",
    "request was declined",
    "request is gone",
)
"""Sentences that are in the list only: they mark no step of the episode itself."""

_SETTLED = ("recognition", "in_library")

_NEXT = {
    State.UNAIRED: "aired",
    State.MISSING: "grabbed",
    State.REQUESTED: "grabbed",
    State.GRABBED: "downloading",
    State.QUEUED: "downloading",
    State.DOWNLOADING: "complete",
    State.STALLED: "complete",
    State.DOWNLOADED: "imported",
    State.IMPORTING: "imported",
    State.IMPORT_BLOCKED: "imported",
    State.IMPORTED: "available",
}
"""What comes after now, for the faint mark at the end."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened. `x` in percent of the width, `y` in pixels of the vertical picture."""

    x: float
    y: int
    word: str
    time: str
    day: str
    """Only where it is another one than the mark's before."""
    state: State
    title: str
    anchor: str
    kind: str = "past"
    """past, now or next."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What lay between two marks."""

    x: float
    width: float
    y: int
    height: int
    state: State
    duration: str
    fits: bool
    """Whether its duration can be written on it."""


@dataclass(frozen=True, slots=True)
class Life:
    """The whole picture; without marks there is nothing to draw."""

    marks: list[Mark]
    stretches: list[Stretch]
    height: int
    earlier: int
    """Entries that are only in the list: former lives, repetitions."""
    waits: str
    """What it waits for, cut to the room there is; empty when it waits for nothing."""
    waited: str
    """How long already."""
    now_x: float
    words: str
    """The same in a sentence, for who cannot see it."""


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    word: str
    state: State
    text: str
    kind: str = "past"


def life_of(episode: EpisodeRow, entries: list[TimelineEntry], now: datetime, zone: tzinfo) -> Life:
    """Draw the present life of an episode from its timeline (oldest first) and its standing."""
    points = _points(entries)
    if not points:
        return Life([], [], 0, 0, "", "", 0.0, "")
    shown = points[-MOST_MARKS:]
    if points[0].word == "aired" and shown[0].word != "aired":
        shown = [points[0], *shown[1:]]
    last = shown[-1]
    settled = episode.state in PLAYABLE or episode.state in {State.DELETED, State.UNMONITORED}
    future = last.at > now
    if not future:
        shown.append(_Point(now, "now", episode.state, episode.because, "now"))
    gaps = [max(0.0, (later.at - earlier.at).total_seconds()) for earlier, later in pairwise(shown)]
    following = "" if settled else _NEXT.get(episode.state, "")
    return _drawn(episode, shown, gaps, following, len(entries) - len(shown), now, zone)


def _points(entries: list[TimelineEntry]) -> list[_Point]:
    """The entries that mark a step, without repetitions of the same step; a removal starts a new life."""
    points: list[_Point] = []
    for entry in entries:
        if entry.kind not in _WORDS or any(words in entry.text.lower() for words in _SILENT):
            continue
        word, state = _named(entry)
        if points and points[-1].word == word:
            continue
        if entry.kind in _SETTLED and any(point.word == "available" for point in points):
            continue  # a second server, or Shoko's late word: it could be played already
        if points and points[-1].word == "deleted" and entry.kind != "removed":
            points = points[-1:]
        points.append(_Point(entry.at, word, state, entry.text))
    points.sort(key=lambda point: point.at)
    return points


def _named(entry: TimelineEntry) -> tuple[str, State]:
    word, state = _WORDS[entry.kind]
    text = entry.text.lower()
    if entry.kind in {"transfer", "import"}:
        return next(((finer, of) for sign, finer, of in _PHASES if sign in text), (word, state))
    if entry.kind == "recognition" and text.startswith("not"):
        return "not recognised", State.IMPORT_BLOCKED if "by hand" in text else State.IMPORTED
    if entry.kind == "in_library" and ("not" in text.split() or "cannot" in text):
        return ("not listed", State.IMPORTED) if "list" in text else ("not playable", State.IMPORTED)
    return word, state


def _drawn(
    episode: EpisodeRow,
    shown: list[_Point],
    gaps: list[float],
    following: str,
    earlier: int,
    now: datetime,
    zone: tzinfo,
) -> Life:
    weights = [1.0 + math.log10(1 + gap / 30) * 0.3 for gap in gaps]
    total = sum(weights) + (1.2 if following else 0.0)
    left, right = 5.0, 95.0
    scale = (right - left) / total if total else 0.0
    marks: list[Mark] = []
    stretches: list[Stretch] = []
    x, y, day_before = left, 18, ""
    for place, point in enumerate(shown):
        today = words.day(point.at, zone, now)
        clock = words.clock_time(point.at, zone)
        passed = point.kind == "past"
        day = today if passed and today != day_before else ""
        day_before = today
        anchor = "start" if place == 0 else "middle"
        marks.append(Mark(x, y, point.word, clock if passed else "", day, point.state, point.text, anchor, point.kind))
        if place < len(gaps):
            width = weights[place] * scale
            running = place == len(gaps) - 1 and shown[-1].kind == "now"
            state = episode.state if running else point.state
            duration = words.duration(gaps[place])
            stretches.append(Stretch(x, width, y, ROW, state, duration, width > 5))
            x, y = x + width, y + ROW
    if following:
        marks.append(Mark(right, y + ROW, following, "", "", State.UNKNOWN, "still to come", "middle", "next"))
        y += ROW
    said = ", ".join(
        f"{mark.word} {mark.day} {mark.time}".replace("  ", " ").strip() for mark in marks if mark.kind == "past"
    )
    waited = words.duration(gaps[-1]) if gaps else ""
    here = next((mark.x for mark in marks if mark.kind == "now"), right)
    words_now = f"{said}; now {LOOKS[episode.state].label.lower()}"
    return Life(marks, stretches, y + 30, max(0, earlier + 1), _waits(episode, gaps), waited, here, words_now)


def _waits(episode: EpisodeRow, gaps: list[float]) -> str:
    if not episode.waiting_for or not gaps or episode.state is State.UNAIRED:
        return ""
    text = f"waiting for {episode.waiting_for}"
    return text if len(text) <= LONGEST_WAIT else f"{text[: LONGEST_WAIT - 1]}…"
