"""What deleting something would really free: bytes that lie elsewhere under another name (hard links) stay taken."""

from collections.abc import Callable
from dataclasses import dataclass

from episodarr.capacity.links import really_freed
from episodarr.deletion.holding import Level
from episodarr.deletion.ports import HoldingStore

MOST_FILES = 5_000
"""Files of one holding that are looked at; the rest counts as unknown."""


@dataclass(frozen=True, slots=True)
class FreedView:
    """Bytes of all files of a show, season, file or movie."""

    size: int
    """As their source says."""
    freed: int
    """Nothing else holds these."""
    linked: int
    """Another name on the disk holds these, such as a torrent that is still seeded: deleting frees nothing of them."""
    unknown: int
    """Of files whose paths cannot be seen from here."""


FreedBy = Callable[[Level, int], FreedView | None]


def freed_by(holdings: HoldingStore, level: Level, holding_id: int) -> FreedView | None:
    """What deleting it would free now; None when nothing of it has a file. Looks at each file on the disk."""
    files = holdings.paths(level, holding_id, MOST_FILES + 1)
    if not files:
        return None
    size = sum(size for _, size in files)
    found = really_freed(files[:MOST_FILES])
    beyond = sum(size for _, size in files[MOST_FILES:])
    return FreedView(size, found.freed, found.linked, found.unknown + beyond)
