"""What episodes are told of their leaving, and what the media servers call what leaves."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    delete,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.schema import Instant, episodes, evidence
from episodarr.database.schema_consent import leavings, leavings_told
from episodarr.database.schema_deletion import held_files, rules
from episodarr.database.schema_movies import movie_copies
from episodarr.deletion.arming import Told
from episodarr.deletion.holding import Level
from episodarr.episode.facts import InLibrary, decode

_l, _t, _e, _f = leavings.c, leavings_told.c, episodes.c, held_files.c


class LeavingsTold:
    """That part of LeavingStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def untold(self, limit: int, series: Collection[int] | None = None) -> list[Told]:
        """See LeavingStore."""
        wanted = _to_tell(series).subquery()
        w = wanted.c
        differs = or_(_t.episode_id.is_(None), _t.leaves_at != w.leaves_at, _t.rule != w.rule)
        news = (
            select(w.episode_id, type_coerce(w.leaves_at, Instant).label("leaves_at"), w.rule, false().label("gone"))
            .outerjoin(leavings_told, _t.episode_id == w.episode_id)
            .where(differs)
            .order_by(w.episode_id)
            .limit(limit)
        )
        stays = (
            select(_t.episode_id, null().label("leaves_at"), literal("").label("rule"), _e.file_id.is_(None))
            .join(episodes, _e.id == _t.episode_id)
            .outerjoin(wanted, w.episode_id == _t.episode_id)
            .where(w.episode_id.is_(None), *([] if series is None else [_e.series_id.in_(series)]))
            .order_by(_t.episode_id)
            .limit(limit)
        )
        with self._database.reading() as db:
            rows = [*db.execute(news), *db.execute(stays)][:limit]
        return [Told(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def tell(self, told: Iterable[Told]) -> None:
        """See LeavingStore."""
        kinds = sqlite if self._database.is_sqlite else postgresql
        added: Any = kinds.insert(leavings_told)
        kept = {"leaves_at": added.excluded.leaves_at, "rule": added.excluded.rule}
        statement = added.on_conflict_do_update(index_elements=["episode_id"], set_=kept)
        told = list(told)
        rows = [
            {"episode_id": one.episode_id, "leaves_at": one.on, "rule": one.rule}
            for one in told
            if one.on is not None and not one.gone
        ]
        with self._database.writing() as db:
            for some in batches(rows):
                db.execute(statement, some)
            for ids in batches(one.episode_id for one in told if one.on is None or one.gone):
                db.execute(delete(leavings_told).where(_t.episode_id.in_(ids)))

    def items(self, limit: int) -> dict[int, set[str]]:
        """See LeavingStore."""
        found: dict[int, set[str]] = defaultdict(set)
        with self._database.reading() as db:
            leaving = list(db.execute(select(_t.episode_id).order_by(_t.leaves_at).limit(limit)).scalars())
            for some in batches(leaving):
                said = select(evidence.c.source, evidence.c.what).where(
                    evidence.c.episode_id.in_(some), evidence.c.kind == "in_library"
                )
                for source, text in db.execute(said):
                    what = decode(text)
                    connection = source.partition("/")[0].rpartition(":")[2]
                    if isinstance(what, InLibrary) and what.item_id and what.playable and connection.isdecimal():
                        found[int(connection)].add(what.item_id)
            copies = movie_copies.c
            films = (
                select(copies.connection_id, copies.external_id)
                .join(leavings, _l.movie_id == copies.movie_id)
                .where(_l.leaves_at.is_not(None), ~copies.manager, copies.has_file, copies.gone_at.is_(None))
                .limit(limit)
            )
            for connection_id, item in db.execute(films):
                found[connection_id].add(item)
        return dict(found)


def _to_tell(series: Collection[int] | None) -> Select[Any]:
    """Each episode that leaves, when, and by which rule: the first of those that it leaves by."""
    at = type_coerce(_l.leaves_at, BigInteger)
    base = [_e.id.label("episode_id"), at.label("at"), rules.c.name.label("rule")]
    filed = and_(_e.gone_at.is_(None), _e.file_id.is_not(None))
    stays = func.coalesce(or_(_f.from_start <= _l.keep_first, _f.from_end <= _l.keep_last), false())
    parts = []
    for level in (Level.SHOW, Level.SEASON, Level.EPISODE):
        of = select(*base).select_from(leavings).join(rules, rules.c.id == _l.rule_id)
        of = of.join(episodes, _e.series_id == _l.series_id)
        if level is Level.EPISODE:
            of = of.where(_e.file_id == _l.holding_id)
        else:
            held = and_(_f.series_id == _e.series_id, _f.season_number == _e.season_number, _f.file_id == _e.file_id)
            of = of.outerjoin(held_files, held).where(~stays)
        if series is not None:
            of = of.where(_l.series_id.in_(series))
        if level is Level.SEASON:
            of = of.where(_e.season_number == _l.season_number)
        parts.append(of.where(_l.leaves_at.is_not(None), _l.level == level.value, filed))
    every = union_all(*parts).subquery()
    rank = func.row_number().over(partition_by=every.c.episode_id, order_by=[every.c.at, every.c.rule])
    ranked = select(every.c.episode_id, every.c.at, every.c.rule, rank.label("place")).subquery()
    r = ranked.c
    return select(r.episode_id, r.at.label("leaves_at"), r.rule).where(r.place == literal_column("1"))
