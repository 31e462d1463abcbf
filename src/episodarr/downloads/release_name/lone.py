"""Numbers that nothing announces. Where they stand tells how likely each is the episode: `Show - 07 [1080p]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from episodarr.downloads.release_name.numerals import run_of
from episodarr.downloads.release_name.plain import COVER, COVERS, FAINT

ENOUGH = 35
"""A number that scores less is more likely a part of the title."""

LIKELY_IN_SEASON = 20
"""Enough for a file in the folder of a season."""

_MOST, _KEPT = 32, 6
"""No honest name holds more numbers; a hostile one is made of them."""

_NUMBER = re.compile(
    r"(?<![a-z0-9'])(?P<first>\d{1,4})(?P<fraction>\.\d(?:\.\d)?(?:(?![a-z0-9])|(?=v\d)))?(?P<letter>[a-d])?"
    r"(?P<version>[ _]?v\d(?:\.\d)?)?(?:(?![a-z0-9%])|(?=(?:end|fin|tv)(?![a-z0-9])))",
    re.ASCII,
)
_SPAN = re.compile(
    r"(?P<sign>[-~+&]|[ ._](?:[-~+&]|to|ao)[ ._]|~ )(?P<number>\d{1,4})(?:v\d)?"
    r"(?:(?![a-z0-9]|\.\d)|(?=fin|end))",
    re.ASCII,
)
_END_MARK = re.compile(r"[ ._]?(?:end|fin|finale?|tv(?:全集)?|完结?|終|终|全集?|合集)(?![a-z0-9])", re.ASCII)
_FILM_YEAR = re.compile(r"[ ._]{0,2}[(\[]?(?:19[2-9]\d|20[0-4]\d)(?!\d)", re.ASCII)
_DECIMALS = re.compile(r"\d[.,]\d", re.ASCII)
_COMPOUND = re.compile(r"-[a-z](?![a-z0-9]*(?:\[[^\]]*\])?(?:$|\.?\x1f))", re.ASCII)
_BEFORE_TAGS = re.compile(r"[ ._\x1f]*(?P<head>[^\[(\x1f]*)", re.ASCII)
_ANOTHER = re.compile(r"[ ._]-[ ._]\d", re.ASCII)
_COUNTED = re.compile(
    r"(?<![a-z])(?:parte?|vol(?:ume)?|cour|level|no|ver|chapter|box|cd|dis[ck]|act|type|zone|number|phase)[ ._]*$",
    re.ASCII,
)
"""Words whose number is not the episode's."""
_NEXT_BRACKET = re.compile(r"[ ._]?\][ ._]?\[\d{1,4}(?:v\d)?[ ]?(?:end|fin|完)?\]", re.ASCII)
_COMPACT_BEFORE = re.compile(r"(?<![a-z0-9])(?P<season>\d{1,2})(?P<number>\d\d)[ ._-]$", re.ASCII)
_OPEN, _CLOSE = "[({", "])}"
_GAPS = " ._"


@dataclass(frozen=True, slots=True)
class Lone:
    """A number, where it stands and how likely it is the episode."""

    start: int
    end: int
    numbers: tuple[int | float, ...]
    score: int
    dashed: bool
    """It follows a dash or fills brackets, as anime writes it."""
    digits: str


def find_lone(bare: str, *, grouped: bool) -> list[Lone]:
    """All numbers that could be episodes, the likeliest first. `grouped`: the name began with a group in brackets."""
    title = _BEFORE_TAGS.match(bare)
    head = title["head"] if title is not None and title["head"] else bare
    spaced = " " in head or "_" in head
    found = [one for one in islice(_each(bare, grouped=grouped, spaced=spaced), _MOST) if one.score > 0]
    return sorted(found, key=lambda one: -one.score)[:_KEPT]


def compact_run(bare: str, one: Lone) -> tuple[int, tuple[int, ...]]:
    """The episodes of a number that holds the season too, and where they begin: `101.102` are two of season 1."""
    season, last = int(one.digits[:-2]), int(one.digits[-2:])
    before = _COMPACT_BEFORE.search(bare[: one.start])
    if before is not None and (int(before["season"]), int(before["number"])) == (season, last - 1):
        return before.start("season"), (last - 1, last)
    return one.start, (last,)


def _each(bare: str, *, grouped: bool, spaced: bool) -> Iterator[Lone]:
    end = -1
    for match in _NUMBER.finditer(bare):
        if match.start() < end or (spaced and _DECIMALS.match(bare, match.start() - 2)):
            continue
        digits, fraction = match["first"], match["fraction"] if spaced else None
        if fraction and fraction[1] == "0":
            continue
        end = match.end() if fraction or not match["fraction"] else match.end("first")
        numbers, end = _span(bare, digits, end) if not fraction else ((float(digits + fraction[:2]),), end)
        mark = _END_MARK.match(bare, end)
        end = mark.end() if mark is not None else end
        score, dashed = _score(bare, match.start(), end, digits, grouped=grouped, ranged=len(numbers) > 1)
        if (
            len(numbers) == 1
            and COVER in bare[: match.start()].lstrip(COVER)
            and bare[: match.start()].rstrip(_GAPS)[-1:] != "-"
        ):
            score -= 40
        if fraction and not dashed and score < 60:
            continue
        if len(numbers) > 1:
            score += 15
        if mark is not None or match["version"]:
            score += 20
        yield Lone(match.start(), end, numbers, score, dashed, digits)


def _span(bare: str, digits: str, end: int) -> tuple[tuple[int, ...], int]:
    """A range, or numbers joined by other signs."""
    numbers, spans = [int(digits)], False
    while (match := _SPAN.match(bare, end)) is not None:
        number, sign = int(match["number"]), match["sign"].strip(_GAPS)
        spaced = match["sign"][0] in _GAPS and sign in {"-", "+", "&"}
        if number <= numbers[-1] or (spaced and not _batch(bare, match, digits)):
            break
        spans |= sign not in {"+", "&"}
        numbers.append(number)
        end = match.end()
    return (run_of(numbers[0], numbers[-1]) if spans else tuple(numbers)), end


def _batch(bare: str, match: re.Match[str], digits: str) -> bool:
    """Whether ` - ` between two numbers spans them, rather than parting `Title 2 - 03`."""
    if _ANOTHER.match(bare, match.end()) is not None:
        return False  # `Title 2 - 01 - 12`
    if not _closes(bare, match.end()) or (len(digits) == 1 and match["number"].startswith("0")):
        return False
    return (digits.startswith("0") and digits.strip("0") != "") or "batch" in bare


def _closes(bare: str, end: int) -> bool:
    """Whether nothing of a title follows: the end, a bracket, something technical or another dash."""
    after = bare[end : end + 60]
    if after[:1] == "-" and after[1:2].isdigit():
        return False
    after = after.lstrip(_GAPS + FAINT)
    return not after or after[0] in "[](){}-~|/" + COVER


def _score(bare: str, start: int, end: int, digits: str, *, grouped: bool, ranged: bool) -> tuple[int, bool]:
    """How likely a number is the episode, and whether it stands as anime writes episodes."""
    before, after = bare[:start], bare[end:]
    near = before.rstrip(_GAPS)
    gap = len(before) - len(near)
    padded = len(digits) > 1
    behind = near[-1:]
    if len(digits) == 4 and 1900 <= int(digits) <= 2040:
        return 0, False
    if behind and behind in _OPEN and after.lstrip(_GAPS)[:1] in _CLOSE:
        last = not after.strip(_GAPS + _CLOSE)
        if _NEXT_BRACKET.match(after) is not None:
            return 60, True  # `[86][07]`
        return (70 if last else 80 if behind != "(" or ranged else 45 if padded or grouped else 36), True
    if behind in {"-", ":"} and (gap > 0 or near[-2:-1] in {" ", "_", ".", "-"}):
        return (90 if _closes(bare, end) else 65 if padded else 42), True
    if behind == "-" and after[:1] == "-":
        return (55 if padded else 30), True
    if not near.strip(COVERS):
        return _leading(after, digits), False
    if _COMPOUND.match(after) or _COUNTED.search(near[-12:]) or (not padded and near.endswith(("movie", "film"))):
        return 0, False
    return _loose(bare, near, end, digits, gap, grouped=grouped, ranged=ranged), False


def _loose(bare: str, near: str, end: int, digits: str, gap: int, *, grouped: bool, ranged: bool) -> int:
    """A number between words."""
    padded, after = len(digits) > 1, bare[end:]
    if near[-1] == "-" and gap == 0:
        ends = after[:1] in {" ", "]", ")"} or ((grouped or digits[0] == "0") and _closes(bare, end))
        return 38 if padded and ends else 0
    if _FILM_YEAR.match(after) and not grouped:
        return 10
    if _closes(bare, end):
        sequel = after.lstrip(_GAPS)[:1] in {"-", "~", "|", "/"}
        return 60 if padded or ranged else 20 if sequel or not grouped else 45
    if len(digits) in {3, 4} or digits.startswith("0"):
        return 45 if gap else 0
    return 40 if grouped and padded and gap else 20


def _leading(after: str, digits: str) -> int:
    """A number that begins the name: `01 - Pilot`, `03. Name`, `07`; but not `30 Rock` or `28.Days.Later.2002`."""
    if not after.strip(_GAPS + COVERS):
        return 75
    if after.lstrip(_GAPS)[:1] == "-" or after[:2] == ". ":
        tight = after[:1] == "-" and after[1:2] not in {" ", ".", "_"}
        return 40 if tight else 70 if len(digits) > 1 else 50
    if digits.startswith("0") and len(digits) == 2:
        return 60
    return 15 if _FILM_YEAR.search(after) else 22
