"""The house rules that no linter knows: file length, names, and who may judge."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "episodarr"
LONGEST = 400
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|base|manager|managers|misc|service|tools?)(_|$)")
PURE = {
    "episode",
    "downloads/attribute.py",
    "downloads/file_name.py",
    "downloads/release_name",
    "downloads/resolve_release.py",
    "availability/match.py",
    "availability/verdict.py",
    "availability/pauses.py",
    "catalogue/listing.py",
    "catalogue/followed.py",
    "catalogue/in_line.py",
    "catalogue/ahead.py",
    "overview/export.py",
    "overview/freshness.py",
    "overview/reading.py",
    "watching/people.py",
    "catalogue/movie_join.py",
    "watching/place_movies.py",
    "watching/states.py",
    "web/candidates/draft.py",
    "watching/next_up.py",
    "histories/totals.py",
    "histories/personal.py",
    "histories/library_join.py",
    "histories/language.py",
    "deletion/shield.py",
    "deletion/mature.py",
    "deletion/complete.py",
    "deletion/brief.py",
    "deletion/known.py",
    "deletion/judge.py",
    "deletion/rules.py",
    "deletion/plan.py",
    "deletion/make_plan.py",
    "deletion/guard.py",
    "deletion/limits.py",
    "histories/dates.py",
    "histories/titles.py",
    "histories/match.py",
    "histories/marks.py",
    "histories/names.py",
    "histories/numerals.py",
    "histories/folding.py",
    "histories/shelf.py",
    "histories/unsure.py",
    "histories/chosen.py",
}


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations/versions" not in path.as_posix())


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_file_stays_short_enough_to_be_read(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST, f"{name_of(path)} has {lines} lines: it holds more than one thing"


def test_names_say_what_is_inside() -> None:
    vague = [name_of(path) for path in modules() if VAGUE.search(path.stem) or VAGUE.search(path.parent.name)]
    assert vague == []


def test_front_end_files_stay_short_too() -> None:
    long = {
        path.name: n
        for pattern in ("src/**/*.ts", "styles/**/*.css")
        for path in (ROOT / "frontend").glob(pattern)
        if (n := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_only_assess_and_its_parts_make_a_standing() -> None:
    makers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Standing":
                makers.add(name_of(path))
    assert makers == {"episode/standing.py", "episode/download.py"}


def test_only_the_ledgers_book_writes_a_state() -> None:
    """No other statement sets the column: the standing is stored where it is judged."""
    writers = {
        name_of(path)
        for path in modules()
        if "database" in path.parts and re.search(r"state=bindparam|\"state\": standing", path.read_text())
    }
    assert writers == {"database/ledger.py"}


def test_the_wall_clock_is_read_in_the_composition_root_only() -> None:
    readers = {
        name_of(path)
        for path in modules()
        if re.search(r"datetime\.now\((UTC|timezone\.utc)\)|datetime\.utcnow|time\.time\(\)", path.read_text())
        and "demo" not in path.parts
    }
    # a Retry-After header may name a date of the real calendar
    assert readers <= {"main.py", "cli/tell.py", "integrations/_http.py"}


def test_pure_files_import_neither_clock_nor_outside() -> None:
    for path in modules():
        if not any(name_of(path).startswith(pure) for pure in PURE):
            continue
        imported = {
            alias.name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            (node.module or "").partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        }
        assert not imported & {"asyncio", "aiohttp", "sqlalchemy", "os", "time", "socket", "fastapi"}, name_of(path)


def test_no_blanket_except_and_no_unexplained_ignore() -> None:
    wrong = []
    for path in modules():
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler):
                caught = "" if node.type is None else ast.unparse(node.type)
                if caught in {"", "Exception", "BaseException"}:
                    wrong.append(f"{name_of(path)}:{node.lineno} catches everything")
        for number, line in enumerate(text.splitlines(), 1):
            if "type: ignore" in line and not re.search(r"type: ignore\[[\w-]+(, ?[\w-]+)*\]\s+#", line):
                wrong.append(f"{name_of(path)}:{number} ignores a type without code and reason")
    assert wrong == []


def test_the_layers_hold() -> None:
    """The dependency rule of docs/decisions/0001, checked by import-linter."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
