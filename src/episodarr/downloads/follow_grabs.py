"""Following what Sonarr grabs: its history says what and when, its queue says how far Sonarr itself sees it."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from episodarr.downloads.follow_transfers import OpenDownloads
from episodarr.downloads.model import HistoryEvent, HistoryKind, QueueItem
from episodarr.downloads.ports import DownloadStore, GrabSource, NewGrab, OpenDownload, Origin
from episodarr.downloads.progress import ProgressBoard
from episodarr.episode.facts import (
    Fact,
    Grabbed,
    GrabFailed,
    ImportPhase,
    ImportStatus,
    Removed,
    Transfer,
    TransferPhase,
)
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.ledger import Ledger

_FIRST_LOOK_BACK = timedelta(days=7)
_OVERLAP = timedelta(minutes=2)
_WAIT_FOR_UNKNOWN = timedelta(hours=1)
"""So long the history is read again for an episode that no sync has brought yet."""
_QUEUE_LAG = timedelta(minutes=10)
"""Sonarr shows a grab in its queue only after its own next look at the client."""
_FORGOTTEN = timedelta(days=1)

SeriesNews = Callable[[ConnectionId, Collection[int]], None]
"""Told which series (Sonarr's ids) have files or episodes to be read again."""


class FollowGrabs:
    """Polls the queue and history of one Sonarr instance."""

    def __init__(
        self,
        connection: ConnectionId,
        client: GrabSource,
        store: DownloadStore,
        ledger: Ledger,
        board: ProgressBoard,
        open_downloads: OpenDownloads,
        series_news: SeriesNews,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._client = client
        self._store = store
        self._ledger = ledger
        self._board = board
        self._open = open_downloads
        self._series_news = series_news
        self._clock = clock
        self._seen: set[tuple[str, EpisodeId]] | None = None
        self._absent: set[tuple[str, EpisodeId]] = set()
        self._clients_heard = True
        self._whole = source("Sonarr", connection)

    async def poll(self, clients_heard: bool = True) -> int:
        """One look at Sonarr; the number of news. Raises ServiceFailure when it cannot be asked.

        `clients_heard`: every connected download client has answered since the start.
        """
        self._clients_heard = clients_heard
        name = f"grab-history:{self._connection}"
        held = await asyncio.to_thread(self._store.cursor, name)
        now = self._clock()
        since = datetime.fromisoformat(held) if held else now - _FIRST_LOOK_BACK
        events = await self._client.history_since(since - _OVERLAP if held else since)
        queue = await self._client.queue()
        news, cursor = await asyncio.to_thread(self._take, events, queue, since, now)
        if cursor != since or held is None:
            await asyncio.to_thread(self._store.set_cursor, name, cursor.isoformat())
        return news

    def _take(
        self, events: Sequence[HistoryEvent], queue: Sequence[QueueItem], since: datetime, now: datetime
    ) -> tuple[int, datetime]:
        ids = {event.sonarr_episode_id for event in events} | {item.sonarr_episode_id for item in queue}
        known = self._store.known_episodes(self._connection, ids - {0})
        grabs = [*self._grabs(events, known), *self._queued_grabs(queue, known, now)]
        if self._store.remember(grabs):
            self._open.changed()
        facts = list(self._history_facts(events, known))
        open_downloads = [
            one
            for one in self._store.open_downloads()
            if one.connection == self._connection and one.origin is Origin.SONARR  # the others were never in its queue
        ]
        news = self._ledger.record(facts)
        imported = {
            (event.download_id, known[event.sonarr_episode_id][0])
            for event in events
            if event.kind is HistoryKind.IMPORTED and event.sonarr_episode_id in known
        }
        news += self._ledger.observe(self._queue_facts(queue, known, open_downloads, imported, now))
        unknown = [event for event in events if event.sonarr_episode_id not in known]
        self._series_news(self._connection, self._with_news(events, since, unknown))
        cursor = max((event.at for event in events), default=since)
        waiting = [event.at for event in unknown if now - event.at < _WAIT_FOR_UNKNOWN]
        return news, max(since, min([cursor, *waiting]))

    def _with_news(self, events: Iterable[HistoryEvent], since: datetime, unknown: Iterable[HistoryEvent]) -> set[int]:
        """Series whose files changed; the overlap that is read again each time is no news."""
        about_files = {HistoryKind.IMPORTED, HistoryKind.FILE_DELETED, HistoryKind.OTHER}
        changed = {event.sonarr_series_id for event in events if event.kind in about_files and event.at > since}
        return changed | {event.sonarr_series_id for event in unknown}

    def _grabs(self, events: Iterable[HistoryEvent], known: dict[int, tuple[EpisodeId, SeriesId]]) -> Iterable[NewGrab]:
        for event in events:
            if event.kind is HistoryKind.GRABBED and event.download_id and event.sonarr_episode_id in known:
                episode, series = known[event.sonarr_episode_id]
                yield NewGrab(event.download_id, series, episode, event.release, event.client, event.size, event.at)

    def _queued_grabs(
        self, queue: Iterable[QueueItem], known: dict[int, tuple[EpisodeId, SeriesId]], now: datetime
    ) -> Iterable[NewGrab]:
        """What is in the queue was grabbed, also when the history no longer tells."""
        for item in queue:
            if item.download_id and item.sonarr_episode_id in known:
                episode, series = known[item.sonarr_episode_id]
                at = item.added_at or now
                yield NewGrab(item.download_id, series, episode, item.title, item.client, item.size, at)

    def _history_facts(
        self, events: Iterable[HistoryEvent], known: dict[int, tuple[EpisodeId, SeriesId]]
    ) -> Iterable[Fact]:
        for event in events:
            if event.sonarr_episode_id not in known:
                continue
            about = known[event.sonarr_episode_id][0]
            of_download = source("Sonarr", self._connection, event.download_id)
            if event.kind is HistoryKind.GRABBED and event.download_id:
                yield Fact(about, event.at, of_download, Grabbed(event.download_id, event.release, event.client))
            elif event.kind is HistoryKind.FAILED and event.download_id:
                yield Fact(about, event.at, of_download, GrabFailed(event.download_id, event.reason))
            elif event.kind is HistoryKind.FILE_DELETED and event.reason.lower() != "upgrade":
                yield Fact(about, event.at, self._whole, Removed(_deleted_words(event.reason)))

    def _queue_facts(
        self,
        queue: Sequence[QueueItem],
        known: dict[int, tuple[EpisodeId, SeriesId]],
        open_downloads: Sequence[OpenDownload],
        imported: set[tuple[str, EpisodeId]],
        now: datetime,
    ) -> list[Fact]:
        facts, present = [], set()
        for item in queue:
            if not item.download_id or item.sonarr_episode_id not in known:
                continue
            phase, reason = import_phase(item)
            if phase is ImportPhase.LEFT:
                continue  # as good as gone
            about = known[item.sonarr_episode_id][0]
            present.add((item.download_id, about))
            of_download = source("Sonarr", self._connection, item.download_id)
            facts.append(Fact(about, now, of_download, ImportStatus(item.download_id, phase, reason)))
            if self._sonarr_alone_tells(item) and (carried := transfer_phase(item)) is not None:
                facts.append(Fact(about, now, of_download, Transfer(item.download_id, carried)))
        facts += self._left(open_downloads, present, imported, now)
        return facts

    def _left(
        self,
        open_downloads: Sequence[OpenDownload],
        present: set[tuple[str, EpisodeId]],
        imported: set[tuple[str, EpisodeId]],
        now: datetime,
    ) -> list[Fact]:
        """That downloads left the queue: seen there before, or grabbed long ago, and absent from two looks in a row.

        One look is not enough: a queue that is empty for once may only mean that Sonarr was not ready. Nor is it for
        what Sonarr has just imported: its file is about to be read.
        """
        if self._seen is None:
            self._seen = self._store.in_queue(self._connection)
        covered = {(one.download_id, episode.id): one for one in open_downloads for episode in one.covered}
        self._seen = (self._seen | present) & covered.keys()
        absent = covered.keys() - present - imported
        gone = {
            pair for pair in absent & self._absent if pair in self._seen or now - covered[pair].grabbed_at > _QUEUE_LAG
        }
        self._absent = absent
        settled = [
            one.download_id
            for one in open_downloads
            if all((one.download_id, episode.id) in gone for episode in one.covered) and self._over(one, now)
        ]
        if settled:
            self._store.settle(settled, now)
            self._open.changed()
        return [
            Fact(
                episode,
                now,
                source("Sonarr", self._connection, download_id),
                ImportStatus(download_id, ImportPhase.LEFT),
            )
            for download_id, episode in gone
        ]

    def _sonarr_alone_tells(self, item: QueueItem) -> bool:
        """Whether no connected client tells of the transfer (usenet, or a client that is not connected).

        Sonarr repeats a client's word about the whole download, up to a minute late: it never stands above the client's
        own word about the file. A client that was not heard since the start may have told of it before.
        """
        if self._board.has_word_of(item.download_id):
            return False
        return self._clients_heard or item.protocol == "usenet"

    def _over(self, download: OpenDownload, now: datetime) -> bool:
        """Whether the download client has nothing more to say about a download that left Sonarr's queue."""
        arrival = self._board.of_download(download.download_id)
        if arrival is None:
            return now - download.grabbed_at > _FORGOTTEN
        return arrival.state.phase in {TransferPhase.COMPLETE, TransferPhase.GONE}


def import_phase(item: QueueItem) -> tuple[ImportPhase, str]:
    """What a queue row says of the import, and Sonarr's own words about it."""
    words = "; ".join(dict.fromkeys(message for message in item.messages if message))[:1000]
    match item.tracked_state.lower():
        case "importblocked":
            return ImportPhase.BLOCKED, words
        case "importpending":
            # Pending with a complaint is what people call stuck: Sonarr tries again, but somebody has to act.
            return (ImportPhase.BLOCKED, words) if words else (ImportPhase.PENDING, "")
        case "importing":
            return ImportPhase.IMPORTING, ""
        case "failed" | "failedpending":
            return ImportPhase.FAILED, words
        case "imported" | "ignored":
            return ImportPhase.LEFT, ""
        case _:
            return ImportPhase.WAITING, words


def transfer_phase(item: QueueItem) -> TransferPhase | None:
    """What a queue row says of the transfer; None when it says nothing."""
    match item.status.lower():
        case "downloading":
            return TransferPhase.DOWNLOADING
        case "queued" | "delay":
            return TransferPhase.QUEUED
        case "paused":
            return TransferPhase.PAUSED
        case "completed":
            return TransferPhase.COMPLETE
        case "warning":
            return TransferPhase.STALLED
        case "failed":
            return TransferPhase.FAILED
        case _:
            return None


def _deleted_words(reason: str) -> str:
    known = {
        "missingfromdisk": "missing from disk",
        "manual": "deleted by hand",
        "noLinkedEpisodes".lower(): "no episode linked to it",
        "manualoverride": "replaced by hand",
    }
    return known.get(reason.lower(), reason)
