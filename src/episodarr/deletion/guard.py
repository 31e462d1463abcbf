"""The last look: whether a file or a torrent may go, by what the systems say of it at this very instant. Pure.

Every function answers with the reason why it may not; empty: it may. What is not told is never taken for a yes.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath

from episodarr.deletion.journal import Caps
from episodarr.deletion.plan import PlannedFile, PlannedTorrent
from episodarr.deletion.systems import HeldFile, HeldTorrent, ManagedFile, Owner, Root

_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def file_refusal(
    planned: PlannedFile,
    live: ManagedFile,
    owner: Owner | None,
    roots: Sequence[Root],
    arriving: Collection[int],
    keep_tags: Collection[str],
) -> str:
    """Why a file may not go. It has to be the very one that was planned: two ids and the path, never a title."""
    if planned.file_id <= 0 or planned.owner_id <= 0:
        return "its id is none that a file can have"
    if live.id != planned.file_id or live.owner_id != planned.owner_id:
        return f"{planned.manager} has another file under its number now"
    if live.path != planned.path:
        return f"it lies elsewhere now: {live.path}"
    if live.size != planned.size:
        return "it has another size now: it was replaced"
    if {one.id for one in live.parts} != set(planned.part_ids):
        return "it holds other episodes now than those that were planned to go"
    if owner is None or owner.id != planned.owner_id:
        return f"{planned.manager} does not know what it belongs to any more"
    known = [(mine, theirs) for mine, theirs in zip(planned.owner_ids, _ids(owner), strict=True) if mine or theirs]
    if not known or any(mine != theirs for mine, theirs in known):
        return f"{planned.manager} says that it belongs to another title now"
    if tagged := sorted(owner.tags & {tag.lower() for tag in keep_tags}):
        return f"{owner.title} is tagged “{'”, “'.join(tagged)}”"
    if set(planned.part_ids) & set(arriving):
        return "a download of it is on its way"
    return path_refusal(live.path, owner.path, roots)


def _ids(owner: Owner) -> tuple[int, int]:
    return owner.tvdb_id, owner.tmdb_id


def path_refusal(path: str, folder: str, roots: Iterable[Root]) -> str:
    """Why a path may not go: it has to lie strictly inside the folder of its show, inside a library folder."""
    for one in (path, folder):
        if problem := _odd(one):
            return f"its path is {problem}"
    if not inside(path, folder):
        return f"it does not lie inside the folder of its show, {folder}"
    holding = [root for root in roots if not _odd(root.path) and inside(folder, root.path)]
    if not holding:
        return "the folder of its show does not lie inside any library folder"
    if not any(root.accessible for root in holding):
        return f"the library folder {holding[0].path} cannot be reached: is its disk mounted?"
    return ""


def inside(path: str, folder: str) -> bool:
    """Whether a path lies strictly below a folder, by whole names; Windows paths whatever their case."""
    inner, outer = _parts(path), _parts(folder)
    return len(outer) > 0 and len(inner) > len(outer) and inner[: len(outer)] == outer


def same_or_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies below it."""
    return bool(_parts(path)) and (_parts(path) == _parts(folder) or inside(path, folder))


def _parts(path: str) -> tuple[str, ...]:
    if windows := bool(re.match(r"[A-Za-z]:[\\/]|\\\\", path)):
        path = path.replace("\\", "/").lower()
    parts = PurePosixPath(path).parts
    return parts if windows or parts[:1] in (("/",), ("//",)) else ()


def _odd(path: str) -> str:
    """What is wrong with a path that nothing should be deleted at."""
    if not path.strip():
        return "empty"
    if "\0" in path:
        return "damaged"
    parts = _parts(path)
    if not parts:
        return "not a whole one"
    if len(parts) < 2:
        return "the root of a disk"
    if ".." in re.split(r"[\\/]", path):
        return "not plain: it goes up with “..”"
    return ""


def torrent_refusal(
    planned: PlannedTorrent,
    live: HeldTorrent,
    files: Sequence[HeldFile],
    others: Iterable[HeldTorrent],
    roots: Iterable[Root],
    caps: Caps,
) -> str:
    """Why a torrent may not go with its data."""
    if not _HASH.fullmatch(planned.hash) or live.hash != planned.hash:
        return "its info hash is none that names one torrent"
    if live.content_path != planned.content_path:
        return f"its files lie elsewhere now: {live.content_path}"
    if len(files) != planned.file_count:
        return "it holds other files now than those that were shown"
    if shared := sharing(live, others):
        return shared
    if problem := _misplaced(live, roots):
        return problem
    return "" if planned.chosen else seeding_refusal(live, caps)


def sharing(torrent: HeldTorrent, others: Iterable[HeldTorrent]) -> str:
    """Why its data may not go: another torrent uses it, too."""
    for other in others:
        if other.hash == torrent.hash:
            continue
        if same_or_inside(other.content_path, torrent.content_path) or same_or_inside(
            torrent.content_path, other.content_path
        ):
            return f"another torrent shares its files: {other.name}"
    return ""


def _misplaced(torrent: HeldTorrent, roots: Iterable[Root]) -> str:
    if _odd(torrent.content_path) or not inside(torrent.content_path, torrent.save_path):
        return "its files do not lie inside its own download folder"
    for root in roots:
        if same_or_inside(torrent.content_path, root.path) or same_or_inside(root.path, torrent.content_path):
            return f"its files lie in the library folder {root.path} itself"
    return ""


def seeding_refusal(torrent: HeldTorrent, caps: Caps) -> str:
    """Why it should go on seeding."""
    if not torrent.complete:
        return "it is not complete"
    if torrent.private is None:
        return "it is not told whether its tracker is private"
    if torrent.private:
        return "its tracker is private: removing it can cost standing there"
    if torrent.ratio is not None and caps.seeding_ratio and torrent.ratio >= caps.seeding_ratio:
        return ""
    if caps.seeding_hours and torrent.seeding_seconds >= 3600 * caps.seeding_hours:
        return ""
    if not caps.seeding_ratio and not caps.seeding_hours:
        return ""
    told = "unknown" if torrent.ratio is None else f"{torrent.ratio:.2f}"
    return (
        f"it has not seeded long enough: ratio {told} of {caps.seeding_ratio:g}, "
        f"{torrent.seeding_seconds // 3600} of {caps.seeding_hours} hours"
    )
