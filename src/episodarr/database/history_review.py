"""What waits for people in histories, by title, and what they said of titles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, false, func, insert, literal, or_, select

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import episodes
from episodarr.database.schema_history_imports import history_imports, history_mappings, history_rows, known_shows
from episodarr.histories.chosen import Chosen, joined_title
from episodarr.histories.import_model import (
    LIBRARY,
    OPEN,
    Choice,
    Outcome,
    ReviewGroup,
    ReviewTitle,
    Status,
    Suggestion,
    TitleMapping,
)
from episodarr.histories.metadata import ShowRef
from episodarr.histories.model import RowKind

_i, _r, _m, _k = history_imports.c, history_rows.c, history_mappings.c, known_shows.c
_e = episodes.c
TOLD = (_r.title, _r.told_season, _r.told_number, _r.episode_title)
"""All that a row tells of what it is."""
HOLDING_ROWS = [one.value for one in (Status.READING, Status.MATCHING, Status.DONE)]
"""Imports whose rows count; of those that run some may not be there yet."""
_suggestions = msgspec.json.Decoder(tuple[Suggestion, ...])
_OF_ONE = 20
"""Rows of a title that are looked at for suggestions."""
_MOST = 8


class Reviewing:
    """Part of StoredHistoryImports."""

    _database: Database

    def review(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[ReviewGroup], str | None]:
        """See ImportStore."""
        return self._grouped(_waits(user_id), limit, cursor)

    def films_by_name(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[ReviewGroup], str | None]:
        """See ImportStore."""
        return self._grouped(_taken_for_films(user_id), limit, cursor)

    def _grouped(
        self, which: ColumnElement[bool], limit: int, cursor: str | None
    ) -> tuple[list[ReviewGroup], str | None]:
        number = func.count()
        unmatched = func.sum(case((_r.outcome == Outcome.UNMATCHED.value, 1), else_=0))
        films = func.sum(case((_r.outcome == Outcome.FILM.value, 1), else_=0))
        groups = select(_r.name, number.label("rows"), unmatched.label("unmatched"), films.label("films"))
        found = groups.where(which).group_by(_r.name).subquery()
        asked = select(found).order_by(found.c.rows.desc(), found.c.name).limit(limit + 1)
        if cursor:
            rows, name = opened(cursor, (int, str))
            asked = asked.where(or_(found.c.rows < rows, and_(found.c.rows == rows, found.c.name > name)))
        with self._database.reading() as db:
            page = db.execute(asked).all()
            following = cursor_of(page[limit - 1].rows, page[limit - 1].name) if len(page) > limit else None
            return [_group(db, which, row) for row in page[:limit]], following

    def titles(
        self, user_id: int, name: str, limit: int, cursor: str | None, *, films: bool = False
    ) -> tuple[list[ReviewTitle], str | None]:
        """See ImportStore."""
        which = (_taken_for_films(user_id) if films else _waits(user_id)) & (_r.name == name)
        first = func.min(_r.id)
        days = (func.min(_r.watched_on).label("first_on"), func.max(_r.watched_on).label("last_on"))
        asked = select(first.label("first"), func.count().label("rows"), *days, *TOLD).where(which).group_by(*TOLD)
        if cursor:
            asked = asked.having(first > opened(cursor, (int,))[0])
        with self._database.reading() as db:
            page = db.execute(asked.order_by(first).limit(limit + 1)).all()
            firsts = select(_r.id, _r.outcome, _r.why, _r.suggestions).where(_r.id.in_([row.first for row in page]))
            of = {row.id: row for row in db.execute(firsts)}
        following = cursor_of(page[limit - 1].first) if len(page) > limit else None
        return [_title(row, of[row.first]) for row in page[:limit]], following


def _waits(user_id: int) -> ColumnElement[bool]:
    return and_(_r.import_id.in_(_own(user_id)), _r.outcome.in_([one.value for one in OPEN]))


def _taken_for_films(user_id: int) -> ColumnElement[bool]:
    """What is a film because neither the file nor a person says otherwise."""
    guessed = and_(_r.kind != RowKind.FILM.value, _r.way == "")
    return and_(_r.import_id.in_(_own(user_id)), _r.outcome == Outcome.FILM.value, guessed)


def _own(user_id: int) -> Select[Any]:
    return select(_i.id).where(_i.user_id == user_id, _i.status == Status.DONE.value)


def _group(db: Connection, which: ColumnElement[bool], row: Any) -> ReviewGroup:
    some = select(_r.title, _r.why, _r.suggestions).where(which, _r.name == row.name).limit(_OF_ONE)
    told = db.execute(some).all()
    suggestions: dict[ShowRef, Suggestion] = {}
    for one in told:
        for each in _suggestions.decode(one.suggestions) if one.suggestions else ():
            suggestions.setdefault(each.show, each)
    unmatched, films = int(row.unmatched or 0), int(row.films or 0)
    return ReviewGroup(
        row.name,
        told[0].title,
        row.rows,
        row.rows - unmatched - films,
        unmatched,
        told[0].why,
        tuple(suggestions.values())[:_MOST],
        films,
    )


def _title(row: Any, of: Any) -> ReviewTitle:
    return ReviewTitle(
        joined_title(row.title, row.told_season, row.told_number, row.episode_title),
        row.rows,
        date.fromisoformat(row.first_on),
        date.fromisoformat(row.last_on),
        Outcome(of.outcome),
        of.why,
        _suggestions.decode(of.suggestions) if of.suggestions else (),
    )


def rows_of_title(db: Connection, title: str, user_id: int | None) -> ColumnElement[bool]:
    """The rows of a user (None: of all) that tell just that, see `chosen.whole_title`; as a condition."""
    own = select(_i.id).where(_i.status.in_(HOLDING_ROWS))
    if user_id is not None:
        own = own.where(_i.user_id == user_id)
    # All that a row tells begins with its title: few are left to be put together here. One look through all rows finds
    # their names, by which the index finds them then.
    begins = func.substr(literal(title), 1, func.length(_r.title)) == _r.title
    told = db.execute(select(_r.name, *TOLD).where(_r.import_id.in_(own), begins).distinct()).all()
    same = [(name, each) for name, *each in told if joined_title(*each) == title]
    return _r.name.in_({name for name, _ in same}) & or_(false(), *(_tells(each) for _, each in same))


def _tells(told: Sequence[Any]) -> ColumnElement[bool]:
    return and_(*(column.is_not_distinct_from(value) for column, value in zip(TOLD, told, strict=True)))


class StoredMappings:
    """MappingStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mappings(self, user_id: int | None, limit: int = 1000) -> list[TitleMapping]:
        """See MappingStore."""
        asked = _asked()
        if user_id is not None:
            asked = asked.where(_counts_for(user_id))
        with self._database.reading() as db:
            return [_mapping(row) for row in db.execute(asked.order_by(_m.name, _m.id).limit(limit))]

    def of_names(self, user_id: int, names: Iterable[str]) -> Mapping[str, TitleMapping]:
        """See MappingStore."""
        found: dict[str, TitleMapping] = {}
        with self._database.reading() as db:
            if db.execute(select(_m.id).limit(1)).first() is None:
                return found
            for some in batches(names):
                asked = _asked().where(_m.name.in_(some), ~_m.whole_title, _counts_for(user_id))
                for row in db.execute(asked.order_by(_m.user_id.is_not(None))):  # their own word comes last, and counts
                    found[row.name] = _mapping(row)
        return found

    def of_titles(self, user_id: int) -> Mapping[str, Chosen]:
        """See MappingStore."""
        listed = and_(
            _e.series_id == _k.series_id,
            _e.season_number == _m.season,
            _e.episode_number == _m.number,
            _e.gone_at.is_(None),
        )
        asked = (
            select(_m.name, _m.choice, _m.made_by, _m.show_id, _m.season, _m.number, _e.id.label("episode_id"))
            .outerjoin(known_shows, _k.id == _m.show_id)
            .outerjoin(episodes, listed)
            .where(_m.whole_title, _counts_for(user_id))
        )
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(_m.user_id.is_not(None))).all()
        return {name: Chosen(Choice(choice), *others) for name, choice, *others in rows}

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
        row |= {"whole_title": mapping.whole_title, "season": mapping.season, "number": mapping.number}
        same = and_(mine, _m.name == mapping.name, _m.whole_title == mapping.whole_title)
        with self._database.writing() as db:
            db.execute(delete(history_mappings).where(same))
            key = db.execute(insert(history_mappings).values(row)).inserted_primary_key
            assert key is not None  # noqa: S101  # a table with a key gives one
            return _mapping(db.execute(_asked().where(_m.id == key[0])).one())

    def remove(self, mapping_id: int) -> TitleMapping | None:
        """See MappingStore."""
        with self._database.writing() as db:
            row = db.execute(_asked().where(_m.id == mapping_id)).first()
            db.execute(delete(history_mappings).where(_m.id == mapping_id))
        return _mapping(row) if row is not None else None


def _counts_for(user_id: int) -> ColumnElement[bool]:
    return or_(_m.user_id == user_id, _m.user_id.is_(None))


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
        row.whole_title,
        row.season,
        row.number,
    )
