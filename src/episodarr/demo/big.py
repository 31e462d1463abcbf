"""A huge Sonarr, qBittorrent, Jellyfin and Plex on one port, in a process of their own, for fair measurements.

`python -m episodarr.demo.big --series 2000 --torrents 10000 --port 0` prints one JSON line with its port, and serves
`/api/v3`, `/api/v2` and the listings of both media servers until it is ended. It takes any key and any password. It is
steered by GET:

- `/_demo/touch?n=20` changes 20 series and tells their numbers, `/_demo/tick?n=1` lets the moving torrents load
- `/_demo/delay?ms=30` makes every answer wait, `/_demo/counts?reset=1` tells (and then forgets) requests and bytes
- `/_demo/cpu` tells the seconds of processor time that this process has used
"""

import argparse
import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections.abc import Callable

from episodarr.demo.big_http import BigAnswer, BigAsk, BigProtocol, Tally
from episodarr.demo.big_library import BigLibrary
from episodarr.demo.big_qbittorrent import CATEGORY, BigQBittorrent
from episodarr.demo.big_sonarr import BigSonarr
from episodarr.demo.server import HOST, encode

EMPTY_PAGE = {"page": 1, "pageSize": 10, "sortDirection": "ascending", "totalRecords": 0, "records": []}
STATUS = {
    "appName": "Sonarr",
    "instanceName": "Sonarr",
    "version": "4.0.15.2941",
    "urlBase": "",
    "isProduction": True,
    "osName": "alpine",
    "databaseType": "sqLite",
}
DISK = {"path": "/media", "label": "media", "freeSpace": 4 * 10**12, "totalSpace": 12 * 10**12, "id": 0}


class Big:
    """What answers what."""

    def __init__(self, series: int, torrents: int, moving: int) -> None:
        self.sonarr = BigSonarr(series)
        self.library = BigLibrary(series)
        self.qbittorrent = BigQBittorrent(torrents, min(moving, torrents), series)
        self.tally = Tally()
        self._ready = {
            "/api/v3/system/status": encode(STATUS),
            "/api/v3/diskspace": encode([DISK]),
            "/api/v3/rootfolder": encode(
                [{"path": "/media/tv/", "accessible": True, "freeSpace": 4 * 10**12, "id": 1}]
            ),
            "/api/v3/tag": b"[]",
            "/api/v3/health": b"[]",
            "/api/v3/calendar": b"[]",
            "/api/v3/wanted/missing": encode(EMPTY_PAGE),
            "/ping": b'{"status":"OK"}',
        }
        self._made: dict[str, Callable[[BigAsk], bytes]] = {
            "/api/v3/series": lambda _: self.sonarr.series_list(),
            "/api/v3/episode": lambda ask: self.sonarr.episodes(_number(ask, "seriesId", 0)),
            "/api/v3/episodefile": lambda ask: self.sonarr.files(_number(ask, "seriesId", 0)),
            "/api/v3/history/since": lambda ask: self.sonarr.history_since(ask.query.get("date", "")),
            "/api/v3/history": lambda ask: self.sonarr.history_page(*_page(ask)),
            "/api/v3/queue": lambda ask: self.qbittorrent.queue(*_page(ask)),
        }

    def answer(self, ask: BigAsk) -> BigAnswer:
        """The answer to any request."""
        if ask.path.startswith("/api/v2/"):
            return self._torrents(ask)
        if ask.path.startswith("/_demo/"):
            return self._steer(ask)
        made = self._made.get(ask.path)
        if made is not None:
            return BigAnswer(made(ask))
        listed = self.library.answer(ask)
        if listed is not None:
            return listed
        ready = self._ready.get(ask.path)
        if ready is not None:
            return BigAnswer(ready)
        number = ask.path.removeprefix("/api/v3/series/")
        if number.isdigit() and self.sonarr.knows(int(number)):
            return BigAnswer(self.sonarr.series(int(number)))
        return BigAnswer(b'{"message":"NotFound"}', 404)

    def _torrents(self, ask: BigAsk) -> BigAnswer:
        action = ask.path.removeprefix("/api/v2/")
        text = "text/plain; charset=utf-8"
        if action == "auth/login":
            key = secrets.token_hex(12)
            self.qbittorrent.new_session(key)
            return BigAnswer(b"Ok.", content_type=text, headers={"Set-Cookie": f"SID={key}; HttpOnly; path=/"})
        key = _session(ask.headers.get("cookie", ""))
        if not self.qbittorrent.has_session(key):
            return BigAnswer(b"Forbidden", 403, text)
        match action:
            case "app/version":
                return BigAnswer(b"v5.1.4", content_type=text)
            case "app/webapiVersion":
                return BigAnswer(b"2.11.4", content_type=text)
            case "sync/maindata":
                return BigAnswer(self.qbittorrent.maindata(key, _number(ask, "rid", 0)))
            case "torrents/files":
                files = self.qbittorrent.files(ask.query.get("hash", ""))
                return BigAnswer(b"Not Found", 404, text) if files is None else BigAnswer(files)
            case "torrents/info":
                return BigAnswer(self.qbittorrent.listed(ask.query.get("hashes", "")))
            case "torrents/categories":
                return BigAnswer(encode(CATEGORY))
            case _:
                return BigAnswer(b"Not Found", 404, text)

    def _steer(self, ask: BigAsk) -> BigAnswer:
        tally = self.tally
        match ask.path.removeprefix("/_demo/"):
            case "touch":
                return BigAnswer(encode({"touched": self.sonarr.touch(_number(ask, "n", 1))}))
            case "tick":
                for _ in range(min(_number(ask, "n", 1), 10_000)):
                    self.qbittorrent.tick()
                return BigAnswer(encode({"tick": self.qbittorrent.tick_number}))
            case "delay":
                tally.delay = _number(ask, "ms", 0) / 1000
                return BigAnswer(encode({"delay": tally.delay}))
            case "counts":
                counts = {"requests": tally.requests, "bytes": tally.bytes, "by_path": tally.by_path}
                made = BigAnswer(encode(counts))
                if ask.query.get("reset"):
                    tally.requests = tally.bytes = 0
                    tally.by_path = {}
                return made
            case "cpu":
                return BigAnswer(encode({"cpu_seconds": time.process_time()}))
            case _:
                return BigAnswer(b'{"message":"no such control"}', 404)


def _number(ask: BigAsk, name: str, default: int) -> int:
    value = ask.query.get(name, "")
    return int(value) if value.isdigit() else default


def _page(ask: BigAsk) -> tuple[int, int]:
    return max(_number(ask, "page", 1), 1), max(_number(ask, "pageSize", 10), 1)


def _session(cookies: str) -> str:
    pairs = (part.strip().partition("=") for part in cookies.split(";"))
    return next((value for name, _, value in pairs if name == "SID"), "")


async def _serve(options: argparse.Namespace) -> None:
    big = Big(options.series, options.torrents, options.moving)
    big.tally.delay = options.delay_ms / 1000
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BigProtocol(big.answer, big.tally), HOST, options.port)
    port = server.sockets[0].getsockname()[1]
    made = {"port": port, "url": f"http://{HOST}:{port}", "series": options.series, "torrents": options.torrents}
    sys.stdout.write(json.dumps(made) + "\n")
    sys.stdout.flush()
    while options.tick > 0:
        await asyncio.sleep(options.tick)
        big.qbittorrent.tick()
    await server.serve_forever()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(prog="python -m episodarr.demo.big", description=__doc__)
    parser.add_argument("--series", type=int, default=2_000, help="series of 60 episodes each")
    parser.add_argument("--torrents", type=int, default=0)
    parser.add_argument("--moving", type=int, default=200, help="torrents that load")
    parser.add_argument(
        "--tick", type=float, default=0.0, help="seconds between steps of the torrents; 0: only when told"
    )
    parser.add_argument("--delay-ms", type=int, default=0, help="milliseconds that every answer waits")
    parser.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
