"""Verifying availability on both databases: what is due, what was said, and the whole library at once (R-D10)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from answers import entry, episode, episodes, file, series
from hand import Hand
from sqlalchemy import delete, insert

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.availability.verify import Verify
from episodarr.catalogue.ports import ReadSeries
from episodarr.connections.failures import Broken
from episodarr.database.availability import StoredAvailability
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.overview import StoredOverview
from episodarr.database.schema import connections, library_checks
from episodarr.database.schema_imports import cross_references
from episodarr.episode.facts import Fact, InLibrary, Removed
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.ledger import Ledger


class Shelf:
    """A media server in the hand of the test. Counts what it is asked."""

    def __init__(self) -> None:
        self.series: list[LibrarySeries] = []
        self.pages: list[list[LibraryEpisode]] = []
        self.unplayable: set[str] = set()
        self.asked: list[str] = []
        self.broken = False

    def put(self, number: int, *items: LibraryEpisode, **ids: str) -> None:
        key = LibraryItemId(f"s{number}")
        self.series.append(LibrarySeries(key, f"Show {number}", provider_ids=ids or {"tvdb": str(1000 + number)}))
        self.pages.append(list(items))

    async def all_series(self) -> list[LibrarySeries]:
        self.asked.append("series")
        return self.series

    async def all_episodes(self) -> AsyncIterator[list[LibraryEpisode]]:
        self.asked.append("whole")
        for page in self.pages:
            yield page
        if self.broken:
            raise Broken("Shelf", "the pages do not add up")

    async def episodes_of(self, series: LibraryItemId) -> list[LibraryEpisode] | None:
        self.asked.append(f"of {series}")
        return [item for page in self.pages for item in page if item.series == series]

    async def playability(self, item: LibraryItemId) -> Playability | None:
        self.asked.append(f"item {item}")
        there = any(one.id == item for page in self.pages for one in page)
        if not there:
            return None
        return Playability(False, "NotAllowed") if item in self.unplayable else Playability(True)

    async def rescan(self, path: str) -> None:
        self.asked.append(f"rescan {path}")


def item(show: int, number: int, season: int = 1, **more) -> LibraryEpisode:
    more.setdefault("has_source", True)
    key = LibraryItemId(more.pop("key", f"i{show}x{season}x{number}"))
    return LibraryEpisode(key, "E", season, number, series=LibraryItemId(f"s{show}"), **more)


class Desk:
    """A catalogue of three shows with three episodes each, the first two with files, and one media server."""

    def __init__(self, database: Database, clock: Hand, sonarr: ConnectionId) -> None:
        self.database, self.clock = database, clock
        row = {"kind": "jellyfin", "name": "Shelf", "settings": "{}", "enabled": True, "from_environment": False}
        with database.writing() as db:
            key = db.execute(insert(connections).values(row | {"created_at": clock(), "updated_at": clock()}))
        self.connection = ConnectionId(key.inserted_primary_key[0])
        self.ledger = Ledger(Books(database, clock), clock, lambda judged: None)
        catalogue = StoredCatalogue(database, self.ledger, clock)
        listed = [entry(series(number, path=f"/tv/Show {number}")) for number in (1, 2, 3)]
        catalogue.write_listing(sonarr, [(one, one.decode()) for one in listed], (), clock())
        self.ids = {number: known.id for number, known in catalogue.known_series(sonarr).items()}
        for number, key in self.ids.items():
            those = [episode(n, file=n if n < 3 else 0, id_=number * 10 + n) for n in (1, 2, 3)]
            files = [file(n, path=f"/tv/Show {number}/S1/{number}-{n}.mkv") for n in (1, 2)]
            catalogue.write_episodes(source("Sonarr", sonarr), [ReadSeries(key, episodes(those, files))], clock())
        self.overview = StoredOverview(database, clock)
        self.store = StoredAvailability(database)
        self.shelf = Shelf()
        self.verify = self.made()

    def made(self) -> Verify:
        return Verify(self.connection, "Shelf", self.shelf, self.store, self.ledger, self.clock)

    def look(self) -> int:
        return asyncio.run(self.verify.look())

    def later(self, **time: float) -> int:
        self.clock.forward(**time)
        self.shelf.asked.clear()
        return self.look()

    def rows(self, show: int) -> dict:
        return {row.episode_number: row for row in self.overview.episodes(self.ids[show], 1, 10, None).items}

    def states(self, show: int) -> list[str]:
        return [self.rows(show)[number].state.value for number in (1, 2, 3)]

    def said(self, show: int) -> dict[int, InLibrary]:
        (awaited,) = self.store.some(self.connection, "Shelf", {self.ids[show]: 0})
        numbers = {one.id: one.number for one in awaited.episodes}
        return {numbers[key]: what for key, what in awaited.said.items()}

    def refer(
        self, sonarr: ConnectionId, show: int, number: int, file_id: int, episode_id: int, series_id: int
    ) -> None:
        names = ("importer_file_id", "importer_episode_id", "importer_series_id")
        row = dict(zip(names, (file_id, episode_id, series_id), strict=True))
        row |= {"connection_id": sonarr, "episode_id": self.rows(show)[number].id, "seen_at": self.clock()}
        with self.database.writing() as db:
            db.execute(insert(cross_references).values(row))


@pytest.fixture
def desk(database: Database, clock: Hand, sonarr: ConnectionId) -> Desk:
    made = Desk(database, clock, sonarr)
    for number in (1, 2, 3):
        made.shelf.put(number, item(number, 1), item(number, 2))
    return made


def test_the_first_look_is_at_the_whole_library(desk: Desk) -> None:
    assert desk.look() >= 3
    assert desk.shelf.asked.count("whole") == 1
    assert all(desk.states(number) == ["available", "available", "missing"] for number in (1, 2, 3))
    assert desk.store.swept_at(desk.connection) == desk.clock()
    assert desk.store.due(desk.connection, desk.clock(), 10) == {}
    assert desk.later(hours=1) == 0
    assert desk.shelf.asked == []
    assert desk.later(hours=24) == 3
    assert desk.shelf.asked == ["series", "whole"]


def test_without_any_show_nobody_is_asked(database: Database, clock: Hand, desk: Desk) -> None:
    with database.writing() as db:
        db.execute(delete(connections).where(connections.c.id != desk.connection))
    assert desk.look() == 0
    assert desk.shelf.asked == []


def test_a_complete_listing_without_an_episode_says_that_it_is_gone(desk: Desk) -> None:
    desk.look()
    desk.shelf.pages[0].pop()
    desk.later(hours=25)
    assert desk.said(1) == {1: InLibrary("i1x1x1", True), 2: InLibrary()}
    assert desk.states(1) == ["available", "imported", "missing"]
    assert list(desk.store.due(desk.connection, desk.clock() + timedelta(hours=1), 10)) == [desk.ids[1]]


@pytest.mark.parametrize("how", ["broken", "empty"])
def test_a_listing_that_is_no_whole_one_says_nothing(desk: Desk, how: str) -> None:
    desk.look()
    before = [desk.said(number) for number in (1, 2, 3)]
    if how == "broken":
        desk.shelf.broken = True
        desk.shelf.pages = desk.shelf.pages[:1]
    else:
        desk.shelf.pages = [[], []]
    with pytest.raises(Broken):
        desk.later(hours=25)
    assert [desk.said(number) for number in (1, 2, 3)] == before
    swept = desk.store.swept_at(desk.connection)
    assert desk.later(minutes=5) == 0
    assert desk.shelf.asked == [], "not again at once"
    assert desk.store.swept_at(desk.connection) == swept


def test_an_empty_library_that_never_listed_anything_is_believed(desk: Desk) -> None:
    desk.shelf.pages, desk.shelf.series = [], []
    desk.look()
    assert desk.states(1)[:2] == ["imported"] * 2
    assert desk.store.swept_at(desk.connection) is not None


def test_a_listing_that_vanished_is_no_listing_of_series(desk: Desk) -> None:
    desk.look()
    asyncio.run(desk.verify.expect([desk.ids[1]]))
    desk.later(minutes=1)
    desk.shelf.series = []
    asyncio.run(desk.verify.expect([desk.ids[1]]))
    with pytest.raises(Broken, match="no series at all"):
        desk.later(minutes=20)
    assert desk.said(1)[1].playable


def test_what_a_series_no_longer_lists_is_asked_for_by_its_item(desk: Desk) -> None:
    desk.look()
    gone, hidden = desk.shelf.pages[0]
    desk.shelf.pages[0] = []
    moved = LibraryEpisode(hidden.id, "E", 9, 9, series=LibraryItemId("s2"), has_source=True)
    desk.shelf.pages[1].append(moved)
    asyncio.run(desk.verify.expect([desk.ids[1]]))
    desk.later(minutes=1)
    assert {f"item {gone.id}", f"item {hidden.id}"} <= set(desk.shelf.asked)
    assert desk.said(1) == {1: InLibrary(), 2: InLibrary(hidden.id, True)}


def test_what_an_item_says_of_itself_is_not_overruled_by_a_listing(desk: Desk) -> None:
    desk.store.swept(desk.connection, desk.clock())
    desk.shelf.unplayable.add("i1x1x2")
    desk.look()
    assert desk.said(1)[2] == InLibrary("i1x1x2", False, "NotAllowed")
    assert desk.said(1)[1].playable
    assert "item i1x1x1" in desk.shelf.asked
    desk.later(hours=25)
    assert "whole" in desk.shelf.asked
    assert desk.said(1)[2] == InLibrary("i1x1x2", False, "NotAllowed")
    desk.shelf.unplayable.clear()
    desk.later(hours=1)
    assert desk.said(1)[2].playable
    assert desk.store.due(desk.connection, desk.clock() + timedelta(days=1), 10) == {}


def test_a_source_that_is_missing_is_told(desk: Desk) -> None:
    desk.shelf.pages[0][0] = item(1, 1, has_source=False)
    desk.look()
    assert desk.said(1)[1] == InLibrary("i1x1x1", False, "no media source")
    assert desk.rows(1)[1].waiting_for == "Shelf to find a playable file"


def test_an_episode_that_never_came_through_sonarr_is_available_too(desk: Desk) -> None:
    desk.shelf.pages[0].append(item(1, 3))
    desk.look()
    assert desk.states(1) == ["available"] * 3
    desk.shelf.pages[0].pop()
    desk.later(hours=25)
    assert desk.states(1) == ["available", "available", "missing"]


def test_found_by_path_in_a_series_of_another_name(desk: Desk) -> None:
    """Split elsewhere, or matched to a wrong show: the file is what tells it, never a number."""
    desk.shelf.pages[0] = []
    desk.shelf.put(9, item(9, 1, path="/data/Show 1/S1/1-2.mkv"), item(9, 2, path="/data/Other/S1/1-1.mkv"), tvdb="5")
    desk.look()
    assert desk.said(1) == {1: InLibrary(), 2: InLibrary("i9x1x1", True)}


def test_found_by_shokos_ids_across_series(desk: Desk, sonarr: ConnectionId) -> None:
    desk.refer(sonarr, 1, 1, 50_001, 60_001, 501)
    desk.refer(sonarr, 1, 2, 50_002, 60_002, 502)
    desk.shelf.series, desk.shelf.pages = desk.shelf.series[1:], desk.shelf.pages[1:]
    first = {"shoko series": "501", "shoko file": "50001", "shoko episode": "60001"}
    second = {"shoko series": "502", "shoko file": "50002", "shoko episode": "60002"}
    desk.shelf.put(11, item(11, 2, provider_ids=first), **{"shoko series": "501"})
    desk.shelf.put(12, item(12, 1, provider_ids=second), **{"shoko series": "502"})
    desk.look()
    assert desk.said(1) == {1: InLibrary("i11x1x2", True), 2: InLibrary("i12x1x1", True)}
    (awaited,) = desk.store.some(desk.connection, "Shelf", {desk.ids[1]: 4})
    assert awaited.series.shoko == {"501", "502"}
    assert awaited.attempts == 4
    desk.shelf.series.pop()  # the second cour is not among the series: its episode is found in the whole library
    desk.later(hours=25)
    assert desk.said(1)[2].playable


def test_what_is_open_is_looked_at_with_growing_pauses_and_searched_for_everywhere(desk: Desk) -> None:
    desk.shelf.pages[0] = []
    desk.look()
    assert desk.said(1) == {1: InLibrary(), 2: InLibrary()}
    looks = [desk.later(minutes=1) for _ in range(240)]
    assert sum(looks[:10]) >= 2
    assert sum(looks[60:120]) <= 6, "less often as time passes"
    assert desk.store.swept_at(desk.connection) > desk.clock() - timedelta(hours=3), "the whole library as well"


def test_a_removed_file_ends_what_was_said(desk: Desk) -> None:
    desk.look()
    key = EpisodeId(desk.rows(1)[1].id)
    desk.clock.forward(minutes=1)
    desk.ledger.record([Fact(key, desk.clock(), source("Sonarr", ConnectionId(1)), Removed("upgrade"))])
    assert set(desk.said(1)) == {2}
    desk.clock.forward(minutes=1)
    desk.later(hours=25)
    assert desk.said(1)[1].playable, "told anew in its new life"


def test_a_later_look_is_not_forgotten_by_one_that_began_before(desk: Desk) -> None:
    from episodarr.availability.ports import Look

    began = desk.clock()
    one = desk.ids[1]
    desk.clock.forward(seconds=5)
    desk.store.expect(desk.connection, [one, SeriesId(999_999)], desk.clock())
    desk.store.looked(desk.connection, [Look(one)], began)
    assert desk.store.due(desk.connection, desk.clock(), 10)[one] == 0
    desk.store.looked(desk.connection, [Look(one, 7, began + timedelta(days=1))], began)
    assert one in desk.store.due(desk.connection, desk.clock(), 10)
    desk.store.looked(desk.connection, [Look(one, 7, desk.clock() + timedelta(hours=1))], desk.clock())
    assert one in desk.store.due(desk.connection, desk.clock() + timedelta(hours=1), 10)
    desk.store.looked(desk.connection, [Look(one)], desk.clock())
    with desk.database.reading() as db:
        assert db.execute(library_checks.select()).all() == []


def test_a_slow_listing_does_not_keep_an_import_waiting(desk: Desk) -> None:
    """While a large library is listed, what is awaited is looked at between its pages."""
    desk.store.swept(desk.connection, desk.clock() - timedelta(days=2))
    seen: list[list[str]] = []

    async def slowly() -> AsyncIterator[list[LibraryEpisode]]:
        for page in list(desk.shelf.pages):
            desk.clock.forward(seconds=20)
            await desk.verify.expect([desk.ids[2]])
            yield page
            seen.append([entry for entry in desk.shelf.asked if entry.startswith("of")])

    desk.shelf.all_episodes = slowly
    desk.look()
    assert "of s2" in seen[0]


def test_what_a_server_tells_of_is_looked_for_before_long(desk: Desk) -> None:
    """A file that was deleted in the media server is awaited by nobody: its webhook leads to it."""
    desk.look()
    desk.shelf.pages[0].pop()
    desk.verify.changed()
    assert desk.later(minutes=5) == 0
    desk.later(minutes=15)
    assert desk.said(1)[2] == InLibrary()
    desk.later(minutes=20)
    assert "whole" not in desk.shelf.asked, "once"


def test_only_so_many_items_are_asked_about_in_one_look(desk: Desk) -> None:
    desk.store.swept(desk.connection, desk.clock())
    desk.verify._questions = 0
    desk.shelf.unplayable.add("i1x1x1")
    desk.look()
    assert len([entry for entry in desk.shelf.asked if entry.startswith("item")]) == 6
    assert desk.said(1)[1].detail == "NotAllowed"
