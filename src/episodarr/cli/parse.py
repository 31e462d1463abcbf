"""`episodarr parse`: what release names tell, one line a name. Imports nothing of the service, so it starts fast."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, BinaryIO

import typer

from episodarr.downloads.release_name import Interpretation, parse, parse_path

Names = Annotated[list[str] | None, typer.Argument(help="Names; from standard input, one a line, when none is given.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
AsPath = Annotated[bool, typer.Option("--path", help="The names are paths, whose folders count too.")]


def add_parse(app: typer.Typer) -> None:
    """Add the command to a command line."""

    @app.command("parse")
    def parse_command(names: Names = None, as_json: AsJson = False, as_path: AsPath = False) -> None:
        """What release or file names tell: series, season, episodes, absolute numbers, air date."""
        tell_names(names or _lines(sys.stdin.buffer), as_json=as_json, as_path=as_path)


def run_parse() -> None:
    """The command alone, without the parts of the service."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    add_parse(app)
    app()


def tell_names(names: Iterable[str], *, as_json: bool, as_path: bool) -> None:
    """Print a line for each name, at once: a program may wait for the answer before it sends the next name."""
    read = parse_path if as_path else parse
    try:
        for name in names:
            answer = told(name, read(name))
            sys.stdout.write((json.dumps(answer) if as_json else _in_words(answer)) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        # Who read has left. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(name: str, found: tuple[Interpretation, ...]) -> dict[str, Any]:
    """The likeliest interpretation of a name, as it is printed."""
    best = found[0]
    return {
        "input": name,
        "title": best.title,
        "season": best.season,
        "seasons": list(best.seasons),
        "episodes": list(best.episodes),
        "absolute": list(best.absolute),
        "air_date": best.air_date or None,
        "special": best.special,
        "kind": best.kind.value,
        "year": best.year,
        "group": best.group,
        "tv": best.tv,
    }


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Names of a stream. Bytes that are no UTF-8 survive as they are; lines without a name are passed over."""
    for number, line in enumerate(stream):
        raw = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        name = raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        if name.strip():
            yield name


def _in_words(answer: dict[str, Any]) -> str:
    numbers = []
    if len(answer["seasons"]) > 1:
        numbers.append(f"seasons {answer['seasons'][0]}-{answer['seasons'][-1]}")
    elif answer["season"] is not None:
        numbers.append(f"season {answer['season']}")
    numbers += [f"{word} {_run(answer[field])}" for field, word in _WORDS if answer[field]]
    if answer["air_date"]:
        numbers.append(f"aired {answer['air_date']}")
    kind = answer["kind"].replace("_", " ") if answer["tv"] else "not television, or nothing told"
    line = f"{answer['title'] or '(no title)'}: {', '.join([kind, *numbers])}"
    return line.encode("utf-8", "replace").decode()


_WORDS = (("episodes", "episode"), ("absolute", "absolute"))


def _run(numbers: list[int | float]) -> str:
    return f"{numbers[0]:g}" if len(numbers) == 1 else f"{numbers[0]:g}-{numbers[-1]:g}"
