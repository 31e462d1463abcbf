"""What lies on the simulated disk: path -> bytes. With a folder of this machine its files are real ones.

Real files are sparse: they say their own path and are then as long as they are told to be, which costs no space.
"""

import os
from collections.abc import Iterable
from pathlib import Path

_MISSING = object()


class Disk(dict[str, int]):
    """The files of the library, as a dictionary alone."""

    base = ""
    """What all paths begin with."""

    def folder(self, path: str) -> str:
        """A folder of the services, such as `/media/tv`, where it lies here."""
        return f"{self.base}{path}"

    def make_folder(self, path: str) -> None:
        """Let a folder be there."""

    def has_folder(self, path: str) -> bool:  # noqa: ARG002  # a dictionary knows no folders
        """Whether a folder is there."""
        return True

    def holds_folders(self, path: str) -> bool:  # noqa: ARG002  # a dictionary knows no folders
        """Whether a folder is there and has folders below it."""
        return True

    def link(self, source: str, path: str, size: int) -> None:  # noqa: ARG002  # a dictionary knows no links
        """Let a file be at `path` that is one with `source`, where that is there."""
        self[path] = size

    def move(self, path: str, to: str, size: int = 0) -> None:
        """Let a file be elsewhere; `size` for one that nobody knew."""
        self[to] = self.pop(path, size)

    def throw(self, path: str, waste_bin: str, below: str) -> None:
        """Delete a file: into the bin, under its path below `below`, or for good without a bin."""
        if path not in self:
            self.pop(path, None)
            return
        if not waste_bin:
            del self[path]
            return
        target = f"{waste_bin.rstrip('/')}/{path.removeprefix(below).lstrip('/')}"
        stem, dot, ending = target.rpartition(".")
        number = 0
        while target in self:
            number += 1
            target = f"{stem}_{number}{dot}{ending}"
        self.move(path, target)

    def put_content(self, files: Iterable[tuple[str, int]]) -> None:
        """Let the files of a download be there; they are no part of the library."""

    def drop_content(self, files: Iterable[str], up_to: str) -> None:
        """Delete files of a download, and the folders that are empty then, below `up_to`."""


class RealDisk(Disk):
    """The same with real files below a folder."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.base = str(base)

    def make_folder(self, path: str) -> None:
        """See Disk."""
        self._own(path).mkdir(parents=True, exist_ok=True)

    def has_folder(self, path: str) -> bool:
        """See Disk."""
        return Path(path).is_dir()

    def holds_folders(self, path: str) -> bool:
        """See Disk."""
        return Path(path).is_dir() and any(one.is_dir() for one in Path(path).iterdir())

    def __contains__(self, path: object) -> bool:
        """Whether a file is known and really there."""
        return super().__contains__(path) and Path(str(path)).is_file()

    def __setitem__(self, path: str, size: int) -> None:
        super().__setitem__(path, size)
        _write(self._own(path), size)

    def __delitem__(self, path: str) -> None:
        super().__delitem__(path)
        self._own(path).unlink(missing_ok=True)

    def pop(self, path: str, default: object = _MISSING) -> int:
        """See dict; the real file goes, too."""
        if not super().__contains__(path):
            if default is _MISSING:
                raise KeyError(path)
            return default  # type: ignore[return-value]  # as the caller gave it
        size = self[path]
        del self[path]
        return size

    def link(self, source: str, path: str, size: int) -> None:
        """See Disk; both paths are one file then."""
        origin, target = self._own(source), self._own(path)
        if origin.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(origin, target)
        self[path] = size

    def move(self, path: str, to: str, size: int = 0) -> None:
        """See Disk; it stays the same file."""
        origin, target = self._own(path), self._own(to)
        if super().__contains__(path):
            size = self[path]
            super().__delitem__(path)
        if origin.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            origin.rename(target)
        self[to] = size

    def put_content(self, files: Iterable[tuple[str, int]]) -> None:
        """See Disk."""
        for path, size in files:
            _write(self._own(path), size)

    def drop_content(self, files: Iterable[str], up_to: str) -> None:
        """See Disk."""
        end = self._own(up_to)
        for path in files:
            file = self._own(path)
            file.unlink(missing_ok=True)
            for folder in file.parents:
                if folder == end or end not in folder.parents or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def _own(self, path: str) -> Path:
        """The real path. Raises ValueError outside of the folder: a simulation never touches anything else."""
        real = Path(os.path.normpath(path))
        if Path(self.base) not in real.parents:
            raise ValueError(f"not below {self.base}: {path}")
        return real


def _write(path: Path, size: int) -> None:
    if path.is_file() and path.stat().st_size == size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(str(path).encode()[:size])
        file.truncate(size)
