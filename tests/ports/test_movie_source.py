"""Every system that lists movies says the same of the same movie, each in its own words."""

import pytest

from episodarr.catalogue.movies import MovieLibrary, MovieManager, MovieSource
from episodarr.integrations import all_integrations

KINDS = [kind for kind, found in all_integrations().items() if {MovieManager, MovieLibrary}.intersection(found.ports)]


@pytest.fixture
def film(world):
    film = world.films.add(
        "The Fog",
        1980,
        runtime=89,
        genres=("Horror",),
        studio="AVCO",
        overview="It comes in from the sea.",
        rating=6.8,
        tags=("keep",),
    )
    world.films.import_file(film, "Bluray-1080p", size=12 * 10**9, at=world.now)
    return film


@pytest.mark.parametrize("kind", KINDS)
def test_a_movie_is_told_whole(play, film, kind):
    async def story(stage):
        client = stage.client(kind)
        assert isinstance(client, MovieSource)
        listing = await client.movies()
        (movie,) = listing.movies
        assert (movie.title, movie.year, movie.tmdb_id, movie.imdb_id) == ("The Fog", 1980, film.tmdb_id, film.imdb_id)
        assert (movie.runtime, movie.genres, movie.studio, movie.rating) == (89, ("Horror",), "AVCO", 6.8)
        assert (movie.path, movie.size, movie.has_file) == (film.path, 12 * 10**9, True)
        assert movie.overview == "It comes in from the sea."
        assert movie.added_at is not None
        assert listing.ids == {movie.id}
        managed = kind == "radarr"
        assert (movie.monitored, movie.tags) == ((True, ("keep",)) if managed else (None, ()))
        assert (movie.quality, movie.root_folder) == (("Bluray-1080p", "/media/movies/") if managed else ("", ""))
        assert movie.library == ("" if managed else "Movies")
        assert movie.has_poster
        assert (await client.movie_poster(movie.id))[:4] == b"\x89PNG"

    play(story)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_list_has_the_same_digest_and_another_one_another(play, world, film, kind):
    async def story(stage):
        client = stage.client(kind)
        first = await client.movies()
        assert (await client.movies()).digest == first.digest
        film.overview = "It goes out again."
        assert (await client.movies()).digest != first.digest

    play(story)


@pytest.mark.parametrize("kind", KINDS)
def test_no_movies_are_a_list_of_none(play, world, kind):
    async def story(stage):
        assert (await stage.client(kind).movies()).movies == ()

    play(story)


def test_a_wanted_movie_without_a_file_is_told_with_its_folder(play, world):
    async def story(stage):
        world.films.add("Dune", 2021, monitored=False)
        (movie,) = (await stage.client("radarr").movies()).movies
        assert (movie.has_file, movie.size, movie.added_at, movie.monitored) == (False, 0, None, False)
        assert movie.path == "/media/movies/Dune (2021)"

    play(story)


def test_what_plex_called_by_an_old_agent_has_its_id_all_the_same(play, film):
    async def story(stage):
        (movie,) = (await stage.client("plex").movies()).movies
        assert (movie.imdb_id, movie.tmdb_id) == (film.imdb_id, 0)
        assert movie.guid == f"com.plexapp.agents.imdb://{film.imdb_id}"

    play(story, legacy_plex=True)


def test_a_poster_that_is_none_is_none(play, film):
    async def story(stage):
        assert await stage.client("radarr").movie_poster("77777") is None
        assert await stage.client("radarr").movie_poster("../1") is None
        assert await stage.client("plex").movie_poster("77777") is None
        assert await stage.client("jellyfin").movie_poster("0" * 32) is None

    play(story)
