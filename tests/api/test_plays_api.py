"""Plays, people and exports over the API (R-W2, S13): names for administrators only, files streamed as filtered."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from home import connections_of
from running_house import KEY, Running, furnish, wait_for
from starlette.testclient import TestClient

from episodarr.demo.clock import RealClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read as read_settings


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running house with three plays of two people."""
    world = World(RealClock())
    furnish(world)
    season = world.season_of(world.named("Dark"), 1)
    for episode in season:
        quality, languages = QUALITIES["WEBDL-1080p"], LANGUAGES["English"]
        world.add_file([episode], Release(f"Dark.{episode.code}", "GRP", quality, "singleEpisode", 10**9, languages))
    folder: Path = tmp_path_factory.mktemp("plays")
    with run_in_thread(Stack(world)) as stack:
        for person, episode in ((1000, season[0]), (1001, season[0]), (1000, season[1])):
            stack.run(lambda person=person, episode=episode: stack.stack.tautulli.play(person, episode))
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=folder)
        house = House(settings, {}, extra_connections=connections_of(stack.stack, ("sonarr", "tautulli")))
        with TestClient(house.app()) as client:
            running = Running(client, house, stack).synced()
            wait_for(lambda: running.get("/watching/plays")["total"] == 3)
            yield running
        house.close()


@pytest.fixture
def reader(seen: Running) -> dict[str, str]:
    """The header of a key that may only read."""
    _, secret = seen.house.accounts.create_key("reader", "read")
    return {"X-Api-Key": secret}


def test_plays_are_listed_with_who_what_and_when(seen: Running) -> None:
    page = seen.get("/watching/plays")
    row = page["items"][-1]
    assert {one["viewer"] for one in page["items"]} == {"Anna", "Ben"}
    assert row["played"]["series_title"] == "Dark"
    assert row["played"]["episode_id"] == seen.episode("Dark", 1, row["played"]["number"])["id"]
    assert row["connection"] == "Tautulli"


def test_who_may_only_read_sees_no_names_and_filters_by_none(seen: Running, reader: dict[str, str]) -> None:
    page = seen.get("/watching/plays", headers=reader)
    assert {(one["viewer"], one["person"]) for one in page["items"]} == {(None, None)}
    assert seen.client.get("/api/v1/watching/plays?person=v1", headers=reader).status_code == 403
    assert seen.client.get("/api/v1/people", headers=reader).status_code == 403
    text = seen.client.get("/api/v1/watching/plays.csv", headers=reader).text
    assert "Anna" not in text
    assert "Dark" in text
    assert seen.client.get("/api/v1/watching/plays", headers={"X-Api-Key": ""}).status_code == 401


def test_pages_and_filters(seen: Running) -> None:
    first = seen.get("/watching/plays?limit=2")
    assert (len(first["items"]), first["total"]) == (2, 3)
    rest = seen.get("/watching/plays", params={"limit": 2, "cursor": first["next"]})
    assert {one["id"] for one in rest["items"]}.isdisjoint(one["id"] for one in first["items"])
    anna = next(one["person"] for one in first["items"] + rest["items"] if one["viewer"] == "Anna")
    assert seen.get("/watching/plays", params={"person": anna})["total"] == 2
    assert seen.get("/watching/plays?search=nothing")["total"] == 0
    assert seen.get(f"/watching/plays?series={seen.show('Dark')['id']}")["total"] == 3
    assert seen.get("/watching/plays?to=2001-01-01T00:00:00Z")["total"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=x", "cursor"),
        ("person=anna", "person"),
        ("from=2026-01-01T00:00:00", "from"),
        ("to=0001-01-01T00:00:00Z", "to"),
        ("series=0", "series"),
        ("finished=maybe", "finished"),
    ],
)
def test_what_is_wrong_names_the_field(seen: Running, query: str, field: str) -> None:
    for path in ("plays", "summary", "plays.csv"):
        if path != "plays" and field == "cursor":
            continue
        answer = seen.client.get(f"/api/v1/watching/{path}?{query}")
        assert answer.status_code == 422, (path, answer.text)
        assert field in answer.text


def test_the_summary_says_how_fresh_it_is(seen: Running) -> None:
    found = seen.get("/watching/summary")
    assert (found["plays"], found["viewers"]) == (3, 2)
    assert found["shows"][0]["title"] == "Dark"
    assert [(one["name"], one["stale"]) for one in found["sources"]] == [("Tautulli", False)]


def test_the_list_is_exported_as_it_is_filtered(seen: Running) -> None:
    answer = seen.client.get("/api/v1/watching/plays.csv?bom=true&search=dark")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="plays.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))]
    assert len(rows) == 3
    assert {row["Viewer"] for row in rows} == {"Anna", "Ben"}
    told = seen.get("/watching/plays.json")
    assert [one["title"] for one in told] == [row["Title"] for row in rows]
    assert seen.client.get("/api/v1/watching/plays.xml").status_code in {404, 422}


def test_the_library_is_exported(seen: Running) -> None:
    rows = seen.get("/library.json?sort=title")
    assert [row["title"] for row in rows] == ["Dark", "Horimiya"]
    assert rows[0]["size"] == 3 * 10**9
    text = seen.client.get("/api/v1/library.csv?search=dark").text
    assert text.startswith("Title,Year,")
    assert text.count("\r\n") == 2


def test_people_are_joined_and_split_by_an_admin_key(seen: Running, reader: dict[str, str]) -> None:
    people = seen.get("/people")["people"]
    keys = {account["name"]: account["key"] for person in people for account in person["accounts"]}
    pair = {"first": keys["Anna"], "second": keys["Ben"]}
    assert seen.client.post("/api/v1/people/join", json=pair, headers=reader).status_code == 403
    assert seen.client.post("/api/v1/people/join", json=pair).status_code == 204
    assert seen.get("/watching/summary")["viewers"] == 1
    episode = seen.episode("Dark", 1, 1)["id"]
    assert seen.get(f"/episodes/{episode}/plays")["watching"]["viewers"] == 1
    assert seen.client.post("/api/v1/people/split", json={"account": keys["Ben"]}).status_code == 204
    assert seen.get("/watching/summary")["viewers"] == 2
    assert seen.client.post("/api/v1/people/apart", json=pair).status_code == 204
    assert seen.client.post("/api/v1/people/split", json={"account": "nobody"}).status_code == 404
    assert seen.client.post("/api/v1/people/join", json={"first": ""}).status_code == 422
