"""A show by any id, made fresh on access; who opens it; and how often one client may ask (R-M3, R-M5, R-M9)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from home import connections_of
from hypothesis import given
from hypothesis import strategies as st
from running_house import KEY, furnish, wait_for
from starlette.testclient import TestClient

from episodarr.accounts.accounts import Accounts
from episodarr.accounts.model import SESSION_COOKIE
from episodarr.api.access import Access
from episodarr.api.shows import show_routes
from episodarr.api.turns import Turns
from episodarr.catalogue.open_show import ShowId, show_id
from episodarr.database.catalogue import StoredCatalogue
from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World
from episodarr.jobs.freshening import Freshening
from episodarr.main import House
from episodarr.settings import read


class Door:
    """The API as a program or a person sees it."""

    def __init__(self, client: TestClient, house: House, stack: StackInThread, ahead: list[timedelta]) -> None:
        self.client, self.house, self.stack, self._ahead = client, house, stack, ahead

    def get(self, path: str, status: int = 200, **headers: str):
        answer = self.client.get(f"/api/v1{path}", headers={"X-Api-Key": KEY} | headers)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer

    def put(self, path: str, body: dict, status: int = 200, key: str = KEY):
        answer = self.client.put(f"/api/v1{path}", json=body, headers={"X-Api-Key": key})
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer

    def id(self, title: str) -> int:
        return self.get(f"/library?search={title}").json()["items"][0]["id"]

    def world(self, act: Callable[[World], object]) -> None:
        self.stack.run(lambda: act(self.stack.stack.world))

    def later(self, **time: float) -> None:
        self._ahead[0] += timedelta(**time)


@contextmanager
def a_door(folder: Path, **environment: str) -> Iterator[Door]:
    world = World(RealClock())
    furnish(world)
    ahead = [timedelta()]

    def clock() -> datetime:
        return world.clock.now() + ahead[0]

    with run_in_thread(Stack(world)) as stack:
        settings = read({"EPISODARR_API_KEY": KEY} | environment, data_dir=folder)
        house = House(settings, {}, clock, connections_of(stack.stack, ("sonarr",)))
        made = Freshening(
            settings=settings,
            database=house.database,
            connections=house.connections,
            catalogue=StoredCatalogue(house.database, house.ledger, clock),
            instances=house.instances,
            engine=house.engine,
            clock=clock,
        )
        for task in made.tasks():
            house.engine.add(task)
        app = house.app()
        app.include_router(show_routes(made, house.overview, Access(house.accounts), clock), prefix="/api/v1")
        with TestClient(app) as client:
            door = Door(client, house, stack, ahead)
            wait_for(lambda: [bool(one["synced_at"]) for one in door.get("/library").json()["items"]] == [True, True])
            yield door
        house.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with a_door(tmp_path) as door:
        yield door


def test_any_id_leads_to_the_show(door: Door) -> None:
    """R-M9."""
    own = door.id("Dark")
    for path in (f"/shows/{own}", "/shows/tmdb:880002", "/shows/tvdb:990002", "/shows/880002?by=tmdb"):
        found = door.get(path).json()
        assert (found["show"]["id"], found["show"]["title"], found["problem"]) == (own, "Dark", "")
        assert [season["number"] for season in found["seasons"]] == [1, 2]
    for path, words in (
        ("/shows/tmdb:880002?by=tvdb", "keep one"),
        ("/shows/imdb:5", "tmdb:<number>"),
        ("/shows/zero", "whole number"),
        ("/shows/0", "whole number"),
        ("/shows/1?by=imdb", "by"),
    ):
        answer = door.get(path, 422)
        assert words in answer.json()["detail"]
        assert answer.headers["content-type"] == "application/problem+json"
    assert door.get("/shows/999999", 404).json()["detail"] == "No Sonarr lists a show 999999"
    assert door.client.get(f"/api/v1/shows/{own}").status_code == 401


def test_what_sonarr_got_a_moment_ago_is_found_and_read(door: Door) -> None:
    """R-M9: created on access."""
    assert "tvdb:990003" in door.get("/shows/tvdb:990003", 404).json()["detail"]
    door.world(lambda world: world.add_season(world.add_series("Lost"), 1, 3))
    door.later(seconds=31)
    found = door.get("/shows/tvdb:990003").json()
    assert (found["show"]["title"], found["show"]["episode_count"]) == ("Lost", 3)


def test_what_is_old_is_read_anew_on_access(door: Door) -> None:
    """R-M9: updated on access, and not again in the next minutes; what stands in the way is told."""
    own = door.id("Dark")
    door.get(f"/shows/{own}")
    counts = door.stack.stack.sonarr.counts
    counts.reset()
    door.get(f"/shows/{own}")
    assert counts.matching("GET /api/v3/episode$").requests == 0
    door.world(lambda world: setattr(world.season_of(world.named("Dark"), 1)[0], "title", "Secrets"))
    door.later(minutes=20)
    door.get(f"/shows/{own}")
    assert door.get(f"/library/{own}/seasons/1/episodes").json()["items"][0]["title"] == "Secrets"
    door.later(minutes=20)
    door.stack.run(lambda: door.stack.stack.sonarr.faults.set("error"))
    found = door.get(f"/shows/{own}").json()
    assert "500" in found["problem"]
    assert found["show"]["title"] == "Dark"
    door.later(minutes=20)
    assert "500" in door.get("/shows/tmdb:4711", 502).json()["detail"], "nobody says that there is none"


def test_a_person_is_noticed_and_a_machine_that_polls_never_is(door: Door) -> None:
    """R-M3."""
    own = door.id("Dark")
    for path in (f"/shows/{own}", f"/library/{own}", f"/library/{own}/seasons", f"/shows/{own}?by=own"):
        for _ in range(3):
            door.get(path)
    door.get(f"/shows/{own}", **{"X-Episodarr-Person": "0"})
    assert door.get(f"/shows/{own}").json()["following"] == {
        "watching": False,
        "why": None,
        "who": None,
        "sign_at": None,
        "since": None,
        "lean": False,
        "prepared_for": "",
    }
    found = door.get(f"/shows/{own}", **{"X-Episodarr-Person": "1"}).json()["following"]
    assert (found["watching"], found["why"], found["who"]) == (True, "opened", "the API key EPISODARR_API_KEY")


def test_who_is_signed_in_is_a_person(door: Door) -> None:
    """R-M3, R-M9: a viewer is not told who."""
    accounts: Accounts = door.house.accounts
    accounts.create_first_admin("anna", "correct horse")
    vito = accounts.add_user("vito", "battery staple", "viewer")
    own = door.id("Dark")
    door.client.cookies.set(SESSION_COOKIE, accounts.session_for(vito))
    found = door.client.get(f"/api/v1/shows/{own}").json()["following"]
    assert (found["watching"], found["why"], found["who"]) == (True, "opened", None)
    assert door.get(f"/shows/{own}").json()["following"]["who"] == "vito"


def test_following_is_set_by_hand_with_an_admin_key(door: Door) -> None:
    """R-M4."""
    _, reading = door.house.accounts.create_key("dashboard", "read")
    door.put("/shows/tvdb:990002/watching", {"watching": True}, 403, key=reading)
    found = door.put("/shows/tvdb:990002/watching", {"watching": True}).json()
    assert (found["watching"], found["why"]) == (True, "by_hand")
    assert door.get("/freshness/shows").json()["items"][0]["title"] == "Dark"
    assert door.put("/shows/tvdb:990002/watching", {"watching": False}).json()["why"] == "stopped"
    listed = door.client.get("/api/v1/freshness/shows?show=stopped", headers={"X-Api-Key": reading}).json()
    assert [(one["title"], one["who"]) for one in listed["items"]] == [("Dark", None)]
    door.put("/shows/999999/watching", {"watching": True}, 404)
    door.get("/freshness/shows?cursor=nonsense", 422)


def test_the_mode_is_switched_at_run_time(door: Door) -> None:
    """R-M5: and a round follows at once, without a restart."""
    assert door.get("/freshness").json()["choices"]["mode"] == "ON_DEMAND"
    found = door.put("/freshness", {"mode": "GREEDY", "interval": 120}).json()
    assert (found["choices"]["mode"], found["given"]["mode"]) == ("GREEDY", "ON_DEMAND")
    assert found["chosen"]["mode"]["by"] == "the API key EPISODARR_API_KEY"

    def ran() -> bool:
        page = door.get("/jobs?task=keep-fresh").json()["items"]
        return any(one["status"] == "ok" and one["report"].get("mode") == "GREEDY" for one in page)

    wait_for(ran)
    last = door.get("/freshness").json()["last_round"]
    assert (last["status"], last["mode"], last["left"]) == ("ok", "GREEDY", 0), "R-M10: numbers, for whoever draws them"
    assert last["milliseconds"] >= 0
    assert last["finished_at"]
    assert not any(isinstance(value, dict | list) for value in last.values())
    task = next(one for one in door.get("/tasks").json()["items"] if one["name"] == "keep-fresh")
    assert (task["interval"], task["enabled"]) == (120, True)
    door.put("/freshness", {"enabled": False})
    wait_for(lambda: door.get("/tasks").json()["items"] and not _planned(door))
    wrong = door.put("/freshness", {"interval": 1}, 422).json()
    assert wrong["errors"] == {"interval": "must be a whole number from 60 to 604800"}
    assert door.client.delete("/api/v1/freshness/mode", headers={"X-Api-Key": KEY}).status_code == 204
    assert door.client.delete("/api/v1/freshness/speed", headers={"X-Api-Key": KEY}).status_code == 404
    assert door.get("/freshness").json()["choices"]["mode"] == "ON_DEMAND"


def _planned(door: Door) -> bool:
    task = next(one for one in door.get("/tasks").json()["items"] if one["name"] == "keep-fresh")
    return task["next_run_at"] is not None or task["enabled"]


def test_one_client_cannot_keep_the_house_busy(tmp_path: Path) -> None:
    """R-M9: counted by key, with the time to wait."""
    with a_door(tmp_path, EPISODARR_SHOWS_PER_MINUTE="3") as door:
        own = door.id("Dark")
        for _ in range(3):
            door.get(f"/shows/{own}")
        answer = door.get(f"/shows/{own}", 429)
        assert answer.headers["content-type"] == "application/problem+json"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        _, other = door.house.accounts.create_key("other", "read")
        assert door.client.get(f"/api/v1/shows/{own}", headers={"X-Api-Key": other}).status_code == 200
        assert door.get(f"/library/{own}").status_code == 200
        door.later(seconds=61)
        door.get(f"/shows/{own}")


@given(st.lists(st.floats(0, 40), max_size=60), st.integers(1, 5))
def test_no_minute_has_more_calls_than_allowed(waits: list[float], most: int) -> None:
    """R-M9: and who waits as long as told may call."""
    now = [datetime.fromisoformat("2026-01-01T00:00:00+00:00")]
    turns = Turns(most, lambda: now[0])
    taken: list[datetime] = []
    for wait in waits:
        now[0] += timedelta(seconds=wait)
        refused = turns.take("key 1")
        if refused:
            now[0] += timedelta(seconds=refused)
            assert turns.take("key 1") == 0
        taken.append(now[0])
        lately = [at for at in taken if now[0] - at < timedelta(minutes=1)]
        assert len(lately) <= most


def test_a_client_that_is_long_gone_is_forgotten() -> None:
    now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    turns = Turns(1, lambda: now)
    for number in range(10_002):
        assert turns.take(f"user {number}") == 0
    assert turns.take("user 10001") > 0
    assert turns.take("user 0") == 0


def test_ids_are_read() -> None:
    assert show_id("12") == ShowId("own", 12)
    assert show_id("12", "tmdb") == show_id("tmdb:12") == show_id("TMDB:12", "tmdb") == ShowId("tmdb", 12)
    for wrong in ("", ":", "tmdb:", "-1", "1.5", "１２", "9" * 19):
        with pytest.raises(ValueError, match="id"):
            show_id(wrong)
