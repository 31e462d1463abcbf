"""Whether whoever asked for something has watched it all: known only of people who are known as viewers."""

from datetime import datetime, timedelta

import pytest
from candidate_house import ADA, BEN, CALM, GB, House, rule
from hand import Hand
from sqlalchemy import insert, select

from episodarr.database.engine import Database
from episodarr.database.people import StoredPeople
from episodarr.database.requests import StoredRequests
from episodarr.database.schema import connections
from episodarr.database.schema_deletion import held_files, held_seasons, held_series
from episodarr.deletion.holding import Level
from episodarr.deletion.model import About, Outcome, Question, Reading
from episodarr.deletion.rules import Not, RequesterWatched
from episodarr.episode.identity import ConnectionId
from episodarr.requests.model import (
    MediaRequest,
    MediaStatus,
    Requester,
    RequestNumber,
    Requests,
    RequestStatus,
    TmdbId,
    TvdbId,
)


class Asking:
    """The house with a request system, whose users 7 and 8 are the viewers 12 (Ada) and 13 (Ben); 9 is nobody."""

    def __init__(self, house: House, database: Database, clock: Hand) -> None:
        self.house, self.database, self.clock = house, database, clock
        self.store, self.people = StoredRequests(database, clock), StoredPeople(database, clock)
        now = clock()
        row = {"kind": "seerr", "name": "Seerr", "settings": "{}", "enabled": True, "from_environment": False}
        with database.writing() as db:
            made = db.execute(insert(connections).values(row | {"created_at": now, "updated_at": now}))
            self.seerr = ConnectionId(made.inserted_primary_key[0])
        house.readings_now.append(Reading(About.REQUESTS, self.seerr, "Seerr", now, 3600))

    def ask(self, *asked: tuple[int, tuple[int, ...] | None], show: int = 1, status: str = "approved") -> None:
        """Requests of users for seasons (None: all), the earliest first."""
        made = [self._one(number, user, seasons, show, status) for number, (user, seasons) in enumerate(asked, 1)]
        users = (Requester(7, "Ada", plex_id=12), Requester(8, "Ben", plex_id=13), Requester(9, "Cleo"))
        self.store.take(self.seerr, "Seerr", Requests(tuple(made), users=users), self.clock(), whole=True)
        self.store.match(self.seerr, {})
        self.people.settle()

    def _one(self, number: int, user: int, seasons: tuple[int, ...] | None, show: int, status: str) -> MediaRequest:
        at: datetime = self.clock() - timedelta(days=90 - number)
        told = (RequestStatus(status), 2, MediaStatus.AVAILABLE, 5, at, at)
        ids = (RequestNumber(number), TmdbId(0), TvdbId(1000 + show))
        return MediaRequest(*ids, f"user {user}", seasons, False, *told, requester_number=user)

    def told(self) -> dict[str, bool | None]:
        """What is kept of the first show: of the show, `S1`, and `S1E1`."""
        self.house.holdings.settle(None)
        s, n, f = held_series.c, held_seasons.c, held_files.c
        found: dict[str, bool | None] = {}
        with self.database.reading() as db:
            found["show"] = db.execute(select(s.requester_watched)).scalars().first()
            found |= {f"S{row[0]}": row[1] for row in db.execute(select(n.season_number, n.requester_watched))}
            files = select(f.season_number, f.number, f.requester_watched)
            found |= {f"S{row[0]}E{row[1]}": row[2] for row in db.execute(files)}
        return found


@pytest.fixture
def asking(database: Database, clock: Hand, sonarr: ConnectionId) -> Asking:
    return Asking(House(database, clock, sonarr), database, clock)


def test_whoever_asked_has_watched_it_all_or_not(asking: Asking) -> None:
    house = asking.house
    house.show(1, {(1, 1): GB, (1, 2): GB, (2, 1): GB})
    house.watch(1, 1, 1, ago=9)
    house.watch(1, 1, 2, ago=8)
    house.watch(1, 2, 1, ago=7, by=BEN)
    assert set(asking.told().values()) == {None}, "nobody asked"
    asking.ask((7, None))
    expected = {"show": False, "S1": True, "S2": False, "S1E1": True, "S1E2": True, "S2E1": False}
    assert asking.told() == expected
    house.watch(1, 2, 1, ago=1, whole=False)
    assert asking.told() == expected, "not to the end"
    house.watch(1, 2, 1, ago=0)
    assert set(asking.told().values()) == {True}


def test_the_latest_request_counts_for_each_season(asking: Asking) -> None:
    house = asking.house
    house.show(1, {(0, 1): GB, (1, 1): GB, (2, 1): GB})
    house.watch(1, 1, 1, ago=9)
    house.watch(1, 2, 1, ago=9, by=BEN)
    asking.ask((7, None), (8, (2,)))
    told = {"show": False, "S0": None, "S1": True, "S2": True, "S0E1": None, "S1E1": True, "S2E1": True}
    assert asking.told() == told
    asking.ask((7, None), (8, (1, 2)))
    assert asking.told()["S1"] is False
    asking.ask((7, (1,)), (9, (1,)))
    assert asking.told()["S1"] is None, "the latest one is nobody's whom any history knows"
    assert asking.told()["show"] is None


def test_a_request_that_was_declined_or_is_gone_counts_no_more(asking: Asking) -> None:
    house = asking.house
    house.show(1, {(1, 1): GB})
    house.watch(1, 1, 1, ago=9)
    asking.ask((7, (1,)))
    assert asking.told()["S1"] is True
    asking.ask((7, (1,)), status="declined")
    assert asking.told()["S1"] is None
    asking.ask((7, (1,)))
    assert asking.told()["S1"] is True
    asking.ask()
    assert asking.told()["S1"] is None


def test_who_somebody_is_can_be_said_later(asking: Asking) -> None:
    house = asking.house
    house.show(1, {(1, 1): GB})
    house.watch(1, 1, 1, ago=9)
    asking.ask((9, (1,)))
    assert asking.told()["S1"] is None
    accounts = [one for person in asking.people.people(100).people for one in person.accounts]
    keys = {one.name: one.key for one in accounts}
    asking.people.join(keys["Cleo"], keys[ADA.name], "anna")
    assert asking.told()["S1"] is True
    asking.people.split(keys["Cleo"], "anna")
    assert asking.told()["S1"] is None


def test_nothing_is_concluded_from_old_requests_or_plays(asking: Asking) -> None:
    """Neither the condition nor its opposite makes a candidate while a service is behind."""
    house = asking.house
    house.show(1, {(1, 1): GB})
    house.show(2, {(1, 1): GB})
    house.watch(1, 1, 1, ago=9)
    house.watch(2, 1, 1, ago=9, by=BEN)
    asking.ask((7, None))
    watched = rule(Level.SHOW, RequesterWatched())
    unseen = rule(Level.SHOW, Not(RequesterWatched()), unless=CALM)
    assert (house.found(watched), house.found(unseen)) == (["Show 1"], [])
    asking.ask((8, None))
    assert (house.found(watched), house.found(unseen)) == ([], ["Show 1"])
    asking.clock.forward(hours=2)
    for one in (watched, unseen):
        totals = house.propose.preview(one, Question()).totals
        assert totals[Outcome.CANDIDATE].count == 0
        assert totals[Outcome.UNKNOWN].count == 2
