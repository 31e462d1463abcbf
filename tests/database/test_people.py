"""People on both databases: joined by what is certain, or by an administrator, and counted once."""

import msgspec
import pytest
from hand import Hand
from play_place import Place, play
from sqlalchemy import delete, insert, select

from episodarr.database.engine import Database
from episodarr.database.people import StoredPeople, know_requesters, viewers_of
from episodarr.database.schema import connections
from episodarr.database.schema_people import people
from episodarr.database.schema_watching import play_viewers
from episodarr.episode.identity import ConnectionId
from episodarr.requests.model import Requester
from episodarr.watching.model import Viewer

GUID = "0123456789abcdef0123456789abcdef"


class House:
    """Connections with viewers and users, and the book over them."""

    def __init__(self, database: Database, clock: Hand) -> None:
        self.database, self.clock = database, clock
        self.book = StoredPeople(database, clock)

    def connect(self, kind: str, name: str = "", url: str = "") -> ConnectionId:
        now = self.clock()
        settings = msgspec.json.encode({"url": url or f"http://{name or kind}:80"}).decode()
        row = {"kind": kind, "name": name or kind, "settings": settings, "enabled": True, "from_environment": False}
        with self.database.writing() as db:
            made = db.execute(insert(connections).values(row | {"created_at": now, "updated_at": now}))
            return ConnectionId(made.inserted_primary_key[0])

    def remove(self, connection: ConnectionId) -> None:
        with self.database.writing() as db:
            db.execute(delete(connections).where(connections.c.id == connection))

    def viewer(self, connection: ConnectionId, viewer: str, name: str) -> int:
        row = {"connection_id": connection, "viewer": viewer, "name": name}
        with self.database.writing() as db:
            return db.execute(insert(play_viewers).values(row)).inserted_primary_key[0]

    def who(self) -> list[set[str]]:
        """The accounts of each person, by the names of their connections and their own."""
        found = self.book.people(100).people
        return [{f"{account.connection} {account.name}" for account in one.accounts} for one in found]

    def key(self, account: str) -> str:
        accounts = [one for person in self.book.people(100).people for one in person.accounts]
        return next(one.key for one in accounts if f"{one.connection} {one.name}" == account)

    def ids(self) -> dict[int, int | None]:
        with self.database.reading() as db:
            return {row[0]: row[1] for row in db.execute(select(play_viewers.c.id, play_viewers.c.person_id))}


@pytest.fixture
def house(database: Database, clock: Hand) -> House:
    return House(database, clock)


def test_what_is_certain_is_joined_and_settled_once(house: House) -> None:
    tautulli, seerr, jellyfin = house.connect("tautulli"), house.connect("seerr"), house.connect("jellyfin")
    ada, ben = house.viewer(tautulli, "123", "ada"), house.viewer(tautulli, "124", "Ben")
    at_home = house.viewer(jellyfin, GUID, "Ada L")
    know_requesters(house.database, seerr, [Requester(7, "Ada", 123, GUID.upper()), Requester(8, "Cleo")])
    assert house.book.settle()
    assert house.who() == [{"tautulli ada", "seerr Ada", "jellyfin Ada L"}, {"tautulli Ben"}, {"seerr Cleo"}]
    ids = house.ids()
    assert ids[ada] == ids[at_home] is not None
    assert ids[ben] is None
    assert not house.book.settle(), "nothing changed"
    view = house.book.people(1)
    assert (len(view.people), view.more) == (1, 2)
    assert view.people[0].token == f"p{ids[ada]}"
    assert "the same Plex account" in view.people[0].accounts[1].reasons
    with house.database.reading() as db:
        assert viewers_of(db, f"p{ids[ada]}") == [ada, at_home]
        assert viewers_of(db, f"v{ben}") == [ben]
        for wrong in ("", "ada", "p", "v-1", "p" + "9" * 30):
            with pytest.raises(ValueError, match="person"):
                viewers_of(db, wrong)


def test_equal_names_wait_for_a_yes_or_a_no(house: House) -> None:
    tautulli, jellyfin = house.connect("tautulli"), house.connect("jellyfin")
    house.viewer(tautulli, "123", "Ada")
    house.viewer(jellyfin, GUID, "ada")
    assert not house.book.settle()
    (suggested,) = house.book.people(100).suggestions
    assert suggested.reason in {"both are called Ada", "both are called ada"}
    house.book.join(suggested.first.key, suggested.second.key, "anna")
    assert house.who() == [{"tautulli Ada", "jellyfin ada"}]
    assert house.book.people(100).suggestions == []
    house.book.split(suggested.first.key, "anna")
    assert len(house.who()) == 2
    assert house.book.people(100).suggestions == [], "it was said that they are two"
    with house.database.reading() as db:
        assert db.execute(select(people)).all() == []


def test_what_was_said_survives_that_a_service_is_removed_and_added_again(house: House) -> None:
    tautulli, jellyfin = house.connect("tautulli"), house.connect("jellyfin")
    house.viewer(tautulli, "123", "Ada")
    house.viewer(jellyfin, GUID, "adalovelace")
    house.book.join(house.key("tautulli Ada"), house.key("jellyfin adalovelace"), "anna")
    house.remove(jellyfin)
    assert house.book.settle()
    assert house.who() == [{"tautulli Ada"}]
    house.viewer(house.connect("jellyfin", "New", "http://moved:99"), GUID, "adalovelace")
    assert house.book.settle()
    assert house.who() == [{"tautulli Ada", "New adalovelace"}]


def test_an_automatic_joining_can_be_split_and_stays_so(house: House) -> None:
    tautulli, seerr = house.connect("tautulli"), house.connect("seerr", url="http://seerr:5055/")
    house.viewer(tautulli, "123", "Ada")
    know_requesters(house.database, seerr, [Requester(7, "Mum", 123)])
    house.book.settle()
    house.book.split(house.key("seerr Mum"), "anna")
    assert len(house.who()) == 2
    know_requesters(house.database, seerr, [Requester(7, "Mother", 123)])
    house.book.settle()
    assert house.who() == [{"tautulli Ada"}, {"seerr Mother"}]
    house.book.keep_apart(house.key("seerr Mother"), house.key("tautulli Ada"), "ben")
    assert len(house.who()) == 2
    house.book.join(house.key("seerr Mother"), house.key("tautulli Ada"), "ben")
    assert len(house.who()) == 1


def test_what_is_not_there_cannot_be_joined(house: House) -> None:
    house.viewer(house.connect("tautulli"), "123", "Ada")
    for act in (lambda: house.book.join("tautulli/123", "x", "anna"), lambda: house.book.split("x", "anna")):
        with pytest.raises(LookupError, match="no account x"):
            act()


def test_a_person_counts_once_among_the_viewers(database: Database, clock: Hand, sonarr: ConnectionId) -> None:
    place, book = Place(database, clock), StoredPeople(database, clock)
    place.shelve(sonarr)
    ada, other, ben = Viewer("123", "Ada"), Viewer("777", "Ada"), Viewer("9", "Ben")
    place.service.held = [play(1, viewer=ada), play(2, viewer=other), play(3, viewer=ben)]
    place.look()
    assert place.watching(1, 1).watching.viewers == 3
    book.join("tautulli/123", "tautulli/777", "anna")
    assert place.watching(1, 1).watching.viewers == 2
    place.service.held.append(play(4, viewer=other))
    place.look()
    assert (place.watching(1, 1).watching.viewers, place.watching(1, 1).watching.plays) == (2, 4)
    place.store.rebuild()
    assert place.watching(1, 1).watching.viewers == 2
    book.split("tautulli/777", "anna")
    assert place.watching(1, 1).watching.viewers == 3
