"""Rows whose titles are known are stored with what they mean; what only a day or a person decides is not recalled."""

import asyncio
from datetime import date
from pathlib import Path

import msgspec
import pytest
from history_place import DARK, OFFICE_UK, OFFICE_US, HistoryPlace, netflix
from sqlalchemy import select, update

from episodarr.database.schema_history_imports import history_imports, history_rows
from episodarr.histories import import_history
from episodarr.histories.import_model import Choice, Outcome, Status, TitleMapping

ROWS = [
    (title, f"2025-01-{day:02}")
    for day in range(1, 29)
    for title in ("Dark: Season 1: Secrets", "Dark: Season 2: Dark Matter", "Heat", "The Office: Season 1: Episode 2")
]


@pytest.fixture
def place(database, clock, tmp_path: Path, monkeypatch) -> HistoryPlace:
    monkeypatch.setattr(import_history, "_READ_AT_ONCE", 10)
    made = HistoryPlace(database, clock, tmp_path, DARK, OFFICE_US, OFFICE_UK)
    made.lookup.warm = True
    return made


def kept(place) -> list[tuple]:
    r = history_rows.c
    asked = select(r.line, r.title, r.watched_on, r.outcome, r.way, r.season, r.number, r.suggestions).order_by(r.line)
    with place.database.reading() as db:
        return [tuple(row) for row in db.execute(asked)]


def test_warm_or_cold_the_rows_are_the_same(place, clock, tmp_path):
    ada, ben = place.user("ada"), place.user("ben")
    warm = place.imported(ada, netflix(*ROWS))
    rows, days, films = kept(place), {day[1:] for day in place.days(ada)}, place.films(ada)
    place.histories.undo(ada.user_id, warm.import_id)
    place.lookup.warm = False
    cold = place.imported(ben, netflix(*ROWS))
    assert kept(place) == rows
    assert ({day[1:] for day in place.days(ben)}, place.films(ben)) == (days, films)
    assert (warm.episodes, warm.films, warm.ambiguous) == (cold.episodes, cold.films, cold.ambiguous) == (56, 28, 28)
    assert warm.ways == cold.ways


def test_of_what_is_known_nothing_is_settled_later(place):
    ada = place.user()
    import_id = place.upload(ada, netflix(*ROWS))
    place.histories.start(ada.user_id, import_id)
    seen: list[tuple[str, float]] = []

    def step(progress, message):
        seen.append((message.rpartition(" ")[2], progress))

    asyncio.run(place.importing.run(import_id, step))
    assert {word for word, _ in seen} == {"read"}
    assert [progress for _, progress in seen] == sorted(progress for _, progress in seen)
    assert seen[-1][1] == 1.0


def test_a_title_of_two_shows_is_decided_by_each_day(place, clock):
    """Two shows of one name: before one of them began, it is the other."""
    old, new = (
        msgspec.structs.replace(
            one, episodes=tuple(msgspec.structs.replace(episode, aired_on=first) for episode in one.episodes)
        )
        for one, first in ((OFFICE_UK, date(2001, 7, 9)), (OFFICE_US, date(2020, 3, 24)))
    )
    place.lookup.shows = [old, new]
    ada = place.user()
    report = place.imported(
        ada, netflix(*(("The Office: Season 1: Episode 1", f"20{year}-05-05") for year in (25, 12)))
    )
    assert [row[3] for row in kept(place)] == [Outcome.AMBIGUOUS.value, Outcome.MATCHED.value]
    assert (report.ambiguous, report.episodes) == (1, 1)


def test_what_somebody_says_meanwhile_counts_for_all_rows(place):
    ada = place.user()
    import_id = place.upload(ada, netflix(*ROWS))
    place.histories.start(ada.user_id, import_id)
    steps = 0

    def step(_progress, _message):
        nonlocal steps
        steps += 1
        if steps == 5:
            assert place.store.read(import_id).status is Status.READING
            known = place.store.know([[OFFICE_US]], place.clock())
            said = TitleMapping(0, ada.user_id, "office", Choice.SHOW, OFFICE_US.ref, "", 0, "ada", place.clock())
            place.mappings.put(said, known[OFFICE_US.ref])
            place.store.reopen("office", ada.user_id)

    asyncio.run(place.importing.run(import_id, step))
    place.complete()
    report = place.histories.report(ada.user_id, import_id)
    assert (report.ambiguous, report.unread, report.episodes) == (0, 0, 84)
    assert report.ways["mapping"] == 28


def test_an_import_that_another_version_started_is_looked_at_again(place):
    ada = place.user()
    import_id = place.upload(ada, "Title,Date\nHeat,13/01/2026\nRan,02/01/2026\n")
    place.histories.start(ada.user_id, import_id)
    with place.database.writing() as db:
        db.execute(update(history_imports).values(date_form=""))
    assert place.run(import_id).films == 2
    assert place.films(ada) == {("Heat", "2026-01-13"), ("Ran", "2026-01-02")}
