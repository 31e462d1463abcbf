"""The labelled release names, which are not part of this repository: the scores that `bench` prints may not fall."""

from pathlib import Path

import pytest
from bench.score_release_names import BESIDE, batches, cases, folder, read_batch, read_one, wrong
from bench.vary_release_names import judge


@pytest.fixture(scope="module")
def titles() -> Path:
    """The folder of labelled names: beside the repository, or where EPISODARR_RELEASE_TITLES says."""
    place = folder()
    if place is None:
        pytest.skip(f"release titles not here: {BESIDE} (set EPISODARR_RELEASE_TITLES to the folder that holds them)")
    return place


@pytest.mark.parametrize(("source", "share"), [("sonarr", 0.99), ("other", 0.95)])
def test_names_are_read_right(titles: Path, source: str, share: float) -> None:
    judged = [case for case in cases(titles, source) if case.carries_numbers]
    missed = [case.name for case in judged if wrong(case, read_one(case.name, case.kind), tolerant=True)]
    assert len(missed) <= (1 - share) * len(judged), missed


def test_files_of_a_set_are_read_right(titles: Path) -> None:
    judged = [pair for _, files in batches(titles) for pair in zip(files, read_batch(files), strict=True)]
    missed = [case.name for case, told in judged if wrong(case, told, tolerant=True)]
    assert len(missed) <= 0.03 * len(judged), missed


@pytest.mark.parametrize(("source", "step"), [("sonarr", 2), ("other", 6)])
def test_variants_of_names_are_read_right(titles: Path, source: str, step: int) -> None:
    """Other titles, separators, tags, groups and numbers change nothing: the names were not learnt by heart."""
    made, missed = judge(titles, source, step=step)
    assert made.total() > 1000
    assert len(missed) <= 0.005 * made.total(), [one.case.name for one in missed]
