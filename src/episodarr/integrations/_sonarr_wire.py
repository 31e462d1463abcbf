"""What Sonarr writes: the shapes of its answers, and what they are called elsewhere in Episodarr."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from episodarr.connections.hint import About, Hint, hint
from episodarr.downloads.model import HistoryEvent, HistoryKind, QueueItem
from episodarr.episode.facts import download_key
from episodarr.integrations._untrusted import count, in_utc, instant, text

_KINDS = {
    "grabbed": HistoryKind.GRABBED,
    "seriesFolderImported": HistoryKind.IMPORTED,
    "downloadFolderImported": HistoryKind.IMPORTED,
    "downloadFailed": HistoryKind.FAILED,
    "episodeFileDeleted": HistoryKind.FILE_DELETED,
}


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class Id(_Wire):
    """Anything of which only the id matters."""

    id: int


class SeriesId(_Wire):
    """A history row of which only the series matters."""

    series_id: int


class Event(_Wire):
    """One row of the history, about one episode."""

    id: int
    event_type: str
    date: datetime
    series_id: int = 0
    episode_id: int = 0
    download_id: str | None = None
    source_title: str | None = None
    quality: Any = None
    data: dict[str, Any] | None = None


class Row(_Wire):
    """One row of the queue: one (download, episode)."""

    id: int
    series_id: int | None = None
    episode_id: int | None = None
    download_id: str | None = None
    title: str | None = None
    status: str | None = None
    tracked_download_state: str | None = None
    tracked_download_status: str | None = None
    status_messages: Any = None
    error_message: str | None = None
    size: float | None = None
    sizeleft: float | None = None
    download_client: str | None = None
    protocol: str | None = None
    added: Any = None


class Parsed(_Wire):
    """What Sonarr makes of a name."""

    title: str | None = None
    series: Id | None = None
    episodes: list[Id] | None = None


class Page(_Wire):
    """One page of the queue."""

    page: int
    total_records: int
    records: list[Row]


ID = msgspec.json.Decoder(Id)
SERIES_IDS = msgspec.json.Decoder(list[SeriesId])
IDS = msgspec.json.Decoder(list[Id])
EVENTS = msgspec.json.Decoder(list[Event])
PARSED = msgspec.json.Decoder(Parsed)
PAGE = msgspec.json.Decoder(Page)
OBJECT = msgspec.json.Decoder(dict[str, Any])


def queue_item(row: Row) -> QueueItem:
    """A row of the queue as the rest of Episodarr knows it."""
    return QueueItem(
        download_id=download_key(row.download_id or ""),
        title=row.title or "",
        status=row.status or "unknown",
        tracked_state=row.tracked_download_state or "",
        tracked_status=row.tracked_download_status or "ok",
        messages=_messages(row),
        sonarr_series_id=row.series_id or 0,
        sonarr_episode_id=row.episode_id or 0,
        size=count(row.size),
        size_left=count(row.sizeleft),
        client=row.download_client or "",
        protocol=row.protocol or "",
        added_at=instant(row.added),
    )


def _messages(row: Row) -> tuple[str, ...]:
    """What Sonarr says about a row, each sentence once, with the file it is about unless the sentence names it."""
    said: dict[str, None] = {}
    if row.error_message:
        said[row.error_message] = None
    groups = row.status_messages if isinstance(row.status_messages, list) else []
    for group in groups:
        if not isinstance(group, dict):
            continue
        about = text(group.get("title"))
        messages = group.get("messages")
        sentences = [text(message) for message in messages] if isinstance(messages, list) else []
        for sentence in sentences or [about]:
            names_it = not about or about == row.title or about in sentence
            said[sentence if names_it else f"{about}: {sentence}"] = None
    return tuple(sentence for sentence in said if sentence)


def history_event(event: Event) -> HistoryEvent:
    """A row of the history as the rest of Episodarr knows it."""
    data = event.data or {}
    kind = _KINDS.get(event.event_type, HistoryKind.OTHER)
    reason = text(data.get("reason")) or text(data.get("message"))
    if kind is HistoryKind.FILE_DELETED:
        # The history writes MissingFromDisk where webhooks and everything else write missingFromDisk.
        reason = reason[:1].lower() + reason[1:]
    quality = event.quality.get("quality") if isinstance(event.quality, dict) else None
    return HistoryEvent(
        id=event.id,
        kind=kind,
        sonarr_series_id=event.series_id,
        sonarr_episode_id=event.episode_id,
        at=in_utc(event.date),
        download_id=download_key(event.download_id or ""),
        release=event.source_title or "",
        client=text(data.get("downloadClientName")) or text(data.get("downloadClient")),
        reason=reason,
        file_id=count(data.get("fileId")),
        path=text(data.get("importedPath")),
        size=count(data.get("size")),
        quality=text(quality.get("name")) if isinstance(quality, dict) else "",
    )


def read_hint(told: Mapping[str, Any]) -> Hint:
    """Every type of Sonarr's webhook: what was grabbed, imported, upgraded, renamed, deleted, or waits for a person."""
    kind = str(told.get("eventType") or "")
    series = told.get("series")
    about = [About.GRABS]
    if kind in {"SeriesAdd", "SeriesDelete"}:
        about.append(About.SERIES_LIST)
    elif kind in {"Test", "Grab", "Health", "HealthRestored", "ApplicationUpdate"}:
        series = None
    else:
        about += [About.SERIES, About.LIBRARY]
    return hint(kind, about, series=series.get("id") if isinstance(series, dict) else None)
