"""Stored answers joined with live progress."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from episodarr.overview.advice import advice_for
from episodarr.overview.answers import EpisodeDetail, EpisodeProgress, EpisodeRow, Page
from episodarr.overview.arrivals import Board
from episodarr.overview.questions import Overview
from episodarr.overview.requests import RequestDetail, RequestQuestions

_UNDER_WAY = frozenset({"queued", "downloading", "stalled", "paused", "failed"})


def with_progress(page: Page[EpisodeRow], progress: Mapping[int, EpisodeProgress]) -> Page[EpisodeRow]:
    """The page with the progress of what is on its way."""
    items = [replace(row, progress=progress[row.id].progress) if row.id in progress else row for row in page.items]
    return Page(items, page.total, page.next)


def episode_detail(
    overview: Overview, board: Board, episode_id: int, now: datetime, kinds: Collection[str]
) -> EpisodeDetail | None:
    """Everything about an episode with its live downloads, and what helps it; None when there is none.

    `kinds`: the kinds of services that are connected.
    """
    found = overview.episode(episode_id)
    if found is None:
        return None
    downloads = board.of_episode(episode_id)
    progress = next((one.progress for one in downloads if one.phase in _UNDER_WAY), None)
    episode = replace(found.episode, progress=progress)
    return replace(found, downloads=downloads, episode=episode, advice=advice_for(episode, now, kinds=kinds))


class Progress(Protocol):
    """How far the episodes of a series are."""

    def of_series(self, series_id: int) -> Mapping[int, EpisodeProgress]:
        """For each episode that is under way, its own progress."""
        ...


def request_detail(requests: RequestQuestions, board: Progress, request_id: int) -> RequestDetail | None:
    """A request, its episodes with the progress of what is on its way; None when there is none."""
    found = requests.request(request_id)
    if found is None or found.request.series_id is None:
        return found
    progress = board.of_series(found.request.series_id)
    rows = [replace(row, progress=progress[row.id].progress) if row.id in progress else row for row in found.episodes]
    return replace(found, episodes=rows)
