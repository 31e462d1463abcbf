"""What waits for people in histories, by title, and what they said of titles."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, case, delete, func, insert, or_, select

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema_history_imports import history_imports, history_mappings, history_rows, known_shows
from episodarr.histories.import_model import (
    LIBRARY,
    OPEN,
    Choice,
    Outcome,
    ReviewGroup,
    Status,
    Suggestion,
    TitleMapping,
)
from episodarr.histories.metadata import ShowRef

_i, _r, _m, _k = history_imports.c, history_rows.c, history_mappings.c, known_shows.c
_suggestions = msgspec.json.Decoder(tuple[Suggestion, ...])
_OF_ONE = 20
"""Rows of a title that are looked at for suggestions."""
_MOST = 8


class Reviewing:
    """Part of StoredHistoryImports."""

    _database: Database

    def review(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[ReviewGroup], str | None]:
        """See ImportStore."""
        own = select(_i.id).where(_i.user_id == user_id, _i.status == Status.DONE.value)
        waits = and_(_r.import_id.in_(own), _r.outcome.in_([one.value for one in OPEN]))
        number = func.count()
        unmatched = func.sum(case((_r.outcome == Outcome.UNMATCHED.value, 1), else_=0))
        groups = select(_r.name, number.label("rows"), unmatched.label("unmatched")).where(waits).group_by(_r.name)
        found = groups.subquery()
        asked = select(found).order_by(found.c.rows.desc(), found.c.name).limit(limit + 1)
        if cursor:
            rows, name = opened(cursor, (int, str))
            asked = asked.where(or_(found.c.rows < rows, and_(found.c.rows == rows, found.c.name > name)))
        with self._database.reading() as db:
            page = db.execute(asked).all()
            following = cursor_of(page[limit - 1].rows, page[limit - 1].name) if len(page) > limit else None
            return [_group(db, waits, row) for row in page[:limit]], following


def _group(db: Connection, waits: Any, row: Any) -> ReviewGroup:
    some = select(_r.title, _r.why, _r.suggestions).where(waits, _r.name == row.name).limit(_OF_ONE)
    told = db.execute(some).all()
    suggestions: dict[ShowRef, Suggestion] = {}
    for one in told:
        for each in _suggestions.decode(one.suggestions) if one.suggestions else ():
            suggestions.setdefault(each.show, each)
    unmatched = int(row.unmatched or 0)
    return ReviewGroup(
        row.name,
        told[0].title,
        row.rows,
        row.rows - unmatched,
        unmatched,
        told[0].why,
        tuple(suggestions.values())[:_MOST],
    )


class StoredMappings:
    """MappingStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mappings(self, user_id: int | None, limit: int = 1000) -> list[TitleMapping]:
        """See MappingStore."""
        asked = _asked()
        if user_id is not None:
            asked = asked.where(or_(_m.user_id == user_id, _m.user_id.is_(None)))
        with self._database.reading() as db:
            return [_mapping(row) for row in db.execute(asked.order_by(_m.name, _m.id).limit(limit))]

    def of_names(self, user_id: int, names: Iterable[str]) -> Mapping[str, TitleMapping]:
        """See MappingStore."""
        found: dict[str, TitleMapping] = {}
        with self._database.reading() as db:
            if db.execute(select(_m.id).limit(1)).first() is None:
                return found
            for some in batches(names):
                asked = _asked().where(_m.name.in_(some), or_(_m.user_id == user_id, _m.user_id.is_(None)))
                for row in db.execute(asked.order_by(_m.user_id.is_not(None))):  # their own word comes last, and counts
                    found[row.name] = _mapping(row)
        return found

    def put(self, mapping: TitleMapping, show_id: int | None) -> TitleMapping:
        """See MappingStore."""
        mine = _m.user_id.is_(None) if mapping.user_id is None else _m.user_id == mapping.user_id
        row: dict[str, Any] = {
            "user_id": mapping.user_id,
            "name": mapping.name,
            "choice": mapping.choice.value,
            "show_id": show_id,
        }
        row |= {"season_offset": mapping.season_offset, "made_by": mapping.made_by, "made_at": mapping.made_at}
        with self._database.writing() as db:
            db.execute(delete(history_mappings).where(mine, _m.name == mapping.name))
            key = db.execute(insert(history_mappings).values(row)).inserted_primary_key
            assert key is not None  # noqa: S101  # a table with a key gives one
            return _mapping(db.execute(_asked().where(_m.id == key[0])).one())

    def remove(self, mapping_id: int) -> TitleMapping | None:
        """See MappingStore."""
        with self._database.writing() as db:
            row = db.execute(_asked().where(_m.id == mapping_id)).first()
            db.execute(delete(history_mappings).where(_m.id == mapping_id))
        return _mapping(row) if row is not None else None


def _asked() -> Select[Any]:
    columns = (_k.source, _k.source_id, _k.series_id, _k.title.label("show_title"))
    return select(history_mappings, *columns).outerjoin(known_shows, _k.id == _m.show_id)


def _mapping(row: Any) -> TitleMapping:
    show = None
    if row.source is not None:
        show = ShowRef(row.source, row.series_id or row.source_id if row.source == LIBRARY else row.source_id)
    return TitleMapping(
        row.id,
        row.user_id,
        row.name,
        Choice(row.choice),
        show,
        row.show_title or "",
        row.season_offset,
        row.made_by,
        row.made_at,
    )
