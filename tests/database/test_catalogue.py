"""The catalogue in both databases (R-C1, R-C2, R-C3, R-C6, R-C8)."""

import msgspec
import pytest
from answers import entry, episode, episodes, file, series
from hand import Hand
from sqlalchemy import func, select

from episodarr.catalogue.model import raw_file
from episodarr.catalogue.ports import ReadSeries
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.overview import StoredOverview
from episodarr.database.schema import episode_files, series_files
from episodarr.episode.identity import ConnectionId, SeriesId, source
from episodarr.episode.ledger import Ledger
from episodarr.episode.state import State
from episodarr.overview.questions import LibraryFilter


class Shelf:
    """A catalogue with one instance, written to and read from."""

    def __init__(self, database: Database, clock: Hand, connection: ConnectionId) -> None:
        self.told: list = []
        self.ledger = Ledger(Books(database, clock), clock, self.told.extend)
        self.store = StoredCatalogue(database, self.ledger, clock)
        self.overview = StoredOverview(database, clock)
        self.database, self.clock, self.connection = database, clock, connection
        self.source = source("Sonarr", connection)

    def keep(self, *those: dict) -> None:
        changed = [(entry(one), entry(one).decode()) for one in those]
        self.store.write_listing(self.connection, changed, (), self.clock())

    def id(self, number: int) -> SeriesId:
        return self.store.known_series(self.connection)[number].id

    def read(self, number: int, those: list[dict], files: list[dict]):
        return self.store.write_episodes(
            self.source, [ReadSeries(self.id(number), episodes(those, files))], self.clock()
        )

    def rows(self, number: int = 1) -> dict:
        page = self.overview.episodes(self.id(number), None, 1000, None)
        return {(row.season_number, row.episode_number): row for row in page.items}


@pytest.fixture
def shelf(database: Database, clock: Hand, sonarr: ConnectionId) -> Shelf:
    made = Shelf(database, clock, sonarr)
    made.keep(series(1))
    return made


def test_seasons_come_with_the_series_list(shelf: Shelf) -> None:
    """R-C1, R-C4."""
    season = shelf.overview.seasons(shelf.id(1))[0]
    assert (season.number, season.monitored, season.episode_count, season.total_episode_count) == (1, True, 3, 3)
    assert (season.sonarr_series_id, season.created_at) == (1, shelf.clock())
    changed = series(1)
    changed["seasons"][0]["statistics"]["sizeOnDisk"] = 5_000_000_000_000
    shelf.clock.forward(hours=1)
    shelf.keep(changed)
    again = shelf.overview.seasons(shelf.id(1))[0]
    assert (again.size_on_disk, again.updated_at) == (5_000_000_000_000, shelf.clock())
    assert (again.id, again.created_at) == (season.id, season.created_at)


def test_an_episode_has_everything_that_sonarr_says_of_it(shelf: Shelf) -> None:
    """R-C2."""
    numbers = {
        "absoluteEpisodeNumber": 14,
        "sceneSeasonNumber": 2,
        "sceneEpisodeNumber": 1,
        "overview": "O",
        "runtime": 24,
    }
    counts, _ = shelf.read(1, [episode(1, file=7, **numbers), episode(2)], [file(7)])
    assert (counts.created, counts.updated) == (2, 0)
    row = shelf.rows()[1, 1]
    assert (row.absolute_number, row.scene_season_number, row.scene_episode_number) == (14, 2, 1)
    assert (row.sonarr_episode_id, row.sonarr_file_id, row.size, row.quality) == (101, 7, 1000, "WEBDL-1080p")
    assert (row.relative_path, row.runtime, row.air_date) == ("Season 01/7.mkv", 24, "2026-01-01")
    assert (row.state, row.has_file, row.monitored) == (State.IMPORTED, True, True)
    assert shelf.rows()[1, 2].state is State.MISSING
    assert shelf.overview.episode(row.id).overview == "O"
    with shelf.database.reading() as db:
        import zlib

        body = zlib.decompress(db.execute(select(series_files.c.body)).scalar())
    assert raw_file(body, 7) == file(7), "the raw object is kept"
    assert raw_file(body, 8) is None


def test_one_file_holds_two_episodes(shelf: Shelf) -> None:
    """R-C3."""
    shelf.read(1, [episode(1, file=7), episode(2, file=7)], [file(7)])
    rows = shelf.rows()
    assert rows[1, 1].sonarr_file_id == rows[1, 2].sonarr_file_id == 7
    with shelf.database.reading() as db:
        assert db.execute(select(func.count()).select_from(episode_files)).scalar() == 1


def test_a_second_reading_writes_nothing(shelf: Shelf) -> None:
    """R-C6."""
    shelf.read(1, [episode(1, file=7), episode(2)], [file(7)])
    before = shelf.rows()
    shelf.clock.forward(hours=1)
    counts, _ = shelf.read(1, [episode(1, file=7), episode(2)], [file(7)])
    assert (counts.created, counts.updated, counts.unchanged, counts.removed) == (0, 0, 2, 0)
    assert shelf.rows() == before


def test_a_file_that_went_away_clears_every_file_column(shelf: Shelf) -> None:
    """R-C8."""
    shelf.read(1, [episode(1, file=7)], [file(7)])
    shelf.clock.forward(hours=1)
    shelf.read(1, [episode(1)], [])
    row = shelf.rows()[1, 1]
    assert (row.has_file, row.sonarr_file_id, row.size, row.quality, row.relative_path) == (
        False,
        None,
        None,
        None,
        None,
    )
    assert row.state is State.MISSING
    assert "deleted" in row.because


def test_episodes_that_trade_numbers_keep_their_lives(shelf: Shelf) -> None:
    """R-C8: a reshuffle at TVDB."""
    shelf.read(1, [episode(1, file=7), episode(2), episode(3)], [file(7)])
    first = shelf.rows()[1, 1]
    shelf.read(1, [episode(2, file=7, id_=101), episode(3, id_=102), episode(1, id_=103)], [file(7)])
    rows = shelf.rows()
    assert len(rows) == 3
    assert rows[1, 2].id == first.id
    assert rows[1, 2].state is State.IMPORTED
    assert rows[1, 1].sonarr_episode_id == 103


def test_an_episode_moved_to_another_season_keeps_its_life(shelf: Shelf) -> None:
    """R-C8."""
    shelf.read(1, [episode(1, file=7), episode(2)], [file(7)])
    moved = shelf.rows()[1, 1].id
    shelf.read(1, [episode(1, file=7, season=2, id_=101), episode(2)], [file(7)])
    assert shelf.rows()[2, 1].id == moved
    assert {season.number for season in shelf.overview.seasons(shelf.id(1))} == {1, 2}


def test_a_vanished_episode_is_hidden_and_comes_back_with_its_history(shelf: Shelf) -> None:
    """R-C8."""
    shelf.read(1, [episode(1, file=7), episode(2)], [file(7)])
    gone = shelf.rows()[1, 1].id
    shelf.clock.forward(hours=1)
    counts, _ = shelf.read(1, [episode(2)], [])
    assert counts.removed == 1
    assert (1, 1) not in shelf.rows()
    assert shelf.overview.timeline(gone, 50, None).total >= 3, "its history is kept"
    shelf.clock.forward(hours=1)
    shelf.read(1, [episode(1, file=9), episode(2)], [file(9, dateAdded="2026-01-20T13:30:00Z")])
    assert shelf.rows()[1, 1].id == gone
    assert shelf.rows()[1, 1].state is State.IMPORTED


def test_an_empty_answer_about_a_known_show_changes_nothing(shelf: Shelf) -> None:
    """Unknown is not "no"."""
    shelf.read(1, [episode(1, file=7)], [file(7)])
    before = shelf.rows()
    _, refused = shelf.read(1, [], [])
    assert shelf.id(1) in refused
    _, refused = shelf.read(1, [episode(1, file=7)], [])
    assert "lacks" in refused[shelf.id(1)]
    assert shelf.rows() == before


def test_a_new_show_without_episodes_is_no_contradiction(shelf: Shelf) -> None:
    counts, refused = shelf.read(1, [], [])
    assert (counts.created, refused) == (0, {})


def test_one_number_twice_and_one_id_twice_do_not_break_the_rest(shelf: Shelf) -> None:
    shelf.read(1, [episode(1), episode(1, id_=999), episode(2), episode(2)], [])
    assert set(shelf.rows()) == {(1, 1), (1, 2)}


def test_an_unreadable_answer_raises_and_changes_nothing(shelf: Shelf) -> None:
    shelf.read(1, [episode(1)], [])
    with pytest.raises(msgspec.ValidationError):
        shelf.read(1, [episode(1) | {"episodeNumber": "one"}], [])
    assert (1, 1) in shelf.rows()


def test_counts_tell_available_missing_and_specials_apart(shelf: Shelf) -> None:
    those = [episode(1, file=7), episode(2), episode(3, airDateUtc="2030-01-01T00:00:00Z"), episode(1, season=0)]
    shelf.read(1, those, [file(7)])
    show = shelf.overview.show(shelf.id(1))
    assert (show.episode_count, show.aired_count, show.file_count, show.missing_count) == (3, 2, 1, 1)
    assert show.states == {"imported": 1, "missing": 2, "unaired": 1}
    assert show.next_airs_at.year == 2030


def test_sizes_follow_the_files_between_two_series_lists(shelf: Shelf) -> None:
    shelf.read(1, [episode(1), episode(2)], [])
    shelf.read(1, [episode(1, file=7), episode(2)], [file(7, size=500, seasonNumber=1)])
    season = shelf.overview.seasons(shelf.id(1))[0]
    assert (season.size_on_disk, season.episode_file_count) == (500, 1)
    assert shelf.overview.show(shelf.id(1)).size_on_disk == 500


def test_the_library_pages_by_cursor_in_every_order(shelf: Shelf) -> None:
    shelf.keep(*(series(n, statistics={"sizeOnDisk": n * 7 % 5}) for n in range(2, 24)))
    for sort in LibraryFilter.SORTS:
        seen, cursor = [], None
        while True:
            page = shelf.overview.library(LibraryFilter(sort=sort), 5, cursor)
            seen += [show.id for show in page.items]
            assert page.total == 23
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 23, sort
    with pytest.raises(ValueError, match="cursor"):
        shelf.overview.library(LibraryFilter(), 5, "bm9uc2Vuc2U")


@pytest.mark.parametrize("text", ["100%", "_", "'", '"; DROP TABLE series; --', "\\"])
def test_a_search_takes_text_as_text(shelf: Shelf, text: str) -> None:
    assert shelf.overview.library(LibraryFilter(search=text), 5, None).total == 0
    shelf.keep(series(50, title=f"A {text} B"))
    assert shelf.overview.library(LibraryFilter(search=text), 5, None).total == 1


def test_a_show_that_sonarr_no_longer_knows_is_hidden_and_can_return(shelf: Shelf) -> None:
    shelf.read(1, [episode(1, file=7)], [file(7)])
    series_id = shelf.id(1)
    shelf.store.mark_gone([series_id], shelf.clock())
    assert shelf.overview.show(series_id) is None
    shelf.keep(series(1))
    assert shelf.overview.show(series_id) is not None
    assert (1, 1) in shelf.rows()
