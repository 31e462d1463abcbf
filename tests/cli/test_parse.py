"""`episodarr parse`: one line a name, from arguments or a stream, whatever the bytes are."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from episodarr.cli.commands import build_commands

FIELDS = [
    "input",
    "title",
    "season",
    "seasons",
    "episodes",
    "absolute",
    "air_date",
    "special",
    "kind",
    "year",
    "group",
    "tv",
]


def run(*words: str, typed: bytes = b"") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "episodarr", "parse", *words], input=typed, capture_output=True, check=True
    )
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


def test_names_of_arguments() -> None:
    first, second = (json.loads(line) for line in run("--json", "Harbour.S02E07.720p-GRP", "[G] Kumo - 12.5 [1080p]"))
    assert list(first) == FIELDS
    assert (first["title"], first["season"], first["episodes"], first["group"]) == ("Harbour", 2, [7], "GRP")
    assert (second["season"], second["episodes"], second["absolute"], second["air_date"]) == (None, [], [12.5], None)


def test_names_of_a_stream() -> None:
    lines = run("--json", typed=b"\xef\xbb\xbfHarbour.S02E07\r\n\n  \n\xff\xfe Kumo - 07 \n\xe7\xac\xac7\xe8\xa9\xb1")
    told = [json.loads(line) for line in lines]
    assert [one["input"] for one in told] == ["Harbour.S02E07", "\udcff\udcfe Kumo - 07 ", "第7話"]
    assert [one["absolute"] for one in told] == [[], [7], [7]]


def test_paths() -> None:
    told = json.loads(run("--json", "--path", "Harbour/Season 2/07.mkv")[0])
    assert (told["title"], told["season"], told["episodes"]) == ("Harbour", 2, [7])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Harbour.S02E07", "Harbour: episode, season 2, episode 7"),
        ("Harbour.S01-S03.720p", "Harbour: multi season, seasons 1-3"),
        ("[G] Kumo - 01-12 [1080p]", "Kumo: multi episode, absolute 1-12"),
        ("Talk.2023.04.15.720p", "Talk: episode, aired 2023-04-15"),
        ("S01E01", "(no title): episode, season 1, episode 1"),
        ("Pier.2013.1080p", "Pier: not television, or nothing told"),
    ],
)
def test_lines_for_people(name: str, line: str) -> None:
    assert run(name) == [line]


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "episodarr", "parse", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"Harbour.S02E07\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["season"] == 2  # answered at once, while the stream is open
        process.stdout.close()
        process.stdin.write(b"Harbour.S02E08\n" * 3)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


def test_it_is_a_command_of_the_whole_command_line() -> None:
    async def never(*_: object) -> None:
        raise AssertionError("not started by this test")

    def no_house(_: object) -> None:
        raise AssertionError("not opened by this test")

    done = CliRunner().invoke(build_commands(no_house, never, never), ["parse", "--json", "Harbour.S02E07"])
    assert (done.exit_code, json.loads(done.stdout)["season"]) == (0, 2)
