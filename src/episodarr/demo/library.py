"""What a media library lists, which is never what is on disk but what its last look found.

The world's `library` is Jellyfin's; `plex` is Plex's, which sees the same disk with a delay of its own.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from episodarr.demo.model import Episode, EpisodeFile, LibraryItem

if TYPE_CHECKING:
    from episodarr.demo.world import World

LOOK_AFTER = 5.0
"""Story seconds from a change on disk to the library noticing it by itself (60 s by default in Jellyfin)."""
SCAN_SECONDS = 3.0
"""Story seconds of a full scan."""


class Library:
    """The listing, by path, and when it is looked at again."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.items: dict[str, LibraryItem] = {}
        self.hidden: set[int] = set()
        self.hidden_until_told: set[int] = set()
        self.scan_began_at: datetime | None = None
        self.scan_ended_at: datetime | None = None
        self.watched: list[tuple[str, int, datetime]] = []
        """(user, episode, when) of each play to the end, in the order in which they happened."""
        self.now_playing: dict[str, tuple[int, datetime]] = {}
        """Who plays which episode now, and since when."""
        self.look_after = LOOK_AFTER
        self.others: list[Library] = []
        """Libraries of further media servers, which are told of the same changes."""

    @property
    def scanning(self) -> bool:
        """Whether a full scan runs."""
        return self.scan_began_at is not None and (
            self.scan_ended_at is None or self.scan_ended_at < self.scan_began_at
        )

    def look_later(self, path: str) -> None:
        """The file monitor saw a change of `path`; it is looked at after the monitor's delay."""
        self._world.after(self.look_after, lambda: self.look(path))
        for other in self.others:
            other.look_later(path)

    def know(self, file: EpisodeFile, listed_at: datetime) -> None:
        """List a file here and in the other libraries as if it had been there for long."""
        self.list_file(file, listed_at)
        for other in self.others:
            other.know(file, listed_at)

    def forget(self, path: str) -> None:
        """Take a path out of the listing here and in the other libraries, whatever is on disk."""
        self.items.pop(path, None)
        for other in self.others:
            other.forget(path)

    def told(self, path: str) -> None:
        """Somebody reported `path` (a file or a folder) as changed."""

        def act() -> None:
            for known in [*self._world.disk, *self.items]:
                if known == path or known.startswith(path.rstrip("/") + "/"):
                    self._reveal(known)
                    self.look(known)

        self._world.after(min(self.look_after, 1.0), act)

    def scan(self) -> None:
        """Begin a full scan; what it finds is listed at its end."""
        if self.scanning:
            return
        self.scan_began_at = self._world.now
        self._world.after(SCAN_SECONDS, self._end_scan)

    def _end_scan(self) -> None:
        self.hidden_until_told.clear()
        for path in [*self._world.disk, *self.items]:
            self.look(path)
        self.scan_ended_at = self._world.now

    def _reveal(self, path: str) -> None:
        file = self._file_at(path)
        if file is not None:
            self.hidden_until_told -= {episode.id for episode in self._world.held_by(file)}

    def _file_at(self, path: str) -> EpisodeFile | None:
        return self._world.files.get(self._world.file_at.get(path, 0))

    def look(self, path: str) -> None:
        """Bring the listing of one path in line with the disk."""
        if path not in self._world.disk:
            self.items.pop(path, None)
            return
        file = self._file_at(path)
        if file is None:
            return
        shut = self.hidden | self.hidden_until_told
        if any(episode.id in shut for episode in self._world.held_by(file)):
            self.items.pop(path, None)
            return
        item = self.items.get(path)
        if item is None or item.size != file.size:
            self.list_file(file, self._world.now)

    def list_file(self, file: EpisodeFile, listed_at: datetime) -> None:
        """List a file with what is known of its episodes now."""
        held = self._world.held_by(file)
        if not held:
            return
        first, last = held[0], held[-1]
        self.items[file.path] = LibraryItem(
            path=file.path,
            series_id=file.series_id,
            season=first.season,
            number=first.number,
            number_end=last.number if len(held) > 1 else None,
            title=first.title,
            overview=first.overview,
            air_at=first.air_at,
            tvdb_id=first.tvdb_id,
            size=file.size,
            runtime=file.runtime,
            listed_at=listed_at,
            quality=file.release.quality,
            language=file.release.language,
        )

    def hide(self, episode: Episode, *, until_told: bool = False) -> None:
        """Keep an episode's file out of the listing, for good or until a scan is asked for; here and in the others."""
        (self.hidden_until_told if until_told else self.hidden).add(episode.id)
        self._look_at(episode)
        for other in self.others:
            other.hide(episode, until_told=until_told)

    def show(self, episode: Episode) -> None:
        """List an episode's file again, here and in the others."""
        self.hidden.discard(episode.id)
        self.hidden_until_told.discard(episode.id)
        self._look_at(episode)
        for other in self.others:
            other.show(episode)

    def _look_at(self, episode: Episode) -> None:
        if episode.file_id:
            self.look(self._world.files[episode.file_id].path)

    def lists(self, episode: Episode) -> bool:
        """Whether the episode's present file is listed."""
        return bool(episode.file_id) and self._world.files[episode.file_id].path in self.items

    def delete(self, item: LibraryItem) -> None:
        """Delete the MEDIA FILE of an item, as Jellyfin does; Sonarr learns of it at its next rescan."""
        self._world.disk.pop(item.path, None)
        self.items.pop(item.path, None)

    def play(self, user_id: str, episode: Episode, at: datetime | None = None) -> None:
        """Let a user watch an episode to its end."""
        self.watched.append((user_id, episode.id, at or self._world.now))

    def begin(self, who: str, episode: Episode) -> None:
        """Let somebody play an episode from now on."""
        self.now_playing[who] = (episode.id, self._world.now)

    def end(self, who: str) -> None:
        """Let somebody stop."""
        self.now_playing.pop(who, None)
