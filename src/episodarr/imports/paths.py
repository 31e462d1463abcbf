"""One file under two names: as Sonarr sees it and as the importer sees it. Pure.

The two often run with different mounts. What their paths have in common is the end; where a person gave mappings,
those decide.
"""

from collections.abc import Iterable

import msgspec

from episodarr.imports.model import ImporterFile, ImporterFolder

_TAIL = 2
"""Parts of a path by which a file is looked for: its folder and its name."""


class MappingProblem(ValueError):
    """A path mapping that cannot be read; the message says which and how it should look."""


class PathMapping(msgspec.Struct, frozen=True):
    """`here` as Sonarr names a folder, `there` as the importer names the same folder."""

    here: str
    there: str


def read_mappings(text: str) -> list[PathMapping]:
    """Mappings such as `/media/anime = /data/anime; /tv2 = /mnt/tv2`. Raises MappingProblem."""
    found = []
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        here, sign, there = (piece.strip() for piece in part.partition("="))
        if not sign or not here or not there:
            raise MappingProblem(f"{part.strip()!r} is no mapping: write /path/in/sonarr = /path/there")
        found.append(PathMapping(_plain(here), _plain(there)))
    return found


def tail(path: str, parts: int = _TAIL) -> str:
    """The end of a path, as it is spelled."""
    return "/".join(_plain(path).split("/")[-parts:])


def key(path: str) -> str:
    """The end of a path as it is compared: folder and name, case does not matter."""
    return tail(path).casefold()


def is_at(file: ImporterFile, path: str, mappings: Iterable[PathMapping], folders: Iterable[ImporterFolder]) -> bool:
    """Whether one of the file's locations is `path` as Sonarr sees it.

    Under a mapping the whole translated path must agree; without one its end, as long as the importer knows it.
    """
    path = _plain(path)
    translated = next(
        (mapping.there + path[len(mapping.here) :] for mapping in mappings if _within(path, mapping.here)), None
    )
    roots = {folder.id: folder.path for folder in folders}
    for folder, relative in file.locations:
        if translated is not None:
            if f"{_plain(roots.get(folder, ''))}/{_plain(relative)}".casefold() == translated.casefold():
                return True
        elif root_of(path, relative):
            return True
    return False


def root_of(path: str, relative: str) -> str:
    """The folder as Sonarr sees it that the importer's `relative` path is in; empty when `path` does not end so."""
    path, relative = _plain(path), _plain(relative).lstrip("/")
    if not relative or not path.casefold().endswith(f"/{relative}".casefold()):
        return ""
    return path[: -len(relative) - 1]


def under(path: str, roots: Iterable[str]) -> bool:
    """Whether a path lies in one of the folders."""
    return any(_within(_plain(path), _plain(root)) for root in roots)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _plain(path: str) -> str:
    return path.replace("\\", "/").rstrip("/")
