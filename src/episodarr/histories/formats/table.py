"""What the tables of all services have in common: columns found by their heads, and cells that may be anything."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec

from episodarr.histories.dates import FORM_WORDS, DateForm, day_of, instant_of, parse
from episodarr.histories.model import BadRow, Event, Format, HistoryRow, InvalidFile, ReadOptions

LARGEST_ID = 2**53
LONG_AGO = date(1970, 1, 2)
"""Before it no date is meant: trackers write the first day of 1970 where they know none."""


class When(NamedTuple):
    """A day, and the instant where a file tells it."""

    day: date
    instant: datetime | None


_SOME_DAY = When(LONG_AGO, None)


class Cells(msgspec.Struct, gc=False):
    """One row, its cells by the lower-case heads of their columns."""

    line: int
    cells: list[str]
    at: Mapping[str, int]

    def get(self, *heads: str) -> str:
        """The first cell of these columns that is not empty."""
        for head in heads:
            try:
                text = self.cells[self.at[head]].strip()
            except (KeyError, IndexError):  # no such column, or a row that ends in front of it
                continue
            if text:
                return text
        return ""


class BadCell(ValueError):
    """A cell that is not what its column should hold; the text says so."""


def whole(text: str, what: str, most: int = 9999) -> int | None:
    """A whole number, or None when nothing is written. Raises BadCell."""
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16 and int(digits) <= most):
        raise BadCell(f"“{text[:40]}” is no number of {what}")
    return int(digits)


def an_id(text: str) -> int:
    """A service's id; 0 when none is written. Raises BadCell."""
    return whole(text, "an id", LARGEST_ID) or 0


def one_each(*heads: str) -> tuple[frozenset[str], ...]:
    """Heads that have to be there; `a|b`: either."""
    return tuple(frozenset(head.split("|")) for head in heads)


class Table(ABC):
    """One kind of table."""

    format: Format
    needs: tuple[frozenset[str], ...] = ()
    """One of each of these heads has to be there."""
    alone = False
    """Whether no other heads may be there."""
    zone_told = True
    """Whether times without a zone are UTC; otherwise only their day counts."""
    earliest = LONG_AGO
    profile_column = ""

    def __init__(self, heads: list[str]) -> None:
        self.columns = tuple(head.strip() for head in heads)
        self.at: dict[str, int] = {}
        self._twice: set[str] = set()
        self._before: tuple[str, DateForm | None, ReadOptions | None, When | None] = ("", None, None, None)
        for at, head in enumerate(self.columns):
            if head and self.at.setdefault(head.lower(), at) != at:
                self._twice.add(head.lower())
        self.width = 1 + max(self.at.values(), default=0)
        """Columns of a row as they should be."""

    @classmethod
    def knows(cls, heads: frozenset[str]) -> bool:
        """Whether a table with these lower-case heads is of this kind."""
        return all(heads & names for names in cls.needs) and (not cls.alone or len(heads) == len(cls.needs))

    def uses(self) -> frozenset[str]:
        """Heads that must not stand there twice."""
        return frozenset(self.at)

    def check(self) -> None:
        """Raises InvalidFile when a column that is needed stands there twice."""
        if twice := sorted(self._twice & self.uses()):
            raise InvalidFile(f"The column “{twice[0]}” is there twice: which of them counts cannot be known.")

    @abstractmethod
    def date_text(self, cells: Cells) -> str:
        """The date of a row as it is written; empty: it has none."""

    @abstractmethod
    def event(self, cells: Cells, when: When | None) -> Event:
        """What a row tells; `when` is None when it has no date. Raises BadCell."""

    def whole_title(self, cells: Cells) -> str:
        """A title that is all that a row tells of what was watched; empty: there is more, or it is bad."""
        try:
            event = self.event(cells, _SOME_DAY)
        except BadCell:
            return ""
        if not isinstance(event, HistoryRow) or event.season is not None or event.number is not None:
            return ""
        return event.title

    def narrow(self, cells: list[str]) -> str:
        """What is wrong with a row of another width; empty: nothing."""
        return f"The row has {len(cells)} of {self.width} columns" if len(cells) < self.width - 1 else ""

    def when(self, cells: Cells, form: DateForm, options: ReadOptions) -> When | None:
        """The date of a row; None when none is written. Raises BadCell."""
        text = self.date_text(cells)
        if not text:
            return None
        known, by, of, when = self._before
        if text != known or form is not by or options is not of:  # histories are sorted: most days come in runs
            when = when_of(text, form, options, zone_told=self.zone_told, earliest=self.earliest)
            self._before = text, form, options, when
        return when


def when_of(
    text: str, form: DateForm, options: ReadOptions, *, zone_told: bool = True, earliest: date = LONG_AGO
) -> When:
    """The day and the instant that a text tells. Raises BadCell."""
    written = parse(text)
    day = None if written is None else day_of(written, form)
    if written is None or day is None:
        raise BadCell(f"“{text[:40]}” is no date" + (f" written {FORM_WORDS[form]}" if written is not None else ""))
    instant = instant_of(written, day)
    if instant is not None and instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC) if zone_told else None
    if instant is not None:
        try:
            instant, day = instant.astimezone(UTC), instant.astimezone(options.zone).date()
        except (OverflowError, ValueError) as problem:
            raise BadCell(f"“{text[:40]}” is no date of this calendar") from problem
    if day < earliest or (day - options.today).days > 1:
        raise BadCell(f"“{text[:40]}” ({day}) lies " + ("too long ago" if day < earliest else "in the future"))
    return When(day, instant)


def no_date(cells: Cells) -> BadRow:
    """A view of which nobody knows when it was."""
    return BadRow(cells.line, "It has no date")
