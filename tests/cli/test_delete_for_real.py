"""`episodarr delete` over the whole house and the simulated stack: what it says is gone is gone from Sonarr."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from home import connections_of
from typer.testing import CliRunner

from episodarr.cli.commands import build_commands
from episodarr.demo.clock import RealClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import Settings


async def never(*_: object) -> None:
    raise AssertionError("not started by this test")


@pytest.mark.timeout(120)
def test_planned_applied_and_gone(tmp_path: Path) -> None:
    world = World(RealClock())
    series = world.add_series("Horimiya", year=2021, kind="anime", ended=True)
    world.add_season(series, 1, 5)
    for episode in world.season_of(series, 1):
        release = Release(episode.code, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, LANGUAGES["English"])
        world.add_file([episode], release, added_at=world.now - timedelta(days=100))
    with run_in_thread(Stack(world)) as running:
        held = connections_of(running.stack, ("sonarr",))

        def open_house(settings: Settings) -> House:
            return House(settings, {}, extra_connections=held)

        commands = build_commands(open_house, never, never)

        def shell(*words: str, code: int = 0):
            done = CliRunner().invoke(commands, [*words, "--data-dir", str(tmp_path)])
            assert done.exit_code == code, (done.exit_code, done.output, done.stderr, done.exception)
            return done

        shell("sync")
        plan = json.loads(shell("delete", "plan", "Horimiya", "S01E02-E03", "--json").stdout)
        assert [one["label"] for one in plan["plan"]["files"]] == ["Horimiya S01E02", "Horimiya S01E03"], plan["plan"][
            "stays"
        ]
        done = json.loads(shell("delete", "apply", str(plan["id"]), "--confirm", plan["token"], "--json").stdout)
        assert (done["status"], done["totals"]["files_deleted"]) == ("done", 2)
        left = running.run(lambda: [one.number for one in world.season_of(series, 1) if one.file_id])
        assert left == [1, 4, 5]
        assert "Delete the file" in shell("delete", "log", "S01E02").stdout
