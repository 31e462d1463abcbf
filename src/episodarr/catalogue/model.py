"""What a catalogue source lists. Names follow Sonarr's, which are the field's standard terms.

The structs decode straight from the source's JSON (camelCase members, absent members take their default): one pass
from bytes to objects is what makes a first sync of 120,000 episodes a matter of seconds. Unknown members are ignored.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    pass


class Statistics(_Wire, frozen=True):
    """Counts of a season or series. `episode_count` is NOT all episodes: (monitored and aired) or with a file."""

    episode_file_count: int = 0
    episode_count: int = 0
    total_episode_count: int = 0
    size_on_disk: int = 0
    """Bytes."""


class ListedSeason(_Wire, frozen=True):
    """One season in the series list. Number 0 holds the specials."""

    season_number: int
    monitored: bool = False
    statistics: Statistics = Statistics()


class Image(_Wire, frozen=True):
    """One picture of a series."""

    cover_type: str = ""
    url: str = ""
    remote_url: str = ""


class AlternateTitle(_Wire, frozen=True):
    """Another title of a series; with a season when it is that season's only. -1 and 0 there: of no one season."""

    title: str = ""
    season_number: int | None = None
    scene_season_number: int | None = None


class Ratings(_Wire, frozen=True):
    """What people of another site think of it. Without votes the value says nothing."""

    votes: int = 0
    value: float = 0.0


class ListedSeries(_Wire, frozen=True):
    """One series of the source's list, with its seasons."""

    id: int
    title: str
    sort_title: str = ""
    tvdb_id: int = 0
    tmdb_id: int = 0
    tv_maze_id: int = 0
    imdb_id: str = ""
    year: int = 0
    status: str = ""
    series_type: str = "standard"
    network: str = ""
    overview: str = ""
    monitored: bool = False
    path: str = ""
    runtime: int = 0
    """Minutes."""
    genres: list[str] = []
    tags: list[int] = []
    """The source's own ids; see CatalogueSource.tag_labels."""
    ratings: Ratings | None = None
    root_folder_path: str = ""
    title_slug: str = ""
    images: list[Image] = []
    alternate_titles: list[AlternateTitle] = []
    seasons: list[ListedSeason] = []
    statistics: Statistics = Statistics()


class ListedEpisode(_Wire, frozen=True):
    """One episode of a series. `episode_file_id` 0: no file. Several episodes may share one file."""

    id: int
    season_number: int
    episode_number: int
    title: str = ""
    overview: str = ""
    tvdb_id: int = 0
    episode_file_id: int = 0
    has_file: bool = False
    monitored: bool = False
    air_date: str | None = None
    """As broadcast, in the network's time zone, such as `2021-01-09`."""
    air_date_utc: datetime | None = None
    runtime: int = 0
    """Minutes."""
    absolute_episode_number: int | None = None
    scene_season_number: int | None = None
    scene_episode_number: int | None = None
    scene_absolute_episode_number: int | None = None
    finale_type: str | None = None


class _Quality(_Wire, frozen=True):
    name: str = ""


class _QualityModel(_Wire, frozen=True):
    quality: _Quality = _Quality()


class ListedFile(_Wire, frozen=True):
    """One file in the library folder. `size` in bytes; `path` as the source sees it."""

    id: int
    season_number: int = 0
    relative_path: str = ""
    path: str = ""
    size: int = 0
    date_added: datetime | None = None
    scene_name: str = ""
    release_group: str = ""
    quality: _QualityModel = _QualityModel()

    @property
    def quality_name(self) -> str:
        """Such as `Bluray-1080p`."""
        return self.quality.quality.name


class SeriesEntry(msgspec.Struct, frozen=True):
    """One series of a listing, not decoded yet: most entries of most runs are unchanged and never are."""

    id: int
    digest: str
    raw: bytes

    def decode(self) -> ListedSeries:
        """Raises msgspec.DecodeError when the entry is not a series; that must not stop the others."""
        return _decoded(_series_decoder, self.raw)


class SeriesListing(msgspec.Struct, frozen=True):
    """The whole series list as answered. `digest` covers the whole body."""

    digest: str
    body: bytes

    def entries(self) -> list[SeriesEntry]:
        """Split the body into entries. Raises msgspec.DecodeError when it is no list of objects with ids."""
        entries = []
        for raw in _decoded(_raw_list, self.body):
            entry = bytes(raw)
            entries.append(SeriesEntry(_decoded(_only_id, entry).id, digest_of(entry), entry))
        return entries


class EpisodesAnswer(msgspec.Struct, frozen=True):
    """All episodes and files of one series as answered. `digest` covers both bodies."""

    digest: str
    episodes_body: bytes
    files_body: bytes

    @property
    def bytes(self) -> int:
        """Size of both bodies."""
        return len(self.episodes_body) + len(self.files_body)

    def episodes(self) -> list[ListedEpisode]:
        """Raises msgspec.DecodeError when the body is not a list of episodes."""
        return _decoded(_episodes_decoder, self.episodes_body)

    def files(self) -> list[ListedFile]:
        """Raises msgspec.DecodeError when the body is not a list of episode files."""
        return _decoded(_files_decoder, self.files_body)


class _OnlyId(msgspec.Struct, frozen=True):
    id: int


_series_decoder = msgspec.json.Decoder(ListedSeries)
_episodes_decoder = msgspec.json.Decoder(list[ListedEpisode])
_files_decoder = msgspec.json.Decoder(list[ListedFile])
_raw_list = msgspec.json.Decoder(list[msgspec.Raw])
_only_id = msgspec.json.Decoder(_OnlyId)


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except RecursionError as problem:
        raise msgspec.DecodeError("it is nested too deeply") from problem


def digest_of(*bodies: bytes) -> str:
    """xxh3 over the bodies: equal digests mean an unchanged answer, which needs no decoding."""
    import xxhash

    state = xxhash.xxh3_128()
    for body in bodies:
        state.update(len(body).to_bytes(8, "big"))
        state.update(body)
    return state.hexdigest()


def raw_file(files_body: bytes, file_id: int) -> dict[str, Any] | None:
    """One episode file exactly as the source described it, out of the kept answer."""
    for raw in _raw_list.decode(files_body):
        if _only_id.decode(raw).id == file_id:
            kept: dict[str, Any] = msgspec.json.decode(raw)
            return kept
    return None
