"""What Tautulli sends, and what it means: missing values are empty texts, numbers may be texts, keys are either."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from episodarr.integrations._untrusted import LARGEST, unix_instant
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, Session, Viewer

_SERIES_GUID = re.compile(
    r"^(?:com\.plexapp\.agents\.)?(?:hama://)?(?P<where>thetvdb|tvdb|themoviedb|tmdb)(?:dvdorder)?"
    r"(?:[2-4]?-|://)(?P<id>\d{1,9})(?=$|[/?])"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Number = int | float | str | None


class HistoryRow(msgspec.Struct, gc=False):
    """One row of the history; `row_id` null: a session that runs."""

    row_id: int | None = None
    id: int | None = None
    reference_id: int | None = None
    started: int | None = None
    stopped: int | None = None
    play_duration: int | None = None
    duration: int | None = None
    user_id: int | str | None = None
    user: str | None = None
    friendly_name: str | None = None
    live: Number = 0
    media_type: str | None = None
    rating_key: int | str | None = None
    grandparent_rating_key: int | str | None = None
    title: str | None = None
    grandparent_title: str | None = None
    year: Number = None
    media_index: Number = None
    parent_media_index: Number = None
    originally_available_at: str | None = None
    guid: str | None = None
    percent_complete: Number = None
    watched_status: int | float | None = None
    state: str | None = None


class History(msgspec.Struct, rename="camel"):
    """One page. `records_filtered`: rows of the question, `records_total`: of the whole table."""

    records_filtered: int
    records_total: int
    data: list[HistoryRow]


class ActivityRow(HistoryRow):
    """One session that runs. Every number may be a text; `view_offset` is in milliseconds."""

    view_offset: Number = None


class Activity(msgspec.Struct):
    """What is being played; nothing at all when Plex could not be asked."""

    sessions: list[ActivityRow] | None = None
    stream_count: int | None = None


class _ActivityResponse(msgspec.Struct):
    result: str
    data: Activity


class ActivityAnswer(msgspec.Struct):
    """The envelope of what is being played."""

    response: _ActivityResponse


class _HistoryResponse(msgspec.Struct):
    result: str
    data: History


class HistoryAnswer(msgspec.Struct):
    """The envelope of a page."""

    response: _HistoryResponse


class Response(msgspec.Struct):
    """What every answer wraps: `result` is `success` or `error`."""

    result: str
    message: str | None = None
    data: Any = None


class Envelope(msgspec.Struct):
    """The envelope of any answer."""

    response: Response


class Reader:
    """Makes plays of rows; what many rows share is made once."""

    def __init__(self) -> None:
        self._viewers: dict[tuple[object, object, object], Viewer] = {}
        self._items: dict[tuple[object, ...], PlayedItem] = {}

    def plays(self, rows: Iterable[HistoryRow]) -> tuple[Play, ...]:
        """The plays of a page."""
        return tuple([play for row in rows if (play := self.play(row)) is not None])

    def play(self, row: HistoryRow) -> Play | None:
        """The play; None for a running session and for a row that never began."""
        number, started = row.row_id, row.started
        if number is None or row.state is not None or not started:
            return None
        began = unix_instant(started)
        if began is None:
            return None
        seconds = row.play_duration
        if seconds is None:
            seconds = row.duration or 0
        ended = unix_instant(row.stopped or started + seconds) or began
        # Hundreds of thousands are read at once: what is as it should be is not bounded by calls.
        percent = row.percent_complete
        if type(percent) is not int or not 0 <= percent <= 100:
            percent = min(_whole(percent) or 0, 100)
        watched = row.watched_status
        return Play(
            PlayId(number),
            PlayId(row.reference_id or number),
            self._viewer(row),
            self._item(row),
            began,
            max(began, ended),
            seconds if 0 <= seconds <= LARGEST else min(max(seconds, 0), LARGEST),
            percent,
            watched is not None and watched >= 1,
        )

    def session(self, row: ActivityRow) -> Session:
        """What somebody plays now."""
        offset = _whole(row.view_offset)
        position = offset // 1000 if offset is not None else None
        return Session(self._item(row), self._viewer(row), position, row.state == "paused")

    def _viewer(self, row: HistoryRow) -> Viewer:
        key = (row.user_id, row.user, row.friendly_name)
        held = self._viewers.get(key)
        if held is None:
            name = row.friendly_name or row.user or ""
            held = self._viewers[key] = Viewer(f"{row.user_id if row.user_id is not None else row.user}", name[:200])
        return held

    def _item(self, row: HistoryRow) -> PlayedItem:
        key = (row.guid, row.rating_key, row.title, row.grandparent_title, row.parent_media_index, row.media_index)
        held = self._items.get(key)
        if held is None:
            held = self._items[key] = _item(row)
        return held


def _item(row: HistoryRow) -> PlayedItem:
    kind = {"episode": ItemKind.EPISODE, "movie": ItemKind.MOVIE}.get(row.media_type or "", ItemKind.OTHER)
    aired = row.originally_available_at or ""
    guid = (row.guid or "").partition("?")[0][:500]
    tvdb, tmdb = series_ids_in(guid) if kind is ItemKind.EPISODE else (0, 0)
    return PlayedItem(
        ItemKind.OTHER if row.live in {1, "1"} else kind,
        f"{row.rating_key if row.rating_key is not None else ''}"[:100],
        f"{row.grandparent_rating_key if row.grandparent_rating_key is not None else ''}"[:100],
        guid,
        (row.grandparent_title or "")[:500],
        _whole(row.parent_media_index),
        _whole(row.media_index),
        (row.title or "")[:500],
        _whole(row.year) or 0,
        aired if _DATE.fullmatch(aired) else "",
        series_tvdb_id=tvdb,
        series_tmdb_id=tmdb,
    )


def series_ids_in(guid: str) -> tuple[int, int]:
    """TVDB's and TMDB's ids of the series that the guids of agents before 2020 and of HAMA hold; 0: not told."""
    found = _SERIES_GUID.match(guid)
    if found is None:
        return 0, 0
    number = min(int(found["id"]), LARGEST)
    return (number, 0) if found["where"] in {"thetvdb", "tvdb"} else (0, number)


def _whole(value: Number) -> int | None:
    """A number from 0; None for an empty text and anything else that is none."""
    if isinstance(value, str):
        return min(int(value), LARGEST) if value.isascii() and value.isdigit() and len(value) < 12 else None
    return min(int(value), LARGEST) if value is not None and value >= 0 else None
