"""What the fuzzing of deletion shares."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_house import SmallHouse, Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Template:
    """The library, read once."""
    return Template.made(tmp_path_factory.mktemp("fuzz") / "template", migrated_file)


@pytest.fixture(scope="module")
def smallest(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Template:
    """The smallest library: everything can be tried at each instant of its deletion."""
    return Template.made(tmp_path_factory.mktemp("fuzz") / "smallest", migrated_file, smallest=True)


@pytest.fixture
def copies(smallest: Template, tmp_path: Path) -> Iterator[Callable[[], SmallHouse]]:
    """Makes one house after the other, each with its plan confirmed."""
    held: list[SmallHouse] = []

    def another() -> SmallHouse:
        while held:
            held.pop().close()
        house = smallest.copy(tmp_path / f"house{another.count}")  # type: ignore[attr-defined]  # below
        another.count += 1  # type: ignore[attr-defined]
        house.make_plan()
        held.append(house)
        return house

    another.count = 0  # type: ignore[attr-defined]
    yield another
    while held:
        held.pop().close()
