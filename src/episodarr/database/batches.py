"""Cutting long lists of parameters: SQLite takes 32,766 in one statement, and plans short lists faster."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """`items` in lists of at most `size`; none when there are none."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
