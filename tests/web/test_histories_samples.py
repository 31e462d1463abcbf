"""Files to try an import with: there in the demo, and nowhere else."""

import pytest
from fakes import Stack
from fakes_histories import HistoryHouse

from episodarr.demo.samples import SAMPLES

PATH = "/histories"


@pytest.fixture
def stack(tmp_path, migrated_file) -> Stack:
    """As in the demo."""
    return Stack(histories=lambda world, clock: HistoryHouse(world, clock, tmp_path, migrated_file), samples=SAMPLES)


def test_they_are_offered_and_tried_in_two_clicks(admin, stack):
    page = admin.get(PATH).text
    for file, about in SAMPLES.items():
        assert file.is_file()
        assert f'action="{PATH}/samples/{file.name}"' in page
        assert about.replace("'", "&#39;") in page
        preview = admin.post(f"{PATH}/samples/{file.name}").headers["location"]
        assert f"<h1>{file.name}</h1>" in admin.get(preview).text
    assert stack.histories.as_viewer(stack.histories.anna) == [file.name for file in reversed(SAMPLES)]
    first = admin.post(f"{PATH}/samples/netflix.csv").headers["location"]
    assert admin.post(f"{first}/start").headers["location"] == first


def test_they_can_be_downloaded(viewer):
    answer = viewer.get(f"{PATH}/samples/netflix-de.csv")
    assert answer.content == next(file for file in SAMPLES if file.name == "netflix-de.csv").read_bytes()
    assert 'attachment; filename="netflix-de.csv"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", ["nothing.csv", "..%2Fsamples.py", "%2Fetc%2Fpasswd"])
def test_no_other_file_is_reached(admin, name):
    assert admin.get(f"{PATH}/samples/{name}").status_code in {404, 405}
    assert admin.post(f"{PATH}/samples/{name}").status_code in {404, 405}


def test_a_file_that_is_too_large_is_told(admin, stack):
    stack.histories.importing.largest = 10
    answer = admin.post(f"{PATH}/samples/netflix.csv")
    assert answer.status_code == 422
    assert "That did not work" in answer.text


def test_outside_the_demo_there_are_none(visit, tmp_path, migrated_file):
    plain = Stack(histories=lambda world, clock: HistoryHouse(world, clock, tmp_path, migrated_file))
    admin = visit(plain).sign_in("admin")
    assert "samples" not in admin.get(PATH).text
    assert admin.get(f"{PATH}/samples/netflix.csv").status_code == 404
