"""Imports of viewing histories: nothing twice, nothing lost, nothing half."""

import io
from pathlib import Path

import pytest
from history_place import DARK, OFFICE_UK, OFFICE_US, HistoryPlace, netflix

from episodarr.histories.histories import NotAllowed, NotNow
from episodarr.histories.import_model import Choice, Outcome, Status
from episodarr.histories.metadata import ShowRef
from episodarr.histories.model import InvalidFile

SOME = netflix(
    ("Dark: Season 1: Secrets", "2026-01-03"),
    ("Dark: Season 1: Lies", "2026-01-04"),
    ("Heat", "2026-01-05"),
    ("Nobody Knows It: Season 2: Something", "2026-01-06"),
)


@pytest.fixture
def place(database, clock, tmp_path: Path) -> HistoryPlace:
    return HistoryPlace(database, clock, tmp_path, DARK, OFFICE_US, OFFICE_UK)


def test_a_file_is_imported(place):
    ada = place.user()
    report = place.imported(ada, SOME)
    assert (report.status, report.episodes, report.films, report.unmatched) == (Status.DONE, 2, 1, 1)
    assert report.ways == {"exact": 2}
    assert {day[1:] for day in place.days(ada)} == {(1, 1, "2026-01-03"), (1, 2, "2026-01-04")}
    assert place.films(ada) == {("Heat", "2026-01-05")}
    assert list((place.folder / "histories").iterdir()) == [], "the file is let go of once its rows are stored"


def test_the_same_file_again_adds_nothing_and_rewatches_are_kept(place):
    ada = place.user()
    place.imported(ada, SOME)
    before = place.days(ada), place.films(ada)
    again = place.imported(ada, SOME)
    assert (again.already_known, again.episodes, again.films, again.unmatched) == (3, 0, 0, 1)
    assert (place.days(ada), place.films(ada)) == before
    other = place.imported(ada, netflix(("Dark: Season 1: Secrets", "2026-01-09"), ("Heat", "2026-01-09")))
    assert (other.episodes, other.films) == (1, 1)
    assert len(place.days(ada)) == 3


def test_undoing_removes_exactly_what_nothing_else_tells(place):
    ada, ben = place.user("ada"), place.user("ben")
    first = place.imported(ada, SOME)
    second = place.imported(ada, netflix(("Dark: Season 1: Lies", "2026-01-04"), ("Heat", "2026-01-07")))
    place.imported(ben, SOME)
    bens = place.days(ben)
    assert place.histories.undo(ada.user_id, first.import_id) == 2
    assert {day[1:] for day in place.days(ada)} == {(1, 2, "2026-01-04")}, "the second import tells it, too"
    assert place.films(ada) == {("Heat", "2026-01-07")}
    assert place.histories.undo(ada.user_id, second.import_id) == 2
    assert (place.days(ada), place.films(ada)) == (set(), set())
    assert place.days(ben) == bens
    assert place.histories.report(ada.user_id, first.import_id).status is Status.UNDONE
    for again in (place.histories.undo, place.histories.cancel):
        with pytest.raises(NotNow, match="nothing of this import is kept any more"):
            again(ada.user_id, first.import_id)
    place.imported(ada, SOME)
    assert len(place.days(ada)) == 2


def test_a_service_that_is_down_loses_nothing(place):
    ada = place.user()
    place.lookup.down = "TMDB: it does not answer"
    report = place.imported(ada, SOME)
    assert (report.status, report.waiting, report.films) == (Status.DONE, 3, 1)
    rows, _ = place.histories.rows(ada.user_id, report.import_id, [Outcome.WAITING])
    assert rows[0].why == "TMDB: it does not answer (Wait.)"
    assert place.complete() == 0
    place.lookup.down = ""
    assert place.complete() == 3
    after = place.histories.report(ada.user_id, report.import_id)
    assert (after.waiting, after.episodes, after.unmatched) == (0, 2, 1)
    assert place.complete() == 0


def test_many_rows_of_few_shows_are_few_lookups(place):
    ada = place.user()
    rows = [(f"Dark: Season 1: {title}", f"2025-{month:02}-{day:02}") for month in range(1, 13) for day in range(1, 29)
            for title in ("Secrets", "Lies")]  # fmt: skip
    report = place.imported(ada, netflix(*rows))
    assert report.episodes == len(rows)
    assert (place.lookup.times("search"), place.lookup.times("show")) == (1, 1)


def test_the_library_comes_first(place):
    series_id = place.listed("Dark", {1: ["Secrets", "Lies"], 2: ["Beginnings and Endings"]}, tvdb_id=334824)
    ada = place.user()
    place.lookup.down = "nobody answers"
    report = place.imported(ada, SOME)
    assert (report.episodes, report.waiting) == (2, 1)
    rows, _ = place.histories.rows(ada.user_id, report.import_id, [Outcome.MATCHED])
    assert [row.episode_id for row in rows] == [place.episode(series_id, 1, 1), place.episode(series_id, 1, 2)]
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 2}
    totals = place.histories.totals(ada.user_id, series_id)
    assert (totals.text, totals.total_seasons, totals.source) == ("2/3 episodes", 2, "Sonarr")
    seen = place.histories.seen(ada.user_id, series_id=series_id)
    assert (seen.next_season, seen.next_number) == (2, 1)
    assert [one.title for one in place.histories.go_on(ada.user_id)] == ["Dark"]


def test_a_person_decides_once_for_all_files(place):
    ada, ben = place.user("ada"), place.user("ben", "admin")
    office = netflix(
        ("The Office: Season 1: Episode 2", "2026-01-04"), ("The Office: Season 1: Episode 1", "2026-01-03")
    )
    report = place.imported(ada, office)
    assert report.ambiguous == 2
    groups, _ = place.histories.review(ada.user_id)
    assert [(one.name, one.rows, one.ambiguous) for one in groups] == [("office", 2, 2)]
    assert {one.show.id for one in groups[0].suggestions} == {2, 3}
    run = __import__("asyncio").run
    with pytest.raises(NotAllowed):
        run(place.histories.deciding.decide(ada, "office", Choice.SHOW, ShowRef("tmdb", 2), for_all=True))
    decided = run(place.histories.deciding.decide(ada, "office", Choice.SHOW, ShowRef("tmdb", 2)))
    assert decided.imports == 1
    after = place.histories.report(ada.user_id, report.import_id)
    assert (after.ambiguous, after.episodes, after.ways) == (0, 2, {"mapping": 2})
    later = place.imported(ada, netflix(("The Office: Season 1: Episode 1", "2026-01-10")))
    assert later.ways == {"mapping": 1}
    run(place.histories.deciding.decide(ada, "The Office", Choice.SHOW, ShowRef("tmdb", 3)))
    assert place.histories.report(ada.user_id, report.import_id).episodes == 2
    assert len({day[0] for day in place.days(ada)}) == 1, "what was decided before is not kept beside"
    assert len(place.days(ada)) == 3
    run(place.histories.deciding.decide(ben, "The Office", Choice.IGNORE, for_all=True))
    assert place.days(ada), "her own word counts before that for all"
    assert [one.choice for one in place.histories.deciding.mappings(ada.user_id)] == [Choice.SHOW, Choice.IGNORE]


def test_nobody_sees_the_imports_of_another(place):
    ada, ben = place.user("ada"), place.user("ben", "admin")
    report = place.imported(ada, SOME)
    for act in (place.histories.report, place.histories.undo, place.histories.cancel, place.histories.preview):
        with pytest.raises(LookupError):
            act(ben.user_id, report.import_id)
    assert place.histories.imports(ben.user_id)[0] == []
    assert [(one.user, one.episodes, one.films) for one in place.histories.sums()] == [("ada", 2, 1), ("ben", 0, 0)]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"<html>", b"a\0b" * 1000, b"PK\x03\x04nonsense"])
def test_of_what_is_no_history_nothing_stays(place, content):
    ada = place.user()
    with pytest.raises(InvalidFile):
        place.histories.upload(ada, "../../etc/passwd", io.BytesIO(content))
    assert place.histories.imports(ada.user_id)[0] == []
    assert list((place.folder / "histories").iterdir()) == []


def test_a_file_that_is_too_large_is_not_kept(place):
    with pytest.raises(InvalidFile, match="4 MB"):
        place.histories.upload(place.user(), "x.csv", io.BytesIO(b"Title,Date\n" + b"x" * (5 << 20)))
    assert list((place.folder / "histories").iterdir()) == []


def test_a_cancelled_import_leaves_nothing(place):
    ada = place.user()
    import_id = place.upload(ada, SOME)
    place.histories.start(ada.user_id, import_id)
    place.histories.cancel(ada.user_id, import_id)
    assert place.run(import_id).status is Status.CANCELLED
    assert (place.days(ada), place.films(ada)) == (set(), set())
    with pytest.raises(NotNow):
        place.histories.cancel(ada.user_id, import_id)
