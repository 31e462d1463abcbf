"""Which rows the Watching screens list: plays, and the latest plays that servers without a history tell of."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from episodarr.database.people import viewers_of
from episodarr.database.schema import connections, episodes
from episodarr.database.schema_people import people
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import play_items, play_viewers, played_episodes, plays
from episodarr.overview.plays import COUNTED, PlayFilter

_p, _i, _v, _c, _t = plays.c, play_items.c, play_viewers.c, connections.c, play_states.c
_KEY = (type_coerce(_p.started_at, BigInteger), _p.connection_id, _p.number, _p.viewer_id)
_STATE_KEY = (type_coerce(_t.last_at, BigInteger), _t.connection_id, -_t.item_id, _t.viewer_id)
"""Numbers below 0: no play has one."""
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_FEW = 500


class Part(NamedTuple):
    """Where rows come from, and which of them: the plays, or the latest ones that states tell of."""

    latest: Select[Any]
    key: tuple[Any, ...]
    where: list[ColumnElement[bool]]

    def listed(self, place: list[int] | None) -> Select[Any]:
        """The rows behind a place, the latest first."""
        asked = self.latest.where(*self.where).order_by(*(part.desc() for part in self.key))
        if place is None:
            return asked
        # The first part alone as well: both databases find the place in the index by it.
        return asked.where(self.key[0] <= place[0], tuple_(*self.key) < tuple_(*place))


def parts_of(db: Connection, wanted: PlayFilter) -> list[Part]:
    """Both sources, for each viewer of a person by themselves: there is an index for each."""
    viewers: list[int | None] = [None]
    if wanted.person:
        viewers = [*viewers_of(db, wanted.person)]
    of_plays, of_states = _where(db, wanted, plays), _where(db, wanted, play_states)
    found = []
    for viewer in viewers:
        mine = [] if viewer is None else [_p.viewer_id == viewer]
        theirs = [] if viewer is None else [_t.viewer_id == viewer]
        found += [Part(_latest(), _KEY, of_plays + mine), Part(_latest_states(), _STATE_KEY, of_states + theirs)]
    return found


def _where(db: Connection, wanted: PlayFilter, table: Table) -> list[ColumnElement[bool]]:
    c = table.c
    of_plays = table is plays
    at, item, watched = (_p.started_at, _p.item_id, _p.watched) if of_plays else (_t.last_at, _t.item_id, _t.played)
    where: list[ColumnElement[bool]] = []
    if not of_plays:
        told = select(_p.number).where(_p.item_id == _t.item_id, _p.viewer_id == _t.viewer_id)
        where += [_t.last_at.is_not(None), ~told.exists()]
    if wanted.connection_id is not None:
        where.append(c.connection_id == wanted.connection_id)
    elif of_plays:  # what two services tell of is told once
        where.append(_p.counted_by.is_(None))
    if wanted.start is not None or wanted.end is not None:
        # Both ends: with one alone SQLite would rather read all plays than a part of the index.
        where += [at >= (wanted.start or _FIRST), at < (wanted.end or _LAST)]
    if wanted.finished is not None:
        where.append(watched.is_(bool(wanted.finished)))
    if wanted.series_id is not None:
        of_series = select(played_episodes.c.item_id).join(episodes, episodes.c.id == played_episodes.c.episode_id)
        where.append(item.in_(of_series.where(episodes.c.series_id == wanted.series_id)))
    if sought := wanted.search.strip().lower():
        where.append(_called(db, sought, item))
    return where


def _called(db: Connection, sought: str, item: Any) -> ColumnElement[bool]:
    """What is called so: by the items where they are few, else item by item from the latest play on."""
    told = or_(*(func.lower(one).contains(sought, autoescape=True) for one in (_i.series_title, _i.title)))
    few = db.execute(select(_i.id).where(told).limit(_FEW + 1)).scalars().all()
    if len(few) <= _FEW:
        found: ColumnElement[bool] = item.in_(few)
        return found
    return select(_i.id).where(_i.id == item, told).exists()


def counted(db: Connection, parts: list[Part]) -> int:
    found = 0
    for part in parts:
        some = part.latest.with_only_columns(part.key[0]).where(*part.where).limit(COUNTED - found).subquery()
        found += db.execute(select(func.count()).select_from(some)).scalar() or 0
    return found


_OF_CONNECTION = (
    _c.name.label("connection"),
    _c.kind,
    _v.name.label("viewer"),
    _v.person_id,
    people.c.name.label("person"),
)


def _latest() -> Select[Any]:
    p = (_p.connection_id, _p.started_at, _p.stopped_at, _p.seconds, _p.percent, _p.watched, _p.item_id, _p.viewer_id)
    asked = select(*_keys(_KEY), *p, _p.number, *_OF_CONNECTION)
    return _told_by(asked, _p.connection_id, _p.viewer_id)


def _latest_states() -> Select[Any]:
    at = (_t.last_at.label("started_at"), _t.last_at.label("stopped_at"))
    far = (literal(0).label("seconds"), case((_t.played, 100), else_=0).label("percent"), _t.played.label("watched"))
    t = (_t.connection_id, *at, *far, _t.item_id, _t.viewer_id, (-_t.item_id).label("number"))
    return _told_by(select(*_keys(_STATE_KEY), *t, *_OF_CONNECTION), _t.connection_id, _t.viewer_id)


def _keys(key: tuple[Any, ...]) -> list[Any]:
    return [part.label(f"key_{place}") for place, part in enumerate(key)]


def _told_by(asked: Select[Any], connection: Any, viewer: Any) -> Select[Any]:
    return (
        asked.join(connections, _c.id == connection)
        .join(play_viewers, _v.id == viewer)
        .outerjoin(people, people.c.id == _v.person_id)
    )


def groups_of(parts: Sequence[Part]) -> Any:
    """Each play with all that resumed it."""
    found = []
    for part in parts:
        if part.key is _KEY:
            asked = select(_p.item_id, _p.viewer_id, func.sum(_p.seconds).label("seconds")).where(*part.where)
            found.append(asked.group_by(_p.connection_id, _p.first_number, _p.item_id, _p.viewer_id))
        else:
            found.append(select(_t.item_id, _t.viewer_id, literal(0).label("seconds")).where(*part.where))
    if not found:  # nobody is meant
        found.append(select(_p.item_id, _p.viewer_id, _p.seconds).where(false()))
    return union_all(*found).subquery()
