"""The ledger on both databases: evidence, log, standing and counts in one transaction."""

from datetime import timedelta

import pytest
from answers import entry, episode, episodes, file, series
from hand import Hand
from sqlalchemy import func, select

from episodarr.catalogue.ports import ReadSeries
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.overview import StoredOverview
from episodarr.database.schema import evidence, superseded
from episodarr.episode import ledger
from episodarr.episode.facts import Fact, Grabbed, Removed, Transfer, TransferPhase, Watched, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, Source, source
from episodarr.episode.ledger import Ledger
from episodarr.episode.state import State

CLIENT = Source("qBittorrent:9/aa")


class Desk:
    def __init__(self, database: Database, clock: Hand, connection: ConnectionId) -> None:
        self.told: list = []
        self.database, self.clock = database, clock
        self.ledger = Ledger(Books(database, clock), clock, self.told.append)
        self.overview = StoredOverview(database, clock)
        store = StoredCatalogue(database, self.ledger, clock)
        store.write_listing(connection, [(entry(series(1)), entry(series(1)).decode())], (), clock())
        self.series = store.known_series(connection)[1].id
        later = {"airDateUtc": "2026-01-25T20:00:00Z"}
        answer = episodes([episode(1, file=7), episode(2), episode(3, **later)], [file(7)])
        store.write_episodes(source("Sonarr", connection), [ReadSeries(self.series, answer)], clock())
        self.told.clear()

    def episode(self, number: int):
        page = self.overview.episodes(self.series, 1, 10, None)
        return next(row for row in page.items if row.episode_number == number)

    def fact(self, number: int, what, minutes: float = 0, by: Source = CLIENT) -> Fact:
        return Fact(EpisodeId(self.episode(number).id), self.clock() + timedelta(minutes=minutes), by, what)

    def count(self, table) -> int:
        with self.database.reading() as db:
            return db.execute(select(func.count()).select_from(table)).scalar()


@pytest.fixture
def desk(database: Database, clock: Hand, sonarr: ConnectionId) -> Desk:
    return Desk(database, clock, sonarr)


def test_news_changes_the_standing_the_log_and_the_counts_together(desk: Desk) -> None:
    grabbed = desk.fact(2, Grabbed("aa", "Show"), by=Source("Sonarr:1/aa"))
    assert desk.ledger.record([grabbed, desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING), 1)]) == 2
    assert desk.episode(2).state is State.DOWNLOADING
    assert desk.overview.show(desk.series).arriving_count == 1
    assert desk.overview.seasons(desk.series)[0].states == {"downloading": 1, "imported": 1, "unaired": 1}
    assert len(desk.told) == 1, "the listeners hear of it once, after the commit"


def test_what_was_said_before_is_kept_as_log(desk: Desk) -> None:
    desk.ledger.record([desk.fact(2, Transfer("aa", TransferPhase.QUEUED))])
    desk.ledger.record([desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING), 1)])
    desk.ledger.record([desk.fact(2, Transfer("aa", TransferPhase.COMPLETE), 2)])
    assert desk.count(superseded) == 2
    texts = [entry.text for entry in desk.overview.timeline(desk.episode(2).id, 50, None).items]
    assert texts[-3:] == ["Queued in the download client", "Downloading", "The whole file is there"]


def test_repetition_writes_nothing(desk: Desk) -> None:
    fact = desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING))
    desk.ledger.record([fact])
    rows = desk.count(evidence), desk.count(superseded)
    desk.told.clear()
    assert desk.ledger.record([fact]) == 0
    assert desk.ledger.observe([desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING), 30)]) == 0
    assert (desk.count(evidence), desk.count(superseded)) == rows
    assert desk.told == []
    assert desk.ledger.record([]) == 0


def test_an_older_word_that_comes_late_changes_nothing(desk: Desk) -> None:
    desk.ledger.record([desk.fact(2, Transfer("aa", TransferPhase.COMPLETE), 10)])
    assert desk.ledger.record([desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING), 5)]) == 0
    assert desk.episode(2).state is State.DOWNLOADED


def test_time_alone_is_reviewed(desk: Desk) -> None:
    assert desk.episode(3).state is State.UNAIRED
    assert desk.ledger.review() == 0
    desk.clock.forward(days=6)
    assert desk.ledger.review() == 1
    assert desk.episode(3).state is State.MISSING
    assert desk.overview.show(desk.series).aired_count == 3
    assert desk.ledger.review() == 0


def test_judging_again_gives_the_same(desk: Desk) -> None:
    before = desk.overview.episodes(desk.series, 1, 10, None)
    ids = [EpisodeId(row.id) for row in before.items]
    assert desk.ledger.rejudge(ids) == 3
    assert desk.overview.episodes(desk.series, 1, 10, None) == before
    assert desk.ledger.rejudge([]) == 0


def test_a_failed_transaction_leaves_nothing_behind(desk: Desk) -> None:
    rows = desk.count(evidence)
    good = desk.fact(2, Transfer("aa", TransferPhase.DOWNLOADING))
    foreign = Fact(EpisodeId(10**9), good.at, CLIENT, good.what)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        desk.ledger.record([good, foreign])
    assert desk.count(evidence) == rows
    assert desk.episode(2).state is State.MISSING


def test_a_removal_ends_the_life_in_the_database_too(desk: Desk) -> None:
    desk.clock.forward(hours=1)
    desk.ledger.record([desk.fact(1, Removed("deleted by hand"), by=Source("Sonarr:1"))])
    assert desk.episode(1).state is State.MISSING
    desk.ledger.record([desk.fact(1, Grabbed("bb", "Show v2"), 5, by=Source("Sonarr:1/bb"))])
    assert desk.episode(1).state is State.GRABBED


def test_what_a_source_takes_back_counts_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says otherwise counts as it says it now; what it says again, and what others said, stays."""
    monkeypatch.setattr(ledger, "_FORGET_AT_ONCE", 2)
    history, other = Source("History:0/1"), Source("History:0/11")

    def seen(number: int, plays: int, days: int, by: Source = history) -> Fact:
        return Fact(EpisodeId(desk.episode(number).id), desk.clock() - timedelta(days=days), by, Watched(plays))

    desk.ledger.observe([seen(1, 2, 1), seen(2, 1, 3), seen(1, 1, 9, other)])
    desk.told.clear()
    assert desk.ledger.replace(history, [seen(1, 2, 1), seen(2, 1, 3)]) == 0
    assert desk.told == []
    assert desk.ledger.replace(history, [seen(1, 1, 5), seen(3, 1, 2)]) == 3
    with desk.database.reading() as db:
        asked = select(evidence.c.episode_id, evidence.c.source, evidence.c.what).where(evidence.c.kind == "watched")
        held = {(row[0], row[1]): decode(row[2]) for row in db.execute(asked)}
    of = {number: desk.episode(number).id for number in (1, 2, 3)}
    assert held == {(of[1], history): Watched(1), (of[3], history): Watched(1), (of[1], other): Watched(1)}
    assert desk.ledger.replace(history, []) == 2
    assert desk.ledger.replace(history, []) == 0


def test_what_a_removed_service_said_counts_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In transactions of a bounded number of episodes; what others said stays."""
    monkeypatch.setattr(ledger, "_FORGET_AT_ONCE", 1)
    desk.ledger.record([desk.fact(number, Transfer("aa", TransferPhase.DOWNLOADING)) for number in (2, 3)])
    desk.told.clear()
    assert desk.ledger.forget(Source("qBittorrent:9")) == 2
    assert [len(judged) for judged in desk.told] == [1, 1]
    assert [desk.episode(number).state for number in (1, 2, 3)] == [State.IMPORTED, State.MISSING, State.UNAIRED]
    assert desk.ledger.forget(Source("qBittorrent:9")) == 0
