"""What Sonarr does when it is told to: commands, deletions, renames."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from episodarr.demo.history import write
from episodarr.demo.model import Command, Episode, EpisodeFile, Event, Series

if TYPE_CHECKING:
    from episodarr.demo.world import World

SEARCH_TAKES = 3.0
"""Story seconds from a search to its grab."""
KEPT = 60
"""Commands that Sonarr remembers."""
SEASON_PACK_FROM = 3
"""A search for at least so many missing episodes of one season finds a pack."""
KNOWN = {
    "RefreshSeries",
    "RescanSeries",
    "EpisodeSearch",
    "SeasonSearch",
    "SeriesSearch",
    "MissingEpisodeSearch",
    "RefreshMonitoredDownloads",
    "ProcessMonitoredDownloads",
    "RssSync",
    "RenameFiles",
    "Backup",
    "MessagingCleanup",
    "DownloadedEpisodesScan",
}
"""Commands that this Sonarr knows; others are refused as the real one refuses them."""


class Commands:
    """Sonarr's command queue and what its commands do."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.given: dict[int, Command] = {}

    def give(self, name: str, body: dict[str, object]) -> Command:
        """Queue a command; it starts at once and ends after a moment."""
        world = self._world
        command = Command(world.next_id("command"), name, body, world.now)
        self.given[command.id] = command
        while len(self.given) > KEPT:
            del self.given[next(iter(self.given))]

        def start() -> None:
            command.status, command.started_at = "started", world.now

        def end() -> None:
            command.message = self._act(command)
            command.status, command.ended_at = "completed", world.now

        world.after(0.2, start)
        world.after(SEARCH_TAKES if name.endswith("Search") else 0.8, end)
        return command

    def _act(self, command: Command) -> str:
        series_id = command.body.get("seriesId")
        number = series_id if isinstance(series_id, int) else None
        match command.name:
            case "EpisodeSearch":
                given = command.body.get("episodeIds")
                wanted = [one for one in given if isinstance(one, int)] if isinstance(given, list) else []
                found = self.search(self._world.episodes[one] for one in wanted if one in self._world.episodes)
            case "SeasonSearch":
                season = command.body.get("seasonNumber")
                found = self.search(one for one in self._episodes(number) if one.season == season and one.monitored)
            case "SeriesSearch":
                found = self.search(one for one in self._episodes(number) if one.monitored)
            case "RescanSeries" | "RefreshSeries":
                self.rescan(number)
                return "Completed"
            case "ProcessMonitoredDownloads" | "DownloadedEpisodesScan":
                self._world.arrivals.process()
                return "Completed"
            case _:
                return "Completed"
        return f"Search completed. {found} reports downloaded."

    def _episodes(self, series_id: int | None) -> list[Episode]:
        return self._world.episodes_of.get(series_id or 0, [])

    def search(self, episodes: Iterable[Episode]) -> int:
        """Grab what is missing, has aired and is not on its way; tells how many releases were grabbed."""
        world = self._world
        seasons: dict[tuple[int, int], list[Episode]] = {}
        for episode in episodes:
            episode.searched_at = world.now
            if not episode.file_id and world.aired(episode) and not world.arrivals.busy(episode.id):
                seasons.setdefault((episode.series_id, episode.season), []).append(episode)
        grabbed = 0
        for (series_id, _), missing in seasons.items():
            series = world.series[series_id]
            if len(missing) >= SEASON_PACK_FROM:
                world.arrivals.grab(series, missing, kind="pack", size=700_000_000, seconds=6.0 + 2.5 * len(missing))
                grabbed += 1
                continue
            for episode in missing:
                world.arrivals.grab(series, [episode], size=1_100_000_000, seconds=18.0)
                grabbed += 1
        return grabbed

    def rescan(self, series_id: int | None) -> None:
        """Look at the disk: files that are gone leave Sonarr, and blocked imports are tried again."""
        world = self._world
        for file in list(world.files.values()):
            if series_id in {None, file.series_id} and file.path not in world.disk:
                self._forget(file, "MissingFromDisk")
        world.arrivals.process(series_id)

    def delete_file(self, file: EpisodeFile) -> None:
        """Delete a file by hand: from disk and from Sonarr. The episodes stay monitored."""
        self._forget(file, "Manual")

    def _forget(self, file: EpisodeFile, reason: str) -> None:
        world = self._world
        held = world.drop_file(file)
        for episode in held:
            episode.monitored = episode.monitored and not world.unmonitors_deleted
            write(world, "episodeFileDeleted", episode, file.release, None, file=file, reason=reason)
        if held:
            word = reason[0].lower() + reason[1:]
            series = world.series[file.series_id]
            world.emit(Event("EpisodeFileDelete", series, tuple(held), files=(file,), reason=word))

    def rename_file(self, file: EpisodeFile, relative_path: str) -> None:
        """Rename a file below its series' folder: the media library will know it under a new id."""
        world = self._world
        series = world.series[file.series_id]
        previous = file.path
        world.disk.move(previous, f"{series.path}/{relative_path}", file.size)
        world.file_at.pop(previous, None)
        file.relative_path, file.path = relative_path, f"{series.path}/{relative_path}"
        world.file_at[file.path] = file.id
        world.library.look_later(previous)
        world.library.look_later(file.path)
        for episode in world.held_by(file):
            write(world, "episodeFileRenamed", episode, file.release, None, file=file, previous_path=previous)
        world.emit(Event("Rename", series, tuple(world.held_by(file)), files=(file,), previous_path=previous))

    def delete_series(self, series: Series, *, delete_files: bool) -> None:
        """Take a series out of Sonarr, with its files from disk when asked. No file is reported on its own."""
        world = self._world
        for file in list(world.files_of[series.id].values()):
            world.drop_file(file, from_disk=delete_files)
        for episode in world.episodes_of.pop(series.id):
            del world.episodes[episode.id]
        del world.files_of[series.id]
        del world.series[series.id]
        for download in list(world.arrivals.downloads.values()):
            if download.series_id == series.id:
                download.state = "ignored"
        world.emit(Event("SeriesDelete", series, deleted_files=delete_files))
