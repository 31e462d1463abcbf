"""The numbers that a file's name inside a download tells. Pure; only for files of a download whose episodes are known.

The known set of episodes decides what a number means, so this takes every plausible interpretation, the best first.
"""

import re
from itertools import chain

import msgspec

from episodarr.downloads.release_name import Interpretation, parse, parse_path, parts_of

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
_SEASON_EPISODE = re.compile(r"(?<![a-z0-9])s\d{1,4}[ ._-]{0,3}ep?\d{1,4}", re.IGNORECASE)


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
    *folders, name = parts_of(path)
    if any(_EXTRA_FOLDER.match(folder.strip()) for folder in folders):
        return True
    stem, dot, extension = name.rpartition(".")
    words = (stem if dot and len(extension) <= 5 else name).replace("_", " ").replace(".", " ")
    return _EXTRA.search(words) is not None and not _SEASON_EPISODE.search(name)


def readings(path: str) -> list[Reading]:
    """Every plausible reading of the file's name, the most explicit first; empty when it tells no number."""
    found = [_reading(one) for one in chain(parse_path(path), parse(parts_of(path)[-1], in_season=True))]
    numbered = [one for one in dict.fromkeys(found) if one.numbers or one.date]
    seasons = {one.numbers for one in numbered if one.season is not None}
    told = [one for one in numbered if one.season is not None or one.numbers not in seasons]
    return sorted(told, key=lambda one: one.season is None)


def _reading(one: Interpretation) -> Reading:
    counted = one.episodes or tuple(number for number in one.absolute if isinstance(number, int))
    return Reading(counted, one.season, "" if counted else one.air_date, one.form)
