"""Show DNA: every episode of a show as one cell, in rows of seasons."""

from dataclasses import dataclass

from episodarr.episode.state import PLAYABLE, State
from episodarr.overview.answers import EpisodeRow
from episodarr.web.states import LOOKS, MOVING
from episodarr.web.words import milliseconds, number_of, percent

TEN = 10
NUMBERED_FROM = 31
"""Seasons longer than this say the number at which each ten begins."""

DENSE_FROM = 101
"""Seasons longer than this have small cells, so that a thousand episodes are still one look."""

MAX_EPISODES = 12_000
"""More than the longest running series has; a bound all the same."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One episode: what its cell shows and says."""

    id: int
    state: State
    fill: int
    text: str
    label: str
    at: float
    """When that was found, in milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class DnaRow:
    """One season: its cells in tens, which are kept together when a long season wraps."""

    number: int
    tens: list[tuple[int, list[Cell]]]
    count: int
    here: int
    numbered: bool
    dense: bool


def dna_rows(episodes: list[EpisodeRow]) -> list[DnaRow]:
    """The rows, seasons in order and the specials last."""
    seasons: dict[int, list[EpisodeRow]] = {}
    for episode in episodes:
        seasons.setdefault(episode.season_number, []).append(episode)
    return [_row(number, seasons[number]) for number in sorted(seasons, key=lambda number: (number == 0, number))]


def _row(number: int, episodes: list[EpisodeRow]) -> DnaRow:
    tens = [
        (episodes[start].episode_number, [_cell(episode) for episode in episodes[start : start + TEN]])
        for start in range(0, len(episodes), TEN)
    ]
    here = sum(episode.state in PLAYABLE for episode in episodes)
    return DnaRow(number, tens, len(episodes), here, len(episodes) >= NUMBERED_FROM, len(episodes) >= DENSE_FROM)


def _cell(episode: EpisodeRow) -> Cell:
    fill = percent(episode.progress) if episode.state in MOVING else 0
    text = str(fill) if episode.state is State.DOWNLOADING and episode.progress is not None else ""
    label = f"{number_of(episode)} {episode.title}: {LOOKS[episode.state].label}"
    return Cell(
        episode.id, episode.state, fill, text, f"{label} {fill} %" if text else label, milliseconds(episode.judged_at)
    )
