"""The resources of Sonarr's API v3, made from the world. Members that are null are left out, as Sonarr leaves them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from episodarr.demo.model import (
    Command,
    Episode,
    EpisodeFile,
    HistoryRow,
    Language,
    Quality,
    Series,
)
from episodarr.demo.naming import clean_of
from episodarr.demo.world import World

Json = dict[str, Any]


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with Z, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_span(seconds: float) -> str:
    """A .NET TimeSpan: `[d.]hh:mm:ss`."""
    whole = max(int(seconds), 0)
    days, rest = divmod(whole, 86_400)
    text = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    return f"{days}.{text}" if days else text


def language(one: Language) -> Json:
    """`{id, name}`."""
    return {"id": one.id, "name": one.name}


def quality(one: Quality, version: int = 1) -> Json:
    """A quality with its revision."""
    return {
        "quality": {"id": one.id, "name": one.name, "source": one.source, "resolution": one.resolution},
        "revision": {"version": version, "real": 0, "isRepack": version > 1},
    }


def _percent(files: int, episodes: int) -> float:
    return 100.0 * files / episodes if episodes else 0.0


def _counted(world: World, episode: Episode) -> bool:
    """`episodeCount` counts episodes that are monitored AND aired, OR have a file."""
    return bool(episode.file_id) or (episode.monitored and world.aired(episode))


def _statistics(world: World, episodes: list[Episode], files: Iterable[EpisodeFile]) -> Json:
    kept = list(files)
    counted = sum(1 for episode in episodes if _counted(world, episode))
    with_file = sum(1 for episode in episodes if episode.file_id)
    return {
        "episodeFileCount": with_file,
        "episodeCount": counted,
        "totalEpisodeCount": len(episodes),
        "sizeOnDisk": sum(file.size for file in kept),
        "releaseGroups": sorted({file.release.group for file in kept}),
        "percentOfEpisodes": _percent(with_file, counted),
    }


def _season_statistics(world: World, episodes: list[Episode], files: Iterable[EpisodeFile]) -> Json:
    now = world.now
    made = _statistics(world, episodes, files)
    past = [one.air_at for one in episodes if one.air_at is not None and one.air_at <= now]
    coming = [one.air_at for one in episodes if one.air_at is not None and one.air_at > now and one.monitored]
    if coming:
        made["nextAiring"] = instant(min(coming))
    if past:
        made["previousAiring"] = instant(max(past))
    return made


def series_resource(world: World, series: Series, url_base: str = "") -> Json:
    """A series as in GET /series, with the statistics of each season."""
    episodes = world.episodes_of[series.id]
    files = world.files_of[series.id]
    of_season: dict[int, list[Episode]] = {number: [] for number in series.seasons}
    for episode in episodes:
        of_season[episode.season].append(episode)
    files_of_season: dict[int, list[EpisodeFile]] = {}
    for file in files.values():
        files_of_season.setdefault(file.season, []).append(file)
    seasons: list[Json] = [
        {
            "seasonNumber": number,
            "monitored": series.seasons[number].monitored,
            "statistics": _season_statistics(world, of_season[number], files_of_season.get(number, [])),
        }
        for number in sorted(series.seasons)
    ]
    regular = [episode for episode in episodes if episode.season > 0]
    aired = [episode.air_at for episode in regular if episode.air_at is not None]
    nexts = [season["statistics"]["nextAiring"] for season in seasons if "nextAiring" in season["statistics"]]
    past = [season["statistics"]["previousAiring"] for season in seasons if "previousAiring" in season["statistics"]]
    statistics = {"seasonCount": sum(1 for number in series.seasons if number > 0)}
    resource: Json = {
        "title": series.title,
        "alternateTitles": [],
        "sortTitle": series.title.lower().removeprefix("the "),
        "status": "ended" if series.ended else "continuing",
        "ended": series.ended,
        "overview": series.overview,
        "network": series.network,
        "airTime": series.air_time,
        "images": images(series, url_base),
        "originalLanguage": language(series.language),
        "seasons": seasons,
        "year": series.year,
        "path": series.path,
        "qualityProfileId": series.quality_profile_id,
        "seasonFolder": series.season_folder,
        "monitored": series.monitored,
        "monitorNewItems": "all",
        "useSceneNumbering": False,
        "runtime": series.runtime,
        "tvdbId": series.tvdb_id,
        "tvRageId": 0,
        "tvMazeId": series.tvmaze_id,
        "tmdbId": series.tmdb_id,
        "seriesType": series.kind,
        "cleanTitle": clean_of(series.title),
        "imdbId": series.imdb_id,
        "titleSlug": series.slug,
        "rootFolderPath": f"{series.root}/",
        "certification": series.certification,
        "genres": list(series.genres),
        "tags": series.tags,
        "added": instant(series.added_at),
        "ratings": {"votes": 900 + series.id * 37, "value": round(7 + series.id % 25 / 10, 1)},
        "statistics": {**statistics, **_statistics(world, episodes, files.values())},
        "languageProfileId": 1,
        "id": series.id,
    }
    if nexts:
        resource["nextAiring"] = min(nexts)
    if past:
        resource["previousAiring"] = max(past)
    if aired:
        resource["firstAired"] = instant(min(aired).replace(hour=0, minute=0, second=0))
        resource["lastAired"] = instant(max(aired).replace(hour=0, minute=0, second=0))
    return resource


def images(series: Series, url_base: str = "") -> list[Json]:
    """The poster: by Sonarr's own address and by the outside one (which does not exist)."""
    return [
        {
            "coverType": "poster",
            "url": f"{url_base}/MediaCover/{series.id}/poster.jpg?lastWrite={638_876_138_434_814_998 + series.id}",
            "remoteUrl": f"https://artworks.example/banners/v4/series/{series.tvdb_id}/posters/1.jpg",
        }
    ]


def episode_resource(
    world: World,
    episode: Episode,
    *,
    with_series: bool = False,
    with_file: bool = False,
    with_images: bool = False,
    url_base: str = "",
) -> Json:
    """An episode as in GET /episode. `airDate` is the broadcaster's day, taken as the UTC day here."""
    resource: Json = {
        "seriesId": episode.series_id,
        "tvdbId": episode.tvdb_id,
        "episodeFileId": episode.file_id,
        "seasonNumber": episode.season,
        "episodeNumber": episode.number,
        "title": episode.title,
        "runtime": episode.runtime,
        "hasFile": bool(episode.file_id),
        "monitored": episode.monitored,
        "unverifiedSceneNumbering": False,
        "id": episode.id,
    }
    if episode.air_at is not None:
        resource["airDate"] = episode.air_at.date().isoformat()
        resource["airDateUtc"] = instant(episode.air_at)
    if episode.overview:
        resource["overview"] = episode.overview
    if episode.absolute is not None:
        resource["absoluteEpisodeNumber"] = episode.absolute
    if episode.finale is not None:
        resource["finaleType"] = episode.finale
    if episode.searched_at is not None:
        resource["lastSearchTime"] = instant(episode.searched_at)
    if with_file and episode.file_id:
        resource["episodeFile"] = file_resource(world.files[episode.file_id])
    if with_series:
        resource["series"] = series_resource(world, world.series[episode.series_id], url_base)
    if with_images:
        resource["images"] = []
    return resource


def file_resource(file: EpisodeFile) -> Json:
    """An episode file as in GET /episodefile. Languages of media info are joined with slashes here."""
    release, minutes = file.release, file.runtime
    resource: Json = {
        "seriesId": file.series_id,
        "seasonNumber": file.season,
        "relativePath": file.relative_path,
        "path": file.path,
        "size": file.size,
        "dateAdded": instant(file.added_at),
        "sceneName": release.title,
        "releaseGroup": release.group,
        "languages": [language(release.language)],
        "quality": quality(release.quality, release.version),
        "customFormats": [],
        "customFormatScore": 0,
        "indexerFlags": 0,
        "releaseType": release.kind,
        "mediaInfo": {
            "audioBitrate": 0,
            "audioChannels": 2 if release.language.code == "jpn" else 5.1,
            "audioCodec": "AAC" if release.language.code == "jpn" else "EAC3",
            "audioLanguages": release.language.code,
            "audioStreamCount": 1,
            "videoBitDepth": 10 if release.quality.resolution >= 1080 else 8,
            "videoBitrate": 0,
            "videoCodec": "x265" if release.quality.source == "bluray" else "h264",
            "videoFps": 23.976,
            "videoDynamicRange": "",
            "videoDynamicRangeType": "",
            "resolution": f"{release.quality.resolution * 16 // 9}x{release.quality.resolution}",
            "runTime": f"{minutes // 60}:{minutes % 60:02d}:07" if minutes >= 60 else f"{minutes - 1}:41",
            "scanType": "Progressive",
            "subtitles": "eng",
        },
        "qualityCutoffNotMet": release.quality.resolution < 1080,
        "id": file.id,
    }
    return resource


def history_resource(world: World, row: HistoryRow, *, with_series: bool = False, with_episode: bool = False) -> Json:
    """A history row. An episode that left Sonarr is left out, as its id stays."""
    resource: Json = {
        "episodeId": row.episode_id,
        "seriesId": row.series_id,
        "sourceTitle": row.title,
        "languages": [language(row.release.language)],
        "quality": quality(row.release.quality, row.release.version),
        "customFormats": [],
        "customFormatScore": 0,
        "qualityCutoffNotMet": row.release.quality.resolution < 1080,
        "date": instant(row.at),
        "eventType": row.event,
        "data": row.data,
        "id": row.id,
    }
    if row.download_id is not None:
        resource["downloadId"] = row.download_id
    if with_episode and row.episode_id in world.episodes:
        resource["episode"] = episode_resource(world, world.episodes[row.episode_id])
    if with_series and row.series_id in world.series:
        resource["series"] = series_resource(world, world.series[row.series_id])
    return resource


def command_resource(command: Command) -> Json:
    """A command as in GET /command/{id}."""
    ended = command.status == "completed"
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in command.name).strip()
    resource: Json = {
        "name": command.name,
        "commandName": words,
        "body": {
            "sendUpdatesToClient": True,
            "updateScheduledTask": True,
            "completionMessage": "Completed",
            "requiresDiskAccess": False,
            "isExclusive": False,
            "isLongRunning": False,
            "name": command.name,
            "trigger": "manual",
            "suppressMessages": False,
        },
        "priority": "normal",
        "status": command.status,
        "result": "successful" if ended else "unknown",
        "queued": instant(command.queued_at),
        "trigger": "manual",
        "stateChangeTime": instant(command.ended_at or command.started_at or command.queued_at),
        "sendUpdatesToClient": True,
        "updateScheduledTask": True,
        "id": command.id,
    }
    if command.message:
        resource["message"] = command.message
    if command.started_at is not None:
        resource["started"] = instant(command.started_at)
    if command.ended_at is not None and command.started_at is not None:
        resource["ended"] = instant(command.ended_at)
        resource["duration"] = time_span((command.ended_at - command.started_at).total_seconds())
    return resource
