"""qBittorrent as the one that keeps and seeds torrents, and removes one of them when it is told to.

Its call to remove takes `all` and lists of hashes, and ends well whatever they name: only one whole hash is ever sent.
"""

import re

import msgspec

from episodarr.connections.failures import Broken
from episodarr.deletion.systems import HeldTorrent
from episodarr.integrations._qbittorrent_session import QBittorrentSession
from episodarr.integrations._untrusted import count

_HASH = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", re.ASCII)
_SEEDING = {"uploading", "stalledUP", "queuedUP", "forcedUP", "pausedUP", "stoppedUP"}
"""The states of a torrent that is whole and lies where it stays; not: being checked, moved, or missing its files."""


class _Torrent(msgspec.Struct, gc=False):
    hash: str
    name: str
    save_path: str
    size: float
    progress: float
    amount_left: float
    state: str
    content_path: str | None = None
    """Since Web API 2.6.1; empty without metadata."""
    ratio: float | None = None
    seeding_time: float | None = None
    private: bool | None = None
    """Since 5.0; null without metadata."""


_torrents: msgspec.json.Decoder[list[_Torrent]] = msgspec.json.Decoder(list[_Torrent])


class QBittorrentKeeping(QBittorrentSession):
    """TorrentKeeper, but for the files of a torrent: part of the qBittorrent client."""

    async def torrents(self) -> list[HeldTorrent]:
        """All torrents, in one request."""
        found = self.http.decode(await self._ask("/api/v2/torrents/info", bulk=True), _torrents)
        if not found:  # nothing about an empty list says who wrote it
            await self._version("/api/v2/app/webapiVersion")
        if any(_HASH.fullmatch(one.hash) is None for one in found):
            raise Broken(self.http.service, "a torrent has an info hash that is none")
        if len({one.hash.lower() for one in found}) != len(found):
            raise Broken(self.http.service, "it lists a torrent twice")
        return [_held(one) for one in found]

    async def remove_torrent(self, torrent_hash: str, *, with_files: bool) -> None:
        """Remove one torrent. Raises ValueError on anything but one info hash.

        The answer is the same for a torrent that is not there, and files are deleted a moment later: whether it is
        gone is for `torrents` to tell. Files that other torrents share go with the others.
        """
        whole = whole_hash(torrent_hash)
        await self._version("/api/v2/app/webapiVersion")
        form = {"hashes": whole, "deleteFiles": "true" if with_files else "false"}
        await self._order("/api/v2/torrents/delete", form)


def whole_hash(torrent_hash: str) -> str:
    """The hash in lower case. Raises ValueError on anything but one whole info hash."""
    if _HASH.fullmatch(torrent_hash) is None:
        raise ValueError(f"not an info hash: {torrent_hash[:80]!r}")
    return torrent_hash.lower()


def _held(told: _Torrent) -> HeldTorrent:
    content = told.content_path
    if content is None:
        content = f"{told.save_path.rstrip('/')}/{told.name}"
    return HeldTorrent(
        hash=told.hash.lower(),
        name=told.name,
        content_path=content,
        save_path=told.save_path,
        size=count(told.size),
        complete=told.state in _SEEDING and told.amount_left == 0 and told.progress >= 1,
        ratio=told.ratio if told.ratio is not None and told.ratio >= 0 else None,
        seeding_seconds=count(told.seeding_time),
        private=told.private,
    )
