"""Real seeds: v1 private torrents of invented files, shared by a libtorrent session on 127.0.0.1."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PIECE = 64 * 1024
"""Bytes. Files end within pieces, so that neighbours share one."""
KILOBYTE = 1024


@dataclass(frozen=True)
class Seed:
    """One shared torrent. `files` are bytes by name, without the root folder."""

    key: str
    """Its info hash in lower case."""
    name: str
    torrent: bytes
    files: Mapping[str, int]
    handle: Any

    @property
    def size(self) -> int:
        return sum(self.files.values())

    @property
    def single_file(self) -> bool:
        return set(self.files) == {self.name}

    def limit(self, rate: int) -> None:
        """Bytes per second that it gives from now on; 0 for all there are."""
        self.handle.set_upload_limit(rate)


class Seeds:
    """The session that shares."""

    def __init__(self, folder: Path) -> None:
        import libtorrent

        self._lt: Any = libtorrent
        self._folder = folder
        self._dice = random.Random(20260120)  # noqa: S311  # contents of files, the same each time
        silent = dict.fromkeys(("enable_dht", "enable_lsd", "enable_upnp", "enable_natpmp"), False)
        tcp_only = {"enable_incoming_utp": False, "enable_outgoing_utp": False}
        self._session = libtorrent.session(
            {"listen_interfaces": "127.0.0.1:0", "unchoke_slots_limit": -1, "unchoke_interval": 1, **silent, **tcp_only}
        )

    @property
    def address(self) -> str:
        """Where peers find it."""
        return f"127.0.0.1:{self._session.listen_port()}"

    def share(self, name: str, files: Mapping[str, int], rate: int) -> Seed:
        """Make a torrent and share it with `rate` bytes per second; one file of the same name has no root folder."""
        lt = self._lt
        home = self._folder / f"{self._dice.getrandbits(64):016x}"
        root = home if set(files) == {name} else home / name
        for path, size in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(self._dice.randbytes(size))
        made = lt.create_torrent(lt.list_files(str(home / name)), PIECE, lt.create_torrent.v1_only)
        made.set_priv(True)
        lt.set_piece_hashes(made, str(home))
        torrent = lt.bencode(made.generate())
        wanted = lt.load_torrent_buffer(torrent)
        wanted.save_path = str(home)
        wanted.flags = lt.torrent_flags.seed_mode
        wanted.upload_limit = rate
        handle = self._session.add_torrent(wanted)
        sizes = {path.rpartition("/")[2]: size for path, size in files.items()}
        return Seed(str(handle.info_hashes().v1), name, torrent, sizes, handle)

    def stop(self) -> None:
        """Share nothing any more."""
        self._session.pause()
        del self._session
