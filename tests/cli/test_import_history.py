"""`episodarr import`: a file for a user, what has to be chosen, undoing; exit codes for scripts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from episodarr.cli.commands import build_commands
from episodarr.jobs.histories import Histories
from episodarr.main import House
from episodarr.settings import Settings

ROWS = 'Title,Date\nHeat,2026-01-05\nRan,2026-01-06\n"broken\n'


async def never(*_: object) -> None:
    raise AssertionError("not started by these tests")


class Shell:
    def __init__(self, folder: Path) -> None:
        def open_house(settings: Settings) -> House:
            house = House(settings, {})
            if not hasattr(house, "histories"):
                house.histories = Histories(
                    settings=settings,
                    database=house.database,
                    connections=house.connections,
                    ledger=house.ledger,
                    engine=house.engine,
                    clock=house.clock,
                )
            return house

        self.folder = folder
        self.commands = build_commands(open_house, never, never)

    def __call__(self, *words: str, code: int = 0, typed: str = ""):
        done = CliRunner().invoke(self.commands, [*words, "--data-dir", str(self.folder / "data")], input=typed)
        assert done.exit_code == code, (done.exit_code, done.output, done.stderr, done.exception)
        return done

    def file(self, content: str, name: str = "history.csv") -> str:
        (self.folder / name).write_text(content)
        return str(self.folder / name)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made("user", "add", "ada", typed="correct horse\n")
    return made


def test_a_file_is_imported_and_undone(shell):
    file = shell.file(ROWS)
    report = json.loads(shell("import", file, "--user", "ada", "--json").stdout)
    assert (report["films"], report["bad_count"], report["status"]) == (2, 1, "done")
    text = shell("import", file).stdout
    assert "Known already" in text
    assert "line 4: A quotation mark is not closed" in text
    assert "2 views" in shell("import", "undo", "1").stdout + shell("import", "undo", "2").stdout
    assert json.loads(shell("import", "undo", "1", "--json", code=2).stdout or "null") is None
    assert "There is no import 9" in shell("import", "undo", "9", code=1).stderr
    assert "Say which import" in shell("import", "undo", code=2).stderr


def test_a_dry_run_imports_nothing(shell):
    told = json.loads(shell("import", shell.file(ROWS), "--dry-run", "--json").stdout)
    assert (told["format"], told["rows"], len(told["sample"])) == ("netflix_simple", 3, 3)
    assert "Heat" in shell("import", shell.file(ROWS), "--dry-run").stdout
    assert list((shell.folder / "data" / "histories").iterdir()) == []


def test_what_is_open_is_asked(shell):
    file = shell.file("Title,Date\nHeat,05/06/2022\nRan,06/05/2022\nAlien,04/07/2022\n")
    assert "--date-form: " in shell("import", file, code=2).stderr
    told = json.loads(shell("import", file, "--date-form", "day_month_year", "--json").stdout)
    assert told["films"] == 3
    table = shell.file("Name;Watched\nHeat;2022-06-05\n")
    assert "--column title=Name" in shell("import", table, code=2).stderr
    told = json.loads(shell("import", table, "--column", "title=Name", "--column", "date=Watched", "--json").stdout)
    assert told["already_known"] + told["films"] == 1
    assert "is not such as title=Name" in shell("import", table, "--column", "wrong=Name", code=2).output
    assert "date" in shell("import", table, "--column", "title=Name", code=2).output


def test_what_cannot_be_imported(shell):
    assert "PDF" in shell("import", shell.file("%PDF-1.4"), code=2).stderr
    gone = shell("import", str(shell.folder / "none.csv"), code=1).stderr
    assert "cannot be read" in " ".join(gone.split()), "wherever the line was broken"
    assert "--user: ada" in shell("import", shell.file(ROWS), "--user", "nobody", code=1).stderr
    assert "no time zone" in shell("import", shell.file(ROWS), "--zone", "Mars/Base", code=2).stderr
