"""Following a download client: what moves, file by file, and what that says of each episode."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from episodarr.downloads.attribute import attribute, release_kind
from episodarr.downloads.file_name import is_extra, is_video
from episodarr.downloads.model import TransferFile
from episodarr.downloads.ports import DownloadStore, OpenDownload, TransferClient
from episodarr.downloads.progress import Arrival, ProgressBoard, parts_of
from episodarr.episode.facts import Fact, Transfer, TransferPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, source
from episodarr.episode.ledger import Ledger

_MOST_FILE_LISTS = 250
"""File lists read in one poll; with more downloads moving at once, they take turns."""
_MOST_STRANGERS = 10
"""File lists of unexplained downloads read in one poll."""
_REFRESH = timedelta(seconds=30)

_Said = tuple[Fact, Transfer]
"""A fact with what it says."""


class OpenDownloads:
    """The downloads of which something is expected, shared by the followers; read again when one of them adds to it."""

    def __init__(self, store: DownloadStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._by_id: dict[str, OpenDownload] = {}
        self._read_at: datetime | None = None
        self.version = 0

    def changed(self) -> None:
        """What is stored has changed: read it again at the next occasion."""
        self._read_at = None

    async def news(self) -> bool:
        """Whether downloads were added or settled since the last poll."""
        before = self.version
        if self._read_at is None:
            await self.current()
        return self.version != before

    async def told_of(self, teller: str) -> list[Fact]:
        """See DownloadStore."""
        return await asyncio.to_thread(self._store.told_of, teller)

    async def current(self) -> dict[str, OpenDownload]:
        """By download id."""
        now = self._clock()
        if self._read_at is None or now - self._read_at > _REFRESH:
            self._read_at = now
            found = await asyncio.to_thread(self._store.open_downloads)
            by_id = {one.download_id: one for one in found}
            if by_id != self._by_id:
                self._by_id = by_id
                self.version += 1
        return self._by_id


class FollowTransfers:
    """Polls one download client."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        client: TransferClient,
        open_downloads: OpenDownloads,
        ledger: Ledger,
        board: ProgressBoard,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._label = label
        self._client = client
        self._open = open_downloads
        self._ledger = ledger
        self._board = board
        self._clock = clock
        self._told: dict[tuple[str, EpisodeId], tuple[TransferPhase, str, datetime]] = {}
        self._remembered = False
        self._owed: set[str] = set()
        """Arrivals that moved and were not looked into yet: a poll that fails on its way owes them to the next."""
        self._seen_version = -1
        self._turn: dict[str, int] = {}
        self._poll = 0

    async def poll(self) -> bool:
        """One look at the client; whether anything moves. Raises ServiceFailure when it cannot be asked."""
        changes = await self._client.changes()
        now = self._clock()
        self._poll += 1
        known = await self._open.current()
        if not self._remembered:  # what was said before a restart: a download that went meanwhile is told as gone
            for fact in await self._open.told_of(source(self._label, self._connection)):
                if isinstance(what := fact.what, Transfer):
                    self._told[what.download_id, fact.about] = (what.phase, what.detail, fact.at)
            self._remembered = True
        changed = self._board.apply(self._connection, self._label, changes, now)
        self._owed |= {one.id for one in changed}
        if self._seen_version != self._open.version:
            self._owed |= {one.id for one in self._board.all() if one.connection == self._connection}
            self._seen_version = self._open.version
        moved = [one for one in map(self._board.get, self._owed) if one is not None]
        ours = [(one, download) for one in moved if (download := _download_of(one, known)) is not None]
        unread = [  # asked download by download: a client may hold ten thousand others
            (one, download)
            for download in known.values()
            if (one := self._board.of_download(download.download_id)) is not None
            if one.connection == self._connection and one.files is None and one.id not in self._owed
        ]
        read = await self._read_files([*ours, *unread], now)
        await self._read_strangers([one for one in moved if _download_of(one, known) is None], now)
        facts = [fact for one, download in [*ours, *unread] for fact in self._facts(one, download, now)]
        facts += self._gone(known, now)
        if facts:
            await asyncio.to_thread(self._ledger.observe, [fact for fact, _ in facts])
            self._told |= {(what.download_id, fact.about): (what.phase, what.detail, fact.at) for fact, what in facts}
        self._owed = {one.id for one, _ in ours} - read
        self._board.tell(moved)
        return any(one.state.phase is TransferPhase.DOWNLOADING for one in changed)

    async def _read_files(self, ours: Collection[tuple[Arrival, OpenDownload]], now: datetime) -> set[str]:
        """Read the file lists of what moved, those that waited longest first; which were read."""
        wanted = sorted(ours, key=lambda pair: self._turn.get(pair[0].id, 0))[:_MOST_FILE_LISTS]
        if not wanted:
            return set()
        files = await self._client.files_of([one.state.download_id for one, _ in wanted])
        for arrival, download in wanted:
            self._turn[arrival.id] = self._poll
            found = files.get(arrival.state.download_id)
            if found:
                take_files(self._board, arrival, download, found, now)
        return {arrival.id for arrival, _ in wanted}

    async def _read_strangers(self, moved: Collection[Arrival], now: datetime) -> None:
        """A few file lists of downloads that nobody has explained: a person can, once the files are shown."""
        wanted = [one for one in moved if one.connection == self._connection and one.state.progress < 1]
        wanted = sorted(wanted, key=lambda one: self._turn.get(one.id, 0))[:_MOST_STRANGERS]
        if not wanted:
            return
        files = await self._client.files_of([one.state.download_id for one in wanted])
        for one in wanted:
            self._turn[one.id] = self._poll
            if found := files.get(one.state.download_id):
                one.files, one.as_of = found, now

    def _facts(self, arrival: Arrival, download: OpenDownload, now: datetime) -> list[_Said]:
        facts = []
        for covered in download.covered:
            part = arrival.parts.get(covered.id)
            if part is not None:
                phase = part.phase
            elif arrival.files:
                # It brings files, but none that is known to hold this episode: what was said before is taken back.
                if (download.download_id, covered.id) in self._told:
                    facts += self._fact(download.download_id, covered.id, TransferPhase.WITHDRAWN, "", now)
                continue
            else:
                phase = arrival.state.phase
                if phase is TransferPhase.COMPLETE:
                    continue  # complete as a whole, but its files are not read yet
            detail = arrival.state.raw_state if phase is TransferPhase.FAILED else ""
            at = now
            if phase is TransferPhase.COMPLETE and arrival.state.phase is phase and arrival.state.completed_at:
                at = min(now, arrival.state.completed_at)
            facts += self._fact(download.download_id, covered.id, phase, detail, at)
        return facts

    def _gone(self, known: dict[str, OpenDownload], now: datetime) -> list[_Said]:
        """What this client told of before and does no more: downloads it lost, episodes they do not hold after all."""
        facts = []
        for download_id, episode in list(self._told):
            if download_id not in known:
                del self._told[download_id, episode]
            elif self._told[download_id, episode][0] is TransferPhase.WITHDRAWN:
                continue
            elif all(one.id != episode for one in known[download_id].covered):
                facts += self._fact(download_id, episode, TransferPhase.WITHDRAWN, "", now)
            elif self._board.of_download(download_id) is None:
                self._board.lose(self._connection, download_id)
                facts += self._fact(download_id, episode, TransferPhase.GONE, "", now)
        return facts

    def _fact(
        self, download_id: str, episode: EpisodeId, phase: TransferPhase, detail: str, at: datetime
    ) -> list[_Said]:
        told = self._told.get((download_id, episode))
        if told is not None:
            if told[:2] == (phase, detail):
                return []
            if at <= told[2]:
                # The client counts whole seconds, and its clock may be behind: what it says now is the later word.
                at = max(self._clock(), told[2] + timedelta(microseconds=1))
        what = Transfer(download_id, phase, detail)
        return [(Fact(episode, at, source(self._label, self._connection, download_id), what), what)]


def _download_of(arrival: Arrival, known: dict[str, OpenDownload]) -> OpenDownload | None:
    for download_id in (arrival.state.download_id, *arrival.state.also_known_as):
        if (found := known.get(download_id)) is not None:
            return found
    return None


def take_files(
    board: ProgressBoard, arrival: Arrival, download: OpenDownload, files: list[TransferFile], now: datetime
) -> None:
    """Put the files of a transfer on the board, with the episodes that each of them holds."""
    names = [(file.name, file.wanted) for file in files]
    if (
        arrival.files is None
        or names != [(file.name, file.wanted) for file in arrival.files]
        or arrival.covered != download.covered  # Sonarr tells of a pack's episodes one by one
        or arrival.corrections != download.corrections
    ):
        said = {name: (one.episodes, one.by) for name, one in download.corrections.items()}
        arrival.attributions = attribute(files, download.covered, said)
        arrival.corrections = download.corrections
        arrival.origin, arrival.note = download.origin, download.reason
        arrival.series_id, arrival.covered = download.series_id, download.covered
        videos = sum(is_video(file.name) and not is_extra(file.name) for file in files)
        arrival.release_kind = release_kind(download.covered, videos, download.season_sizes)
    arrival.files = files
    arrival.as_of = now
    board.set_parts(arrival, parts_of(arrival.state, files, arrival.attributions))
