"""Which item of a media server is which episode. Pure.

A series is told by its provider ids, never by its title alone; an episode by its own provider ids, then by the path of
its file, then by its numbers - and by numbers only inside the right series.
"""

from collections.abc import Iterable, Sequence

import msgspec

from episodarr.availability.model import LibraryEpisode, LibrarySeries
from episodarr.episode.identity import EpisodeId


class SoughtSeries(msgspec.Struct, frozen=True):
    """A series that is looked for. Ids as texts; empty when unknown."""

    tvdb: str
    tmdb: str
    imdb: str
    title: str
    year: int
    path: str = ""


class SoughtEpisode(msgspec.Struct, frozen=True):
    """An episode that is looked for."""

    id: EpisodeId
    season: int
    number: int
    tvdb: str = ""
    path: str = ""
    has_file: bool = True
    """Whether Sonarr has a file of it. The server may list an episode that never came through Sonarr."""


class Match(msgspec.Struct, frozen=True):
    """An episode and the item that is it; `way`: how it was told."""

    episode: EpisodeId
    item: LibraryEpisode
    way: str


def match_series(sought: SoughtSeries, listed: Iterable[LibrarySeries]) -> list[LibrarySeries]:
    """All listed series that are the sought one (a library may hold it twice); title and year only as a last resort."""
    listed = list(listed)
    wanted = {"tvdb": sought.tvdb, "tmdb": sought.tmdb, "imdb": sought.imdb}
    by_id = [
        one for one in listed if any(value and one.provider_ids.get(name) == value for name, value in wanted.items())
    ]
    if by_id:
        return by_id
    by_path = [one for one in listed if sought.path and _tail(one.path, 1) == _tail(sought.path, 1) != ""]
    if by_path:
        return by_path
    # Only series without any id that could contradict: a wrong show is worse than none.
    return [
        one
        for one in listed
        if one.name.casefold() == sought.title.casefold()
        and one.year in {sought.year, 0}
        and not any(wanted[name] and one.provider_ids.get(name) for name in wanted)
    ]


def match_episodes(sought: Sequence[SoughtEpisode], listed: Iterable[LibraryEpisode]) -> list[Match]:
    """For each sought episode the item that is it, a playable one before a virtual one."""
    items = sorted(listed, key=lambda item: (item.virtual, not item.has_source, item.id))
    by_tvdb: dict[str, LibraryEpisode] = {}
    by_path: dict[str, LibraryEpisode] = {}
    by_number: dict[tuple[int, int], LibraryEpisode] = {}
    for item in items:
        if tvdb := item.provider_ids.get("tvdb"):
            by_tvdb.setdefault(tvdb, item)
        if tail := _tail(item.path, 2):
            by_path.setdefault(tail, item)
        if item.season is not None and item.episode is not None:
            last = item.last_episode or item.episode
            for number in range(item.episode, min(last, item.episode + 50) + 1):
                by_number.setdefault((item.season, number), item)
    found = []
    for one in sought:
        ways = (
            (by_path.get(_tail(one.path, 2)) if one.path else None, "path"),
            (by_tvdb.get(one.tvdb) if one.tvdb else None, "tvdb id"),
            (by_number.get((one.season, one.number)), "number"),
        )
        candidates = [(item, way) for item, way in ways if item is not None]
        if candidates:
            item, way = min(candidates, key=lambda pair: (pair[0].virtual, not pair[0].has_source))
            found.append(Match(one.id, item, way))
    return found


def _tail(path: str, parts: int) -> str:
    """The last parts of a path: what servers with different mounts have in common."""
    return "/".join(path.replace("\\", "/").rstrip("/").split("/")[-parts:]).casefold()
