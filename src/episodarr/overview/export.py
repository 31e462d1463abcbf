"""Lists as files: CSV (RFC 4180) and JSON, made piece by piece so that a long list needs no memory. Pure.

Say what the columns are, and give the rows as they come:

    COLUMNS = (Column("title", "Title", lambda show: show.title), Column("size", "Bytes", lambda show: show.size))
    csv_lines(COLUMNS, rows_of(lambda cursor: overview.library(wanted, 500, cursor)))

In CSV, text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers stay
numbers. `plain` takes the apostrophe away again, so that nothing is lost. `api/export.py` makes answers of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

import msgspec

from episodarr.overview.answers import Page

T = TypeVar("T")
Cell = str | int | float | bool | datetime | date | None

BYTE_ORDER_MARK = "\ufeff"
"""At the start of a CSV it tells Excel that the text is UTF-8."""
_FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
_QUOTED = frozenset(',"\r\n')
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: `key` names it in JSON and in addresses, `title` heads it, `value` takes it out of a row."""

    key: str
    title: str
    value: Callable[[T], Cell]


def csv_lines(columns: Sequence[Column[T]], rows: Iterable[T], *, bom: bool = False) -> Iterator[str]:
    """The head and a line for each row, each with its CRLF. Instants are ISO 8601 in UTC, None is empty."""
    yield (BYTE_ORDER_MARK if bom else "") + _line(column.title for column in columns)
    for row in rows:
        yield _line(column.value(row) for column in columns)


def json_pieces(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[str]:
    """One JSON array with an object for each row, by the keys of the columns."""
    before = "["
    for row in rows:
        yield before + msgspec.json.encode({column.key: column.value(row) for column in columns}).decode()
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"


def rows_of(page: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every row of a paged list, one page in memory at a time. `page` is given the cursor of each page."""
    cursor: str | None = None
    while True:
        found = page(cursor)
        yield from found.items
        cursor = found.next
        if cursor is None:
            return


def in_pieces(texts: Iterable[str], size: int = _PIECE) -> Iterator[bytes]:
    """The texts in UTF-8, put together to pieces of about `size` characters."""
    held: list[str] = []
    length = 0
    for text in texts:
        held.append(text)
        length += len(text)
        if length >= size:
            yield "".join(held).encode()
            held, length = [], 0
    if held:
        yield "".join(held).encode()


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def plain(text: str) -> str:
    """The text that `safe` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _line(cells: Iterable[Cell]) -> str:
    return ",".join(_written(cell) for cell in cells) + "\r\n"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(cell, date):
        return cell.isoformat()
    text = safe(cell)
    return '"' + text.replace('"', '""') + '"' if not _QUOTED.isdisjoint(text) else text
