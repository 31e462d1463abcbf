"""A wire without sockets: the real adapters speak to the real simulated servers, and faults happen on the way.

Each request may meet one fault of a script: it may never arrive, arrive and never be answered, be answered with
nonsense, or be the instant at which the process dies.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
from aiohttp import payload
from multidict import CIMultiDict, MultiDict
from yarl import URL

from episodarr.demo.server import HTML, Answer, Ask, Server, _page_cut


class Mishap(StrEnum):
    """What happens to one request."""

    NONE = "none"
    LOST = "lost"
    """It never arrives."""
    UNANSWERED = "unanswered"
    """It arrives and has its effect; the answer never comes."""
    ERROR = "error"
    """A 500, without effect."""
    ERROR_AFTER = "error_after"
    """A 502 of a proxy, after the effect."""
    REFUSED = "refused"
    EMPTY = "empty"
    """200 with nothing in it."""
    EMPTY_LIST = "empty_list"
    """200 with an empty list or object."""
    HTML = "html"
    CUT = "cut"
    """Half of the body, and then nothing."""
    PART = "part"
    """A page that holds fewer than its total says."""
    IGNORED = "ignored"
    """A write is answered as done, and is not."""
    STALE = "stale"
    """A read is answered as it was answered before."""
    KILL_BEFORE = "kill_before"
    """The process dies before the request leaves."""
    KILL_AFTER = "kill_after"
    """The process dies once the request has had its effect."""


class Killed(BaseException):
    """kill -9: nothing of the program runs any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that arrived, for whoever checks what was done."""

    kind: str
    method: str
    path: str
    query: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Wire:
    """Looks like an aiohttp session to the adapters. `script`: what happens to the next requests, one by one."""

    servers: dict[int, Server]
    """By the port that is in their addresses."""
    arrived: Callable[[Asked], None]
    """Told of every request right before it has its effect."""
    script: deque[Mishap] = field(default_factory=deque)
    requests: int = 0
    meanwhile: dict[int, Callable[[], None]] = field(default_factory=dict)
    """What somebody else does right before the request of that number."""
    _last: dict[tuple[int, str], Answer] = field(default_factory=dict)

    def request(self, method: str, url: URL, **options: Any) -> "_Exchange":
        """As aiohttp's."""
        return _Exchange(self, method, url, options)

    async def close(self) -> None:
        """As aiohttp's."""

    async def exchange(self, method: str, url: URL, options: dict[str, Any]) -> Answer:
        """One request with what happens to it."""
        await asyncio.sleep(0)  # where another worker may come in
        self.requests += 1
        if (happens := self.meanwhile.pop(self.requests, None)) is not None:
            happens()
        mishap = self.script.popleft() if self.script else Mishap.NONE
        if mishap is Mishap.KILL_BEFORE:
            raise Killed
        if mishap is Mishap.LOST:
            raise aiohttp.ClientConnectorError(_KEY, OSError("lost"))
        if mishap is Mishap.ERROR:
            return Answer(500, b'{"message":"Something went wrong"}')
        server = self.servers[int(url.port or 0)]
        if mishap is Mishap.REFUSED:
            return server.unauthorized()
        if mishap is Mishap.IGNORED and method != "GET":
            return Answer(200, b"")
        key = (int(url.port or 0), f"{method} {url.path_qs}")
        if mishap is Mishap.STALE and method == "GET" and key in self._last:
            return self._last[key]
        answer = await self._answered(server, method, url, options)
        if method == "GET":
            self._last[key] = answer
        await asyncio.sleep(0)
        return _spoiled(mishap, answer)

    async def _answered(self, server: Server, method: str, url: URL, options: dict[str, Any]) -> Answer:
        query = MultiDict(url.query)
        for name, value in (options.get("params") or {}).items():
            query.add(name, str(value))
        body = options.get("data") or b""
        if isinstance(body, aiohttp.FormData):
            sent = body()
            assert isinstance(sent, payload.BytesPayload)
            body = sent._value
        headers = CIMultiDict(options.get("headers") or {})
        cookies = {name: one.value for name, one in SimpleCookie(headers.get("Cookie", "")).items()}
        self.arrived(Asked(server.kind, method, url.path, dict(query), body))
        server.world.advance()
        return server.answer(Ask(method, url.path, query, headers, body, cookies))


_KEY = aiohttp.client_reqrep.ConnectionKey("127.0.0.1", 1, False, True, None, None, None)


def _spoiled(mishap: Mishap, answer: Answer) -> Answer:
    match mishap:
        case Mishap.UNANSWERED:
            raise aiohttp.SocketTimeoutError
        case Mishap.KILL_AFTER:
            raise Killed
        case Mishap.ERROR_AFTER:
            return Answer(502, b"<html>Bad gateway</html>", "text/html")
        case Mishap.EMPTY:
            return Answer(200, b"")
        case Mishap.EMPTY_LIST:
            return Answer(200, b"[]" if answer.body[:1] == b"[" else b"{}")
        case Mishap.HTML:
            return Answer(200, HTML, "text/html")
        case Mishap.CUT:
            return Answer(answer.status, answer.body[: len(answer.body) // 2] or b"{", answer.content_type)
        case Mishap.PART:
            return _page_cut(answer)
        case _:
            return answer


class _Exchange:
    """One request under way, as aiohttp's `async with` wants it."""

    def __init__(self, wire: Wire, method: str, url: URL, options: dict[str, Any]) -> None:
        self._wire, self._method, self._url, self._options = wire, method, url, options

    async def __aenter__(self) -> "_Received":
        return _Received(await self._wire.exchange(self._method, self._url, self._options))

    async def __aexit__(self, *_: object) -> None:
        return None


class _Received:
    """An answer, as far as the adapters look at it."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = CIMultiDict({"Content-Type": answer.content_type, **answer.headers})
        self.cookies = SimpleCookie(answer.headers.get("Set-Cookie", ""))
        self.content = self
        self._body = answer.body

    async def iter_any(self) -> AsyncIterator[bytes]:
        """The whole body at once."""
        if self._body:
            yield self._body

    def close(self) -> None:
        """As aiohttp's."""
