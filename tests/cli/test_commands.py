"""The command line: one screen for people, JSON for programs, exit codes for scripts."""

import asyncio
import json
from pathlib import Path

import pytest
from home import connections_of
from typer.testing import CliRunner

from episodarr.catalogue.instances import Silent
from episodarr.cli.commands import build_commands
from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import Settings


async def never(*_: object) -> None:
    raise AssertionError("not started by these tests")


@pytest.fixture
def stack():
    world = World(RealClock())
    series = world.add_series("Horimiya", year=2021, kind="anime", ended=True)
    world.add_season(series, 1, 5)
    world.arrivals.grab(series, world.season_of(series, 1)[4:], seconds=600, metadata_after=0)
    with run_in_thread(Stack(world)) as running:
        yield running


class Shell:
    def __init__(self, folder: Path, stack: StackInThread) -> None:
        def open_house(settings: Settings) -> House:
            return House(settings, {}, extra_connections=connections_of(stack.stack))

        self.folder, self.open_house = folder, open_house
        self.commands = build_commands(open_house, never, never)

    def __call__(self, *words: str, code: int = 0, typed: str = ""):
        done = CliRunner().invoke(self.commands, [*words, "--data-dir", str(self.folder)], input=typed)
        assert done.exit_code == code, (done.exit_code, done.output, done.stderr)
        return done


@pytest.fixture
def shell(tmp_path: Path, stack: StackInThread) -> Shell:
    return Shell(tmp_path, stack)


def test_sync_reports_what_it_did(shell: Shell) -> None:
    first = json.loads(shell("sync", "--json").stdout)
    assert (first["series"]["created"], first["episodes"]["created"]) == (1, 5)
    assert first["services"] == {"Sonarr": "ok"}
    text = shell("sync").stdout
    assert "0 new" in text
    assert "Sonarr: ok" in text


def test_why_tells_the_truth_in_one_screen(shell: Shell) -> None:
    shell("sync")
    shell("sync")
    text = shell("why", "horimiya", "S01E05").stdout
    assert "Horimiya S01E05" in text
    assert "DOWNLOADING" in text
    assert "qBittorrent is downloading it" in text
    assert "Grabbed for qBittorrent" in text
    assert len(text.splitlines()) <= 25
    found = json.loads(shell("why", "Hori", "1x05", "--json").stdout)
    assert found["detail"]["episode"]["state"] == "downloading"
    assert {entry["kind"] for entry in found["timeline"]} >= {"aired", "listed", "grabbed", "transfer"}


def test_wrong_words_end_with_their_code_and_the_mend(shell: Shell) -> None:
    shell("sync")
    assert "S01E05" in shell("why", "Horimiya", "five", code=2).stderr
    assert "No show" in shell("why", "Nowhere", "S01E05", code=1).stderr
    assert "No show" in shell("why", "Horimiya", "S09E05", code=1).stderr


def test_an_unreachable_sonarr_ends_with_three(shell: Shell, stack: StackInThread) -> None:
    shell("sync")
    stack.run(lambda: stack.stack.sonarr.faults.set("error"))
    assert "Sonarr" in shell("sync", code=3).stderr
    stack.run(stack.stack.sonarr.faults.clear)


def test_users(shell: Shell) -> None:
    shell("user", "add", "ada", "--role", "admin", typed="correct horse\n")
    shell("user", "add", "ada", code=2, typed="correct horse\n")
    shell("user", "add", "bob", code=2, typed="short\n")
    shell("user", "password", "nobody", code=1, typed="correct horse\n")
    shell("user", "password", "ada", typed="battery staple\n")
    assert shell("user", "list").stdout == "ada\tadmin\n"
    assert json.loads(shell("user", "list", "--json").stdout)[0]["name"] == "ada"


def test_the_house_can_be_opened_twice(shell: Shell) -> None:
    """As `why` beside a running service."""
    shell("sync")
    house = shell.open_house(Settings(data_dir=shell.folder))

    async def read() -> None:
        async with house.open():
            await house.instances.series(Silent())
            assert "Horimiya" in await asyncio.to_thread(lambda: shell("why", "Horimiya", "S01E01").stdout)

    asyncio.run(read())
    house.close()
