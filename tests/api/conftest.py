"""A running house over the simulated stack, and a client of its API."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_house import KEY, Running, a_running_house


@pytest.fixture
def tmp_path(tmp_path: Path, migrated_file: Path) -> Path:
    """A data folder in which the house finds its tables: making them takes longer than most tests."""
    shutil.copyfile(migrated_file, tmp_path / "episodarr.db")
    return tmp_path


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A house of one's own."""
    with a_running_house(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with a_running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def shared(one_house: Running) -> Iterator[Running]:
    """The house of a module, for tests after which it is as before; the client is as new for each."""
    yield one_house
    one_house.client.headers["X-Api-Key"] = KEY
    one_house.client.cookies.clear()
