"""qBittorrent's torrents as its sync call tells them: first all of them, then only what changed."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from episodarr.downloads.model import TransferChanges, TransferState
from episodarr.episode.facts import TransferPhase, download_key
from episodarr.integrations._untrusted import count, unix_instant

_ENDLESS = 8_640_000
"""The eta that qBittorrent writes for "never", in seconds."""

_PHASES = {
    "downloading": TransferPhase.DOWNLOADING,
    "forcedDL": TransferPhase.DOWNLOADING,
    "metaDL": TransferPhase.DOWNLOADING,
    "forcedMetaDL": TransferPhase.DOWNLOADING,
    "stalledDL": TransferPhase.STALLED,
    "queuedDL": TransferPhase.QUEUED,
    "checkingDL": TransferPhase.QUEUED,
    "allocating": TransferPhase.QUEUED,
    "pausedDL": TransferPhase.PAUSED,
    "stoppedDL": TransferPhase.PAUSED,
    "error": TransferPhase.FAILED,
    "missingFiles": TransferPhase.FAILED,
    "uploading": TransferPhase.COMPLETE,
    "pausedUP": TransferPhase.COMPLETE,
    "stoppedUP": TransferPhase.COMPLETE,
    "queuedUP": TransferPhase.COMPLETE,
    "stalledUP": TransferPhase.COMPLETE,
    "checkingUP": TransferPhase.COMPLETE,
    "forcedUP": TransferPhase.COMPLETE,
}

_EITHER = {"moving", "checkingResumeData"}
"""States that a complete torrent and an unfinished one can both be in."""


class Patch(msgspec.Struct, gc=False):
    """The members of one torrent that an answer holds; the others are as they were."""

    name: str | UnsetType | None = UNSET
    state: str | UnsetType | None = UNSET
    progress: float | UnsetType | None = UNSET
    size: float | UnsetType | None = UNSET
    completed: float | UnsetType | None = UNSET
    dlspeed: float | UnsetType | None = UNSET
    eta: float | UnsetType | None = UNSET
    category: str | UnsetType | None = UNSET
    save_path: str | UnsetType | None = UNSET
    content_path: str | UnsetType | None = UNSET
    added_on: float | UnsetType | None = UNSET
    completion_on: float | UnsetType | None = UNSET
    infohash_v1: str | UnsetType | None = UNSET
    infohash_v2: str | UnsetType | None = UNSET


_MEMBERS = Patch.__struct_fields__


class SyncAnswer(msgspec.Struct, gc=False):
    """An answer of sync/maindata. `rid` names this answer: it is given back to get what changed since."""

    rid: int
    full_update: bool = False
    torrents: dict[str, Patch] = {}
    torrents_removed: list[str] = []


class Torrents:
    """All torrents of one client, kept up to date by merging its answers."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, Patch] = {}

    def __len__(self) -> int:
        return len(self._known)

    def merge(self, answer: SyncAnswer) -> TransferChanges:
        """Take an answer in; what it changed. Members that nobody here asks for do not count as a change."""
        if answer.full_update:
            return self._replace(answer)
        known = self._known
        removed = frozenset(download_key(raw) for raw in answer.torrents_removed)
        for key in removed:
            known.pop(key, None)
        changed = {}
        for raw, patch in answer.torrents.items():
            key = download_key(raw)
            torrent = known.get(key)
            if torrent is None:
                known[key] = patch
            elif not _apply(patch, torrent):
                continue
            changed[key] = transfer_state(key, known[key])
        return TransferChanges(full=False, changed=changed, removed=removed.difference(changed))

    def _replace(self, answer: SyncAnswer) -> TransferChanges:
        before = self._known
        self._known = {download_key(raw): torrent for raw, torrent in answer.torrents.items()}
        changed = {key: transfer_state(key, torrent) for key, torrent in self._known.items()}
        return TransferChanges(full=True, changed=changed, removed=frozenset(before).difference(changed))


def _apply(patch: Patch, torrent: Patch) -> bool:
    """Write the members that `patch` holds into `torrent`; whether any of them differs."""
    differs = False
    for member in _MEMBERS:
        value: Any = getattr(patch, member)
        if value is not UNSET and value != getattr(torrent, member):
            setattr(torrent, member, value)
            differs = True
    return differs


def transfer_state(key: str, torrent: Patch) -> TransferState:
    """The torrent in the words of the port; members that were never told are empty."""
    progress = min(max(torrent.progress or 0.0, 0.0), 1.0)
    state = torrent.state or ""
    eta = torrent.eta or 0.0
    return TransferState(
        download_id=key,
        name=torrent.name or "",
        phase=phase_of(state, progress),
        progress=progress,
        size=count(torrent.size),
        done=count(torrent.completed),
        speed=count(torrent.dlspeed),
        eta=int(eta) if 0 < eta < _ENDLESS else None,
        raw_state=state,
        category=torrent.category or "",
        save_path=torrent.save_path or "",
        content_path=torrent.content_path or "",
        added_at=unix_instant(torrent.added_on or 0.0),
        completed_at=unix_instant(torrent.completion_on or 0.0),
        also_known_as=_other_names(key, torrent),
    )


def phase_of(state: str, progress: float) -> TransferPhase:
    """What a state of any version means; one that no version has yet is judged by its progress (0..1)."""
    phase = _PHASES.get(state)
    if phase is not None:
        return phase
    if state.endswith("UP") or progress >= 1:
        return TransferPhase.COMPLETE
    return TransferPhase.QUEUED if state in _EITHER else TransferPhase.DOWNLOADING


def _other_names(key: str, torrent: Patch) -> tuple[str, ...]:
    v1 = (torrent.infohash_v1 or "").lower()
    v2 = (torrent.infohash_v2 or "")[:40].lower()
    if v1 in {"", key} and v2 in {"", key}:
        return ()
    return tuple(dict.fromkeys(name for name in (v1, v2) if name and name != key))
