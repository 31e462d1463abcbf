"""What deleting would really free (R-W8, D15)."""

import os
from pathlib import Path
from typing import Any, cast

from episodarr.deletion.holding import Level
from episodarr.deletion.ports import HoldingStore
from episodarr.overview.freed import MOST_FILES, FreedView, freed_by


class Holdings:
    def __init__(self, files: list[tuple[str, int]]) -> None:
        self.files = files
        self.asked: list[Any] = []

    def paths(self, level: Level, holding_id: int, limit: int) -> list[tuple[str, int]]:
        self.asked.append((level, holding_id, limit))
        return self.files[:limit]


def freed(files: list[tuple[str, int]]) -> FreedView | None:
    return freed_by(cast("HoldingStore", Holdings(files)), Level.SEASON, 7)


def test_linked_and_unseen_files_are_told_apart(tmp_path: Path) -> None:
    alone, seeded = tmp_path / "alone.mkv", tmp_path / "seeded.mkv"
    alone.write_bytes(b"x" * 1000)
    seeded.write_bytes(b"x" * 500)
    os.link(seeded, tmp_path / "torrent.mkv")
    found = freed([(str(alone), 1000), (str(seeded), 500), ("/elsewhere/unseen.mkv", 70)])
    assert found == FreedView(size=1570, freed=1000, linked=500, unknown=70)


def test_nothing_with_a_file_is_no_answer() -> None:
    assert freed([]) is None


def test_more_files_than_are_looked_at_are_not_known(tmp_path: Path) -> None:
    one = tmp_path / "one.mkv"
    one.write_bytes(b"x" * 10)
    found = freed([(str(one), 10)] + [("/unseen", 1)] * (MOST_FILES - 1) + [(str(one), 10)])
    assert found == FreedView(size=20 + MOST_FILES - 1, freed=10, linked=0, unknown=10 + MOST_FILES - 1)
