"""A real qbittorrent-nox with a profile of its own: started, asked, stopped by its own pid, started again."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PROGRAM = "/usr/bin/qbittorrent-nox"
USERNAME, PASSWORD = "real", "parts only 7"
STARTS_WITHIN = STOPS_WITHIN = 30.0

_CONFIG = r"""
[LegalNotice]
Accepted=true

[BitTorrent]
Session\Interface=lo
Session\InterfaceName=lo
Session\InterfaceAddress=127.0.0.1
Session\Port={port}
Session\BTProtocol=TCP
Session\DHTEnabled=false
Session\LSDEnabled=false
Session\PeXEnabled=false
Session\QueueingSystemEnabled=false
Session\RefreshInterval=300
Session\DefaultSavePath={saved}

[Network]
PortForwardingEnabled=false

[Preferences]
WebUI\Enabled=true
WebUI\Address=127.0.0.1
WebUI\Port={web_port}
WebUI\UseUPnP=false
WebUI\Username={username}
WebUI\Password_PBKDF2="@ByteArray({password})"
"""


class NotYet(Exception):
    """It does not answer (yet)."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(what: str, reached: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so; fails when it is not in time."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


class RealQBittorrent:
    """The program, and its Web API as a person's browser would speak it (blocking; answers come in milliseconds)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved = folder / "saved"
        self.port = free_port()
        self._cookie = ""
        self._process: subprocess.Popen[bytes] | None = None
        config = folder / "qBittorrent" / "config" / "qBittorrent.conf"
        config.parent.mkdir(parents=True)
        self.saved.mkdir(parents=True)
        config.write_text(
            _CONFIG.format(
                port=free_port(), saved=self.saved, web_port=self.port, username=USERNAME, password=_hashed(PASSWORD)
            )
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # ------------------------------------------------------------------ life

    def start(self) -> None:
        """Start the program and sign in."""
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [PROGRAM, f"--profile={self.folder}"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(self.folder), "LANG": "C.UTF-8"},
                cwd=self.folder,
            )
        wait_for("qBittorrent answers", self._answers, STARTS_WITHIN)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"it ended: {(self.folder / 'output.txt').read_text()[-2000:]}"
        try:
            self._sign_in()
        except NotYet:
            return False
        return True

    def stop(self) -> None:
        """End it as a service manager does: ask, and kill only when it does not listen."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    # ------------------------------------------------------------------ asking

    def _request(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": kind} if kind else {}
        if self._cookie:
            headers["Cookie"] = self._cookie
        try:
            connection.request(method, f"/api/v2/{path}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")
        except (OSError, http.client.HTTPException) as problem:
            raise NotYet(str(problem)) from problem
        finally:
            connection.close()

    def _sign_in(self) -> None:
        self._cookie = ""
        form = urlencode({"username": USERNAME, "password": PASSWORD}).encode()
        status, body, cookie = self._request("POST", "auth/login", form, "application/x-www-form-urlencoded")
        assert body in {b"Ok.", b""}, (status, body)
        self._cookie = cookie.partition(";")[0]

    def _read(self, path: str, **query: str) -> Any:
        status, body, _ = self._request("GET", f"{path}?{urlencode(query)}")
        assert status == 200, (path, status, body)
        return json.loads(body)

    def _do(self, path: str, **form: str) -> None:
        status, body, _ = self._request("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert status in {200, 204}, (path, status, body)

    def refuses_strangers(self) -> bool:
        """Whether it answers nobody without a session."""
        held, self._cookie = self._cookie, ""
        try:
            return self._request("GET", "app/version")[0] == 403
        finally:
            self._cookie = held

    def torrents(self) -> dict[str, dict[str, Any]]:
        """All torrents by their hash."""
        return {one["hash"]: one for one in self._read("torrents/info")}

    def files(self, key: str) -> dict[str, dict[str, Any]]:
        """The files of a torrent by their names, without the root folder."""
        return {one["name"].rpartition("/")[2]: one for one in self._read("torrents/files", hash=key)}

    # ------------------------------------------------------------------ doing

    def add(self, torrent: bytes, key: str, *, in_order: bool = False) -> None:
        """Add a torrent file, as Sonarr does, and wait until it is ready; `in_order`: from its first piece on."""
        fields = {"category": "tv-sonarr", "sequentialDownload": str(in_order).lower()}
        edge = secrets.token_hex(16)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="torrents"; filename="{key}.torrent"\r\n'
        head += "Content-Type: application/x-bittorrent\r\n\r\n"
        body = b"".join([*parts, head.encode(), torrent, f"\r\n--{edge}--\r\n".encode()])
        status, said, _ = self._request("POST", "torrents/add", body, f"multipart/form-data; boundary={edge}")
        assert status == 200, (status, said)
        assert said != b"Fails."
        wait_for("the torrent is ready", lambda: self.ready(key), 15)

    def ready(self, key: str) -> bool:
        """Whether a torrent is there and done with checking."""
        held = self.torrents().get(key)
        return held is not None and "checking" not in held["state"]

    def complete(self, key: str) -> bool:
        """Whether a torrent is complete."""
        held = self.torrents()[key]
        return held["progress"] == 1 and held["state"] == "stalledUP"

    def meet(self, key: str, peer: str) -> None:
        """Tell a torrent of a peer, `host:port`."""
        self._do("torrents/addPeers", hashes=key, peers=peer)

    def deselect(self, key: str, name: str) -> None:
        """Deselect one file of a torrent."""
        index = self.files(key)[name]["index"]
        self._do("torrents/filePrio", hash=key, id=str(index), priority="0")
        wait_for("the file is deselected", lambda: self.files(key)[name]["priority"] == 0, 10)

    def remove(self, *keys: str) -> None:
        """Remove torrents with their data."""
        if keys:
            self._do("torrents/delete", hashes="|".join(keys), deleteFiles="true")
            wait_for("the torrents are gone", lambda: not self.torrents().keys() & set(keys), 15)


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 100_000, 64)
    return f"{base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()}"
