"""Netflix: the simple file of one profile, and the full one of the data export."""

import re
from datetime import date

from episodarr.histories.formats.table import BadCell, Cells, Table, When, no_date, one_each
from episodarr.histories.model import BadRow, Event, Format, HistoryRow, Skipped

_STREAMING_SINCE = date(2007, 1, 1)
_SHORT = 120
"""Seconds that a player which began by itself may run before somebody watches."""
_SPAN = re.compile(r"(\d{1,4}):(\d{2}):(\d{2})", re.ASCII)
_HOOK = re.compile(r"_hook_|_hook\b|hook_primary|_16x9$")
_WRONGLY_SAVED = "a spreadsheet saved this file wrongly. Import the file as Netflix gave it"
_RESAVED = re.compile(r"[,;\t]\s*\"?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\"?$")


class NetflixSimple(Table):
    """`Title,Date`: a row for each title and day; the day is the account's."""

    format = Format.NETFLIX_SIMPLE
    needs = one_each("title", "date")
    alone = True  # tables with more columns are somebody's own
    earliest = _STREAMING_SINCE
    zone_told = False

    def date_text(self, cells: Cells) -> str:
        """The date of a row as it is written."""
        return cells.get("date")

    def whole_title(self, cells: Cells) -> str:
        """There is nothing else."""
        return cells.get("title")

    def narrow(self, cells: list[str]) -> str:
        """A spreadsheet that saved the file put the date into the title."""
        if any(cells[2:]):
            return f"The row has {len(cells)} columns rather than 2: a title with a comma stands in quotation marks"
        if len(cells) >= 2:
            return ""
        if _RESAVED.search(cells[0]):
            return f"The date stands inside the title: {_WRONGLY_SAVED}"
        return f"The row has {len(cells)} of 2 columns"

    def event(self, cells: Cells, when: When | None) -> Event:
        """A title and a day."""
        title = cells.get("title")
        if not title:
            return BadRow(cells.line, "It has no title")
        return HistoryRow(cells.line, title, when.day) if when is not None else no_date(cells)


class NetflixFull(Table):
    """`ViewingActivity.csv`: every time that something played, of all profiles, in UTC."""

    format = Format.NETFLIX_FULL
    needs = one_each("profile name", "start time", "title")
    earliest = _STREAMING_SINCE
    profile_column = "profile name"

    def date_text(self, cells: Cells) -> str:
        """When it began."""
        return cells.get("start time")

    def event(self, cells: Cells, when: When | None) -> Event:
        """A play; trailers and what the player began by itself are none."""
        title = cells.get("title")
        if kind := cells.get("supplemental video type"):
            return Skipped(cells.line, f"no episode or film, but a {kind.lower().replace('_', ' ')}: {title}")
        if _HOOK.search(title):
            return Skipped(cells.line, f"no episode or film, but a preview: {title}")
        seconds = _seconds(cells.get("duration"))
        by_itself = "user action: none" in cells.get("attributes").lower()
        if by_itself and seconds is not None and seconds < _SHORT:
            return Skipped(cells.line, f"the player began by itself and ran {seconds} s: {title}")
        if not title:
            return BadRow(cells.line, "It has no title")
        if when is None:
            return no_date(cells)
        return HistoryRow(cells.line, title, when.day, watched_at=when.instant, seconds=seconds)


def _seconds(text: str) -> int | None:
    if not text:
        return None
    if (match := _SPAN.fullmatch(text)) is None:
        raise BadCell(f"“{text[:40]}” is no duration such as 00:42:10")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds
