"""The simulated Radarr against what Radarr's own description says.

There is no contract folder of Radarr: the members and types below are written down from `openapi.json` of
Radarr's repository (src/Radarr.Api.V3) and from its webhook payloads (src/NzbDrone.Core/Notifications/Webhook).
"""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from contract_calls import Caller
from contract_schemas import nulls_in

from episodarr.connections.hint import About
from episodarr.demo.clock import ManualClock
from episodarr.demo.sonarr import Webhook
from episodarr.demo.stack import Stack, StackInThread
from episodarr.demo.world import World
from episodarr.integrations.radarr import INTEGRATION

MOVIE = {
    "id": int, "title": str, "originalTitle": str, "originalLanguage": dict, "alternateTitles": list,
    "secondaryYear": int, "secondaryYearSourceId": int, "sortTitle": str, "sizeOnDisk": int, "status": str,
    "overview": str, "inCinemas": str, "physicalRelease": str, "digitalRelease": str, "releaseDate": str,
    "physicalReleaseNote": str, "images": list, "website": str, "remotePoster": str, "year": int,
    "youTubeTrailerId": str, "studio": str, "path": str, "qualityProfileId": int, "hasFile": bool, "monitored": bool,
    "minimumAvailability": str, "isAvailable": bool, "folderName": str, "runtime": int, "cleanTitle": str,
    "imdbId": str, "tmdbId": int, "titleSlug": str, "rootFolderPath": str, "folder": str, "certification": str,
    "genres": list, "keywords": list, "tags": list, "added": str, "addOptions": dict, "ratings": dict,
    "movieFile": dict, "collection": dict, "popularity": float, "lastSearchTime": str, "statistics": dict,
}  # fmt: skip
FILE = {
    "id": int, "movieId": int, "relativePath": str, "path": str, "size": int, "dateAdded": str, "sceneName": str,
    "releaseGroup": str, "edition": str, "languages": list, "quality": dict, "customFormats": list,
    "customFormatScore": int, "indexerFlags": int, "mediaInfo": dict, "originalFilePath": str,
    "qualityCutoffNotMet": bool,
}  # fmt: skip
STATUSES = {"tba", "announced", "inCinemas", "released", "deleted"}
SOURCES = {"unknown", "cam", "telesync", "telecine", "workprint", "dvd", "tv", "webdl", "webrip", "bluray"}
WEBHOOK_MOVIE = {
    "id", "title", "year", "filePath", "releaseDate", "folderPath", "tmdbId", "imdbId", "overview", "genres", "images",
    "tags", "originalLanguage",
}  # fmt: skip
WEBHOOKS = {
    "MovieAdded": {"addMethod"},
    "Download": {"movieFile", "isUpgrade", "downloadId"},
    "MovieFileDelete": {"movieFile", "deleteReason"},
    "MovieDelete": {"deletedFiles"},
}


@pytest.fixture
def radarr(running: StackInThread) -> Caller:
    """Calls to Radarr with its key."""
    service = next(service for service in running.services if service.kind == "radarr")
    return Caller(service.url, {"X-Api-Key": service.api_key})


def fits(told: dict[str, Any], known: dict[str, type]) -> bool:
    return all(name in known and type(value) is known[name] for name, value in told.items())


def test_a_movie_has_the_described_members(radarr: Caller) -> None:
    told = radarr.get("/api/v3/movie").json
    assert len(told) >= 10
    for movie in told:
        assert fits(movie, MOVIE), set(movie) - set(MOVIE)
        assert movie["status"] in STATUSES
        assert ("movieFile" in movie) is movie["hasFile"]
        if movie["hasFile"]:
            assert fits(movie["movieFile"], FILE)
            assert movie["movieFile"]["quality"]["quality"]["source"] in SOURCES
    assert nulls_in(told) == []
    assert radarr.get(f"/api/v3/movie/{told[0]['id']}").json == told[0]
    assert radarr.get(f"/api/v3/movie?tmdbId={told[1]['tmdbId']}").json == [told[1]]


def test_the_small_answers(radarr: Caller) -> None:
    assert radarr.get("/api/v3/system/status").json["appName"] == "Radarr"
    assert set(radarr.get("/api/v3/tag").json[0]) == {"id", "label"}
    assert set(radarr.get("/api/v3/rootfolder").json[0]) == {
        "id", "path", "accessible", "freeSpace", "unmappedFolders",
    }  # fmt: skip
    assert {"path", "label", "freeSpace", "totalSpace"} <= set(radarr.get("/api/v3/diskspace").json[0])
    assert radarr.get("/api/v3/movie/77777").status == 404
    assert radarr.get("/api/v3/nothing").status == 404
    radarr.headers["X-Api-Key"] = "wrong"
    assert radarr.get("/api/v3/movie").status == 401


def test_files_and_the_queue_have_the_described_members(running: StackInThread, radarr: Caller) -> None:
    movie = next(one for one in radarr.get("/api/v3/movie").json if one["hasFile"])
    [file] = radarr.get(f"/api/v3/moviefile?movieId={movie['id']}").json
    assert fits(file, FILE), set(file) - set(FILE)
    assert radarr.get(f"/api/v3/moviefile/{file['id']}").json == file == movie["movieFile"]
    missing = radarr.get("/api/v3/moviefile/77777")
    assert (missing.status, missing.json) == (404, {"message": "NotFound"})
    edited = radarr.send_json("PUT", "/api/v3/movie/editor", {"movieIds": [movie["id"]], "monitored": True})
    assert (edited.status, [one["id"] for one in edited.json]) == (202, [movie["id"]])
    running.run(lambda: running.world.films.arriving.add(movie["id"]))
    try:
        [row] = radarr.get(f"/api/v3/queue/details?movieId={movie['id']}").json
        assert {"id", "movieId", "downloadId", "title", "status", "trackedDownloadState", "size", "sizeleft"} <= set(
            row
        )
    finally:
        running.run(running.world.films.arriving.clear)
    assert {"id", "recycleBin", "recycleBinCleanupDays"} <= set(radarr.get("/api/v3/config/mediamanagement").json)


async def _posted() -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(await request.json())
        return web.Response()

    receiver = await asyncio.get_running_loop().create_server(web.Server(hear), "127.0.0.1", 0)
    stack = Stack(World(ManualClock()))
    await stack.start()
    try:
        port = receiver.sockets[0].getsockname()[1]
        stack.radarr.webhooks.append(Webhook(f"http://127.0.0.1:{port}/"))
        film = stack.world.films.add("Dune", 2021, tags=("keep",))
        stack.world.films.import_file(film)
        stack.world.films.remove(film)
        stack.radarr.send_test()
        await stack.radarr.webhooks_sent()
    finally:
        await stack.stop()
        receiver.close()
    return heard


def test_webhooks_say_what_radarrs_say_and_are_understood() -> None:
    heard = {told["eventType"]: told for told in asyncio.run(_posted())}
    assert set(heard) == {*WEBHOOKS, "Test"}
    assert INTEGRATION.hint is not None
    for kind, told in heard.items():
        assert set(told) == {"movie", "eventType", "instanceName", "applicationUrl", *WEBHOOKS.get(kind, ())}
        assert set(told["movie"]) <= WEBHOOK_MOVIE
        assert INTEGRATION.hint(told).about == {About.MOVIES}


@pytest.mark.parametrize("told", [{}, {"eventType": 7}, {"eventType": "Grab", "movie": None}, {"eventType": "Health"}])
def test_other_events_are_heard_and_break_nothing(told: dict[str, Any]) -> None:
    assert INTEGRATION.hint is not None
    assert INTEGRATION.hint(told).about <= {About.MOVIES}
