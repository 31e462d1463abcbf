"""People in the database: whose accounts belong together, and what administrators said of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.holdings import mark
from episodarr.database.schema import connections
from episodarr.database.schema_people import people, person_decisions, request_users
from episodarr.database.schema_requests import request_series
from episodarr.database.schema_watching import play_viewers
from episodarr.database.watching_sums import roll_up_viewers
from episodarr.episode.identity import ConnectionId
from episodarr.requests.follow import address_of
from episodarr.requests.model import Requester
from episodarr.watching.people import (
    Account,
    AccountView,
    Decision,
    Group,
    PeopleView,
    PersonView,
    Suggestion,
    called,
    groups_of,
    kept_ids,
    likenesses,
    requester_account,
    viewer_account,
)

_v, _u, _d, _c = play_viewers.c, request_users.c, person_decisions.c, connections.c
_MOST_SUGGESTIONS = 50


class StoredPeople:
    """PeopleBook on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def people(self, limit: int) -> PeopleView:
        """See PeopleBook."""
        with self._database.reading() as db:
            accounts, held = _accounts(db)
            decisions = _decisions(db)
        groups = groups_of(accounts, decisions)
        of = _by_key(accounts)
        found = [_person(group, of, held) for group in groups]
        found.sort(key=lambda one: (len(one.accounts) < 2, one.name.casefold(), one.accounts[0].key))
        suggestions = [
            Suggestion(_view(like.first), _view(like.second), like.reason)
            for like in likenesses(accounts, groups, decisions)[:_MOST_SUGGESTIONS]
        ]
        return PeopleView(found[:limit], suggestions, max(0, len(found) - limit))

    def settle(self) -> bool:
        """See PeopleBook."""
        with self._database.reading() as db:
            if not _changes(db)[0]:
                return False
        with self._database.writing() as db:
            return self._settle(db)

    def join(self, first: str, second: str, by: str) -> None:
        """See PeopleBook."""
        with self._database.writing() as db:
            one, other = _group(db, first), _group(db, second)
            self._say(db, one, other, together=True, by=by)
            self._settle(db)

    def keep_apart(self, first: str, second: str, by: str) -> None:
        """See PeopleBook."""
        with self._database.writing() as db:
            one, other = _group(db, first), _group(db, second)
            self._say(db, one, other, together=False, by=by)
            self._settle(db)

    def split(self, key: str, by: str) -> None:
        """See PeopleBook."""
        with self._database.writing() as db:
            others = [one for one in _group(db, key) if one != key]
            self._say(db, [key], others, together=False, by=by)
            self._settle(db)

    def _say(self, db: Connection, one: Iterable[str], other: Iterable[str], *, together: bool, by: str) -> None:
        pairs = {(min(a, b), max(a, b)) for a in one for b in other if a != b}
        now = self._clock()
        for first, second in sorted(pairs):
            db.execute(delete(person_decisions).where(_d.first == first, _d.second == second))
            row = {"first": first, "second": second, "together": together, "by": by[:200], "at": now}
            db.execute(insert(person_decisions).values(row))

    def _settle(self, db: Connection) -> bool:
        changed, named, unused = _changes(db)
        made: dict[int, int] = {}
        for number, name in sorted(named.items()):
            if number < 0:
                key = db.execute(insert(people).values(name=name, created_at=self._clock())).inserted_primary_key
                assert key is not None  # noqa: S101  # a table with a key gives one
                made[number] = int(key[0])
            else:
                db.execute(update(people).where(people.c.id == number).values(name=name))
        viewers = []
        for place, person in changed.items():
            value = made.get(person, person) if person is not None else None
            if place.startswith("v"):
                viewers.append(int(place[1:]))
                db.execute(update(play_viewers).where(_v.id == int(place[1:])).values(person_id=value))
            else:
                connection, _, told = place[1:].partition("/")
                user = (_u.connection_id == int(connection), _u.number == int(told))
                db.execute(update(request_users).where(*user).values(person_id=value))
        for some in batches(unused):
            db.execute(delete(people).where(people.c.id.in_(some)))
        if viewers:
            roll_up_viewers(db, viewers)
        if changed:  # whether who asked has watched it
            mark(db, db.execute(select(request_series.c.series_id).distinct()).scalars().all())
        return bool(changed or named or unused)


def know_requesters(database: Database, connection: ConnectionId, users: Sequence[Requester]) -> None:
    """Keep who asked in a request system. What is known already writes nothing."""
    with database.reading() as db:
        asked = select(_u.number, _u.name, _u.plex_id, _u.jellyfin_user).where(_u.connection_id == connection)
        held = {row[0]: Requester(*row) for row in db.execute(asked)}
    told = [one for one in users if held.get(one.number) != one]
    if not told:
        return
    of = {"b_connection": connection}
    rows = [of | {f"b_{name}": value for name, value in msgspec.structs.asdict(one).items()} for one in told]
    changing = update(request_users).where(
        _u.connection_id == bindparam("b_connection"), _u.number == bindparam("b_number")
    )
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in ("name", "plex_id", "jellyfin_user")}
    with database.writing() as db:
        stored = set(db.execute(select(_u.number).where(_u.connection_id == connection)).scalars())
        if new := [row for row in rows if row["b_number"] not in stored]:
            db.execute(insert(request_users), [{**_plain(row), "connection_id": connection} for row in new])
        if known := [row for row in rows if row["b_number"] in stored]:
            db.execute(changing.values(values), known)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("b_"): value for name, value in row.items() if name != "b_connection"}


def viewers_of(db: Connection, token: str) -> list[int]:
    """The viewers (play_viewers.id) whom a token means: `p3` a person, `v12` a viewer. Raises ValueError."""
    kind, number = token[:1], token[1:]
    if kind not in {"p", "v"} or not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise ValueError(f"person: {token!r} is none; take a token from /api/v1/people, such as p3 or v12")
    column = _v.person_id if kind == "p" else _v.id
    return list(db.execute(select(_v.id).where(column == int(number)).order_by(_v.id)).scalars())


def _accounts(db: Connection) -> tuple[list[Account], dict[str, int]]:
    """All accounts, and the person's id of each place that has one."""
    viewers = select(_v.id, _c.kind, _c.name, _c.settings, _v.viewer, _v.name, _v.person_id)
    found, held = [], {}
    for key, kind, connection, settings, viewer, name, person in db.execute(
        viewers.join(connections, _c.id == _v.connection_id)
    ):
        place = f"v{key}"
        found.append(viewer_account(place, kind, connection, _address(settings), viewer, name))
        if person is not None:
            held[place] = person
    asked = select(request_users, _c.kind, _c.name.label("connection"), _c.settings).join(
        connections, _c.id == _u.connection_id
    )
    for row in db.execute(asked):
        place = f"r{row.connection_id}/{row.number}"
        linked = (row.number, row.name, row.plex_id, row.jellyfin_user)
        found.append(requester_account(place, row.kind, row.connection, _address(row.settings), *linked))
        if row.person_id is not None:
            held[place] = row.person_id
    return found, held


def _address(settings: str) -> str:
    return address_of(str(msgspec.json.decode(settings).get("url", "")))


def _decisions(db: Connection) -> list[Decision]:
    asked = select(_d.first, _d.second, _d.together, _d.by, _d.at)
    return [Decision(*row) for row in db.execute(asked)]


def _changes(db: Connection) -> tuple[dict[str, int | None], dict[int, str], list[int]]:
    """Which places get which person (None: no longer any), what people are called anew, and who is nobody any more.

    New people have numbers below 0.
    """
    accounts, held = _accounts(db)
    of = _by_key(accounts)
    several = [[one for key in group.keys for one in of[key]] for group in groups_of(accounts, _decisions(db))]
    several = [group for group in several if len(group) > 1]
    kept = kept_ids([[one.place for one in group] for group in several], held)
    stored = {row[0]: row[1] for row in db.execute(select(people.c.id, people.c.name))}
    changed: dict[str, int | None] = dict.fromkeys(held)
    named: dict[int, str] = {}
    for number, group in enumerate(several):
        person = kept.get(number, 0)
        if person not in stored:
            person = -1 - number
        if stored.get(person) != (name := called(one.name for one in group)):
            named[person] = name
        for one in group:
            if held.get(one.place) == person:
                del changed[one.place]
            else:
                changed[one.place] = person
    unused = sorted(stored.keys() - set(kept.values()))
    return changed, named, unused


def _by_key(accounts: Iterable[Account]) -> dict[str, list[Account]]:
    of: dict[str, list[Account]] = defaultdict(list)
    for one in accounts:
        of[one.key].append(one)
    return of


def _group(db: Connection, key: str) -> Sequence[str]:
    """The keys of the person with this account. Raises LookupError."""
    for group in groups_of(_accounts(db)[0], _decisions(db)):
        if key in group.keys:
            return group.keys
    raise LookupError(f"There is no account {key}")


def _person(group: Group, of: dict[str, list[Account]], held: dict[str, int]) -> PersonView:
    accounts = [one for key in group.keys for one in sorted(of[key], key=lambda one: one.place)]
    person = next((held[one.place] for one in accounts if one.place in held), None)
    single = next((one.place for one in accounts if one.place.startswith("v")), "")
    reasons: dict[str, set[str]] = defaultdict(set)
    for tie in group.ties:
        reasons[tie.first].add(tie.reason)
        reasons[tie.second].add(tie.reason)
    views = [_view(one, sorted(reasons[one.key])) for one in accounts]
    return PersonView(
        f"p{person}" if person is not None and single else single, called(one.name for one in accounts), views
    )


def _view(one: Account, reasons: Sequence[str] = ()) -> AccountView:
    return AccountView(one.key, one.kind, one.connection, one.name, list(reasons))
