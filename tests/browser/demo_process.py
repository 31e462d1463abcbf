"""The real service in a process of its own, and what tests ask of it besides looking at its pages."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from episodarr.demo.sonarr import API_KEY

KEY = "k" * 32
Found = TypeVar("Found")


def until(reached: Callable[[], Found], seconds: float = 30) -> Found:
    """Wait for something outside the browser; the pauses only let others work."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if found := reached():
                return found
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.05)


def ask(url: str, body: object = None, headers: dict[str, str] | None = None, method: str | None = None) -> Any:
    """Ask for JSON; with a body it is a POST, unless `method` names another. None: the answer is empty."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


class Service:
    """A running `episodarr`: its address, its API, its end."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "episodarr", *command],
            env={**os.environ, "EPISODARR_API_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self._process.stdout.readline()
        if "listens on" not in line:
            self.stop()
            raise AssertionError(f"it did not start: {line!r}")
        self.url = line.split()[-1].rstrip("/")

    def api(self, path: str) -> Any:
        """What the API answers."""
        return ask(f"{self.url}/api/v1{path}", headers={"X-Api-Key": KEY})

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Have the API change something; what it answers."""
        return ask(f"{self.url}/api/v1{path}", body, {"X-Api-Key": KEY}, method)

    def stop(self) -> None:
        """End the process, kindly at first."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
        self._process.stdout.close()

    def show(self, title: str) -> dict[str, Any]:
        """A show whose episodes were read."""

        def found() -> dict[str, Any] | None:
            items = self.api(f"/library?search={title.replace(' ', '%20')}")["items"]
            return items[0] if items and items[0]["synced_at"] else None

        return until(found)

    def episodes(self, title: str, season: int) -> list[dict[str, Any]]:
        """The episodes of a season."""
        return self.api(f"/library/{self.show(title)['id']}/seasons/{season}/episodes")["items"]

    def episode(self, episode_id: int) -> dict[str, Any]:
        """One episode as it stands."""
        return self.api(f"/episodes/{episode_id}")["episode"]


class Demo(Service):
    """`episodarr demo`: the service over its simulated stack."""

    def __init__(self, speed: float) -> None:
        super().__init__("demo", "--port", "0", "--speed", str(speed))
        self.session: Any = None
        """Cookies of the demo's user, once signed in."""

    def connection(self, kind: str) -> dict[str, Any]:
        """A connected service and how it fares."""
        return next(one for one in self.api("/connections")["items"] if one["kind"] == kind)

    def steer(self, kind: str, mode: str, **more: object) -> None:
        """Have a simulated service misbehave; `none` ends it."""
        by = "qbittorrent" if kind == "sonarr" else "sonarr"  # a service that refuses is steered through another
        ask(f"{self.connection(by)['url']}/_demo/faults", {"server": kind, "mode": mode, **more})

    def of_sonarr(self, path: str) -> Any:
        """What the simulated Sonarr itself answers."""
        return ask(f"{self.connection('sonarr')['url']}/api/v3{path}", headers={"X-Api-Key": API_KEY})
