"""Telling another program of what happens: one JSON document, POSTed to one address that people give.

{"event": "leaving_soon", "title": "3 things leave soon", "message": "...", "items": [{"title": "..."}]}
"""

import aiohttp
from yarl import URL

from episodarr.deletion.notice import Notice
from episodarr.integrations._http import HttpService, Timeouts

_ANSWER = 64 * 1024
"""Bytes that an answer may have; nothing of it is read."""


class NotifyHook:
    """NoticeSink over HTTP. Its address may hold a token: it is in no message."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._http = HttpService("Notifications", url, session, secrets=[url], concurrency=1)
        self._params = dict(URL(url.strip()).query)
        self._http.timeouts = Timeouts(connect=5, total=15)

    async def send(self, notice: Notice) -> None:
        """See NoticeSink."""
        # Whatever a successful answer holds, be it a page: it was taken.
        await self._http.ask("POST", "", params=self._params, content=notice, limit=_ANSWER, accept=range(200, 300))
