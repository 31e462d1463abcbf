"""The parts of reading a name, where no whole name shows the case well."""

import pytest

from episodarr.downloads.release_name import Kind, parse, parse_set
from episodarr.downloads.release_name.dates import find_date, find_dotted_date, find_short_date
from episodarr.downloads.release_name.numerals import run_of, value_of
from episodarr.downloads.release_name.plain import COVER, plain


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("iv", 4),
        ("sept", 7),
        ("十", 10),
        ("十二", 12),
        ("二十三", 23),
        ("百", 100),
        ("一百零五", 105),
        ("二百", 200),
        ("一二三", None),
        ("零", None),
        ("甲", None),
    ],
)
def test_numerals(text: str, number: int | None) -> None:
    assert value_of(text) == number


def test_a_range_that_cannot_be_is_its_first_number() -> None:
    assert run_of(1, 3) == (1, 2, 3)
    assert run_of(3, 1) == run_of(3, 3) == run_of(3, 3000) == (3,)


@pytest.mark.parametrize(
    "text", ["2023.02.31", "2023.99.98", "31.02.2023", "40.50.2023", "31 feb 2023", "feb 31 2023", "1234", ""]
)
def test_no_date(text: str) -> None:
    assert find_date(text) is None


def test_a_later_date_is_found_behind_one_that_cannot_be() -> None:
    for text in ("2023.99.98 2023.01.02", "40.50.2023 13.01.2023", "31 feb 2023 13 jan 2023"):
        found = find_date(text)
        assert found is not None
        assert found.date.startswith("2023-01-")


def test_short_dates_are_dates_too() -> None:
    assert find_short_date("talk 230231") is None
    assert find_dotted_date("talk 99.99.99") is None
    found = find_dotted_date("talk.31.12.15")
    assert found is not None
    assert found.date == "2015-12-31"


def test_plain_keeps_every_place() -> None:
    name = "【Grp】İstanbul Ｓ０１Ｅ０２ 1080p [1A2B3C4D]"
    text = plain(name + ".mkv")
    assert len(text.name) == len(text.low) == len(text.bare) == len(name)
    assert text.bare.count(COVER) == len("1080p[1A2B3C4D]")


def test_a_chinese_number_that_is_none_tells_nothing() -> None:
    assert parse("海港 第一二季 第一二話")[0].kind is Kind.UNKNOWN


def test_numbers_that_tell_nothing_more() -> None:
    assert parse("[Grp] Kumo 3.0 Pier")[0].kind is Kind.UNKNOWN
    assert parse("Harbour Lights S01-S03 720p 12 Piers")[0].episodes == ()
    assert parse("Harbour Lights S01E02 The Pier 1x02")[0].title == "Harbour Lights"
    assert parse("Harbour Web of Lies S01E02")[0].title == "Harbour Web of Lies"


def test_a_title_of_nothing_but_separators_is_none() -> None:
    assert parse("/ / S01E02")[0].title == ""


def test_files_in_folders_of_their_own_are_no_siblings() -> None:
    assert [found[0].absolute for found in parse_set(["a/Kumo - 01.mkv", "b/Kumo - 02.mkv"])] == [(1,), (2,)]


def test_siblings_that_no_reading_tells_apart_stay_as_they_are() -> None:
    paths = [f"Kumo/Kumo 03 {word} [07].mkv" for word in ("a", "b")]
    assert [found[0].absolute for found in parse_set(paths)] == [(7,), (7,)]
