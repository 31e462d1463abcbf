"""The life of an episode: what counts now and what was said before, in one list, oldest first."""

from datetime import datetime

from sqlalchemy import Connection, literal, select, union_all

from episodarr.database.schema import episodes, evidence, superseded
from episodarr.episode.facts import (
    Grabbed,
    GrabFailed,
    Imported,
    ImportPhase,
    ImportStatus,
    InLibrary,
    Leaving,
    Listed,
    Recognition,
    RecognitionPhase,
    Removed,
    Requested,
    RequestPhase,
    Transfer,
    TransferPhase,
    Watched,
    What,
    decode,
)
from episodarr.episode.identity import Source, label_of
from episodarr.overview.answers import LibraryItem, TimelineEntry

_MOST = 2000
"""Entries of one episode that are read; a life has a few dozen."""


def timeline(db: Connection, episode_id: int, now: datetime) -> list[TimelineEntry]:
    """Everything that was said about an episode, and that it aired."""
    columns = ("kind", "source", "at", "recorded_at", "what")
    current = select(literal(0).label("id"), *(evidence.c[name] for name in columns)).where(
        evidence.c.episode_id == episode_id
    )
    earlier = select(superseded.c.id, *(superseded.c[name] for name in columns)).where(
        superseded.c.episode_id == episode_id
    )
    said = union_all(current, earlier).subquery()
    rows = db.execute(select(said).order_by(said.c.at.desc()).limit(_MOST)).all()
    entries = []
    for entry_id, kind, source, at, recorded_at, text in rows:
        what = decode(text)
        words, detail = _words(what)
        if words:
            entries.append(TimelineEntry(entry_id, at, recorded_at, kind, label_of(Source(source)), words, detail))
    airs_at = db.execute(select(episodes.c.airs_at).where(episodes.c.id == episode_id)).scalar()
    if airs_at is not None and airs_at <= now:
        entries.append(TimelineEntry(0, airs_at, airs_at, "aired", "Sonarr", "Aired", ""))
    return sorted(entries, key=lambda entry: (entry.at, entry.recorded_at, entry.kind, entry.source))


_TRANSFER = {
    TransferPhase.QUEUED: "Queued in the download client",
    TransferPhase.DOWNLOADING: "Downloading",
    TransferPhase.STALLED: "Stalled: nobody shares it at the moment",
    TransferPhase.PAUSED: "Stopped in the download client",
    TransferPhase.FAILED: "The download client reports an error",
    TransferPhase.COMPLETE: "The whole file is there",
    TransferPhase.SKIPPED: "Its file is deselected in the download client",
    TransferPhase.GONE: "The download client no longer has it",
    TransferPhase.WITHDRAWN: "The download does not hold this episode after all",
}
_IMPORT = {
    ImportPhase.WAITING: "In Sonarr's queue",
    ImportPhase.PENDING: "Complete, waiting to be imported",
    ImportPhase.IMPORTING: "Being imported",
    ImportPhase.BLOCKED: "The import is blocked",
    ImportPhase.FAILED: "The import failed",
    ImportPhase.LEFT: "Left Sonarr's queue",
}


_REQUEST = {
    RequestPhase.APPROVED: "Requested",
    RequestPhase.PENDING: "Requested, awaits an approval",
    RequestPhase.FAILED: "Requested, but it could not be handed on to Sonarr",
    RequestPhase.DECLINED: "The request was declined",
    RequestPhase.GONE: "The request is gone",
}
_RECOGNITION = {
    RecognitionPhase.PENDING: "Not recognised yet",
    RecognitionPhase.RECOGNIZED: "Recognised",
    RecognitionPhase.UNRECOGNIZED: "Not recognised: it has to be linked by hand",
}


def _words(what: What) -> tuple[str, str]:  # noqa: C901, PLR0912  # one case a kind of fact
    """One sentence and its detail; an empty sentence for what is no event of a life."""
    match what:
        case Listed():
            return ("Listed and monitored" if what.monitored else "Listed, not monitored"), ""
        case Requested():
            return _REQUEST[what.phase], what.by
        case Grabbed():
            return f"Grabbed for {what.client or 'the download client'}", what.release
        case GrabFailed():
            return "The download was given up", what.reason
        case Transfer():
            return _TRANSFER[what.phase], what.detail
        case ImportStatus():
            return _IMPORT[what.phase], what.reason
        case Imported():
            return "Imported into the library folder", what.path
        case Recognition():
            return _RECOGNITION[what.phase], what.detail
        case InLibrary():
            if what.playable:
                return "Listed and playable", what.item_id
            return ("Listed, but cannot be played" if what.item_id else "Not listed yet"), what.detail
        case Watched():
            return "Watched", f"{what.plays} plays" if what.plays > 1 else ""
        case Leaving():
            return ("To be deleted" if what.on else "Kept"), what.rule
        case Removed():
            return "Its file was deleted", what.reason


def library_items(db: Connection, episode_id: int) -> list[LibraryItem]:
    """Where media servers list an episode."""
    asked = select(evidence.c.source, evidence.c.at, evidence.c.what).where(
        evidence.c.episode_id == episode_id, evidence.c.kind == "in_library"
    )
    found = []
    for source, at, text in db.execute(asked):
        what = decode(text)
        if isinstance(what, InLibrary) and what.item_id:
            found.append(LibraryItem(label_of(Source(source)), what.item_id, what.playable, at))
    return found
