"""A real kill -9 while something is deleted (D12): another start goes on, and nothing else went."""

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import KEY, Service, wait_for

from episodarr.demo.clock import RealClock
from episodarr.demo.model import QUALITIES, Release
from episodarr.demo.server import Answer, Ask
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World

pytestmark = pytest.mark.slow


def furnish(world: World) -> None:
    """Two shows of three episodes each, as plain files."""
    for title in ("Alpha", "Beta"):
        series = world.add_series(title, year=2020, kind="standard", ended=True)
        world.add_season(series, 1, 3)
        for one in world.season_of(series, 1):
            release = Release(one.code, "Kitsune", QUALITIES["WEBDL-1080p"], "singleEpisode", 9_000, series.language)
            world.add_file([one], release)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[StackInThread]:
    """The simulated services over real files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    world = World(RealClock(), disk=disk)
    furnish(world)
    with run_in_thread(Stack(world)) as stack:
        yield stack


def start(folder: Path, running: StackInThread) -> Service:
    sonarr = next(one for one in running.services if one.kind == "sonarr")
    jellyfin = next(one for one in running.services if one.kind == "jellyfin")
    return Service(
        folder,
        EPISODARR_SONARR_URL=sonarr.url,
        EPISODARR_SONARR_API_KEY=sonarr.api_key,
        EPISODARR_JELLYFIN_URL=jellyfin.url,
        EPISODARR_JELLYFIN_API_KEY=jellyfin.api_key,
    )


def post(service: Service, path: str, body: object):
    headers = {"X-Api-Key": KEY, "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{service.url}/api/v1{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("place", [1, 2])
def test_another_start_does_the_rest(tmp_path: Path, running: StackInThread, place: int, after: bool) -> None:
    service = start(tmp_path / "data", running)
    wait_for(lambda: service.get("/totals")["episodes"] == 6)
    show = next(one for one in service.get("/library")["items"] if one["title"] == "Alpha")
    wait_for(lambda: service.get(f"/library/{show['id']}")["synced_at"])
    plan = wait_for(lambda: _planned(service, show["id"]))
    sonarr, victim = running.stack.sonarr, service.process.pid
    ask_sonarr, seen = sonarr.answer, []

    def answer(ask: Ask) -> Answer:
        """The service dies with its nth deletion: before that has its effect, or before it hears of it."""
        if ask.method != "DELETE":
            return ask_sonarr(ask)
        seen.append(ask.path)
        if len(seen) == place and not after:
            os.kill(victim, signal.SIGKILL)
            return Answer(500)
        answered = ask_sonarr(ask)
        if len(seen) == place:
            os.kill(victim, signal.SIGKILL)
        return answered

    sonarr.answer = answer
    post(service, f"/deletion/plans/{plan['id']}/confirm", {"token": plan["token"]})
    wait_for(lambda: service.process.poll() is not None)
    service.close()
    gone = running.run(lambda: 6 - len(running.world.files))
    assert gone == place - (not after)

    again = start(tmp_path / "data", running)
    try:
        ended = wait_for(lambda: _ended(again, plan["id"]), 60)
        assert ended["status"] == "done", ended["message"]
    finally:
        errors = again.stop()
    assert "Traceback" not in errors
    left = sorted(one.name for one in (tmp_path / "disk").rglob("*.mkv"))
    assert len(left) == 3
    assert all("Beta" in name for name in left)
    assert len(seen) == 3 + (not after), "what had gone was not asked for again"


def _planned(service: Service, show: int):
    """A plan of all three episodes, once Jellyfin's word on them is known."""
    made = post(service, "/deletion/plans", {"targets": [{"series_id": show}]})
    return made if len(made["plan"]["files"]) == 3 else None


def _ended(service: Service, plan: int):
    found = service.get(f"/deletion/plans/{plan}")
    return found if found["status"] not in {"running", "waiting"} else None
