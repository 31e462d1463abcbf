"""Caps: how much may go at once and within a day. Whoever exceeds one deletes nothing at all. Pure."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from episodarr.deletion.journal import Caps, Spent
from episodarr.deletion.plan import Plan

_DAY = timedelta(hours=24)
_SMALL_LIBRARY = 50
"""Files; of a smaller library a percentage says nothing."""


def exceeded(
    plan: Plan, caps: Caps, spent_since: Callable[[datetime], Spent], now: datetime, *, by_rule: bool
) -> list[str]:
    """One sentence for each cap that carrying out the plan would exceed."""
    files, size = len(plan.files), plan.size
    seasons = _most_seasons(plan)
    over: list[str] = []
    limits = [(caps.run_files, caps.run_bytes, caps.run_percent, caps.run_seasons, "one run")]
    if by_rule:
        limits.append((caps.rule_files, caps.rule_bytes, caps.rule_percent, caps.rule_seasons, "one run of a rule"))
    for most_files, most_bytes, percent, most_seasons, what in limits:
        if most_files and files > most_files:
            over.append(f"{files:,} files are more than the {most_files:,} that may go in {what}")
        if most_bytes and size > most_bytes:
            over.append(f"{_size(size)} are more than the {_size(most_bytes)} that may go in {what}")
        if percent and plan.library_files >= _SMALL_LIBRARY and 100 * files > percent * plan.library_files:
            share = 100 * files / plan.library_files
            over.append(f"{share:.0f} % of the library are more than the {percent} % that may go in {what}")
        if most_seasons and seasons > most_seasons:
            over.append(f"{seasons} seasons of one show are more than the {most_seasons} that may go in {what}")
    if caps.day_files or caps.day_bytes:
        spent = spent_since(now - _DAY)
        if caps.day_files and spent.files + files > caps.day_files:
            over.append(f"with the {spent.files:,} files of the last 24 hours, more than {caps.day_files:,} would go")
        if caps.day_bytes and spent.size + size > caps.day_bytes:
            over.append(
                f"with the {_size(spent.size)} of the last 24 hours, more than {_size(caps.day_bytes)} would go"
            )
    return over


def _most_seasons(plan: Plan) -> int:
    """Of the show of which most go; specials count as one."""
    seasons: dict[int | None, set[int]] = defaultdict(set)
    for file in plan.files:
        seasons[file.series_id] |= {one.season for one in file.episodes}
    return max(map(len, seasons.values()), default=0)


def _size(size: int) -> str:
    amount, unit = float(size), "bytes"
    for bigger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
