"""The numbers that a file's name inside a download tells. Pure; only for files of a download whose episodes are known.

The known set of episodes decides what a number means, so this reads generously: every plausible reading, best first.
"""

import re

import msgspec

_LONGEST = 300
"""A path part is cut to this before any expression sees it: names are untrusted, expressions are not linear."""

_VIDEO = frozenset(
    ["mkv", "mp4", "m4v", "avi", "ts", "m2ts", "mov", "wmv", "webm", "mpg", "mpeg", "ogm", "flv", "divx"]
)

_EXTRA = re.compile(
    r"(?<![a-z0-9])(?:nc(?:op|ed)|creditless|clean (?:op|ed|opening|ending)|trailers?|teasers?|samples?|previews?"
    r"|promos?|menus?|extras?|bonus|featurettes?|deleted scenes?|behind the scenes|interviews?|pv|cm|op|ed)"
    r"(?: ?\d{1,3})?(?:v\d)?(?![a-z0-9])",
    re.IGNORECASE,
)
_EXTRA_FOLDER = re.compile(r"^(?:extras?|samples?|trailers?|bonus|featurettes?|nc|menus?|sp extras)$", re.IGNORECASE)
_SEASON_EPISODE = re.compile(
    r"(?<![a-z0-9])s(?P<season>\d{1,4})[ ._-]{0,3}ep?(?P<first>\d{1,4})"
    r"(?P<more>(?:[ ._]?[-&+]?[ ._]?ep?\d{1,4}|-\d{1,4})*)",
    re.IGNORECASE,
)
_CROSS = re.compile(r"(?<![a-z0-9])(?P<season>\d{1,2})x(?P<first>\d{2,4})(?P<more>(?:[-&+x]\d{2,4})*)", re.IGNORECASE)
_WORDS = re.compile(
    r"season[ ._-]{0,3}(?P<season>\d{1,3}).{0,20}?episode[ ._-]{0,3}(?P<first>\d{1,4})(?P<more>)", re.IGNORECASE
)
_SEASON_DASH = re.compile(
    r"(?<![a-z0-9])s(?P<season>\d{1,2})[ ._]*-[ ._]*(?P<first>\d{1,4})(?P<more>(?:-\d{1,4})?)(?:v\d)?(?![a-z0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[ ._-](?P<m>\d\d)[ ._-](?P<d>\d\d)(?!\d)")
_EPISODE = re.compile(
    r"(?<![a-z0-9])(?:episode|ep|e|#)[ ._]{0,2}(?P<first>\d{1,4})(?:v\d)?(?:-e?(?P<last>\d{1,4}))?(?![0-9a-z])",
    re.IGNORECASE,
)
_DASHED = re.compile(
    r"(?:^|[ ._])[-\u2013][ ._]*(?P<first>\d{1,4})(?:v\d)?(?:[-~](?P<last>\d{1,4}))?(?=$|[ ._)\]([-])", re.IGNORECASE
)
_BRACKETED = re.compile(r"[\[(](?P<first>\d{1,4})(?:v\d)?(?:[-~](?P<last>\d{1,4}))?[\])]", re.IGNORECASE)
_LEADING = re.compile(r"^(?P<first>\d{1,4})(?:v\d)?(?=[ ._-])", re.IGNORECASE)
_LONE = re.compile(r"(?<![a-z0-9.])(?P<first>\d{1,4})(?:v\d)?(?![a-z0-9]|\.\d)", re.IGNORECASE)
_FOLDER_SEASON = re.compile(r"(?<![a-z0-9])(?:season|s)[ ._]{0,2}(?P<season>\d{1,3})(?![a-z0-9])", re.IGNORECASE)
_NUMBERS = re.compile(r"\d{1,4}")
_NOISE = re.compile(r"(?:19|20)\d\d(?!\d)|\d{3,4}[pi]|[xh]\.?26[45]|\d{1,2}bit|\d\.\d|[0-9a-f]{8}(?=\])", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True):
    """One way to read a name: `season` None when the name tells none; `date` such as 2026-01-31 for daily shows."""

    numbers: tuple[int, ...]
    season: int | None = None
    date: str = ""
    form: str = ""
    """How it was written, in words."""


def is_video(path: str) -> bool:
    """Whether the path's extension is that of a video."""
    return path.rpartition(".")[2].lower() in _VIDEO


def is_extra(path: str) -> bool:
    """Whether a video is no episode by its name: a sample, trailer, opening without credits and the like."""
    *folders, name = _parts(path)
    if any(_EXTRA_FOLDER.match(folder.strip()) for folder in folders):
        return True
    return _EXTRA.search(_stem(name).replace("_", " ").replace(".", " ")) is not None and not _SEASON_EPISODE.search(
        name
    )


def readings(path: str) -> list[Reading]:
    """Every plausible reading of the file's name, the most explicit first; empty when it tells no number."""
    *folders, name = _parts(path)
    stem = _stem(name)
    found: list[Reading] = []
    for pattern, form in (
        (_SEASON_EPISODE, "season and episode"),
        (_CROSS, "season x episode"),
        (_WORDS, "season and episode in words"),
        (_SEASON_DASH, "season and number"),
    ):
        found += [Reading(_span(match), int(match["season"]), form=form) for match in pattern.finditer(stem)]
    found += [Reading((), date=f"{at['y']}-{at['m']}-{at['d']}", form="date") for at in _DATE.finditer(stem)]
    if found:
        return found
    folder_season = _season_of(folders)
    plain = _NOISE.sub(lambda match: " " * len(match[0]), stem)
    for pattern, form in (
        (_EPISODE, "episode number"),
        (_DASHED, "number after a dash"),
        (_BRACKETED, "number in brackets"),
        (_LEADING, "leading number"),
        (_LONE, "number"),
    ):
        for match in reversed(list(pattern.finditer(plain))):
            numbers = _range(int(match["first"]), match.groupdict().get("last"))
            reading = Reading(numbers, folder_season, form=form)
            if all(reading.numbers != other.numbers for other in found):
                found.append(reading)
    return found


def _season_of(folders: list[str]) -> int | None:
    for folder in reversed(folders):
        if (match := _FOLDER_SEASON.search(folder)) is not None:
            return int(match["season"])
    return None


def _parts(path: str) -> list[str]:
    return [part[:_LONGEST] for part in path.replace("\\", "/").split("/") if part][-8:] or [""]


def _stem(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if dot and len(extension) <= 5 else name


def _span(match: re.Match[str]) -> tuple[int, ...]:
    """Episodes of `E01`, `E01E02`, `E01-E03` and `E01-03`: a dash spans, other signs list."""
    first, more = int(match["first"]), match["more"] or ""
    listed = [int(number) for number in _NUMBERS.findall(more)]
    if len(listed) == 1 and "-" in more:
        return _range(first, str(listed[0]))
    return tuple(dict.fromkeys([first, *listed]))


def _range(first: int, last: str | None) -> tuple[int, ...]:
    if last is None or not first < int(last) <= first + 200:
        return (first,)
    return tuple(range(first, int(last) + 1))
