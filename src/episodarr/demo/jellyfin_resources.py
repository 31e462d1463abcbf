"""The items of Jellyfin's API, made from what the library lists; many members appear only when `fields` asks."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from episodarr.demo.model import Episode, LibraryItem, Series
from episodarr.demo.world import World

Json = dict[str, Any]

TICKS = 10_000_000
"""Ticks of 100 ns in a second."""
SERVER_ID = "5d0c0f7b6a4e4c0d9b1f3a2e8c7d6e5f"


@lru_cache(maxsize=50_000)
def item_id(kind: str, text: str) -> str:
    """32 hex digits of kind and lower-cased path: a renamed file is a new item."""
    return hashlib.md5(f"{kind}{text.lower()}".encode(), usedforsecurity=False).hexdigest()


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with seven fractional digits."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def series_id(series: Series) -> str:
    """The item id of a series."""
    return item_id("Series", series.path)


def season_id(series: Series, number: int) -> str:
    """The item id of a season."""
    return item_id("Season", f"{series.path}/{number}")


def virtual_id(series: Series, episode: Episode) -> str:
    """The item id of an episode as long as it has no file."""
    return item_id("Episode", f"{series.path}/virtual/{episode.code}")


class Items:
    """Everything the library lists, as items with full `fields`; made anew for each request."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of_series: dict[int, list[LibraryItem]] = {}
        for item in world.library.items.values():
            if item.series_id in world.series:
                self._of_series.setdefault(item.series_id, []).append(item)

    def series(self) -> list[Json]:
        """Every series that has at least one listed file, by name."""
        listed = [self.one_series(self._world.series[number]) for number in self._of_series]
        return sorted(listed, key=lambda item: str(item["SortName"]))

    def knows(self, series: Series) -> bool:
        """Whether the library lists the series."""
        return series.id in self._of_series

    def of_show(self, wanted: str) -> list[Json] | None:
        """The episodes of the series with that id; None when it is not listed."""
        known = (self._world.series[number] for number in self._of_series)
        return next((self.episodes(one) for one in known if series_id(one) == wanted), None)

    def all(self, kinds: set[str]) -> list[Json]:
        """All items of some kinds (lower case), or of every kind when none is named."""
        listed = self.series() if not kinds or "series" in kinds else []
        for number in self._of_series:
            series = self._world.series[number]
            if not kinds or "season" in kinds:
                listed += self.seasons(series)
            if not kinds or "episode" in kinds:
                listed += self.episodes(series)
        return listed

    def find(self, wanted: str) -> Json | None:
        """The item of that id; only the one that is found is made."""
        for number, files in self._of_series.items():
            series = self._world.series[number]
            if series_id(series) == wanted:
                return self.one_series(series)
            for item in files:
                if item_id("Episode", item.path) == wanted:
                    return self._file(series, item)
            if any(season_id(series, one) == wanted for one in series.seasons):
                return next(one for one in self.seasons(series) if one["Id"] == wanted)
            if any(virtual_id(series, one) == wanted for one in self._world.episodes_of[number]):
                return next((one for one in self.episodes(series) if one["Id"] == wanted), None)
        return None

    def one_series(self, series: Series) -> Json:
        """A series."""
        files = self._of_series.get(series.id, [])
        seasons = {item.season for item in files}
        premiere = min((one.air_at for one in self._world.episodes_of[series.id] if one.air_at), default=None)
        made: Json = {
            "Name": series.title,
            "ServerId": SERVER_ID,
            "Id": series_id(series),
            "DateCreated": instant(min((item.listed_at for item in files), default=series.added_at)),
            "SortName": series.title.lower().removeprefix("the "),
            "Path": series.path,
            "OfficialRating": series.certification,
            "Overview": series.overview,
            "Genres": list(series.genres),
            "CommunityRating": round(7 + series.id % 25 / 10, 1),
            "RunTimeTicks": series.runtime * 60 * TICKS,
            "ProductionYear": series.year,
            "ProviderIds": {
                "Tvdb": str(series.tvdb_id),
                "Tmdb": str(series.tmdb_id),
                "Imdb": series.imdb_id,
            },
            "IsFolder": True,
            "Type": "Series",
            "Status": "Ended" if series.ended else "Continuing",
            "AirDays": [],
            "ChildCount": len(seasons),
            "RecursiveItemCount": len(files),
            "ImageTags": {},
            "BackdropImageTags": [],
            "ImageBlurHashes": {},
            "LocationType": "FileSystem",
            "MediaType": "Unknown",
        }
        if premiere is not None:
            made["PremiereDate"] = instant(premiere)
        return made

    def seasons(self, series: Series) -> list[Json]:
        """The seasons of a series; one without any file is virtual."""
        listed = {item.season for item in self._of_series.get(series.id, [])}
        numbers = sorted({*listed, *(one.season for one in self._world.episodes_of[series.id])})
        return [self._season(series, number, there=number in listed) for number in numbers]

    def _season(self, series: Series, number: int, *, there: bool) -> Json:
        name = "Specials" if number == 0 else f"Season {number}"
        made: Json = {
            "Name": name,
            "ServerId": SERVER_ID,
            "Id": season_id(series, number),
            "DateCreated": instant(series.added_at),
            "SortName": f"{number:04d}",
            "ParentId": series_id(series),
            "ProviderIds": {},
            "IndexNumber": number,
            "IsFolder": True,
            "Type": "Season",
            "SeriesName": series.title,
            "SeriesId": series_id(series),
            "ChildCount": sum(1 for item in self._of_series.get(series.id, []) if item.season == number),
            "ImageTags": {},
            "BackdropImageTags": [],
            "ImageBlurHashes": {},
            "LocationType": "FileSystem" if there else "Virtual",
            "MediaType": "Unknown",
        }
        if there:
            folder = "Specials" if number == 0 else f"Season {number:02d}"
            made["Path"] = f"{series.path}/{folder}"
        return made

    def episodes(self, series: Series) -> list[Json]:
        """The listed files and, as virtual items, the episodes that are known without one; in order."""
        files = self._of_series.get(series.id, [])
        covered = {(item.season, number) for item in files for number in range(item.number, _last(item) + 1)}
        made = [self._file(series, item) for item in files]
        made += [
            self._virtual(series, one)
            for one in self._world.episodes_of[series.id]
            if (one.season, one.number) not in covered
        ]
        return sorted(made, key=lambda item: (item["ParentIndexNumber"], item["IndexNumber"]))

    def _common(self, series: Series, season: int, number: int, title: str, overview: str) -> Json:
        return {
            "Name": title,
            "ServerId": SERVER_ID,
            "SortName": f"{season:03d} - {number:04d} - {title}",
            "ParentId": season_id(series, season),
            "Overview": overview,
            "IndexNumber": number,
            "ParentIndexNumber": season,
            "IsFolder": False,
            "Type": "Episode",
            "SeriesName": series.title,
            "SeriesId": series_id(series),
            "SeasonId": season_id(series, season),
            "SeasonName": "Specials" if season == 0 else f"Season {season}",
            "ImageTags": {},
            "BackdropImageTags": [],
            "ImageBlurHashes": {},
            "MediaType": "Video",
        }

    def _file(self, series: Series, item: LibraryItem) -> Json:
        made = {
            **self._common(series, item.season, item.number, item.title, item.overview),
            "Id": item_id("Episode", item.path),
            "DateCreated": instant(item.listed_at),
            "Container": "mkv",
            "HasSubtitles": True,
            "MediaSources": [media_source(item)],
            "MediaStreams": media_streams(item),
            "Path": item.path,
            "RunTimeTicks": item.runtime * 60 * TICKS,
            "ProviderIds": {"Tvdb": str(item.tvdb_id), "Imdb": f"tt98{item.tvdb_id % 100_000:05d}"},
            "VideoType": "VideoFile",
            "LocationType": "FileSystem",
            "Width": item.quality.resolution * 16 // 9,
            "Height": item.quality.resolution,
        }
        if item.number_end is not None:
            made["IndexNumberEnd"] = item.number_end
        if item.air_at is not None:
            made["PremiereDate"] = instant(item.air_at)
            made["ProductionYear"] = item.air_at.year
        return made

    def _virtual(self, series: Series, episode: Episode) -> Json:
        made = {
            **self._common(series, episode.season, episode.number, episode.title, episode.overview),
            "Id": virtual_id(series, episode),
            "DateCreated": instant(series.added_at),
            "ProviderIds": {"Tvdb": str(episode.tvdb_id)},
            "LocationType": "Virtual",
        }
        if episode.air_at is not None:
            made["PremiereDate"] = instant(episode.air_at)
            made["ProductionYear"] = episode.air_at.year
        return made


def _last(item: LibraryItem) -> int:
    return item.number_end or item.number


def media_streams(item: LibraryItem) -> list[Json]:
    """The streams of a file: picture, sound, subtitles."""
    height = item.quality.resolution
    shared: Json = {
        "IsInterlaced": False,
        "IsDefault": True,
        "IsForced": False,
        "IsHearingImpaired": False,
        "IsExternal": False,
        "IsTextSubtitleStream": False,
        "SupportsExternalStream": False,
        "VideoRange": "Unknown",
        "VideoRangeType": "Unknown",
        "AudioSpatialFormat": "None",
    }
    picture = {**shared, "Codec": "hevc", "Type": "Video", "Index": 0, "Height": height, "Width": height * 16 // 9}
    picture |= {"VideoRange": "SDR", "VideoRangeType": "SDR"}
    sound = {**shared, "Codec": "aac", "Type": "Audio", "Index": 1, "Language": item.language.code, "Channels": 2}
    words = {**shared, "Codec": "ass", "Type": "Subtitle", "Index": 2, "Language": "eng", "IsTextSubtitleStream": True}
    return [picture, sound, words]


def media_source(item: LibraryItem) -> Json:
    """The one source of a file."""
    return {
        "Protocol": "File",
        "Id": item_id("Episode", item.path),
        "Path": item.path,
        "Type": "Default",
        "Container": "mkv",
        "Size": item.size,
        "Name": item.path.rsplit("/", 1)[-1].removesuffix(".mkv"),
        "IsRemote": False,
        "RunTimeTicks": item.runtime * 60 * TICKS,
        "ReadAtNativeFramerate": False,
        "IgnoreDts": False,
        "IgnoreIndex": False,
        "GenPtsInput": False,
        "SupportsTranscoding": True,
        "SupportsDirectStream": True,
        "SupportsDirectPlay": True,
        "IsInfiniteStream": False,
        "UseMostCompatibleTranscodingProfile": False,
        "RequiresOpening": False,
        "RequiresClosing": False,
        "RequiresLooping": False,
        "SupportsProbing": True,
        "VideoType": "VideoFile",
        "MediaStreams": media_streams(item),
        "MediaAttachments": [],
        "Formats": [],
        "Bitrate": int(item.size * 8 / max(item.runtime * 60, 1)),
        "RequiredHttpHeaders": {},
        "TranscodingSubProtocol": "http",
        "DefaultAudioStreamIndex": 1,
        "HasSegments": False,
    }


ON_REQUEST = {
    "ProviderIds": "ProviderIds",
    "Path": "Path",
    "MediaSources": "MediaSources",
    "MediaStreams": "MediaStreams",
    "DateCreated": "DateCreated",
    "Overview": "Overview",
    "Genres": "Genres",
    "SortName": "SortName",
    "ParentId": "ParentId",
    "ChildCount": "ChildCount",
    "RecursiveItemCount": "RecursiveItemCount",
    "Width": "Width",
    "Height": "Height",
}
"""Members that an item shows only when `fields` names them."""


def with_fields(item: Json, fields: Iterable[str]) -> Json:
    """The item with the members that are always there and those that `fields` (lower case) asks for."""
    wanted = set(fields)
    return {name: value for name, value in item.items() if name not in ON_REQUEST or name.lower() in wanted}
