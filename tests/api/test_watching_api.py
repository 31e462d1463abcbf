"""Plays over the API: a webhook hurries their reading, and only administrators see who watched (R-W2, R-W7)."""

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


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Running]:
    """A running house with a Tautulli in which nobody has watched anything yet."""
    world = World(RealClock())
    furnish(world)
    for episode in world.season_of(world.named("Dark"), 1):
        quality, languages = QUALITIES["WEBDL-1080p"], LANGUAGES["English"]
        world.add_file([episode], Release(f"Dark.{episode.code}", "GRP", quality, "singleEpisode", 10**9, languages))
    with run_in_thread(Stack(world)) as stack:
        pace = {"downloads_interval": 0.2, "queue_interval": 1, "verify_interval": 1}
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path, **pace)
        given = connections_of(stack.stack, ("sonarr", "qbittorrent", "tautulli"))
        house = House(settings, {}, extra_connections=given)
        with TestClient(house.app()) as client:
            yield Running(client, house, stack).synced()
        house.close()


def test_a_webhook_has_the_latest_play_read(played: Running) -> None:
    """R-W7."""
    episode = played.episode("Dark", 1, 1)
    path = f"/episodes/{episode['id']}/plays"
    wait_for(lambda: played.get(path)["watching"]["plays"] == 0)
    world = played.stack.world
    played.stack.run(lambda: played.stack.stack.tautulli.play(1000, world.season_of(world.named("Dark"), 1)[0]))
    connection = next(one for one in played.get("/connections")["items"] if one["kind"] == "tautulli")
    hook = played.get(f"/connections/{connection['id']}/webhook")["path"]
    plain, _, secret = hook.partition("?secret=")
    answer = played.client.post(plain, content=b'{"action": "stop"}', headers={"X-Webhook-Secret": secret})
    assert answer.status_code < 300
    wait_for(lambda: played.get(path)["watching"]["plays"] == 1)
    told = played.get(path)
    assert (told["viewers"], told["plays"][0]["viewer"], told["watching"]["viewers"]) == (["Anna"], "Anna", 1)
    assert told["synced_at"]
    whole = played.get(f"/library/{played.show('Dark')['id']}/watching")
    assert [one["watching"]["watched_plays"] for one in whole["seasons"]] == [1]
    assert [one["episode_id"] for one in whole["episodes"]] == [episode["id"]]
    wait_for(lambda: played.episode("Dark", 1, 1)["state"] == "watched")

    _, key = played.house.accounts.create_key("dashboard", "read")
    seen = played.client.get(f"/api/v1{path}", headers={"X-Api-Key": key})
    assert (seen.json()["watching"], seen.json()["viewers"]) == (told["watching"], None)
    assert "Anna" not in seen.text
    for missing in ("/episodes/999999/plays", "/library/999999/watching"):
        assert played.client.get(f"/api/v1{missing}").status_code == 404
