"""Shows of which nobody needs the summaries and raw answers: letting go of these, and having them read again.

Only what Sonarr tells again at any time goes. A lean show stays lean when it is read for other reasons, so that the
rotating re-read sees its changes without bringing back what was let go of.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from episodarr.catalogue.fresh_ports import Waste
from episodarr.database.batches import batches
from episodarr.database.holdings import mark
from episodarr.database.schema import episodes, micros, series, series_files
from episodarr.database.schema_fresh import followed_shows
from episodarr.database.schema_requests import request_series, requests
from episodarr.database.schema_watching import watched_series
from episodarr.episode.identity import SeriesId

_s, _f, _e = series.c, followed_shows.c, episodes.c


def lean_of(db: Connection, shows: Collection[SeriesId]) -> set[SeriesId]:
    """Those of the shows that are lean."""
    found: set[SeriesId] = set()
    for some in batches(shows):
        asked = select(_f.series_id).where(_f.series_id.in_(some), _f.lean_since.is_not(None))
        found |= {SeriesId(one) for one in db.execute(asked).scalars()}
    return found


def restore(db: Connection, shows: Collection[SeriesId] | None) -> int:
    """See FreshStore.restore. Whoever reads them next stores all of it, as they count as changed."""
    if shows is None:
        there = db.execute(select(_f.series_id).where(_f.lean_since.is_not(None))).scalars()
        lean = [SeriesId(one) for one in there]
    else:
        lean = sorted(lean_of(db, shows))
    for some in batches(lean):
        db.execute(update(followed_shows).where(_f.series_id.in_(some)).values(lean_since=None))
        db.execute(update(series).where(_s.id.in_(some)).values(episodes_digest="", stale=True))
    mark(db, lean)
    return len(lean)


def waste(db: Connection, untouched_since: datetime) -> Waste:
    """See FreshStore.waste."""
    own = _untouched(untouched_since).subquery()
    shows, episode_count = db.execute(
        select(func.count(), func.coalesce(func.sum(_s.episode_count), 0)).join(own, own.c.id == _s.id)
    ).one()
    raw = select(func.coalesce(func.sum(func.length(series_files.c.body)), 0))
    raw_bytes = db.execute(raw.join(own, own.c.id == series_files.c.series_id)).scalar() or 0
    return Waste(shows, int(episode_count), int(raw_bytes))


def clean(db: Connection, untouched_since: datetime, now: datetime, limit: int) -> int:
    """See FreshStore.clean."""
    shows = db.execute(_untouched(untouched_since).order_by(_s.id).limit(limit)).scalars().all()
    for some in batches(shows):
        db.execute(delete(series_files).where(series_files.c.series_id.in_(some)))
        db.execute(update(episodes).where(_e.series_id.in_(some), _e.overview != "").values(overview=""))
        held = set(db.execute(select(_f.series_id).where(_f.series_id.in_(some))).scalars())
        if held:
            db.execute(update(followed_shows).where(_f.series_id.in_(sorted(held))).values(lean_since=now))
        if new := [{"series_id": one, "watching": False, "lean_since": now} for one in some if one not in held]:
            db.execute(insert(followed_shows), new)
    return len(shows)


def _untouched(since: datetime) -> Select[Any]:
    """Shows that were read, and that nobody follows or has touched since."""
    w, r, of = watched_series.c, requests.c, request_series.c
    asked_for = (
        select(of.series_id).join(requests, r.id == of.request_id).where(of.current, r.standing, r.created_at >= since)
    )
    touched = [_f.sign_at, _f.opened_at, _f.imported_at, _f.prepared_at]
    own = and_(_f.watching.is_(False), _f.lean_since.is_(None), *(or_(at.is_(None), at < since) for at in touched))
    return (
        select(_s.id)
        .select_from(series.outerjoin(followed_shows, _f.series_id == _s.id))
        .where(
            _s.gone_at.is_(None),
            _s.synced_at.is_not(None),
            _s.created_at < since,
            or_(_f.series_id.is_(None), own),
            _s.id.not_in(select(w.series_id).where(w.last_at >= micros(since))),
            _s.id.not_in(asked_for),
        )
    )
