"""What Plex lists: rating keys that are never given again, a trash, and a delay of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from episodarr.demo.library import Library
from episodarr.demo.model import Episode, LibraryItem

if TYPE_CHECKING:
    from episodarr.demo.world import World

LOOK_AFTER = 8.0
"""Story seconds from a change on disk to Plex having it in its listing."""
FIRST_KEY = 52_000


class PlexLibrary(Library):
    """The listing of Plex. `keeps_trash`: files that are gone stay listed as unavailable until it is emptied."""

    def __init__(self, world: "World") -> None:
        super().__init__(world)
        self.look_after = LOOK_AFTER
        self.keeps_trash = False
        self.trash: dict[str, datetime] = {}
        self.listeners: list[Callable[[LibraryItem], None]] = []
        """Told what a look has newly listed."""
        self.views: list[tuple[int, int, datetime]] = []
        """(account, episode, when) of each play to the end, in the order in which they happened."""
        self._keys: dict[str, int] = {}
        self._next_key = FIRST_KEY

    def key(self, name: str) -> str:
        """The rating key of a show (`show:1`), season (`season:1/2`) or of an episode of a file (`path#1`)."""
        if name not in self._keys:
            self._next_key += 1
            self._keys[name] = self._next_key
        return str(self._keys[name])

    def look(self, path: str) -> None:
        """See Library; what is gone goes into the trash, or loses its rating keys."""
        held = self.items.get(path)
        super().look(path)
        if path in self.items:
            self.trash.pop(path, None)
            if held is None:
                for listener in self.listeners:
                    listener(self.items[path])
        elif held is not None and self.keeps_trash and path not in self._world.disk:
            self.items[path] = held
            self.trash.setdefault(path, self._world.now)
        elif held is not None:
            self._drop_keys(path)

    def forget(self, path: str) -> None:
        """See Library."""
        super().forget(path)
        self._drop_keys(path)

    def empty_trash(self) -> None:
        """Forget what is in the trash."""
        for path in list(self.trash):
            self.trash.pop(path)
            self.forget(path)

    def delete(self, item: LibraryItem) -> None:
        """See Library."""
        super().delete(item)
        self._drop_keys(item.path)

    def view(self, account: int, episode: Episode, at: datetime | None = None) -> None:
        """Let an account of Plex watch an episode to its end."""
        self.views.append((account, episode.id, at or self._world.now))

    def _drop_keys(self, path: str) -> None:
        for name in [name for name in self._keys if name.startswith(f"{path}#")]:
            del self._keys[name]
