"""`episodarr serve` in a process of its own, for tests that kill it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

KEY = "k" * 32


def wait_for(reached, seconds: float = 30):
    """Wait for a condition; the pauses are only to let others work."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if found := reached():
                return found
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.05)


class Service:
    """`episodarr serve` in a process of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        given = {"EPISODARR_DATA_DIR": str(folder), "EPISODARR_PORT": "0", "EPISODARR_API_KEY": KEY} | environment
        self.process = subprocess.Popen(
            [sys.executable, "-m", "episodarr", "serve"],
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert "listens on" in line, line + self.process.stderr.read()
        self.url = line.split()[-1].rstrip("/")

    def get(self, path: str):
        asked = urllib.request.Request(f"{self.url}/api/v1{path}", headers={"X-Api-Key": KEY})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.close()

    def stop(self) -> str:
        """Terminate kindly; what it logged."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=20)
        return errors

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=20)
