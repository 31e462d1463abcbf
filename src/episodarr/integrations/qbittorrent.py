"""qBittorrent, version 4.1 to 5.2 (Web API v2): the transfers, and the files of each.

Spoken directly instead of through the `qbittorrent-api` library: that one is synchronous, and it builds a dictionary of
every member of every torrent, while the poll needs a dozen members of those that changed.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any

import aiohttp
import msgspec

from episodarr.connections.failures import Broken
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import HeldFile, TorrentKeeper
from episodarr.downloads.model import TransferChanges, TransferFile
from episodarr.downloads.ports import TransferClient
from episodarr.episode.facts import download_key
from episodarr.integrations._http import all_of
from episodarr.integrations._qbittorrent_keeping import QBittorrentKeeping, whole_hash
from episodarr.integrations._torrents import SyncAnswer, Torrents
from episodarr.integrations._untrusted import count


class _File(msgspec.Struct, gc=False):
    name: str
    size: float
    progress: float
    index: int | None = None
    priority: int = 1


class _Listed(msgspec.Struct, gc=False):
    hash: str


_listed: msgspec.json.Decoder[list[_Listed]] = msgspec.json.Decoder(list[_Listed])
_sync = msgspec.json.Decoder(SyncAnswer)
_files: msgspec.json.Decoder[list[_File]] = msgspec.json.Decoder(list[_File])


class QBittorrent(QBittorrentKeeping):
    """One qBittorrent. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(
        self,
        name: str,
        url: str,
        username: str,
        password: str,
        session: aiohttp.ClientSession,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is how failures call it; no user name and password: the client must let this host in. No request."""
        super().__init__(name, url, username, password, session, clock=clock)
        self._syncing = asyncio.Lock()
        self._torrents = Torrents()
        self._rid = 0
        self._synced_as = 0

    async def changes(self) -> TransferChanges:
        """What changed since the previous call; everything on the first call and after a new session.

        A call that fails changes nothing: the next one is told the same changes again.
        """
        async with self._syncing:
            rid = self._rid
            answer = self.http.decode(await self._ask("/api/v2/sync/maindata", {"rid": rid}, bulk=rid == 0), _sync)
            if not answer.full_update and self._sign_ins != self._synced_as:
                # In a session that began under the way, what this answer builds upon is not what is known here.
                answer = self.http.decode(await self._ask("/api/v2/sync/maindata", {"rid": 0}, bulk=True), _sync)
                rid = 0
            if rid == 0 and not answer.full_update:
                raise Broken(self.http.service, "asked for everything, it answered with a part")
            changes = self._torrents.merge(answer)
            self._rid = answer.rid
            self._synced_as = self._sign_ins
            return changes

    async def files(self, download_id: str) -> list[TransferFile] | None:
        """The files of one transfer; None when unknown to the client, empty while metadata is missing."""
        answer = await self._ask("/api/v2/torrents/files", {"hash": download_id}, accept={404})
        if answer.status == 404:
            # It may be the 404 of a proxy: only the client's own list, without the torrent, says that it is unknown.
            listed = self.http.decode(await self._ask("/api/v2/torrents/info", {"hashes": download_id}), _listed)
            if any(download_key(torrent.hash) == download_key(download_id) for torrent in listed):
                raise Broken(self.http.service, "it lists the torrent and says that it is not there")
            return None
        files = self.http.decode(answer, _files)
        return [
            TransferFile(
                index=file.index if file.index is not None else place,
                name=file.name,
                size=count(file.size),
                progress=min(max(file.progress, 0.0), 1.0),
                wanted=file.priority != 0,
            )
            for place, file in enumerate(files)
        ]

    async def files_of(self, download_ids: Collection[str]) -> dict[str, list[TransferFile]]:
        """The files of several transfers, one request each and few at a time; unknown ones are left out."""
        wanted = list(dict.fromkeys(download_ids))
        found = await all_of(self.files(download_id) for download_id in wanted)
        return {download_id: files for download_id, files in zip(wanted, found, strict=True) if files is not None}

    async def torrent_files(self, torrent_hash: str) -> list[HeldFile] | None:
        """The files of one torrent; None when the client does not have it, empty while metadata is missing."""
        files = await self.files(whole_hash(torrent_hash))
        return None if files is None else [HeldFile(file.name, file.size, file.wanted) for file in files]


def _connect(connection: Connection, session: Any) -> QBittorrent:
    return QBittorrent(
        connection.name or "qBittorrent",
        connection.url,
        connection.settings.get("username", ""),
        connection.settings.get("password", ""),
        session,
    )


INTEGRATION = Integration(
    kind="qbittorrent",
    label="qBittorrent",
    purpose="How far each download is, file by file.",
    fields=(
        Field("url", "Address", FieldKind.URL, help="Of the Web UI.", example="http://qbittorrent:8080"),
        Field("username", "User name", required=False, help="Empty when qBittorrent lets Episodarr in without."),
        Field("password", "Password", FieldKind.SECRET, required=False),
    ),
    ports=(TransferClient, TorrentKeeper),
    connect=_connect,
    check=QBittorrent.check,
    order=20,
)
