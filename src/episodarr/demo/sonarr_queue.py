"""Sonarr's queue: one row per download AND episode, all rows of a pack repeating the download's numbers."""

import hashlib
from datetime import timedelta

from episodarr.demo import transfers
from episodarr.demo.model import Download, Torrent
from episodarr.demo.sonarr_resources import (
    Json,
    episode_resource,
    instant,
    language,
    quality,
    series_resource,
    time_span,
)
from episodarr.demo.world import World

STATUS_OF_STATE = {
    "error": "warning",
    "missingFiles": "warning",
    "stalledDL": "warning",
    "metaDL": "queued",
    "stoppedDL": "paused",
    "queuedDL": "queued",
    "checkingDL": "queued",
    "checkingUP": "queued",
    "checkingResumeData": "queued",
    "stoppedUP": "completed",
    "uploading": "completed",
    "stalledUP": "completed",
    "queuedUP": "completed",
    "forcedUP": "completed",
}
"""How Sonarr reads qBittorrent's states; anything else is downloading. metaDL is a warning only with DHT off."""


def row_id(download_id: str, episode_id: int) -> int:
    """The row's number: 31 bits of a hash, stored nowhere and the same as long as the download lives."""
    text = f"trackedDownload-1-{download_id}-ep{episode_id}"
    return int.from_bytes(hashlib.sha1(text.encode(), usedforsecurity=False).digest()[:4], "big") & 0x7FFFFFFF


def rows(world: World, *, unknown: bool) -> list[tuple[int, Download, int | None]]:
    """The queue as (row id, download, episode id); downloads that Sonarr cannot place only when `unknown`."""
    found: list[tuple[int, Download, int | None]] = []
    for download in world.arrivals.queue():
        if download.series_id is None:
            if unknown:
                found.append((row_id(download.id, 0), download, None))
            continue
        found.extend((row_id(download.id, number), download, number) for number in download.episode_ids)
    return found


def time_left(world: World, torrent: Torrent) -> float | None:
    """Seconds until the torrent is complete; None when it does not move."""
    speed = transfers.speed_of(torrent, world.t) * world.clock.speed
    if torrent.complete:
        return 0.0
    return (torrent.size - torrent.done) / speed if speed > 0 else None


def queue_resource(
    world: World,
    row: tuple[int, Download, int | None],
    *,
    with_series: bool = False,
    with_episode: bool = False,
    url_base: str = "",
) -> Json:
    """One row of the queue."""
    number, download, episode_id = row
    torrent = world.torrents[download.id.lower()]
    state = transfers.state_of(torrent, world.t)
    status = STATUS_OF_STATE.get(state, "downloading")
    left = time_left(world, torrent)
    resource: Json = {
        "languages": [language(download.release.language)],
        "quality": quality(download.release.quality, download.release.version),
        "customFormats": [],
        "customFormatScore": 0,
        "size": torrent.size,
        "title": torrent.name if download.series_id is None else download.release.title,
        "added": instant(download.added_at),
        "status": status,
        "trackedDownloadStatus": "warning" if download.state == "importBlocked" else "ok",
        "trackedDownloadState": download.state,
        "statusMessages": [{"title": one.title, "messages": list(one.messages)} for one in download.messages],
        "downloadId": download.id,
        "protocol": "torrent",
        "downloadClient": "qBittorrent",
        "downloadClientHasPostImportCategory": False,
        "outputPath": torrent.content_path,
        "episodeHasFile": False,
        "sizeleft": torrent.size - int(torrent.done),
        "id": number,
    }
    if download.grabbed:
        resource["indexer"] = download.release.indexer
    if state == "stalledDL":
        resource["errorMessage"] = "The download is stalled with no connections"
    if state in {"error", "missingFiles"}:
        resource["errorMessage"] = "qBittorrent is reporting an error"
    if left is not None:
        resource["timeleft"] = time_span(left)
        resource["estimatedCompletionTime"] = instant(world.now + timedelta(seconds=left))
    if episode_id is not None and episode_id in world.episodes:
        episode = world.episodes[episode_id]
        resource |= {"seriesId": episode.series_id, "episodeId": episode_id, "seasonNumber": episode.season}
        resource["episodeHasFile"] = bool(episode.file_id)
        if with_series:
            resource["series"] = series_resource(world, world.series[episode.series_id], url_base)
        if with_episode:
            resource["episode"] = episode_resource(world, episode)
    return resource


def queue_status(world: World) -> Json:
    """The numbers of GET /queue/status."""
    known = rows(world, unknown=False)
    everything = rows(world, unknown=True)
    warnings = any(download.state == "importBlocked" for _, download, _ in known)
    return {
        "totalCount": len(everything),
        "count": len(known),
        "unknownCount": len(everything) - len(known),
        "errors": False,
        "warnings": warnings,
        "unknownErrors": False,
        "unknownWarnings": False,
    }
