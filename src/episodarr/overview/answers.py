"""The answers that pages, API and command line share.

Times are aware UTC, sizes bytes, progress 0..1, speeds bytes per second.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from episodarr.episode.state import State

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `total` of all items, `next` the cursor of the next page, None at the end."""

    items: list[T]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ShowCard:
    """One show in the library grid, and the head of its page."""

    id: int
    title: str
    year: int
    status: str
    """continuing, ended, upcoming, deleted."""
    series_type: str
    """standard, daily, anime."""
    network: str
    monitored: bool
    connection_id: int
    connection: str
    """Name of the Sonarr instance."""
    sonarr_id: int
    tvdb_id: int
    tmdb_id: int
    imdb_id: str
    season_count: int
    episode_count: int
    """All episodes without the specials, unaired ones included."""
    aired_count: int
    available_count: int
    """Verified in a media server (available, watched or leaving)."""
    file_count: int
    """Episodes with a file in Sonarr."""
    missing_count: int
    """Aired, monitored, neither here nor on their way."""
    arriving_count: int
    states: dict[str, int]
    """How many episodes (specials included) are in each state; states without one are absent."""
    size_on_disk: int
    next_airs_at: datetime | None
    synced_at: datetime | None
    """When its episodes were last read from Sonarr."""
    failure: str = ""
    """Why the last read of its episodes failed; empty when it did not."""
    has_poster: bool = True


@dataclass(frozen=True, slots=True)
class PersonalShowCard(ShowCard):
    """The same with what the asking user has seen of it, specials not counted."""

    total_seasons: int | None = None
    """None: its episodes were not read yet."""
    total_episodes: int | None = None
    """That have aired; None: its episodes were not read yet."""
    watched_episodes: int | None = None
    """None: nobody is signed in."""


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """One season of a show (requirement R-C1). Number 0 holds the specials."""

    id: int
    series_id: int
    sonarr_series_id: int
    number: int
    monitored: bool
    episode_count: int
    """As Sonarr counts: (monitored and aired) or with a file."""
    episode_file_count: int
    total_episode_count: int
    size_on_disk: int
    available_count: int
    missing_count: int
    arriving_count: int
    states: dict[str, int]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode in a list (requirement R-C2)."""

    id: int
    series_id: int
    season_id: int
    season_number: int
    episode_number: int
    absolute_number: int | None
    scene_season_number: int | None
    scene_episode_number: int | None
    scene_absolute_number: int | None
    title: str
    air_date: str | None
    airs_at: datetime | None
    runtime: int
    monitored: bool
    sonarr_episode_id: int
    sonarr_file_id: int | None
    has_file: bool
    downloaded: bool
    """A file is in Sonarr or in a media server."""
    size: int | None
    quality: str | None
    relative_path: str | None
    state: State
    because: str
    waiting_for: str | None
    since: datetime | None
    progress: float | None = None
    """Of the download that is under way; None when none is."""
    finale: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    judged_at: datetime | None = None
    """When its state, or why it is in it, was last found to be another one."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to an episode: what, when, and which system said so."""

    id: int
    at: datetime
    recorded_at: datetime
    kind: str
    """A fact's kind, such as grabbed, transfer, import, imported, in_library, removed; or `aired`."""
    source: str
    """The system as people know it, such as `Sonarr`."""
    text: str
    """One sentence."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeProgress:
    """How far the episode's own part of a download is."""

    download_id: str
    release: str
    client: str
    progress: float
    done: int
    size: int
    speed: int | None
    """Of the whole transfer."""
    eta: int | None
    """Seconds for the whole transfer; None when unknown."""
    phase: str
    confidence: str = "sure"
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class EpisodeDetail:
    """Everything about one episode."""

    episode: EpisodeRow
    show: ShowCard
    overview: str
    downloads: list[EpisodeProgress]
    previous_id: int | None
    next_id: int | None
    library_items: list["LibraryItem"] = field(default_factory=list)
    advice: "Advice | None" = None
    """What helps, where it waits for something."""


class Action(StrEnum):
    """Something that Episodarr does about an episode, or a page of another service that it opens."""

    SEARCH = "search"
    """Sonarr searches for a release."""
    RESCAN = "rescan"
    """Sonarr looks at the show's folder and at its download clients again."""
    RETRY_IMPORT = "retry_import"
    """Sonarr tries to import what is complete."""
    RECHECK_LIBRARY = "recheck_library"
    """The media servers look at the show's folder, and are asked for the episode anew."""
    RECOGNIZE = "recognize"
    """Shoko looks at the file, or for it, once more."""
    OPEN_IMPORT = "open_import"
    """Sonarr's queue, where an import is decided by hand."""
    OPEN_SHOKO = "open_shoko"
    """Shoko's pages, where a file is linked by hand."""
    OPEN_CLIENT = "open_client"
    """The download client's page."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What helps an episode that waits."""

    unusual: bool
    """It waits longer than such a wait usually takes, or waits for a person."""
    usual: str
    """How long it usually takes, in words; empty when nothing is awaited."""
    actions: tuple[Action, ...] = ()
    """The likeliest to help first."""


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """Where a media server lists the episode."""

    server: str
    item_id: str
    playable: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class FileSegment:
    """One file of a transfer, and the episodes it holds."""

    index: int
    name: str
    size: int
    progress: float
    wanted: bool
    episodes: list["EpisodeLabel"]
    confidence: str
    """sure, likely, unsure, none (no episode: extras, samples, subtitles ...)."""
    reason: str
    """Why these episodes, or why none."""
    by_hand: bool = False
    """A person said so."""


@dataclass(frozen=True, slots=True)
class EpisodeLabel:
    """An episode in few words."""

    id: int
    season_number: int
    episode_number: int
    title: str
    state: State


@dataclass(frozen=True, slots=True)
class TransferLane:
    """One transfer with its files. Speeds in bytes/s, sizes in bytes, `eta` in seconds."""

    id: str
    """connection id and download id, such as `2:a1b2...`."""
    download_id: str
    connection_id: int
    client: str
    name: str
    kind: str
    """season_pack, multi_season, partial_pack, multi_episode, single, unknown."""
    phase: str
    """A TransferPhase: queued, downloading, stalled, paused, failed, complete, skipped, gone."""
    progress: float
    size: int
    done: int
    speed: int
    eta: int | None
    added_at: datetime | None
    completed_at: datetime | None
    series_id: int | None
    series_title: str | None
    episodes: list[EpisodeLabel]
    """The episodes that the download covers."""
    files: list[FileSegment]
    files_known: bool
    """False: the file list was not read (yet), `files` is empty for that reason."""
    as_of: datetime | None
    """When the client last said so."""
    origin: str = "sonarr"
    """Who says which episodes it covers: sonarr (it grabbed it), sonarr_parse, name, person."""
    note: str = ""
    """Why these, where Sonarr did not grab it, or what its name says otherwise."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One episode on the calendar."""

    episode_id: int
    series_id: int
    series_title: str
    season_number: int
    episode_number: int
    title: str
    airs_at: datetime
    air_date: str | None
    runtime: int
    monitored: bool
    state: State
    calendar_state: str
    """downloaded, downloading, unmonitored, on_air, missing, unaired (as Sonarr's calendar)."""
    premiere: bool
    finale: str | None
    network: str


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection without its secrets, and how it fares."""

    id: int
    kind: str
    label: str
    name: str
    url: str
    settings: dict[str, str]
    """Without secrets."""
    secrets_set: list[str]
    """Names of secret fields that have a value."""
    enabled: bool
    from_environment: bool
    status: str
    """unknown, ok, offline, refused, wrong_app, wrong_path, busy, error."""
    message: str
    fix: str
    since: datetime | None
    checked_at: datetime | None
    retry_at: datetime | None
    webhook_path: str
    """Path of its webhook, without the secret; empty when it sends none."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """One line of System > Tasks."""

    name: str
    """Such as `sync-series`; part of the API path."""
    title: str
    description: str
    interval: float
    """Seconds between runs; 0: only by hand."""
    enabled: bool
    running: bool
    job_id: int | None
    """Of the run under way."""
    progress: float | None
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_duration: float | None
    """Seconds."""
    last_outcome: str
    """ok, failed, cancelled, interrupted, or empty when it never ran."""
    last_message: str
    next_run_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobView:
    """One run of a task."""

    id: int
    task: str
    trigger: str
    """schedule, person, webhook, start."""
    status: str
    """queued, running, ok, failed, cancelled, interrupted."""
    progress: float | None
    message: str
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    report: dict[str, object]
    """Counts of the run: created, updated, unchanged, failed, requests, bytes, milliseconds ..."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The library in numbers."""

    shows: int
    episodes: int
    states: dict[str, int]
    size_on_disk: int
    last_synced_at: datetime | None
