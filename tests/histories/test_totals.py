"""Numbers of shows: never a total that is not known, never more watched than there is without a word why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_shows import known

from episodarr.histories.totals import Counted, counted, next_refresh, told, totals

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SHOW = known(1, "Show", {0: ["Special"], 1: ["A", "B"], 2: ["C"]}, aired_on=date(2026, 1, 1), status="running")


@pytest.mark.parametrize(
    ("has", "regular", "specials", "text", "note"),
    [
        (Counted(3, 276), 45, 0, "45/276 episodes", ""),
        (Counted(1, 1), 1, 0, "1/1 episode", ""),
        (Counted(), 45, 0, "45 episodes", ""),
        (Counted(), 1, 0, "1 episode", ""),
        (Counted(), 0, 0, "", ""),
        (Counted(), 0, 2, "", "2 specials besides"),
        (Counted(2, 10), 4, 1, "4/10 episodes", "1 special besides"),
        (Counted(2, 10, 10, 3), 4, 1, "4/10 episodes", ""),
        (Counted(2, 10, 10, 1), 4, 2, "4/10 episodes", "2 specials besides"),
        (
            Counted(2, 10),
            12,
            0,
            "12 episodes",
            "2 more than the 10 that have aired as TMDB counts: it lists them otherwise",
        ),
        (
            Counted(2, 1),
            2,
            3,
            "2 episodes",
            "1 more than the 1 that have aired as TMDB counts: it lists them otherwise; 3 specials besides",
        ),
    ],
)  # fmt: skip
def test_what_is_said(has, regular, specials, text, note):
    found = told(has, regular, specials, "tmdb", NOW)
    assert (found.text, found.note, found.source, found.updated_at) == (text, note, "TMDB", NOW)


def test_specials_are_named_apart():
    assert told(Counted(2, 10, 10, 3), 4, 1, "sonarr", NOW).total_specials == 3
    assert told(Counted(2, 10, 10, 0), 4, 0, "sonarr", NOW).total_specials == 0
    assert told(Counted(2, 10, 10, 1), 4, 2, "sonarr", NOW).total_specials is None, "whoever counts knows not all"
    assert told(Counted(2, 10), 4, 2, "sonarr", NOW).total_specials is None


def test_what_a_service_knows():
    assert counted(SHOW, date(2026, 7, 1)) == Counted(2, 3, 3, 1)
    assert counted(SHOW, date(2025, 7, 1)) == Counted(2, 0, 3, 1), "nothing of it has aired"
    assert counted(known(1, "Show", {1: ["A"], 2: 10}), date(2026, 7, 1)) == Counted(2), "not all of it was read"
    assert counted(known(1, "Show", {}), date(2026, 7, 1)) == Counted(None, 0, 0, 0)


def test_what_runs_is_read_again_sooner():
    ended = known(1, "Show", {1: ["A"]}, status="ended")
    unknown = known(1, "Show", {1: ["A"]})
    assert next_refresh(SHOW, NOW) == NOW + timedelta(days=1)
    assert next_refresh(None, NOW) == next_refresh(unknown, NOW) == NOW + timedelta(days=7)
    assert next_refresh(ended, NOW) == NOW + timedelta(days=28)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9))),
    st.none() | st.integers(0, 30),
    st.sampled_from(("tmdb", "tvmaze", "sonarr", "library", "", "other")),
)
def test_numbers_fit_each_other_or_say_why(watched, total, source):
    found = totals(Counted(3, total), watched, source, None)
    assert found == totals(Counted(3, total), [*reversed(watched), *watched], source, None)
    assert found.watched_episodes + found.watched_specials == len(set(watched))
    assert ("/" in found.text) == (total is not None and found.watched_episodes <= total)
    assert ("more than" in found.note) == (total is not None and found.watched_episodes > total)
    assert str(found.watched_episodes) in found.text or (total is None and not found.watched_episodes)
