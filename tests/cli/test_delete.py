"""`episodarr delete`: a plan in words and as JSON, applied with its token, undone; exit codes for scripts."""

import json
from contextlib import asynccontextmanager
from functools import partial

import pytest
from fakes_library import FakeOverview
from invented import NOW
from invented_library import library
from invented_plans import HOSTILE, PACK, Deletion, offline
from typer.testing import CliRunner

from episodarr.cli.commands import build_commands
from episodarr.deletion.journal import PlanStatus, StepState
from episodarr.deletion.model import Target
from episodarr.deletion.plan import TorrentChoice


async def never(*_: object) -> None:
    raise AssertionError("not started by these tests")


class Works:
    """Carries out all open plans: to their end, or so far as it is told."""

    def __init__(self, deletion: Deletion) -> None:
        self.deletion = deletion
        self.status = PlanStatus.DONE
        self.elsewhere = False
        """Another worker holds the lease, and ends the plan a moment later."""
        self.runs = 0

    async def run(self) -> dict[str, object]:
        self.runs += 1
        for plan_id in self.deletion.journal.open_plans():
            if self.elsewhere:
                self.deletion.delete.read = self._seen_by_the_other(plan_id)  # type: ignore[method-assign]
                return {"plans": 1, "message": "another worker deletes now"}
            bad = self.status is PlanStatus.PARTLY
            states = {27: (StepState.FAILED, "the password is wrong")} if bad else {}
            self.deletion.carry_out(plan_id, states=partial(_state, states))
            self.deletion.end(plan_id, self.status, "1 step failed" if bad else "")
        return {"plans": 1}

    def _seen_by_the_other(self, plan_id: int):
        looks = iter(range(100))

        def read(_number: int):
            if next(looks) == 2:
                self.deletion.carry_out(plan_id)
                self.deletion.end(plan_id)
            return self.deletion.journal.rows[plan_id]

        return read


def _state(states: dict[int, tuple[StepState, str]], number: int) -> tuple[StepState, str]:
    return states.get(number, (StepState.VERIFIED, ""))


class House:
    """What the commands use of the house."""

    def __init__(self) -> None:
        self.now = NOW
        self.overview = FakeOverview(library())
        self.deletion = Deletion(lambda: self.now)
        self.delete = self.deletion.delete
        self.carry_out = Works(self.deletion)
        self.closed = 0

    def clock(self):
        return self.now

    @asynccontextmanager
    async def open(self):
        yield

    def close(self) -> None:
        self.closed += 1


class Shell:
    def __init__(self) -> None:
        self.house = House()
        self.commands = build_commands(lambda _settings: self.house, never, never)
        self.calls = 0

    def __call__(self, *words: str, code: int = 0):
        done = CliRunner().invoke(self.commands, ["delete", *words])
        assert done.exit_code == code, (done.exit_code, done.output, done.stderr, done.exception)
        return done

    def planned(self) -> dict:
        return json.loads(self("plan", "Horimiya", "S01", "--json").stdout)


@pytest.fixture
def shell() -> Shell:
    return Shell()


def targets(shell: Shell) -> tuple[Target, ...]:
    return shell.house.deletion.planner.asked[-1].targets


def ids(shell: Shell, *numbers: int) -> list[int]:
    rows = {row.episode_number: row.id for row in shell.house.overview.world.season(1, 1)}
    return [rows[number] for number in numbers]


def test_a_plan_in_words(shell: Shell) -> None:
    text = shell("plan", "horimiya", "S01").stdout
    plan = shell.house.deletion.journal.rows[1]
    assert text.startswith("Plan 1: Horimiya, season 1\n13 episodes in 13 files, 13 GiB: frees 11 GiB for certain")
    for said in (
        "Sonarr: delete 13 files",
        plan.plan.files[12].path,
        "! it was requested 12 days ago",
        f"--also-torrent {PACK}",
    ):
        assert said in text
    token = shell.house.delete.token(plan)
    assert text.rstrip().endswith(f"episodarr delete apply 1 --confirm {token} --count 13")
    assert plan.made_by == "command line"


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([], [(None, None)]),
        (["S01"], [(1, None)]),
        (["s01e02"], [(1, 2)]),
        (["S01E01-E03", "S00"], [(1, 1), (1, 2), (1, 3), (0, None)]),
        (["S01E01-3"], [(1, 1), (1, 2), (1, 3)]),
        (["S01E01-S01E02", "S01E02"], [(1, 1), (1, 2)]),
    ],
)
def test_what_is_named(shell: Shell, parts: list[str], wanted: list[tuple]) -> None:
    shell("plan", "Horimiya", *parts)
    of = {number: one for number in range(1, 4) for one in ids(shell, number)}
    assert targets(shell) == tuple(Target(1, season, of.get(number)) for season, number in wanted)


@pytest.mark.parametrize("part", ["all", "S01E05-E02", "S01E01-S02E02", "E05", "", "S01E1-9999999"])
def test_odd_parts_are_wrong_use(shell: Shell, part: str) -> None:
    shell("plan", "Horimiya", part, code=2)
    assert shell.house.deletion.planner.asked == []


def test_what_is_not_there_or_not_only_one(shell: Shell) -> None:
    assert "No show is called" in shell("plan", "Nowhere", code=1).stderr
    assert "no season 9" in shell("plan", "Horimiya", "S09", code=1).stderr
    assert "no episode S01E98" in shell("plan", "Horimiya", "S01E98-E99", code=1).stderr
    assert "is not only one show" in shell("plan", "a", code=2).stderr
    assert shell.house.deletion.planner.asked == []


def test_torrents(shell: Shell) -> None:
    shell("plan", "Horimiya", "--keep-torrents", "--also-torrent", PACK.upper())
    wish = shell.house.deletion.planner.asked[-1]
    assert (wish.torrents, wish.also_torrents) == (TorrentChoice.KEEP, (PACK,))


def test_a_service_that_cannot_be_asked_ends_with_three(shell: Shell) -> None:
    shell.house.deletion.planner.trouble = offline()
    assert "Sonarr" in shell("plan", "Horimiya", code=3).stderr
    assert shell.house.closed == 1


def test_titles_are_no_markup(shell: Shell) -> None:
    shell.house.deletion.planner.title = f"[bold red]{HOSTILE}[/nothing]"
    assert "[bold red]</script>" in shell("plan", "Horimiya").stdout


def test_applied_to_its_end(shell: Shell) -> None:
    plan = shell.planned()
    done = shell("apply", "1", "--confirm", plan["token"], "--count", "13")
    assert "Done: 13 files, 13 GiB deleted" in done.stdout
    assert "Verified" in done.stdout
    assert shell.house.deletion.journal.rows[1].confirmed_by == "command line"
    again = shell("apply", "1", "--confirm", plan["token"], "--count", "13", code=2)
    assert "it is done already" in again.stderr
    assert shell.house.carry_out.runs == 1


def test_applied_as_json(shell: Shell) -> None:
    plan = shell.planned()
    told = json.loads(shell("apply", "1", "--confirm", plan["token"], "--count", "13", "--json").stdout)
    assert (told["status"], told["totals"]["files_deleted"]) == ("done", 13)


def test_partly_done_ends_with_one_and_says_why(shell: Shell) -> None:
    plan = shell.planned()
    shell.house.carry_out.status = PlanStatus.PARTLY
    done = shell("apply", "1", "--confirm", plan["token"], "--count", "13", code=1)
    assert "the password is wrong" in done.stdout
    assert "partly done: 1 step failed" in done.stderr


def test_another_worker_that_deletes_is_watched(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("episodarr.cli.delete._LOOK", 0)
    plan = shell.planned()
    shell.house.carry_out.elsewhere = True
    assert "Done: 13 files" in shell("apply", "1", "--confirm", plan["token"], "--count", "13").stdout


@pytest.mark.parametrize(
    "words", [("--confirm", "x" * 20, "--count", "13"), ("--confirm", "TOKEN"), ("--confirm", "TOKEN", "--count", "12")]
)
def test_not_without_token_and_count(shell: Shell, words: tuple[str, ...]) -> None:
    plan = shell.planned()
    shell("apply", "1", *(plan["token"] if word == "TOKEN" else word for word in words), code=2)
    shell("apply", "1", code=2)
    shell("apply", "99", "--confirm", plan["token"], code=1)
    assert shell.house.carry_out.runs == 0


def test_a_plan_of_somebody_else_is_not_applied(shell: Shell) -> None:
    plan = shell.planned()
    row = shell.house.deletion.journal.rows[1]
    others = {name: getattr(row, name) for name in row.__struct_fields__} | {"made_by": "anna"}
    shell.house.deletion.journal.rows[1] = type(row)(**others)
    assert "somebody else made it" in shell("apply", "1", "--confirm", plan["token"], "--count", "13", code=2).stderr


def test_paused_and_resumed(shell: Shell) -> None:
    plan = shell.planned()
    shell("pause", "--reason", "new disk")
    assert shell.house.delete.paused().reason == "new disk"
    assert "paused by command line" in shell("apply", "1", "--confirm", plan["token"], "--count", "13", code=2).stderr
    shell("resume")
    assert shell.house.delete.paused() is None


def test_undone_and_told_in_the_log(shell: Shell) -> None:
    plan = shell.planned()
    shell("apply", "1", "--confirm", plan["token"], "--count", "13")
    assert "Horimiya S01E03: monitored again" in shell("undo", "1", "S01E03").stdout
    assert "holds none of these" in shell("undo", "1", "S05", code=1).stderr
    assert len(json.loads(shell("undo", "1", "--json").stdout)["asked"]) == 13
    shell.house.deletion.undoer.broken = True
    assert "nobody answers" in shell("undo", "1", "S01E03", code=1).stdout
    shell("undo", "9", code=1)
    text = shell("log", "S01E03", "--plan", "1").stdout
    assert "Sonarr: Delete the file" in text
    assert "Ask for it again" in text
    assert len(json.loads(shell("log", "--json", "--limit", "5").stdout)) == 5
