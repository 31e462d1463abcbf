"""What the simulated servers tell of watching, against the official descriptions; the adapters over constructed and
recorded answers."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from contract_calls import Caller
from contract_schemas import OpenApi, nulls_in

from episodarr.connections.failures import Broken
from episodarr.demo.clock import ManualClock
from episodarr.demo.jellyfin_system import USERS
from episodarr.demo.stack import Stack, StackInThread, living_world, run_in_thread
from episodarr.integrations._http import make_session
from episodarr.integrations.jellyfin import Jellyfin
from episodarr.integrations.plex import Plex
from episodarr.integrations.tautulli import Tautulli

STATES = (
    "/Items?recursive=true&includeItemTypes=Episode,Movie&collapseBoxSetItems=false"
    "&fields=ProviderIds&enableImages=false"
)


@pytest.fixture(scope="module")
def watching(contracts: Path) -> Iterator[StackInThread]:
    """A stack in which people have watched, and somebody watches on each server."""
    clock = ManualClock()
    with run_in_thread(Stack(living_world(clock))) as stack:
        clock.advance(90)
        stack.settle()
        stack.stack.jellyfin.watching.reporting = True
        shown = next(one for one in stack.world.episodes.values() if stack.world.plex.lists(one))
        stack.run(lambda: stack.stack.plex.running(1, shown))
        yield stack


def caller(stack: StackInThread, kind: str) -> Caller:
    service = next(one for one in stack.services if one.kind == kind)
    headers = {
        "jellyfin": {"Authorization": f'MediaBrowser Token="{service.api_key}"'},
        "plex": {"X-Plex-Token": service.token, "Accept": "application/json"},
    }
    return Caller(service.url, headers[kind])


@pytest.mark.parametrize(
    "query",
    [
        "&sortBy=DatePlayed,SortName&sortOrder=Descending&startIndex=0&limit=100",
        "&filters=IsPlayed&sortBy=SortName&startIndex=0&limit=1",
        "&filters=IsResumable&sortBy=SortName",
        "&filters=IsFavorite&sortBy=SortName",
    ],
)
def test_states_are_asked_for_and_told_as_described(
    watching: StackInThread, jellyfin_api: OpenApi, contracts: Path, query: str
) -> None:
    answer = caller(watching, "jellyfin").get(f"{STATES}&userId={USERS[2].id}{query}")
    jellyfin_api.check(answer.json, "get", "/Items")
    assert nulls_in(answer.json) == []
    if "DatePlayed" in query:
        first = answer.json["Items"][0]["UserData"]
        jellyfin_api.check_as(first, "UserItemDataDto")
        assert (first["Played"], "LastPlayedDate" in first) == (True, True)
        dates = [one["UserData"].get("LastPlayedDate", "") for one in answer.json["Items"]]
        assert dates == sorted(dates, reverse=True), "those that were never played come last"
    spec = json.loads((contracts / "jellyfin" / "openapi-10.11.8.json").read_text())
    asked = {one["name"] for one in spec["paths"]["/Items"]["get"]["parameters"]}
    names = {part.partition("=")[0] for part in (STATES.partition("?")[2] + query).split("&")}
    assert names <= asked


def test_sessions_and_plugins_fit(watching: StackInThread, jellyfin_api: OpenApi) -> None:
    sessions = caller(watching, "jellyfin").get("/Sessions").json
    jellyfin_api.check(sessions, "get", "/Sessions")
    assert {"NowPlayingItem" in one for one in sessions} == {True, False}
    plugins = caller(watching, "jellyfin").get("/Plugins").json
    jellyfin_api.check(plugins, "get", "/Plugins")
    assert [one["Name"] for one in plugins] == ["Webhook", "Playback Reporting"]


def test_plex_tells_sessions_as_described(watching: StackInThread, plex_api: OpenApi) -> None:
    answer = caller(watching, "plex").get("/status/sessions").json
    plex_api.check(answer, "get", "/status/sessions")
    assert answer["MediaContainer"]["Metadata"][0]["User"]["id"] == "1"
    page = caller(watching, "plex").get("/status/sessions/history/all?sort=viewedAt:asc&viewedAt>=1").json
    plex_api.check(page, "get", "/status/sessions/history/all")
    assert page["MediaContainer"]["Metadata"]


# The adapters over answers of others


def ask(answers: dict[str, Any], make: Any, question: Any) -> Any:
    """What a client makes of answers that are held by their paths."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(answers[request.path], headers={"X-Plex-Protocol": "1.0"})

    async def run() -> Any:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            async with make_session() as session:
                return await question(make("Mine", url, "k" * 32, session))
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_jellyfins_sessions_of_the_constructed_scenario(contracts: Path) -> None:
    told = json.loads((contracts / "jellyfin" / "constructed" / "sessions.json").read_text())
    (one,) = ask({"/Sessions": told}, Jellyfin, lambda client: client.sessions())
    assert (one.item.series_title, one.item.season, one.item.number) == ("Example Romance", 1, 1)
    assert (one.item.guid, one.item.series_key) == ("episode/shoko episode://60001", f"{'0' * 30}41")
    assert (one.viewer.id, one.viewer.name, one.position_seconds) == (f"{'0' * 31}7", "user", 600)


def test_plexs_examples_of_history_and_sessions(contracts: Path) -> None:
    spec = json.loads((contracts / "plex" / "openapi-pms-1.2.0.json").read_text())["paths"]

    def example(path: str) -> Any:
        content = spec[path]["get"]["responses"]["200"]["content"]["application/json"]
        return next(iter(content["examples"].values()))["value"]

    page = example("/status/sessions/history/all")
    page["MediaContainer"]["totalSize"] = 1  # it shows one row of 33
    answers = {
        "/status/sessions/history/all": page,
        "/accounts": {"MediaContainer": {"size": 1, "Account": [{"id": 123456, "name": "Ada"}]}},
        "/library/metadata/1234": {"MediaContainer": {"size": 0}},
    }

    async def plays(client: Plex) -> Any:
        return [one async for found in client.plays(None) for one in found.plays]

    (play,) = ask(answers, Plex, plays)
    assert (play.id, play.viewer.name, play.watched) == (12, "Ada", True)
    assert (play.item.kind.value, play.item.key, play.item.title) == ("movie", "1234", "My Wonderful Movie")
    sessions = {"/status/sessions": example("/status/sessions")}
    (one,) = ask(sessions, Plex, lambda client: client.sessions())
    assert (one.viewer.id, one.paused) == ("123456789", False)


@pytest.mark.parametrize(("name", "playing"), [("small/67-activity", 0), ("plex-down/05-plex-down-get-activity", None)])
def test_tautullis_recorded_activity(contracts: Path, name: str, playing: int | None) -> None:
    file = contracts.parent / "contracts-recorded" / "tautulli" / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"recordings not here: {file.parent}")
    told = {"/api/v2": json.loads(file.read_text())["response"]["body"]}
    if playing is None:
        with pytest.raises(Broken, match="connected to Plex"):
            ask(told, Tautulli, lambda client: client.sessions())
    else:
        assert len(ask(told, Tautulli, lambda client: client.sessions())) == playing
