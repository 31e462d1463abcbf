"""A tiny HTTP/1.1 server for benchmarks: it must cost far less than the client that is measured against it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

SLICE = 1 << 18
"""Bytes written at once; a slow reader never makes the server hold a whole body twice."""
REASONS = {200: "OK", 201: "Created", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


@dataclass(slots=True)
class BigAsk:
    """A request: `path` without query, header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class BigAnswer:
    """A response whose body is ready."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What was asked for so far. `delay` is seconds that every answer waits."""

    requests: int = 0
    bytes: int = 0
    delay: float = 0.0
    by_path: dict[str, int] = field(default_factory=dict)


Answering = Callable[[BigAsk], BigAnswer]


class BigProtocol(asyncio.Protocol):
    """One connection: requests one after the other, answers in slices as the reader takes them."""

    def __init__(self, answering: Answering, tally: Tally) -> None:
        self._answering = answering
        self._tally = tally
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._rest = memoryview(b"")
        self._paused = False
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The client is gone."""
        self._transport = None
        self._rest = memoryview(b"")

    def data_received(self, data: bytes) -> None:
        """Collect a request, and answer it when it is whole."""
        self._buffer += data
        self._next()

    def _next(self) -> None:
        if self._busy or self._transport is None:
            return
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        whole = end + 4 + int(headers.get("content-length", "0"))
        if len(self._buffer) < whole:
            return
        method, target, _ = lines[0].split(" ", 2)
        raw_path, _, query = target.partition("?")
        ask = BigAsk(method, unquote(raw_path), dict(parse_qsl(query, keep_blank_values=True)), headers)
        ask.body = self._buffer[end + 4 : whole]
        self._buffer = self._buffer[whole:]
        self._busy = True
        if self._tally.delay and not ask.path.startswith("/_demo/"):
            asyncio.get_running_loop().call_later(self._tally.delay, self._answer, ask)
        else:
            self._answer(ask)

    def _answer(self, ask: BigAsk) -> None:
        transport = self._transport
        if transport is None:
            return
        answer = self._answering(ask)
        if not ask.path.startswith("/_demo/"):
            self._tally.requests += 1
            self._tally.bytes += len(answer.body)
            self._tally.by_path[ask.path] = self._tally.by_path.get(ask.path, 0) + 1
        more = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        head = (
            f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Other')}\r\n"
            f"Content-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}\r\n{more}\r\n"
        ).encode("latin-1")
        if len(answer.body) <= SLICE:
            transport.write(head + answer.body)
            self._done()
            return
        transport.write(head)
        self._rest = memoryview(answer.body)
        self._go_on()

    def _go_on(self) -> None:
        while self._rest and not self._paused and self._transport is not None:
            self._transport.write(self._rest[:SLICE])
            self._rest = self._rest[SLICE:]
        if not self._rest:
            self._done()

    def _done(self) -> None:
        if self._busy:
            self._busy = False
            asyncio.get_running_loop().call_soon(self._next)

    def pause_writing(self) -> None:
        """The reader is slow: wait."""
        self._paused = True

    def resume_writing(self) -> None:
        """The reader has caught up."""
        self._paused = False
        if self._rest:
            self._go_on()
