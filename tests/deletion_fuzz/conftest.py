"""What the fuzzing of deletion shares."""

from pathlib import Path

import pytest
from small_house import Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Template:
    """The library, read once."""
    return Template.made(tmp_path_factory.mktemp("fuzz") / "template", migrated_file)


@pytest.fixture(scope="module")
def smallest(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Template:
    """The smallest library: everything can be tried at each instant of its deletion."""
    return Template.made(tmp_path_factory.mktemp("fuzz") / "smallest", migrated_file, smallest=True)
