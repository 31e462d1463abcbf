"""Requests over the API (R-D8)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from home import connections_of
from running_house import KEY, Running, furnish, wait_for
from starlette.testclient import TestClient

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read as read_settings


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Running]:
    """A running house with a Seerr, in which Anna has asked for a season and Ben for a show that is not there."""
    world = World(RealClock())
    furnish(world)
    desk = world.requests
    desk.ask(desk.user("Anna"), world.named("Dark").tmdb_id, [2])
    desk.add_title(7_001, 8_001, "Nowhere Yet", 2025, {1: 3})
    desk.ask(desk.user("Ben"), 7_001, "all")
    with run_in_thread(Stack(world)) as stack:
        pace = {"downloads_interval": 0.2, "queue_interval": 1, "verify_interval": 1, "requests_interval": 1}
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path, **pace)
        given = connections_of(stack.stack, ("sonarr", "qbittorrent", "jellyfin", "seerr"))
        house = House(settings, {}, extra_connections=given)
        with TestClient(house.app()) as client:
            running = Running(client, house, stack).synced()

            def read() -> bool:
                found = {one["title"]: one["series_id"] for one in running.get("/requests")["items"]}
                return "Nowhere Yet" in found and found.get("Dark") is not None

            wait_for(read)
            yield running
        house.close()


def of(asking: Running, title: str) -> dict:
    return asking.get("/requests", params={"search": title})["items"][0]


def test_requests_are_listed_with_what_has_become_of_them(asking: Running) -> None:
    """R-D8."""
    page = asking.get("/requests")
    assert [(one["title"], one["requester"], one["state"]) for one in page["items"]] == [
        ("Nowhere Yet", "Ben", "pending"),
        ("Dark", "Anna", "pending"),
    ]
    first = asking.get("/requests", params={"limit": 1})
    rest = asking.get("/requests", params={"limit": 1, "cursor": first["next"]})
    assert (first["total"], rest["items"][0]["title"], rest["next"]) == (2, "Dark", None)
    assert asking.get("/requests", params={"requester": "Anna"})["total"] == 1
    assert asking.get("/requests", params={"state": "available"})["total"] == 0
    show = asking.show("Dark")["id"]
    assert [one["title"] for one in asking.get("/requests", params={"series_id": show})["items"]] == ["Dark"]


def test_a_request_has_its_episodes_and_a_timeline(asking: Running) -> None:
    """R-D8: each episode with its own state, and the request with its own timeline."""
    dark = of(asking, "Dark")
    wait_for(lambda: {row["state"] for row in asking.get(f"/requests/{dark['id']}")["episodes"]} == {"requested"})
    detail = asking.get(f"/requests/{dark['id']}")
    assert [(row["season_number"], row["episode_number"]) for row in detail["episodes"]] == [(2, 1), (2, 2)]
    assert {"state", "because", "waiting_for", "since", "progress"} <= detail["episodes"][0].keys()
    timeline = asking.get(f"/requests/{dark['id']}/timeline")
    assert [(one["text"], one["source"]) for one in timeline["items"]] == [("Requested", "Seerr")]
    assert asking.get(f"/requests/{of(asking, 'Nowhere')['id']}")["episodes"] == []


def test_a_decision_reaches_seerr(asking: Running) -> None:
    """R-D8."""
    dark = of(asking, "Dark")
    assert asking.client.post(f"/api/v1/requests/{dark['id']}/approve").status_code == 202
    requests = asking.stack.world.requests.requests
    assert asking.stack.run(lambda: {one.user.name: one.status for one in requests.values()})["Anna"] == 2
    assert of(asking, "Dark")["status"] == "approved"
    wait_for(lambda: of(asking, "Dark")["state"] in {"arriving", "partially_available", "available"}, 40)


def test_a_show_that_is_new_to_sonarr_is_there_soon(asking: Running) -> None:
    """Seerr hands it on a moment after it was approved: nobody waits for the next look at Sonarr's list for that."""
    wanted = of(asking, "Nowhere Yet")
    assert asking.client.post(f"/api/v1/requests/{wanted['id']}/approve").status_code == 202
    wait_for(lambda: of(asking, "Nowhere Yet")["series_id"] is not None)
    wait_for(lambda: len(asking.get(f"/requests/{wanted['id']}")["episodes"]) == 3)


def test_what_is_not_there_or_not_meant_is_refused(asking: Running) -> None:
    for path in ("/requests/999", "/requests/999/timeline"):
        assert asking.client.get(f"/api/v1{path}").status_code == 404
    assert asking.client.post("/api/v1/requests/999/approve").status_code == 404
    dark = of(asking, "Dark")["id"]
    for path in ("/requests?state=nonsense", "/requests?cursor=nonsense", f"/requests/{dark}/timeline?cursor=x"):
        assert asking.client.get(f"/api/v1{path}").status_code == 422, path
    assert asking.client.post(f"/api/v1/requests/{dark}/explode").status_code == 422


def test_a_silent_seerr_is_told(asking: Running) -> None:
    asking.stack.stack.seerr.faults.set("error")
    answer = asking.client.post(f"/api/v1/requests/{of(asking, 'Dark')['id']}/decline")
    assert answer.status_code == 502
    assert "Seerr" in answer.json()["detail"]
    asking.stack.stack.seerr.faults.clear()


def test_a_seerr_that_is_switched_off_is_told(asking: Running) -> None:
    dark = of(asking, "Dark")["id"]
    held = next(one for one in asking.house.connections.all() if one.kind == "seerr")
    asking.house.connections._all.pop(held.id)
    answer = asking.client.post(f"/api/v1/requests/{dark}/decline")
    assert (answer.status_code, "not connected" in answer.json()["detail"]) == (502, True)


def test_it_is_described(asking: Running) -> None:
    paths = asking.get("/openapi.json")["paths"]
    assert {"/api/v1/requests", "/api/v1/requests/{request_id}", "/api/v1/requests/{request_id}/timeline"} <= set(paths)
    assert paths["/api/v1/requests"]["get"]["summary"]
