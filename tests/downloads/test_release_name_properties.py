"""What holds for any name: no exception, the same answer twice, numbers that can be, and bounded work."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.downloads.release_name import Kind, parse, parse_path, parse_set

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "S01",
                "E02",
                "1x02",
                "-",
                " - ",
                "[",
                "]",
                "(",
                ")",
                ".",
                "_",
                " ",
                "07",
                "12.5",
                "v2",
                "720p",
                "x264",
                "of",
            ]
        ),
        st.sampled_from(
            ["Season", "Part", "Cap", "第", "話", "季", "十", "сезон", "серия", "2023", "04", "OVA", "END", "~"]
        ),
        st.text(max_size=4),
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(max_size=400), PIECES))
def test_any_name_has_an_answer(name: str) -> None:
    found = parse(name)
    assert found
    assert found == parse(name)
    for one in found:
        assert list(one.seasons) == sorted(set(one.seasons))
        assert one.season == (one.seasons[0] if one.seasons else None)
        assert all(number >= 0 for number in (*one.episodes, *one.absolute))
        assert (one.kind is Kind.UNKNOWN) <= (not one.episodes and not one.absolute and not one.air_date)
    assert parse_path(name)


@given(st.lists(PIECES, max_size=6))
def test_a_set_is_answered_in_order(paths: list[str]) -> None:
    together = parse_set(paths)
    assert [set(found) for found in together] == [set(parse_path(path)) for path in paths]


@given(st.integers(1, 99), st.integers(1, 999))
def test_every_season_and_episode_is_read_back(season: int, episode: int) -> None:
    found = parse(f"Harbour.Lights.S{season:02}E{episode:02}.1080p.WEB-DL-GRP")[0]
    assert (found.title, found.season, found.episodes) == ("Harbour Lights", season, (episode,))


@pytest.mark.parametrize(
    "piece",
    [
        *("s1e1", "- 1 ", "1", "season 1 ", "e1-", "[(", "ep", "[1]", "1-", "01 ", "2011.01.", "1x", "a.", "第1话"),
        *(
            "1 сезон ",
            "[a]",
            "v1",
            "s01 ",
            "cap1",
            "(",
            "www.",
            "part one ",
            "ii ",
            "s",
            "全",
            "720p ",
            "ac3 5.1",
            "_1",
        ),
        *(
            "temporada",
            "jan 1 ",
            "１",
            "-a1",
            "s01s",
            "1,",
            "  ",
            "__",
            "..",
            "complete ",
            "of 1 ",
            "[[[",
            " / ",
            "1.5 ",
        ),
    ],
)
def test_hostile_names_cost_no_more_than_their_length(piece: str) -> None:
    """Four times the length may cost at most some ten times the time: nothing explodes."""
    short, long = (piece * 100)[:64], (piece * 300)[:256]
    assert _fastest(long) < 12 * _fastest(short) + 0.004


def _fastest(name: str) -> float:
    took = []
    for _ in range(5):
        started = time.perf_counter()
        parse(name)
        took.append(time.perf_counter() - started)
    return min(took)
