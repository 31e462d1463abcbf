"""Downloads that Sonarr did not grab: whose name tells which episodes they bring.

Somebody added a torrent by hand, or another program did. Sonarr is asked first what it makes of the name, then the
name is read here; where the two disagree, Sonarr's word counts and the difference is told. What stays open is left
alone: a person can say it on the page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from episodarr.connections.failures import ServiceFailure
from episodarr.downloads.attribute import Confidence
from episodarr.downloads.follow_transfers import OpenDownloads
from episodarr.downloads.model import NameReading
from episodarr.downloads.ports import DownloadStore, NewGrab, Origin
from episodarr.downloads.progress import Arrival, ProgressBoard
from episodarr.downloads.release_name import Interpretation, parse
from episodarr.downloads.resolve_release import Candidate, Resolution, normalised, resolve
from episodarr.episode.facts import TransferPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId

log = structlog.get_logger("episodarr.downloads")

_AT_ONCE = 20
"""Names read in one poll; Sonarr is asked for each."""
_GRACE = timedelta(seconds=60)
"""A download that Sonarr has just grabbed is at the client before Sonarr's history tells of it."""
_RECENT = timedelta(days=14)
"""What was complete long ago is of no interest: it only seeds."""
_READ_AGAIN = timedelta(hours=6)
"""The library may have the series by then."""

ReadName = Callable[[str], Awaitable[NameReading | None]]
"""Asks one Sonarr for a name. Raises ServiceFailure."""


class _Meant(msgspec.Struct, frozen=True):
    series: SeriesId
    episodes: tuple[EpisodeId, ...]
    origin: Origin
    reason: str


class Adopt:
    """Finds out which episodes foreign downloads bring."""

    def __init__(
        self,
        store: DownloadStore,
        board: ProgressBoard,
        open_downloads: OpenDownloads,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._board = board
        self._open = open_downloads
        self._clock = clock
        self._first_seen: dict[str, datetime] = {}
        self._next_at: dict[str, datetime] = {}
        self._absent: set[str] = set()

    async def poll(self, readers: Sequence[tuple[ConnectionId, ReadName]]) -> int:
        """Look at what nobody has explained yet; how many downloads were."""
        now = self._clock()
        known = await self._open.current()
        adopted = [one.download_id for one in known.values() if one.origin is not Origin.SONARR]
        await asyncio.to_thread(self._settle, adopted, now)
        strangers = [one for one in self._board.all() if self._is_strange(one, known, now)]
        due = [one for one in strangers if self._next_at.get(one.id, now) <= now]
        if due:
            told = await asyncio.to_thread(self._store.told_before, [one.state.download_id for one in due])
            self._next_at |= {one.id: now + _READ_AGAIN for one in due if one.state.download_id in told}
            due = [one for one in due if one.state.download_id not in told]
        found = 0
        for arrival in due[:_AT_ONCE]:
            self._next_at[arrival.id] = now + _READ_AGAIN
            meant = await self._meant(arrival, readers)
            if meant is not None:
                found += await asyncio.to_thread(self._adopt, arrival, meant, now)
        if found:
            self._open.changed()
        self._forget()
        return found

    def _is_strange(self, arrival: Arrival, known: Collection[str], now: datetime) -> bool:
        state = arrival.state
        if any(one in known for one in (state.download_id, *state.also_known_as)):
            return False
        if state.completed_at is not None and now - state.completed_at > _RECENT:
            return False
        if state.phase is TransferPhase.COMPLETE and state.completed_at is None:
            return False
        return now - self._first_seen.setdefault(arrival.id, now) >= _GRACE

    def _forget(self) -> None:
        there = {one.id for one in self._board.all()}
        self._first_seen = {one: at for one, at in self._first_seen.items() if one in there}
        self._next_at = {one: at for one, at in self._next_at.items() if one in there}

    # ------------------------------------------------------------------ what a name means

    async def _meant(self, arrival: Arrival, readers: Sequence[tuple[ConnectionId, ReadName]]) -> _Meant | None:
        name = arrival.state.name
        read = parse(name)
        if not any(one.tv for one in read):
            return None
        own = await asyncio.to_thread(self._resolved, read)
        for connection, read_name in readers:
            try:
                told = await read_name(name)
            except ServiceFailure:
                self._next_at[arrival.id] = self._clock() + _GRACE  # not asked is not answered: soon again
                continue
            if told is None or not told.sonarr_episode_ids:
                continue
            known = await asyncio.to_thread(self._store.known_episodes, connection, told.sonarr_episode_ids)
            if len(known) == len(told.sonarr_episode_ids):
                return _by_sonarr(name, known.values(), own)
        if own.series_id is None or own.confidence not in {Confidence.SURE, Confidence.LIKELY}:
            return None
        return _Meant(own.series_id, own.episodes, Origin.NAME, f"Its name says so: {own.reason}.")

    def _resolved(self, read: Sequence[Interpretation]) -> Resolution:
        titles = {normalised(one.title) for one in read if one.title}
        return resolve(read, self._store.candidates(lambda one: _is_called(one, titles)))

    # ------------------------------------------------------------------ what is kept

    def _adopt(self, arrival: Arrival, meant: _Meant, now: datetime) -> int:
        state = arrival.state
        grabs = [
            NewGrab(
                download_id=state.download_id,
                series_id=meant.series,
                episode_id=episode,
                release=state.name,
                client=arrival.client,
                size=state.size,
                grabbed_at=state.added_at or now,
                origin=meant.origin,
                reason=meant.reason,
            )
            for episode in meant.episodes
        ]
        self._store.remember(grabs)
        log.info("foreign download", name=state.name, episodes=len(grabs), by=meant.origin.value)
        return 1

    def _settle(self, adopted: Collection[str], now: datetime) -> None:
        """Nothing more is expected of a foreign download once its client has it no more; seen twice, as ever."""
        gone = {one for one in adopted if self._board.of_download(one) is None and self._board.has_word_of(one)}
        if settled := gone & self._absent:
            self._store.settle(settled, now)
            self._open.changed()
        self._absent = gone


def _by_sonarr(name: str, known: Collection[tuple[EpisodeId, SeriesId]], own: Resolution) -> _Meant:
    episodes = tuple(sorted(episode for episode, _ in known))
    reason = "Sonarr reads its name so."
    if own.episodes and set(own.episodes) != set(episodes):
        reason = f"Sonarr reads its name so; read here it says otherwise: {own.reason}."
        log.info("names are read differently", name=name, sonarr=len(episodes), here=len(own.episodes))
    return _Meant(next(iter(known))[1], episodes, Origin.SONARR_PARSE, reason)


def _is_called(candidate: Candidate, titles: Collection[str]) -> bool:
    """Whether a series could be meant: one of its titles is, or begins, one of the given."""
    names = {normalised(candidate.title), *(normalised(one.title) for one in candidate.aliases)} - {""}
    return any(title == name or title.startswith(name) for name in names for title in titles)
