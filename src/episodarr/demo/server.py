"""What the simulated servers share: routes, counting, misbehaviour on demand, and the socket."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict

from episodarr.demo.faults import Fault, Faults
from episodarr.demo.world import World

HOST = "127.0.0.1"
HTML = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"
CAPACITY = 2_000
"""Requests that the log keeps."""
encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Ask:
    """A request. `path` without the URL base; `query` keys as sent; `groups` from the route."""

    method: str
    path: str
    query: MultiDict[str]
    headers: CIMultiDictProxy[str] | CIMultiDict[str]
    body: bytes = b""
    cookies: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is none."""
        try:
            decoded = msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return {}
        return decoded if isinstance(decoded, dict) else {}

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean of the query."""
        value = self.query.get(name)
        return default if value is None else value.lower() == "true"

    def number(self, name: str) -> int | None:
        """A whole number of the query; None when absent or not a number."""
        value = self.query.get(name, "")
        return int(value) if re.fullmatch(r"-?\d{1,18}", value) else None

    def numbers(self, name: str) -> list[int]:
        """Numbers given repeatedly or joined with commas."""
        parts = ",".join(self.query.getall(name, [])).split(",")
        return [int(part) for part in parts if part.strip().isdigit()]


@dataclass(slots=True)
class Answer:
    """A response with its body ready."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: object, status: int = 200) -> Answer:
    """An answer of JSON."""
    return Answer(status, encode(value))


def as_text(text: str, status: int = 200) -> Answer:
    """An answer of plain text."""
    return Answer(status, text.encode(), "text/plain; charset=utf-8")


def as_html(body: bytes = HTML, status: int = 200) -> Answer:
    """An answer of a web page."""
    return Answer(status, body, "text/html; charset=utf-8")


@dataclass(slots=True)
class PathCount:
    """How often a path was asked for, and the bytes of all answers."""

    requests: int = 0
    bytes: int = 0


class Counts:
    """Requests and bytes, in total and by `METHOD /path` (without URL base and query)."""

    def __init__(self) -> None:
        self.by_path: dict[str, PathCount] = {}
        self.log: deque[tuple[str, str, int]] = deque(maxlen=CAPACITY)

    def add(self, method: str, path: str, target: str, answer: Answer) -> None:
        """Count one answered request; the log takes (method, path with query, status)."""
        count = self.by_path.setdefault(f"{method} {path}", PathCount())
        count.requests += 1
        count.bytes += len(answer.body)
        self.log.append((method, target, answer.status))

    @property
    def requests(self) -> int:
        """All requests so far."""
        return sum(count.requests for count in self.by_path.values())

    @property
    def bytes(self) -> int:
        """Bytes of all bodies so far."""
        return sum(count.bytes for count in self.by_path.values())

    def matching(self, pattern: str) -> PathCount:
        """The sum over the paths that `pattern` finds in `METHOD /path`."""
        found = [count for path, count in self.by_path.items() if re.search(pattern, path)]
        return PathCount(sum(count.requests for count in found), sum(count.bytes for count in found))

    def reset(self) -> None:
        """Start from nothing."""
        self.by_path.clear()
        self.log.clear()


Handler = Callable[[Ask], Answer]


class Server(ABC):
    """One simulated service over the world: `routes` says what it answers; subclasses bring them."""

    kind = ""
    quiet_time = 0.0

    def __init__(self, world: World, *, url_base: str = "") -> None:
        self.world = world
        self.name = self.kind
        self.url_base = url_base.rstrip("/")
        self.port = 0
        self.counts = Counts()
        self.faults = Faults(self._faults_changed)
        self.siblings: dict[str, Server] = {}
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._web: web.Server | None = None
        self._socket: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turning = asyncio.Lock()

    # For subclasses

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Answer `method` on `path`, in which `{name}` stands for one part; case does not matter."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        self._routes.append((method, re.compile(f"{pattern}/?", re.IGNORECASE), handler))

    def find(self, ask: Ask) -> tuple[Handler | None, set[str]]:
        """The handler of a request, and the methods that its path knows."""
        methods = set()
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(ask.path)
            if match:
                methods.add(method)
                if method == ask.method:
                    ask.groups = match.groupdict()
                    return handler, methods
        return None, methods

    @abstractmethod
    def answer(self, ask: Ask) -> Answer:
        """What the service answers; called with the world brought up to date."""

    def unauthorized(self) -> Answer:
        """How this service says that it does not know the caller."""
        return Answer(401)

    def broken(self) -> Answer:
        """How this service says that it failed."""
        return as_json({"message": "Something went wrong", "description": "System.InvalidOperationException"}, 500)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:
        """What another application on this port would answer."""
        return answer if ask.path == "/" else as_html(status=404)

    def outside_base(self, target: str) -> Answer:
        """What is answered to a path without the configured URL base."""
        return Answer(307, b"", headers={"Location": f"{self.url_base}{target}"})

    # The socket

    @property
    def url(self) -> str:
        """The address to connect to, with the URL base."""
        return f"http://{HOST}:{self.port}{self.url_base}"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        self._loop = asyncio.get_running_loop()
        self.port = port
        await self._listen()

    async def stop(self) -> None:
        """Stop listening and end all connections."""
        for task in list(self._tasks):
            task.cancel()
        await self._close()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._web = web.Server(self._handle, access_log=None)
        self._socket = await loop.create_server(self._web, HOST, self.port)
        self.port = int(self._socket.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._web is not None:
            await self._web.shutdown(0.05)  # 0 would mean: wait for idle connections without limit
            self._web = None

    def _faults_changed(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._follow_refusal)

    def _follow_refusal(self) -> None:
        task = asyncio.ensure_future(self.follow_refusal())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def follow_refusal(self) -> None:
        """Close or open the socket as the faults want it; awaited by callers in the loop, otherwise done soon."""
        async with self._turning:
            if self.faults.refusing and self._socket is not None:
                await self._close()
            elif not self.faults.refusing and self._socket is None and self.port:
                await self._listen()

    # Requests

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        raw_path, target = request.rel_url.path, request.rel_url.path_qs
        if raw_path.startswith("/_demo/"):
            return _response(await self._steer(request.method, raw_path, body))
        met = self.faults.taken(target)
        for fault in met:
            if fault.mode == "slow":
                await asyncio.sleep(fault.seconds)
        self.world.advance()
        inside = not self.url_base or raw_path == self.url_base or raw_path.startswith(f"{self.url_base}/")
        path = (raw_path.removeprefix(self.url_base) if inside else raw_path) or "/"
        ask = Ask(request.method, path, MultiDict(request.rel_url.query), request.headers, body, request.cookies)
        answer = self.answer(ask) if inside else self.outside_base(target)
        for fault in met:
            answer = self._spoiled(fault, ask, answer)
        self.counts.add(request.method, path, target, answer)
        cut = next((fault.mode for fault in met if fault.mode in {"truncated", "disconnect"}), None)
        if cut is not None:
            return await _cut_short(request, answer, abort=cut == "disconnect")
        return _response(answer)

    def _spoiled(self, fault: Fault, ask: Ask, answer: Answer) -> Answer:
        match fault.mode:
            case "unauthorized":
                return self.unauthorized()
            case "error":
                return self.broken()
            case "html":
                return as_html()
            case "empty_body":
                return Answer(200)
            case "empty":
                return as_json([] if answer.body.lstrip().startswith(b"[") else {})
            case "wrong_app":
                return self.wrong_app(ask, answer)
            case "truncated_page":
                return _page_cut(answer)
            case "slow" | "truncated" | "refuse" | "disconnect":
                return answer

    async def _steer(self, method: str, path: str, body: bytes) -> Answer:
        """The demo's own controls: faults and counts of this server, or of the one named by `server`."""
        try:
            wish = msgspec.json.decode(body) if body else {}
        except msgspec.DecodeError:
            return as_json({"message": "not JSON"}, 400)
        if not isinstance(wish, dict):
            return as_json({"message": "an object is wanted"}, 400)
        server = self.siblings.get(str(wish.get("server", "")), self)
        if path == "/_demo/counts":
            if method == "DELETE":
                server.counts.reset()
            return as_json({key: [count.requests, count.bytes] for key, count in server.counts.by_path.items()})
        if path != "/_demo/faults":
            return self.steer_more(path, wish)
        if method == "POST":
            try:
                if wish.get("mode") in {None, "none"}:
                    server.faults.clear()
                else:
                    server.faults.set(
                        wish["mode"], wish.get("only"), wish.get("times"), float(wish.get("seconds", 2.0))
                    )
            except (ValueError, TypeError, re.error) as error:
                return as_json({"message": str(error)}, 400)
        return as_json(server.faults.listed())

    def steer_more(self, path: str, wish: dict[str, Any]) -> Answer:  # noqa: ARG002  # for subclasses
        """Further controls of a subclass."""
        return as_json({"message": "no such control"}, 404)


def _page_cut(answer: Answer) -> Answer:
    """A paged answer that holds fewer records than its total says; other answers stay as they are."""
    try:
        page = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    if isinstance(page, dict) and isinstance(whole := page.get("MediaContainer"), dict) and "Metadata" in whole:
        whole["Metadata"] = whole["Metadata"][: len(whole["Metadata"]) // 2]
        return Answer(answer.status, encode(page), answer.content_type, answer.headers)
    if isinstance(page, dict) and isinstance(wrapped := page.get("response"), dict):
        told = wrapped.get("data")
        if isinstance(told, dict) and isinstance(told.get("data"), list):
            told["data"] = told["data"][: len(told["data"]) // 2]
            return as_json(page, answer.status)
    if isinstance(page, dict):
        for key in ("records", "Items", "List", "results"):
            if isinstance(page.get(key), list):
                page[key] = page[key][: len(page[key]) // 2]
                return as_json(page, answer.status)
    return answer


def _response(answer: Answer) -> web.Response:
    headers = CIMultiDict(answer.headers)
    if answer.body or answer.status not in {204, 304}:
        headers["Content-Type"] = answer.content_type
    return web.Response(status=answer.status, body=answer.body, headers=headers)


async def _cut_short(request: web.BaseRequest, answer: Answer, *, abort: bool) -> web.StreamResponse:
    """Send half a body: with a Content-Length that promises all of it, or chunked and aborted."""
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
    if abort:
        response.enable_chunked_encoding()
    else:
        response.content_length = max(len(answer.body), 2)
    response.force_close()
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2] or b"{")
    if request.transport is not None:
        if abort:
            request.transport.abort()
        else:
            request.transport.close()
    return response
