"""What was played and by whom, as rows that others refer to: found by what stays the same of it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import play_items, play_viewers, plays
from episodarr.episode.identity import ConnectionId
from episodarr.watching.model import ItemKind, Play, PlayedItem, Viewer

_KEPT_IN_MIND = 300_000
_ITEM = (
    "kind",
    "key",
    "series_key",
    "series_title",
    "season",
    "number",
    "title",
    "year",
    "aired_on",
    "tvdb_id",
    "series_tvdb_id",
    "series_tmdb_id",
)
_members = attrgetter(*_ITEM[1:])
_ADD_ITEM = insert(play_items)
_ADD_VIEWER = insert(play_viewers)
_CHANGE_ITEM = (
    update(play_items)
    .where(play_items.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in (*_ITEM, "told_by")})
)
PRESENT = 2**62
"""In place of a play's number: the item is described as it is now, whatever its latest play said."""
PASSING = -1
"""In place of a play's number: it is described only as long as nothing else describes it."""
Described = Mapping[str, tuple[int, PlayedItem]]
"""Items by their identity, with the number of the play that describes them."""


class Held(msgspec.Struct, gc=False):
    """A stored item: its key, what described it last, how, and under which identity."""

    id: int
    told_by: int
    told: tuple[Any, ...]
    identity: str
    seen: PlayedItem | None = None
    """What was found to be the same: most pages tell of items that the page before told of."""

    def same(self, item: PlayedItem) -> bool:
        """Whether it is described just so."""
        if self.seen is item or self.seen == item:
            return True
        if self.told != _told(item):
            return False
        self.seen = item
        return True

    def outdated(self, identity: str, number: int, item: PlayedItem) -> bool:
        """Whether what is told is a later description; one that names no guid does not replace one that does."""
        return self.identity == identity and number >= self.told_by and not self.same(item)


Learned = dict[tuple[int, str], Held]
"""What a transaction found out; kept in mind once it was committed."""


class Register:
    """The items and viewers of all connections."""

    def __init__(self) -> None:
        self._items: Learned = {}
        self._joining = False
        self.generation = 0
        """Grows when rows were joined: what was looked up before may be gone."""

    def remember(self, learned: Learned, generation: int) -> None:
        """Keep in mind what was found or committed since `generation`; readers and a writer may be at work at once."""
        if self._joining:
            self._joining = False
            self.generation += 1
            self._items.clear()
        elif generation != self.generation:
            return
        elif len(self._items) > _KEPT_IN_MIND:
            self._items.clear()
        self._items.update(learned)

    def find_viewers(
        self, db: Connection, connection: ConnectionId, viewers: Iterable[str]
    ) -> dict[str, tuple[int, str]]:
        """The keys and names of those that are known, by the source's own ids."""
        v = play_viewers.c
        found: dict[str, tuple[int, str]] = {}
        for some in batches(set(viewers)):
            asked = select(v.viewer, v.id, v.name).where(v.connection_id == connection, v.viewer.in_(some))
            found |= {row[0]: (row[1], row[2]) for row in db.execute(asked)}
        return found

    def know_viewers(self, db: Connection, connection: ConnectionId, viewers: Sequence[Viewer]) -> dict[str, int]:
        """The keys of viewers, each named once; new ones are added, and names brought up to date."""
        names = [one.id for one in viewers]
        held = self.find_viewers(db, connection, names)
        for one in viewers:
            if one.id not in held:
                db.execute(_ADD_VIEWER.values(connection_id=connection, viewer=one.id, name=one.name))
            elif one.name and held[one.id][1] != one.name:
                db.execute(update(play_viewers).where(play_viewers.c.id == held[one.id][0]).values(name=one.name))
        return {name: row[0] for name, row in self.find_viewers(db, connection, names).items()}

    def find_items(
        self, db: Connection, connection: ConnectionId, items: Mapping[str, PlayedItem], learned: Learned
    ) -> dict[str, Held]:
        """The stored ones of the given items, by what stays the same of them."""
        found = {name: held for name in items if (held := self._items.get((connection, name))) is not None}
        i = play_items.c
        for some in batches(items.keys() - found.keys()):
            for held in _rows(db, i.connection_id == connection, i.identity.in_(some)):
                found[held.identity] = learned[connection, held.identity] = held
        blank = [one for name, one in items.items() if name not in found and one.lasting_key and not one.guid]
        for name, held in _known_otherwise(db, connection, blank).items():
            found[name] = learned[connection, name] = held
        return found

    def know_items(
        self, db: Connection, connection: ConnectionId, described: Described, learned: Learned
    ) -> tuple[dict[str, int], int, set[int]]:
        """Their keys, how many are new or described differently, and those that another one was joined into."""
        whole = {name: item for name, (_, item) in described.items()}
        joined = _join(db, connection, [one for one in whole.values() if one.lasting_key and one.guid])
        if joined is None:
            joined = set()
        else:
            self._joining = True
            self._items.clear()
        held = self.find_items(db, connection, whole, learned)
        i = play_items.c
        new = [name for name in described if name not in held]
        if new:
            rows = [(connection, name, *_told(whole[name]), max(_number(described[name][0]), 0), 0) for name in new]
            last = db.execute(select(func.max(i.id))).scalar() or 0
            run_many(db, _ADD_ITEM, ("connection_id", "identity", *_ITEM, "told_by", "pending"), rows)
            # Writers take turns: what is later than the last one before is what was just written.
            added = db.execute(select(i.id, i.identity).where(i.id > last, i.connection_id == connection)).all()
            at = {identity: number for number, identity in added}
            for row in rows:
                name = row[1]
                held[name] = learned[connection, name] = Held(at[name], row[-2], row[2:-2], name, whole[name])
        changed = [
            (held[name].id, *_told(item), max(_number(number), held[name].told_by))
            for name, (number, item) in described.items()
            if held[name].outdated(name, number, item)
        ]
        run_many(db, _CHANGE_ITEM, ("b_id", *(f"b_{name}" for name in _ITEM), "b_told_by"), changed)
        ids = {one.id: name for name, one in held.items() if one.identity == name}
        for row in changed:
            name = ids[row[0]]
            learned[connection, name] = Held(row[0], row[-1], tuple(row[1:-1]), name)
        return {name: one.id for name, one in held.items()}, len(new) + len(changed), joined


def as_known(db: Connection, connection: ConnectionId, told: Sequence[Play]) -> Sequence[Play]:
    """Plays told without a guid stay what they were when they were told with one: their item is gone meanwhile."""
    blank = {play.id for play in told if not play.item.guid}
    if not blank:
        return told
    p, i = plays.c, play_items.c
    known: dict[tuple[int, Any], PlayedItem] = {}
    for some in batches(blank):
        asked = select(p.number, p.started_at, i.identity, *(i[name] for name in _ITEM)).join(
            play_items, i.id == p.item_id
        )
        for number, started_at, identity, *values in db.execute(
            asked.where(p.connection_id == connection, p.number.in_(some))
        ):
            if not identity.startswith("key:"):
                kept = dict(zip(_ITEM, values, strict=True))
                known[number, started_at] = PlayedItem(**kept | {"kind": ItemKind(kept["kind"])}, guid=identity)
    return [
        msgspec.structs.replace(play, item=held) if (held := known.get((play.id, play.started_at))) else play
        for play in told
    ]


def _number(number: int) -> int:
    return 0 if number == PRESENT else number


def _told(item: PlayedItem) -> tuple[Any, ...]:
    return (item.kind.value, *_members(item))


def _rows(db: Connection, *conditions: Any) -> list[Held]:
    i = play_items.c
    asked = select(i.id, i.told_by, i.identity, *(i[name] for name in _ITEM)).where(*conditions).order_by(i.id)
    return [Held(row[0], row[1], tuple(row[3:]), row[2]) for row in db.execute(asked).all()]


def _known_otherwise(db: Connection, connection: ConnectionId, blank: Sequence[PlayedItem]) -> dict[str, Held]:
    """Items of which only the key is told: those of the same key, else those of the same name and number."""
    found: dict[str, Held] = {}
    i = play_items.c
    for some in batches({one.key for one in blank}):
        for held in _rows(db, i.connection_id == connection, i.key.in_(some)):
            found[f"key:{held.told[1]}"] = held
    rest = {
        (one.kind.value, one.series_title, one.season, one.number): one.identity
        for one in blank
        if one.identity not in found and one.series_title and one.number is not None
    }
    for titles in batches({place[1] for place in rest}):
        for held in _rows(db, i.connection_id == connection, i.series_title.in_(titles)):
            kind, _, _, title, season, number = held.told[:6]
            name = rest.get((kind, title, season, number))
            if name is not None:
                found[name] = held
    return found


def _join(db: Connection, connection: ConnectionId, items: Sequence[PlayedItem]) -> set[int] | None:
    """Give rows of these keys the identity that is told now; None: nothing was to be done.

    Where the identity has a row already, all that is known of the other one goes over to it.
    """
    i = play_items.c
    wanted = {one.key: one.identity for one in items}
    of_key: dict[int, tuple[str, str]] = {}
    for some in batches(wanted):
        asked = select(i.id, i.identity, i.key).where(i.connection_id == connection, i.key.in_(some))
        of_key |= {row[0]: (row[1], wanted[row[2]]) for row in db.execute(asked) if row[1] != wanted[row[2]]}
    if not of_key:
        return None
    held: dict[str, int] = {}
    for names in batches({identity for _, identity in of_key.values()}):
        asked = select(i.identity, i.id).where(i.connection_id == connection, i.identity.in_(names))
        held |= {row[0]: row[1] for row in db.execute(asked)}
    joined = set()
    for item, (_, identity) in sorted(of_key.items()):
        into = held.setdefault(identity, item)
        if into == item:
            db.execute(update(play_items).where(i.id == item).values(identity=identity))
            continue
        db.execute(update(plays).where(plays.c.item_id == item).values(item_id=into))
        other = play_states.alias()
        there = exists(
            select(other.c.item_id).where(other.c.item_id == into, other.c.viewer_id == play_states.c.viewer_id)
        )
        db.execute(update(play_states).where(play_states.c.item_id == item, ~there).values(item_id=into))
        db.execute(delete(play_items).where(i.id == item))
        joined.add(into)
    return joined


def described(told: Iterable[Play]) -> dict[str, tuple[int, PlayedItem]]:
    """Each item as the latest play describes it."""
    found: dict[str, tuple[int, PlayedItem]] = {}
    for play in told:
        item = play.item
        held = found.get(name := item.identity)
        if held is None or play.id >= held[0]:
            found[name] = (play.id, item)
    return found


def named(told: Iterable[Play]) -> list[Viewer]:
    """Each viewer as the latest play names them."""
    found: dict[str, tuple[int, Viewer]] = {}
    for play in told:
        held = found.get(play.viewer.id)
        if held is None or play.id > held[0]:
            found[play.viewer.id] = (play.id, play.viewer)
    return [one for _, one in found.values()]
