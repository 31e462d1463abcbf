"""Having people be told: what is to be said is kept first, and sent when it can be."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.notice import Notice, NoticeSink, NoticeStore, bounded

log = structlog.get_logger("episodarr.notices")

_AT_ONCE = 20
_PAUSES = (60, 300, 1_800, 7_200, 21_600)
"""Seconds after each try in vain; after the last one it is given up."""


class Notices:
    """Keeps and sends them. Calling it is `deletion.arming.Notify`: it never fails and never waits for the network."""

    def __init__(
        self, store: NoticeStore, sink: Callable[[], NoticeSink] | None, clock: Callable[[], datetime]
    ) -> None:
        """`sink` None: nobody wants to be told, and nothing is kept."""
        self._store = store
        self._sink = sink
        self._clock = clock
        self._down = False

    def __call__(self, event: str, title: str, message: str, items: Sequence[Mapping[str, Any]]) -> None:
        """See Notify."""
        if self._sink is not None:
            self._store.add_notice(Notice(event, title, message, bounded(items)), self._clock())

    async def deliver(self) -> int:
        """Send what waits; how many were delivered. Never fails: what cannot be sent is tried again later."""
        if self._sink is None:
            return 0
        done = 0
        for one in await asyncio.to_thread(self._store.waiting, self._clock(), _AT_ONCE):
            try:
                await self._sink().send(one.notice)
            except ServiceFailure as failure:
                if not self._down:
                    log.warning("notices cannot be delivered", problem=str(failure))
                self._down = True
                last = one.attempts >= len(_PAUSES)
                until = None if last else self._clock() + timedelta(seconds=_PAUSES[one.attempts])
                await asyncio.to_thread(self._store.delayed, one.id, str(failure), until)
                break  # the others would meet the same
            if self._down:
                log.info("notices are delivered again")
            self._down = False
            await asyncio.to_thread(self._store.delivered, one.id)
            done += 1
        return done
