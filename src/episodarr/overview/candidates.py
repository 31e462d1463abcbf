"""Candidates for deletion as screens, programs and files see them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec

from episodarr.deletion.holding import Level
from episodarr.deletion.model import Candidate, Preview
from episodarr.deletion.rules import Outcome, Requested, leaves
from episodarr.overview.export import Column


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One condition or safeguard: what it says, and why."""

    answer: str
    sentence: str


@dataclass(frozen=True, slots=True)
class EpisodeOfFile:
    """One episode of a file."""

    id: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One holding with the verdict on it. Sizes in bytes; days are whole days until the answer was made."""

    level: str
    id: int
    outcome: str
    title: str
    label: str
    """What it is called in full, such as `Andor S01E03`."""
    series_id: int | None
    movie_id: int | None
    season_number: int | None
    episodes: list[EpisodeOfFile]
    year: int
    has_poster: bool
    files: int
    size: int
    added_at: datetime | None
    days_since_added: int | None
    last_watched_at: datetime | None
    """The latest stop of any play; None: none is known."""
    days_since_watched: int | None
    plays: int
    viewers: int
    episode_count: int
    watched_episodes: int
    status: str
    series_type: str
    root_folder: str
    quality: str
    rating: float | None
    tags: list[str] | None
    monitored: bool | None
    requested_at: datetime | None
    protected: bool
    conditions: list[ReasonView]
    held_back: list[ReasonView]


@dataclass(frozen=True, slots=True)
class TotalView:
    """How many have an outcome, and what they take."""

    count: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class CertaintyView:
    """What cannot be concluded now, and why; empty: it can."""

    plays: str
    playing: str
    requests: str
    catalogue: list[str]


@dataclass(frozen=True, slots=True)
class CandidatesView:
    """A page of what a rule makes of the library."""

    rule: dict[str, Any]
    """As it is told to the API."""
    at: datetime
    certainty: CertaintyView
    counting: int
    """Shows that changed and are summed up a moment later."""
    totals: dict[str, TotalView]
    items: list[CandidateView]
    next: str | None


def candidates_view(found: Preview) -> CandidatesView:
    """The whole answer."""
    known = found.known
    return CandidatesView(
        msgspec.to_builtins(found.rule),
        found.at,
        CertaintyView(known.plays, known.playing, _requests(found), sorted(set(known.catalogue.values()))),
        found.counting,
        {outcome.value: TotalView(**asdict(found.totals[outcome])) for outcome in Outcome},
        [candidate_view(one, found.at) for one in found.items],
        found.next_cursor,
    )


def _requests(found: Preview) -> str:
    rule, known = found.rule, found.known
    asked = rule.unless.requested_days or any(isinstance(one, Requested) for one in leaves(rule.when))
    return known.requests or (known.films if rule.level is Level.MOVIE and asked else "")


def candidate_view(one: Candidate, now: datetime) -> CandidateView:
    """One of them."""
    held, h, verdict = one.held, one.held.holding, one.verdict
    return CandidateView(
        level=h.level.value,
        id=h.id,
        outcome=verdict.outcome.value,
        title=held.title,
        label=held.label,
        series_id=held.series_id,
        movie_id=held.movie_id,
        season_number=held.season_number,
        episodes=[EpisodeOfFile(*episode) for episode in held.episodes],
        year=held.year,
        has_poster=held.has_poster,
        files=h.files,
        size=h.size,
        added_at=h.added_at,
        days_since_added=_days(h.added_at, now),
        last_watched_at=h.last_at,
        days_since_watched=_days(h.last_at, now),
        plays=h.plays,
        viewers=h.viewers,
        episode_count=h.episodes,
        watched_episodes=h.watched_episodes,
        status=h.status,
        series_type=h.series_type,
        root_folder=h.root_folder,
        quality=", ".join(sorted(h.qualities)),
        rating=h.rating,
        tags=None if h.tags is None else sorted(h.tags),
        monitored=h.monitored,
        requested_at=h.requested_at,
        protected=h.protected,
        conditions=[ReasonView(reason.answer.value, reason.sentence) for reason in verdict.conditions],
        held_back=[ReasonView(reason.answer.value, reason.sentence) for reason in verdict.held_back],
    )


def _days(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else max(0, (now - at).days)


def _reasons(view: CandidateView) -> str:
    told = [*view.conditions, *view.held_back]
    return "; ".join(one.sentence for one in told)


COLUMNS: tuple[Column[CandidateView], ...] = (
    Column("title", "Title", lambda one: one.label),
    Column("outcome", "Outcome", lambda one: one.outcome),
    Column("size", "Size in bytes", lambda one: one.size),
    Column("files", "Files", lambda one: one.files),
    Column("added_at", "Added", lambda one: one.added_at),
    Column("days_since_added", "Days since added", lambda one: one.days_since_added),
    Column("last_watched_at", "Last watched", lambda one: one.last_watched_at),
    Column("days_since_watched", "Days since watched", lambda one: one.days_since_watched),
    Column("plays", "Plays", lambda one: one.plays),
    Column("viewers", "Viewers", lambda one: one.viewers),
    Column("watched_episodes", "Episodes watched", lambda one: one.watched_episodes),
    Column("episode_count", "Episodes", lambda one: one.episode_count),
    Column("status", "Status", lambda one: one.status),
    Column("quality", "Quality", lambda one: one.quality),
    Column("rating", "Rating", lambda one: one.rating),
    Column("root_folder", "Library folder", lambda one: one.root_folder),
    Column("tags", "Tags", lambda one: ", ".join(one.tags or ())),
    Column("why", "Why", _reasons),
)
"""For files."""
