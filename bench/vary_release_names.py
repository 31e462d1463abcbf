"""Variants of the labelled release names whose labels stay as they are, or change in a known way.

A parser that learnt names by heart fails here: the same name with other separators, tags, titles or numbers must be
read the same. Names that are not read right as they are have no variants. Run by itself, this prints what fails:

    python -m bench.vary_release_names [name of a variation]
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bench.score_release_names import Case, cases, folder, read_one, wrong

TITLES = [
    *("Harbour Lights", "24", "911", "4400", "The 100", "90 Day Pier", "Th3 Harb0ur", "Harbour 2024", "Room 104"),
    *("Harbour-Lights", "Harbour's Light", "H.A.R.B.O.U.R.", "Harbour 2", "Harbour Part of Light", "Special Harbour"),
    *("Four Seasons", "Harbour: Lights Out", "Harbour - Lights Out", "Harbour! Lights?", "Série Été", "Harbour & Co"),
    *("1923", "Harbour 9-1-1", "S Harbour", "E Harbour", "The Harbour of 7 Lights", "X-Harbour", "8 Out of 10 Piers"),
    *("Harbour Episode", "Day 5", "Route 66", "2 Broke Piers", "3rd Pier", "12 Piers", "Harbour Web", "Dr. Harbour"),
    *("Harbour Lights US", "Harbour (US)", "Part Time Harbour", "The Web", "Harbour 4K Life", "Ova Harbour", "EPic"),
    *(
        "Seasoned",
        "Vol Harbour",
        "Harbour 300 Lights",
        "Lights 86",
        "Порт Огни",
        "海港之灯",
        "Harbour no Light Ver1.1a",
    ),
]
_TECHNICAL = re.compile(
    r"(?<![A-Za-z0-9])(?:\d{3,4}[pi]|HDTV|WEB-?DL|BluRay|BDRip|DVDRip|[xh]\.?26[45]|HEVC)", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.(?:mkv|mp4|avi|ts|m4v|nzb)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![a-z0-9])(s)(\d{1,2})([ ._-]{0,3}e)(\d{2,3})(?![a-z0-9])", re.IGNORECASE)
_CROSSED = re.compile(r"(?<![a-z0-9])()(\d{1,2})(x)(\d{2,3})(?![a-z0-9])", re.IGNORECASE)
_DATED = re.compile(r"(?<!\d)(\d{4})([ ._-])(\d\d)\2(\d\d)(?!\d)")

Vary = Callable[[Case, random.Random], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class Variant:
    """A case that was made of another, and how."""

    variation: str
    of: Case
    case: Case


def _named(case: Case, name: str) -> Iterator[Case]:
    if name != case.name:
        yield replace(case, name=name)


def _split(name: str) -> tuple[str, str]:
    """The name and its extension."""
    match = _EXTENSION.search(name)
    return (name[: match.start()], match[0]) if match else (name, "")


def _decimal(case: Case) -> bool:
    return any(
        isinstance(one, float) for field in ("absolute", "special_absolute") for one in case.expect.get(field) or ()
    )


def _dots(case: Case, _: random.Random) -> Iterator[Case]:
    if not _decimal(case):
        yield from _named(case, case.name.replace(" ", "."))


def _underscores(case: Case, _: random.Random) -> Iterator[Case]:
    yield from _named(case, case.name.replace(" ", "_"))


def _spaces(case: Case, _: random.Random) -> Iterator[Case]:
    stem, extension = _split(case.name)
    if " " not in stem and not re.search(r"\d\.\d", stem):
        yield from _named(case, stem.replace(".", " ").replace("_", " ") + extension)


def _lower(case: Case, _: random.Random) -> Iterator[Case]:
    yield from _named(case, case.name.lower())


def _upper(case: Case, _: random.Random) -> Iterator[Case]:
    yield from _named(case, case.name.upper())


def _extension(case: Case, _: random.Random) -> Iterator[Case]:
    stem, extension = _split(case.name)
    yield from _named(case, stem if extension else stem + ".mkv")
    yield from _named(case, stem + ".MP4")


def _hash(case: Case, chance: random.Random) -> Iterator[Case]:
    stem, extension = _split(case.name)
    code = "".join(chance.choice("0123456789ABCDEF") for _ in range(8))
    yield from _named(case, f"{stem}[{code}]{extension}")
    if " " in stem:
        yield from _named(case, f"{stem} [{code}]{extension}")


def _more_tags(case: Case, _: random.Random) -> Iterator[Case]:
    stem, extension = _split(case.name)
    if _TECHNICAL.search(stem):
        return
    if " " in stem:
        yield from _named(case, f"{stem} [1080p]{extension}")
        yield from _named(case, f"{stem} 720p WEB-DL DD5.1 H.264{extension}")
    elif "_" in stem:
        yield from _named(case, f"{stem}_720p_HDTV_x264-GRP{extension}")
    else:
        yield from _named(case, f"{stem}.1080p.AMZN.WEB-DL.DDP5.1.H.264-GRP{extension}")
        yield from _named(case, f"{stem}.GERMAN.DL.720p.BluRay.x264-GRP{extension}")


def _other_tags(case: Case, _: random.Random) -> Iterator[Case]:
    for old, new in (
        (r"(?<!\d)(?:720|1080|480|540)p", "2160p"),
        (r"(?<!\d)(?:720|1080|480|540)p", "576p"),
        ("HDTV", "WEBRip"),
        ("HDTV|WEB-?DL|BluRay", "BDRip"),
        ("[xh].?264", "HEVC"),
        ("[xh].?264", "AV1"),
    ):
        yield from _named(case, re.sub(rf"(?<![A-Za-z])(?:{old})", new, case.name, flags=re.IGNORECASE))


def _group(case: Case, _: random.Random) -> Iterator[Case]:
    stem, extension = _split(case.name)
    if case.kind == "title" and re.search(r"26[45]-[A-Za-z0-9]+$", stem):
        for group in ("LOL", "0TV", "4HM", "D-Z0N3", "iNTERNAL", "2HD", "t00nHD"):
            yield from _named(case, re.sub(r"-[A-Za-z0-9]+$", f"-{group}", stem) + extension)
        for suffix in ("[rartv]", "[eztv.re]", "-postbot", "-Obfuscated", "-xpost", " [TGx]", "-BUYMORE", "_nzb"):
            yield from _named(case, stem + suffix + extension)


def _site(case: Case, _: random.Random) -> Iterator[Case]:
    if case.kind == "title" and not case.name.startswith(("[", "【", "(")):
        for site in ("[ www.Site.org ] - ", "www.Site-1.com - ", "[www.Site.io] ", "[site.org]"):
            yield from _named(case, site + case.name)


def _brackets(case: Case, _: random.Random) -> Iterator[Case]:
    if "[" in case.name and case.kind == "title":
        yield from _named(case, case.name.replace("[", "【").replace("]", "】"))


def _dash(case: Case, _: random.Random) -> Iterator[Case]:
    yield from _named(case, case.name.replace(" - ", " – "))


def _numbers(case: Case, chance: random.Random) -> Iterator[Case]:
    """Other seasons and episodes, written alike."""
    if case.kind == "path" or case.expect.get("special"):
        return
    for expression in (_NUMBERED, _CROSSED):
        found = list(expression.finditer(case.name))
        if len(found) != 1 or case.expect.get("season") != int(found[0][2]):
            continue
        if case.expect.get("episodes") != [int(found[0][4])] or case.expect.get("absolute"):
            continue
        for _ in range(3):
            season, episode = chance.choice((1, 2, 9, 10, 11, 23, 30)), chance.choice((1, 5, 9, 10, 13, 24, 31, 64))
            wide = len(found[0][2])
            number = f"{found[0][1]}{season:0{wide}}{found[0][3]}{episode:0{len(found[0][4])}}"
            name = case.name[: found[0].start()] + number + case.name[found[0].end() :]
            yield replace(case, name=name, expect={**case.expect, "season": season, "episodes": [episode]})


def _absolutes(case: Case, chance: random.Random) -> Iterator[Case]:
    """Other absolute numbers, written alike."""
    wanted: list[int | float] = list(case.expect.get("absolute") or [])
    if len(wanted) != 1 or not isinstance(wanted[0], int) or case.expect.get("season") is not None:
        return
    found = [one for one in re.finditer(r"(?<![\dA-Za-z])\d+(?!\d)", case.name) if int(one[0]) == wanted[0]]
    if len(found) != 1 or re.match("[ _.]*(?:of|/)", case.name[found[0].end() :]):
        return
    for number in (chance.randrange(1, 10), chance.randrange(10, 100), chance.randrange(100, 1000), 1045):
        for wide in (2, 3):
            name = case.name[: found[0].start()] + f"{number:0{wide}}" + case.name[found[0].end() :]
            yield replace(case, name=name, expect={**case.expect, "absolute": [number]})


def _dates(case: Case, chance: random.Random) -> Iterator[Case]:
    found = list(_DATED.finditer(case.name))
    if len(found) != 1 or case.expect.get("air_date") != f"{found[0][1]}-{found[0][3]}-{found[0][4]}":
        return
    for _ in range(3):
        year, month, day = chance.randrange(1971, 2026), chance.randrange(1, 13), chance.randrange(1, 29)
        date = found[0][2].join((f"{year}", f"{month:02}", f"{day:02}"))
        name = case.name[: found[0].start()] + date + case.name[found[0].end() :]
        yield replace(case, name=name, expect={**case.expect, "air_date": f"{year}-{month:02}-{day:02}"})


def _titled(case: Case) -> re.Match[str] | None:
    """Where the title stands in the name, when it stands there once and is followed by a separator."""
    title = case.expect.get("title")
    if not title or case.kind == "path" or case.expect.get("tv") is False or case.expect.get("parses") is False:
        return None
    words = [re.escape(word) for word in re.split(r"[ ._]+", title) if word]
    found = list(re.finditer(r"(?<![^\W_])" + "[ ._]+".join(words) + r"(?=[ ._])", case.name))
    return found[0] if len(found) == 1 else None


def _spelt(title: str, case: Case) -> str:
    """A title as the name of a case separates its words."""
    if " " in case.name:
        return title
    sign = "_" if case.name.count("_") > case.name.count(".") else "."
    return re.sub(r"[ .]+", sign, title.replace(": ", " ").replace("?", "").replace("!", "")).rstrip(sign)


def _titles(case: Case, chance: random.Random) -> Iterator[Case]:
    """Other titles."""
    found = _titled(case)
    dated = (case.expect.get("air_date") or "1970") < "1970"  # meant only in a show of that time
    if found is None or dated or "movie" in found[0].lower():
        return
    numberless = not any(case.expect.get(field) for field in ("episodes", "absolute", "air_date", "season", "special"))
    for title in chance.sample(TITLES, 12):
        if numberless and any(one.isdigit() for one in title):
            continue  # `[Grp] Route 66 [1080p]` may as well be episode 66
        name = case.name[: found.start()] + _spelt(title, case) + case.name[found.end() :]
        yield replace(case, name=name)


def _year(case: Case, _: random.Random) -> Iterator[Case]:
    """A year behind the title."""
    found = _titled(case)
    if found is None or case.expect.get("air_date") or re.search(r"(?:19|20)\d\d", case.name):
        return
    for year in ("2016", "(2016)", "1999"):
        gap = case.name[found.end()]
        yield replace(case, name=case.name[: found.end()] + gap + year + case.name[found.end() :])


VARIATIONS: dict[str, Vary] = {
    "dots": _dots,
    "underscores": _underscores,
    "spaces": _spaces,
    "lower case": _lower,
    "upper case": _upper,
    "extension": _extension,
    "hash": _hash,
    "more tags": _more_tags,
    "other tags": _other_tags,
    "group": _group,
    "site": _site,
    "brackets": _brackets,
    "long dash": _dash,
    "numbers": _numbers,
    "absolutes": _absolutes,
    "dates": _dates,
    "titles": _titles,
    "year": _year,
}


def variants(case: Case, seed: int = 7) -> Iterator[Variant]:
    """All variants of a case that is read right."""
    if not case.carries_numbers or wrong(case, read_one(case.name, case.kind), tolerant=True):
        return
    for name, vary in VARIATIONS.items():
        for varied in vary(case, random.Random(f"{seed} {case.id} {name}")):  # noqa: S311 - a sample, not a secret
            yield Variant(name, case, varied)


def judge(place: Path, source: str, seed: int = 7, step: int = 1) -> tuple[Counter[str], list[Variant]]:
    """How many variants of each sort there are, and those that are not read right; of every `step`-th name."""
    made: Counter[str] = Counter()
    missed = []
    for case in islice(cases(place, source), 0, None, step):
        for variant in variants(case, seed):
            made[variant.variation] += 1
            if wrong(variant.case, read_one(variant.case.name, variant.case.kind), tolerant=True):
                missed.append(variant)
    return made, missed


def main() -> None:
    """Print the share of each sort, and what is missed of the one that is named."""
    place = folder()
    if place is None:
        sys.exit("the labelled release titles are not here (EPISODARR_RELEASE_TITLES names their folder)")
    for source in ("sonarr", "other"):
        made, missed = judge(place, source)
        per = Counter(one.variation for one in missed)
        for name, count in made.items():
            print(f"{source:8}{name:14}{count:6} {100 - 100 * per[name] / count:6.2f} %")
        print(f"{source:8}{'all':14}{made.total():6} {100 - 100 * per.total() / made.total():6.2f} %")
        for one in missed:
            if one.variation in sys.argv[1:]:
                got = read_one(one.case.name, one.case.kind)
                print(f"  {one.case.name}\n    wanted {one.case.expect}\n    read   {got}")


if __name__ == "__main__":
    main()
