"""The ledger's book: evidence, log and standings, and the counts that follow from them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many, stored
from episodarr.database.engine import Database
from episodarr.database.schema import episodes, evidence, instant, micros, superseded
from episodarr.database.tallies import recount
from episodarr.episode.evidence import Evidence, Key, Said
from episodarr.episode.facts import decode, encode
from episodarr.episode.identity import EpisodeId, Source
from episodarr.episode.ports import Judged

_KEEP_OLD = insert(superseded).from_select(
    ["episode_id", "kind", "source", "at", "recorded_at", "what"],
    select(
        evidence.c.episode_id,
        evidence.c.kind,
        evidence.c.source,
        evidence.c.at,
        evidence.c.recorded_at,
        evidence.c.what,
    ).where(
        evidence.c.episode_id == bindparam("b_episode"),
        evidence.c.kind == bindparam("b_kind"),
        evidence.c.source == bindparam("b_source"),
    ),
)
_ADD_EPISODE = insert(episodes)
_ADD = insert(evidence)
_EVIDENCE = select(
    evidence.c.episode_id, evidence.c.source, type_coerce(evidence.c.at, BigInteger), evidence.c.what
).where(evidence.c.episode_id.in_(bindparam("episodes", expanding=True)))
_STANDS = select(
    episodes.c.id,
    episodes.c.state,
    episodes.c.because,
    episodes.c.waiting_for,
    type_coerce(episodes.c.since, BigInteger),
    type_coerce(episodes.c.review_at, BigInteger),
).where(episodes.c.id.in_(bindparam("episodes", expanding=True)))
_REPLACE = (
    update(evidence)
    .where(
        evidence.c.episode_id == bindparam("b_episode"),
        evidence.c.kind == bindparam("b_kind"),
        evidence.c.source == bindparam("b_source"),
    )
    .values(at=bindparam("b_at"), recorded_at=bindparam("b_recorded_at"), what=bindparam("b_what"))
)
_STAND = (
    update(episodes)
    .where(episodes.c.id == bindparam("b_episode"))
    .values(
        state=bindparam("b_state"),
        because=bindparam("b_because"),
        waiting_for=bindparam("b_waiting_for"),
        since=bindparam("b_since"),
        review_at=bindparam("b_review_at"),
        judged_at=bindparam("b_judged_at"),
    )
)
_STANDING = ("state", "because", "waiting_for", "since", "review_at", "judged_at")
_STAND_ROW = (*(f"b_{name}" for name in _STANDING), "b_episode")
_EVIDENCE_KEY = ("b_episode", "b_kind", "b_source")
_EVIDENCE_ROW = ("episode_id", "kind", "source", "at", "recorded_at", "what")
_REPLACE_ROW = ("b_at", "b_recorded_at", "b_what", *_EVIDENCE_KEY)


class Book:
    """The book within one write transaction. Counts of the touched series are brought up to date at `finish`."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self._clock = clock
        self._held: dict[EpisodeId, set[Key]] = {}
        self._touched_series: set[int] = set()
        self._touched_episodes: set[EpisodeId] = set()

    def evidence_of(self, episodes: Collection[EpisodeId]) -> Mapping[EpisodeId, Evidence]:
        """See LedgerBook."""
        said: dict[EpisodeId, list[Said]] = {}
        instants: dict[int, datetime] = {}  # whole batches were said at one instant: it is made once
        for some in batches(episodes):
            for episode, source, at, what in self.connection.execute(_EVIDENCE, {"episodes": some}).all():
                when = instants.get(at) or instants.setdefault(at, instant(at))
                said.setdefault(episode, []).append(Said(when, source, decode(what)))
        found = {episode: Evidence(those) for episode, those in said.items()}
        for episode in episodes:
            self._held[episode] = found[episode].keys() if episode in found else set()
        return found

    def write(
        self, judged: Sequence[Judged], now: datetime, fresh: Mapping[EpisodeId, Mapping[str, Any]] | None = None
    ) -> None:
        """See LedgerBook."""
        fresh = fresh or {}
        made, stood = [], []
        before = self._standings([one.episode for one in judged if not one.news and one.episode not in fresh])
        for episode, _, (state, because, waiting_for, since, review_at), _ in judged:
            standing = (state.value, because, waiting_for, stored(since), stored(review_at))
            if episode in fresh:
                made.append((*fresh[episode].values(), *standing, micros(now)))
            elif before.get(episode) != standing:
                stood.append((*standing, micros(now), episode))
                self._touched_episodes.add(episode)
        if made:
            first = next(iter(fresh.values()))
            run_many(self.connection, _ADD_EPISODE, (*first, *_STANDING), made)
            self._touched_series.update(row["series_id"] for row in fresh.values())
        self._write_news(judged, micros(now))
        run_many(self.connection, _STAND, _STAND_ROW, stood)

    def _standings(self, wanted: Collection[EpisodeId]) -> dict[EpisodeId, tuple[Any, ...]]:
        """The stored standings of episodes that are judged again without news: most stay as they are."""
        return {
            EpisodeId(row[0]): tuple(row[1:])
            for some in batches(wanted)
            for row in self.connection.execute(_STANDS, {"episodes": some}).all()
        }

    def _write_news(self, judged: Sequence[Judged], now: int) -> None:
        new: list[tuple[Any, ...]] = []
        replaced: list[tuple[Any, ...]] = []
        for episode, news, *_ in judged:
            held = self._held.setdefault(episode, set())
            for fact in news:
                key = (fact.kind, fact.source)
                said = (micros(fact.at), now, encode(fact.what))
                if key in held:
                    replaced.append((*said, episode, *key))
                else:
                    held.add(key)
                    new.append((episode, *key, *said))
        run_many(self.connection, _KEEP_OLD, _EVIDENCE_KEY, [row[3:] for row in replaced])
        run_many(self.connection, _REPLACE, _REPLACE_ROW, replaced)
        run_many(self.connection, _ADD, _EVIDENCE_ROW, new)

    def told_by(self, source: Source) -> list[EpisodeId]:
        """See LedgerBook."""
        asked = select(evidence.c.episode_id).where(_spoken_by(source)).distinct().order_by(evidence.c.episode_id)
        return [EpisodeId(row[0]) for row in self.connection.execute(asked)]

    def silence(self, source: Source, about: Collection[EpisodeId]) -> None:
        """See LedgerBook."""
        columns = ("episode_id", "kind", "source", "at", "recorded_at", "what")
        for some in batches(about):
            told = and_(evidence.c.episode_id.in_(some), _spoken_by(source))
            kept = select(*(evidence.c[name] for name in columns)).where(told)
            self.connection.execute(insert(superseded).from_select(columns, kept))
            self.connection.execute(delete(evidence).where(told))

    def due(self, now: datetime, limit: int) -> list[EpisodeId]:
        """See LedgerBook."""
        asked = select(episodes.c.id).where(episodes.c.review_at <= now).order_by(episodes.c.review_at).limit(limit)
        return [EpisodeId(row[0]) for row in self.connection.execute(asked)]

    def touch_series(self, series_id: int) -> None:
        """Have the counts of a series brought up to date as well, as after a file or a listing changed."""
        self._touched_series.add(series_id)

    def finish(self) -> set[int]:
        """Bring the counts of all touched series up to date; which series they were."""
        for some in batches(self._touched_episodes):
            asked = select(episodes.c.series_id).where(episodes.c.id.in_(some)).distinct()
            self._touched_series.update(row[0] for row in self.connection.execute(asked))
        touched, self._touched_series = self._touched_series, set()
        self._touched_episodes = set()
        recount(self.connection, touched, self._clock())
        return touched


def _spoken_by(source: Source) -> ColumnElement[bool]:
    """Said by a service as a whole, or by one of its subjects."""
    return or_(evidence.c.source == source, evidence.c.source.startswith(f"{source}/", autoescape=True))


class Books:
    """Opens the ledger's book on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @contextmanager
    def open(self) -> Iterator[Book]:
        """See LedgerBooks."""
        with self._database.writing() as connection:
            book = Book(connection, self._clock)
            yield book
            book.finish()
