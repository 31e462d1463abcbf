"""What Sonarr's webhooks say: one POST per event, without retry. The shapes differ from those of the API."""

from typing import Any

from episodarr.demo.model import Download, Episode, EpisodeFile, Event, Series
from episodarr.demo.sonarr_resources import images, language
from episodarr.demo.world import World

Json = dict[str, Any]


def _series(world: World, series: Series) -> Json:
    return {
        "id": series.id,
        "title": series.title,
        "titleSlug": series.slug,
        "path": series.path,
        "tvdbId": series.tvdb_id,
        "tvMazeId": series.tvmaze_id,
        "tmdbId": series.tmdb_id,
        "imdbId": series.imdb_id,
        "type": series.kind,
        "year": series.year,
        "genres": list(series.genres),
        "images": images(series),
        "tags": [world.tags[number] for number in series.tags],
        "originalLanguage": language(series.language),
    }


def _episode(episode: Episode) -> Json:
    made: Json = {
        "id": episode.id,
        "episodeNumber": episode.number,
        "seasonNumber": episode.season,
        "title": episode.title,
        "seriesId": episode.series_id,
        "tvdbId": episode.tvdb_id,
    }
    if episode.overview:
        made["overview"] = episode.overview
    if episode.air_at is not None:
        made["airDate"] = episode.air_at.date().isoformat()
        made["airDateUtc"] = episode.air_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return made


def _file(file: EpisodeFile) -> Json:
    """A file as in webhooks: the quality is a name, and media info's languages are arrays."""
    release = file.release
    return {
        "id": file.id,
        "relativePath": file.relative_path,
        "path": file.path,
        "quality": release.quality.name,
        "qualityVersion": release.version,
        "releaseGroup": release.group,
        "sceneName": release.title,
        "size": file.size,
        "dateAdded": file.added_at.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "languages": [language(release.language)],
        "mediaInfo": {
            "audioChannels": 2.0,
            "audioCodec": "AAC",
            "audioLanguages": [release.language.code],
            "height": release.quality.resolution,
            "width": release.quality.resolution * 16 // 9,
            "subtitles": ["eng"],
            "videoCodec": "x265" if release.quality.source == "bluray" else "h264",
            "videoDynamicRange": "",
            "videoDynamicRangeType": "",
        },
    }


def _client(download: Download) -> Json:
    return {"downloadClient": "qBittorrent", "downloadClientType": "qBittorrent", "downloadId": download.id}


def _release(download: Download) -> Json:
    release = download.release
    return {
        "releaseTitle": release.title,
        "indexer": release.indexer,
        "size": release.size,
        "releaseType": release.kind,
    }


NO_FORMATS: Json = {"customFormats": [], "customFormatScore": 0}


def payload(world: World, event: Event, instance: str, application_url: str) -> Json:
    """The body of the webhook that tells of `event`."""
    body: Json = {"series": _series(world, event.series)}
    if event.kind not in {"Rename", "SeriesAdd", "SeriesDelete"}:
        body["episodes"] = [_episode(episode) for episode in event.episodes]
    body |= _particulars(event)
    return body | {"eventType": event.kind, "instanceName": instance, "applicationUrl": application_url}


def _particulars(event: Event) -> Json:
    download = event.download
    match event.kind:
        case "Grab" if download is not None:
            return _grab(download)
        case "Download" if event.import_complete and download is not None:
            return {
                "episodeFiles": [_file(file) for file in event.files],
                **_client(download),
                "release": _release(download),
                "fileCount": len(event.files),
                "sourcePath": event.source_path,
                "destinationPath": event.series.path,
            }
        case "Download":
            return _imported(event)
        case "EpisodeFileDelete":
            return {"episodeFile": _file(event.files[0]), "deleteReason": event.reason}
        case "Rename":
            file = event.files[0]
            before = event.previous_path
            relative = before.removeprefix(f"{event.series.path}/")
            return {"renamedEpisodeFiles": [{**_file(file), "previousRelativePath": relative, "previousPath": before}]}
        case "SeriesDelete":
            return {"deletedFiles": event.deleted_files}
        case "ManualInteractionRequired" if download is not None:
            return _blocked(download)
        case _:
            return {}


def _grab(download: Download) -> Json:
    release = download.release
    return {
        "release": {
            "quality": release.quality.name,
            "qualityVersion": release.version,
            "releaseGroup": release.group,
            "releaseTitle": release.title,
            "indexer": release.indexer,
            "size": release.size,
            "customFormatScore": 0,
            "customFormats": [],
            "languages": [language(release.language)],
        },
        **_client(download),
        "customFormatInfo": NO_FORMATS,
    }


def _imported(event: Event) -> Json:
    file = event.files[0]
    body: Json = {"episodeFile": {**_file(file), "sourcePath": file.source_path}, "isUpgrade": bool(event.replaced)}
    if event.download is not None:
        body |= {**_client(event.download), "release": _release(event.download)}
    if event.replaced:
        body["deletedFiles"] = [{**_file(old), "recycleBinPath": ""} for old in event.replaced]
    return body | {"customFormatInfo": NO_FORMATS}


def _blocked(download: Download) -> Json:
    release = download.release
    return {
        "downloadInfo": {
            "quality": release.quality.name,
            "qualityVersion": release.version,
            "title": release.title,
            "size": release.size,
        },
        **_client(download),
        "downloadStatus": "Warning",
        "downloadStatusMessages": [{"title": one.title, "messages": list(one.messages)} for one in download.messages],
        "customFormatInfo": NO_FORMATS,
        "release": _release(download),
    }


def trial_payload(instance: str, application_url: str) -> Json:
    """The body of the Test button: invented ids that must never be stored."""
    return {
        "series": {
            "id": 1,
            "title": "Test Title",
            "path": "C:\\testpath",
            "tvdbId": 1234,
            "tvMazeId": 0,
            "tmdbId": 0,
            "type": "standard",
            "year": 0,
            "tags": ["test-tag"],
        },
        "episodes": [
            {"id": 123, "episodeNumber": 1, "seasonNumber": 1, "title": "Test title", "seriesId": 0, "tvdbId": 0}
        ],
        "eventType": "Test",
        "instanceName": instance,
        "applicationUrl": application_url,
    }
