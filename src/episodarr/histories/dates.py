"""Dates as files write them, whose order of day and month is decided for a whole file, with evidence. Pure.

A file never says whether 05/06/2022 is in May or in June, but its other rows do: a part above 12 is a day, nobody
watched anything in the future, and histories are sorted. What all of it leaves open stays open: somebody has to say.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import msgspec

_FEWEST_STEPS = 4
"""Changes of the date that an order must hold through: five dates in no order look sorted once in 60 times."""
_STRAYS = 1000
"""One row in so many may contradict a form that all others agree on; it is reported by itself."""
_SLACK = timedelta(days=1)
"""Somebody far east of here is a day ahead."""


class DateForm(StrEnum):
    """The order of the parts of a date."""

    DAY_FIRST = "day_month_year"
    MONTH_FIRST = "month_day_year"
    YEAR_FIRST = "year_month_day"


FORM_WORDS = {
    DateForm.DAY_FIRST: "day/month/year",
    DateForm.MONTH_FIRST: "month/day/year",
    DateForm.YEAR_FIRST: "year/month/day",
}
"""How to name a form to people."""

_ORDERS = {DateForm.DAY_FIRST: (2, 1, 0), DateForm.MONTH_FIRST: (2, 0, 1), DateForm.YEAR_FIRST: (0, 1, 2)}
_FIRST_WORD = {DateForm.DAY_FIRST: "day", DateForm.MONTH_FIRST: "month", DateForm.YEAR_FIRST: "year"}
_MONTHS = {name: at for at, name in enumerate(map(str.lower, calendar.month_abbr)) if name}
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c"), None) | {0xA0: " ", 0x202F: " ", 0x2009: " "}

_TIME = (
    r"(?:,?[ T]+(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)? ?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_NUMBERS = re.compile(
    r"(?P<a>\d{1,4})(?: ?[./\-年년] ?| )(?P<b>\d{1,2})(?: ?[./\-月월] ?| )(?P<c>\d{1,4})(?: ?[.日일])?" + _TIME
)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})\.?[ -](?P<month>[A-Za-z]{3,9})\.?,?[ -](?P<year>\d{4}|\d{2})"
    r"|(?P<month2>[A-Za-z]{3,9})\.? (?P<day2>\d{1,2}),? (?P<year2>\d{4}))" + _TIME
)


class Written(NamedTuple):
    """A date as it is written, before its form is known."""

    parts: tuple[int, int, int]
    year_at: int | None
    """Which part certainly is the year: 0, 2, or None when no part has four digits; 0 where the month is a word."""
    time: time | None
    """Aware when the text tells its zone; None: no time is written."""


@lru_cache(maxsize=8192)
def parse(text: str) -> Written | None:
    """The parts of a date, and its time; None when it is none."""
    plain = " ".join(text.translate(_MARKS).split())
    if (match := _NUMBERS.fullmatch(plain)) is not None:
        years = [at for at, group in ((0, "a"), (2, "c")) if len(match[group]) == 4]
        if len(years) > 1 or any(len(match[group]) == 3 for group in "ac"):
            return None
        parts = (int(match["a"]), int(match["b"]), int(match["c"]))
        return _with_time(Written(parts, years[0] if years else None, None), match)
    if (match := _NAMED.fullmatch(plain)) is not None:
        name, day, year = (match[one] or match[one + "2"] for one in ("month", "day", "year"))
        if (month := _MONTHS.get(name[:3].lower())) is not None:
            full = int(year) + (2000 if len(year) == 2 else 0)
            return _with_time(Written((full, month, int(day)), 0, None), match)
    return None


def _with_time(written: Written, match: re.Match[str]) -> Written | None:
    if match["h"] is None:
        return written
    hour, minute, second = int(match["h"]), int(match["min"]), int(match["s"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = _zone(match["zone"])
    return written._replace(time=time(hour, minute, second, tzinfo=zone))


def _zone(text: str | None) -> timezone | None:
    if text is None or text in {"Z", "UTC"}:
        return None if text is None else timezone.utc  # noqa: UP017 - the type is told by it
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=min(minutes, 1439)) * (-1 if text[0] == "-" else 1))


def day_of(written: Written, form: DateForm) -> date | None:
    """The day that a written date means in a form; None when the form does not allow it. Short years are of 2000."""
    if written.year_at == 0:
        form = DateForm.YEAR_FIRST  # nobody writes year, day, month
    elif written.year_at == 2 and form is DateForm.YEAR_FIRST:
        return None
    parts, order = written.parts, _ORDERS[form]
    year, month, day = parts[order[0]], parts[order[1]], parts[order[2]]
    try:
        return date(year + 2000 if written.year_at is None else year, month, day)
    except ValueError:
        return None


def instant_of(written: Written, day: date) -> datetime | None:
    """Day and time together, aware only when the text tells the zone; None when no time is written."""
    return None if written.time is None else datetime.combine(day, written.time)


class DateReading(msgspec.Struct, frozen=True):
    """What the dates of a file are when its form is this one."""

    form: DateForm
    first: date
    """Of the first row that has a date."""
    last: date
    """Of the last one."""
    example: str
    """A date of the file that other forms read differently, such as `05/06/2022`."""
    example_day: date
    """What this form makes of it."""


class DateVerdict(msgspec.Struct, frozen=True):
    """The form of a file's dates, and why."""

    form: DateForm | None = None
    """None: no row has a date, or the evidence leaves several forms open."""
    evidence: tuple[str, ...] = ()
    """Sentences that people read."""
    readings: tuple[DateReading, ...] = ()
    """The forms that are possible, the likeliest first; one when the form is decided."""

    @property
    def ambiguous(self) -> bool:
        """Whether somebody has to choose."""
        return self.form is None and len(self.readings) > 1


class _Trial:
    """One form, tried on every row: what contradicts it, and whether the rows are sorted in it."""

    def __init__(self, form: DateForm) -> None:
        self.form = form
        self.wrong = 0
        self.objection = ""
        self.first: date | None = None
        self.last = date.min
        self.text = ""
        self.rises = self.falls = self.leap = 0
        self.break_of: dict[bool, str] = {}

    def refuse(self, objection: str) -> None:
        self.wrong += 1
        self.objection = self.objection or objection

    def accept(self, day: date, line: int, text: str) -> None:
        if self.first is None:
            self.first = day
        elif day != self.last:
            rising = day > self.last
            self.rises += rising
            self.falls += not rising
            self.leap += abs((day - self.last).days)
            self.break_of.setdefault(rising, f"line {line} ({text})")
        self.last, self.text = day, text

    @property
    def sorted(self) -> bool:
        return not (self.rises and self.falls)


class DateScout:
    """Hears every date of a file, in its order, and says what form they have; it remembers none of them."""

    def __init__(self, today: date, earliest: date = date(1970, 1, 1)) -> None:
        """`today`: nothing was watched after it; `earliest`: nor before that."""
        self._latest = today + _SLACK
        self._earliest = earliest
        self._trials = [_Trial(form) for form in DateForm]
        self._differ: dict[tuple[DateForm, DateForm], tuple[str, Written]] = {}
        self._before = ""
        self._none = ""
        """The first row without a day in any form, and why it has none."""
        self._rows = self._open_rows = 0

    def add(self, line: int, text: str) -> None:
        """The date of one row."""
        if text == self._before:
            return
        if (written := parse(text)) is None:
            self._none = self._none or f"line {line} says “{text[:40]}”"
            return
        self._before = text
        days = [day_of(written, trial.form) for trial in self._trials]
        if not any(day is not None and self._possible(day) for day in days):
            when = ", which lies in the future" if any(day is not None and day > self._latest for day in days) else ""
            self._none = self._none or f"line {line} says “{text[:40]}”{when}"
            return
        self._rows += 1
        self._open_rows += written.year_at != 0
        for trial, day in zip(self._trials, days, strict=True):
            if day is None:
                trial.refuse(self._impossible(written, trial.form, line, text))
            elif not self._possible(day):
                when = "in the future" if day > self._latest else "too long ago"
                trial.refuse(
                    f"line {line} says {text}: with the {_FIRST_WORD[trial.form]} first it lies {when} ({day})"
                )
            else:
                trial.accept(day, line, text)
        for (one, day), (other, another) in combinations(zip(DateForm, days, strict=True), 2):
            if day is not None and another is not None and day != another:
                self._differ.setdefault((one, other), (text, written))

    def miss(self, line: int, problem: str) -> None:
        """A row that cannot be read."""
        self._none = self._none or f"line {line}: {problem}"

    def _possible(self, day: date) -> bool:
        return self._earliest <= day <= self._latest

    @staticmethod
    def _impossible(written: Written, form: DateForm, line: int, text: str) -> str:
        if form is DateForm.YEAR_FIRST:
            return ""  # nobody wonders about it
        first, second = ("month", "day") if form is DateForm.DAY_FIRST else ("day", "month")
        if written.parts[1 if form is DateForm.DAY_FIRST else 0] > 12:
            return f"line {line} says {text}: the {first} comes first"
        return f"line {line} says {text}: there is no such day when the {second} comes first"

    def verdict(self) -> DateVerdict:
        """What the dates said so far."""
        if not self._rows:
            return DateVerdict(
                evidence=(f"no row has a possible date: {self._none}" if self._none else "no row has a date",)
            )
        if not self._open_rows:
            return self._decided(self._trials[-1], ["the year comes first in every date, or its month is a word"])
        fitting = [trial for trial in self._trials if not trial.wrong]
        if not fitting:
            return self._contradictory()
        refused = [trial.objection for trial in self._trials if trial.objection]
        if len(fitting) == 1 or not any(self._apart(*pair) for pair in combinations(fitting, 2)):
            return self._decided(fitting[0], refused or ["every date is the same day either way"])
        ordered = [trial for trial in fitting if trial.sorted]
        if len(ordered) == 1 and ordered[0].rises + ordered[0].falls >= _FEWEST_STEPS:
            return self._decided(ordered[0], refused + _by_order(ordered[0], fitting))
        words = " and ".join(FORM_WORDS[trial.form] for trial in fitting)
        why = "no date has a part above 12" if len(fitting) > 1 and not refused else "the other rows do not tell"
        return self._open(fitting, [*refused, f"{words} are both possible: {why}, and the order fits neither or both"])

    def _contradictory(self) -> DateVerdict:
        trials = sorted(self._trials, key=lambda trial: trial.wrong)
        if trials[0].wrong * _STRAYS <= self._rows and trials[0].wrong * _STRAYS <= trials[1].wrong * 10:
            stray = f"{trials[0].wrong} of {self._rows} different dates in a row say otherwise and are not imported"
            return self._decided(trials[0], [*filter(None, [trials[1].objection]), f"{stray}: {trials[0].objection}"])
        return self._open(
            [trial for trial in trials if trial.first is not None],
            ["the rows contradict each other", *(trial.objection for trial in trials if trial.objection)],
        )

    def _apart(self, one: _Trial, other: _Trial) -> bool:
        return (one.form, other.form) in self._differ

    def _decided(self, trial: _Trial, evidence: list[str]) -> DateVerdict:
        return DateVerdict(trial.form, tuple(dict.fromkeys(evidence)), tuple(self._readings([trial])))

    def _open(self, trials: list[_Trial], evidence: list[str]) -> DateVerdict:
        likely = sorted(trials, key=lambda trial: (trial.wrong, not trial.sorted, trial.leap))
        return DateVerdict(None, tuple(dict.fromkeys(evidence)), tuple(self._readings(likely)))

    def _readings(self, trials: list[_Trial]) -> Iterator[DateReading]:
        pairs = combinations(sorted(trials, key=lambda trial: list(DateForm).index(trial.form)), 2)
        shared = next(
            (self._differ[pair] for one, other in pairs if (pair := (one.form, other.form)) in self._differ), None
        )
        for trial in trials:
            text, day = trial.text, trial.last
            if shared is not None and (read := day_of(shared[1], trial.form)) is not None:
                text, day = shared[0], read
            yield DateReading(trial.form, trial.first or trial.last, trial.last, text, day)


def _by_order(chosen: _Trial, fitting: list[_Trial]) -> list[str]:
    order = "newest" if chosen.falls else "oldest"
    sentences = [f"the rows are sorted {order} first when the {_FIRST_WORD[chosen.form]} comes first"]
    sentences.extend(
        f"with the {_FIRST_WORD[trial.form]} first, {trial.break_of[order == 'newest']} breaks that order"
        for trial in fitting
        if trial is not chosen
    )
    return sentences
