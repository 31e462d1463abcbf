"""Air dates in release names."""

import calendar
import re
from dataclasses import dataclass

_FIRST_YEAR = 1970
"""Older dates belong to the story (a newsreel of 1950), not to a broadcast that somebody recorded."""

_FULL = len("2026-01-31")

_OLD = re.compile(r"(?<!\d)19[0-6]\d(?!\d)", re.ASCII)
"""A title with such a year is a show of that time, and its dates are meant."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sign>[ ._/-])(?P<m>\d{1,2})(?P=sign)(?P<d>\d{1,2})(?!\d)", re.ASCII
)
_YEAR_LAST = re.compile(
    r"(?<!\d)(?P<a>\d{1,2})(?P<sign>[ ._/-])(?P<b>\d{1,2})(?P=sign)(?P<y>(?:19|20)\d\d)(?!\d)", re.ASCII
)
_RUN = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?!\d)", re.ASCII)
_SHORT_RUN = re.compile(r"(?<![a-z0-9])(?P<y>\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?![a-z0-9])", re.ASCII)
_DOTTED = re.compile(r"(?<!\w)(?<!\d\.)(?P<a>\d\d)\.(?P<m>\d\d)\.(?P<c>\d\d)(?![\w])(?!\.\d)", re.ASCII)
_DAY_NAMED = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ._-]{{1,2}}(?P<m>{_MONTH})[a-z]{{0,6}}[ ._,-]{{1,2}}"
    r"(?P<y>(?:19|20)\d\d)(?!\d)",
    re.ASCII,
)
_YEAR_THEN_MONTH = re.compile(
    rf"(?<!\d)(?P<y>(?:19|20)\d\d)[ ._-]{{1,2}}(?P<m>{_MONTH})[a-z]{{0,6}}[ ._-]{{1,2}}(?P<d>\d{{1,2}})(?!\d)", re.ASCII
)
_MONTH_NAMED = re.compile(
    rf"(?<![a-z])(?P<m>{_MONTH})[a-z]{{0,6}}[ ._-]{{1,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ._,-]{{1,2}}"
    r"(?P<y>(?:19|20)\d\d)(?!\d)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and where it stands."""

    date: str
    start: int
    end: int
    certain: bool
    """False when day and month could change places."""


def find_date(low: str) -> Dated | None:
    """The air date that a name in lower case gives."""
    first, last = _year_first(low), _year_last(low)
    if first is None or last is None:
        return first or last or _named(low)
    shared = last.certain and last.start < first.start < last.end
    return last if not first.certain or (shared and first.end - first.start < _FULL) else first


def _year_first(low: str) -> Dated | None:
    for expression in (_YEAR_FIRST, _RUN):
        for match in expression.finditer(low):
            month, day = int(match["m"]), int(match["d"])
            if month > 12:
                month, day = day, month
            if (date := _date(int(match["y"]), month, day)) is not None:
                return Dated(
                    date,
                    match.start(),
                    match.end(),
                    certain=int(match["y"]) >= _FIRST_YEAR or _OLD.search(low[: match.start()]) is not None,
                )
    return None


def _year_last(low: str) -> Dated | None:
    for match in _YEAR_LAST.finditer(low):
        month, day = int(match["a"]), int(match["b"])
        certain = month > 12 or day > 12 or month == day
        if month > 12:
            month, day = day, month
        if (date := _date(int(match["y"]), month, day)) is not None:
            return Dated(date, match.start(), match.end(), certain=certain)
    return None


def _named(low: str) -> Dated | None:
    for expression in (_DAY_NAMED, _MONTH_NAMED, _YEAR_THEN_MONTH):
        for match in expression.finditer(low):
            if (date := _date(int(match["y"]), _MONTHS[match["m"]], int(match["d"]))) is not None:
                return Dated(date, match.start(), match.end(), certain=True)
    return None


def find_dotted_date(low: str) -> Dated | None:
    """A date such as 18.09.00, day first unless that is none: weak, for names that give nothing else."""
    match = _DOTTED.search(low)
    if match is None:
        return None
    a, month, c = int(match["a"]), int(match["m"]), int(match["c"])
    date = _date(2000 + c, month, a) or _date(2000 + a, month, c)
    return Dated(date, match.start(), match.end(), certain=True) if date is not None else None


def find_short_date(low: str) -> Dated | None:
    """A date of six digits such as 140722: weak, for names that give nothing else."""
    match = _SHORT_RUN.search(low)
    if match is None or (date := _date(2000 + int(match["y"]), int(match["m"]), int(match["d"]))) is None:
        return None
    return Dated(date, match.start(), match.end(), certain=True)


def _date(year: int, month: int, day: int) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04}-{month:02}-{day:02}"
