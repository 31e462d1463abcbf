"""The simulated Sonarr against Sonarr's own OpenAPI file, and against samples of its webhooks."""

import json
from pathlib import Path
from typing import Any

import pytest
from contract_calls import Caller
from contract_schemas import OpenApi, nulls_in

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import StackInThread

API = "/api/v3"
LISTS = [
    ("/system/status", ""),
    ("/series", ""),
    ("/series", "?tvdbId=990001"),
    ("/episode", "?seriesId=1"),
    ("/episode", "?seriesId=1&seasonNumber=1"),
    ("/episode", "?seriesId=3&includeEpisodeFile=true&includeSeries=false&includeImages=true"),
    ("/episode", "?episodeIds=1&episodeIds=2,3"),
    ("/episode", "?episodeFileId=5&includeSeries=true"),
    ("/episodefile", "?seriesId=2"),
    ("/episodefile", "?episodeFileIds=1&episodeFileIds=2"),
    ("/queue", ""),
    ("/queue", "?pageSize=100&includeSeries=true&includeEpisode=true&includeUnknownSeriesItems=true"),
    ("/queue/details", "?seriesId=1&includeEpisode=true"),
    ("/queue/status", ""),
    ("/history", ""),
    ("/history", "?pageSize=200&eventType=1&eventType=3&includeEpisode=true&includeSeries=true"),
    ("/history/since", "?date=2020-01-01T00:00:00Z"),
    ("/history/series", "?seriesId=2"),
    ("/calendar", "?start=2026-03-01&end=2026-03-20&includeSeries=true&includeEpisodeFile=true"),
    ("/wanted/missing", "?includeSeries=true"),
    ("/wanted/cutoff", ""),
    ("/command", ""),
    ("/rootfolder", ""),
    ("/diskspace", ""),
    ("/tag", ""),
    ("/qualityprofile", ""),
    ("/health", ""),
    ("/parse", "?title=Horimiya%20S01E02%201080p"),
    ("/parse", "?title=What%20is%20this"),
    ("/config/mediamanagement", ""),
]


@pytest.mark.parametrize(("path", "query"), LISTS, ids=[path + query for path, query in LISTS])
def test_each_list_is_what_the_description_says(sonarr: Caller, sonarr_api: OpenApi, path: str, query: str) -> None:
    answer = sonarr.get(API + path + query)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    sonarr_api.check(answer.json, "get", API + path)
    assert nulls_in(answer.json) == []


def test_the_check_itself_sees_what_is_wrong(sonarr_api: OpenApi) -> None:
    good = {"label": "anime", "id": 1}
    schema = sonarr_api.response_schema("get", f"{API}/tag")
    assert sonarr_api.faults_of([good], schema) == []
    assert sonarr_api.faults_of([{**good, "colour": "red"}], schema)
    assert sonarr_api.faults_of([{**good, "id": "1"}], schema)


@pytest.mark.parametrize("path", ["/series/{id}", "/episode/{id}", "/episodefile/{id}"])
def test_each_single_thing_is_what_the_description_says(sonarr: Caller, sonarr_api: OpenApi, path: str) -> None:
    answer = sonarr.get(API + path.replace("{id}", "20"))
    assert answer.status == 200
    sonarr_api.check(answer.json, "get", API + path)
    missing = sonarr.get(API + path.replace("{id}", "999999"))
    assert (missing.status, missing.json) == (404, {"message": "NotFound"})


def test_the_health_of_a_missing_disk_fits(running: StackInThread, sonarr: Caller, sonarr_api: OpenApi) -> None:
    running.run(lambda: running.world.unmounted.add("/media/anime"))
    try:
        for path in ("/health", "/rootfolder"):
            sonarr_api.check(sonarr.get(API + path).json, "get", API + path)
    finally:
        running.run(running.world.unmounted.clear)


def test_a_command_lives_as_described(
    running: StackInThread, clock: ManualClock, sonarr: Caller, sonarr_api: OpenApi
) -> None:
    given = sonarr.send_json("POST", f"{API}/command", {"name": "RescanSeries", "seriesId": 4})
    assert given.status == 201
    sonarr_api.check_as(given.json, "CommandResource")
    statuses = [given.json["status"]]
    for seconds in (0.4, 5):
        clock.advance(seconds)
        now = sonarr.get(f"{API}/command/{given.json['id']}").json
        sonarr_api.check(now, "get", f"{API}/command/{{id}}")
        statuses.append(now["status"])
    assert statuses == ["queued", "started", "completed"]
    assert sonarr.send_json("POST", f"{API}/command", {"name": "MakeCoffee"}).status == 400


def test_changes_answer_as_described(sonarr: Caller, sonarr_api: OpenApi) -> None:
    series = sonarr.get(f"{API}/series/6").json
    put = sonarr.send_json("PUT", f"{API}/series/6", series)
    assert put.status == 202
    sonarr_api.check_as(put.json, "SeriesResource")
    refused = sonarr.send_json("PUT", f"{API}/series/6", {"id": 6})
    assert refused.status == 400
    assert refused.json[0].keys() >= {"propertyName", "errorMessage", "errorCode", "severity"}
    episodes = [one["id"] for one in sonarr.get(f"{API}/episode?seriesId=6").json[:2]]
    monitored = sonarr.send_json("PUT", f"{API}/episode/monitor", {"episodeIds": episodes, "monitored": True})
    assert monitored.status == 202
    assert [one["id"] for one in monitored.json] == episodes


def _keys(value: Any, path: str = "") -> set[str]:
    """All key paths of a value, list indexes left out."""
    if isinstance(value, dict):
        inner = {found for name, one in value.items() for found in _keys(one, f"{path}.{name}")}
        return {f"{path}.{name}" for name in value} | inner
    if isinstance(value, list):
        return {found for one in value for found in _keys(one, path)}
    return set()


SAMPLES = {
    "Grab": ["constructed/webhook-grab-season-pack.json"],
    "Download": [
        "constructed/webhook-download-one-file-of-pack.json",
        "constructed/webhook-download-upgrade.json",
        "constructed/webhook-import-complete.json",
        "recorded/webhook-import-complete-season-pack.json",
    ],
    "EpisodeFileDelete": ["constructed/webhook-episode-file-delete-manual.json"],
    "Rename": ["constructed/webhook-rename.json"],
    "SeriesAdd": ["constructed/webhook-series-add.json"],
    "SeriesDelete": ["constructed/webhook-series-delete.json"],
    "ManualInteractionRequired": ["recorded/webhook-manual-interaction-required.json"],
    "Test": ["constructed/webhook-test.json"],
}


def test_webhooks_say_nothing_that_samples_do_not(contracts: Path, running: StackInThread, clock: ManualClock) -> None:
    world = running.world

    def act() -> None:
        server = running.stack.sonarr
        running.stack.set_webhook("http://127.0.0.1:9/never-listening")
        series = world.named("Cowboy Bebop")
        held = world.season_of(series, 1)
        blocked = world.arrivals.grab(series, held[4:5], seconds=1.0)
        world.arrivals.block_import(blocked)
        world.arrivals.grab(series, held[5:6], seconds=1.0)
        world.commands.delete_file(world.files[held[0].file_id])
        world.commands.rename_file(world.files[held[1].file_id], "Season 01/New name.mkv")
        added = world.add_series("Brand New", announce=True)
        world.commands.delete_series(added, delete_files=True)
        server.send_test()

    running.run(act)
    clock.advance(20)
    running.settle()
    sent = running.run(lambda: list(running.stack.sonarr.sent))
    assert {body["eventType"] for body in sent} == set(SAMPLES)
    for body in sent:
        known: set[str] = set()
        for name in SAMPLES[body["eventType"]]:
            known |= _keys(json.loads((contracts / "sonarr" / name).read_text()))
        known |= {".episodes.overview"}  # left out of samples where it was null
        known |= {f".series.originalLanguage{part}" for part in ("", ".id", ".name")}  # one recording is older than it
        assert _keys(body) - known == set(), body["eventType"]
