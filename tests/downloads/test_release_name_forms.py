"""A thousand ways to write what a release is, in names of our own: one a line in `release_names.txt`, with its answer.

s2e7         season 2, episode 7; s2e7-9 several in a row, s2e7,9 several
a7, e7       absolute number 7; episode 7 of a season that is not named
d2026-01-31  the day it aired
p2 m1-3      all of season 2; of seasons 1 to 3
h2 x2        a part of season 2; its extras
sp           a special; sp:a3, sp:s0e1 with its number
-            no television, or nothing told
"""

from pathlib import Path

import pytest

from episodarr.downloads.release_name import Interpretation, Kind, parse, parse_path

LINES = (Path(__file__).parent / "release_names.txt").read_text(encoding="utf-8").splitlines()
PACKS = {Kind.SEASON_PACK: "p", Kind.PARTIAL_SEASON: "h", Kind.SEASON_EXTRA: "x"}


def in_short(one: Interpretation) -> str:
    """An interpretation as the file writes it."""
    special = "sp:" if one.special else ""
    if one.kind in PACKS:
        return f"{PACKS[one.kind]}{one.season}"
    if one.kind is Kind.MULTI_SEASON:
        return f"m{one.seasons[0]}-{one.seasons[-1]}"
    if one.episodes:
        season = "e" if one.season is None else f"s{one.season}e"
        return f"{special}{season}{_run(one.episodes)}"
    if one.absolute:
        return f"{special}a{_run(one.absolute)}"
    if one.air_date:
        return f"d{one.air_date}"
    return "sp" if one.special else "-"


def _run(numbers: tuple[int | float, ...]) -> str:
    whole = len(numbers) > 2 and numbers == tuple(range(int(numbers[0]), int(numbers[-1]) + 1))
    return f"{numbers[0]:g}-{numbers[-1]:g}" if whole else ",".join(f"{number:g}" for number in numbers)


@pytest.mark.parametrize("line", LINES)
def test_a_form_is_read(line: str) -> None:
    answer, name = line.split(" ", 1)
    read = parse_path if name.startswith(("/", "C:\\")) else parse
    assert in_short(read(name)[0]) == answer
