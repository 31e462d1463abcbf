"""What somebody would watch next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.watching.next_up import Place, next_up

ORDER = [(0, 1), (1, 1), (1, 2), (1, 4), (2, 1)]


@pytest.mark.parametrize(
    ("watched", "following"),
    [
        ({}, None),
        ({(0, 1): 9}, None),
        ({(1, 1): 5}, ((1, 2), 5)),
        ({(1, 1): 5, (1, 2): 4}, ((1, 4), 5)),
        ({(1, 2): 5, (1, 1): 6}, ((1, 4), 6)),
        ({(1, 3): 5}, ((1, 4), 5)),
        ({(1, 4): 5}, ((2, 1), 5)),
        ({(2, 1): 5}, None),
        ({(1, 4): 5, (2, 1): 4}, None),
        ({(3, 1): 5}, None),
    ],
)
def test_the_next_is_behind_the_one_watched_last(
    watched: dict[Place, int], following: tuple[Place, int] | None
) -> None:
    assert next_up(ORDER, watched) == following


_places = st.tuples(st.integers(0, 3), st.integers(1, 4))


@given(st.sets(_places), st.dictionaries(_places, st.integers(1, 99)))
def test_it_is_there_unwatched_and_later(present: set[Place], watched: dict[Place, int]) -> None:
    found = next_up(sorted(present), watched)
    if found is not None:
        place, at = found
        assert place in present - watched.keys()
        latest = max(one for one, when in watched.items() if when == at and one[0] > 0)
        assert place > latest
        assert at == max(when for one, when in watched.items() if one[0] > 0)
