"""Lists as files (S13): what a spreadsheet could take for a formula is defused, and comes back as it was."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.overview.answers import Page
from episodarr.overview.export import Column, csv_lines, in_pieces, json_pieces, plain, rows_of, safe

COLUMNS = (
    Column[tuple]("title", "Title", lambda row: row[0]),
    Column[tuple]("size", "Size, in bytes", lambda row: row[1]),
)
TEXTS = st.text(alphabet=st.sampled_from("=+-@\t\r\n',\"a1 \uff1d\0;"), max_size=8) | st.text(max_size=12)


def written(cell: object) -> str:
    return "".join(csv_lines([Column("one", "One", lambda row: row)], [cell])).removeprefix("One\r\n")


def test_the_head_names_the_columns_and_every_line_ends_with_crlf():
    assert [*csv_lines(COLUMNS, [("Dark", 5)])] == ['Title,"Size, in bytes"\r\n', "Dark,5\r\n"]


def test_a_byte_order_mark_only_when_wanted():
    assert "".join(csv_lines(COLUMNS, [], bom=True)).encode().startswith(b"\xef\xbb\xbfTitle")
    assert not "".join(csv_lines(COLUMNS, [])).startswith("\ufeff")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (2.5, "2.5"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00Z"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:00:00Z"),
        ('a "b"', '"a ""b"""'),
        ("a\r\nb", '"a\r\nb"'),
        ("-5", "'-5"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ('=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'),
    ],
)
def test_cells(cell: object, text: str):
    assert written(cell) == text + "\r\n"


@given(st.lists(st.tuples(TEXTS, st.integers()), max_size=5))
def test_what_is_written_reads_back_as_it_was_and_never_begins_like_a_formula(rows):
    text = "".join(csv_lines(COLUMNS, rows))
    found = [*csv.reader(io.StringIO(text, newline=""), strict=True)][1:]
    assert not any(cells[0].startswith(tuple("=+-@\t\r\n\0\uff1d")) for cells in found)
    assert [(plain(cells[0]), int(cells[1])) for cells in found] == rows


@given(TEXTS)
def test_plain_undoes_safe(text: str):
    assert plain(safe(text)) == text


@pytest.mark.parametrize("rows", [[], [("Dark", 5)], [("=1", 5), ("é\u2028", None)]])
def test_json_is_one_array(rows: list):
    """Nothing is defused there: no spreadsheet computes JSON."""
    assert json.loads("".join(json_pieces(COLUMNS, rows))) == [{"title": one[0], "size": one[1]} for one in rows]


def test_a_paged_list_is_read_page_by_page():
    asked = []

    def page(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        start = int(cursor or 0)
        return Page([start, start + 1], 6, str(start + 2) if start < 4 else None)

    rows = rows_of(page)
    assert next(rows) == 0
    assert asked == [None]
    assert [*rows] == [1, 2, 3, 4, 5]
    assert asked == [None, "2", "4"]


def test_pieces_are_neither_tiny_nor_the_whole():
    pieces = [*in_pieces(["ab"] * 10, size=6)]
    assert b"".join(pieces) == b"ab" * 10
    assert [len(one) for one in pieces] == [6, 6, 6, 2]
    assert [*in_pieces([])] == []
