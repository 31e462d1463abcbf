"""The simulated Plex against the official description and recorded answers; the adapter over the recorded ones."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from contract_calls import Caller
from contract_schemas import OpenApi, nulls_in

from episodarr.connections.failures import Refused
from episodarr.connections.hint import About
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import StackInThread
from episodarr.integrations._http import make_session
from episodarr.integrations.plex import INTEGRATION, Plex

PAGE = {"X-Plex-Container-Start": "0", "X-Plex-Container-Size": "50"}
SECTION = "/library/sections/{sectionId}/all"
CALLS = [
    ("/identity", "/identity"),
    ("/", "/"),
    ("/library/sections/all", "/library/sections/all"),
    ("/library/sections", "/library/sections/all"),
    ("/library/sections/2/all?type=2&includeGuids=1", SECTION),
    ("/library/sections/2/all?type=4&includeGuids=1", SECTION),
    ("/library/sections/3/all", SECTION),
    ("/library/sections/1/all?type=4", SECTION),
    ("/library/sections/1/all?type=1&includeGuids=1", SECTION),
    ("/status/sessions", "/status/sessions"),
    ("/status/sessions/history/all?sort=viewedAt:desc", "/status/sessions/history/all"),
]


@pytest.mark.parametrize(("target", "path"), CALLS, ids=[target for target, _ in CALLS])
def test_each_answer_is_what_the_description_says(plex: Caller, plex_api: OpenApi, target: str, path: str) -> None:
    plex.headers |= PAGE
    answer = plex.get(target)
    assert answer.status == 200
    plex_api.check(answer.json, "get", path)
    assert nulls_in(answer.json) == []
    assert answer.headers["X-Plex-Protocol"] == "1.0"


def parsed(text: str | bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  # our own server's words, and files of this machine


def _first(plex: Caller, kind: int) -> dict[str, Any]:
    plex.headers |= PAGE
    return dict(plex.get(f"/library/sections/2/all?type={kind}&includeGuids=1").json["MediaContainer"]["Metadata"][0])


def test_items_and_what_is_below_them_fit(plex: Caller, plex_api: OpenApi) -> None:
    show, episode = _first(plex, 2), _first(plex, 4)
    for key in (show["ratingKey"], episode["ratingKey"]):
        one = plex.get(f"/library/metadata/{key}").json
        plex_api.check(one, "get", "/library/metadata/{ids}")
        assert one["MediaContainer"]["Metadata"][0]["ratingKey"] == key
    leaves = plex.get(f"/library/metadata/{show['ratingKey']}/allLeaves").json
    plex_api.check(leaves, "get", "/library/metadata/{ids}/allLeaves")
    seasons = plex.get(f"/library/metadata/{show['ratingKey']}/children").json["MediaContainer"]["Metadata"]
    below = plex.get(f"/library/metadata/{seasons[0]['ratingKey']}/children").json["MediaContainer"]["Metadata"]
    assert {one["parentRatingKey"] for one in below} == {seasons[0]["ratingKey"]}
    plex_api.check_as({"MediaContainer": {"Metadata": [show, episode]}}, "mediaContainerWithMetadata")


def _recorded(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "plex" / "recorded-json" / "watchstate-plex.json").read_text())[name]["response"]


def _kinds(value: dict[str, Any]) -> dict[str, str]:
    return {name: type(one).__name__ for name, one in value.items()}


@pytest.mark.parametrize("name", ["library_show_get_200", "library_episodes_get_200", "sections_get_200"])
def test_the_recordings_fit_the_description_as_it_is_read_here(contracts: Path, plex_api: OpenApi, name: str) -> None:
    path = "/library/sections/all" if name.startswith("sections") else SECTION
    body = _recorded(contracts, name)["body"]
    if name.startswith("sections"):
        for section in body["MediaContainer"]["Directory"]:
            section["hidden"] = bool(section["hidden"])  # 0 and 1 in older versions
    plex_api.check(body, "get", path)


@pytest.mark.parametrize(("kind", "name"), [(2, "library_show_get_200"), (4, "library_episodes_get_200")])
def test_items_have_members_that_were_recorded(contracts: Path, plex: Caller, kind: int, name: str) -> None:
    recorded = _recorded(contracts, name)["body"]["MediaContainer"]
    item, theirs = _first(plex, kind), recorded["Metadata"][0]
    invented = set(item) - set(theirs) - {"titleSort", "deletedAt", "year"}  # optional in the description
    assert invented == set()
    shared = set(item) & set(theirs)
    assert {n: _kinds(item)[n] for n in shared} == {n: _kinds(theirs)[n] for n in shared}
    if kind == 4:
        part, recorded_part = item["Media"][0]["Part"][0], theirs["Media"][0]["Part"][0]
        assert _kinds(part) == _kinds(recorded_part)


def test_sections_have_the_recorded_members(contracts: Path, plex: Caller) -> None:
    theirs = _recorded(contracts, "sections_get_200")["body"]["MediaContainer"]["Directory"][1]
    ours = plex.get("/library/sections").json["MediaContainer"]["Directory"]
    assert [one["type"] for one in ours] == ["movie", "show", "show"]
    for one in ours:
        assert set(one) <= set(theirs)


def test_an_empty_listing_has_no_list(contracts: Path, plex: Caller) -> None:
    constructed = json.loads((contracts / "plex" / "constructed" / "section-all-empty.json").read_text())
    plex.headers |= PAGE
    ours = plex.get("/library/sections/1/all?type=2").json
    assert "Metadata" not in ours["MediaContainer"]
    assert set(constructed["MediaContainer"]) <= set(ours["MediaContainer"])


def test_pages_are_counted_in_body_and_headers(plex: Caller) -> None:
    plex.headers |= {"X-Plex-Container-Start": "3", "X-Plex-Container-Size": "2"}
    answer = plex.get("/library/sections/2/all?type=4")
    held = answer.json["MediaContainer"]
    assert (held["size"], held["offset"], len(held["Metadata"])) == (2, 3, 2)
    assert answer.headers["X-Plex-Container-Total-Size"] == str(held["totalSize"])
    assert "Guid" not in held["Metadata"][0], "only with includeGuids"
    plex.headers |= {"X-Plex-Container-Start": "0", "X-Plex-Container-Size": "0"}
    assert plex.get("/library/sections/2/all?type=4").json["MediaContainer"]["size"] == 0


def test_refusals_look_as_recorded(contracts: Path, plex: Caller) -> None:
    recorded = _recorded(contracts, "sections_get_401")
    wrong = Caller(plex.url, {"X-Plex-Token": "x", "Accept": "application/json"}).get("/library/sections")
    assert (wrong.status, wrong.headers["Content-Type"]) == (401, recorded["headers"]["Content-Type"])
    assert wrong.text == recorded["body"]
    assert Caller(plex.url, {}).get("/identity").status == 200
    assert plex.get("/library/metadata/1").status == 404


def test_without_accept_it_is_xml_with_the_recorded_attributes(contracts: Path, plex: Caller) -> None:
    bare = Caller(plex.url, {"X-Plex-Token": plex.headers["X-Plex-Token"]})
    text = re.sub(r"{\w+}", "1", (contracts / "plex" / "recorded-xml" / "library_sections.xml").read_text())
    theirs, ours = parsed(text), parsed(bare.get("/library/sections").body)
    assert ours.tag == theirs.tag == "MediaContainer"
    assert set(ours[1].attrib) <= set(theirs[1].attrib)
    assert ours[1][0].tag == theirs[1][0].tag == "Location"
    episode = parsed(bare.get("/library/sections/2/all?type=4").body)[0]
    assert episode.tag == "Video"
    assert [child.tag for child in episode] == ["Media"]
    accounts = parsed(bare.get("/accounts").body)
    recorded = (contracts / "plex" / "recorded-xml" / "plex_server_accounts.xml").read_text()
    assert {one.tag for one in accounts} == {one.tag for one in parsed(recorded)}


def test_a_webhook_has_the_recorded_members(contracts: Path, running: StackInThread, clock: ManualClock) -> None:
    recorded = json.loads((contracts / "plex" / "recorded-json" / "webhook-media.scrobble-episode.json").read_text())
    server = running.stack.plex

    def act() -> None:
        server.webhooks.append("http://127.0.0.1:9/never-listening")
        held = server._shelf().episodes("2")[0]
        server.tell("media.scrobble", held)

    running.run(act)
    sent = running.run(lambda: list(server.sent))[-1]
    assert set(sent) <= set(recorded)
    assert set(sent["Metadata"]) <= set(recorded["Metadata"])
    hint = INTEGRATION.hint
    assert hint is not None
    assert hint(recorded).about == hint(sent).about == {About.PLAYS}
    running.run(server.webhooks.clear)


class TestAdapterOverTheRecordings:
    """The adapter reads what real servers answered."""

    def run(self, answers: dict[str, Any], deed: Any) -> Any:
        async def story() -> Any:
            async def handle(request: web.BaseRequest) -> web.StreamResponse:
                found = answers.get(f"{request.path}?{request.query.get('type', '')}", answers.get(request.path))
                if found is None:
                    return web.Response(status=404, headers={"X-Plex-Protocol": "1.0"})
                body = found["body"] if isinstance(found["body"], str) else json.dumps(found["body"])
                kind = found["headers"]["Content-Type"]
                return web.Response(text=body, status=found["http_code"], content_type=kind)

            runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                host, port = runner.addresses[0][:2]
                async with make_session() as session:
                    return await deed(Plex("Plex", f"http://{host}:{port}", "t", session))
            finally:
                await runner.cleanup()

        return asyncio.run(story())

    def _server(self, contracts: Path, key: str = "2") -> dict[str, Any]:
        return {
            "/library/sections": _recorded(contracts, "sections_get_200"),
            f"/library/sections/{key}/all?2": _recorded(contracts, "library_show_get_200"),
            f"/library/sections/{key}/all?4": _recorded(contracts, "library_episodes_get_200"),
        }

    def test_shows_and_episodes(self, contracts: Path) -> None:
        answers = self._server(contracts)
        sections = answers["/library/sections"]["body"]["MediaContainer"]["Directory"]
        shows = [one["key"] for one in sections if one["type"] == "show"]
        for key in shows:
            answers |= self._server(contracts, key)

        async def deed(plex: Plex) -> Any:
            return await plex.all_series(), [one async for page in plex.all_episodes() for one in page]

        series, episodes = self.run(answers, deed)
        assert len(series) == len(shows)
        assert (series[0].id, series[0].name, series[0].year) == ("3", "Ferengi StandUp Comedy", 2002)
        assert series[0].provider_ids == {"tmdb": "3", "tvdb": "3"}
        one = episodes[0]
        assert (one.id, one.series, one.season, one.episode, one.has_source) == ("5", "3", 1, 1, True)
        assert one.provider_ids == {"imdb": "tt0000004", "tmdb": "4", "tvdb": "4"}
        assert one.path.endswith("/Season 01/Ferengi StandUp Comedy (2002) - S01E01.mkv")

    def test_a_refusal(self, contracts: Path) -> None:
        answers = {"/library/sections": _recorded(contracts, "sections_get_401")}
        with pytest.raises(Refused):
            self.run(answers, lambda plex: plex.all_series())

    def test_the_constructed_page(self, contracts: Path) -> None:
        page = json.loads((contracts / "plex" / "constructed" / "section-all-type4-page.json").read_text())
        held = page["MediaContainer"]
        held["totalSize"] = held["size"]
        sections = {"MediaContainer": {"Directory": [{"key": "2", "type": "show"}]}}
        headers = {"Content-Type": "application/json"}
        answers = {
            "/library/sections": {"http_code": 200, "headers": headers, "body": sections},
            "/library/sections/2/all": {"http_code": 200, "headers": headers, "body": page},
        }

        async def deed(plex: Plex) -> Any:
            return [one async for part in plex.all_episodes() for one in part]

        found = self.run(answers, deed)
        assert [one.id for one in found] == [f"5200{number}" for number in range(1, 6)]
        assert found[0].provider_ids == {"tmdb": "8800011", "tvdb": "9900101"}
