"""Radarr's answers read as they come: what is odd in one movie keeps no other one away."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.catalogue.movies import MovieListing
from episodarr.connections.failures import Broken, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.integrations._http import Answer
from episodarr.integrations.radarr import Radarr

KEY = "0123456789abcdef0123456789abcdef"
STATUS = {"appName": "Radarr", "version": "5.26.2.10099", "instanceName": "Radarr 4K"}
FILE = {
    "id": 9,
    "movieId": 1,
    "relativePath": "Heat.mkv",
    "path": "/movies/Heat (1995)/Heat.mkv",
    "size": 12_000_000_000,
    "dateAdded": "2025-03-04T05:06:07Z",
    "quality": {"quality": {"id": 7, "name": "Bluray-1080p"}, "revision": {"version": 1}},
}
HEAT = {
    "id": 1,
    "title": "Heat",
    "sortTitle": "heat",
    "year": 1995,
    "tmdbId": 949,
    "imdbId": "tt0113277",
    "status": "released",
    "overview": "Two men.",
    "runtime": 170,
    "genres": ["Crime"],
    "studio": "Regency",
    "ratings": {"imdb": {"votes": 5, "value": 8.34, "type": "user"}, "tmdb": {"votes": 5, "value": 7.9}},
    "monitored": True,
    "path": "/movies/Heat (1995)",
    "rootFolderPath": "/movies/",
    "hasFile": True,
    "sizeOnDisk": 12_000_000_000,
    "tags": [3, 99],
    "images": [{"coverType": "poster", "url": "/MediaCover/1/poster.jpg"}],
    "movieFile": FILE,
}
DUNE = {"id": 2, "title": "Dune", "year": 2021, "monitored": False, "hasFile": False, "path": "/movies/Dune (2021)"}


@pytest.fixture
def radarr(upstream, says):
    """Do something with a Radarr client against the scripted server."""
    upstream.on("GET", "/api/v3/system/status", says(STATUS))
    upstream.on("GET", "/api/v3/tag", says([{"id": 3, "label": "keep"}]))

    def play(deed):
        async def story(url, session):
            return await deed(Radarr("Radarr", url, KEY, session))

        return upstream.run(story)

    return play


def test_a_movie_is_read_whole(upstream, says, radarr):
    upstream.on("GET", "/api/v3/movie", says([DUNE, HEAT]))
    heat, dune = radarr(Radarr.movies).movies
    assert (heat.id, heat.tmdb_id, heat.imdb_id, heat.rating, heat.tags) == ("1", 949, "tt0113277", 8.3, ("keep",))
    assert (heat.path, heat.size, heat.quality) == (FILE["path"], 12_000_000_000, "Bluray-1080p")
    assert (heat.added_at, heat.has_poster) == (datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC), True)
    assert (dune.path, dune.has_file, dune.size, dune.rating, dune.has_poster) == (
        "/movies/Dune (2021)",
        False,
        0,
        None,
        False,
    )


def test_the_path_of_a_file_is_made_of_its_folder_where_it_is_not_told(upstream, says, radarr):
    without = {name: value for name, value in FILE.items() if name != "path"}
    upstream.on("GET", "/api/v3/movie", says([HEAT | {"movieFile": without}]))
    assert radarr(Radarr.movies).movies[0].path == FILE["path"]


def test_one_odd_movie_keeps_no_other_away_and_is_not_gone(upstream, says, radarr):
    upstream.on("GET", "/api/v3/movie", says([HEAT, {"id": 7, "title": ["?"]}]))
    found = radarr(Radarr.movies)
    assert [one.title for one in found.movies] == ["Heat"]
    assert set(found.unreadable) == {"7"}
    assert found.ids == {"1", "7"}


@pytest.mark.parametrize("listed", [{}, [1], [{}], [{"id": "x"}], [{"title": "no id"}]])
def test_a_list_that_is_none_is_refused_whole(upstream, says, radarr, listed):
    upstream.on("GET", "/api/v3/movie", says(listed))
    with pytest.raises(Broken):
        radarr(Radarr.movies)


def test_a_sonarr_behind_the_address_is_told_apart_before_it_is_believed(upstream, says, radarr):
    upstream.on("GET", "/api/v3/system/status", says(STATUS | {"appName": "Sonarr"}))
    upstream.on("GET", "/api/v3/movie", says([]))
    for deed in (Radarr.check, Radarr.movies, Radarr.disks):
        with pytest.raises(WrongApp, match="Sonarr"):
            radarr(deed)
    assert "/api/v3/movie" not in upstream.paths()


def test_the_test_button(upstream, says, radarr):
    checked = radarr(Radarr.check)
    assert (checked.application, checked.version, checked.detail) == ("Radarr", "5.26.2.10099", "instance “Radarr 4K”")
    assert upstream.asked[0].headers["X-Api-Key"] == KEY
    upstream.on("GET", "/api/v3/system/status", says("", 401))
    with pytest.raises(Refused):
        radarr(Radarr.check)
    upstream.on("GET", "/api/v3/system/status", says("", 404))
    with pytest.raises(WrongPath, match="no Radarr API"):
        radarr(Radarr.check)


async def _told(body: bytes) -> MovieListing | ServiceFailure:
    client = Radarr("Radarr", "http://h", KEY, None)

    async def ask(_method, path, **_):
        small = {"/api/v3/system/status": STATUS, "/api/v3/tag": []}
        said = json.dumps(small[path]).encode() if path in small else body
        return Answer(200, said, "application/json", {}, {})

    client.http.ask = ask
    try:
        return await client.movies()
    except ServiceFailure as failure:
        return failure


ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({"a": [1]})


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(HEAT)), ODD, max_size=3), st.dictionaries(st.sampled_from(sorted(FILE)), ODD)
)
def test_whatever_a_movie_holds_ends_in_a_value_or_a_failure(movie, file):
    spoiled = HEAT | {"movieFile": FILE | file} | movie
    found = asyncio.run(_told(json.dumps([spoiled, DUNE]).encode()))
    if isinstance(found, MovieListing):
        assert "2" in {one.id for one in found.movies}
        for one in found.movies:
            assert 0 <= one.year < 2**31
            assert 0 <= one.size < 2**63
            assert one.rating is None or 0 < one.rating <= 10


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400))
def test_a_cut_off_list_is_never_taken_for_the_whole(place):
    body = json.dumps([DUNE, DUNE | {"id": 3}, DUNE | {"id": 4}]).encode()
    found = asyncio.run(_told(body[: min(place, len(body) - 1)]))
    assert isinstance(found, ServiceFailure)
