"""Whether an observation saw everything (D1 to D3), and whether the library shrank (D4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.deletion.complete import Count, incomplete, shrunk
from episodarr.deletion.holding import Known, Level
from episodarr.deletion.rules import Added, All, NeverWatched, Rule

SONARR = {1: "Sonarr"}
PLAIN = Rule(Level.SHOW, All((Added(30),)))
UNSEEN = Rule(Level.SHOW, All((NeverWatched(),)))
MOVIES = Rule(Level.MOVIE, All((Added(30),)))


def test_nothing_in_doubt() -> None:
    assert incomplete(PLAIN, Known(), SONARR, 0) == ""


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Known(plays="plays"), "plays"),
        (Known(playing="playing"), "playing"),
        (Known(requests="requests"), "requests"),
        (Known(catalogue={1: "catalogue"}), "catalogue"),
    ],
)
def test_d3_every_doubt_that_concerns_it(known: Known, why: str) -> None:
    assert incomplete(PLAIN, known, SONARR, 0) == why
    assert incomplete(MOVIES, known, SONARR, 0) == why


def test_doubts_that_do_not_concern_it() -> None:
    assert incomplete(PLAIN, Known(films="films", catalogue={2: "another"}), SONARR, 0) == ""
    assert incomplete(MOVIES, Known(films="films"), SONARR, 0) == "films"


def test_without_any_history_only_rules_of_plays_lack_one() -> None:
    none = Known(plays="no history of plays is connected", has_sources=False)
    assert incomplete(PLAIN, none, SONARR, 0) == ""
    assert incomplete(UNSEEN, none, SONARR, 0) == "no history of plays is connected"


def test_without_a_manager_nothing_is_seen() -> None:
    assert incomplete(PLAIN, Known(), {}, 0) == "no Sonarr is connected"
    assert incomplete(MOVIES, Known(), {}, 0) == "no Radarr is connected"


def test_what_is_not_summed_up_is_not_seen() -> None:
    assert incomplete(PLAIN, Known(), SONARR, 1) == "1 show is still being summed up"
    assert incomplete(PLAIN, Known(), SONARR, 2_000) == "2,000 shows are still being summed up"


def count(number: int, *, of_files: bool = True) -> dict[str, Count]:
    return {"files:1": Count("files of Sonarr", number, of_files)}


def test_d4_more_than_a_tenth_less() -> None:
    assert shrunk({"files:1": 1000}, count(900), 0) == ""
    assert shrunk({"files:1": 1000}, count(899), 0) == "there were 1,000 files of Sonarr, and now there are 899"
    assert shrunk({"files:1": 1000}, count(1100), 0) == ""
    assert shrunk({"files:1": 1}, count(0), 0) != "", "all of it"
    assert shrunk({"files:1": 0}, count(0), 0) == ""


def test_d4_what_episodarr_deleted_is_missed_by_nobody() -> None:
    assert shrunk({"files:1": 1000}, count(800), 150) == ""
    assert shrunk({"files:1": 1000}, count(800, of_files=False), 150) != "", "plays do not go with files"


def test_d4_what_was_not_counted_before_says_nothing() -> None:
    assert shrunk({}, count(1), 0) == ""
    assert shrunk({"files:9": 1000}, count(1), 0) == ""


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_d4_no_loss_of_more_than_a_tenth_is_overlooked(before: int, now: int, deleted: int) -> None:
    told = shrunk({"files:1": before}, count(now), deleted)
    assert bool(told) == (before - now - deleted > before / 10 and before - now - deleted > 0)
