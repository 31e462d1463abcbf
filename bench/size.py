"""How large the measured library is, and how often short jobs are repeated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """`series` of 60 episodes each; `long_runs` of jobs that take long, `runs` of the others."""

    name: str
    series: int
    torrents: int
    moving: int
    observations: int
    webhooks: int
    requests: int
    runs: int
    long_runs: int


SMALL = Size("small", 100, 500, 50, 1_500, 3, 300, 1, 1)
LARGE = Size("large", 2_000, 10_000, 200, 20_000, 30, 4_000, 3, 2)
