"""Movies over the API: a webhook hurries their reading, and only administrators see who watched (R-C14)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from home import connections_of
from running_house import KEY, Running, wait_for
from starlette.testclient import TestClient

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read as read_settings


@pytest.fixture
def cinema(tmp_path: Path) -> Iterator[Running]:
    """A running house with a Radarr, a Plex and a Tautulli, and one movie that Ada has seen."""
    world = World(RealClock())
    film = world.films.add("Heat", 1995, tags=("keep",))
    world.films.import_file(film, at=world.now)
    world.films.view(1000, film)
    with run_in_thread(Stack(world)) as stack:
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path)
        house = House(settings, {}, extra_connections=connections_of(stack.stack, ("radarr", "plex", "tautulli")))
        with TestClient(house.app()) as client:
            yield Running(client, house, stack)
        house.close()


def heat(cinema: Running) -> dict:
    found = cinema.get("/movies", params={"search": "heat", "show": "available"})["items"]
    return found[0] if found else {}


def test_movies_their_places_and_their_plays(cinema: Running) -> None:
    wait_for(lambda: heat(cinema).get("watched_plays"))
    card = heat(cinema)
    assert (card["title"], card["monitored"], card["has_file"], card["viewers"]) == ("Heat", True, True, 1)
    path = f"/movies/{card['id']}"
    detail = cinema.get(path)
    assert (detail["state"], detail["tags"]) == ("It can be played in Plex.", ["keep"])
    assert [copy["kind"] for copy in detail["copies"]] == ["radarr", "plex"]
    assert all(copy["read_at"] for copy in detail["copies"])
    totals = cinema.get("/movies/totals")
    assert (totals["movies"], totals["available"], totals["missing"]) == (1, 1, 0)
    assert cinema.get("/totals")["episodes"] == 0, "movies are no episodes"
    assert cinema.client.get(f"/api/v1{path}/poster").headers["content-type"] == "image/png"

    told = cinema.get(f"{path}/plays")
    assert (told["viewers"], told["plays"][0]["viewer"]) == (["Anna"], "Anna")
    _, key = cinema.house.accounts.create_key("dashboard", "read")
    seen = cinema.client.get(f"/api/v1{path}/plays", headers={"X-Api-Key": key})
    assert (seen.json()["watching"], seen.json()["viewers"]) == (told["watching"], None)
    assert "Anna" not in seen.text

    for missing in ("/movies/999999", "/movies/999999/plays", "/movies/999999/poster"):
        assert cinema.client.get(f"/api/v1{missing}").status_code == 404
    for wrong in ("/movies?cursor=zzz", "/movies?sort=odd", "/movies?show=odd", "/movies/0"):
        assert cinema.client.get(f"/api/v1{wrong}").status_code == 422
    assert cinema.client.get("/api/v1/movies", headers={"X-Api-Key": "wrong" * 4}).status_code == 401


def test_a_webhook_of_radarr_has_its_movies_read(cinema: Running) -> None:
    wait_for(lambda: heat(cinema))
    cinema.stack.run(lambda: cinema.stack.world.films.add("Dune", 2021))
    connection = next(one for one in cinema.get("/connections")["items"] if one["kind"] == "radarr")
    path = cinema.get(f"/connections/{connection['id']}/webhook")["path"]
    told = {"eventType": "MovieAdded", "movie": {"id": 2, "title": "a lie"}}
    assert cinema.client.post(path, json=told).status_code == 200
    wait_for(lambda: cinema.get("/movies")["total"] == 2)
    assert [one["title"] for one in cinema.get("/movies", params={"show": "missing"})["items"]] == ["Dune"]
