"""A follower of one history of plays over a catalogue, and a service that holds what a test puts into it."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
from answers import entry, episode, episodes, series
from hand import Hand
from sqlalchemy import insert, select

from episodarr.catalogue.ports import ReadSeries
from episodarr.connections.failures import Broken
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.schema import connections
from episodarr.database.schema import episodes as episode_table
from episodarr.database.schema_watching import play_sums, watched_episodes, watched_seasons, watched_series
from episodarr.database.watching import StoredPlays
from episodarr.database.watching_overview import StoredPlayAnswers
from episodarr.episode.facts import Fact, Imported
from episodarr.episode.identity import ConnectionId, source
from episodarr.episode.ledger import Ledger
from episodarr.watching.follow import FollowPlays
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, PlayPage, SeriesIds, Viewer

START = datetime(2026, 1, 10, 20, tzinfo=UTC)
ADA, BEN = Viewer("1", "Ada"), Viewer("2", "Ben")
SUMS = (play_sums, watched_episodes, watched_seasons, watched_series)


def item(number: int = 1, season: int = 1, title: str = "Show 1", **more) -> PlayedItem:
    key = f"{title}-{season}-{number}"
    return PlayedItem(
        ItemKind.EPISODE, f"1{season}{number}", title, f"plex://episode/{key}", title, season, number, **more
    )


def play(number: int, of: PlayedItem | None = None, viewer: Viewer = ADA, **more) -> Play:
    at = START + timedelta(hours=number)
    made = Play(PlayId(number), PlayId(number), viewer, of or item(), at, at + timedelta(minutes=45), 2600, 97, True)
    return msgspec.structs.replace(made, **more)


class Service:
    """A history that holds what the test puts into it."""

    def __init__(self) -> None:
        self.held: list[Play] = []
        self.size = 100
        self.ids: dict[str, SeriesIds | None] = {}
        self.asked: list[datetime | None] = []
        self.looked: list[str] = []
        self.fails_after: int | None = None

    async def plays(self, since: datetime | None):
        self.asked.append(since)
        after = since and since - timedelta(days=1)
        found = sorted(
            (one for one in self.held if not after or one.started_at >= after), key=lambda one: one.started_at
        )
        for start in range(0, max(len(found), 1), self.size):
            if self.fails_after is not None and start >= self.fails_after:
                raise Broken("Tautulli", "it went away")
            some = found[start : start + self.size]
            yield PlayPage(tuple(some), start + len(some), len(found), len(self.held))

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        self.looked.append(series_key)
        if series_key not in self.ids:
            raise Broken("Tautulli", "Plex does not answer")
        return self.ids[series_key]


class Steps:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.cancel_at: int | None = None

    def step(self, progress: float | None, message: str) -> None:
        self.told.append(message)
        if self.cancel_at is not None and len(self.told) >= self.cancel_at:
            raise asyncio.CancelledError


class Place:
    """A catalogue, and a follower of one history over it."""

    def __init__(self, database: Database, clock: Hand) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(Books(database, clock), clock, lambda judged: None)
        self.catalogue = StoredCatalogue(database, self.ledger, clock)
        self.store = StoredPlays(database, clock)
        self.answers = StoredPlayAnswers(database)
        self.service = Service()
        self.connection = self.connect("Tautulli")
        self.follower = self.follow()

    def connect(self, name: str) -> ConnectionId:
        now = self.clock()
        row = {"kind": "tautulli", "name": name, "settings": "{}", "enabled": True, "from_environment": False}
        with self.database.writing() as db:
            made = db.execute(insert(connections).values(row | {"created_at": now, "updated_at": now}))
            return ConnectionId(made.inserted_primary_key[0])

    def follow(self) -> FollowPlays:
        return FollowPlays(self.connection, "Tautulli", self.service, self.store, self.ledger, self.clock)

    def shelve(self, sonarr: ConnectionId, number: int = 1, counts: dict[int, int] | None = None, **more) -> None:
        counts = counts or {1: 3, 2: 2}
        listed = [{"seasonNumber": one, "monitored": True, "statistics": {}} for one in counts]
        one = entry(series(number, seasons=listed, **more))
        self.catalogue.write_listing(sonarr, [(one, one.decode())], (), self.clock())
        rows = [
            episode(place, season=season, id_=number * 10_000 + season * 100 + place)
            for season, count in counts.items()
            for place in range(1, count + 1)
        ]
        key = self.catalogue.known_series(sonarr)[number].id
        self.catalogue.write_episodes(source("Sonarr", sonarr), [ReadSeries(key, episodes(rows, []))], self.clock())

    def look(self, steps: Steps | None = None):
        return asyncio.run(self.follower.poll(steps or Steps()))

    def episode(self, season: int, number: int, sonarr_id: int = 0) -> int:
        e = episode_table.c
        asked = select(e.id).where(e.season_number == season, e.episode_number == number).order_by(e.id)
        with self.database.reading() as db:
            return db.execute(asked).scalars().all()[sonarr_id]

    def watching(self, season: int, number: int):
        return self.answers.episode(self.episode(season, number), names=True, limit=50)

    def state(self, season: int, number: int) -> tuple[str, datetime | None]:
        e = episode_table.c
        with self.database.reading() as db:
            row = db.execute(select(e.state, e.since).where(e.id == self.episode(season, number))).one()
            return row[0], row[1]

    def here(self, *places: tuple[int, int], at: datetime = START) -> None:
        """Let the files of episodes be in their folder."""
        self.ledger.record(
            Fact(self.episode(*one), at, source("Sonarr", ConnectionId(1)), Imported(7)) for one in places
        )

    def sums(self) -> list:
        with self.database.reading() as db:
            return [sorted(map(tuple, db.execute(select(table)))) for table in SUMS]

    def stays_when_made_anew(self) -> list:
        before = self.sums()
        self.store.rebuild()
        assert self.sums() == before
        return before
