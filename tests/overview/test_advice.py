"""What helps an episode that waits (R-D12)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from episodarr.episode.state import State
from episodarr.overview.advice import advice_for
from episodarr.overview.answers import Action, EpisodeRow

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
ALL = {"sonarr", "qbittorrent", "jellyfin", "plex", "shoko", "seerr"}
WAITING = {
    State.MISSING,
    State.REQUESTED,
    State.GRABBED,
    State.QUEUED,
    State.DOWNLOADING,
    State.STALLED,
    State.FAILED,
    State.DOWNLOADED,
    State.IMPORTING,
    State.IMPORT_BLOCKED,
    State.IMPORTED,
}


def row(state: State, *, minutes: float = 1, has_file: bool = False, waiting_for: str | None = None) -> EpisodeRow:
    nothing = dict.fromkeys(EpisodeRow.__dataclass_fields__)
    return replace(
        EpisodeRow(**nothing),
        state=state,
        since=NOW - timedelta(minutes=minutes),
        has_file=has_file,
        waiting_for=waiting_for,
    )


@pytest.mark.parametrize("state", State)
def test_each_waiting_state_says_what_is_usual_and_what_helps(state: State) -> None:
    advice = advice_for(row(state), NOW, kinds=ALL)
    assert bool(advice.usual) == (state in WAITING)
    assert advice.actions
    assert len(set(advice.actions)) == len(advice.actions)


@pytest.mark.parametrize("state", WAITING - {State.FAILED, State.IMPORT_BLOCKED})
def test_a_wait_becomes_unusual_with_time(state: State) -> None:
    assert not advice_for(row(state), NOW, kinds=ALL).unusual
    assert advice_for(row(state, minutes=60 * 24 * 30), NOW, kinds=ALL).unusual


def test_what_waits_for_a_person_is_unusual_at_once() -> None:
    assert advice_for(row(State.IMPORT_BLOCKED, minutes=0), NOW, kinds=ALL).unusual
    assert not advice_for(replace(row(State.IMPORT_BLOCKED), since=None), NOW, kinds=ALL).unusual


def test_a_block_is_mended_where_it_is() -> None:
    """Sonarr's queue for an import, Shoko for a file that Sonarr has imported already."""
    assert advice_for(row(State.IMPORT_BLOCKED), NOW, kinds=ALL).actions[0] is Action.OPEN_IMPORT
    assert advice_for(row(State.IMPORT_BLOCKED, has_file=True), NOW, kinds=ALL).actions[0] is Action.OPEN_SHOKO
    waits = row(State.IMPORTED, has_file=True, waiting_for="Shoko to recognise its file")
    assert advice_for(waits, NOW, kinds=ALL).actions[0] is Action.RECOGNIZE


def test_only_what_a_connected_service_can_do_is_offered() -> None:
    assert advice_for(row(State.IMPORTED), NOW, kinds={"sonarr"}).actions == (Action.RESCAN,)
    assert Action.RECHECK_LIBRARY in advice_for(row(State.IMPORTED), NOW, kinds={"sonarr", "plex"}).actions
    assert Action.OPEN_CLIENT not in advice_for(row(State.STALLED), NOW, kinds={"sonarr"}).actions
    assert advice_for(row(State.AVAILABLE, has_file=True), NOW, kinds=ALL).actions == (
        Action.RESCAN,
        Action.RECHECK_LIBRARY,
    )
