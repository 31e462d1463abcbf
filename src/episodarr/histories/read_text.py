"""Bytes to the rows of a table: encoding, line ends, delimiter and quotes, whatever a spreadsheet made of them.

Nothing of a file is trusted: a line, a field and the run of lines behind a quotation mark that is never closed are
all bounded, and what cannot be read costs its own row only.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from episodarr.histories.model import BadRow, InvalidFile

LONGEST_LINE = 1_000_000
"""Characters."""
LONGEST_FIELD = 65_536
MOST_COLUMNS = 500
_MOST_JOINED = 10
"""Lines of one row: titles have no line ends, but one with a few is no reason to lose it."""
_CHUNK = 1 << 18
_TOGETHER = 1 << 16
"""Characters that are taken apart together."""
PREFIX = 1 << 16
"""Bytes in which a file's head stands."""
_MAGIC = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image (PNG)",
    b"GIF8": "an image (GIF)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"RIFF": "an image or a sound",
    b"\x1f\x8b": "a compressed file (gzip): unpack it first",
    b"7z\xbc\xaf": "a compressed file (7-Zip): unpack it first",
    b"Rar!": "a compressed file (RAR): unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as CSV",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
}
WANTED = (
    "Wanted is a viewing history: Netflix (NetflixViewingHistory.csv, ViewingActivity.csv), Trakt, TV Time, Yamtrack or"
    " Simkl, or any table with a column for the title and one for the date"
)


class Encoding(NamedTuple):
    """How a file's bytes become text."""

    name: str
    """As Python calls it."""
    evidence: str


def refuse_other_kinds(prefix: bytes) -> None:
    """Raises InvalidFile for what is no text, and says what it is."""
    if not prefix.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise InvalidFile(f"The file is empty. {WANTED}.")
    for magic, kind in _MAGIC.items():
        if prefix.startswith(magic):
            raise InvalidFile(f"The file is {kind}. {WANTED}.")
    if prefix.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    low = prefix[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if low.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--")):
        raise InvalidFile(f"The file is a web page: download the history rather than save the page. {WANTED}.")
    if low.startswith(b"<"):
        raise InvalidFile(f"The file is XML. {WANTED}.")
    strange = sum(byte < 32 and byte not in b"\t\r\n\x0b\x0c\0" for byte in prefix)
    if prefix.count(0) * 50 > len(prefix) or strange * 50 > len(prefix):
        raise InvalidFile(f"The file is no text. {WANTED}.")


def encoding_of(stream: BinaryIO) -> Encoding:
    """What encoding a stream has, by all of its bytes; the stream is read to its end."""
    head = stream.read(_CHUNK)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "UTF-16: it starts with a byte order mark")
    mark = head.startswith(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond = 0
    chunk = head
    while chunk:
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            lost = text.count("\ufffd")
            broken += lost
            beyond += len(text.encode("utf-8", "replace")) - len(text) - 2 * lost
        chunk = stream.read(_CHUNK)
    broken += decoder.decode(b"", final=True).count("\ufffd")
    if not broken:
        return Encoding("utf-8-sig", "UTF-8" + (" with a byte order mark" if mark else ""))
    if mark or beyond > 10 * broken:
        return Encoding("utf-8-sig", f"UTF-8, but {broken} places in it are no text")
    return Encoding("cp1252", f"Windows-1252: {broken} bytes are not UTF-8")


class _Lines:
    """The lines of a stream, each bounded, with a way to put some back."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        self._rest = ""
        """What was read behind the last line that ends."""
        self._ahead: list[str] = []
        self._at = 0
        """Of the next line in `_ahead`."""
        self._numbered = 0
        """Lines that were read in front of `_ahead`."""

    def some(self) -> tuple[int, list[str]]:
        """The lines that are at hand, and the number of the first; none at the end of the stream."""
        if self._at == len(self._ahead):
            self._read()
        number, taken = self.following, self._ahead[self._at :]
        self._at = len(self._ahead)
        return number, taken

    def next(self) -> tuple[int, str] | None:
        """Number and text of the next line."""
        if self._at == len(self._ahead):
            self._read()
        if not self._ahead:
            return None
        self._at += 1
        return self._numbered + self._at, self._ahead[self._at - 1]

    def put_back(self, lines: list[str]) -> None:
        """Have the last lines told once more."""
        self._numbered += self._at - len(lines)
        self._ahead[: self._at] = lines
        self._at = 0

    @property
    def following(self) -> int:
        """The number of the next line."""
        return self._numbered + self._at + 1

    def _read(self) -> None:
        """The next lines, however many; longer ones are cut, with their end missing."""
        self._numbered += len(self._ahead)
        self._ahead, self._at = [], 0
        while not self._ahead:
            text = self._text.read(_TOGETHER)
            if not text and not self._rest:
                return
            self._ahead = list(io.StringIO(self._rest + text, newline=""))
            # A line that has no end, or one half of an end, may go on.
            self._rest = self._ahead.pop() if text and not self._ahead[-1].endswith("\n") else ""
            if len(self._rest) > LONGEST_LINE:
                self._ahead.append(self._cut(self._rest))
                self._rest = ""

    def _cut(self, line: str) -> str:
        """The start of a line; the stream goes on behind its end."""
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(LONGEST_LINE)
        return line[: LONGEST_LINE + 1]

    def close(self) -> None:
        """The stream itself stays open."""
        self._text.detach()


def rows(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | BadRow]]:
    """The rows of a table with the number of their first line; empty lines are left out."""
    lines = _Lines(stream, encoding)
    try:
        while (taken := lines.some())[1]:
            first, texts = taken
            table = _at_once(texts, delimiter)
            if table is not None:
                yield from zip(range(first, first + len(table)), table, strict=True)
                continue
            lines.put_back(texts)
            yield from _one_by_one(lines, first + len(texts), delimiter)
    finally:
        lines.close()


def _at_once(texts: list[str], delimiter: str) -> list[list[str] | BadRow] | None:
    """A row for each line; None when one of them needs a closer look."""
    if max(map(len, texts)) > LONGEST_FIELD:
        return None
    joined = "".join(texts)
    if "\0" in joined or "\ufffd" in joined:
        return None
    try:
        table: list[Any] = list(csv.reader(texts, _dialect(delimiter)))
    except csv.Error:
        return None
    if len(table) != len(texts):  # a row that goes on in the next line
        return None
    if max(map(len, table)) > MOST_COLUMNS:
        return None
    empty = [row for row in table if not row or not row[0].strip()]
    return None if any(not "".join(row).strip() for row in empty) else table


def _one_by_one(lines: _Lines, end: int, delimiter: str) -> Iterator[tuple[int, list[str] | BadRow]]:
    """The rows that begin in front of line `end`."""
    blank = f" \t{delimiter}"
    while lines.following < end and (taken := lines.next()) is not None:
        number, line = taken
        bare = line.rstrip("\r\n")
        if bare.strip(blank):
            yield number, _cells(lines, number, bare, line, delimiter)


def _cells(lines: _Lines, number: int, bare: str, line: str, delimiter: str) -> list[str] | BadRow:
    if len(line) > LONGEST_LINE:
        return BadRow(number, f"The line has more than {LONGEST_LINE:,} characters")
    if "\0" in bare or "\ufffd" in bare:
        return BadRow(number, "The line has bytes that are no text")
    if '"' not in bare:
        return _bounded(number, bare.split(delimiter), len(bare))
    if (cells := split(bare, delimiter)) is not None:
        return _bounded(number, cells, len(bare))
    joined = line
    more: list[str] = []
    while len(more) < _MOST_JOINED and len(joined) < LONGEST_FIELD and (taken := lines.next()) is not None:
        more.append(taken[1])
        joined += taken[1]
        if '"' in taken[1] and (cells := split(joined.rstrip("\r\n"), delimiter)) is not None:
            if any("\0" in cell or "\ufffd" in cell for cell in cells):
                break
            return _bounded(number, cells, len(joined))
    lines.put_back(more)
    return BadRow(number, "A quotation mark is not closed, or something stands behind the closing one")


def _bounded(number: int, cells: list[str], length: int) -> list[str] | BadRow:
    if len(cells) > MOST_COLUMNS:
        return BadRow(number, f"The row has {len(cells):,} columns; at most {MOST_COLUMNS} are read")
    if length > LONGEST_FIELD and max(map(len, cells)) > LONGEST_FIELD:
        return BadRow(number, f"A field has more than {LONGEST_FIELD // 1024} kB")
    return cells


def split(line: str, delimiter: str) -> list[str] | None:
    """The cells of a row; None when its quotes are not balanced, or a field is too large."""
    try:
        if line and "\n" not in line and "\r" not in line:  # one line is one row, and most rows are
            return next(csv.reader((line,), _dialect(delimiter)))
        found = list(csv.reader(io.StringIO(line, newline=""), _dialect(delimiter)))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


@cache
def _dialect(delimiter: str) -> Any:
    """Made once: a reader that makes its own takes longer for that than for its line."""
    return csv.reader((), delimiter=delimiter, strict=True).dialect
