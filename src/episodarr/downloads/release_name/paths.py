"""From the path of a file to its interpretations: folders tell the season and the series where the file does not."""

import re

import msgspec

from episodarr.downloads.release_name.model import PACKS, Interpretation, Kind
from episodarr.downloads.release_name.parse import parse
from episodarr.downloads.release_name.plain import LONGEST, lower, plain

_DEEPEST = 8
_SPECIALS = re.compile(r"(?:season ?0+|specials?|sps?|ovas?|oads?)", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_SURE_FORMS = frozenset(
    {"season and episode", "season x episode", "chapter", "season and episode in words", "season and number", "date"}
)
_COUNTED = frozenset({"number", "episode number"})
_WEAK_FORMS = frozenset({"number", "compact number", "part", "special", ""})


def parts_of(path: str) -> list[str]:
    """Folders and name of a path with either slash, each cut to a length that is safe to read; never empty."""
    return [part[:LONGEST] for part in path.replace("\\", "/").split("/") if part][-_DEEPEST:] or [""]


def parse_path(path: str) -> tuple[Interpretation, ...]:
    """Every interpretation of a file by its name and its folders, the likeliest first; never empty."""
    *folders, name = parts_of(path)
    found = parse(name)
    read = [(folder, parse(folder)[0]) for folder in reversed(folders)]
    if found[0].form in _WEAK_FORMS or found[0].kind in PACKS:
        for _, above in read:
            if above.form in _SURE_FORMS and above.kind not in PACKS:
                return (above, *found)
        if found[0].kind is Kind.UNKNOWN and folders and folders[-1].startswith("["):
            above = read[0][1]
            if above.form in _COUNTED and len(above.absolute) == 1:
                return (above, *found)
    season = _season_of(read)
    if season is not None and found[0].kind is Kind.UNKNOWN:
        found = parse(name, in_season=True)
    if season is not None:
        found = tuple(sorted(found, key=lambda one: one.season != season or not (one.episodes or one.special)))
    title = "" if found[0].title else _title_of(read)
    return tuple(dict.fromkeys(_placed(one, season, title) for one in found))


def _placed(one: Interpretation, season: int | None, title: str) -> Interpretation:
    """An interpretation of the name with what the folders add."""
    if title:
        one = msgspec.structs.replace(one, title=title)
    if season is None or one.season is not None or one.air_date:
        return one
    if one.kind is Kind.UNKNOWN:
        return msgspec.structs.replace(one, season=season, seasons=(season,))
    numbers = one.episodes or one.absolute
    if len(numbers) == 1 and numbers[0] > 100 and numbers[0] // 100 == season:
        numbers = (int(numbers[0] % 100),)  # `[401]` in the folder of season 4
    if not all(isinstance(number, int) for number in numbers):
        return msgspec.structs.replace(one, season=season, seasons=(season,))
    return msgspec.structs.replace(
        one,
        season=season,
        seasons=(season,),
        episodes=tuple(int(number) for number in numbers),
        absolute=(),
        special=one.special or season == 0,
    )


def _season_of(read: list[tuple[str, Interpretation]]) -> int | None:
    """The season that the nearest folder tells."""
    numbered: int | None = None
    for folder, above in read:
        low = lower(plain(folder).name).strip()
        if _SPECIALS.fullmatch(low):
            return 0
        if above.kind in PACKS and len(above.seasons) == 1:
            return above.season
        if numbered is not None and above.kind is Kind.MULTI_SEASON and numbered in above.seasons:
            return numbered
        numbered = int(low) if _NUMBER.fullmatch(low) else None
    return None


def _title_of(read: list[tuple[str, Interpretation]]) -> str:
    """The title in the nearest folder that has one."""
    for folder, above in read:
        if above.title and not _SPECIALS.fullmatch(lower(folder).strip()):
            return above.title
    return ""
