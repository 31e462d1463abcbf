"""How torrents move: pure steps over time, files mostly in order and two or three at once."""

import random
import zlib

from episodarr.demo.model import Torrent, TorrentFile

SHARES = (0.6, 0.28, 0.12)
"""How the line is divided among the files that move at the same time."""
PIECE = 4 * 1024 * 1024
"""Bytes of a piece."""
INFINITE_ETA = 8_640_000
"""qBittorrent's word for never, in seconds."""


def order_of(torrent: Torrent) -> list[TorrentFile]:
    """The wanted files in the order in which they fill: by index, neighbours sometimes swapped."""
    files = torrent.wanted
    dice = random.Random(zlib.crc32(torrent.hash.encode()))
    for index in range(len(files) - 1):
        if dice.random() < 0.3:
            files[index], files[index + 1] = files[index + 1], files[index]
    return files


def move(torrent: Torrent, start_t: float, seconds: float) -> float:
    """Let a torrent load for `seconds` of story from `start_t` on; tells how many bytes came."""
    if not moving(torrent, start_t):
        return 0.0
    wave = random.Random(f"{torrent.hash}:{start_t:.2f}").random()
    budget = torrent.rate * seconds * (0.85 + 0.3 * wave)
    if torrent.stall is not None and not torrent.stall.over:
        budget = min(budget, max(torrent.stall.at * torrent.size - torrent.done, 0.0))
    left = budget
    open_files = [file for file in order_of(torrent) if file.done < file.size]
    while left > 1 and open_files:
        window = open_files[: len(SHARES)]
        whole = sum(SHARES[: len(window)])
        given = 0.0
        for file, share in zip(window, SHARES, strict=False):
            part = min(left * share / whole, file.size - file.done)
            file.done += part
            given += part
        for file in window:
            if file.size - file.done < 1:
                file.done = float(file.size)
        left -= given
        open_files = [file for file in open_files if file.done < file.size]
    _spill(torrent)
    return budget - left


def _spill(torrent: Torrent) -> None:
    """A deselected file gets the pieces it shares with its neighbours: it shows a little progress and stays partial."""
    for before, file in zip(torrent.files, torrent.files[1:], strict=False):
        if file.priority == 0 and before.done >= before.size and before.size:
            file.done = max(file.done, float(min(PIECE // 2, file.size // 3)))


def moving(torrent: Torrent, story_t: float) -> bool:
    """Whether bytes are coming in."""
    return (
        torrent.has_metadata
        and not torrent.stopped
        and not torrent.state_override
        and torrent.rate > 0
        and not torrent.complete
        and not stalled(torrent, story_t)
    )


def stalled(torrent: Torrent, story_t: float) -> bool:
    """Whether the torrent stands still at this instant of the story."""
    stall = torrent.stall
    return stall is not None and not stall.over and stall.until is not None and story_t < stall.until


def follow_stall(torrent: Torrent, story_t: float) -> None:
    """Begin a stall when its share of the torrent is reached, and end it when its time is over."""
    stall = torrent.stall
    if stall is None or stall.over or not torrent.has_metadata:
        return
    if stall.until is None:
        if torrent.done >= stall.at * torrent.size - 1:
            stall.until = story_t + stall.seconds
    elif story_t >= stall.until:
        stall.over = True


def state_of(torrent: Torrent, story_t: float) -> str:
    """The torrent's state in the words of qBittorrent 5."""
    if torrent.state_override:
        return torrent.state_override
    complete = torrent.complete
    if torrent.stopped:
        return "stoppedUP" if complete else "stoppedDL"
    if not torrent.has_metadata:
        return "metaDL"
    if complete:
        return "uploading" if _uploading(torrent, story_t) else "stalledUP"
    return "stalledDL" if stalled(torrent, story_t) else "downloading"


def speed_of(torrent: Torrent, story_t: float) -> float:
    """Bytes that come in per second of story."""
    if not moving(torrent, story_t):
        return 0.0
    wave = random.Random(f"{torrent.hash}:{int(story_t)}").random()
    return torrent.rate * (0.9 + 0.2 * wave)


def _uploading(torrent: Torrent, story_t: float) -> bool:
    return torrent.completed_t is not None and story_t - torrent.completed_t < 90


def upload_speed_of(torrent: Torrent, story_t: float) -> float:
    """Bytes that go out per second of story: for a while after completion."""
    if torrent.stopped or not torrent.complete or not _uploading(torrent, story_t):
        return 0.0
    return float(zlib.crc32(f"{torrent.hash}:{int(story_t / 3)}".encode()) % 900_000)
