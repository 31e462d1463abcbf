"""`python -m bench [--small] [--only CASE]`: what Episodarr costs, beside its floors.

A benchmark informs: it ends with 0 whether or not targets are met.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

from bench import (
    case_availability,
    case_candidates,
    case_histories,
    case_ledger,
    case_plays,
    case_polling,
    case_release_names,
    case_screens,
    case_service,
    case_sync,
)
from bench.child import Mode
from bench.lines import Line, say
from bench.size import LARGE, SMALL, Size

Case = Callable[[Size, Path], Iterator[Line]]

CASES: dict[str, Case] = {
    "first-sync": case_sync.first,
    "no-change": case_sync.unchanged,
    "full-reread": case_sync.reread,
    "one-percent": case_sync.changed,
    "webhook": case_service.webhook,
    "polling": case_polling.polling,
    "availability": case_availability.availability,
    "plays": case_plays.plays,
    "candidates": case_candidates.candidates,
    "histories": case_histories.histories,
    "ledger": case_ledger.observations,
    "re-judge": case_ledger.rejudged,
    "screens": case_screens.screens,
    "release-names": case_release_names.release_names,
    "start": case_service.start,
    "idle": case_service.idle,
}


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="100 series, for a quick look that everything works")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="this case; may be given again")
    options = parser.parse_args()
    size = SMALL if options.small else LARGE
    Mode.quick = options.small
    lines: list[Line] = []
    with TemporaryDirectory(prefix="episodarr-bench-") as scratch:
        for name, case in CASES.items():
            if options.only and name not in options.only:
                continue
            started = time.monotonic()
            say(f"{name} ({size.name})")
            try:
                for line in case(size, Path(scratch) / "library"):
                    line.tell()
                    lines.append(line)
            except (SubprocessError, OSError, RuntimeError, LookupError, ValueError) as problem:
                say(f"  {name} could not be measured: {problem}")
            say(f"  {time.monotonic() - started:.1f} s")
    say(_table(lines))
    if options.small:
        say("The targets are meant for the large size: fixed costs weigh more in a small one.")


def _table(lines: list[Line]) -> str:
    head = f"{'case':<24}{'ours':>10}{'floor':>10}{'ratio':>8}  target"
    rows = [
        f"{line.case:<24}{_seconds(line.ours_s):>10}{_seconds(line.floor_s):>10}{line.ratio or '':>8}"
        f"  {line.target}{'' if line.ok else '   MISSED'}"
        for line in lines
    ]
    return "\n".join(["", head, *rows])


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"


if __name__ == "__main__":
    main()
