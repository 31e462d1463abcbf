"""TMDB: what the adapter asks and the simulated server answers, against TMDB's description and what was recorded."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from contract_calls import Caller
from contract_schemas import OpenApi

from episodarr.connections.failures import Broken
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, living_world
from episodarr.demo.tmdb import API_KEY, READ_TOKEN
from episodarr.integrations._http import Answer, make_session
from episodarr.integrations.tmdb import Tmdb

EMPTY_IN_RECORDINGS = {
    "poster_path", "backdrop_path", "still_path", "logo_path", "air_date", "last_episode_to_air",
    "next_episode_to_air", "freebase_mid", "freebase_id", "tvrage_id", "wikidata_id", "facebook_id", "instagram_id",
    "twitter_id",
}  # fmt: skip
"""Members that the description gives one type, and recordings a null."""


@pytest.fixture(scope="module")
def folder(contracts: Path) -> Path:
    return contracts / "tmdb"


@pytest.fixture(scope="module")
def api(folder: Path) -> OpenApi:
    return OpenApi(folder / "openapi-v3.filtered.json")


@pytest.fixture(scope="module")
def parameters(folder: Path) -> dict[str, set[str]]:
    """What each path takes in its query."""
    paths = json.loads((folder / "openapi-v3.filtered.json").read_text())["paths"]
    return {
        path: {one["name"] for one in told["get"].get("parameters", []) if one["in"] == "query"}
        for path, told in paths.items()
    }


@pytest.fixture
def tmdb(running: Any) -> Caller:
    service = next(service for service in running.services if service.kind == "tmdb")
    return Caller(service.url, {"Authorization": f"Bearer {READ_TOKEN}"})


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: without_nulls(one) for name, one in value.items() if not (one is None and name in EMPTY_IN_RECORDINGS)
        }
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def invented(body: Any, schema: Any, where: str = "") -> Iterator[str]:
    """Members that the description does not know; what it leaves open is taken as it comes."""
    if isinstance(body, dict) and isinstance(schema.get("properties"), dict):
        for name, one in body.items():
            if name not in schema["properties"]:
                yield f"{where}/{name}"
            else:
                yield from invented(one, schema["properties"][name], f"{where}/{name}")
    elif isinstance(body, list):
        for one in body:
            yield from invented(one, schema.get("items", {}), f"{where}[]")


def fits(api: OpenApi, body: Any, path: str, status: str = "200") -> None:
    bare = without_nulls(body)
    api.check(bare, "GET", path, status)
    assert [*invented(bare, api.response_schema("GET", path, status))] == []


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/3/authentication", "/3/authentication"),
        ("/3/search/tv?query=night", "/3/search/tv"),
        ("/3/search/tv?query=Lost&language=fr-FR", "/3/search/tv"),
        ("/3/search/tv?query=nothing+at+all", "/3/search/tv"),
        ("/3/find/995004?external_source=tvdb_id", "/3/find/{external_id}"),
        ("/3/find/tt9800004?external_source=imdb_id", "/3/find/{external_id}"),
        ("/3/find/9900001?external_source=tvdb_id", "/3/find/{external_id}"),
        ("/3/tv/890001", "/3/tv/{series_id}"),
        ("/3/tv/890006?language=fr-FR", "/3/tv/{series_id}"),
        ("/3/tv/890001/season/0", "/3/tv/{series_id}/season/{season_number}"),
        ("/3/tv/890006/season/1?language=de-DE", "/3/tv/{series_id}/season/{season_number}"),
        ("/3/tv/890001/external_ids", "/3/tv/{series_id}/external_ids"),
        ("/3/tv/890002/alternative_titles", "/3/tv/{series_id}/alternative_titles"),
    ],
)
def test_answers_have_the_described_members(api: OpenApi, tmdb: Caller, asked: str, path: str) -> None:
    answer = tmdb.get(asked)
    assert answer.status == 200
    fits(api, answer.json, path)


def test_everything_of_the_catalogue_is_described(api: OpenApi, tmdb: Caller, running: Any) -> None:
    for series in list(running.world.series.values()):
        told = tmdb.get(f"/3/tv/{series.tmdb_id}?append_to_response=season/0,season/1,external_ids").json
        for number in (0, 1):
            season = told.pop(f"season/{number}", None)
            if season is not None:
                fits(api, season, "/3/tv/{series_id}/season/{season_number}")
        fits(api, told.pop("external_ids") | {"id": series.tmdb_id}, "/3/tv/{series_id}/external_ids")
        fits(api, told, "/3/tv/{series_id}")


def test_errors_are_those_of_tmdb(folder: Path, api: OpenApi, tmdb: Caller) -> None:
    recorded = {
        code: json.loads((folder / "constructed" / f"error-{code}.json").read_text()) for code in (401, 404, 429)
    }
    missing = tmdb.get("/3/tv/77777")
    assert (missing.status, missing.json) == (404, recorded[404])
    wrong = Caller(tmdb.url, {"Authorization": "Bearer wrong"}).get("/3/authentication")
    assert (wrong.status, wrong.json) == (401, recorded[401])
    fits(api, wrong.json, "/3/authentication", "401")
    assert tmdb.get("/3/search/tv?query=x&page=501").json["status_code"] == 22
    assert tmdb.get("/3/search/tv").status == 422
    many = ",".join(f"season/{number}" for number in range(21))
    assert tmdb.get(f"/3/tv/890001?append_to_response={many}").json["status_code"] == 27
    assert "season/99" not in tmdb.get("/3/tv/890001?append_to_response=season/99,season/1").json


async def _limited() -> tuple[int, dict[str, str], Any]:
    stack = Stack(living_world(ManualClock()))
    await stack.start()
    try:
        stack.tmdb.busy = 1
        async with make_session() as session, session.get(f"{stack.tmdb.url}/3/authentication") as answer:
            return answer.status, dict(answer.headers), await answer.json()
    finally:
        await stack.stop()


def test_too_many_requests_are_told_as_tmdb_does(folder: Path) -> None:
    status, headers, body = asyncio.run(_limited())
    assert (status, headers["Retry-After"]) == (429, "2")
    assert body == json.loads((folder / "constructed" / "error-429.json").read_text())


async def _asked() -> list[str]:
    stack = Stack(living_world(ManualClock()))
    await stack.start()
    try:
        async with make_session() as session:
            client = Tmdb("TMDB", stack.tmdb.url, API_KEY, session)
            await client.check()
            await client.search_shows("Night Desk", year=2011, language="fr-FR")
            await client.search_shows("Night Desk")
            await client.show(890_006, language="fr-FR")
            await client.show(890_001, seasons=tuple(range(40)))
            await client.find_show(tvdb_id=7, imdb_id="tt7")
        return [target for _, target, _ in stack.tmdb.counts.log]
    finally:
        await stack.stop()


def test_nothing_is_asked_that_is_not_described(parameters: dict[str, set[str]]) -> None:
    asked = asyncio.run(_asked())
    assert len(asked) == 10
    for target in asked:
        parts = urlsplit(target)
        path = next(one for one in parameters if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", one), parts.path))
        query = dict(parse_qsl(parts.query))
        assert query.pop("api_key") == API_KEY
        assert set(query) <= parameters[path]
        appended = query.get("append_to_response", "")
        assert len(appended.split(",")) <= 20
        assert re.fullmatch(r"((external_ids|alternative_titles|season/\d+)(,|$))*", appended)


# ---------------------------------------------------------------------- recordings


def of_recordings(bodies: dict[str, Any]) -> Tmdb:
    """A client that gets these bodies by the beginning of the path, whatever else it asks."""
    client = Tmdb("TMDB", "http://h", API_KEY, None)  # type: ignore[arg-type]  # it is never asked

    async def ask(_: str, path: str, **__: Any) -> Answer:
        body = next(body for start, body in bodies.items() if path.startswith(start))
        return Answer(200, json.dumps(body).encode(), "application/json", {}, {})

    client.http.ask = ask  # type: ignore[method-assign]  # of the recordings
    return client


@pytest.fixture
def lost(folder: Path) -> dict[str, Any]:
    """The recorded Lost with its recorded seasons appended."""
    told: dict[str, Any] = json.loads((folder / "recorded" / "tv-4607-details-append-external_ids.json").read_text())
    seasons = json.loads((folder / "recorded" / "tv-4607-seasons-0-to-6.no-credits.json").read_text())
    return told | {f"season/{number}": season for number, season in seasons.items()}


def test_the_recorded_lost_has_120_episodes_without_specials(lost: dict[str, Any]) -> None:
    show = asyncio.run(of_recordings({"/3/tv/4607": lost}).show(4607))
    assert show is not None
    assert (show.title, show.year, show.status, show.tvdb_id, show.imdb_id) == (
        "Lost",
        2004,
        "ended",
        73739,
        "tt0411008",
    )
    assert sum(one.episode_count for one in show.seasons if one.number > 0) == 120 == lost["number_of_episodes"]
    read = [sum(one.season == number for one in show.episodes) for number in range(7)]
    assert read == [33, 24, 24, 23, 14, 17, 0]
    # The list of season 6 was left out: its episodes are not "none".
    assert show.read_seasons == (0, 1, 2, 3, 4, 5, *range(7, 18))
    assert not show.complete
    pilot = next(one for one in show.episodes if (one.season, one.number) == (1, 1))
    assert (pilot.titles, str(pilot.aired_on), pilot.id) == (("Pilot (1)",), "2004-09-22", 333924)


def test_with_all_its_lists_the_recorded_lost_is_complete(lost: dict[str, Any]) -> None:
    lost["season/6"]["episodes"] = [
        {"id": 1000 + number, "episode_number": number, "name": f"T{number}", "air_date": None}
        for number in range(1, 19)
    ]
    show = asyncio.run(of_recordings({"/3/tv/4607": lost}).show(4607))
    assert show is not None
    assert show.complete
    assert sum(one.season > 0 for one in show.episodes) == 120
    del lost["season/3"]
    show = asyncio.run(of_recordings({"/3/tv/4607": lost}).show(4607))
    assert show is not None
    assert not show.complete


def test_recorded_and_documented_lists_are_read(folder: Path) -> None:
    recorded = json.loads((folder / "recorded" / "search-tv.json").read_text())
    found = asyncio.run(of_recordings({"/3/search": recorded}).search_shows("lost"))
    assert [one.ref.id for one in found] == [one["id"] for one in recorded["results"]]
    assert (found[0].title, found[0].year, found[0].countries, found[0].language) == ("Lost", 2004, ("US",), "en")
    documented = json.loads((folder / "doc-examples" / "search-tv.200.json").read_text())
    assert [one.title for one in asyncio.run(of_recordings({"/3/search": documented}).search_shows("x"))] == [
        "Breaking Bad"
    ]
    by_id = json.loads((folder / "doc-examples" / "find-external-id.200.json").read_text())
    assert asyncio.run(of_recordings({"/3/find": by_id}).find_show(tvdb_id=1)) is None  # it found a film


def test_documented_shows_and_seasons_are_read(folder: Path) -> None:
    examples = folder / "doc-examples"
    told = json.loads((examples / "tv-series-id.200.json").read_text())
    told["season/1"] = json.loads((examples / "tv-series-id-season-season-number.200.json").read_text())
    told["alternative_titles"] = json.loads((examples / "tv-series-id-alternative-titles.200.json").read_text())
    told["external_ids"] = json.loads((examples / "tv-series-id-external-ids.200.json").read_text())
    show = asyncio.run(of_recordings({"/3/tv": told}).show(told["id"], seasons=(1,)))
    assert show is not None
    assert "El Juego de Tronos" in show.other_titles
    assert show.tvdb_id == told["external_ids"]["tvdb_id"]
    assert len(show.episodes) == len(told["season/1"]["episodes"])
    assert show.read_seasons == (1,)


def test_another_show_than_was_asked_for_is_no_answer(lost: dict[str, Any]) -> None:
    with pytest.raises(Broken, match="another one"):
        asyncio.run(of_recordings({"/3/tv": lost}).show(4608))
