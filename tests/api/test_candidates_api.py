"""Candidates over the API: by few parameters, by a whole rule, as files; rules, protections, and who may see them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from home import connections_of
from running_house import KEY, Running, wait_for
from starlette.testclient import TestClient

from episodarr.accounts.model import SESSION_COOKIE
from episodarr.demo.clock import RealClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read as read_settings

GB = 10**9
OLD = {"is": "all", "of": [{"is": "added", "days": 30}, {"is": "unwatched_for", "days": 15}]}


def furnish(world: World) -> None:
    for title, sizes in (("Silo", (3, 2)), ("Andor", (9,)), ("Fresh", (1,))):
        show = world.add_series(title, year=2020, ended=True)
        world.add_season(show, 1, len(sizes))
        added = world.now - timedelta(days=2 if title == "Fresh" else 100)
        for episode, size in zip(world.season_of(show, 1), sizes, strict=True):
            release = Release(
                f"{title}.{episode.code}",
                "GRP",
                QUALITIES["WEBDL-1080p"],
                "singleEpisode",
                size * GB,
                LANGUAGES["English"],
            )
            world.add_file([episode], release, added_at=added)
    film = world.films.add("Heat", 1995)
    world.films.import_file(film, at=world.now - timedelta(days=50))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Sonarr, Radarr and Tautulli: the end of "Silo" was watched yesterday, "Andor" never, and "Fresh" is new."""
    world = World(RealClock())
    furnish(world)
    stack = Stack(world)
    stack.tautulli.play(1, world.season_of(world.named("Silo"), 1)[-1], at=world.now - timedelta(days=1))
    with run_in_thread(stack) as started:
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path_factory.mktemp("library"))
        house = House(settings, {}, extra_connections=connections_of(stack, ("sonarr", "radarr", "tautulli")))
        with TestClient(house.app()) as client:
            running = Running(client, house, started).synced()

            def certain() -> bool:
                found = running.get("/candidates?group_by=movie&added_days=30&never_watched=true")
                silo = running.get("/candidates?watched_days=15&outcome=no")
                return found["totals"]["candidate"]["count"] == 1 and silo["totals"]["no"]["count"] == 1

            wait_for(certain)
            yield running
        house.close()


@pytest.fixture
def api(library: Running) -> Iterator[Running]:
    """The same for every test, which leaves it as it was."""
    yield library
    library.client.headers["X-Api-Key"] = KEY
    library.client.cookies.clear()
    for one in library.get("/rules"):
        library.client.delete(f"/api/v1/rules/{one['id']}")
    for one in library.get("/protections"):
        library.client.delete(f"/api/v1/protections/{one['id']}")


def labels(found: dict) -> list[str]:
    return [one["label"] for one in found["items"]]


def test_by_show_with_empty_parameters(api: Running) -> None:
    found = api.get("/candidates?group_by=show&added_days=30&watched_days=15&max_plays=&sort=-size")
    assert labels(found) == ["Andor"]
    (andor,) = found["items"]
    assert (andor["size"], andor["files"], andor["plays"], andor["last_watched_at"]) == (9 * GB, 1, 0, None)
    assert andor["days_since_added"] == 100
    assert [one["sentence"] for one in andor["conditions"]] == ["added 100 days ago", "never played"]
    assert found["certainty"] == {"plays": "", "playing": "", "requests": "", "catalogue": []}
    assert {name: one["count"] for name, one in found["totals"].items()} == {
        "candidate": 1, "kept": 0, "unknown": 0, "no": 2,
    }  # fmt: skip
    assert found["rule"]["when"] == {"is": "all", "of": OLD["of"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("added_days=1&sort=title", ["Andor", "Fresh", "Silo"]),
        ("added_days=1&sort=-title", ["Silo", "Fresh", "Andor"]),
        ("added_days=1&sort=size", ["Fresh", "Silo", "Andor"]),
        ("added_days=1&sort=-plays&limit=1", ["Silo"]),
        ("added_days=1&q=ndo", ["Andor"]),
        ("never_watched=true&sort=title", ["Andor", "Fresh"]),
        ("max_plays=0&sort=title", ["Andor", "Fresh"]),
        ("max_viewers=0&sort=title", ["Andor", "Fresh"]),
        ("min_watched=50", ["Silo"]),
        (f"min_size={6 * GB}", ["Andor"]),
        ("status=ENDED&max_plays=0&quality=webdl-1080p&sort=title", ["Andor", "Fresh"]),
        ("tag=nope", []),
        ("without_tag=nope&type=standard&q=silo", ["Silo"]),
        ("folder=/nowhere", []),
        ("group_by=season&added_days=30&watched_days=9", ["Andor, season 1"]),
        ("group_by=episode&added_days=30&watched_days=9", ["Andor S01E01", "Silo S01E01"]),
        ("group_by=episode&added_days=30&sort=title", ["Andor S01E01", "Silo S01E01", "Silo S01E02"]),
        ("group_by=episode&added_days=30&sort=title&keep_last=1", ["Silo S01E01"]),
        ("group_by=episode&added_days=30&sort=title&keep_last=1&outcome=kept", ["Andor S01E01", "Silo S01E02"]),
        ("group_by=movie&added_days=30", ["Heat (1995)"]),
        ("group_by=movie&rated_below=0", []),
    ],
)
def test_every_parameter(api: Running, query: str, found: list[str]) -> None:
    told = api.get(f"/candidates?{query}")
    assert labels(told) == found
    assert (told["next"] is None) == ("limit" not in query)


def test_pages_go_on_where_they_ended(api: Running) -> None:
    first = api.get("/candidates?added_days=1&sort=title&limit=2")
    rest = api.get(f"/candidates?added_days=1&sort=title&limit=2&cursor={first['next']}")
    assert labels(first) + labels(rest) == ["Andor", "Fresh", "Silo"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "give a rule, or at least one condition: never_watched, added_days"),
        ("added_days=-1", "added_days"),
        ("added_days=soon", "added_days"),
        ("added_days=9999999", "added_days"),
        ("min_watched=101", "min_watched"),
        ("rated_below=11", "rated_below"),
        ("group_by=planet&added_days=1", "group_by"),
        ("outcome=maybe&added_days=1", "outcome"),
        ("sort=odd&added_days=1", "sort: is none of title, size"),
        ("sort=--size&added_days=1", "sort: is none of"),
        ("limit=0&added_days=1", "limit"),
        ("limit=501&added_days=1", "limit"),
        ("keep_first=26&added_days=1", "keep_first"),
        ("cursor=zzz&added_days=1", "cursor"),
        (f"q={'x' * 101}&added_days=1", "q"),
        ("trial=%7B", "rule: "),
    ],
)
def test_a_bad_value_is_named(api: Running, query: str, said: str) -> None:
    answer = api.client.get(f"/api/v1/candidates?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert api.client.get(f"/api/v1/candidates.csv?{query}").status_code == 422 or "limit" in query or "cursor" in query


def test_a_rule_is_tried_and_nothing_is_kept(api: Running) -> None:
    rule = {"level": "show", "when": {"is": "not", "of": {"is": "never_watched"}}, "unless": {}}
    answer = api.client.post("/api/v1/candidates", json={"rule": rule, "sort": "title"})
    assert (answer.status_code, labels(answer.json())) == (200, ["Silo"])
    kept = api.client.post(
        "/api/v1/candidates", json={"rule": rule | {"unless": {"keep_first": 2}}, "outcome": "kept"}
    ).json()
    assert kept["items"][0]["held_back"][0]["sentence"] == "nothing is left of it but episodes that stay"
    assert api.get("/rules") == []
    assert labels(api.get("/candidates", params={"trial": json.dumps(rule)})) == ["Silo"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"rule": {"when": {"is": "all", "of": [{"is": "added", "days": "x"}]}}}, "$.when.of[0].days"),
        ({"rule": {"when": {"is": "any", "of": [{"is": "monitored"}, {"is": "all", "of": []}]}}}, "when.of[1]"),
        ({"rule": {}}, "when: has no condition"),
        ({"rule": []}, "rule"),
        ({}, "rule"),
        ({"rule": {"when": {"is": "monitored"}}, "sort": "x"}, "sort"),
        ({"rule": {"when": {"is": "monitored"}}, "cursor": "x"}, "cursor"),
    ],
)
def test_a_rule_that_cannot_be_used_names_its_place(api: Running, body: dict, said: str) -> None:
    answer = api.client.post("/api/v1/candidates", json=body)
    assert answer.status_code == 422
    assert said in answer.text


def test_files_hold_everything_whatever_the_limit(api: Running) -> None:
    answer = api.client.get("/api/v1/candidates.csv?added_days=1&sort=title&limit=1")
    assert 'filename="candidates-by-show' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["Title"] for row in rows] == ["Andor", "Fresh", "Silo"]
    assert (rows[0]["Size in bytes"], rows[0]["Why"]) == (str(9 * GB), "added 100 days ago")
    told = api.client.get("/api/v1/candidates.json?added_days=1&sort=title").json()
    assert [row["title"] for row in told] == ["Andor", "Fresh", "Silo"]
    assert api.client.get("/api/v1/candidates.xml?added_days=1").status_code in {404, 422}


def test_why_something_is_or_is_not_one(api: Running) -> None:
    silo = api.show("Silo")["id"]
    found = api.get(f"/candidates/show/{silo}?added_days=30&watched_days=15")
    assert found["outcome"] == "no"
    assert [one["answer"] for one in found["conditions"]] == ["yes", "no"]
    freed = api.get(f"/candidates/show/{silo}/freed")
    assert (freed["size"], freed["unknown"]) == (5 * GB, 5 * GB)
    for path in ("show/9999", "season/9999", "episode/9999", "movie/9999", "show/9999/freed"):
        assert api.client.get(f"/api/v1/candidates/{path}?added_days=1").status_code == 404
    for path in (f"planet/{silo}", "show/0", f"show/{2**63}"):
        assert api.client.get(f"/api/v1/candidates/{path}?added_days=1").status_code == 422
    assert api.client.get(f"/api/v1/candidates/show/{silo}").status_code == 422


def test_rules_are_made_changed_used_and_removed(api: Running) -> None:
    rule = {"level": "show", "when": OLD}
    made = api.client.post("/api/v1/rules", json={"name": " Old  ones ", "rule": rule})
    assert made.status_code == 201
    kept = made.json()
    assert (kept["name"], kept["rule"]["when"]) == ("Old ones", OLD)
    assert labels(api.get(f"/candidates?rule={kept['id']}")) == ["Andor"]
    for name, said in (("old ONES", "another rule is called"), (" ", "is empty"), ("x" * 101, "longer than 100")):
        answer = api.client.post("/api/v1/rules", json={"name": name, "rule": rule})
        assert (answer.status_code, said in answer.text) == (422, True)
    path = f"/api/v1/rules/{kept['id']}"
    changed = api.client.put(path, json={"name": "Older", "rule": rule | {"level": "season"}})
    assert (changed.status_code, changed.json()["name"]) == (200, "Older")
    assert [one["name"] for one in api.get("/rules")] == ["Older"]
    assert api.client.put(path, json={"name": "Bad", "rule": {"when": {"is": "eaten"}}}).status_code == 422
    assert api.client.delete(path).status_code == 204
    for gone in (api.client.delete(path), api.client.put(path, json={"name": "a", "rule": rule})):
        assert gone.status_code == 404
    assert api.client.get(f"/api/v1/candidates?rule={kept['id']}").status_code == 404


def test_what_is_protected_is_kept(api: Running) -> None:
    andor = api.show("Andor")["id"]
    made = api.client.post("/api/v1/protections", json={"series_id": andor, "reason": " mine "})
    again = api.client.post("/api/v1/protections", json={"series_id": andor})
    assert (made.status_code, made.json()) == (201, again.json())
    found = api.get("/candidates?max_plays=0&q=andor&outcome=kept")
    assert found["items"][0]["held_back"][0]["sentence"] == "somebody protected it, or a part of it"
    (kept,) = api.get("/protections")
    assert (kept["title"], kept["reason"], kept["target"]["series_id"]) == ("Andor", "mine", andor)
    for body, status in (
        ({}, 422),
        ({"series_id": andor, "movie_id": 1}, 422),
        ({"series_id": 9999}, 404),
        ({"series_id": andor, "season_number": 99}, 404),
        ({"series_id": andor, "reason": "x" * 301}, 422),
        ({"series_id": "x"}, 422),
    ):
        assert api.client.post("/api/v1/protections", json=body).status_code == status, body
    path = f"/api/v1/protections/{kept['id']}"
    assert [api.client.delete(path).status_code for _ in range(2)] == [204, 404]
    assert labels(api.get("/candidates?max_plays=0&q=andor")) == ["Andor"]


READ = ("/candidates?added_days=1", "/candidates.csv?added_days=1", "/candidates/show/1?added_days=1", "/rules")


def test_only_administrators_see_candidates(api: Running) -> None:
    _, key = api.house.accounts.create_key("dashboard", "read")
    viewer = api.house.accounts.add_user(f"vito{key[:6]}", "battery staple", "viewer")
    session = api.house.accounts.session_for(viewer)
    for headers, cookie, status in (({"X-Api-Key": key}, "", 403), ({}, session, 403), ({}, "", 401)):
        api.client.headers.pop("X-Api-Key", None)
        api.client.cookies.clear()
        if cookie:
            api.client.cookies.set(SESSION_COOKIE, cookie)
        for path in (*READ, "/protections", "/candidates/show/1/freed"):
            assert api.client.get(f"/api/v1{path}", headers=headers).status_code == status, (path, status)
        body = {"rule": {"when": OLD}}
        assert api.client.post("/api/v1/candidates", json=body, headers=headers).status_code in {401, 403}
        for path, told in (("rules", {"name": "a", **body}), ("protections", {"series_id": 1})):
            assert api.client.post(f"/api/v1/{path}", json=told, headers=headers).status_code in {401, 403}
            assert api.client.delete(f"/api/v1/{path}/1", headers=headers).status_code in {401, 403}
