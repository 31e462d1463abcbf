"""A huge qBittorrent for benchmarks: thousands of torrents of which a few hundred move, with deltas per session.

Torrent `i` is a pack of series `i % series + 1`: its first 12 files are the season that nobody has, from 24 files on
the one before as well, the rest are extras. Nothing moves but by `tick`.
"""

import hashlib
from typing import Any

from episodarr.demo.big_sonarr import EPISODES, PER_SEASON, SEASONS, page_of
from episodarr.demo.qbittorrent_resources import TRACKER
from episodarr.demo.server import encode

Json = dict[str, Any]

FILE_SIZE = 700_000_000
STEPS = 400
"""Ticks from the first to the last byte of a torrent."""
OPEN_FILES = 3
ADDED_ON = 1_772_000_000
CATEGORY: Json = {"tv-sonarr": {"name": "tv-sonarr", "savePath": "/downloads/tv-sonarr", "download_path": None}}


class BigTorrent:
    """One torrent; `done` in bytes, `state_tick` the tick at which its state changed."""

    __slots__ = ("changed_tick", "done", "files", "hash", "index", "name", "size", "state", "state_tick")

    def __init__(self, index: int, series: int, state: str) -> None:
        self.index = index
        self.hash = hashlib.sha1(f"big-{index}".encode(), usedforsecurity=False).hexdigest()
        self.name = f"Show.{series}.S{SEASONS:02d}.1080p.WEB-DL-NTRX.{index}"
        self.files = 12 + index % 15
        self.size = self.files * FILE_SIZE
        self.done = self.size if state == "stalledUP" else 0
        self.state = state
        self.changed_tick = 0
        self.state_tick = 0


class BigQBittorrent:
    """All torrents, the moving ones among them, and the sessions."""

    def __init__(self, torrents: int, moving: int, series: int) -> None:
        self._series = max(series, 1)
        self.torrents = [
            BigTorrent(index, index % self._series + 1, "downloading" if index < moving else "stalledUP")
            for index in range(torrents)
        ]
        self._at = {torrent.hash: torrent for torrent in self.torrents}
        self._moving = self.torrents[:moving]
        for torrent in self._moving:
            torrent.done = torrent.size * (torrent.index * 37 % STEPS) // STEPS
        self._next = moving
        self.tick_number = 0
        self._changed: dict[str, BigTorrent] = {}
        self._sessions: dict[str, tuple[int, int, int, int]] = {}
        self._full = b""

    def tick(self) -> None:
        """Let every moving torrent load one step; a finished one gives its place to another."""
        self.tick_number += 1
        self._full = b""
        for place, torrent in enumerate(self._moving):
            torrent.done = min(torrent.done + torrent.size // STEPS, torrent.size)
            torrent.changed_tick = self.tick_number
            self._changed[torrent.hash] = torrent
            if torrent.done >= torrent.size:
                torrent.state, torrent.state_tick = "stalledUP", self.tick_number
                if self._next < len(self.torrents) * 3:
                    other = self.torrents[self._next % len(self.torrents)]
                    self._next += 1
                    other.done, other.state = 0, "downloading"
                    other.changed_tick = other.state_tick = self.tick_number
                    self._changed[other.hash] = other
                    self._moving[place] = other

    def new_session(self, key: str) -> None:
        """Begin a session: its first answer is a full one."""
        self._sessions[key] = (0, 0, 0, 0)

    def has_session(self, key: str) -> bool:
        """Whether a session is known."""
        return key in self._sessions

    def maindata(self, key: str, rid: int) -> bytes:
        """A delta when `rid` is the last or the last applied answer of the session; everything otherwise."""
        sent_rid, sent_tick, applied_rid, applied_tick = self._sessions[key]
        if rid and rid == sent_rid:
            applied_rid, applied_tick = sent_rid, sent_tick
        known = bool(rid) and rid == applied_rid
        sent_rid += 1
        self._sessions[key] = (sent_rid, self.tick_number, applied_rid if known else 0, applied_tick if known else 0)
        return self._delta(sent_rid, applied_tick) if known else self._whole(sent_rid)

    def _whole(self, rid: int) -> bytes:
        if not self._full:
            torrents = {torrent.hash: _entry(torrent) for torrent in self.torrents}
            state = {"connection_status": "connected", "dl_info_speed": 0, "free_space_on_disk": 5 * 10**12}
            whole: Json = {"torrents": torrents, "categories": CATEGORY, "tags": [], "server_state": state}
            self._full = encode({**whole, "trackers": {TRACKER: list(self._at)}})
        return b'{"rid":%d,"full_update":true,' % rid + self._full[1:]

    def _delta(self, rid: int, since: int) -> bytes:
        moved = {key: _changes(one, since) for key, one in self._changed.items() if one.changed_tick > since}
        if not moved:
            return b'{"rid":%d}' % rid
        return encode({"rid": rid, "torrents": moved, "server_state": {"dl_info_speed": 9_000_000 + self.tick_number}})

    def files(self, key: str) -> bytes | None:
        """The files of a torrent: filled in order, three at once; None when it is unknown."""
        torrent = self._at.get(key.lower())
        if torrent is None:
            return None
        listed = []
        for index in range(torrent.files):
            progress = _progress(torrent, index)
            entry: Json = {
                "availability": 1,
                "index": index,
                "name": f"{torrent.name}/{_file_name(torrent, index)}",
                "piece_range": [index * 167, index * 167 + 167],
                "priority": 1,
                "progress": progress,
                "size": FILE_SIZE,
            }
            if index == 0:
                entry["is_seed"] = torrent.done >= torrent.size
            listed.append(entry)
        return encode(listed)

    def listed(self, hashes: str) -> bytes:
        """torrents/info of some torrents, or of all."""
        meant = [self._at[one] for one in hashes.lower().split("|") if one in self._at] if hashes else self.torrents
        return encode([{**_entry(one), "hash": one.hash} for one in meant])

    def queue_rows(self) -> list[bytes]:
        """Sonarr's queue for the moving torrents: one row per download and episode."""
        rows = []
        for torrent in self._moving:
            series = torrent.index % self._series + 1
            numbers = range(EPISODES - PER_SEASON * (2 if torrent.files >= 2 * PER_SEASON else 1) + 1, EPISODES + 1)
            head = encode(
                {
                    "seriesId": series,
                    "seasonNumber": SEASONS,
                    "languages": [{"id": 1, "name": "English"}],
                    "quality": {
                        "quality": {"id": 3, "name": "WEBDL-1080p", "source": "web", "resolution": 1080},
                        "revision": {"version": 1, "real": 0, "isRepack": False},
                    },
                    "customFormats": [],
                    "customFormatScore": 0,
                    "size": torrent.size,
                    "title": torrent.name,
                    "added": "2026-03-04T18:00:00Z",
                    "status": "downloading",
                    "trackedDownloadStatus": "ok",
                    "trackedDownloadState": "downloading",
                    "statusMessages": [],
                    "downloadId": torrent.hash.upper(),
                    "protocol": "torrent",
                    "downloadClient": "qBittorrent",
                    "downloadClientHasPostImportCategory": False,
                    "indexer": "Nyx (Prowlarr)",
                    "outputPath": f"/downloads/tv-sonarr/{torrent.name}",
                    "episodeHasFile": False,
                    "sizeleft": torrent.size - torrent.done,
                    "timeleft": "00:12:34",
                }
            )[:-1]
            rows += [head + b',"episodeId":%d%03d,"id":%d}' % (series, n, torrent.index * 100 + n) for n in numbers]
        return rows

    def queue(self, page: int, size: int) -> bytes:
        """Sonarr's queue, paged; a page past the end is the last page again."""
        rows = self.queue_rows()
        page = min(page, max(-(-len(rows) // size), 1))
        head = {"page": page, "pageSize": size, "sortKey": "timeleft", "sortDirection": "ascending"}
        return page_of(head, len(rows), rows[(page - 1) * size : page * size])


def _file_name(torrent: BigTorrent, index: int) -> str:
    series = torrent.name.split(".")[1]
    two = torrent.files >= 2 * PER_SEASON
    if index >= (2 if two else 1) * PER_SEASON:
        return f"Extras/Extra.{index}.mkv"
    season = SEASONS if not two or index >= PER_SEASON else SEASONS - 1
    return f"Show.{series}.S{season:02d}E{index % PER_SEASON + 1:02d}.1080p.WEB-DL-NTRX.mkv"


def _progress(torrent: BigTorrent, index: int) -> float:
    """How much of a file is there: groups of three files fill together."""
    group = index // OPEN_FILES
    start = group * OPEN_FILES * FILE_SIZE
    width = min(OPEN_FILES, torrent.files - group * OPEN_FILES) * FILE_SIZE
    return round(min(max((torrent.done - start) / width, 0.0), 1.0), 6)


def _numbers(torrent: BigTorrent) -> Json:
    loading = torrent.state == "downloading"
    left = torrent.size - torrent.done
    speed = 9_000_000 + torrent.done % 1_000_003 if loading else 0
    return {
        "amount_left": left,
        "completed": torrent.done,
        "dlspeed": speed,
        "downloaded": torrent.done,
        "downloaded_session": torrent.done,
        "eta": left // speed if speed else 8_640_000,
        "last_activity": ADDED_ON + torrent.changed_tick,
        "progress": torrent.done / torrent.size,
    }


def _changes(torrent: BigTorrent, since: int) -> Json:
    changes = _numbers(torrent)
    if torrent.state_tick > since:
        changes["state"] = torrent.state
        changes["completion_on"] = -1 if torrent.state == "downloading" else ADDED_ON + torrent.state_tick
    return changes


def _entry(torrent: BigTorrent) -> Json:
    path = f"/downloads/tv-sonarr/{torrent.name}"
    return {
        "added_on": ADDED_ON + torrent.index,
        "auto_tmm": False,
        "availability": 12.3,
        "category": "tv-sonarr",
        "comment": "",
        "completion_on": -1 if torrent.state == "downloading" else ADDED_ON,
        "content_path": path,
        "dl_limit": 0,
        "download_path": "",
        "f_l_piece_prio": False,
        "force_start": False,
        "has_metadata": True,
        "inactive_seeding_time_limit": -2,
        "infohash_v1": torrent.hash,
        "infohash_v2": "",
        "magnet_uri": f"magnet:?xt=urn:btih:{torrent.hash}",
        "max_inactive_seeding_time": -1,
        "max_ratio": 1,
        "max_seeding_time": 120,
        "name": torrent.name,
        "num_complete": 40,
        "num_incomplete": 2,
        "num_leechs": 0,
        "num_seeds": 12,
        "popularity": 0,
        "priority": 1,
        "private": True,
        "ratio": 0,
        "ratio_limit": -2,
        "reannounce": 0,
        "root_path": path,
        "save_path": "/downloads/tv-sonarr",
        "seeding_time": 0,
        "seeding_time_limit": -2,
        "seen_complete": ADDED_ON,
        "seq_dl": False,
        "size": torrent.size,
        "state": torrent.state,
        "super_seeding": False,
        "tags": "",
        "time_active": 600,
        "total_size": torrent.size,
        "tracker": TRACKER,
        "trackers_count": 1,
        "up_limit": 0,
        "uploaded": 0,
        "uploaded_session": 0,
        "upspeed": 0,
        **_numbers(torrent),
    }
