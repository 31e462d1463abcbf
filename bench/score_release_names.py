"""How many release names are read right: judged by the labels in the folder of release titles.

Only fields that a label asserts are judged. `strict` compares number by number. `tolerant` accepts what is a matter of
taste and no error: season 1 where none is named, an episode number without a season told as absolute number or the
other way round, `Show S2 - 07` as either, and compact `101` as either.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episodarr.cli.parse import told
from episodarr.downloads.release_name import parse, parse_path, parse_set

BESIDE = Path(__file__).parents[2] / "shared" / "release-titles"

Told = Mapping[str, Any]
Read = Callable[[str, str], Told]

_NUMBERS = ("season", "episodes", "absolute", "special_absolute", "air_date", "seasons", "multi_season")
_FLAGS = ("full_season", "partial_season", "season_extra", "special")
_REFUSALS = ("parses", "tv")
_SEASON_DASH = re.compile(r"(?<![a-z0-9])s\d{1,2}(?:[ ._]*-[ ._]*\[?|\]\[)\d", re.IGNORECASE)
_BARE = re.compile(r"(?<![a-z0-9])\d{3,4}(?![a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled name."""

    id: str
    source: str
    test: str
    kind: str
    name: str
    expect: dict[str, Any]

    @property
    def carries_numbers(self) -> bool:
        """Whether a number, a date or a refusal is asserted."""
        return any(field in self.expect for field in (*_NUMBERS, *_REFUSALS))


def folder() -> Path | None:
    """The labelled names: beside the repository, or where EPISODARR_RELEASE_TITLES says; None when not here."""
    place = Path(os.environ.get("EPISODARR_RELEASE_TITLES") or BESIDE)
    return place if place.is_dir() and any(place.glob("*.jsonl")) else None


def cases(place: Path, name: str) -> Iterator[Case]:
    """The cases of `sonarr` or `other`, whichever part of them is there; disputed ones are left out."""
    for file in sorted(place.glob(f"{name}.*jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if not case.get("disputed"):
                yield Case(
                    case["id"],
                    case["source"],
                    " ".join(case.get("tests") or ()),
                    case["kind"],
                    case["input"],
                    case["expect"],
                )


def batches(place: Path) -> Iterator[tuple[str, list[Case]]]:
    """The sets of sibling files."""
    for file in sorted(place.glob("batches.*jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            batch = json.loads(line)
            yield (
                batch["id"],
                [
                    Case(batch["id"], batch["source"], batch["name"], "path", one["path"], one["expect"])
                    for one in batch["files"]
                ],
            )


def read_one(name: str, kind: str) -> Told:
    """What the command line tells of one name."""
    return told(name, (parse_path if kind == "path" else parse)(name))


def read_batch(files: list[Case]) -> list[Told]:
    """What the files of a set tell, read together."""
    paths = [file.name for file in files]
    return [told(path, found) for path, found in zip(paths, parse_set(paths), strict=True)]


def wrong(case: Case, got: Told, *, tolerant: bool) -> list[str]:
    """The asserted fields that were read differently."""
    expect = case.expect
    if expect.get("parses") is False or expect.get("tv") is False:
        refused = not got["tv"] and got["season"] is None and not got["episodes"] and not got["absolute"]
        return [] if refused else ["refusal"]
    differ = [field for field in _NUMBERS if field in expect and not _same(field, expect, got)]
    differ += [field for field in _FLAGS if field in expect and bool(expect[field]) != _flag(field, got)]
    if tolerant and differ:
        differ = _forgiven(case, got, differ)
    return differ


def _same(field: str, expect: Mapping[str, Any], got: Told) -> bool:
    if field in {"absolute", "special_absolute"}:
        wanted = sorted([*(expect.get("absolute") or ()), *(expect.get("special_absolute") or ())])
        return bool(wanted == sorted(got["absolute"]))
    if field == "multi_season":
        return bool(expect[field]) is bool(got["kind"] == "multi_season")
    if field in {"episodes", "seasons"}:
        return list(expect[field] or ()) == list(got[field])
    return bool(expect[field] == got[field])


def _flag(field: str, got: Told) -> bool:
    if field == "special":
        return bool(got["special"])
    kinds = {
        "full_season": {"season_pack", "multi_season", "season_extra"},
        "partial_season": {"partial_season"},
        "season_extra": {"season_extra"},
    }
    return got["kind"] in kinds[field]


def _forgiven(case: Case, got: Told, differ: list[str]) -> list[str]:
    """Without what is a matter of taste."""
    expect, left = case.expect, set(differ)
    wanted = sorted({*(expect.get("episodes") or ()), *(expect.get("absolute") or ())})
    wanted = sorted({*wanted, *(expect.get("special_absolute") or ())})
    read = sorted({*got["episodes"], *got["absolute"]})
    numbers_agree = bool(wanted) and wanted == read
    asserted_either = not ({"episodes", "absolute"} <= expect.keys()) and set(wanted) <= set(read)
    seasonless = expect.get("season") in {None, 1} and got["season"] in {None, 1}
    if (numbers_agree or asserted_either) and (seasonless or "season" not in left):
        left -= {"episodes", "absolute", "special_absolute", "season"}
    if numbers_agree and _SEASON_DASH.search(case.name):
        left -= {"episodes", "absolute", "season"}
    if wanted and _BARE.search(case.name) and _compact(expect) & _compact(got):
        left -= {"episodes", "absolute", "season"}
    if got["special"] and not wanted and got["season"] in {0, None}:
        left -= {"season", "episodes", "absolute"} if not read else set()
    if expect.get("full_season") and got["kind"] == "partial_season":
        left.discard("full_season")
    if expect.get("partial_season") and expect.get("full_season"):
        left -= {"full_season"}
    return sorted(left)


def _compact(numbers: Mapping[str, Any]) -> set[int]:
    """Numbers as one: season 1 episode 3 is 103, and so is absolute 103."""
    found = {
        number for field in ("episodes", "absolute") for number in numbers.get(field) or () if isinstance(number, int)
    }
    season = numbers.get("season")
    return {season * 100 + number for number in found} if season else found
