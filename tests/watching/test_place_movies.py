"""Which movie a played item is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.watching.place_movies import MovieShelf, ShownCopy, ShownMovie, WantedMovie, ids_of, places

SHELF = MovieShelf(
    [
        ShownMovie(1, "Heat", 1995, 949, "tt0113277"),
        ShownMovie(2, "Heat", 1986, 950, ""),
        ShownMovie(3, "Nameless", 0),
        ShownMovie(4, "Dune", 2021),
        ShownMovie(5, "Dune", 2021, 438631),
    ],
    [
        ShownCopy(1, 7, "501", "plex://movie/aa"),
        ShownCopy(2, 7, "502", "plex://movie/bb"),
        ShownCopy(1, 8, "502"),
        ShownCopy(4, 8, "900", "plex://movie/cc"),
        ShownCopy(5, 7, "901", "plex://movie/cc"),
    ],
)


@pytest.mark.parametrize(
    ("wanted", "movie"),
    [
        (WantedMovie(7, "502", "key:502", "whatever"), 2),
        (WantedMovie(8, "502", "plex://movie/bb", "whatever"), 1),
        (WantedMovie(9, "502", "plex://movie/bb", "whatever"), 2),
        (WantedMovie(9, "1", "plex://movie/zz", "HEAT", 1995), 1),
        (WantedMovie(9, "1", "com.plexapp.agents.imdb://tt0113277?lang=en", "Hitze"), 1),
        (WantedMovie(9, "1", "com.plexapp.agents.themoviedb://950", "Hitze"), 2),
        (WantedMovie(9, "1", "tmdb:438631", "Wüste"), 5),
        (WantedMovie(9, "1", "imdb://tt0113277", "Hitze"), 1),
        (WantedMovie(9, "1", "key:1", "Heat", 2000), None),
        (WantedMovie(9, "1", "key:1", "Nameless", 0), None),
        (WantedMovie(9, "1", "key:1", "Dune", 2021), None),
        (WantedMovie(9, "1", "plex://movie/cc", "Heat", 1995), None),
    ],
)
def test_it_is_found_by_the_most_certain_word(wanted: WantedMovie, movie: int | None) -> None:
    assert SHELF.place(wanted) == movie
    assert places(SHELF, {70: wanted}) == ({} if movie is None else {70: movie})


@pytest.mark.parametrize("identity", ["", "key:5", "tmdb://x1", "tmdb://99999999999", "plex://movie/5d77", "tvdb://7"])
def test_what_is_no_id_is_none(identity: str) -> None:
    assert ids_of(identity) == (0, "")


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=20), st.integers(0, 3000))
def test_no_text_breaks_it(identity: str, title: str, year: int) -> None:
    assert SHELF.place(WantedMovie(1, title, identity, title, year)) in {None, 1, 2, 4, 5}
