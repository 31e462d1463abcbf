"""Numbers in file names: forms, noise, and hostile lengths."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.downloads.file_name import is_extra, is_video, readings


@pytest.mark.parametrize(
    ("name", "season", "numbers"),
    [
        ("Show.S01E05.1080p.WEB.x264-GRP.mkv", 1, (5,)),
        ("show s2e11.mkv", 2, (11,)),
        ("Show.S01E01E02E03.mkv", 1, (1, 2, 3)),
        ("Show.S01E01-E04.mkv", 1, (1, 2, 3, 4)),
        ("Show.S01E01-03.mkv", 1, (1, 2, 3)),
        ("Show 3x07.mkv", 3, (7,)),
        ("Show - Season 2 Episode 9.mkv", 2, (9,)),
        ("[G] Show S2 - 07v2 (1080p).mkv", 2, (7,)),
        ("[G] Show - 1015 [1080p][ABCDEF01].mkv", None, (1015,)),
        ("[G] Show - 12v2 (BD 1920x1080 x265 10bit).mkv", None, (12,)),
        ("Show Ep 04.mkv", None, (4,)),
        ("Show #04.mkv", None, (4,)),
        ("Show Episode 4-5.mkv", None, (4, 5)),
        ("Show [03].mkv", None, (3,)),
        ("07 - Title.mkv", None, (7,)),
        ("Season 2/07 - Title.mkv", 2, (7,)),
        ("S02\\07.mkv", 2, (7,)),
        ("Show 2019 - 08 - 5.1 Audio.mkv", None, (8,)),
    ],
)
def test_the_first_reading(name: str, season: int | None, numbers: tuple[int, ...]) -> None:
    first = readings(name)[0]
    assert (first.season, first.numbers) == (season, numbers)


def test_a_name_without_numbers_has_no_reading() -> None:
    assert readings("Show.mkv") == []
    assert readings("") == []
    assert readings("Show (2019) 1080p x264.mkv") == []


def test_dates_are_read_as_dates() -> None:
    assert [one.date for one in readings("Show.2026.01.31.Guest.mkv")] == ["2026-01-31"]


def test_a_span_that_cannot_be_is_no_span() -> None:
    assert readings("Show E10-9.mkv")[0].numbers == (10,)


@pytest.mark.parametrize(
    "name", ["NCOP1.mkv", "Show - NCED02v2.mkv", "x/Extras/a.mkv", "Show Trailer.mkv", "Show_PV1.mkv", "sample.mkv"]
)
def test_extras(name: str) -> None:
    assert is_extra(name)


@pytest.mark.parametrize(
    "name", ["Show.S01E01.Trailer.Park.mkv", "Operation - 01.mkv", "Edward - 02.mkv", "Show.S01E02.ED.mkv"]
)
def test_no_extras(name: str) -> None:
    assert not is_extra(name)


def test_videos_by_extension() -> None:
    assert is_video("a/b.MKV")
    assert not is_video("a/b.nfo")
    assert not is_video("mkv/readme")


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    readings(text)
    is_extra(text)


@pytest.mark.parametrize(
    "hostile", ["s1e1" * 100, "- 1 " * 100, "1" * 400, "season 1 " * 60, "e1-" * 200, "[(" * 200, "ep" * 200]
)
def test_hostile_names_cost_little(hostile: str) -> None:
    started = time.perf_counter()
    for _ in range(10):
        readings(hostile)
        is_extra(hostile)
    assert time.perf_counter() - started < 0.5
