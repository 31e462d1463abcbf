"""Lines are taken apart many at a time, and come out as if each had been looked at by itself."""

import io
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from episodarr.histories import read_text
from episodarr.histories.model import BadRow

TEXTS = st.lists(
    st.sampled_from(["a", "b c", '"', '""', ",", ";", "\n", "\r\n", "\r", " ", "\t", "\0", "�", "“", "x" * 40]),
    max_size=60,
).map("".join)


def told(text: str, together: int = 1 << 16, *, one_by_one: bool = False) -> list[tuple[int, list[str] | BadRow]]:
    with ExitStack() as stack:
        stack.enter_context(patch.object(read_text, "_TOGETHER", together))
        stack.enter_context(patch.object(read_text, "LONGEST_FIELD", 100))
        stack.enter_context(patch.object(read_text, "LONGEST_LINE", 200))
        stack.enter_context(patch.object(read_text, "MOST_COLUMNS", 12))
        if one_by_one:
            stack.enter_context(patch.object(read_text, "_at_once", lambda _texts, _delimiter: None))
        return list(read_text.rows(io.BytesIO(text.encode()), "utf-8", ","))


@given(TEXTS, st.integers(1, 90))
@example('a,"b\n\nc"\nd', 3)
@example("a\r\nb\r\n", 2)
@example('"\n' * 30, 7)
@example(",\n , \n\na,b", 4)
@example('"a,b\nc', 200)
def test_together_is_as_one_by_one(text: str, together: int) -> None:
    assert told(text, together) == told(text, one_by_one=True)


def test_a_line_that_never_ends_is_one_bad_row() -> None:
    rows = told("a,b\n" + "x" * 1_000 + "\nc,d\n", 64)
    assert [line for line, _ in rows] == [1, 2, 3]
    assert rows[0][1] == ["a", "b"]
    assert isinstance(rows[1][1], BadRow)
    assert rows[2][1] == ["c", "d"]


@pytest.mark.parametrize("odd", ['"x,y', "x\0,y"])
def test_an_odd_line_costs_its_own_row_only(odd: str) -> None:
    lines = [f"title {number},2020-01-01" for number in range(50)]
    lines[20] = odd
    rows = told("\n".join(lines), 300)
    assert [line for line, row in rows if isinstance(row, BadRow)] == [21]
    assert [row for _, row in rows if not isinstance(row, BadRow)] == [
        line.split(",") for line in lines if line is not odd
    ]
