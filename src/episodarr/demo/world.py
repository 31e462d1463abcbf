"""The state of the simulated world and how it goes on in time.

One story second is one second of the clock times its speed. Everything that happens is either scheduled (`after`) or a
torrent that loads in fixed steps on a grid, so the same seed gives the same world however often `advance` is called.
"""

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from episodarr.demo import transfers
from episodarr.demo.arrivals import Arrivals
from episodarr.demo.clock import Clock, RealClock
from episodarr.demo.commands import Commands
from episodarr.demo.disk import Disk, RealDisk
from episodarr.demo.films import Films
from episodarr.demo.library import Library
from episodarr.demo.model import (
    LANGUAGES,
    Episode,
    EpisodeFile,
    Event,
    HistoryRow,
    Release,
    Season,
    Series,
    SeriesKind,
    Torrent,
)
from episodarr.demo.naming import library_path, slug_of
from episodarr.demo.plex_library import PlexLibrary
from episodarr.demo.seerr_desk import RequestDesk

GRID = 0.2
"""Story seconds between two steps of the torrents."""
HISTORY_ROWS = 6_000
"""Rows of Sonarr's history that are kept: the world may run for ever."""
DISK_SIZE = 12_000_000_000_000
"""Bytes of the simulated disk."""


class World:
    """Everything there is. Empty when made; `catalogue.fill` and `stories.begin` make it live."""

    def __init__(self, clock: Clock | None = None, seed: int = 7, *, disk: Path | None = None) -> None:
        """`disk`: an empty folder of this machine in which every file of the world is a real one."""
        self.clock: Clock = clock or RealClock()
        self.seed = seed
        self.dice = random.Random(seed)
        self.started_at = self.clock.now().astimezone(UTC)
        self.t = 0.0
        self.series: dict[int, Series] = {}
        self.episodes: dict[int, Episode] = {}
        self.files: dict[int, EpisodeFile] = {}
        self.episodes_of: dict[int, list[Episode]] = {}
        self.files_of: dict[int, dict[int, EpisodeFile]] = {}
        self.file_at: dict[str, int] = {}
        self.disk: Disk = Disk() if disk is None else RealDisk(disk)
        self.torrents: dict[str, Torrent] = {}
        self.history: deque[HistoryRow] = deque(maxlen=HISTORY_ROWS)
        self.tags: dict[int, str] = {}
        self.roots: list[str] = [self.disk.folder("/media/tv"), self.disk.folder("/media/anime")]
        for folder in (*self.roots, self.disk.folder("/media/movies"), self.disk.folder("/downloads/tv-sonarr")):
            self.disk.make_folder(folder)
        self.recycle_bin = ""
        """Where Sonarr and Radarr put what they delete; empty: nowhere."""
        self.unmonitors_deleted = False
        """Whether they stop looking for what was deleted."""
        self.unmounted: set[str] = set()
        self.undeletable: set[int] = set()
        self.unrecognized: set[int] = set()
        """Episodes whose files AniDB does not know."""
        self.learns = False
        """Whether AniDB knows such a file once Shoko asks again."""
        self.listeners: list[Callable[[Event], None]] = []
        self.arrivals = Arrivals(self)
        self.library = Library(self)
        self.plex = PlexLibrary(self)
        self.library.others.append(self.plex)
        self.films = Films(self)
        self.commands = Commands(self)
        self.requests = RequestDesk(self)
        self.grab = self.arrivals.grab
        self.set_progress = self.arrivals.set_progress
        self.block_import = self.arrivals.block_import
        self.remove_torrent = self.arrivals.remove_torrent
        self.delete_file = self.commands.delete_file
        self.rename_file = self.commands.rename_file
        self.hide_in_library = self.library.hide
        self.show_in_library = self.library.show
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._step = 0
        self._ids: dict[str, int] = {}

    # Time

    @property
    def now(self) -> datetime:
        """The instant the world has reached, aware UTC."""
        return self.at(self.t)

    def at(self, story_t: float) -> datetime:
        """The instant of a story second, to the millisecond."""
        return self.started_at + timedelta(milliseconds=round(story_t / self.clock.speed * 1000))

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Let `action` happen `seconds` of story from now."""
        heapq.heappush(self._events, (self.t + max(seconds, 0.0), self.next_id("event"), action))

    def advance(self, now: datetime | None = None) -> None:
        """Go on to `now` (the clock's time by default); a time that has passed already changes nothing."""
        until = ((now or self.clock.now()) - self.started_at).total_seconds() * self.clock.speed
        while self.t < until:
            grid_t = (self._step + 1) * GRID
            event_t = self._events[0][0] if self._events else math.inf
            if not self.torrents_move() and event_t > grid_t:
                self._step = max(self._step, math.floor(min(event_t, until) / GRID) - 1)
                grid_t = (self._step + 1) * GRID
            upto = min(grid_t, max(event_t, self.t), until)
            self.t = upto
            if upto == grid_t:
                self._step += 1
                self._move()
            while self._events and self._events[0][0] <= self.t:
                heapq.heappop(self._events)[2]()

    def torrents_move(self) -> bool:
        """Whether any torrent needs to be looked at in the next step."""
        return any(not torrent.complete and not torrent.stopped for torrent in self.torrents.values())

    def _move(self) -> None:
        for torrent in list(self.torrents.values()):
            if torrent.complete or torrent.stopped:
                continue
            if not torrent.has_metadata and self.t >= torrent.metadata_t:
                torrent.has_metadata = True
            transfers.follow_stall(torrent, self.t)
            if transfers.move(torrent, self.t, GRID) > 0:
                torrent.last_activity_at = self.now
            self.arrivals.notice(torrent)

    def emit(self, event: Event) -> None:
        """Tell whoever listens what happened."""
        for listener in self.listeners:
            listener(event)

    def next_id(self, kind: str) -> int:
        """A new number of its kind, never given again."""
        self._ids[kind] = self._ids.get(kind, 0) + 1
        return self._ids[kind]

    # What there is

    def add_series(
        self,
        title: str,
        *,
        year: int = 2024,
        kind: SeriesKind = "standard",
        ended: bool = False,
        network: str = "Demo TV",
        air_time: str = "20:00",
        runtime: int = 45,
        genres: tuple[str, ...] = ("Drama",),
        overview: str = "",
        language: str = "English",
        monitored: bool = True,
        tags: Iterable[str] = (),
        tvdb_id: int = 0,
        announce: bool = False,
    ) -> Series:
        """Put a series without episodes into Sonarr. `announce` sends the SeriesAdd webhook."""
        number = self.next_id("series")
        root = self.roots[1 if kind == "anime" else 0]
        series = Series(
            id=number,
            title=title,
            year=year,
            kind=kind,
            ended=ended,
            tvdb_id=tvdb_id or 990_000 + number,
            tmdb_id=880_000 + number,
            imdb_id=f"tt99{number:05d}",
            tvmaze_id=770_000 + number,
            network=network,
            air_time=air_time,
            runtime=runtime,
            genres=genres,
            overview=overview,
            language=LANGUAGES[language],
            root=root,
            folder=f"{title.replace(':', ' -')} ({year})",
            slug=slug_of(title),
            added_at=self.now - timedelta(days=400 - 7 * (number % 50)),
            monitored=monitored,
            tags=[self.tag(label) for label in tags],
        )
        self.series[number] = series
        self.episodes_of[number] = []
        self.files_of[number] = {}
        if announce:
            self.emit(Event("SeriesAdd", series))
        return series

    def add_episode(
        self,
        series: Series,
        season: int,
        number: int,
        *,
        title: str = "",
        overview: str = "",
        air_at: datetime | None = None,
        monitored: bool = True,
        absolute: int | None = None,
        finale: str | None = None,
    ) -> Episode:
        """Put an episode without a file into a series; its season comes into being with it."""
        series.seasons.setdefault(season, Season(season, monitored=monitored))
        episode_id = self.next_id("episode")
        episode = Episode(
            id=episode_id,
            series_id=series.id,
            season=season,
            number=number,
            title=title or ("TBA" if air_at is None else f"Episode {number}"),
            overview=overview,
            air_at=air_at,
            runtime=series.runtime,
            tvdb_id=9_000_000 + episode_id,
            absolute=absolute,
            monitored=monitored,
            finale=finale,
        )
        self.episodes[episode_id] = episode
        self.episodes_of[series.id].append(episode)
        return episode

    def add_season(
        self, series: Series, number: int, count: int, *, first_air_at: datetime | None = None
    ) -> list[Episode]:
        """Add `count` weekly episodes; without `first_air_at` the season was over a year ago."""
        first = first_air_at or self.now - timedelta(days=365 + 7 * count)
        held = sum(1 for episode in self.episodes_of[series.id] if episode.season > 0)
        anime = series.kind == "anime" and number > 0
        return [
            self.add_episode(
                series,
                number,
                index + 1,
                air_at=first + timedelta(days=7 * index),
                absolute=held + index + 1 if anime else None,
            )
            for index in range(count)
        ]

    def add_file(
        self,
        episodes: list[Episode],
        release: Release,
        *,
        size: int = 0,
        added_at: datetime | None = None,
        listed: bool = True,
        source: str = "",
    ) -> EpisodeFile:
        """Put one file that holds `episodes` into the library folder; `listed`: the media library knows it already.

        `source`: the file of a download that it is one with.
        """
        series = self.series[episodes[0].series_id]
        relative = library_path(series, episodes, release.quality)
        file = EpisodeFile(
            id=self.next_id("file"),
            series_id=series.id,
            season=episodes[0].season,
            relative_path=relative,
            path=f"{series.path}/{relative}",
            size=size or release.size,
            added_at=added_at or self.now,
            release=release,
            runtime=series.runtime * len(episodes),
            episode_ids=tuple(episode.id for episode in episodes),
            source_path=source,
        )
        self.files[file.id] = file
        self.file_at[file.path] = file.id
        self.files_of[series.id][file.id] = file
        if source:
            self.disk.link(source, file.path, file.size)
        else:
            self.disk[file.path] = file.size
        for episode in episodes:
            episode.file_id = file.id
        if listed:
            self.library.know(file, file.added_at + timedelta(seconds=40))
        return file

    def drop_file(self, file: EpisodeFile, *, from_disk: bool = True) -> list[Episode]:
        """Forget a file in Sonarr; tells the episodes that it held."""
        held = self.held_by(file)
        for episode in held:
            episode.file_id = 0
        self.files.pop(file.id, None)
        self.files_of[file.series_id].pop(file.id, None)
        if self.file_at.get(file.path) == file.id:
            del self.file_at[file.path]
            if from_disk:
                self.disk.throw(file.path, self.recycle_bin, self.series[file.series_id].root)
        self.library.look_later(file.path)
        return held

    def tag(self, label: str) -> int:
        """The number of a tag, made when it is new."""
        for number, known in self.tags.items():
            if known == label:
                return number
        number = self.next_id("tag")
        self.tags[number] = label
        return number

    # Looking things up

    def named(self, title: str) -> Series:
        """The series of that title. Raises KeyError when there is none."""
        for series in self.series.values():
            if series.title == title:
                return series
        raise KeyError(title)

    def season_of(self, series: Series, number: int) -> list[Episode]:
        """The episodes of a season in order."""
        return sorted(
            (one for one in self.episodes_of[series.id] if one.season == number), key=lambda episode: episode.number
        )

    def held_by(self, file: EpisodeFile) -> list[Episode]:
        """The episodes that a file holds, in order."""
        known = (self.episodes.get(number) for number in file.episode_ids)
        return [episode for episode in known if episode is not None and episode.file_id == file.id]

    def aired(self, episode: Episode) -> bool:
        """Whether the episode's air time has come."""
        return episode.air_at is not None and episode.air_at <= self.now

    def torrent_of(self, download_id: str) -> Torrent | None:
        """The torrent of one of Sonarr's downloads."""
        return self.torrents.get(download_id.lower())

    def mounted(self, root: str) -> bool:
        """Whether a library folder is there."""
        return root not in self.unmounted and self.disk.has_folder(root)

    def disk_space(self) -> tuple[int, int]:
        """Free and total bytes of the disk."""
        used = sum(self.disk.values()) + sum(
            int(torrent.done) for torrent in self.torrents.values() if not torrent.complete
        )
        return max(DISK_SIZE - used, 0), DISK_SIZE
