"""A server that says what a test tells it to say, and remembers what it was asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from episodarr.integrations._http import make_session

Story = Callable[[str, aiohttp.ClientSession], Awaitable[Any]]

SAMPLES = Path(__file__).parent.parent / "samples"


class Says(msgspec.Struct):
    """One answer. A body that is no text or bytes is sent as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = {}

    def response(self) -> web.Response:
        if isinstance(self.body, bytes):
            return web.Response(body=self.body, status=self.status, headers=self.headers)
        if isinstance(self.body, str):
            return web.Response(
                text=self.body, status=self.status, headers={"Content-Type": "text/plain"} | self.headers
            )
        headers = {"Content-Type": "application/json"} | self.headers
        return web.Response(body=json.dumps(self.body).encode(), status=self.status, headers=headers)


class Asked(msgspec.Struct):
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Upstream:
    """The scripted server. Of several answers to one call, each is given once and the last one from then on."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Any]] = {}
        self._otherwise: Any = Says({"message": "NotFound"}, 404)

    def on(self, method: str, path: str, *answers: Any) -> None:
        """Answer `method path` with `Says`, or with what a function makes of the request (it may be async)."""
        self._answers[method, path] = list(answers)

    def otherwise(self, answer: Any) -> None:
        """Answer everything else so."""
        self._otherwise = answer

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def run(self, story: Story) -> Any:
        """Play `story(url, session)` against the server."""
        return asyncio.run(self._run(story))

    async def _run(self, story: Story) -> Any:
        runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            async with make_session() as session:
                return await story(f"http://{host}:{port}", session)
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = Asked(request.method, request.path, dict(request.query), request.headers.copy(), await request.read())
        self.asked.append(asked)
        answers = self._answers.get((request.method, request.path))
        answer = self._otherwise
        if answers:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer(request)
            if asyncio.iscoroutine(answer):
                answer = await answer
        return answer.response() if isinstance(answer, Says) else answer


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def says() -> type[Says]:
    return Says


@pytest.fixture
def raw_upstream() -> Callable[[bytes, Story], Any]:
    """Play a story against a server that sends these very bytes to whatever it is asked, and hangs up."""

    def play(answer: bytes, story: Story) -> Any:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()

        async def run() -> Any:
            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            async with server, make_session() as session:
                host, port = server.sockets[0].getsockname()[:2]
                return await story(f"http://{host}:{port}", session)

        return asyncio.run(run())

    return play


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """The sample `service/case`, decoded."""
    return lambda name: json.loads((SAMPLES / f"{name}.json").read_text())
