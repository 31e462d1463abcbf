"""Results: one JSON object a line on standard output, words for people on standard error."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Extra = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One measured job. `target` in words, `ok` whether it was met; a job without a floor has its time only."""

    case: str
    size: str
    ours_s: float
    floor_s: float | None
    target: str
    ok: bool
    extra: Extra = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the floor."""
        return round(self.ours_s / self.floor_s, 2) if self.floor_s else None

    def tell(self) -> None:
        """Print it."""
        told = {
            "case": self.case,
            "size": self.size,
            "ours_s": short(self.ours_s),
            "floor_s": None if self.floor_s is None else short(self.floor_s),
            "ratio": self.ratio,
            "target": self.target,
            "ok": self.ok,
        }
        print(json.dumps(told | self.extra), flush=True)


def within(ours: float, floor: float, most: float) -> bool:
    """Whether `ours` is at most `most` times the floor."""
    return ours <= floor * most


def short(seconds: float) -> float:
    """With as many digits as mean something."""
    return float(f"{seconds:.4g}")


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))


def share(values: Sequence[float], percent: float) -> float:
    """The percentile of values, such as 95."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def say(text: str) -> None:
    """Progress, for people."""
    print(text, file=sys.stderr, flush=True)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds and seconds of processor time of this process that `work` takes."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used
