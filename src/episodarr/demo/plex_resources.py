"""The items of Plex's API, made from what its library lists. Lists are left out when they are empty."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from episodarr.demo.model import Episode, LibraryItem, Series
from episodarr.demo.plex_library import PlexLibrary
from episodarr.demo.world import World

Json = dict[str, Any]
MACHINE_ID = "9f0e8d7c6b5a49382716f5e4d3c2b1a09f0e8d7c"
SHOW, SEASON, EPISODE = 2, 3, 4
_ELEMENT = {"show": "Directory", "season": "Directory", "episode": "Video", "movie": "Video"}


def unix(at: datetime) -> int:
    """Whole Unix seconds."""
    return int(at.timestamp())


def _plex_id(kind: str, text: str) -> str:
    """`plex://show/<24 hex digits>`, as the new agents name things."""
    return f"plex://{kind}/{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:24]}"


class Shelf:
    """Everything that Plex lists, as items; made anew for each request. `legacy`: the agents of before 2020."""

    def __init__(self, world: World, library: PlexLibrary, sections: dict[str, str], *, legacy: bool = False) -> None:
        """`sections`: id of a library -> its folder."""
        self._world, self._library, self._sections, self._legacy = world, library, sections, legacy
        self._of_series: dict[int, list[LibraryItem]] = {}
        self._episodes: dict[int, dict[tuple[int, int], Episode]] = {}
        for item in library.items.values():
            if item.series_id in world.series:
                self._of_series.setdefault(item.series_id, []).append(item)

    def section_of(self, series: Series) -> str:
        """The library that holds a series; empty when none does."""
        return next((key for key, folder in self._sections.items() if series.path.startswith(f"{folder}/")), "")

    def shows(self, section: str) -> list[Json]:
        """The shows of a library, first added first."""
        held = [self._world.series[number] for number in self._of_series]
        return _in_order(self._show(one) for one in held if self.section_of(one) == section)

    def episodes(self, section: str) -> list[Json]:
        """The episodes of a library, first added first."""
        held = [self._world.series[number] for number in self._of_series]
        return _in_order(item for one in held if self.section_of(one) == section for item in self.leaves(one))

    def leaves(self, series: Series) -> list[Json]:
        """The episodes of a show, by season and number."""
        made = [leaf for item in self._of_series.get(series.id, []) for leaf in self._leaves_of(series, item)]
        return sorted(made, key=lambda item: (item["parentIndex"], item["index"]))

    def seasons(self, series: Series) -> list[Json]:
        """The seasons of a show that hold something."""
        return [self._season(series, number) for number in sorted({one.season for one in self._of_series[series.id]})]

    def find(self, key: str) -> tuple[Json, Series] | None:
        """The item of a rating key, and its show."""
        for number in self._of_series:
            series = self._world.series[number]
            for item in ([self._show(series)], self.seasons(series), self.leaves(series)):
                for one in item:
                    if one["ratingKey"] == key:
                        return one, series
        return None

    def listed(self, item: LibraryItem) -> Json | None:
        """The first episode of a listed file."""
        series = self._world.series.get(item.series_id)
        return next(iter(self._leaves_of(series, item)), None) if series is not None else None

    def _show_guid(self, series: Series) -> str:
        legacy = f"com.plexapp.agents.thetvdb://{series.tvdb_id}?lang=en"
        return legacy if self._legacy else _plex_id("show", series.path)

    def _show(self, series: Series) -> Json:
        files = self._of_series.get(series.id, [])
        key = self._library.key(f"show:{series.id}")
        made: Json = {
            "ratingKey": key,
            "key": f"/library/metadata/{key}/children",
            "guid": self._show_guid(series),
            "type": "show",
            "title": series.title,
            "titleSort": series.title.removeprefix("The "),
            "contentRating": series.certification,
            "summary": series.overview,
            "index": 1,
            "year": series.year,
            "duration": series.runtime * 60_000,
            "leafCount": sum(_last(item) - item.number + 1 for item in files),
            "viewedLeafCount": 0,
            "childCount": len({item.season for item in files}),
            "addedAt": unix(min((item.listed_at for item in files), default=series.added_at)),
            "updatedAt": unix(max((item.listed_at for item in files), default=series.added_at)),
        }
        if not self._legacy:
            ids = (f"imdb://{series.imdb_id}", f"tmdb://{series.tmdb_id}", f"tvdb://{series.tvdb_id}")
            made["Guid"] = [{"id": one} for one in ids]
        return made

    def _season(self, series: Series, number: int) -> Json:
        key, show = self._library.key(f"season:{series.id}/{number}"), self._library.key(f"show:{series.id}")
        held = [item for item in self._of_series[series.id] if item.season == number]
        return {
            "ratingKey": key,
            "key": f"/library/metadata/{key}/children",
            "guid": _plex_id("season", f"{series.path}/{number}"),
            "parentRatingKey": show,
            "parentTitle": series.title,
            "type": "season",
            "title": "Specials" if number == 0 else f"Season {number}",
            "summary": "",
            "index": number,
            "leafCount": sum(_last(item) - item.number + 1 for item in held),
            "viewedLeafCount": 0,
            "addedAt": unix(min(item.listed_at for item in held)),
            "updatedAt": unix(max(item.listed_at for item in held)),
        }

    def _leaves_of(self, series: Series, item: LibraryItem) -> list[Json]:
        """A file of several episodes is several items that share the file."""
        if series.id not in self._episodes:
            listed = self._world.episodes_of[series.id]
            self._episodes[series.id] = {(one.season, one.number): one for one in listed}
        held = self._episodes[series.id]
        numbers = range(item.number, _last(item) + 1)
        return [self._leaf(series, item, number, held.get((item.season, number))) for number in numbers]

    def _leaf(self, series: Series, item: LibraryItem, number: int, episode: Episode | None) -> Json:
        key, show = self._library.key(f"{item.path}#{number}"), self._library.key(f"show:{series.id}")
        season = self._library.key(f"season:{series.id}/{item.season}")
        tvdb = episode.tvdb_id if episode is not None else item.tvdb_id
        legacy = f"com.plexapp.agents.thetvdb://{series.tvdb_id}/{item.season}/{number}?lang=en"
        made: Json = {
            "ratingKey": key,
            "key": f"/library/metadata/{key}",
            "parentRatingKey": season,
            "grandparentRatingKey": show,
            "guid": legacy if self._legacy else _plex_id("episode", f"{item.path}#{number}"),
            "parentGuid": _plex_id("season", f"{series.path}/{item.season}"),
            "grandparentGuid": self._show_guid(series),
            "type": "episode",
            "title": episode.title if episode is not None else item.title,
            "grandparentKey": f"/library/metadata/{show}",
            "parentKey": f"/library/metadata/{season}",
            "grandparentTitle": series.title,
            "parentTitle": "Specials" if item.season == 0 else f"Season {item.season}",
            "contentRating": series.certification,
            "summary": item.overview,
            "index": number,
            "parentIndex": item.season,
            "duration": item.runtime * 60_000,
            "addedAt": unix(item.listed_at),
            "updatedAt": unix(item.listed_at),
            "Media": [self._media(item)],
        }
        if item.air_at is not None:
            made["originallyAvailableAt"] = item.air_at.date().isoformat()
            made["year"] = item.air_at.year
        if not self._legacy:
            made["Guid"] = [{"id": f"imdb://tt98{tvdb % 100_000:05d}"}, {"id": f"tvdb://{tvdb}"}]
        if item.path in self._library.trash:
            made["deletedAt"] = unix(self._library.trash[item.path])
        views = [at for _, seen, at in self._library.views if episode is not None and seen == episode.id]
        if views:
            made |= {"viewCount": len(views), "lastViewedAt": unix(max(views))}
        return made

    def _media(self, item: LibraryItem) -> Json:
        number = int(hashlib.md5(item.path.encode(), usedforsecurity=False).hexdigest()[:6], 16)
        height = item.quality.resolution
        part: Json = {
            "id": number + 1,
            "key": f"/library/parts/{number + 1}/{unix(item.listed_at)}/file.mkv",
            "duration": item.runtime * 60_000,
            "file": item.path,
            "size": item.size,
            "container": "mkv",
            "videoProfile": "main 10",
        }
        return {
            "id": number,
            "duration": item.runtime * 60_000,
            "bitrate": int(item.size * 8 / max(item.runtime * 60, 1) / 1000),
            "width": height * 16 // 9,
            "height": height,
            "aspectRatio": 1.78,
            "audioChannels": 2,
            "audioCodec": "aac",
            "videoCodec": "hevc",
            "videoResolution": str(height),
            "container": "mkv",
            "videoFrameRate": "24p",
            "Part": [part],
        }


def _last(item: LibraryItem) -> int:
    return item.number_end or item.number


def _in_order(items: Iterable[Json]) -> list[Json]:
    return sorted(items, key=lambda item: (item["addedAt"], int(item["ratingKey"])))


def without(item: Json, *, guids: bool, elements: set[str], fields: set[str]) -> Json:
    """The item as a query wants it: without `Guid` unless asked for, and without what is to be left out."""
    dropped = elements | fields | (set() if guids else {"Guid"})
    return {name: value for name, value in item.items() if name not in dropped}


def as_xml(name: str, value: Json) -> str:
    """The same answer as it is without `Accept: application/json`: numbers and flags are attributes."""
    plain = {key: one for key, one in value.items() if not isinstance(one, list)}
    attributes = "".join(f" {key}={quoteattr(_attribute(one))}" for key, one in plain.items())
    inner = ""
    for key, one in value.items():
        if isinstance(one, list):
            for child in one:
                inner += as_xml(_ELEMENT.get(str(child.get("type")), "Directory") if key == "Metadata" else key, child)
    return f"<{name}{attributes}>{inner}</{name}>"


def _attribute(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
