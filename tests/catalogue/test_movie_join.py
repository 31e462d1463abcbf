"""Which listed movies are one, and what they say together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.catalogue.movie_join import Copy, JoinedBy, join, merged
from episodarr.catalogue.movies import ListedMovie
from episodarr.watching.place import spelled

AT = datetime(2026, 1, 1, tzinfo=UTC)


def copy(key: str, title: str = "Heat", year: int = 1995, *, at: int = 2, movie: int | None = None, **told) -> Copy:
    gone = told.pop("gone_at", None)
    return Copy(at, at == 1, ListedMovie(key, title, year, **told), AT, gone, movie)


def groups(*copies: Copy) -> set[frozenset[str]]:
    return {frozenset(one.movie.id for one in found.copies) for found in join(copies, spelled)}


def test_the_id_of_themoviedb_joins_however_they_are_called() -> None:
    one, other = copy("a", "Le Samouraï", 1967, tmdb_id=7), copy("b", "The Samurai", 1968, at=1, tmdb_id=7)
    assert groups(one, other) == {frozenset("ab")}
    assert one.joined_by is JoinedBy.TMDB


def test_the_id_of_imdb_joins_what_has_no_other() -> None:
    one, other = copy("a", imdb_id="tt1"), copy("b", "Hitze", imdb_id="tt1")
    assert groups(one, other) == {frozenset("ab")}
    assert other.joined_by is JoinedBy.IMDB


def test_imdb_leads_to_themoviedb_where_a_third_one_tells_both() -> None:
    both = copy("c", tmdb_id=7, imdb_id="tt1")
    assert groups(copy("a", imdb_id="tt1"), copy("b", "Hitze", tmdb_id=7), both) == {frozenset("abc")}


def test_what_contradicts_itself_is_not_joined() -> None:
    one, other = copy("a", tmdb_id=7, imdb_id="tt1"), copy("b", tmdb_id=8, imdb_id="tt1")
    assert groups(one, other, copy("c", imdb_id="tt1")) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_title_and_year_join_only_what_tells_no_id() -> None:
    nameless = copy("b", "HEAT!")
    assert groups(copy("a", tmdb_id=7), nameless) == {frozenset("ab")}
    assert nameless.joined_by is JoinedBy.TITLE
    assert groups(copy("a", tmdb_id=7), copy("b", tmdb_id=8)) == {frozenset("a"), frozenset("b")}
    assert groups(copy("a", year=1995), copy("b", year=1986, tmdb_id=7)) == {frozenset("a"), frozenset("b")}
    assert groups(copy("a"), copy("b")) == {frozenset("ab")}


def test_a_title_that_fits_two_movies_fits_none() -> None:
    assert groups(copy("a", tmdb_id=7), copy("b", tmdb_id=8), copy("c")) == {
        frozenset("a"),
        frozenset("b"),
        frozenset("c"),
    }


def test_without_a_year_it_stays_alone() -> None:
    alone = copy("a", year=0)
    assert groups(alone, copy("b", year=0), copy("c", tmdb_id=7, year=0)) == {
        frozenset("a"),
        frozenset("b"),
        frozenset("c"),
    }
    assert alone.joined_by is JoinedBy.ALONE


def test_a_movie_goes_on_as_itself() -> None:
    found = join([copy("a", tmdb_id=7, movie=5), copy("b", tmdb_id=7, at=1), copy("c", tmdb_id=8)], spelled)
    assert [(one.movie_id, [held.movie.id for held in one.copies]) for one in found] == [
        (5, ["b", "a"]),
        (None, ["c"]),
    ]


def test_two_that_turn_out_to_be_one_go_on_as_the_older_one() -> None:
    (found,) = join([copy("a", tmdb_id=7, movie=9), copy("b", tmdb_id=7, movie=4)], spelled)
    assert found.movie_id == 4


def test_one_that_turns_out_to_be_two_stays_with_the_managers_word() -> None:
    found = join([copy("a", tmdb_id=7, movie=4), copy("b", tmdb_id=8, at=1, movie=4)], spelled)
    assert {one.copies[0].movie.id: one.movie_id for one in found} == {"a": None, "b": 4}


def whole(**told) -> dict:
    return {"has_file": True, "size": 100, "path": "/a.mkv", "added_at": AT, **told}


def test_the_managers_word_goes_first_and_others_fill_the_gaps() -> None:
    radarr = copy("a", "Heat", at=1, tmdb_id=7, monitored=True, tags=("b", "a"), **whole(quality="Bluray"))
    plex = copy("b", "Heat (1995)", imdb_id="tt1", rating=8.0, genres=("Crime",), **whole(size=101, path="/p.mkv"))
    found = merged((radarr, plex))
    assert (found.title, found.tmdb_id, found.imdb_id, found.rating, found.genres) == (
        "Heat",
        7,
        "tt1",
        8.0,
        ("Crime",),
    )
    assert (found.monitored, found.tags, found.path, found.size_on_disk) == (True, ("a", "b"), "/a.mkv", 100)
    assert (found.available, found.available_since, found.quality) == (True, AT, "Bluray")


def test_two_managers_hold_two_files() -> None:
    four_k = copy("b", at=1, monitored=False, **whole(size=400))
    found = merged((copy("a", at=1, monitored=False, **whole()), four_k))
    assert (found.size_on_disk, found.monitored, found.available) == (500, False, False)


def test_a_media_server_alone_is_enough() -> None:
    found = merged((copy("a", **whole(added_at=None)),))
    assert (found.monitored, found.has_file, found.size_on_disk, found.available_since) == (None, True, 100, AT)


def test_what_is_gone_says_nothing_as_long_as_something_is_there() -> None:
    gone = copy("a", "Heat (old)", at=1, monitored=True, gone_at=AT, **whole())
    found = merged((copy("b"), gone))
    assert (found.title, found.monitored, found.has_file, found.gone_at) == ("Heat", None, False, None)


def test_what_is_gone_everywhere_keeps_its_name() -> None:
    later = AT + timedelta(days=1)
    found = merged((copy("a", "Heat", gone_at=AT, **whole()), copy("b", "Hitze", gone_at=later)))
    assert (found.title, found.has_file, found.available, found.gone_at) == ("Heat", False, False, later)


told = st.builds(
    copy,
    st.uuids().map(str),
    st.sampled_from(["Heat", "heat!", "Arrival"]),
    st.sampled_from([0, 1995, 2016]),
    at=st.sampled_from([1, 2, 3]),
    movie=st.sampled_from([None, 4, 5, 6]),
    tmdb_id=st.sampled_from([0, 0, 7, 8]),
    imdb_id=st.sampled_from(["", "tt1", "tt2"]),
    gone_at=st.sampled_from([None, None, AT]),
)


@settings(max_examples=60)
@given(st.lists(told, max_size=8), st.randoms())
def test_the_order_of_arrival_does_not_matter_and_nothing_is_lost(copies: list[Copy], dice) -> None:
    found = join(copies, spelled)
    shuffled = list(copies)
    dice.shuffle(shuffled)
    as_set = {(one.movie_id, tuple(held.key for held in one.copies)) for one in found}
    assert {(one.movie_id, tuple(held.key for held in one.copies)) for one in join(shuffled, spelled)} == as_set
    assert sorted(held.key for one in found for held in one.copies) == sorted(one.key for one in copies)
    ids = [one.movie_id for one in found if one.movie_id is not None]
    assert len(ids) == len(set(ids)), "no two movies go on as the same one"
    for one in found:
        assert len({held.movie.tmdb_id for held in one.copies} - {0}) <= 1, "two ids are two movies"
        assert merged(one.copies).gone_at is None or all(held.gone_at for held in one.copies)


@pytest.mark.parametrize("times", [2, 3])
def test_joining_again_changes_nothing(times: int) -> None:
    copies = [copy("a", tmdb_id=7, movie=9), copy("b", tmdb_id=7, movie=4), copy("c", movie=4), copy("d", year=0)]
    for _ in range(times):
        found = join(copies, spelled)
        for place, one in enumerate(found):
            for held in one.copies:
                held.movie_id = one.movie_id if one.movie_id is not None else 100 + place
    assert {one.movie.id: one.movie_id for one in copies} == {"a": 4, "b": 4, "c": 4, "d": 101}
