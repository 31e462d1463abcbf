"""Rules of deletion, and what they never touch."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from episodarr.database.engine import Database
from episodarr.database.holdings import mark
from episodarr.database.schema import episodes, seasons, series
from episodarr.database.schema_deletion import protections, rules
from episodarr.database.schema_movies import movies
from episodarr.deletion.model import NamedRule, Protection, Target
from episodarr.deletion.rules import Rule

_MOST = 500
_bodies = msgspec.json.Decoder(Rule)
_r, _p = rules.c, protections.c


class StoredRules:
    """RuleStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rules(self) -> list[NamedRule]:
        """See RuleStore."""
        with self._database.reading() as db:
            return [_named(row) for row in db.execute(select(rules).order_by(_r.folded_name).limit(_MOST))]

    def rule(self, rule_id: int) -> NamedRule | None:
        """See RuleStore."""
        with self._database.reading() as db:
            row = db.execute(select(rules).where(_r.id == rule_id)).first()
        return _named(row) if row is not None else None

    def add_rule(self, name: str, rule: Rule, by: str, now: datetime) -> NamedRule | None:
        """See RuleStore."""
        with self._database.writing() as db:
            if _taken(db, name, None):
                return None
            row = _row(name, rule) | {"made_by": by, "created_at": now, "updated_at": now}
            made = db.execute(insert(rules).values(row).returning(*rules.columns)).one()
        return _named(made)

    def change_rule(self, rule_id: int, name: str, rule: Rule, now: datetime) -> NamedRule | None:
        """See RuleStore."""
        with self._database.writing() as db:
            if _taken(db, name, rule_id):
                return None
            changed = update(rules).where(_r.id == rule_id).values(_row(name, rule) | {"updated_at": now})
            row = db.execute(changed.returning(*rules.columns)).first()
        if row is None:
            raise LookupError(f"There is no rule {rule_id}")
        return _named(row)

    def remove_rule(self, rule_id: int) -> bool:
        """See RuleStore."""
        with self._database.writing() as db:
            return db.execute(delete(rules).where(_r.id == rule_id)).rowcount > 0

    def protections(self, limit: int) -> list[Protection]:
        """See RuleStore."""
        return self._protections(limit)

    def protections_of(self, series_id: int | None, movie_id: int | None, limit: int) -> list[Protection]:
        """See RuleStore."""
        return self._protections(limit, _p.series_id == series_id if movie_id is None else _p.movie_id == movie_id)

    def _protections(self, limit: int, *of: ColumnElement[bool]) -> list[Protection]:
        title = func.coalesce(series.c.title, movies.c.title, "")
        e = episodes.c
        asked = (
            select(protections, title.label("title"), e.season_number.label("of_season"), e.episode_number)
            .outerjoin(series, series.c.id == _p.series_id)
            .outerjoin(movies, movies.c.id == _p.movie_id)
            .outerjoin(episodes, e.id == _p.episode_id)
            .where(*of)
            .order_by(_p.made_at.desc(), _p.id.desc())
            .limit(limit)
        )
        with self._database.reading() as db:
            return [
                Protection(row.id, _target(row), _titled(row), row.reason, row.made_by, row.made_at)
                for row in db.execute(asked)
            ]

    def protect(self, target: Target, reason: str, by: str, now: datetime) -> int:
        """See RuleStore."""
        with self._database.writing() as db:
            target = _found(db, target)
            same = [_p[name].is_not_distinct_from(value) for name, value in msgspec.structs.asdict(target).items()]
            held = db.execute(select(_p.id).where(*same)).scalar()
            if held is not None:
                return int(held)
            row = msgspec.structs.asdict(target) | {"reason": reason, "made_by": by, "made_at": now}
            made = db.execute(insert(protections).values(row).returning(_p.id)).scalar_one()
            mark(db, [target.series_id] if target.series_id is not None else [])
        return int(made)

    def unprotect(self, protection_id: int) -> bool:
        """See RuleStore."""
        with self._database.writing() as db:
            row = db.execute(delete(protections).where(_p.id == protection_id).returning(_p.series_id)).first()
            if row is not None and row[0] is not None:
                mark(db, [row[0]])
        return row is not None


def _row(name: str, rule: Rule) -> dict[str, Any]:
    return {"name": name, "folded_name": name.casefold(), "body": msgspec.json.encode(rule).decode()}


def _named(row: Any) -> NamedRule:
    return NamedRule(row.id, row.name, _bodies.decode(row.body), row.made_by, row.created_at, row.updated_at)


def _taken(db: Connection, name: str, besides: int | None) -> bool:
    asked = select(_r.id).where(_r.folded_name == name.casefold(), _r.id.is_distinct_from(besides))
    return db.execute(asked).first() is not None


def _target(row: Any) -> Target:
    return Target(row.series_id, row.season_number, row.episode_id, row.movie_id)


def _titled(row: Any) -> str:
    if row.episode_id is not None:
        return f"{row.title} S{row.of_season:02}E{row.episode_number:02}"
    return row.title if row.season_number is None else f"{row.title}, season {row.season_number}"


def _found(db: Connection, target: Target) -> Target:
    """The target, once it is known to exist; an episode brings its season. Raises LookupError."""
    if target.movie_id is not None:
        if db.execute(select(movies.c.id).where(movies.c.id == target.movie_id)).first() is None:
            raise LookupError(f"There is no movie {target.movie_id}")
        return target
    if db.execute(select(series.c.id).where(series.c.id == target.series_id)).first() is None:
        raise LookupError(f"There is no show {target.series_id}")
    if target.episode_id is not None:
        e = episodes.c
        asked = select(e.season_number).where(e.id == target.episode_id, e.series_id == target.series_id)
        season = db.execute(asked).scalar()
        if season is None:
            raise LookupError(f"There is no episode {target.episode_id} of that show")
        return msgspec.structs.replace(target, season_number=season)
    if target.season_number is not None:
        n = seasons.c
        asked = select(n.id).where(n.series_id == target.series_id, n.number == target.season_number)
        if db.execute(asked).first() is None:
            raise LookupError(f"There is no season {target.season_number} of that show")
    return target
