"""Pages that are a whole listing, and pages that are not."""

import pytest

from episodarr.integrations._paging import DoesNotAddUp, Pages


def read(*pages: tuple[list[str], int | None]) -> tuple[list[str], bool]:
    listing: Pages[str] = Pages(lambda item: item)
    found: list[str] = []
    for items, total in pages:
        found += listing.take(items, total)
    return found, listing.complete


def test_each_page_begins_with_the_last_item_of_the_one_before() -> None:
    listing: Pages[str] = Pages(lambda item: item)
    assert (listing.start, listing.complete) == (0, False)
    assert listing.take(["a", "b"], 4) == ["a", "b"]
    assert listing.start == 1
    assert listing.take(["b", "c"], 4) == ["c"]
    assert listing.take(["c", "d"], 4) == ["d"]
    assert listing.complete


def test_none_are_whole_at_once() -> None:
    assert read(([], 0)) == ([], True)


@pytest.mark.parametrize(
    "pages",
    [
        [([], 1)],
        [(["a"], None)],
        [(["a", "b"], 1)],
        [(["a", "a"], 2)],
        [(["a", "b"], 3), (["b"], 3)],
        [(["a", "b"], 3), ([], 3)],
        [(["a", "b"], 3), (["c"], 3)],
        [(["a", "b"], 4), (["c", "d"], 4)],
        [(["a", "b"], 4), (["b", "a", "c"], 4)],
        [(["a", "b"], 4), (["b", "c", "d"], 5)],
    ],
)
def test_what_does_not_add_up(pages: list) -> None:
    with pytest.raises(DoesNotAddUp):
        read(*pages)
