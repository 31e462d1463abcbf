"""What each user has seen, in the database: imported days and the plays of the person that the user is."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, delete, func, insert, or_, select, union

from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import cursors, episodes, seasons, series, users
from episodarr.database.schema_history_imports import (
    history_imports,
    history_people,
    known_shows,
    watched_days,
    watched_films,
)
from episodarr.database.schema_people import people
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import play_sums, play_viewers, played_episodes, plays
from episodarr.histories.import_model import LIBRARY, Status
from episodarr.histories.personal import Listing, Place, Shown, UserSums
from episodarr.histories.ports_personal import Film
from episodarr.histories.totals import Counted

_d, _f, _k, _s, _e = watched_days.c, watched_films.c, known_shows.c, series.c, episodes.c
_v, _y, _i = play_viewers.c, history_people.c, history_imports.c
_n = seasons.c
_SPECIALS = func.sum(case((_n.number == 0, _n.total_episode_count), else_=0))
"""Of a show whose seasons are listed."""
_COUNTED = "histories count for the server"
_MOST_VIEWERS = 200
_MOST_DAYS = 200_000


class StoredPersonal:
    """PersonalStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------------ who is who

    def person(self, user_id: int) -> str:
        """See PersonalStore."""
        with self._database.reading() as db:
            return db.execute(select(_y.person).where(_y.user_id == user_id)).scalar() or ""

    def link(self, user_id: int, person: str, by: str, now: datetime) -> None:
        """See PersonalStore."""
        with self._database.writing() as db:
            if person and not _viewers(db, person):
                raise LookupError(f"There is no person {person[:40]}")
            db.execute(delete(history_people).where(_y.user_id == user_id))
            if person:
                db.execute(insert(history_people).values(user_id=user_id, person=person, by=by, at=now))

    # ------------------------------------------------------------------ numbers

    def counts(self, user_id: int, series_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
        """See PersonalStore."""
        found: dict[int, tuple[int, int]] = {}
        with self._database.reading() as db:
            viewers = _viewers_of(db, user_id)
            for some in batches(sorted(series_ids)):
                parts = [_days_of(user_id, some)]
                if viewers:
                    parts.append(_plays_of(viewers, some))
                seen = union(*parts).subquery()  # each place of a show once
                specials = func.sum(case((seen.c.season == 0, 1), else_=0))
                asked = select(seen.c.series_id, func.count(), specials).group_by(seen.c.series_id)
                for series_id, number, special in db.execute(asked):
                    found[series_id] = (int(number) - int(special), int(special))
        return found

    def specials(self, series_ids: Collection[int]) -> Mapping[int, int]:
        """See PersonalStore."""
        found: dict[int, int] = {}
        with self._database.reading() as db:
            for some in batches(sorted(series_ids)):
                asked = select(_n.series_id, _SPECIALS).where(_n.series_id.in_(some)).group_by(_n.series_id)
                found |= {series_id: int(number) for series_id, number in db.execute(asked)}
        return found

    def users(self) -> list[int]:
        """Who may have a history."""
        with self._database.reading() as db:
            return list(db.execute(select(users.c.id).order_by(users.c.id)).scalars())

    def counts_for_server(self) -> bool:
        """Whether what histories tell was told to the ledger, too."""
        with self._database.reading() as db:
            return read_cursor(db, _COUNTED) is not None

    def count_for_server(self, *, counted: bool) -> None:
        """Remember whether it was."""
        with self._database.writing() as db:
            if counted:
                write_cursor(db, _COUNTED, "told")
            else:
                db.execute(delete(cursors).where(cursors.c.name == _COUNTED))

    def sums(self) -> list[UserSums]:
        """See PersonalStore."""
        done = select(func.count()).where(_i.user_id == users.c.id, _i.status == Status.DONE.value).scalar_subquery()
        days = select(func.count()).where(_d.user_id == users.c.id).scalar_subquery()
        films = select(func.count()).where(_f.user_id == users.c.id).scalar_subquery()
        with self._database.reading() as db:
            rows = db.execute(select(users.c.name, done, days, films).order_by(users.c.id).limit(1000))
            return [UserSums(*row) for row in rows]

    # ------------------------------------------------------------------ shows

    def shown(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[Shown], str | None]:
        """See PersonalStore."""
        last = func.max(_d.watched_on).label("last_on")
        grouped = select(_d.show_id, last).where(_d.user_id == user_id).group_by(_d.show_id).subquery()
        asked = select(known_shows, grouped.c.last_on).join(grouped, grouped.c.show_id == _k.id)
        if cursor:
            day, number = opened(cursor, (str, int))
            here = grouped.c.last_on
            asked = asked.where(or_(here < day, and_(here == day, _k.id < number)))
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(grouped.c.last_on.desc(), _k.id.desc()).limit(limit + 1)).all()
        following = cursor_of(rows[limit - 1].last_on, rows[limit - 1].id) if len(rows) > limit else None
        return [_shown(row, date.fromisoformat(row.last_on)) for row in rows[:limit]], following

    def show_of(self, *, series_id: int = 0, show_id: int = 0) -> Shown | None:
        """See PersonalStore."""
        asked = select(known_shows)
        if show_id:
            asked = asked.where(_k.id == show_id)
        else:
            asked = asked.where(_k.series_id == series_id).order_by(_k.id).limit(1)
        with self._database.reading() as db:
            row = db.execute(asked).first()
        return _shown(row, None) if row is not None else None

    def listings(self, series_ids: Collection[int]) -> Mapping[int, Listing]:
        """See PersonalStore."""
        asked = select(_s.id, _s.title, _s.year, _s.season_count, _s.aired_count, _s.episode_count, _s.synced_at)
        specials = self.specials(series_ids)
        found: dict[int, Listing] = {}
        for some in batches(sorted(series_ids)):
            with self._database.reading() as db:
                for row in db.execute(asked.where(_s.id.in_(some), _s.gone_at.is_(None))):
                    has = Counted(row.season_count, row.aired_count, row.episode_count, specials.get(row.id))
                    read = row.synced_at is not None
                    found[row.id] = Listing(row.title, row.year, has if read else Counted(), row.synced_at)
        return found

    def days(
        self, user_id: int, shows: Collection[int], series_ids: Collection[int], *, latest: bool
    ) -> Iterable[tuple[int, int | None, int, int, date]]:
        """See PersonalStore."""
        of = (_d.show_id, _k.series_id, _d.season, _d.number)
        which = or_(_k.id.in_(sorted(shows)), _k.series_id.in_(sorted(series_ids)))
        asked = select(*of, func.max(_d.watched_on) if latest else _d.watched_on)
        asked = asked.join(known_shows, _k.id == _d.show_id).where(_d.user_id == user_id, which)
        if latest:
            asked = asked.group_by(*of)
        with self._database.reading() as db:
            rows = db.execute(asked.limit(_MOST_DAYS)).all()
        return [
            (show, series_id, season, number, date.fromisoformat(day)) for show, series_id, season, number, day in rows
        ]

    def plays(self, user_id: int, series_ids: Collection[int], *, latest: bool) -> Iterable[tuple[int, int, int, date]]:
        """See PersonalStore."""
        of_series = (
            select(_e.series_id, _e.season_number, _e.episode_number, played_episodes.c.item_id)
            .join(episodes, _e.id == played_episodes.c.episode_id)
            .where(_e.series_id.in_(sorted(series_ids)), _e.gone_at.is_(None))
            .subquery()
        )
        place = (of_series.c.series_id, of_series.c.season_number, of_series.c.episode_number)
        p, t = plays.c, play_states.c
        found: list[tuple[int, int, int, date]] = []
        with self._database.reading() as db:
            viewers = _viewers_of(db, user_id) if series_ids else []
            if not viewers:
                return found
            for at, table, seen in (
                (p.stopped_at, plays, p.watched),
                (t.last_watched_at, play_states, and_(t.watched_plays > 0, t.last_watched_at.is_not(None))),
            ):
                asked = select(*place, func.max(at) if latest else at)
                asked = asked.join(table, table.c.item_id == of_series.c.item_id)
                asked = asked.where(table.c.viewer_id.in_(viewers), seen)
                if latest:
                    asked = asked.group_by(*place)
                for series_id, season, number, day in db.execute(asked.limit(_MOST_DAYS)):
                    found.append((series_id, season, number, day.date()))
        return found

    def orders(self, series_ids: Collection[int], now: datetime) -> Mapping[int, list[Place]]:
        """See PersonalStore."""
        place = (_e.series_id, _e.season_number, _e.episode_number)
        found: dict[int, list[Place]] = {}
        for some in batches(sorted(series_ids)):
            aired = select(*place).where(_e.series_id.in_(some), _e.gone_at.is_(None), _e.airs_at <= now)
            with self._database.reading() as db:
                for series_id, season, number in db.execute(aired.where(_e.season_number > 0).order_by(*place)):
                    found.setdefault(series_id, []).append((season, number))
        return found

    def films(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[Film], str | None]:
        """See PersonalStore."""
        asked = select(_f.name, _f.title, _f.watched_on).where(_f.user_id == user_id)
        if cursor:
            day, name = opened(cursor, (str, str))
            asked = asked.where(or_(_f.watched_on < day, and_(_f.watched_on == day, _f.name > name)))
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(_f.watched_on.desc(), _f.name).limit(limit + 1)).all()
        following = cursor_of(rows[limit - 1].watched_on, rows[limit - 1].name) if len(rows) > limit else None
        return [Film(row.title, date.fromisoformat(row.watched_on)) for row in rows[:limit]], following

    def episodes_of(self, user_id: int) -> Mapping[int, tuple[int, date]]:
        """See PersonalStore."""
        asked = (
            select(_e.id, func.count(), func.max(_d.watched_on))
            .join(watched_days, _d.episode_id == _e.id)  # an episode goes with the Sonarr that listed it
            .where(_d.user_id == user_id)
            .group_by(_e.id)
        )
        with self._database.reading() as db:
            return {row[0]: (row[1], date.fromisoformat(row[2])) for row in db.execute(asked)}


def _shown(row: Any, last_on: date | None) -> Shown:
    has = Counted(row.total_seasons, row.total_episodes, row.known_episodes, row.special_episodes)
    source = row.source if row.source != LIBRARY else ""
    return Shown(row.id, row.title, row.year, has, source, row.updated_at, row.series_id, last_on)


def _viewers(db: Connection, person: str) -> list[int]:
    """The accounts of a person: `p3` by `people`, `v12` one account."""
    kind, number = person[:1], person[1:]
    if kind not in {"p", "v"} or not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return []
    asked = select(_v.id).limit(_MOST_VIEWERS)
    if kind == "v":
        return list(db.execute(asked.where(_v.id == int(number))).scalars())
    return list(db.execute(asked.join(people, people.c.id == _v.person_id).where(people.c.id == int(number))).scalars())


def _viewers_of(db: Connection, user_id: int) -> list[int]:
    person = db.execute(select(_y.person).where(_y.user_id == user_id)).scalar()
    return _viewers(db, person) if person else []


def _days_of(user_id: int, series_ids: list[int]) -> Select[Any]:
    return (
        select(_k.series_id.label("series_id"), _d.season.label("season"), _d.number.label("number"))
        .join(watched_days, _d.show_id == _k.id)
        .where(_k.series_id.in_(series_ids), _d.user_id == user_id)
        .distinct()
    )


def _plays_of(viewers: list[int], series_ids: list[int]) -> Select[Any]:
    sums = play_sums.c
    return (
        select(_e.series_id, _e.season_number, _e.episode_number)
        .join(played_episodes, played_episodes.c.episode_id == _e.id)
        .join(play_sums, sums.item_id == played_episodes.c.item_id)
        .where(_e.series_id.in_(series_ids), _e.gone_at.is_(None))
        .where(sums.viewer_id.in_(viewers), sums.watched_plays > 0)
    )
