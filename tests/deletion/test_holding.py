"""What things are called where they are to be deleted."""

import pytest

from episodarr.deletion.holding import Holding, Level, codes
from episodarr.deletion.model import Held

THING = Holding(Level.EPISODE, 1)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([3], "S01E03"),
        ([4, 3], "S01E03-E04"),
        ([3, 4, 5], "S01E03-E05"),
        ([3, 5], "S01E03E05"),
        ([99, 100], "S01E99-E100"),
    ],
)
def test_episodes_of_one_file(numbers: list[int], told: str) -> None:
    assert codes(1, numbers) == told


@pytest.mark.parametrize(
    ("held", "label"),
    [
        (Held(THING, "Andor"), "Andor"),
        (Held(THING, "Andor", season_number=2), "Andor, season 2"),
        (Held(THING, "Andor", season_number=0), "Andor, specials"),
        (Held(THING, "Andor", season_number=1, episodes=((7, 3, "Reckoning"), (8, 4, "Aldhani"))), "Andor S01E03-E04"),
        (Held(THING, "Dune", movie_id=5, year=2021), "Dune (2021)"),
        (Held(THING, "Dune", movie_id=5), "Dune"),
    ],
)
def test_one_line_for_each_thing(held: Held, label: str) -> None:
    assert held.label == label
