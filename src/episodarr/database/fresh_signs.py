"""What people did with shows, out of plays, requests, openings and imports: set by set, never show by show."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, distinct, func, select

from episodarr.catalogue.followed import Held, Sign, Why
from episodarr.catalogue.fresh_ports import Signs
from episodarr.database.batches import batches
from episodarr.database.schema import episodes, instant, micros, series
from episodarr.database.schema_fresh import followed_shows
from episodarr.database.schema_people import people
from episodarr.database.schema_play_states import playing_now
from episodarr.database.schema_requests import request_series, requests
from episodarr.database.schema_watching import (
    PERSON,
    play_sums,
    play_viewers,
    played_episodes,
    watched_series,
)
from episodarr.episode.identity import SeriesId

_f, _e, _s = followed_shows.c, episodes.c, series.c
_n, _p, _v, _w = playing_now.c, play_sums.c, play_viewers.c, watched_series.c
_NAME = func.coalesce(people.c.name, _v.name)


def all_signs(db: Connection, since: datetime) -> dict[SeriesId, Signs]:
    """See FreshStore.signs."""
    found: dict[SeriesId, list[Sign]] = {}
    held: dict[SeriesId, Held | None] = {}
    for row in db.execute(select(followed_shows).join(series, _s.id == _f.series_id).where(_s.gone_at.is_(None))):
        held[SeriesId(row.series_id)] = held_of(row)
        found[SeriesId(row.series_id)] = own_signs(row)
    _add(found, _requested(db, since))
    _add(found, _playing(db))
    _add(found, _played(db, since, held))
    return {one: Signs(held.get(one), tuple(signs)) for one, signs in found.items()}


def held_of(row: Any) -> Held | None:
    """What a row of `followed_shows` says; None: it was never judged."""
    if not row.why:
        return None
    return Held(row.watching, Why(row.why), row.since, row.sign_at)


def own_signs(row: Any) -> list[Sign]:
    """The signs that a row of `followed_shows` keeps."""
    found = []
    if row.opened_at is not None:
        found.append(Sign(Why.OPENED, row.opened_at, row.opened_by))
    if row.imported_at is not None:
        found.append(Sign(Why.IMPORTED, row.imported_at, row.imported_by))
    return found


def _add(found: dict[SeriesId, list[Sign]], told: Iterable[tuple[int, Sign]]) -> None:
    for show, sign in told:
        found.setdefault(SeriesId(show), []).append(sign)


def _requested(db: Connection, since: datetime) -> Iterable[tuple[int, Sign]]:
    r, of = requests.c, request_series.c
    asked = (
        select(of.series_id, r.created_at, r.requester)
        .join(requests, r.id == of.request_id)
        .join(series, _s.id == of.series_id)
        .where(of.current, r.standing, r.created_at >= since, _s.gone_at.is_(None))
    )
    for row in db.execute(asked):
        yield row[0], Sign(Why.REQUESTED, row[1], row[2])


def _playing(db: Connection) -> Iterable[tuple[int, Sign]]:
    asked = (
        select(_e.series_id, func.max(_n.seen_at), func.max(_NAME))
        .select_from(playing_now)
        .join(played_episodes, played_episodes.c.item_id == _n.item_id)
        .join(episodes, _e.id == played_episodes.c.episode_id)
        .join(play_viewers, _v.id == _n.viewer_id)
        .outerjoin(people, people.c.id == _v.person_id)
        .group_by(_e.series_id)
    )
    for row in db.execute(asked):
        yield row[0], Sign(Why.PLAYED, row[1], row[2])


def _played(db: Connection, since: datetime, held: dict[SeriesId, Held | None]) -> Iterable[tuple[int, Sign]]:
    """Of each show the latest play, with the name of who played it where it is news."""
    asked = select(_w.series_id, _w.last_at).join(series, _s.id == _w.series_id)
    lately = asked.where(_w.last_at >= micros(since), _s.gone_at.is_(None))
    at = {row[0]: instant(row[1]) for row in db.execute(lately)}
    names = _players(db, [one for one, last in at.items() if _news(held.get(SeriesId(one)), last)])
    for one, last in at.items():
        yield one, Sign(Why.PLAYED, last, names.get(one, ""))


def _news(held: Held | None, last: datetime) -> bool:
    """Whether a play may be the reason from now on, so that it is to be told whose it was."""
    if held is None:
        return True
    if not held.watching:
        return last > held.since
    return held.why is Why.OPENED or last > held.sign_at


def _players(db: Connection, shows: Collection[int]) -> dict[int, str]:
    """Who played each of these shows last."""
    latest: dict[int, tuple[int, str]] = {}
    for some in batches(sorted(shows)):
        asked = (
            select(_e.series_id, func.max(_p.last_at), _NAME)
            .select_from(episodes)
            .join(played_episodes, played_episodes.c.episode_id == _e.id)
            .join(play_sums, _p.item_id == played_episodes.c.item_id)
            .join(play_viewers, _v.id == _p.viewer_id)
            .outerjoin(people, people.c.id == _v.person_id)
            .where(_e.series_id.in_(some))
            .group_by(_e.series_id, _NAME)
        )
        for show, at, name in db.execute(asked):
            latest[show] = max(latest.get(show, (0, "")), (at, name))
    return {show: name for show, (_, name) in latest.items()}


def finished_shows(db: Connection, shows: Collection[SeriesId], now: datetime) -> set[SeriesId]:
    """See FreshStore.finished. Specials are left out: hardly anybody watches them all."""
    found: set[SeriesId] = set()
    for some in batches(sorted(shows)):
        ended = select(_s.id).where(_s.id.in_(some), _s.status == "ended", _s.gone_at.is_(None))
        counting = and_(_e.series_id.in_(ended), _e.season_number > 0, _e.gone_at.is_(None))
        to_air = select(_e.series_id).where(counting, _e.airs_at > now).distinct()
        counts = select(_e.series_id, func.count()).where(counting).group_by(_e.series_id)
        aired: dict[int, int] = {row[0]: row[1] for row in db.execute(counts)}
        airing = set(db.execute(to_air).scalars())
        seen = (
            select(_e.series_id, PERSON, func.count(distinct(case((_p.watched_plays > 0, _e.id)))))
            .select_from(episodes)
            .join(played_episodes, played_episodes.c.episode_id == _e.id)
            .join(play_sums, _p.item_id == played_episodes.c.item_id)
            .join(play_viewers, _v.id == _p.viewer_id)
            .where(counting)
            .group_by(_e.series_id, PERSON)
        )
        least: dict[int, int] = {}
        for show, _, watched in db.execute(seen):
            least[show] = min(least.get(show, watched), watched)
        found |= {SeriesId(one) for one, watched in least.items() if one not in airing and watched >= aired[one]}
    return found
