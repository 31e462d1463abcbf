"""What the simulated world consists of: the things Sonarr keeps, the torrents, and what the media library lists."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SeriesKind = Literal["standard", "anime", "daily"]
ReleaseKind = Literal["unknown", "singleEpisode", "multiEpisode", "seasonPack"]


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality as Sonarr numbers it. `source` is Sonarr's enum word, `resolution` in lines."""

    id: int
    name: str
    source: str
    resolution: int


QUALITIES = {
    quality.name: quality
    for quality in (
        Quality(1, "SDTV", "television", 480),
        Quality(4, "HDTV-720p", "television", 720),
        Quality(9, "HDTV-1080p", "television", 1080),
        Quality(5, "WEBDL-720p", "web", 720),
        Quality(3, "WEBDL-1080p", "web", 1080),
        Quality(18, "WEBDL-2160p", "web", 2160),
        Quality(15, "WEBRip-1080p", "webRip", 1080),
        Quality(6, "Bluray-720p", "bluray", 720),
        Quality(7, "Bluray-1080p", "bluray", 1080),
    )
}


@dataclass(frozen=True, slots=True)
class Language:
    """A language as Sonarr numbers it; `code` is the ISO 639-2 code of media info."""

    id: int
    name: str
    code: str


LANGUAGES = {
    language.name: language
    for language in (
        Language(1, "English", "eng"),
        Language(2, "French", "fre"),
        Language(8, "Japanese", "jpn"),
        Language(10, "Chinese", "chi"),
        Language(21, "Korean", "kor"),
    )
}


@dataclass(frozen=True, slots=True)
class Release:
    """What was found at an indexer. `size` in bytes over the whole release; `version` 2 is a proper or repack."""

    title: str
    group: str
    quality: Quality
    kind: ReleaseKind
    size: int
    language: Language
    indexer: str = "Nyx (Prowlarr)"
    version: int = 1


@dataclass(slots=True)
class Season:
    """A season of a series; 0 holds the specials."""

    number: int
    monitored: bool = True


@dataclass(slots=True)
class Series:
    """A series as Sonarr keeps it. `runtime` in minutes; the outside ids are invented."""

    id: int
    title: str
    year: int
    kind: SeriesKind
    ended: bool
    tvdb_id: int
    tmdb_id: int
    imdb_id: str
    tvmaze_id: int
    network: str
    air_time: str
    runtime: int
    genres: tuple[str, ...]
    overview: str
    language: Language
    root: str
    folder: str
    slug: str
    added_at: datetime
    certification: str = "TV-14"
    monitored: bool = True
    season_folder: bool = True
    quality_profile_id: int = 1
    tags: list[int] = field(default_factory=list)
    seasons: dict[int, Season] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The series' folder."""
        return f"{self.root}/{self.folder}"


@dataclass(slots=True)
class Episode:
    """An episode as Sonarr keeps it. `air_at` None: not announced (TBA). `file_id` 0: no file."""

    id: int
    series_id: int
    season: int
    number: int
    title: str
    overview: str
    air_at: datetime | None
    runtime: int
    tvdb_id: int
    absolute: int | None = None
    monitored: bool = True
    file_id: int = 0
    finale: str | None = None
    searched_at: datetime | None = None

    @property
    def code(self) -> str:
        """Such as `S03E06`."""
        return f"S{self.season:02d}E{self.number:02d}"


@dataclass(slots=True)
class EpisodeFile:
    """A file in the library folder, as Sonarr keeps it. `size` in bytes; it may hold several episodes."""

    id: int
    series_id: int
    season: int
    relative_path: str
    path: str
    size: int
    added_at: datetime
    release: Release
    runtime: int
    episode_ids: tuple[int, ...]
    source_path: str = ""


@dataclass(slots=True)
class TorrentFile:
    """One file of a torrent. `name` includes the root folder; `done` and `size` in bytes; priority 0 is deselected."""

    index: int
    name: str
    size: int
    priority: int = 1
    done: float = 0.0
    episode_ids: tuple[int, ...] = ()

    @property
    def progress(self) -> float:
        """Share of the file that is there, 0..1."""
        return min(self.done / self.size, 1.0) if self.size else 1.0


@dataclass(slots=True)
class Stall:
    """A torrent that stands still: from `at` (its progress, 0..1) on, for `seconds` of story."""

    at: float
    seconds: float
    until: float | None = None
    over: bool = False


@dataclass(slots=True)
class Torrent:
    """A torrent in the download client. `rate` in bytes per second of story; times ending in `_t` are story seconds."""

    hash: str
    name: str
    files: list[TorrentFile]
    rate: float
    added_at: datetime
    metadata_t: float
    single_file: bool
    category: str = "tv-sonarr"
    tags: str = ""
    save_path: str = "/downloads/tv-sonarr"
    stopped: bool = False
    state_override: str = ""
    has_metadata: bool = False
    stall: Stall | None = None
    rush: float = 1.0
    completed_at: datetime | None = None
    completed_t: float | None = None
    last_activity_at: datetime | None = None
    uploaded: float = 0.0
    private: bool = True

    @property
    def wanted(self) -> list[TorrentFile]:
        """The selected files."""
        return [file for file in self.files if file.priority > 0]

    @property
    def size(self) -> int:
        """Bytes of the selected files."""
        return sum(file.size for file in self.files if file.priority > 0)

    @property
    def done(self) -> float:
        """Bytes that are there, of the selected files."""
        return sum(file.done for file in self.files if file.priority > 0)

    @property
    def complete(self) -> bool:
        """Whether every selected file is there."""
        return self.has_metadata and all(file.done >= file.size for file in self.files if file.priority > 0)

    @property
    def content_path(self) -> str:
        """The root folder, or the only file."""
        return f"{self.save_path}/{self.files[0].name if self.single_file else self.name}"


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """What Sonarr says about a download, as in its queue."""

    title: str
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class Download:
    """A download that Sonarr follows. `id` is the info hash in upper case; `series_id` None: Sonarr cannot place it."""

    id: str
    series_id: int | None
    episode_ids: tuple[int, ...]
    release: Release
    added_at: datetime
    state: str = "downloading"
    block: tuple[StatusMessage, ...] = ()
    messages: tuple[StatusMessage, ...] = ()
    grabbed: bool = True


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of Sonarr's history; `event` is Sonarr's event word."""

    id: int
    episode_id: int
    series_id: int
    event: str
    at: datetime
    title: str
    release: Release
    download_id: str | None
    data: dict[str, str]


@dataclass(slots=True)
class Command:
    """A command given to Sonarr. `body` as it was sent."""

    id: int
    name: str
    body: dict[str, object]
    queued_at: datetime
    status: str = "queued"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    message: str = ""


@dataclass(slots=True)
class LibraryItem:
    """An episode file as the media library lists it; it outlives the file until the next scan."""

    path: str
    series_id: int
    season: int
    number: int
    number_end: int | None
    title: str
    overview: str
    air_at: datetime | None
    tvdb_id: int
    size: int
    runtime: int
    listed_at: datetime
    quality: Quality
    language: Language


@dataclass(frozen=True, slots=True)
class Event:
    """Something that Sonarr tells others about; `kind` is the webhook's event type."""

    kind: str
    series: Series
    episodes: tuple[Episode, ...] = ()
    download: Download | None = None
    files: tuple[EpisodeFile, ...] = ()
    replaced: tuple[EpisodeFile, ...] = ()
    reason: str = ""
    import_complete: bool = False
    source_path: str = ""
    previous_path: str = ""
    deleted_files: bool = False
