"""What people are to be told, until they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from episodarr.database.engine import Database
from episodarr.database.schema_consent import notices
from episodarr.deletion.notice import Notice, WaitingNotice

_n = notices.c
_items = msgspec.json.Decoder(tuple[Mapping[str, Any], ...])
_MOST = 500
"""Older ones that wait are dropped: nobody wants to hear of them any more."""


class StoredNotices:
    """NoticeStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_notice(self, notice: Notice, now: datetime) -> None:
        """See NoticeStore."""
        row = {"event": notice.event, "title": notice.title, "message": notice.message, "made_at": now, "next_at": now}
        row |= {"items": msgspec.json.encode(notice.items).decode(), "attempts": 0, "problem": ""}
        with self._database.writing() as db:
            db.execute(insert(notices).values(row))
            kept = select(_n.id).order_by(_n.id.desc()).limit(_MOST)
            db.execute(delete(notices).where(_n.id.not_in(kept)))

    def waiting(self, now: datetime, limit: int) -> list[WaitingNotice]:
        """See NoticeStore."""
        asked = select(notices).where(_n.next_at <= now).order_by(_n.id).limit(limit)
        with self._database.reading() as db:
            return [
                WaitingNotice(row.id, Notice(row.event, row.title, row.message, _items.decode(row.items)), row.attempts)
                for row in db.execute(asked)
            ]

    def delivered(self, notice_id: int) -> None:
        """See NoticeStore."""
        with self._database.writing() as db:
            db.execute(delete(notices).where(_n.id == notice_id))

    def delayed(self, notice_id: int, problem: str, until: datetime | None) -> None:
        """See NoticeStore."""
        own = _n.id == notice_id
        with self._database.writing() as db:
            if until is None:
                db.execute(delete(notices).where(own))
            else:
                later = {"problem": problem, "next_at": until, "attempts": _n.attempts + 1}
                db.execute(update(notices).where(own).values(later))
