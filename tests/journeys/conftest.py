"""Where journeys live."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path(tmp_path: Path, migrated_file: Path) -> Path:
    """A data folder in which the house finds its tables: making them takes as long as a short journey."""
    shutil.copyfile(migrated_file, tmp_path / "episodarr.db")
    return tmp_path
