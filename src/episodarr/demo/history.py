"""Sonarr's history: one row per event and episode."""

from typing import TYPE_CHECKING

from episodarr.demo.model import Episode, EpisodeFile, HistoryRow, Release

if TYPE_CHECKING:
    from datetime import datetime

    from episodarr.demo.world import World

EVENT_NUMBERS = {
    "unknown": 0,
    "grabbed": 1,
    "seriesFolderImported": 2,
    "downloadFolderImported": 3,
    "downloadFailed": 4,
    "episodeFileDeleted": 5,
    "episodeFileRenamed": 6,
    "downloadIgnored": 7,
}
"""Sonarr's event words and the integers that its filters take."""

RELEASE_TYPES = {
    "unknown": "Unknown",
    "singleEpisode": "SingleEpisode",
    "multiEpisode": "MultiEpisode",
    "seasonPack": "SeasonPack",
}


def write(
    world: "World",
    event: str,
    episode: Episode,
    release: Release,
    download_id: str | None,
    *,
    file: EpisodeFile | None = None,
    reason: str = "",
    message: str = "",
    previous_path: str = "",
    at: "datetime | None" = None,
) -> HistoryRow:
    """Add a row to the history, with the data that Sonarr keeps for its kind of event."""
    title = release.title
    data = {"releaseGroup": release.group, "releaseType": RELEASE_TYPES[release.kind]}
    client = {"downloadClient": "qBittorrent", "downloadClientName": "qBittorrent"}
    match event:
        case "grabbed":
            data |= {"indexer": release.indexer, **client, "size": str(release.size), "protocol": "2"}
            data["torrentInfoHash"] = download_id or ""
        case "downloadFolderImported" if file is not None:
            data |= {"fileId": str(file.id), "droppedPath": file.source_path, "importedPath": file.path, **client}
            data["size"] = str(file.size)
        case "episodeFileDeleted" if file is not None:
            data |= {"reason": reason, "size": str(file.size)}
            title = file.path
        case "episodeFileRenamed" if file is not None:
            data |= {"sourcePath": previous_path, "path": file.path}
            title = previous_path
        case "downloadFailed":
            data |= {**client, "message": message}
        case "downloadIgnored":
            data |= {**client, "message": "Manually ignored"}
        case _:
            pass
    row = HistoryRow(
        id=world.next_id("history"),
        episode_id=episode.id,
        series_id=episode.series_id,
        event=event,
        at=at or world.now,
        title=title,
        release=release,
        download_id=download_id,
        data=data,
    )
    world.history.append(row)
    return row
