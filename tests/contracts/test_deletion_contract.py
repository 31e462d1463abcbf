"""What the adapters ask when files are to go, and what the simulated services answer, against the descriptions."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from contract_calls import Caller
from contract_schemas import OpenApi, nulls_in

from episodarr.connections.model import Connection
from episodarr.demo.clock import ManualClock
from episodarr.demo.jellyfin_system import USERS
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.integrations import all_integrations
from episodarr.integrations._http import make_session

RELEASE = Release("Show.S01", "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, LANGUAGES["English"])


def small() -> World:
    """A show and an anime of two episodes each, a movie, and a request."""
    clock = ManualClock()
    world = World(clock)
    for series in (world.add_series("Small Show"), world.add_series("Foxfire", kind="anime")):
        series.tags = [world.tag("keep")]
        for episode in world.add_season(series, 1, 2):
            world.add_file([episode], RELEASE, added_at=world.now - timedelta(days=9))
    world.films.import_file(world.films.add("Dune", 2021), at=world.now)
    world.requests.ask(world.requests.user("demo"), world.series[1].tmdb_id, [1])
    world.requests.ask_for_film(world.requests.user("demo"), world.films.all[1].tmdb_id)
    return world


@pytest.fixture
def small_stack(contracts: Path) -> Iterator[StackInThread]:
    with run_in_thread(Stack(small())) as running:
        yield running


def caller(running: StackInThread, kind: str) -> Caller:
    service = next(one for one in running.services if one.kind == kind)
    headers = {
        "jellyfin": {"Authorization": f'MediaBrowser Token="{service.api_key}"'},
        "plex": {"X-Plex-Token": service.token, "Accept": "application/json"},
        "seerr": {"X-Api-Key": service.api_key},
        "sonarr": {"X-Api-Key": service.api_key},
    }
    return Caller(service.url, headers[kind])


# ---------------------------------------------------------------------- what is asked


def asked(kind: str, calls: Callable[[Any], Awaitable[None]], **options: Any) -> list[tuple[str, str]]:
    """(method, target) of every request that an adapter makes."""

    async def run() -> list[tuple[str, str]]:
        stack = Stack(small(), **options)
        await stack.start()
        try:
            service = next(one for one in stack.services if one.kind == kind)
            settings = {"url": service.url, "api_key": service.api_key, "token": service.token}
            async with make_session() as session:
                client = all_integrations()[kind].connect(Connection(ConnectionId(1), kind, "Mine", settings), session)
                await calls(client)
            return [(method, target) for method, target, _ in stack.servers[kind].counts.log]
        finally:
            await stack.stop()

    return asyncio.run(run())


async def delete_through_sonarr(client: Any) -> None:
    assert await client.managed_file(1) in await client.managed_files(1)
    await client.owner(1)
    await client.roots()
    await client.waste_bin()
    await client.arriving(1)
    await client.set_monitored(1, [1], monitored=False)
    await client.delete_file(1)
    await client.search(1, [1])


async def tidy_media_server(client: Any) -> None:
    items = [one.id async for page in client.all_episodes() for one in page]
    await client.show_leaving("Leaving soon", items)
    await client.show_leaving("Leaving soon", items[:1])
    await client.show_leaving("Leaving soon", [])
    await client.files_gone(["/media/tv/Small Show (2024)/Season 01/a.mkv"])
    await client.listed([*items, "0" * 32])


async def set_requests_right(client: Any) -> None:
    told = await client.title_truth("tv", 880_001)
    await client.title_truth("movie", 800_001)
    await client.look_again()
    await client.partly_there(told.media_id)


async def forget_record(client: Any) -> None:
    found = await client.records_of(".mkv")
    await client.record(found[0].id)
    await client.forget_record(found[0].id)


Described = dict[tuple[str, str], tuple[set[str], set[str]]]
"""(method, path) -> (queries that there are, queries that there must be)."""


def described(file: Path, base: str = "") -> Described:
    whole = yaml.safe_load(file.read_text()) if file.suffix == ".yml" else json.loads(file.read_text())
    if isinstance(whole, list):  # Shoko's routes
        return {(one["method"], one["path"]): ({query["name"] for query in one["query"]}, set[str]()) for one in whole}
    found: Described = {}
    for path, methods in whole["paths"].items():
        shared = methods.get("parameters", [])
        for method, call in methods.items():
            if method in {"get", "post", "put", "delete"}:
                given = [one for one in [*shared, *call.get("parameters", [])] if one.get("in") == "query"]
                names = {one["name"].lower() for one in given}
                needed = {one["name"].lower() for one in given if one.get("required")}
                found[method.upper(), base + path] = (names, needed)
    return found


def strange(requests: list[tuple[str, str]], known: Described, *leave: str) -> list[str]:
    """The requests that are not as described. `leave`: expressions of those that the description does not hold."""
    found = []
    for method, target in requests:
        parts = urlsplit(target)
        names = {name.lower() for name in parse_qs(parts.query, keep_blank_values=True)}
        fitting = [
            one
            for (held, path), one in known.items()
            if held == method and re.fullmatch(re.sub(r"\{[^/]+\}", "[^/]+", path), parts.path, re.IGNORECASE)
        ]
        fits = any(names <= {one.lower() for one in may} and must <= names for may, must in fitting)
        if not fits and not any(re.search(one, f"{method} {target}") for one in leave):
            found.append(f"{method} {target}")
    return found


def test_sonarr_is_asked_what_it_describes(contracts: Path) -> None:
    known = described(contracts / "sonarr" / "openapi-v3.json")
    requests = asked("sonarr", delete_through_sonarr)
    assert ("DELETE", "/api/v3/episodefile/1") in requests
    assert strange(requests, known) == []
    assert strange([("DELETE", "/api/v3/episodefile/1/all"), ("GET", "/api/v3/tag?a=1")], known) != []


@pytest.mark.parametrize("file", ["openapi-10.11.8.json", "openapi-12.0.0.filtered.json"])
def test_jellyfin_is_asked_what_it_describes(contracts: Path, file: str) -> None:
    known = described(contracts / "jellyfin" / file)
    requests = asked("jellyfin", tidy_media_server)
    left_out = () if ("POST", "/Collections") in known else ("/Collections", " /Users$")
    assert strange(requests, known, *left_out) == []
    assert [target for method, target in requests if method == "DELETE" and "/Collections/" not in target] == []


def test_plex_is_asked_what_it_describes(contracts: Path) -> None:
    """Except for what servers do otherwise: a partial scan is a GET, an item of a collection is taken out by DELETE."""
    known = described(contracts / "plex" / "openapi-pms-1.2.0.json")
    requests = asked("plex", tidy_media_server)
    other = (
        r"GET /library/sections$",
        r"GET /library/sections/\w+/refresh\?path=",
        r"DELETE /library/collections/\d+/items/\d+$",
    )
    answered_by_page = r"GET /library/sections/\w+/all\?"  # its filters are described in prose
    assert strange(requests, known, *other, answered_by_page) == []
    assert [target for method, target in requests if method == "DELETE" and "/items/" not in target] == []


@pytest.mark.parametrize(
    ("product", "file"), [("Seerr", "seerr-api.yml"), ("Overseerr", "overseerr-api.yml")], ids=["seerr", "overseerr"]
)
def test_seerr_is_asked_what_it_describes(contracts: Path, product: str, file: str) -> None:
    known = described(contracts / "seerr" / file, "/api/v1")
    requests = asked("seerr", set_requests_right, seerr_product=product)
    assert strange(requests, known) == []
    assert {method for method, _ in requests} == {"GET", "POST"}


@pytest.mark.parametrize(("modern", "version"), [(False, "5.3.3"), (True, "6.0-dev")])
def test_shoko_is_asked_what_it_describes(contracts: Path, modern: bool, version: str) -> None:
    known = described(contracts / "shoko" / f"routes-{version}.json")
    requests = asked("shoko", forget_record, modern_shoko=modern)
    assert strange(requests, known) == []
    (deleted,) = [target for method, target in requests if method == "DELETE"]
    assert deleted.endswith("?removeFiles=false&removeFolder=false")


# ---------------------------------------------------------------------- what is answered


def test_sonarr_answers_as_described(small_stack: StackInThread, sonarr_api: OpenApi) -> None:
    sonarr = caller(small_stack, "sonarr")
    small_stack.run(lambda: setattr(small_stack.world, "recycle_bin", "/media/bin"))
    told = sonarr.get("/api/v3/config/mediamanagement").json
    sonarr_api.check(told, "get", "/api/v3/config/mediamanagement")
    assert told["recycleBin"] == "/media/bin"
    refused = sonarr.call("DELETE", "/api/v3/episodefile/77777")
    assert (refused.status, refused.json) == (404, {"message": "NotFound"})
    done = sonarr.call("DELETE", "/api/v3/episodefile/1")
    assert (done.status, done.body) == (200, b"")
    one = sonarr.get("/api/v3/episode?seriesId=1").json[0]
    assert (one["monitored"], one["hasFile"], one["episodeFileId"]) == (True, False, 0)


def test_jellyfin_answers_as_described(small_stack: StackInThread, jellyfin_api: OpenApi) -> None:
    jellyfin = caller(small_stack, "jellyfin")
    [show, *_] = jellyfin.get("/Items?recursive=true&includeItemTypes=Series").json["Items"]
    made = jellyfin.call("POST", f"/Collections?name=Soon&ids={show['Id']}")
    assert made.status == 200
    jellyfin_api.check(made.json, "post", "/Collections")
    for query in ("recursive=true&includeItemTypes=BoxSet&fields=Path", f"ids={made.json['Id']}"):
        listed = jellyfin.get(f"/Items?{query}").json
        jellyfin_api.check(listed, "get", "/Items")
        assert nulls_in(listed) == []
        assert [one["Name"] for one in listed["Items"]] == ["Soon"]
    inside = jellyfin.get(f"/Items?parentId={made.json['Id']}&userId={USERS[0].id}").json
    jellyfin_api.check(inside, "get", "/Items")
    assert [one["Id"] for one in inside["Items"]] == [show["Id"]]
    for method in ("DELETE", "POST"):
        assert jellyfin.call(method, f"/Collections/{made.json['Id']}/Items?ids={show['Id']}").status == 204
    gone = {"Updates": [{"Path": "/media/tv/a.mkv", "UpdateType": "Deleted"}]}
    jellyfin_api.check_as(gone, "MediaUpdateInfoDto")
    assert jellyfin.send_json("POST", "/Library/Media/Updated", gone).status == 204
    users = jellyfin.get("/Users").json
    jellyfin_api.check(users, "get", "/Users")
    assert [one["Policy"]["IsAdministrator"] for one in users] == [True, False, False]


def test_plex_answers_as_described(small_stack: StackInThread, plex_api: OpenApi) -> None:
    plex = caller(small_stack, "plex")
    machine = plex.get("/identity").json["MediaContainer"]["machineIdentifier"]
    items = plex.get("/library/sections/2/all?type=4").json["MediaContainer"]["Metadata"]
    keys = ",".join(one["ratingKey"] for one in items)
    several = plex.get(f"/library/metadata/{keys}").json
    plex_api.check(several, "get", "/library/metadata/{ids}")
    assert {one["librarySectionID"] for one in several["MediaContainer"]["Metadata"]} == {2}
    uri = f"server://{machine}/com.plexapp.plugins.library/library/metadata/"
    first = f"type=4&title=Soon&smart=0&sectionId=2&uri={uri}{items[0]['ratingKey']}"
    made = plex.call("POST", f"/library/collections?{first}")
    plex_api.check(made.json, "post", "/library/collections")
    [collection] = made.json["MediaContainer"]["Metadata"]
    held = f"/library/collections/{collection['ratingKey']}/items"
    path = "/library/collections/{collectionId}/items"
    plex_api.check(plex.call("PUT", f"{held}?uri={uri}{keys}").json, "put", path)
    inside = plex.get(held).json
    plex_api.check(inside, "get", path)
    assert inside["MediaContainer"]["size"] == len(items)
    listed = plex.get("/library/sections/2/collections").json
    plex_api.check(listed, "get", "/library/sections/{sectionId}/collections")
    assert plex.call("DELETE", f"{held}/{items[0]['ratingKey']}").status == 200
    assert plex.get(held).json["MediaContainer"]["size"] == len(items) - 1
    assert plex.call("PUT", f"{held}/{items[0]['ratingKey']}").status == 404
    assert plex.get("/library/collections/1/items").status == 404


NULLS = re.compile(r"(profileId|serverId|rootFolder|plexUsername|modifiedBy|languageProfileId|keywords): ")
"""Members that a real one sends as null where the description forbids it."""


def test_seerr_answers_as_described(small_stack: StackInThread, contracts: Path) -> None:
    seerr, api = caller(small_stack, "seerr"), OpenApi(contracts / "seerr" / "seerr-api.yml")

    def check(body: Any, method: str, path: str) -> None:
        schema = api.response_schema(method, path)
        assert [one for one in api.faults_of(body, schema) if not NULLS.search(one)] == []

    movie = seerr.get("/api/v1/movie/800001").json
    check(movie, "get", "/movie/{movieId}")
    assert movie["mediaInfo"]["tmdbId"] == movie["id"] == 800_001
    for job in ("sonarr-scan", "radarr-scan", "availability-sync"):
        run = seerr.call("POST", f"/api/v1/settings/jobs/{job}/run")
        check(run.json, "post", "/settings/jobs/{jobId}/run")
        assert run.json["id"] == job
    show = seerr.get("/api/v1/tv/880001").json["mediaInfo"]
    partial = seerr.send_json("POST", f"/api/v1/media/{show['id']}/partial", {"is4k": False})
    check(partial.json, "post", "/media/{mediaId}/{status}")
    assert partial.json["status"] == 4
    film = seerr.send_json("POST", f"/api/v1/media/{movie['mediaInfo']['id']}/partial", {"is4k": False})
    assert film.status == 400
    assert seerr.get("/api/v1/movie/1").status == 500
