"""What deleting files really frees: a file that lies elsewhere under another name (a hard link) frees nothing."""

import os
from collections.abc import Iterable

import msgspec


class Freed(msgspec.Struct, frozen=True):
    """Bytes that deleting some files frees; `linked`: kept by another name; `unknown`: of paths not visible."""

    freed: int
    linked: int
    unknown: int


def really_freed(files: Iterable[tuple[str, int]]) -> Freed:
    """What deleting all of these (path, size as the source says) frees, as far as their paths can be seen from here.

    Two of the given paths may be names of one file: its bytes count once, and only when no third name is left.
    """
    names: dict[tuple[int, int], list[int]] = {}
    unknown = 0
    for path, size in files:
        try:
            stat = os.stat(path, follow_symlinks=False)
        except (OSError, ValueError):
            unknown += size
            continue
        held = names.setdefault((stat.st_dev, stat.st_ino), [0, stat.st_nlink, stat.st_size])
        held[0] += 1
    freed = sum(size for given, links, size in names.values() if given >= links)
    linked = sum(size for given, links, size in names.values() if given < links)
    return Freed(freed, linked, unknown)
