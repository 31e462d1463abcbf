"""Answers kept for all workers, claims on questions, and the log of lookups; on both databases."""

from datetime import timedelta

import pytest
from hand import Hand
from sqlalchemy import func, select

from episodarr.database.engine import Database
from episodarr.database.lookups import StoredLookups
from episodarr.database.schema_histories import lookup_log, lookups
from episodarr.histories.asking import Entry, Kept, Kind, Outcome, Question, Rates

QUESTION = Question("tmdb", Kind.SEARCH, "Lost", "de-DE")
FOUND = b'[{"title":"Lost"}]'


@pytest.fixture
def store(database: Database) -> StoredLookups:
    return StoredLookups(database)


def rows(database: Database, table) -> int:
    with database.reading() as db:
        return db.execute(select(func.count()).select_from(table)).scalar_one()


def test_an_answer_is_kept_and_replaced(store: StoredLookups, database: Database, clock: Hand) -> None:
    assert store.kept(QUESTION) is None
    store.keep(QUESTION, Kept(FOUND, found=True, at=clock()))
    assert store.kept(QUESTION) == Kept(FOUND, found=True, at=clock())
    clock.forward(days=1)
    store.keep(QUESTION, Kept(b"[]", found=False, at=clock()))
    assert store.kept(QUESTION) == Kept(b"[]", found=False, at=clock())
    assert rows(database, lookups) == 1


@pytest.mark.parametrize(
    "other",
    [
        Question("tvmaze", Kind.SEARCH, "Lost", "de-DE"),
        Question("tmdb", Kind.SHOW, "Lost", "de-DE"),
        Question("tmdb", Kind.SEARCH, "Losť", "de-DE"),
        Question("tmdb", Kind.SEARCH, "Lost"),
        Question("tmdb", Kind.SEARCH, "Lost", "de-DE", 2004),
    ],
)
def test_other_questions_have_other_answers(store: StoredLookups, clock: Hand, other: Question) -> None:
    store.keep(QUESTION, Kept(FOUND, found=True, at=clock()))
    assert store.kept(other) is None
    assert store.kept(Question("tmdb", Kind.SEARCH, "  LOST ", "de-DE")) is not None


def test_one_worker_at_a_time_asks(store: StoredLookups, clock: Hand) -> None:
    until = clock() + timedelta(minutes=3)
    assert store.claim(QUESTION, "one", clock(), until)
    assert store.claim(QUESTION, "one", clock(), until)
    assert not store.claim(QUESTION, "two", clock(), until)
    store.release(QUESTION, "two")  # not its own
    assert not store.claim(QUESTION, "two", clock(), until)
    store.release(QUESTION, "one")
    assert store.claim(QUESTION, "two", clock(), until)
    store.keep(QUESTION, Kept(FOUND, found=True, at=clock()))
    assert store.claim(QUESTION, "one", clock(), until)
    store.release(QUESTION, "one")
    assert store.kept(QUESTION) is not None


def test_a_claim_ends_by_itself(store: StoredLookups, clock: Hand) -> None:
    assert store.claim(QUESTION, "gone", clock(), clock() + timedelta(minutes=3))
    clock.forward(minutes=3)
    assert store.claim(QUESTION, "two", clock(), clock() + timedelta(minutes=3))
    clock.now -= timedelta(days=1)  # a clock that was put back
    assert store.claim(QUESTION, "three", clock(), clock() + timedelta(minutes=3))


def test_whoever_was_killed_is_not_waited_for_after_a_start(store: StoredLookups, clock: Hand) -> None:
    until = clock() + timedelta(minutes=3)
    own, answered = Question("tmdb", Kind.SEARCH, "Dark"), Question("tmdb", Kind.SEARCH, "Silo")
    store.keep(answered, Kept(FOUND, found=True, at=clock()))
    for question, worker in ((QUESTION, "killed"), (answered, "killed"), (own, "one")):
        assert store.claim(question, worker, clock(), until)
    store.release_others("one")
    assert store.claim(QUESTION, "one", clock(), until)
    assert store.claim(answered, "two", clock(), until)
    assert store.kept(answered) is not None
    assert not store.claim(own, "two", clock(), until)


def test_a_question_that_was_never_answered_leaves_nothing(
    store: StoredLookups, database: Database, clock: Hand
) -> None:
    store.claim(QUESTION, "one", clock(), clock() + timedelta(minutes=3))
    assert store.kept(QUESTION) is None
    store.release(QUESTION, "one")
    assert rows(database, lookups) == 0


def test_the_log_is_counted_by_service(store: StoredLookups, clock: Hand) -> None:
    def note(service: str, outcome: Outcome, milliseconds: int = 0) -> None:
        store.note(Entry(clock(), service, Kind.SEARCH, "Lost", outcome, milliseconds, ""))

    note("tmdb", Outcome.FAILED)
    clock.forward(days=2)
    for milliseconds in (100, 300):
        note("tmdb", Outcome.FOUND, milliseconds)
    note("tmdb", Outcome.FAILED, 30_000)
    note("tmdb", Outcome.CACHED)
    note("tvmaze", Outcome.NONE, 50)
    assert store.rates(clock() - timedelta(days=1)) == [
        Rates("tmdb", found=2, failed=1, cached=1, milliseconds=200),
        Rates("tvmaze", none=1, milliseconds=50),
    ]
    assert store.rates(clock() - timedelta(days=7))[0].failed == 2
    assert store.rates(clock() + timedelta(days=1)) == []
    assert [one.service for one in store.latest(2)] == ["tvmaze", "tmdb"]


def test_nobody_was_asked_is_no_success_and_no_failure() -> None:
    assert (Rates("tmdb", cached=3).success, Rates("tmdb", cached=3).failure) == (None, None)


def test_old_things_are_forgotten(store: StoredLookups, database: Database, clock: Hand) -> None:
    store.keep(QUESTION, Kept(FOUND, found=True, at=clock()))
    store.note(Entry(clock(), "tmdb", Kind.SEARCH, "Lost", Outcome.FOUND))
    assert store.tidy(clock(), clock()) == 0
    clock.forward(days=1)
    store.note(Entry(clock(), "tmdb", Kind.SEARCH, "Lost", Outcome.CACHED))
    assert store.tidy(clock(), clock()) == 2
    assert [one.outcome for one in store.latest(10)] == [Outcome.CACHED]
    assert rows(database, lookups) == 0


def test_the_log_does_not_grow_without_end(
    store: StoredLookups, database: Database, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("episodarr.database.lookups._MOST_LOGGED", 50)
    for number in range(320):
        store.note(Entry(clock(), "tmdb", Kind.SEARCH, str(number), Outcome.FOUND))
    assert rows(database, lookup_log) <= 150
    assert store.latest(1)[0].term == "319"
