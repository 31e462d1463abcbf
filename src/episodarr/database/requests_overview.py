"""The screens' questions about requests, answered from the database. Every answer is bounded.

Counts come from those that each season keeps of its episodes: nothing is counted episode by episode.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, func, or_, select, tuple_, type_coerce

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.requests import films_of
from episodarr.database.rows import EPISODE, episode_row
from episodarr.database.schema import connections, episode_files, episodes, evidence, micros, seasons, series
from episodarr.database.schema_requests import (
    request_log,
    request_seasons,
    request_series,
    request_titles,
    requests,
)
from episodarr.episode.facts import Grabbed, InLibrary, decode
from episodarr.episode.identity import Source, label_of
from episodarr.overview.answers import Page, TimelineEntry
from episodarr.overview.request_state import Asked, RequestState, judge, numbers_of
from episodarr.overview.request_story import Step, milestones
from episodarr.overview.requests import RequestCard, RequestDetail, RequestFilter
from episodarr.requests.model import MediaStatus, RequestStatus, seasons_words

_MOST_EPISODES = 3_000
_MOST_STEPS = 10_000
_MOST_REQUESTERS = 500
_CHUNK = 500
_SLACK = timedelta(minutes=1)
"""Clocks of two services: a grab right after the request may seem to be before it."""
_STEPS = ("grabbed", "grab_failed", "imported", "in_library", "removed")
_PLAIN = {
    RequestState.PENDING: RequestStatus.PENDING,
    RequestState.DECLINED: RequestStatus.DECLINED,
    RequestState.FAILED: RequestStatus.FAILED,
}


class _Show(NamedTuple):
    """A series that a request is about."""

    id: int
    title: str
    year: int
    has_poster: bool


class StoredRequestOverview:
    """RequestQuestions on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def requests(self, wanted: RequestFilter, limit: int, cursor: str | None) -> Page[RequestCard]:
        """See RequestQuestions."""
        r = requests.c
        key = (type_coerce(r.created_at, BigInteger), r.id)
        where = _where(wanted)
        asked = _rows().where(*where).order_by(r.created_at.desc(), r.id.desc())
        later = tuple_(*key) < tuple_(*opened(cursor, (int, int))) if cursor else None
        plain = wanted.state == "all" or RequestState(wanted.state) in {*_PLAIN, RequestState.GONE}
        with self._database.reading() as db:
            if plain:
                part = asked if later is None else asked.where(later)
                found = _cards(db, db.execute(part.limit(limit + 1)).all())
                total = db.execute(select(func.count()).select_from(requests).where(*where)).scalar() or 0
            else:
                fitting = [card for card in _all_cards(db, asked) if card.state.value == wanted.state]
                total = len(fitting)
                if cursor:
                    at, last = opened(cursor, (int, int))
                    fitting = [card for card in fitting if _key(card) < (at, last)]
                found = fitting[: limit + 1]
        page = found[:limit]
        return Page(page, total, cursor_of(*_key(page[-1])) if len(found) > limit else None)

    def request(self, request_id: int) -> RequestDetail | None:
        """See RequestQuestions."""
        with self._database.reading() as db:
            card = _card(db, request_id)
            if card is None:
                return None
            if card.series_id is None:
                return RequestDetail(card)
            where = _episodes_of(card)
            asked = (
                select(*EPISODE)
                .select_from(episodes.outerjoin(episode_files, episode_files.c.id == episodes.c.file_id))
                .where(*where)
                .order_by(episodes.c.season_number, episodes.c.episode_number)
                .limit(_MOST_EPISODES)
            )
            rows = [episode_row(row) for row in db.execute(asked)]
            more = 0
            if len(rows) == _MOST_EPISODES:
                more = (db.execute(select(func.count()).select_from(episodes).where(*where)).scalar() or 0) - len(rows)
        return RequestDetail(card, rows, more)

    def request_timeline(self, request_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        """See RequestQuestions."""
        start = opened(cursor, (int,))[0] if cursor else 0
        with self._database.reading() as db:
            card = _card(db, request_id)
            entries = [] if card is None else _timeline(db, card)
        page = entries[start : start + limit]
        following = cursor_of(start + limit) if start + limit < len(entries) else None
        return Page(page, len(entries), following)

    def requesters(self) -> list[str]:
        """See RequestQuestions."""
        r = requests.c
        asked = select(r.requester).where(r.requester != "").distinct().limit(_MOST_REQUESTERS)
        with self._database.reading() as db:
            return sorted((row[0] for row in db.execute(asked)), key=str.casefold)

    def films(self) -> int:
        """See RequestQuestions."""
        with self._database.reading() as db:
            return sum(films_of(db, row[0]) for row in db.execute(select(connections.c.id)))


def _key(card: RequestCard) -> tuple[int, int]:
    return micros(card.created_at), card.id


def _rows() -> Select[Any]:
    r, c, t = requests.c, connections.c, request_titles.c
    return (
        select(requests, c.name.label("connection"), c.settings, t.name.label("told_title"), t.year.label("told_year"))
        .join(connections, c.id == r.connection_id)
        .outerjoin(request_titles, and_(t.connection_id == r.connection_id, t.tmdb_id == r.tmdb_id))
    )


def _where(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    titles = request_titles.alias("titles")  # the list itself is joined with them, too
    r, q, t = requests.c, request_series.c, titles.c
    where: list[ColumnElement[bool]] = []
    if wanted.requester:
        where.append(r.requester == wanted.requester)
    of_request = select(q.request_id).join(series, series.c.id == q.series_id).where(q.request_id == r.id, q.current)
    if wanted.series_id is not None:
        where.append(of_request.where(q.series_id == wanted.series_id).exists())
    if sought := wanted.search.strip().lower():
        listed = of_request.where(func.lower(series.c.title).contains(sought, autoescape=True)).exists()
        told = select(t.tmdb_id).where(t.connection_id == r.connection_id, t.tmdb_id == r.tmdb_id)
        named = told.where(func.lower(t.name).contains(sought, autoescape=True)).exists()
        where.append(or_(listed, named))
    if wanted.state == "all":
        return where
    state = RequestState(wanted.state)
    if state is RequestState.GONE:
        return [*where, r.gone_at.is_not(None)]
    where.append(r.gone_at.is_(None))
    if state in _PLAIN:
        return [*where, r.status == _PLAIN[state].value]
    return [*where, r.status.not_in([status.value for status in _PLAIN.values()])]


def _all_cards(db: Connection, asked: Select[Any]) -> list[RequestCard]:
    rows = db.execute(asked).all()
    return [card for some in batches(rows, _CHUNK) for card in _cards(db, some)]


def _card(db: Connection, request_id: int) -> RequestCard | None:
    found = _cards(db, db.execute(_rows().where(requests.c.id == request_id)).all())
    return found[0] if found else None


def _cards(db: Connection, rows: Sequence[Any]) -> list[RequestCard]:
    """Cards of requests, in a handful of statements for all of them."""
    keys = [row.id for row in rows]
    shows = _shows(db, keys)
    numbers = _numbers(db, keys)
    counted = _counted(db, {show.id for held in shows.values() for show in held})
    return [_made(row, shows.get(row.id, []), numbers.get(row.id, []), counted) for row in rows]


def _shows(db: Connection, keys: Collection[int]) -> dict[int, list[_Show]]:
    q, s = request_series.c, series.c
    found: dict[int, list[_Show]] = {}
    for some in batches(keys):
        asked = (
            select(q.request_id, s.id, s.title, s.year, s.has_poster)
            .join(series, s.id == q.series_id)
            .where(q.request_id.in_(some), q.current, s.gone_at.is_(None))
            .order_by(s.id)
        )
        for row in db.execute(asked):
            found.setdefault(row[0], []).append(_Show(*row[1:]))
    return found


def _numbers(db: Connection, keys: Collection[int]) -> dict[int, list[int]]:
    n = request_seasons.c
    found: dict[int, list[int]] = {}
    for some in batches(keys):
        for key, number in db.execute(select(n.request_id, n.number).where(n.request_id.in_(some)).order_by(n.number)):
            found.setdefault(key, []).append(number)
    return found


def _counted(db: Connection, series_ids: Collection[int]) -> dict[int, dict[int, dict[str, int]]]:
    """Episodes by state, of each season of the series."""
    n = seasons.c
    found: dict[int, dict[int, dict[str, int]]] = {}
    for some in batches(series_ids):
        for key, number, states in db.execute(select(n.series_id, n.number, n.states).where(n.series_id.in_(some))):
            found.setdefault(key, {})[number] = msgspec.json.decode(states)
    return found


def _states(row: Any, show: _Show, numbers: list[int], counted: dict[int, dict[int, dict[str, int]]]) -> dict[str, int]:
    states: dict[str, int] = {}
    for number, held in counted.get(show.id, {}).items():
        if number in numbers or (row.all_seasons and number > 0):
            for state, n in held.items():
                states[state] = states.get(state, 0) + n
    return states


def _made(
    row: Any, shows: list[_Show], numbers: list[int], counted: dict[int, dict[int, dict[str, int]]]
) -> RequestCard:
    by_show = [(show, _states(row, show, numbers, counted)) for show in shows]
    show, states = max(by_show, key=lambda pair: (numbers_of(pair[1]).available, -pair[0].id), default=(None, {}))
    label = label_of(Source(row.source))
    status, believed = RequestStatus(row.status), MediaStatus(row.media_status)
    verdict = judge(Asked(label, status, believed, row.gone_at is not None, show is not None), states)
    sums = numbers_of(states)
    url = str(msgspec.json.decode(row.settings).get("url", "")).rstrip("/")
    return RequestCard(
        id=row.id,
        connection_id=row.connection_id,
        connection=row.connection,
        label=label,
        number=row.number,
        link=f"{url}/tv/{row.tmdb_id}",
        title=show.title if show else row.told_title or "",
        year=show.year if show else row.told_year or 0,
        tmdb_id=row.tmdb_id,
        tvdb_id=row.tvdb_id,
        series_id=show.id if show else None,
        series_ids=[one.id for one in shows],
        has_poster=bool(show and show.has_poster),
        seasons=numbers,
        all_seasons=row.all_seasons,
        seasons_words=seasons_words(None if row.all_seasons else tuple(numbers)),
        requester=row.requester,
        is_4k=row.is_4k,
        status=row.status,
        status_number=row.status_number,
        media_status=row.media_status,
        media_number=row.media_number,
        modified_by=row.modified_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        gone_at=row.gone_at,
        state=verdict.state,
        words=verdict.words,
        disagreement=verdict.disagreement,
        episode_count=sums.all,
        available_count=sums.available,
        arriving_count=sums.arriving,
        imported_count=sums.imported,
        missing_count=sums.missing,
        unaired_count=sums.unaired,
        states=states,
    )


def _episodes_of(card: RequestCard) -> list[ColumnElement[bool]]:
    e = episodes.c
    season = e.season_number > 0 if card.all_seasons else e.season_number.in_(card.seasons)
    return [e.series_id == card.series_id, e.gone_at.is_(None), season]


def _timeline(db: Connection, card: RequestCard) -> list[TimelineEntry]:
    g = request_log.c
    asked = select(g.id, g.at, g.recorded_at, g.kind, g.words, g.detail).where(g.request_id == card.id)
    entries = [
        TimelineEntry(row.id, row.at, row.recorded_at, row.kind, card.label, row.words, row.detail)
        for row in db.execute(asked.order_by(g.id.desc()).limit(_MOST_STEPS))
    ]
    if card.series_id is not None:
        entries += milestones(_steps(db, card), card.episode_count)
    return sorted(entries, key=lambda entry: (entry.at, entry.recorded_at, not entry.id, entry.id))


def _steps(db: Connection, card: RequestCard) -> list[Step]:
    """What the requested episodes went through since they were requested."""
    e, v = episodes.c, evidence.c
    since: datetime = card.created_at - _SLACK
    asked = (
        select(v.at, v.recorded_at, v.kind, v.source, v.what, e.season_number, e.episode_number)
        .join(episodes, e.id == v.episode_id)
        .where(*_episodes_of(card), v.kind.in_(_STEPS), v.at >= since)
        .order_by(v.at.desc())
        .limit(_MOST_STEPS)
    )
    steps = []
    for at, recorded_at, kind, source, text, season, episode in db.execute(asked):
        what = decode(text)
        if isinstance(what, InLibrary) and not what.playable:
            continue
        release = what.release if isinstance(what, Grabbed) else ""
        steps.append(Step(at, recorded_at, kind, label_of(Source(source)), season, episode, release))
    return steps
