"""Rules in SQL: what `deletion.judge` says of one holding, asked of all of them at once.

NULL is unknown: SQL's own AND, OR and NOT treat it exactly as the rules do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from sqlalchemy import (
    Boolean,
    FromClause,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)

from episodarr.database.schema import micros
from episodarr.database.schema_deletion import held_files, held_movies, held_seasons, held_series
from episodarr.deletion.holding import Known, Level
from episodarr.deletion.rules import (
    Added,
    All,
    AnyOf,
    Condition,
    FewerPlays,
    FewerViewers,
    InFolder,
    Larger,
    Monitored,
    NeverWatched,
    Node,
    Not,
    OfQuality,
    OfStatus,
    OfType,
    Outcome,
    RatedBelow,
    Requested,
    RequesterWatched,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
    cutoff,
)

Truth: TypeAlias = Any
"""An expression that is true, false, or NULL: unknown."""

CANDIDATE, KEPT, UNKNOWN, NO = 1, 2, 3, 0
"""What the outcome column holds."""

_UNKNOWN: Truth = cast(null(), Boolean)
_s, _n, _f, _m = held_series.c, held_seasons.c, held_files.c, held_movies.c


@dataclass(frozen=True, slots=True)
class Playing:
    """What is watched right now: episode files and movies, and the series and seasons that they are of."""

    series: Collection[int] = ()
    seasons: Collection[int] = ()
    files: Collection[int] = ()
    movies: Collection[int] = ()


class Shelf:
    """The holdings of a level with their columns, named as the fields of `Holding`.

    With `keep_first` or `keep_last`, what stays of a season or show is taken off its files and bytes.
    """

    def __init__(self, level: Level, safe: Safeguards, playing: Playing, series: Collection[int] | None = None) -> None:
        """`series`: those that are asked for, where it is few."""
        self.level = level
        self.columns: dict[str, Any] = {}
        own, described = _OWN[level], _s if level is not Level.MOVIE else _m
        for column in (*described, *own):
            self.columns[column.key] = column
        self.columns["files"] = own.files if level is not Level.EPISODE else literal(1)
        self.id: Any = {Level.SHOW: _s.series_id, Level.SEASON: _n.season_id, Level.EPISODE: _f.file_id}.get(
            level, _m.movie_id
        )
        self.source: FromClause = _SOURCE[level]
        self.columns["latest_season"] = self._latest()
        ranked = level is Level.EPISODE
        self.columns["from_start"] = _f.from_start if ranked else null()
        self.columns["from_end"] = _f.from_end if ranked else null()
        now = {
            Level.SHOW: playing.series,
            Level.SEASON: playing.seasons,
            Level.EPISODE: playing.files,
            Level.MOVIE: playing.movies,
        }[level]
        self.columns["playing"] = self.id.in_(sorted(now)) if now else false()
        if level in (Level.SHOW, Level.SEASON) and (safe.keep_first or safe.keep_last):
            self._take_off(safe, series)

    def _latest(self) -> Any:
        if self.level is Level.SEASON:
            return func.coalesce(_n.season_number == _s.latest_season, false())
        if self.level is Level.EPISODE:
            return func.coalesce(_f.season_number == _s.latest_season, false())
        return false()

    def _take_off(self, safe: Safeguards, series: Collection[int] | None) -> None:
        """Leave the episodes out that stay; an age is that of the whole all the same."""
        f, columns = _f, (_f.series_id, _f.season_number, _f.size)
        first = select(*columns).where(f.from_start <= safe.keep_first)
        # Of a show of few episodes one may be among the first and the last: it is taken off once.
        last = select(*columns).where(
            f.from_end <= safe.keep_last, or_(f.from_start.is_(None), f.from_start > safe.keep_first)
        )
        parts = [part for part, count in ((first, safe.keep_first), (last, safe.keep_last)) if count]
        if series is not None:
            parts = [part.where(f.series_id.in_(series)) for part in parts]
        stay = (parts[0].union_all(*parts[1:])).subquery("staying").c
        keys = [stay.series_id] if self.level is Level.SHOW else [stay.series_id, stay.season_number]
        kept = (
            select(*keys, func.count().label("files"), func.sum(stay.size).label("size"))
            .group_by(*keys)
            .subquery("stays")
        )
        same = kept.c.series_id == _s.series_id
        if self.level is Level.SEASON:
            same = and_(same, kept.c.season_number == _n.season_number)
        self.source = self.source.outerjoin(kept, same)
        self.columns["files"] = self.columns["files"] - func.coalesce(kept.c.files, 0)
        self.columns["size"] = self.columns["size"] - func.coalesce(kept.c.size, 0)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None


_OWN: Mapping[Level, Any] = {Level.SHOW: _s, Level.SEASON: _n, Level.EPISODE: _f, Level.MOVIE: _m}
_SOURCE: Mapping[Level, FromClause] = {
    Level.SHOW: held_series,
    Level.SEASON: held_seasons.join(held_series, _s.series_id == _n.series_id),
    # A cross join: SQLite keeps its order, and the files of a series lie together.
    Level.EPISODE: held_series.join(held_files, _f.series_id == _s.series_id),
    Level.MOVIE: held_movies,
}


def outcome(rule: Rule, shelf: Shelf, known: Known, now: datetime) -> Truth:
    """CANDIDATE, KEPT, UNKNOWN or NO."""
    met, held = _node(rule.when, shelf, known, now), or_(*_guards(rule.unless, shelf, known, now))
    return case((not_(met), NO), (held, KEPT), (and_(met, not_(held)), CANDIDATE), else_=UNKNOWN)


def ends_as(wanted: Outcome, rule: Rule, shelf: Shelf, known: Known, now: datetime) -> Truth:
    """Whether a holding has an outcome; true or not, and quicker for candidates than their code."""
    if wanted is Outcome.CANDIDATE:
        met = _node(rule.when, shelf, known, now)
        return and_(met, not_(or_(*_guards(rule.unless, shelf, known, now))))
    code = {Outcome.KEPT: KEPT, Outcome.UNKNOWN: UNKNOWN}.get(wanted, NO)
    return outcome(rule, shelf, known, now) == code


def _node(node: Node, h: Shelf, known: Known, now: datetime) -> Truth:
    if isinstance(node, All):
        return and_(true(), *(_node(one, h, known, now) for one in node.of))
    if isinstance(node, AnyOf):
        return or_(false(), *(_node(one, h, known, now) for one in node.of))
    if isinstance(node, Not):
        return not_(_node(node.of, h, known, now))
    return _condition(node, h, known, now)


def _condition(condition: Condition, h: Shelf, known: Known, now: datetime) -> Truth:  # noqa: C901, PLR0912  # one arm a condition
    unless_played = _UNKNOWN if known.plays else true()
    match condition:
        case Added(days=days):
            return h.added_at <= _ago(now, days)
        case UnwatchedFor(days=days):
            return case((h.last_at > _ago(now, days), false()), else_=unless_played)
        case NeverWatched():
            return case((h.plays > 0, false()), else_=unless_played)
        case FewerPlays(than=than):
            return case((h.plays >= than, false()), else_=unless_played)
        case FewerViewers(than=than):
            return case((h.viewers >= than, false()), else_=unless_played)
        case WatchedShare(percent=percent):
            doubt = _UNKNOWN if known.plays else false()
            return case((100 * h.watched_episodes >= percent * h.episodes, true()), else_=doubt)
        case Larger(bytes=least):
            return h.size >= least
        case RatedBelow(rating=rating):
            return h.rating < rating
        case Tagged(tag=tag):
            return h.tags.contains(f"\n{tag.lower()}\n", autoescape=True)
        case InFolder(folder=folder):
            wanted = folder.rstrip("/\\") or folder
            return h.root_folder.in_(sorted({folder, wanted, f"{wanted}/", f"{wanted}\\"}))
        case OfQuality(quality=quality):
            return h.qualities.contains(f"\n{quality.lower()}\n", autoescape=True)
        case OfStatus(status=status):
            return h.status == status.lower()
        case OfType(type=kind):
            return h.series_type == kind.lower()
        case Monitored():
            return h.monitored
        case Requested():
            return case((h.requested_at.is_not(None), true()), else_=_unasked(h, known))
        case RequesterWatched():
            if known.requests:
                return _UNKNOWN
            unplayed = _UNKNOWN if known.plays else false()
            return case((h.requester_watched.is_(None), _UNKNOWN), (h.requester_watched, true()), else_=unplayed)
        case _:  # pragma: no cover  # the type checker sees that none is left
            assert_never(condition)


def _guards(safe: Safeguards, h: Shelf, known: Known, now: datetime) -> list[Truth]:
    """What holds back; one that is true decides."""
    held: list[Truth] = [
        h.protected,
        or_(h.playing, _UNKNOWN) if known.playing else h.playing,
        h.arriving > 0,
        case((h.unread, _UNKNOWN), else_=false()),
        h.files <= 0,
    ]
    if doubted := sorted(known.catalogue):
        held.append(case((h.connection_id.in_(doubted), _UNKNOWN), else_=false()))
    doubt = _UNKNOWN if known.plays and known.has_sources else false()
    for at, days in ((h.in_progress_at, safe.in_progress_days), (h.next_up_at, safe.next_up_days)):
        if days:
            held.append(case((at > _ago(now, days), true()), else_=doubt))
    if safe.requested_days:
        held.append(case((h.requested_at > _ago(now, safe.requested_days), true()), else_=_unasked(h, known)))
    if safe.favourites:
        held.append(h.favourite)
    if safe.latest_season and h.level in (Level.SEASON, Level.EPISODE):
        held.append(and_(h.latest_season, h.status == "continuing"))
    if safe.tags:
        held.append(or_(*(h.tags.contains(f"\n{tag.lower()}\n", autoescape=True) for tag in safe.tags)))
    if h.level is Level.EPISODE and (safe.keep_first or safe.keep_last):
        held.append(func.coalesce(or_(h.from_start <= safe.keep_first, h.from_end <= safe.keep_last), false()))
    return held


def _unasked(h: Shelf, known: Known) -> Truth:
    """What "it was requested" is when no request is known."""
    unread = known.requests or (h.level is Level.MOVIE and known.films)
    return _UNKNOWN if unread else false()


def _ago(now: datetime, days: int) -> int:
    return micros(cutoff(now, days))
