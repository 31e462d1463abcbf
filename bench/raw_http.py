"""The barest HTTP client: sockets, one loop, keep-alive. The floor of everything that asks, and the load on our API."""

import re
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CONCURRENCY = 6
"""As many requests at once as the adapters make."""
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD = 1 << 16

Take = Callable[[int, bytes], None]


@dataclass(slots=True)
class _Line:
    """One connection: which request it waits for, and what has come of its answer."""

    socket: socket.socket
    index: int = -1
    asked_at: float = 0.0
    got: bytes = b""
    body: bytearray | None = None
    size: int = 0


def fetch(
    port: int,
    targets: Sequence[str],
    take: Take | None = None,
    *,
    concurrency: int = CONCURRENCY,
    headers: str = "",
) -> list[float]:
    """GET all targets and hand each body to `take` with its place; seconds that each request took, as they ended."""
    took: list[float] = []
    waiting = iter(enumerate(targets))
    requests = [f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() for target in targets]
    with selectors.DefaultSelector() as selector:

        def ask(line: _Line) -> None:
            following = next(waiting, None)
            if following is None:
                selector.unregister(line.socket)
                line.socket.close()
                return
            line.index, line.body, line.got, line.size = following[0], None, b"", 0
            line.asked_at = time.perf_counter()
            line.socket.sendall(requests[line.index])

        for _ in range(min(concurrency, len(targets))):
            line = _Line(socket.create_connection(("127.0.0.1", port)))
            selector.register(line.socket, selectors.EVENT_READ, line)
            ask(line)
        while selector.get_map():
            for key, _ in selector.select(30):
                line = key.data
                if _whole(line):
                    took.append(time.perf_counter() - line.asked_at)
                    if take is not None:
                        take(line.index, bytes(line.body or b""))
                    ask(line)
    return took


def _whole(line: _Line) -> bool:
    """Read what is there; whether the answer is complete."""
    if line.body is None:
        part = line.socket.recv(_HEAD)
        if not part:
            raise ConnectionError("the server closed the connection")
        line.got += part
        end = line.got.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not line.got.split(b" ", 2)[1].startswith(b"2"):
            raise ConnectionError(line.got[:200].decode("latin-1"))
        length = _LENGTH.search(line.got, 0, end)
        rest = line.got[end + 4 :]
        line.body = bytearray(int(length[1]) if length else 0)
        line.body[: len(rest)] = rest
        line.size = len(rest)
    elif (more := line.socket.recv_into(memoryview(line.body)[line.size :])) == 0:
        raise ConnectionError("the server closed the connection")
    else:
        line.size += more
    return line.size >= len(line.body)


def get(port: int, target: str, headers: str = "") -> bytes:
    """One body."""
    found: list[bytes] = []
    fetch(port, [target], lambda _, body: found.append(body), concurrency=1, headers=headers)
    return found[0]
