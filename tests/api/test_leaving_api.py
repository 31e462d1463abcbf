"""Consent over the API: what leaves, keeping it, results over time, and no key that arms (D6, D7, D25)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from home import connections_of
from running_house import KEY, Running, wait_for
from starlette.testclient import TestClient

from episodarr.accounts.model import SESSION_COOKIE
from episodarr.api.access import Access
from episodarr.api.leaving import leaving_routes
from episodarr.api.problems import handle_problems
from episodarr.deletion.holding import Level
from episodarr.deletion.rules import Added, All, Rule
from episodarr.demo.clock import RealClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.jobs.consenting import Consenting
from episodarr.main import House
from episodarr.settings import read as read_settings

OLD = Rule(Level.SHOW, All((Added(30),)))


class Ahead:
    """The clock of the house, ahead by as much as the test says."""

    def __init__(self, house: House) -> None:
        self.house, self.by = house, timedelta()

    def __call__(self):
        return self.house.clock() + self.by


class Consented:
    """The API of consent over a running house."""

    def __init__(self, running: Running) -> None:
        house = self.house = running.house
        self.clock = Ahead(house)
        self.consenting = Consenting(
            settings=house.settings,
            database=house.database,
            connections=house.connections,
            session=house._http_session,
            propose=house.candidates,
            ledger=house.ledger,
            journal=house.deleting.journal,
            delete=house.delete,
            changed=lambda: None,
            clock=self.clock,
        )
        self.consent = self.consenting.consent
        app = FastAPI()
        handle_problems(app)
        routes = leaving_routes(self.consent, house.services, Access(house.accounts), house.clock)
        app.include_router(routes, prefix="/api/v1")
        self.client = TestClient(app)
        self.client.headers["X-Api-Key"] = KEY

    def observe(self) -> None:
        self.consenting.observe.observe(lambda _progress, _message: None)


@pytest.fixture(scope="module")
def consented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consented]:
    world = World(RealClock())
    for title in ("Silo", "Andor"):
        show = world.add_series(title, year=2020, ended=True)
        world.add_season(show, 1, 1)
        (episode,) = world.season_of(show, 1)
        quality = QUALITIES["WEBDL-1080p"]
        release = Release(f"{title}.S01E01", "GRP", quality, "singleEpisode", 10**9, LANGUAGES["English"])
        world.add_file([episode], release, added_at=world.now - timedelta(days=100))
    with run_in_thread(Stack(world)) as stack:
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path_factory.mktemp("consent"))
        house = House(settings, {}, extra_connections=connections_of(stack.stack, ("sonarr",)))
        with TestClient(house.app()) as client:
            running = Running(client, house, stack).synced()
            wait_for(lambda: house.holdings.settle(None) == 0)
            made = Consented(running)
            made.rule = house.candidates.keep_rule("Old", OLD, "anna")
            made.observe()
            made.clock.by = timedelta(minutes=20)
            yield made
        house.close()


def test_d25_no_key_arms_a_rule(consented: Consented) -> None:
    path = f"/api/v1/rules/{consented.rule.id}/arm"
    answer = consented.client.post(path, json={"leaving_days": 3})
    assert answer.status_code == 403
    assert "only a person" in answer.json()["detail"]
    assert consented.client.get(f"/api/v1/rules/{consented.rule.id}/standing").json()["armed"] is False
    assert consented.client.get(path).status_code == 405
    assert consented.client.post(path, json={"leaving_days": 0}).status_code == 422


def test_what_was_found_over_time(consented: Consented) -> None:
    path = f"/api/v1/rules/{consented.rule.id}/runs"
    told = consented.client.get(path).json()
    assert [(one["kind"], one["candidates"], one["size"], one["added"]) for one in told][-1:] == [
        ("complete", 2, 2 * 10**9, 2)
    ]
    assert consented.client.get("/api/v1/rules/99/runs").status_code == 404
    assert consented.client.get("/api/v1/rules/99/standing").status_code == 404
    _, key = consented.house.accounts.create_key("reader", "read")
    assert consented.client.get(path, headers={"X-Api-Key": key}).status_code == 403


def test_d6_d7_what_leaves_is_told_and_kept(consented: Consented) -> None:
    client, rule, consent = consented.client, consented.rule, consented.consent
    assert client.get("/api/v1/leaving").json() == {"items": [], "next": None}
    seen = consented.consenting.observe._leavings.known(rule.id, Level.SHOW, [1, 2])
    assert len(seen) == 2
    with consented.house.database.writing() as db:  # as if the first observation had been two days ago
        db.exec_driver_sql("UPDATE leavings SET first_at = first_at - 172800000000")
    consented.clock.by = timedelta()
    consented.observe()
    consent.arm(rule.id, "anna", 3, person=True)

    first = client.get("/api/v1/leaving", params={"limit": 1}).json()
    second = client.get("/api/v1/leaving", params={"limit": 1, "cursor": first["next"]}).json()
    (silo,), (andor,) = first["items"], second["items"]
    assert {silo["label"], andor["label"]} == {"Silo", "Andor"}
    assert (silo["rule"], silo["rule_id"], second["next"]) == ("Old", rule.id, None)
    assert client.get("/api/v1/leaving", params={"cursor": "odd"}).status_code == 422

    _, key = consented.house.accounts.create_key("other reader", "read")
    read = {"X-Api-Key": key}
    told = client.get("/api/v1/leaving", headers=read).json()["items"]
    assert [(one["rule"], one["rule_id"]) for one in told] == [(None, None)] * 2
    consent.viewers_keep = False
    assert client.get("/api/v1/leaving", headers=read).status_code == 403
    consent.viewers_keep = True
    assert client.post(f"/api/v1/leaving/{silo['id']}/keep", headers=read).status_code == 403

    feed = client.get("/api/v1/leaving.ics", params={"token": consented.house.services.feed_token()}, headers={})
    assert feed.text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Leaves: Silo" in feed.text
    assert client.get("/api/v1/leaving.ics", params={"token": "x"}).status_code == 401

    assert client.post(f"/api/v1/leaving/{silo['id']}/keep").json()["label"] == silo["label"]
    assert client.post(f"/api/v1/leaving/{silo['id']}/keep").status_code == 404
    assert len(client.get("/api/v1/leaving").json()["items"]) == 1
    assert "the API key" in consented.house.candidates.protections()[0].made_by

    assert client.post(f"/api/v1/rules/{rule.id}/disarm").json()["armed"] is False
    assert client.get("/api/v1/leaving").json()["items"] == []
    assert client.post("/api/v1/rules/99/disarm").status_code == 404
    assert consent.events(rule.id)[0].by.startswith("the API key")


def test_nothing_of_it_without_a_key(consented: Consented) -> None:
    stranger = TestClient(consented.client.app)
    stranger.cookies.set(SESSION_COOKIE, "x" * 43)
    for path in ("/leaving", "/rules/1/runs", "/rules/1/standing"):
        assert stranger.get(f"/api/v1{path}").status_code == 401
    for path in ("/leaving/1/keep", "/rules/1/arm", "/rules/1/disarm"):
        assert stranger.post(f"/api/v1{path}", json={}).status_code == 401
