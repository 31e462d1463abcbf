"""Which episode a played item is."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.watching.model import SeriesIds
from episodarr.watching.place import Known, Shelf, Shown, Wanted, spelled

OLD, NEW = Shown(1, ("Quiet Harbor",), 1999, 11), Shown(2, ("Quiet Harbor",), 2021, 22, 222)
AGAIN = Shown(3, ("Quiet Harbor (2021)",), 2021, 22)
NAMELESS = Shown(4, ("Silo", "Wool"), 2023)
PLACES = {
    (1, 1, 1): Known(101, 1011, "1999-09-01"),
    (2, 1, 1): Known(201, 2011, "2021-03-01"),
    (3, 1, 1): Known(301, 2011, "2021-03-01"),
    (4, 1, 1): Known(401),
}
SHELF = Shelf([OLD, NEW, AGAIN, NAMELESS])


def found(wanted: Wanted, ids: SeriesIds | None = None, shelf: Shelf = SHELF) -> list[int]:
    candidates, certain = shelf.candidates(wanted, ids)
    return shelf.choose(wanted, candidates, PLACES, certain=certain)


HARBOR = Wanted("Quiet Harbor", 1, 1)


@pytest.mark.parametrize(
    ("told", "ids", "of"),
    [
        ({"series_tvdb_id": 11}, None, [101]),
        ({"series_tmdb_id": 222}, None, [201]),
        ({}, SeriesIds(tvdb_id=22), [201, 301]),
        ({}, SeriesIds(year=1999), [101]),
        ({"series_tvdb_id": 99}, None, []),
        ({"tvdb_id": 2011}, None, [201, 301]),
        ({"aired_on": "1999-09-01"}, None, [101]),
        ({"aired_on": "2021-03-02"}, None, [201, 301]),
        ({"aired_on": "2010-01-01"}, None, []),
        ({"year": 2005}, None, [101]),
        ({"year": 2022}, None, [201, 301]),
        ({"year": 1950}, None, []),
        ({}, None, []),
        ({"season": 9}, None, []),
        ({"series_title": "Another"}, None, []),
    ],
)
def test_a_title_of_two_series_is_told_apart_or_left_alone(told, ids, of):
    assert found(msgspec.structs.replace(HARBOR, **told), ids) == of


def test_a_title_of_one_series_is_enough():
    assert found(Wanted("the SILO!", 1, 1)) == [401]
    assert found(Wanted("Wool", 1, 1, year=2022)) == [401]
    assert found(Wanted("Silo", 1, 1, series_tvdb_id=5)) == [401], "it is listed without an id"
    assert found(Wanted("Silo", 1, 1), SeriesIds(year=2023)) == [401]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Law & Order", "Law and Order"),
        ("The Office (2005)", "Office"),
        ("Pokémon", "POKEMON"),
        ("M*A*S*H", "M.A.S.H"),
        ("Grey's Anatomy", "Greys Anatomy"),
    ],
)
def test_titles_are_compared_by_what_people_read(one, other):
    assert spelled(one) == spelled(other)


@given(st.text(st.characters(max_codepoint=127), max_size=12))
def test_plain_letters_are_spelled_like_all_others(title):
    assert spelled(f"{title}x") == spelled(f"{title}x\u0301")


def test_a_title_of_nothing_but_signs_is_itself():
    assert spelled("!!") == "!!"
    assert spelled("葬送のフリーレン") != spelled("薬屋のひとりごと")
