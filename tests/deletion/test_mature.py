"""Maturing: two complete observations a day apart, whatever else happens between them (D1, D5, D6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.deletion.mature import APART, FRESH, Look, Seen, after, is_due, leaves_at
from episodarr.deletion.rules import Outcome

START = datetime(2026, 1, 20, 12, tzinfo=UTC)
ADDED = START - timedelta(days=100)
YES, KEPT, NO, UNKNOWN = Outcome.CANDIDATE, Outcome.KEPT, Outcome.NO, Outcome.UNKNOWN


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def look(hours: float, outcome: Outcome = YES, *, complete: bool = True, newest: datetime | None = ADDED) -> Look:
    return Look(at(hours), complete, outcome, newest)


def after_all(*looks: Look) -> Seen | None:
    seen = None
    for one in looks:
        seen = after(seen, one)
    return seen


def matured(*looks: Look) -> bool:
    seen = after_all(*looks)
    return seen is not None and seen.matured_at is not None


def test_d5_two_complete_observations_a_day_apart() -> None:
    assert after_all(look(0)) == Seen(at(0), at(0), ADDED)
    assert not matured(look(0), look(23.9))
    assert after_all(look(0), look(24)) == Seen(at(0), at(24), ADDED, at(24))
    assert matured(look(0), look(6), look(12), look(18), look(24))


def test_d5_once_matured_it_stays_so_while_it_is_seen() -> None:
    assert after_all(look(0), look(24), look(30)) == Seen(at(0), at(30), ADDED, at(24))


@pytest.mark.parametrize("otherwise", [KEPT, NO])
def test_d5_a_complete_observation_that_says_otherwise_begins_anew(otherwise: Outcome) -> None:
    assert after_all(look(0), look(24), look(30, otherwise)) is None
    assert not matured(look(0), look(12, otherwise), look(24))
    assert matured(look(0), look(12, otherwise), look(24), look(48))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_d1_what_is_incomplete_neither_matures_nor_resets(outcome: Outcome) -> None:
    before = after_all(look(0))
    assert after(before, look(30, outcome, complete=False)) == before
    assert after(None, look(0, outcome, complete=False)) is None


def test_d1_unknown_neither_matures_nor_resets() -> None:
    assert after_all(look(0), look(25, UNKNOWN)) == after_all(look(0))
    assert matured(look(0), look(12, UNKNOWN), look(24))
    assert after(None, look(0, UNKNOWN)) is None


def test_what_was_seen_late_says_nothing_new() -> None:
    seen = after_all(look(0), look(24))
    assert after(seen, look(12, NO)) == seen


def test_d6_another_file_is_another_thing() -> None:
    newer = ADDED + timedelta(days=1)
    assert after_all(look(0), look(24, newest=newer)) == Seen(at(24), at(24), newer)
    assert matured(look(0, newest=newer), look(24)), "a file that went leaves what was seen"
    assert not matured(look(0, newest=None), look(24))
    assert not matured(look(0), look(24, newest=None))
    assert matured(look(0, newest=None), look(24, newest=None))


def test_d6_it_leaves_days_after_it_matured_and_was_armed() -> None:
    assert leaves_at(None, at(0), 14) is None
    assert leaves_at(at(24), at(0), 14) == at(24) + timedelta(days=14)
    assert leaves_at(at(24), at(999), 14) == at(999) + timedelta(days=14), "nothing goes unannounced"


def test_due() -> None:
    leaves = at(0)
    assert is_due(leaves, at(0), at(0), at(1))
    assert is_due(leaves, at(0), at(0), at(0))
    assert not is_due(None, at(0), at(0), at(1))
    assert not is_due(leaves, at(0), None, at(1)), "never observed"
    assert not is_due(leaves, at(0), at(0), at(-1)), "not yet"
    assert not is_due(leaves, at(0), at(0), at(24.1)), "D3: the last complete observation is too old"
    assert not is_due(leaves, at(0), at(2), at(3)), "the last complete observation did not find it"
    assert not is_due(leaves, at(5), at(5), at(4)), "an observation of the future"


_looks = st.lists(
    st.builds(
        Look,
        st.integers(0, 400).map(at),
        st.booleans(),
        st.sampled_from(Outcome),
        st.sampled_from([ADDED, ADDED + timedelta(days=1), None]),
    ),
    max_size=30,
)


@given(_looks)
def test_d5_nothing_matures_without_its_evidence(looks: list[Look]) -> None:
    """Whatever comes in whatever order: what matured was found twice, a day apart, and nothing said otherwise."""
    seen = after_all(*looks)
    if seen is None or seen.matured_at is None:
        return
    sure = [one for one in looks if one.complete and one.outcome is not UNKNOWN]
    found = {one.at for one in sure if one.outcome is YES}
    assert {seen.first_at, seen.last_at, seen.matured_at} <= found
    assert seen.matured_at - seen.first_at >= APART


@given(_looks)
def test_d5_in_order_nothing_between_said_otherwise(looks: list[Look]) -> None:
    """What counts is told by its moment: of two looks at one, the later one of them counts."""
    looks = sorted({one.at: one for one in looks}.values(), key=lambda one: one.at)
    seen = after_all(*looks)
    if seen is None:
        return
    between = [one for one in looks if seen.first_at <= one.at and one.complete]
    assert all(one.outcome in (YES, UNKNOWN) for one in between)


@given(_looks, st.lists(st.tuples(st.integers(0, 400), st.sampled_from(Outcome)), max_size=10))
def test_d1_failures_change_nothing(looks: list[Look], failed: list[tuple[int, Outcome]]) -> None:
    """Incomplete observations and unknown verdicts, put in anywhere, make no difference."""
    looks = sorted(looks, key=lambda one: one.at)
    noise = [look(hours, outcome, complete=False) for hours, outcome in failed]
    noise += [look(hours, UNKNOWN) for hours, _ in failed]
    mixed = sorted([*looks, *noise], key=lambda one: one.at)
    assert after_all(*mixed) == after_all(*looks)


@given(_looks)
def test_the_same_look_again_changes_nothing(looks: list[Look]) -> None:
    """A run that is repeated is one run."""
    looks = sorted(looks, key=lambda one: one.at)
    twice = [one for one in looks for _ in range(2)]
    assert after_all(*twice) == after_all(*looks)


@given(_looks, st.integers(0, 500), st.integers(0, 500), st.integers(1, 365))
def test_d6_nothing_is_due_before_its_days_are_over(looks: list[Look], armed: int, now: int, days: int) -> None:
    seen = after_all(*sorted(looks, key=lambda one: one.at))
    complete = max((one.at for one in looks if one.complete), default=None)
    if seen is None:
        return
    leaves = leaves_at(seen.matured_at, at(armed), days)
    if is_due(leaves, seen.last_at, complete, at(now)):
        assert seen.matured_at is not None
        assert complete is not None
        assert at(now) - max(seen.matured_at, at(armed)) >= timedelta(days=days)
        assert at(now) - complete <= FRESH
        assert seen.last_at >= complete
