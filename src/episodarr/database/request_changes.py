"""What changes about a stored request, and what its log says of it. Pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from episodarr.episode.facts import Requested, RequestPhase, decode, encode
from episodarr.episode.identity import ConnectionId, Source
from episodarr.requests.model import (
    MediaRequest,
    MediaStatus,
    RequestNumber,
    RequestStatus,
    SonarrPlace,
    TmdbId,
    TvdbId,
    seasons_words,
)

_MOMENT = timedelta(milliseconds=1)
_ENDED = frozenset({RequestPhase.DECLINED, RequestPhase.GONE})

LogLine = tuple[datetime, str, str, str]
"""Instant, kind, words, detail."""


class Held(NamedTuple):
    """A stored request."""

    key: int
    request: MediaRequest
    gone_at: datetime | None
    by: str
    """Who asked, as it was told of the episodes: another name later does not tell it anew."""
    source: str
    said: str
    said_at: datetime

    @classmethod
    def of(cls, row: Any, seasons: tuple[int, ...]) -> "Held":
        """Out of a row of `requests`."""
        request = MediaRequest(
            number=RequestNumber(row.number),
            tmdb_id=TmdbId(row.tmdb_id),
            tvdb_id=TvdbId(row.tvdb_id),
            requester=row.requester,
            seasons=None if row.all_seasons else seasons,
            is_4k=row.is_4k,
            status=RequestStatus(row.status),
            status_number=row.status_number,
            media_status=MediaStatus(row.media_status),
            media_number=row.media_number,
            created_at=row.created_at,
            updated_at=row.updated_at,
            modified_by=row.modified_by,
            sonarr=SonarrPlace(row.sonarr_address, row.sonarr_series),
            requester_number=row.requester_number,
        )
        said = decode(row.said)
        by = said.by if isinstance(said, Requested) else ""
        return cls(row.id, request, row.gone_at, by, row.source, row.said, row.said_at)


def new_row(request: MediaRequest, connection: ConnectionId, source: Source) -> dict[str, Any]:
    """The row of a request that was not known."""
    said = _said(request.requester, request.phase)
    return (
        _read(request)
        | said
        | {
            "connection_id": connection,
            "number": request.number,
            "source": source,
            "said_at": request.created_at,
            "gone_at": None,
        }
    )


def changed_row(request: MediaRequest | None, held: Held, now: datetime) -> dict[str, Any]:
    """The row of a known request as it was read; None: it is gone.

    What it says of its episodes changes with its phase and its seasons, and such a word is later than the one before.
    """
    phase = request.phase if request is not None else RequestPhase.GONE
    said = _said(held.by, phase)
    other = request is not None and request.seasons != held.request.seasons
    said_at = held.said_at
    if said["said"] != held.said or other:
        told_at = request.updated_at if request is not None and request.updated_at > held.said_at else now
        said_at = max(told_at, held.said_at + _MOMENT)
    row = _read(request or held.request) | said
    return row | {"source": held.source, "said_at": said_at, "gone_at": None if request is not None else now}


def _said(by: str, phase: RequestPhase) -> dict[str, Any]:
    ended = phase in _ENDED
    gone = phase if ended else RequestPhase.GONE
    return {
        "said": encode(Requested(by, phase)),
        "unsaid": encode(Requested(by, gone)),
        "standing": not ended,
    }


def _read(request: MediaRequest) -> dict[str, Any]:
    return {
        "tmdb_id": request.tmdb_id,
        "tvdb_id": request.tvdb_id,
        "requester": request.requester,
        "requester_number": request.requester_number,
        "all_seasons": request.seasons is None,
        "is_4k": request.is_4k,
        "status": request.status.value,
        "status_number": request.status_number,
        "media_status": request.media_status.value,
        "media_number": request.media_number,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "modified_by": request.modified_by,
        "sonarr_address": request.sonarr.address,
        "sonarr_series": request.sonarr.series,
    }


_DECISIONS = {
    RequestStatus.PENDING: "Awaits an approval",
    RequestStatus.APPROVED: "Approved",
    RequestStatus.DECLINED: "Declined",
    RequestStatus.FAILED: "Could not be handed on to Sonarr",
    RequestStatus.COMPLETED: "Completed",
}


def log_of(request: MediaRequest | None, held: Held | None, label: str, now: datetime) -> list[LogLine]:
    """What happened since the request was last read; None for what is not there (any more)."""
    if request is None:
        return [(now, "gone", f"{label} no longer has it", "")]
    if held is None:
        asked = (request.created_at, "requested", "Requested", f"{request.requester}: {seasons_words(request.seasons)}")
        if request.status is RequestStatus.PENDING:
            return [asked]
        return [asked, (max(request.updated_at, request.created_at), *_decision(request))]
    before = held.request
    at = request.updated_at if request.updated_at > before.updated_at else now
    lines: list[LogLine] = []
    if held.gone_at is not None:
        lines.append((now, "back", f"{label} has it again", ""))
    if request.seasons != before.seasons:
        lines.append((at, "seasons", "Other seasons were asked for", seasons_words(request.seasons)))
    if (request.status, request.status_number) != (before.status, before.status_number):
        lines.append((at, *_decision(request)))
    believes_other = (request.media_status, request.media_number) != (before.media_status, before.media_number)
    if believes_other and request.media_status not in {MediaStatus.UNKNOWN, MediaStatus.PENDING}:
        believed = request.media_status.value.replace("_", " ")
        if request.media_status is MediaStatus.OTHER:
            believed = f"in a state that is not known (number {request.media_number})"
        lines.append((now, "believed", f"{label} calls the show {believed}", ""))
    return lines


def _decision(request: MediaRequest) -> tuple[str, str, str]:
    unknown = f"In a state that is not known (number {request.status_number})"
    by = f"by {request.modified_by}" if request.modified_by else ""
    return request.status.value, _DECISIONS.get(request.status, unknown), by
