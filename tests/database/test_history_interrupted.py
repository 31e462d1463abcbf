"""Whatever ends the process in the middle of an import: it goes on where it stood. And imports in any order."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hand import Hand
from history_place import DARK, OFFICE_UK, OFFICE_US, HistoryPlace, netflix
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from episodarr.database import history_settling
from episodarr.database.engine import Database
from episodarr.database.schema_history_imports import history_rows, watched_days
from episodarr.histories import import_history
from episodarr.histories.import_model import Status
from episodarr.histories.totals import Counted, told

MANY = netflix(
    *((f"Dark: Season 1: {title}", f"2025-{month:02}-{day:02}")
      for month in range(1, 13) for day in range(1, 29) for title in ("Secrets", "Lies", "Past and Present")),
    *((f"Film {number}", "2025-01-05") for number in range(1_000)),
)  # fmt: skip


class Killed(Exception):
    pass


@pytest.fixture
def place(database, clock, tmp_path: Path, monkeypatch) -> HistoryPlace:
    monkeypatch.setattr(import_history, "_READ_AT_ONCE", 150)
    monkeypatch.setattr(import_history, "_AT_ONCE", 150)
    return HistoryPlace(database, clock, tmp_path, DARK, OFFICE_US, OFFICE_UK)


def counted(place, table) -> int:
    with place.database.reading() as db:
        return db.execute(select(func.count()).select_from(table)).scalar()


@pytest.mark.parametrize("steps", [0, 1, 4, 13, 14, 16, 20])
def test_it_goes_on_after_a_kill(place, steps):
    ada = place.user()
    import_id = place.upload(ada, MANY)
    place.histories.start(ada.user_id, import_id)
    left = steps

    def step(_progress, _message):
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1

    with pytest.raises(Killed):
        asyncio.run(place.importing.run(import_id, step))
    assert place.store.read(import_id).status in {Status.READING, Status.MATCHING}
    again = place.another_importing()
    assert asyncio.run(again.go_on(lambda _progress, _message: None)) == 1
    report = place.histories.report(ada.user_id, import_id)
    assert (report.status, report.episodes, report.films) == (Status.DONE, 1_008, 1_000)
    assert (counted(place, history_rows), counted(place, watched_days)) == (2_008, 1_008)
    assert asyncio.run(again.go_on(lambda _progress, _message: None)) == 0


def test_two_processes_at_one_import_do_it_once(place):
    ada = place.user()
    import_id = place.upload(ada, MANY)
    place.histories.start(ada.user_id, import_id)
    other = place.another_importing()

    async def both():
        await asyncio.gather(
            place.importing.run(import_id, lambda _progress, _message: None),
            other.run(import_id, lambda _progress, _message: None),
        )
        await place.importing.go_on(lambda _progress, _message: None)

    asyncio.run(both())
    report = place.histories.report(ada.user_id, import_id)
    assert (report.episodes, report.films, report.already_known) == (1_008, 1_000, 0)
    assert counted(place, history_rows) == 2_008


def test_cancelling_in_the_middle_leaves_nothing(place):
    ada = place.user()
    import_id = place.upload(ada, MANY)
    place.histories.start(ada.user_id, import_id)
    seen = 0

    def step(_progress, _message):
        nonlocal seen
        seen += 1
        if seen == 18:
            place.histories.cancel(ada.user_id, import_id)

    one = asyncio.run(place.importing.run(import_id, step))
    assert one.status is Status.CANCELLED
    assert (counted(place, history_rows), counted(place, watched_days)) == (0, 0)


def test_a_kill_in_the_middle_of_an_undo_leaves_the_import_as_it_was(place, monkeypatch):
    ada = place.user()
    report = place.imported(ada, netflix(("Dark: Season 1: Secrets", "2026-01-03"), ("Heat", "2026-01-05")))

    def killed(*_):
        raise Killed

    with monkeypatch.context() as hurt:
        hurt.setattr(history_settling, "_tell_films_again", killed)
        with pytest.raises(Killed):
            place.histories.undo(ada.user_id, report.import_id)
    assert place.store.read(report.import_id).status is Status.DONE
    assert counted(place, history_rows) == 2
    assert place.histories.undo(ada.user_id, report.import_id) == 2
    assert (counted(place, history_rows), counted(place, watched_days)) == (0, 0)


TITLES = (
    "Dark: Season 1: Secrets",
    "Dark: Season 1: Lies",
    "Dark: Season 2: Dark Matter",
    "Heat",
    "Ran",
    "Nobody: Season 1: X",
)
VIEWS = st.lists(
    st.tuples(st.sampled_from(TITLES), st.sampled_from(("2026-01-01", "2026-01-02", "2026-01-03"))), min_size=1
)


@settings(max_examples=15)
@given(first=VIEWS, second=VIEWS)
def test_imports_in_any_order_and_undone_are_as_if_done_once(migrated_file, first, second):
    def after(*acts: tuple[str, list]) -> tuple[set, set]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "test.db"
            file.write_bytes(migrated_file.read_bytes())
            database = Database(f"sqlite:///{file}")
            place = HistoryPlace(database, Hand(), Path(folder), DARK)
            ada = place.user()
            for kind, rows in acts:
                report = place.imported(ada, netflix(*rows))
                if kind == "undone":
                    place.histories.undo(ada.user_id, report.import_id)
            days, films = {day[1:] for day in place.days(ada)}, place.films(ada)
            database.close()
            return days, films

    both = after(("kept", first), ("kept", second))
    assert both == after(("kept", second), ("kept", first))
    assert both == after(("undone", first), ("kept", second), ("kept", first), ("kept", first))
    assert after(("kept", first)) == after(("undone", first), ("kept", first))
    assert after(("kept", first)) == after(("kept", first), ("undone", second))


def test_numbers_are_told_as_people_say_them():
    assert told(Counted(3, 276), 45, 0, "tmdb", None).text == "45/276 episodes"
    assert told(Counted(), 45, 0, "", None).text == "45 episodes"
    assert told(Counted(), 0, 0, "", None).text == ""
