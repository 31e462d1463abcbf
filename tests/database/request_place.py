"""A catalogue, and a request system in the hand of a test that is followed over it."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
from answers import entry, episode, episodes, series
from hand import Hand
from sqlalchemy import insert, select

from episodarr.catalogue.ports import ReadSeries
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.requests import StoredRequests
from episodarr.database.requests_overview import StoredRequestOverview
from episodarr.database.schema import connections, evidence
from episodarr.database.schema import episodes as episode_table
from episodarr.episode.identity import ConnectionId, source
from episodarr.episode.ledger import Ledger
from episodarr.overview.requests import RequestFilter
from episodarr.requests.follow import FollowRequests
from episodarr.requests.model import (
    MediaRequest,
    MediaStatus,
    RequestNumber,
    Requests,
    RequestStatus,
    Title,
    TmdbId,
    TvdbId,
)

START = datetime(2026, 1, 20, 10, tzinfo=UTC)


def asked(number: int, seasons: tuple[int, ...] | None = (1,), tvdb: int = 1001, **more) -> MediaRequest:
    at = START + timedelta(minutes=number)
    made = MediaRequest(
        RequestNumber(number),
        TmdbId(more.pop("tmdb", 0)),
        TvdbId(tvdb),
        "Ada",
        seasons,
        False,
        RequestStatus.APPROVED,
        2,
        MediaStatus.PROCESSING,
        3,
        at,
        at,
    )
    return msgspec.structs.replace(made, **more)


class Service:
    """A request system that says what the test puts into it."""

    def __init__(self) -> None:
        self.held: dict[int, MediaRequest] = {}
        self.titles: dict[int, Title] = {}
        self.looked: list[int] = []

    def hold(self, *requests: MediaRequest) -> None:
        self.held |= {one.number: one for one in requests}

    async def all_requests(self) -> Requests:
        return Requests(tuple(self.held.values()), 3)

    async def requests_since(self, at: datetime) -> Requests:
        return Requests(tuple(one for one in self.held.values() if one.updated_at >= at))

    async def title(self, tmdb: TmdbId) -> Title | None:
        self.looked.append(tmdb)
        return self.titles.get(tmdb)


class Place:
    """A catalogue, and a follower of one request system over it."""

    def __init__(self, database: Database, clock: Hand) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(Books(database, clock), clock, lambda judged: None)
        self.catalogue = StoredCatalogue(database, self.ledger, clock)
        self.store = StoredRequests(database, clock)
        self.overview = StoredRequestOverview(database)
        self.service = Service()
        self.addresses: dict[ConnectionId, str] = {}
        self.connection = self.connect("seerr", "Seerr")
        self.changed: list[int] = []
        self.follower = self.follow()

    def connect(self, kind: str, name: str) -> ConnectionId:
        now = self.clock()
        row = {"kind": kind, "name": name, "settings": '{"url":"http://here:1/"}', "enabled": True}
        row |= {"from_environment": False, "created_at": now, "updated_at": now}
        with self.database.writing() as db:
            return ConnectionId(db.execute(insert(connections).values(row)).inserted_primary_key[0])

    def follow(self) -> FollowRequests:
        return FollowRequests(
            self.connection,
            "Seerr",
            self.service,
            self.store,
            self.ledger,
            self.changed.extend,
            lambda: self.addresses,
            timedelta(minutes=10),
            self.clock,
        )

    def shelve(self, sonarr: ConnectionId, number: int, counts: dict[int, int], **more: int) -> None:
        """Have a Sonarr list a series with so many episodes in each season."""
        listed = [{"seasonNumber": one, "monitored": False, "statistics": {}} for one in counts]
        one = entry(series(number, seasons=listed, **more))
        self.catalogue.write_listing(sonarr, [(one, one.decode())], (), self.clock())
        rows = [
            episode(place, season=season, id_=number * 10_000 + season * 100 + place, monitored=False)
            for season, count in counts.items()
            for place in range(1, count + 1)
        ]
        key = self.catalogue.known_series(sonarr)[number].id
        self.catalogue.write_episodes(source("Sonarr", sonarr), [ReadSeries(key, episodes(rows, []))], self.clock())

    def poll(self, *, whole: bool = False) -> int:
        """One look, of the whole when asked."""
        if whole:
            self.clock.forward(minutes=11)
        return asyncio.run(self.follower.poll())

    def states(self, sonarr: ConnectionId, number: int) -> dict[tuple[int, int], str]:
        e = episode_table.c
        key = self.catalogue.known_series(sonarr)[number].id
        with self.database.reading() as db:
            asked_for = select(e.season_number, e.episode_number, e.state).where(e.series_id == key)
            return {(row[0], row[1]): row[2] for row in db.execute(asked_for)}

    def requested(self, sonarr: ConnectionId, number: int) -> set[tuple[int, int]]:
        """The episodes that stand as requested."""
        return {place for place, state in self.states(sonarr, number).items() if state == "requested"}

    def cards(self, **wanted: str) -> list:
        return self.overview.requests(RequestFilter(**wanted), 100, None).items

    def said(self) -> int:
        with self.database.reading() as db:
            return len(db.execute(select(evidence.c.episode_id).where(evidence.c.kind == "requested")).all())
