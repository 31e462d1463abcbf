"""Reading release names: how many are read right, and how fast, beside guessit and PTT in the same run."""

import random
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.lines import Line, middle, say, share
from bench.score_release_names import Case, batches, cases, folder, read_batch, read_one, wrong
from bench.size import Size
from episodarr.downloads.release_name import PACKS, parse, parse_path

_TARGETS = {"sonarr": 99.0, "other": 92.0, "batches": 97.0}
_ORACLES = (("guessit", "guessit", "guessit"), ("parsett", "PTT", "parse_title"))
_PACKS = {kind.value for kind in PACKS}
_LONGEST = 255
_HOSTILE = [
    *("s1e1", "- 1 ", " - 1", "1", "season 1 ", "e1-", "[(", "ep", "[1]", "1-", "01 ", "2011.01.", "1x", "a.", "第1话"),
    *("1 сезон ", "[a]", "v1", "s01 ", "cap1", "(", "www.", "part one ", "ii ", "s", "全", "720p ", "ac3 5.1", "_1"),
    *("temporada", "jan 1 ", "１", "-a1", "s01s", "1,", "  ", "__", "..", "complete ", "of 1 ", "[[[", " / ", "1.5 "),
]
_OWN = [
    "Harbour.Lights.S02E07.1080p.WEB-DL.DDP5.1.H.264-GRP",
    "[Grp] Kumo no Michi - 07 [1080p][1A2B3C4D].mkv",
    "Evening.Talk.2023.04.15.A.Guest.720p.WEB.h264-GRP",
    "Harbour.Lights.S01-S03.1080p.BluRay.x265-GRP",
    "The.Long.Pier.2013.1080p.BluRay.x264-GRP",
]


def release_names(size: Size, _: Path) -> Iterator[Line]:
    """All lines about release names."""
    place = folder()
    if place is None:
        say("  not measured: the labelled release titles are not here (EPISODARR_RELEASE_TITLES names their folder)")
        names = _OWN
    else:
        yield from _scores(size, place)
        names = [case.name for source in ("sonarr", "other") for case in cases(place, source)]
    yield from _speed(size, names)
    yield _hostile(size)
    yield _random(size)


def _scores(size: Size, place: Path) -> Iterator[Line]:
    for source in ("sonarr", "other"):
        judged = [case for case in cases(place, source) if case.carries_numbers]
        started = time.perf_counter()
        told = [read_one(case.name, case.kind) for case in judged]
        yield _score(size, source, list(zip(judged, told, strict=True)), time.perf_counter() - started)
        yield _false_packs(size, source, list(zip(judged, told, strict=True)))
    started = time.perf_counter()
    files = [pair for _, batch in batches(place) for pair in zip(batch, read_batch(batch), strict=True)]
    yield _score(size, "batches", files, time.perf_counter() - started)


def _score(size: Size, source: str, read: list[tuple[Case, Any]], took: float) -> Line:
    tolerant = _percent(sum(not wrong(case, told, tolerant=True) for case, told in read), len(read))
    strict = _percent(sum(not wrong(case, told, tolerant=False) for case, told in read), len(read))
    missed = [case.name for case, told in read if wrong(case, told, tolerant=True)]
    return Line(
        f"names read: {source}",
        size.name,
        took,
        None,
        f"{_TARGETS[source]:g} % or more",
        tolerant >= _TARGETS[source],
        {"names": len(read), "tolerant_percent": tolerant, "strict_percent": strict, "missed": missed[:100]},
    )


def _false_packs(size: Size, source: str, read: list[tuple[Case, Any]]) -> Line:
    """Names of episodes that were taken for packs."""
    episodes = [
        told
        for case, told in read
        if (case.expect.get("episodes") or case.expect.get("absolute")) and not case.expect.get("multi_season")
    ]
    false = _percent(sum(told["kind"] in _PACKS for told in episodes), len(episodes))
    extra = {"names": len(episodes), "percent": false}
    return Line(f"false packs: {source}", size.name, 0.0, None, "less than 0.5 %", false < 0.5, extra)


def _speed(size: Size, names: list[str]) -> Iterator[Line]:
    took = [_fastest(parse, name) for name in names]
    extra = {"names": len(names), "p99_s": share(took, 99), "worst_s": max(took)}
    yield Line("one name: p99", size.name, share(took, 99), None, "1 ms or less", share(took, 99) < 0.001, extra)
    sample = random.Random(7).sample(names, min(len(names), 120))  # noqa: S311 - a sample, not a secret
    ours = middle([_fastest(parse, name) for name in sample])
    for package, module, function in _ORACLES:
        try:
            oracle = getattr(import_module(module), function)
        except ImportError:
            say(f"  not measured: {package} is not installed (pip install -e '.[bench]')")
            continue
        theirs = middle([_fastest(oracle, name) for name in sample])
        times = round(theirs / ours, 1)
        wanted = 50 if package == "guessit" else 1
        extra = {"names": len(sample), "times_faster": times}
        yield Line(
            f"beside {package}", size.name, ours, theirs, f"{wanted} times its speed or more", times >= wanted, extra
        )


def _hostile(size: Size) -> Line:
    took = {piece: _fastest(parse, (piece * _LONGEST)[:_LONGEST]) for piece in _HOSTILE}
    worst = max(took, key=lambda piece: took[piece])
    extra = {"inputs": len(took), "worst": worst}
    return Line("hostile names", size.name, took[worst], None, "10 ms or less", took[worst] < 0.01, extra)


def _random(size: Size) -> Line:
    """Random names: none raises."""
    chance, names = random.Random(11), 100_000 if size.name == "large" else 5_000  # noqa: S311 - invented names
    started = time.perf_counter()
    for _ in range(names):
        length = chance.randrange(40)
        name = "".join(chr(_letter(chance)) for _ in range(length))
        parse_path(name)
    took = time.perf_counter() - started
    return Line("random names", size.name, took, None, "no exception", ok=True, extra={"names": names})


def _letter(chance: random.Random) -> int:
    low, high = chance.choice(((0x20, 0x7F), (0x30, 0x3A), (0x20, 0x3000), (0x4E00, 0x9FFF), (0x10000, 0x1F900)))
    return chance.randrange(low, high)


def _fastest(read: Callable[[str], object], name: str) -> float:
    took = []
    for _ in range(3):
        started = time.perf_counter()
        read(name)
        took.append(time.perf_counter() - started)
    return min(took)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
