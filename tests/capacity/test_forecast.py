"""When a disk will be full (R-W8)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from episodarr.capacity.forecast import Forecast, forecast, level_of
from episodarr.capacity.model import DayReading

TODAY = date(2026, 1, 30)
TB = 10**12


def days(*free: float, total: float = 10) -> list[DayReading]:
    """One reading a day up to today, in TB."""
    first = TODAY - timedelta(days=len(free) - 1)
    return [DayReading(first + timedelta(days=n), int(total * TB), int(one * TB)) for n, one in enumerate(free)]


def test_a_steady_rate_gives_the_day() -> None:
    found = forecast(days(5.0, 4.9, 4.8, 4.7, 4.6, 4.5))
    assert found == Forecast(10**11, TODAY + timedelta(days=45), 6)


def test_a_single_large_deletion_does_not_turn_it_around() -> None:
    found = forecast(days(2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 4.4, 4.3, 4.2, 4.1, 4.0, 3.9, 3.8, 3.7))
    assert found is not None
    assert found.full_on is None or found.full_on > TODAY + timedelta(days=30)


def test_too_little_is_known() -> None:
    assert forecast([]) is None
    assert forecast(days(5, 4, 3)) is None


def test_what_empties_is_never_full() -> None:
    found = forecast(days(1, 1.5, 2, 2.5, 3))
    assert found is not None
    assert (found.full_on, found.rate < 0) == (None, True)
    still = forecast(days(3, 3, 3, 3, 3))
    assert still is not None
    assert still.full_on is None


def test_a_larger_disk_starts_anew() -> None:
    assert forecast([*days(1, 0.9, 0.8, 0.7, total=10)[:3], DayReading(TODAY, 20 * TB, 10 * TB)]) is None


def test_far_away_is_no_day() -> None:
    found = forecast([DayReading(one.day, 10**16, 10**16 - n * 1000) for n, one in enumerate(days(1, 1, 1, 1, 1))])
    assert found is not None
    assert found.full_on is None


@given(st.lists(st.integers(0, 10**13), max_size=40))
def test_no_history_is_an_error(free: list[int]) -> None:
    first = TODAY - timedelta(days=len(free))
    found = forecast([DayReading(first + timedelta(days=n), 10**13, one) for n, one in enumerate(free)])
    assert found is None or found.full_on is None or found.full_on >= first


def test_levels() -> None:
    soon = Forecast(TB, TODAY + timedelta(days=3), 10)
    late = Forecast(TB, TODAY + timedelta(days=60), 10)
    assert level_of(0, 0, None, TODAY).word == "unknown"
    assert level_of(10 * TB, 0, None, TODAY).word == "full"
    assert level_of(10 * TB, 5 * TB, late, TODAY).word == "ok"
    assert level_of(10 * TB, 5 * TB, soon, TODAY).sentence == "It will be full in 3 days if it goes on like this."
    assert level_of(10 * TB, TB // 2, None, TODAY).word == "warning"
