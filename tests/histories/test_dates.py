"""What form the dates of a file have, by its own evidence."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.histories.dates import DateForm, DateScout, DateVerdict, Written, day_of, instant_of, parse

TODAY = date(2026, 7, 1)
DAY, MONTH, YEAR = DateForm.DAY_FIRST, DateForm.MONTH_FIRST, DateForm.YEAR_FIRST


def verdict_of(*texts: str, today: date = TODAY, earliest: date = date(1970, 1, 1)) -> DateVerdict:
    scout = DateScout(today, earliest)
    for line, text in enumerate(texts, start=2):
        scout.add(line, text)
    return scout.verdict()


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("29/03/2021", DAY, date(2021, 3, 29)),
        ("10/21/20", MONTH, date(2020, 10, 21)),
        ("16.8.2022", DAY, date(2022, 8, 16)),
        ("16. 8. 2022", DAY, date(2022, 8, 16)),
        ("2020/05/27", YEAR, date(2020, 5, 27)),
        ("2020/05/27", DAY, date(2020, 5, 27)),
        ("2020年5月27日", DAY, date(2020, 5, 27)),
        ("20. 5. 27.", YEAR, date(2020, 5, 27)),
        ("27-05-20", DAY, date(2020, 5, 27)),
        ("٢٩\u200f/٣\u200f/٢٠٢١", DAY, date(2021, 3, 29)),
        ("21 October 2020", MONTH, date(2020, 10, 21)),
        ("21-Oct-20", MONTH, date(2020, 10, 21)),
        ("Oct 21, 2020", DAY, date(2020, 10, 21)),
        ("29/03/2021", MONTH, None),
        ("29/03/2021", YEAR, None),
        ("2021/13/01", DAY, None),
        ("31/02/2021", DAY, None),
    ],
)
def test_a_date_in_a_form(text: str, form: DateForm, day: date | None) -> None:
    written = parse(text)
    assert written is not None
    assert day_of(written, form) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2021/2022/2023",
        "1/2/345",
        "123/4/5",
        "1/2",
        "5 Foo 2020",
        "2021-01-01 25:00",
        "2021-01-01 13:00 PM",
        "1/2/2020 10:99",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023-02-19 19:02:30", datetime(2023, 2, 19, 19, 2, 30)),  # noqa: DTZ001 - the text tells no zone
        ("2024-09-10T13:52:56.000Z", datetime(2024, 9, 10, 13, 52, 56, tzinfo=UTC)),
        ("2024-09-10T13:52:56+02:00", datetime(2024, 9, 10, 13, 52, 56, tzinfo=timezone(timedelta(hours=2)))),
        ("2024-09-10T13:52:56-99:59", datetime(2024, 9, 10, 13, 52, 56, tzinfo=timezone(-timedelta(minutes=1439)))),
        ("9/10/2024, 1:52 PM", datetime(2024, 10, 9, 13, 52)),  # noqa: DTZ001 - the text tells no zone
        ("9/10/2024 12:05 a.m.", datetime(2024, 10, 9, 0, 5)),  # noqa: DTZ001 - the text tells no zone
        ("9/10/2024", None),
    ],
)
def test_the_time_of_a_date(text: str, instant: datetime | None) -> None:
    written = parse(text)
    assert written is not None
    day = day_of(written, DAY)
    assert day is not None
    assert instant_of(written, day) == instant


def test_a_part_above_twelve_tells_the_day() -> None:
    verdict = verdict_of("06/11/2022", "01/11/2022", "31/10/2022")
    assert verdict.form is DAY
    assert verdict.evidence == ("line 4 says 31/10/2022: the day comes first",)
    assert verdict.readings[0].first == date(2022, 11, 6)


def test_and_the_month() -> None:
    assert verdict_of("10/21/20", "10/9/20").form is MONTH
    assert verdict_of("10/21/20").evidence == ("line 2 says 10/21/20: the month comes first",)


def test_nobody_watches_in_the_future() -> None:
    verdict = verdict_of("6/8/26", "5/9/26", "5/8/26", earliest=date(2007, 1, 1))
    assert verdict.form is MONTH
    assert verdict.evidence[0] == "line 2 says 6/8/26: with the day first it lies in the future (2026-08-06)"


def test_nor_before_there_was_anything_to_watch() -> None:
    verdict = verdict_of("18/06/20", "06/06/20", earliest=date(2007, 1, 1))
    assert verdict.form is DAY
    assert any("too long ago" in one for one in verdict.evidence)


def test_a_day_that_no_month_has() -> None:
    verdict = verdict_of("12/02/28", "30/02/12", today=date(2031, 1, 1))
    assert verdict.evidence == (
        "line 3 says 30/02/12: there is no such day when the day comes first",
        "line 3 says 30/02/12: the day comes first",
    )
    assert verdict.form is YEAR


def test_the_order_tells_when_nothing_else_does() -> None:
    verdict = verdict_of("05/03/2021", "01/03/2021", "12/02/2021", "10/02/2021", "03/02/2021", "11/01/2021")
    assert verdict.form is DAY
    assert verdict.evidence[0] == "the rows are sorted newest first when the day comes first"
    assert "breaks that order" in verdict.evidence[1]


def test_the_order_may_be_oldest_first() -> None:
    verdict = verdict_of("11/01/2021", "03/02/2021", "10/02/2021", "12/02/2021", "01/03/2021", "05/03/2021")
    assert verdict.form is DAY
    assert verdict.evidence[0].startswith("the rows are sorted oldest first")


def test_a_short_order_tells_nothing() -> None:
    verdict = verdict_of("05/03/2021", "12/02/2021", "11/01/2021")
    assert verdict.ambiguous


def test_both_readings_are_shown_when_nothing_tells() -> None:
    verdict = verdict_of("05/06/2022", "04/06/2022", "03/06/2022")
    assert verdict.form is None
    assert verdict.ambiguous
    assert [one.form for one in verdict.readings] == [DAY, MONTH]
    assert verdict.readings[0].example == "05/06/2022"
    assert [one.example_day for one in verdict.readings] == [date(2022, 6, 5), date(2022, 5, 6)]
    assert "both possible" in verdict.evidence[-1]


def test_three_readings_of_short_years() -> None:
    verdict = verdict_of("03/04/05", "02/04/05", today=date(2031, 1, 1))
    assert {one.form for one in verdict.readings} == {DAY, MONTH, YEAR}


def test_days_that_are_the_same_either_way() -> None:
    verdict = verdict_of("05/05/2022", "05/05/2022", "04/04/2022")
    assert verdict.form is not None
    assert verdict.evidence == ("every date is the same day either way",)


def test_one_day_written_in_two_ways_is_no_step() -> None:
    assert verdict_of("05/03/2021", "5/3/2021", "4/3/2021").ambiguous


def test_the_year_first_needs_no_evidence() -> None:
    verdict = verdict_of("2020/05/27", "2020/05/26")
    assert verdict.form is YEAR
    assert not verdict.ambiguous


def test_nothing_to_decide() -> None:
    assert verdict_of() == DateVerdict(evidence=("no row has a date",))
    verdict = verdict_of("soon", "99/99/2021", "01/01/2099")
    assert (verdict.form, verdict.readings) == (None, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "line 2 says “soon”"),
        ("99/99/2021", "line 2 says “99/99/2021”"),
        ("01/01/2099", "line 2 says “01/01/2099”, which lies in the future"),
        ("01/01/1066", "line 2 says “01/01/1066”"),
    ],
)
def test_the_first_of_dates_that_are_none_is_told(text: str, says: str) -> None:
    assert verdict_of(text, "later", "01/01/2098").evidence == (f"no row has a possible date: {says}",)


def test_rows_that_contradict_each_other_are_left_to_people() -> None:
    verdict = verdict_of("29/03/2021", "03/29/2021")
    assert verdict.ambiguous
    assert verdict.evidence[0] == "the rows contradict each other"


def test_one_stray_of_thousands_is_reported_by_itself() -> None:
    days = [date(2025, 12, 31) - timedelta(days=at) for at in range(2500)]
    texts = [f"{one:%d/%m/%Y}" for one in days]
    texts[1200] = "12/25/2022"
    verdict = verdict_of(*texts)
    assert verdict.form is DAY
    assert "1 of 2500" in verdict.evidence[1]


WRITERS = {
    DAY: ["{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{d:02}/{m:02}/{s:02}", "{d}-{m}-{s:02}"],
    MONTH: ["{m:02}/{d:02}/{y}", "{m}/{d}/{s:02}"],
    YEAR: ["{y}/{m:02}/{d:02}", "{y}-{m}-{d}", "{s:02}. {m}. {d}."],
}
EVERY_WAY = [(form, writer) for form, writers in WRITERS.items() for writer in writers]


@given(
    st.lists(st.dates(date(2007, 1, 1), TODAY), min_size=1, max_size=60),
    st.sampled_from(EVERY_WAY),
    st.booleans(),
)
def test_dates_that_are_sorted_are_read_right_or_not_at_all(
    days: list[date], way: tuple[DateForm, str], newest_first: bool
) -> None:
    """In whatever form and either order: a decided form gives back each day."""
    days.sort(reverse=newest_first)
    texts = [way[1].format(d=one.day, m=one.month, y=one.year, s=one.year % 100) for one in days]
    verdict = verdict_of(*texts, earliest=date(2007, 1, 1))
    if verdict.form is None:
        assert verdict.ambiguous
        assert way[0] in {one.form for one in verdict.readings}
    else:
        assert [day_of(parse(text) or Written((0, 0, 0), None, None), verdict.form) for text in texts] == days


@given(st.lists(st.dates(date(2016, 1, 1), TODAY), min_size=40, max_size=60), st.sampled_from(EVERY_WAY))
def test_and_with_a_few_months_of_them_they_are_read(days: list[date], way: tuple[DateForm, str]) -> None:
    days = sorted({*days, *(TODAY - timedelta(days=17 * at) for at in range(20))}, reverse=True)
    texts = [way[1].format(d=one.day, m=one.month, y=one.year, s=one.year % 100) for one in days]
    assert verdict_of(*texts, earliest=date(2007, 1, 1)).form is way[0]


@given(st.lists(st.text(max_size=20) | st.from_regex(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( \d\d:\d\d)?", fullmatch=True)))
def test_nothing_is_raised_for_any_text(texts: list[str]) -> None:
    verdict = verdict_of(*texts)
    assert verdict.form is None or len(verdict.readings) == 1
