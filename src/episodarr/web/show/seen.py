"""Which episodes of a show were watched, at a glance: `S01–S03 watched · S04 4/12 · S05 not`. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from episodarr.episode.state import PLAYABLE, State
from episodarr.overview.answers import EpisodeRow


@dataclass(frozen=True, slots=True)
class Seen:
    """How many of the episodes that are here were watched to their end by anybody."""

    watched: int = 0
    here: int = 0


def seen_of(states: dict[str, int]) -> Seen:
    """Out of counts by state, as shows and seasons keep them."""
    return Seen(states.get(State.WATCHED.value, 0), sum(states.get(state.value, 0) for state in PLAYABLE))


def seen_by_season(rows: Iterable[EpisodeRow]) -> dict[int, Seen]:
    """Of each season with anything here."""
    found: dict[int, Seen] = {}
    for row in rows:
        if row.state in PLAYABLE:
            held = found.get(row.season_number, Seen())
            found[row.season_number] = Seen(held.watched + (row.state is State.WATCHED), held.here + 1)
    return found


def seen_words(seasons: dict[int, Seen]) -> str:
    """One part for each run of seasons that fared alike; specials only where some were watched."""
    runs: list[tuple[int, int, str]] = []
    for number in sorted(seasons, key=lambda number: (number == 0, number)):
        how = _how(seasons[number])
        if number == 0 and how == "not":
            continue
        first, last, before = runs[-1] if runs else (0, -1, "")
        if how == before and how in {"watched", "not"} and number == last + 1:
            runs[-1] = (first, number, how)
        else:
            runs.append((number, number, how))
    return " · ".join(f"{_named(first, last)} {how}" for first, last, how in runs)


def _how(seen: Seen) -> str:
    if seen.watched == 0:
        return "not"
    return "watched" if seen.watched == seen.here else f"{seen.watched}/{seen.here}"


def _named(first: int, last: int) -> str:
    if first == 0:
        return "specials"
    return f"S{first:02}" if first == last else f"S{first:02}–S{last:02}"
