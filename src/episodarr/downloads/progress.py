"""Live progress: what moves right now, beside the ledger.

Progress is no fact: it changes with every poll and is worth nothing after the next one. It is kept in memory, told to
whoever watches, and asked anew after a restart.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from threading import RLock

import msgspec

from episodarr.downloads.attribute import Attribution, Confidence, CoveredEpisode
from episodarr.downloads.model import TransferChanges, TransferFile, TransferState
from episodarr.downloads.ports import Correction, Origin
from episodarr.episode.facts import TransferPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId


class Part(msgspec.Struct, frozen=True):
    """An episode's own part of a transfer. `done` and `size` in bytes, `progress` 0..1."""

    episode: EpisodeId
    phase: TransferPhase
    progress: float
    done: int
    size: int
    confidence: str


class Arrival(msgspec.Struct):
    """One transfer as last reported, with what is known of its files."""

    connection: ConnectionId
    client: str
    state: TransferState
    as_of: datetime
    series_id: SeriesId | None = None
    release_kind: str = "unknown"
    covered: tuple[CoveredEpisode, ...] = ()
    """What Sonarr grabbed it for, as far as the attributions know."""
    origin: Origin = Origin.SONARR
    note: str = ""
    """Why these episodes, where Sonarr did not grab it."""
    corrections: dict[str, Correction] = {}
    files: list[TransferFile] | None = None
    attributions: list[Attribution] = []
    parts: dict[EpisodeId, Part] = {}

    @property
    def id(self) -> str:
        """Connection and download, such as `2:a1b2`."""
        return f"{self.connection}:{self.state.download_id}"


Watcher = Callable[[Collection[Arrival], Collection[str], Collection[str]], None]
"""Told (changed arrivals, ids of new ones, ids of removed ones) after each poll that brought news."""


class ProgressBoard:
    """The transfers of all download clients, as last reported."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._lock = RLock()
        self._arrivals: dict[str, Arrival] = {}
        self._by_download: dict[str, str] = {}
        self._by_episode: dict[EpisodeId, set[str]] = {}
        self._heard: set[ConnectionId] = set()
        self._lost: dict[str, ConnectionId] = {}

    def apply(self, connection: ConnectionId, client: str, changes: TransferChanges, now: datetime) -> list[Arrival]:
        """Take in what a client reported; the arrivals that changed."""
        with self._lock:
            self._heard.add(connection)
            changed, added = [], []
            for state in changes.changed.values():
                arrival_id = f"{connection}:{state.download_id}"
                held = self._arrivals.get(arrival_id)
                if held is None:
                    held = self._arrivals[arrival_id] = Arrival(connection, client, state, now)
                    self._by_download[state.download_id] = arrival_id
                    for other in state.also_known_as:
                        self._by_download[other] = arrival_id
                    added.append(arrival_id)
                else:
                    held.state, held.as_of = state, now
                changed.append(held)
            removed = [f"{connection}:{download}" for download in changes.removed]
            if changes.full:
                mine = (one for one in self._arrivals.values() if one.connection == connection)
                removed += [one.id for one in mine if one.state.download_id not in changes.changed]
            removed = [one for one in dict.fromkeys(removed) if one in self._arrivals]
            for arrival_id in removed:
                state = self._forget(arrival_id).state
                self._lost.update(dict.fromkeys((state.download_id, *state.also_known_as), connection))
        if added or removed:
            self._watcher([], added, removed)
        return changed

    def _forget(self, arrival_id: str) -> Arrival:
        arrival = self._arrivals.pop(arrival_id)
        for download in (arrival.state.download_id, *arrival.state.also_known_as):
            if self._by_download.get(download) == arrival_id:
                del self._by_download[download]
        for episode in arrival.parts:
            self._by_episode.get(episode, set()).discard(arrival_id)
        return arrival

    def set_parts(self, arrival: Arrival, parts: Iterable[Part]) -> None:
        """Replace what an arrival brings to which episodes."""
        with self._lock:
            for episode in arrival.parts:
                self._by_episode.get(episode, set()).discard(arrival.id)
            arrival.parts = {part.episode: part for part in parts}
            for episode in arrival.parts:
                self._by_episode.setdefault(episode, set()).add(arrival.id)

    def tell(self, changed: Collection[Arrival]) -> None:
        """Tell the watcher that these moved."""
        if changed:
            self._watcher(changed, (), ())

    def drop_connection(self, connection: ConnectionId) -> None:
        """Forget a client that is no longer connected."""
        with self._lock:
            removed = [one.id for one in self._arrivals.values() if one.connection == connection]
            for arrival_id in removed:
                self._forget(arrival_id)
            self._heard.discard(connection)
            self._lost = {download: client for download, client in self._lost.items() if client != connection}
        if removed:
            self._watcher([], [], removed)

    def of_download(self, download_id: str) -> Arrival | None:
        """The arrival of a download, by any of its ids."""
        with self._lock:
            return self._arrivals.get(self._by_download.get(download_id, ""))

    def lose(self, connection: ConnectionId, download_id: str) -> None:
        """A client has no more what it told of before a restart."""
        with self._lock:
            self._lost[download_id] = connection

    def heard(self, connection: ConnectionId) -> bool:
        """Whether a client has answered since the start: before, an empty board says nothing of what it has."""
        with self._lock:
            return connection in self._heard

    def has_word_of(self, download_id: str) -> bool:
        """Whether a connected client has the download, or said that it has it no more."""
        with self._lock:
            return download_id in self._by_download or download_id in self._lost

    def get(self, arrival_id: str) -> Arrival | None:
        """One arrival by its id."""
        with self._lock:
            return self._arrivals.get(arrival_id)

    def all(self) -> list[Arrival]:
        """All arrivals, those that move first, then the latest added."""
        with self._lock:
            return sorted(self._arrivals.values(), key=_order)

    def of_episode(self, episode: EpisodeId) -> list[Arrival]:
        """The arrivals that bring an episode."""
        with self._lock:
            ids = self._by_episode.get(episode, set())
            return sorted((self._arrivals[one] for one in ids), key=_order)

    def of_series(self, series: SeriesId) -> list[Arrival]:
        """The arrivals that bring episodes of a series."""
        with self._lock:
            return sorted((one for one in self._arrivals.values() if one.series_id == series), key=_order)


_MOVING_FIRST = {
    TransferPhase.DOWNLOADING: 0,
    TransferPhase.STALLED: 1,
    TransferPhase.QUEUED: 2,
    TransferPhase.PAUSED: 3,
    TransferPhase.FAILED: 4,
}


def _order(arrival: Arrival) -> tuple[int, float, str]:
    added = arrival.state.added_at
    return _MOVING_FIRST.get(arrival.state.phase, 5), -(added.timestamp() if added else 0.0), arrival.id


def parts_of(state: TransferState, files: Iterable[TransferFile], attributions: Iterable[Attribution]) -> list[Part]:
    """Each episode's own part: the file that holds it, never the percent of the whole transfer."""
    by_index = {file.index: file for file in files}
    best: dict[EpisodeId, Part] = {}
    for attribution in attributions:
        file = by_index[attribution.index]
        for episode in attribution.episodes:
            part = Part(
                episode,
                _phase(state, file),
                file.progress,
                round(file.size * file.progress),
                file.size,
                attribution.confidence.value,
            )
            held = best.get(episode)
            if held is None or _rank(part) > _rank(held):
                best[episode] = part
    return list(best.values())


def _rank(part: Part) -> tuple[bool, bool, int]:
    return part.phase is not TransferPhase.SKIPPED, part.confidence != Confidence.UNSURE.value, part.size


def _phase(state: TransferState, file: TransferFile) -> TransferPhase:
    if not file.wanted:
        return TransferPhase.SKIPPED
    if file.progress >= 1 and state.phase is not TransferPhase.FAILED:
        return TransferPhase.COMPLETE  # also while the rest of the torrent queues, or is checked after a restart
    if state.phase is TransferPhase.COMPLETE:
        return TransferPhase.DOWNLOADING  # the client counts selected files only; this one is not done
    return state.phase
