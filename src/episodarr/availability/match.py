"""Which item of a media server is which episode. Pure.

A series is told by its provider ids, never by its title alone; an episode by the path of its file, by its own provider
ids, then by its numbers - and by numbers only inside the right series. Items that Shokofin made have numbers of their
own (a season of Sonarr may be three series there): they are told by Shoko's ids or by path, never by numbers.
"""

from collections.abc import Iterable, Sequence

import msgspec

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries
from episodarr.episode.identity import EpisodeId

_SHOKO_SERIES, _SHOKO_EPISODE, _SHOKO_FILE = "shoko series", "shoko episode", "shoko file"
_PLAYABLE = (False, False)
_MOST_IN_A_FILE = 50
"""Episodes that one file may hold; a larger number of the last one is a mistake."""


class SoughtSeries(msgspec.Struct, frozen=True):
    """A series that is looked for. Ids as texts; empty when unknown."""

    tvdb: str
    tmdb: str
    imdb: str
    title: str
    year: int
    path: str = ""
    shoko: frozenset[str] = frozenset()
    """The series that it is in Shoko: several when Shoko splits it."""


class SoughtEpisode(msgspec.Struct, frozen=True, gc=False):
    """An episode that is looked for."""

    id: EpisodeId
    season: int
    number: int
    tvdb: str = ""
    path: str = ""
    has_file: bool = True
    """Whether Sonarr has a file of it. The server may list an episode that never came through Sonarr."""
    shoko_files: frozenset[str] = frozenset()
    shoko_episodes: frozenset[str] = frozenset()


class Match(msgspec.Struct, frozen=True, gc=False):
    """An episode and the item that is it; `way`: how it was told."""

    episode: EpisodeId
    item: LibraryEpisode
    way: str


class SeriesDirectory:
    """The series of a library, by what they can be found by."""

    def __init__(self, listed: Iterable[LibrarySeries]) -> None:
        self._by_id: dict[tuple[str, str], list[LibrarySeries]] = {}
        self._by_folder: dict[str, list[LibrarySeries]] = {}
        self._by_name: dict[str, list[LibrarySeries]] = {}
        for one in listed:
            for name, value in one.provider_ids.items():
                for part in _several(value):
                    self._by_id.setdefault((name, part), []).append(one)
            if folder := tail(one.path, 1):
                self._by_folder.setdefault(folder, []).append(one)
            self._by_name.setdefault(one.name.casefold(), []).append(one)

    def find(self, sought: SoughtSeries) -> list[LibrarySeries]:
        """All series that are the sought one (a library may hold it twice); title and year only as a last resort."""
        wanted = {"tvdb": sought.tvdb, "tmdb": sought.tmdb, "imdb": sought.imdb}
        keys = [(name, value) for name, value in wanted.items() if value]
        keys += [(_SHOKO_SERIES, value) for value in sorted(sought.shoko)]
        by_id: dict[LibraryItemId, LibrarySeries] = {one.id: one for key in keys for one in self._by_id.get(key, ())}
        if by_id:
            return list(by_id.values())
        by_folder = self._by_folder.get(tail(sought.path, 1), [])
        if by_folder:
            return by_folder
        # Only series without any id that could contradict: a wrong show is worse than none.
        return [
            one
            for one in self._by_name.get(sought.title.casefold(), ())
            if one.year in {sought.year, 0} and not any(wanted[name] and one.provider_ids.get(name) for name in wanted)
        ]


def match_series(sought: SoughtSeries, listed: Iterable[LibrarySeries]) -> list[LibrarySeries]:
    """The listed series that are the sought one."""
    return SeriesDirectory(listed).find(sought)


def match_episodes(sought: Sequence[SoughtEpisode], listed: Iterable[LibraryEpisode]) -> list[Match]:
    """For each sought episode the item that is it, a playable one before a virtual one."""
    items = _Items(listed)
    return [match for one in sought if (match := items.of(one)) is not None]


class _Items:
    """The items of a series, by what they can be told by; playable ones first."""

    def __init__(self, listed: Iterable[LibraryEpisode]) -> None:
        self._by_path: dict[str, list[LibraryEpisode]] = {}
        self._by_file: dict[str, list[LibraryEpisode]] = {}
        self._by_tvdb: dict[str, LibraryEpisode] = {}
        self._by_shoko: dict[str, LibraryEpisode] = {}
        self._by_number: dict[tuple[int, int], LibraryEpisode] = {}
        self._ways = (
            ("path", self._told_by_path),
            ("Shoko file", self._told_by_file),
            ("tvdb id", self._told_by_tvdb),
            ("Shoko", self._told_by_shoko),
            ("number", self._told_by_number),
        )
        for item in sorted(listed, key=lambda item: (item.virtual, not item.has_source, item.id)):
            ids = item.provider_ids
            if item.path:
                self._by_path.setdefault(tail(item.path, 2), []).append(item)
            if tvdb := ids.get("tvdb"):
                self._by_tvdb.setdefault(tvdb, item)
            for file in _several(ids.get(_SHOKO_FILE, "")):
                self._by_file.setdefault(file, []).append(item)
            for episode in _several(ids.get(_SHOKO_EPISODE, "")):
                self._by_shoko.setdefault(episode, item)
            for place in _places(item):
                self._by_number.setdefault(place, item)

    def of(self, one: SoughtEpisode) -> Match | None:
        """The item of an episode: told in the best way, unless only another way leads to one that can be played."""
        best: Match | None = None
        for way, tell in self._ways:
            item = tell(one)
            if item is None:
                continue
            if _worth(item) == _PLAYABLE:
                return Match(one.id, item, way)
            if best is None or _worth(item) < _worth(best.item):
                best = Match(one.id, item, way)
        return best

    def _told_by_path(self, one: SoughtEpisode) -> LibraryEpisode | None:
        return _nearest(one, self._by_path.get(tail(one.path, 2), ())) if one.path else None

    def _told_by_file(self, one: SoughtEpisode) -> LibraryEpisode | None:
        return _nearest(one, [item for file in sorted(one.shoko_files) for item in self._by_file.get(file, ())])

    def _told_by_tvdb(self, one: SoughtEpisode) -> LibraryEpisode | None:
        return self._by_tvdb.get(one.tvdb) if one.tvdb else None

    def _told_by_shoko(self, one: SoughtEpisode) -> LibraryEpisode | None:
        return next((self._by_shoko[key] for key in sorted(one.shoko_episodes) if key in self._by_shoko), None)

    def _told_by_number(self, one: SoughtEpisode) -> LibraryEpisode | None:
        return self._by_number.get((one.season, one.number))


class Search:
    """Looks for single episodes in a whole library, in whatever series it puts them: by Shoko's ids or by path."""

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, str], list[SoughtEpisode]] = {}
        self._found: dict[EpisodeId, LibraryEpisode] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def want(self, series_path: str, one: SoughtEpisode) -> bool:
        """Look for an episode; False when nothing tells it apart in a whole library."""
        keys = [(_SHOKO_FILE, file) for file in one.shoko_files]
        keys += [(_SHOKO_EPISODE, episode) for episode in one.shoko_episodes]
        if path := _from_folder_on(series_path, one.path):
            keys.append(("path", path))
        for key in keys:
            self._wanted.setdefault(key, []).append(one)
        return bool(keys)

    def see(self, item: LibraryEpisode) -> None:
        """Look at one item of the library."""
        keys = [
            (name, value)
            for name in (_SHOKO_FILE, _SHOKO_EPISODE)
            for value in _several(item.provider_ids.get(name, ""))
        ]
        if item.path:
            keys += [("path", tail(item.path, 3)), ("path", tail(item.path, 2))]
        for key in keys:
            for one in self._wanted.get(key, ()):
                held = self._found.setdefault(one.id, item)
                if _rank(one, item) < _rank(one, held):
                    self._found[one.id] = item

    def found(self, episode: EpisodeId) -> LibraryEpisode | None:
        """The item of an episode, once every item was seen."""
        return self._found.get(episode)


def _worth(item: LibraryEpisode) -> tuple[bool, bool]:
    return item.virtual, not item.has_source


def _nearest(one: SoughtEpisode, sharing: Sequence[LibraryEpisode]) -> LibraryEpisode | None:
    """Of items that share a file, the one that is the episode: Plex lists a double episode's file twice."""
    if len(sharing) < 2:
        return sharing[0] if sharing else None
    return min(sharing, key=lambda item: _rank(one, item))


def _rank(one: SoughtEpisode, item: LibraryEpisode) -> tuple[bool, ...]:
    return (*_worth(item), not _agrees(one, item))


def _agrees(one: SoughtEpisode, item: LibraryEpisode) -> bool:
    ids = item.provider_ids
    return (
        (one.tvdb != "" and ids.get("tvdb") == one.tvdb)
        or not one.shoko_episodes.isdisjoint(_several(ids.get(_SHOKO_EPISODE, "")))
        or (one.season, one.number) in _places(item)
    )


def _places(item: LibraryEpisode) -> list[tuple[int, int]]:
    """The (season, number) pairs that an item stands for; none for one with Shoko's numbering."""
    if item.season is None or item.episode is None or any(name.startswith("shoko ") for name in item.provider_ids):
        return []
    last = min(item.last_episode or item.episode, item.episode + _MOST_IN_A_FILE)
    return [(item.season, number) for number in range(item.episode, last + 1)]


def _several(value: str) -> list[str]:
    """The ids that one provider id holds: of a file with two episodes Shokofin writes both."""
    if "," not in value:
        return [value] if value else []
    return [part for raw in value.split(",") if (part := raw.strip())]


def tail(path: str, parts: int) -> str:
    """The last parts of a path: what servers with different mounts have in common."""
    return "/".join(path.replace("\\", "/").rstrip("/").split("/")[-parts:]).casefold()


def _from_folder_on(series_path: str, path: str) -> str:
    """`Show/Season 01/file.mkv`, two or three parts: enough to tell a file in a whole library. Empty when it is not."""
    folder, whole = tail(series_path, 1), path.replace("\\", "/").casefold().split("/")
    if not folder or folder not in whole[:-1]:
        return ""
    below = len(whole) - whole.index(folder)
    return tail(path, min(below, 3))
