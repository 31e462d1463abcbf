"""The simulated huge Sonarr and qBittorrent, and `episodarr serve`, as processes that end with their block."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.raw_http import get

API_KEY = "bench-key-0123456789abcdef"
SONARR_KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Upstream:
    """The simulated services on one port."""

    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def steer(self, command: str) -> dict[str, Any]:
        """Tell it something, such as `touch?n=20`."""
        told: dict[str, Any] = json.loads(get(self.port, f"/_demo/{command}"))
        return told

    def environment(self, *, torrents: bool = False) -> dict[str, str]:
        """The variables that connect Episodarr to it."""
        given = {"EPISODARR_SONARR_URL": self.url, "EPISODARR_SONARR_API_KEY": SONARR_KEY}
        if torrents:
            given |= {
                "EPISODARR_QBITTORRENT_URL": self.url,
                "EPISODARR_QBITTORRENT_USERNAME": "bench",
                "EPISODARR_QBITTORRENT_PASSWORD": "bench",
            }
        return given


@contextmanager
def upstream(series: int, torrents: int = 0, moving: int = 200) -> Iterator[Upstream]:
    """A new simulation, in the state that each of its kind begins in."""
    command = [sys.executable, "-m", "episodarr.demo.big", "--series", str(series)]
    command += ["--torrents", str(torrents), "--moving", str(moving)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Upstream(json.loads(process.stdout.readline())["port"])
    finally:
        _end(process)


@dataclass(frozen=True, slots=True)
class Served:
    """A running `episodarr serve`."""

    port: int
    pid: int
    started: float
    """`time.perf_counter()` when its process began."""


@contextmanager
def serving(folder: str | Path, environment: Mapping[str, str]) -> Iterator[Served]:
    """`episodarr serve` on a data folder, once it answers."""
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EPISODARR_")}
    given = {"EPISODARR_API_KEY": API_KEY, "EPISODARR_LOG_LEVEL": "error", "EPISODARR_PORT": str(port)}
    command = [sys.executable, "-m", "episodarr", "serve", "--data-dir", str(folder)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**kept, **given, **environment})
    try:
        _wait_for(port, process)
        yield Served(port, process.pid, started)
    finally:
        _end(process)


def _wait_for(port: int, process: subprocess.Popen[bytes], longest: float = 60) -> None:
    """Until the service answers. Raises RuntimeError when its process ends before."""
    until = time.perf_counter() + longest
    while True:
        try:
            get(port, "/api/v1/ping")
        except OSError:
            if process.poll() is not None or time.perf_counter() > until:
                raise RuntimeError(f"nothing answers at port {port}") from None
            time.sleep(0.01)
        else:
            return


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
