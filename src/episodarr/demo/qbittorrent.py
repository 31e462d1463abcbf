"""The simulated qBittorrent 5.1 (or 5.2): Web API v2 with sessions, deltas, files and deletion."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from episodarr.demo.model import Torrent
from episodarr.demo.qbittorrent_resources import (
    categories,
    file_resources,
    properties_resource,
    tags,
    torrent_resource,
    transfer_info,
)
from episodarr.demo.qbittorrent_sync import Sync
from episodarr.demo.server import Answer, Ask, Server, as_html, as_json, as_text
from episodarr.demo.world import World

USERNAME = "admin"
PASSWORD = "adminadmin"
API = "/api/v2/"
SESSION_SECONDS = 3600
FAILURES_TO_BAN = 5
PRIORITIES = {0, 1, 6, 7}
BANNED = "Your IP address has been banned after too many failed authentication attempts."


@dataclass(slots=True)
class Session:
    """A login. Its deltas are its own."""

    last_seen_at: datetime
    sync: Sync = field(default_factory=Sync)


class QBittorrent(Server):
    """qBittorrent over the world. `modern` makes it 5.2: 204 and 401 at login, another cookie, API keys."""

    kind = "qbittorrent"

    def __init__(
        self,
        world: World,
        *,
        username: str = USERNAME,
        password: str = PASSWORD,
        modern: bool = False,
        api_key: str = "",
        bypass_login: bool = False,
    ) -> None:
        super().__init__(world)
        self.username, self.password = username, password
        self.modern = modern
        self.api_key = api_key
        self.bypass_login = bypass_login
        self.sessions: dict[str, Session] = {}
        self.failures = 0
        self.banned_until: datetime | None = None
        self._open = Session(world.now)
        reads: dict[str, Callable[[Ask, dict[str, str], Session], Answer]] = {
            "app/version": lambda *_: as_text("v5.2.0" if self.modern else "v5.1.4"),
            "app/webapiVersion": lambda *_: as_text("2.15.1" if self.modern else "2.11.4"),
            "app/preferences": lambda *_: self._preferences(),
            "app/defaultSavePath": lambda *_: as_text(self.world.disk.folder("/downloads")),
            "sync/maindata": self._maindata,
            "torrents/info": self._info,
            "torrents/files": self._files,
            "torrents/properties": self._properties,
            "torrents/categories": lambda *_: as_json(categories(self.world)),
            "torrents/tags": lambda *_: as_json(tags(self.world)),
            "transfer/info": lambda *_: as_json(transfer_info(self.world)),
        }
        writes: dict[str, Callable[[Ask, dict[str, str], Session], Answer]] = {
            "auth/logout": self._logout,
            "torrents/filePrio": self._file_priority,
            "torrents/delete": self._delete,
            "torrents/stop": lambda _, form, __: self._set_stopped(form, stopped=True),
            "torrents/start": lambda _, form, __: self._set_stopped(form, stopped=False),
            "torrents/setCategory": self._set_category,
            "torrents/recheck": lambda *_: self._done(),
        }
        self._reads = {name.lower(): handler for name, handler in reads.items()}
        self._writes = {name.lower(): handler for name, handler in writes.items()}

    # Who asks

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API, or the web UI's login page for other paths."""
        if not ask.path.startswith(API):
            return as_html() if ask.path == "/" else as_text("Not Found", 404)
        if self._foreign(ask):
            return as_text("Unauthorized", 401)
        action = ask.path.removeprefix(API).lower()
        form = self._parameters(ask)
        if action == "auth/login":
            return self._login(ask, form) if ask.method == "POST" else as_text("Method Not Allowed", 405)
        session = self._session(ask)
        if session is None or (action.startswith("auth/") and session is self._open and not self.bypass_login):
            return self.unauthorized()
        if action in self._writes:
            return (
                self._writes[action](ask, form, session) if ask.method == "POST" else as_text("Method Not Allowed", 405)
            )
        if action in self._reads:
            return self._reads[action](ask, form, session)
        return as_text("Endpoint does not exist" if self.modern else "Not Found", 404)

    @staticmethod
    def _parameters(ask: Ask) -> dict[str, str]:
        """The form for POST, whose query is ignored; the query otherwise."""
        if ask.method == "POST":
            return dict(parse_qsl(ask.body.decode("utf-8", "replace"), keep_blank_values=True))
        return dict(ask.query)

    @staticmethod
    def _foreign(ask: Ask) -> bool:
        """Whether Origin or Referer name another host than Host does."""
        host = ask.headers.get("Host", "")
        named = [ask.headers.get("Origin"), ask.headers.get("Referer")]
        return any(urlsplit(one).netloc != host for one in named if one)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return f"QBT_SID_{self.port}" if self.modern else "SID"

    def _session(self, ask: Ask) -> Session | None:
        if self.bypass_login:
            return self._open
        if self.modern and self.api_key and ask.headers.get("Authorization") == f"Bearer {self.api_key}":
            return self._open
        session = self.sessions.get(ask.cookies.get(self.cookie, ""))
        if session is None or self.world.now - session.last_seen_at > timedelta(seconds=SESSION_SECONDS):
            return None
        session.last_seen_at = self.world.now
        return session

    def _login(self, ask: Ask, form: dict[str, str]) -> Answer:
        if self._session(ask) is not None:
            return self._welcome()
        if self.banned_until is not None and self.world.now < self.banned_until:
            return as_text(BANNED, 403)
        if (form.get("username"), form.get("password")) != (self.username, self.password):
            self.failures += 1
            if self.failures >= FAILURES_TO_BAN:
                self.banned_until = self.world.now + timedelta(seconds=SESSION_SECONDS)
                self.failures = 0
            return as_text("Unauthorized", 401) if self.modern else as_text("Fails.")
        self.failures = 0
        key = secrets.token_urlsafe(24)
        self.sessions[key] = Session(self.world.now)
        welcome = self._welcome()
        welcome.headers["Set-Cookie"] = f"{self.cookie}={key}; HttpOnly; SameSite=Strict; path=/"
        return welcome

    def _welcome(self) -> Answer:
        return Answer(204) if self.modern else as_text("Ok.")

    def _logout(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        self.sessions = {key: one for key, one in self.sessions.items() if one is not session}
        return self._done()

    def forget_sessions(self) -> None:
        """Let all sessions end, as a restart does."""
        self.sessions.clear()

    def unauthorized(self) -> Answer:
        """What a call without a session gets."""
        return as_text("Forbidden", 403)

    def broken(self) -> Answer:
        """A failure in plain text."""
        return as_text("Internal Server Error", 500)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002
        """Transmission sits on this port: it wants its own session header of everybody."""
        body = b"<h1>409: Conflict</h1><p>Your request had an invalid session-id header.</p>"
        made = as_html(body, 409)
        made.headers["X-Transmission-Session-Id"] = "0123456789abcdef"
        return made

    def _done(self) -> Answer:
        """An empty success."""
        return Answer(204) if self.modern else Answer(200, b"", "text/plain; charset=utf-8")

    # Reading

    def _preferences(self) -> Answer:
        return as_json(
            {
                "save_path": self.world.disk.folder("/downloads"),
                "temp_path_enabled": False,
                "temp_path": self.world.disk.folder("/downloads/incomplete"),
                "queueing_enabled": True,
                "max_active_downloads": 8,
                "max_ratio_enabled": True,
                "max_ratio": 1,
                "max_seeding_time_enabled": False,
                "max_seeding_time": -1,
                "dht": True,
                "web_ui_port": self.port,
            }
        )

    def _maindata(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        rid = form.get("rid", "0")
        return as_json(session.sync.answer(self.world, int(rid) if rid.isdigit() else 0))

    def _listed(self, hashes: str) -> list[Torrent]:
        """The torrents of `a|b`, or `all`; unknown ones are left out."""
        if hashes == "all":
            return list(self.world.torrents.values())
        wanted = [one.lower() for one in hashes.split("|")]
        return [self.world.torrents[one] for one in wanted if one in self.world.torrents]

    def _entry(self, torrent: Torrent, *, with_files: bool) -> dict[str, Any]:
        entry = {**torrent_resource(self.world, torrent), "hash": torrent.hash}
        return {**entry, "files": file_resources(torrent)} if with_files else entry

    def _info(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        meant = self._listed(form["hashes"]) if form.get("hashes") else list(self.world.torrents.values())
        if "category" in form:
            meant = [one for one in meant if one.category == form["category"]]
        if "tag" in form:
            meant = [one for one in meant if form["tag"] in one.tags.split(", ")]
        with_files = self.modern and form.get("includeFiles") == "true"
        entries = [self._entry(one, with_files=with_files) for one in meant]
        wanted = form.get("filter", "all")
        if wanted != "all":
            entries = [one for one in entries if _passes(one, wanted)]
        sort = form.get("sort", "")
        if sort:
            if any(sort not in one for one in entries):
                return as_text("Bad Request", 400)
            entries.sort(key=lambda one: (one[sort] is not None, one[sort]), reverse=form.get("reverse") == "true")
        offset = int(form["offset"]) if re.fullmatch(r"-?\d+", form.get("offset", "")) else 0
        limit = int(form["limit"]) if form.get("limit", "").isdigit() else 0
        entries = entries[offset:]
        return as_json(entries[:limit] if limit else entries)

    def _one(self, form: dict[str, str]) -> Torrent | Answer:
        """The torrent that `hash` names: 400 without it, 404 when there is none."""
        if "hash" not in form:
            return as_text("Bad Request", 400)
        torrent = self.world.torrents.get(form["hash"].lower())
        return as_text("Not Found", 404) if torrent is None else torrent

    def _files(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        torrent = self._one(form)
        if isinstance(torrent, Answer):
            return torrent
        indexes = {int(part) for part in form["indexes"].split("|") if part.isdigit()} if "indexes" in form else None
        return as_json(file_resources(torrent, indexes))

    def _properties(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        torrent = self._one(form)
        return torrent if isinstance(torrent, Answer) else as_json(properties_resource(self.world, torrent))

    # Changing

    def _file_priority(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        torrent = self._one(form)
        if isinstance(torrent, Answer):
            return torrent
        priority = form.get("priority", "")
        if not priority.isdigit() or int(priority) not in PRIORITIES or "id" not in form:
            return as_text("Priority is not valid", 400)
        if not torrent.has_metadata:
            return as_text("Torrent's metadata has not yet downloaded", 409)
        numbers = form["id"].split("|")
        if any(not one.isdigit() for one in numbers):
            return as_text("File IDs must be integers", 400)
        if any(int(one) >= len(torrent.files) for one in numbers):
            return as_text("File ID is not valid", 409)
        for one in numbers:
            torrent.files[int(one)].priority = int(priority)
        if torrent.complete:
            self.world.arrivals.notice(torrent)
        return self._done()

    def _delete(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        if "hashes" not in form or "deleteFiles" not in form:
            return as_text("Bad Request", 400)
        for torrent in self._listed(form["hashes"]):
            self.world.arrivals.remove_torrent(torrent, with_files=form["deleteFiles"] == "true")
        return self._done()

    def _set_stopped(self, form: dict[str, str], *, stopped: bool) -> Answer:
        if "hashes" not in form:
            return as_text("Bad Request", 400)
        for torrent in self._listed(form["hashes"]):
            torrent.stopped = stopped
        return self._done()

    def _set_category(self, ask: Ask, form: dict[str, str], session: Session) -> Answer:  # noqa: ARG002
        if "hashes" not in form or "category" not in form:
            return as_text("Bad Request", 400)
        if form["category"] and form["category"] not in categories(self.world):
            return as_text("Incorrect category name", 409)
        for torrent in self._listed(form["hashes"]):
            torrent.category = form["category"]
        return self._done()


def _passes(entry: dict[str, Any], wanted: str) -> bool:
    state = str(entry["state"])
    finished = state.endswith("UP") or state == "uploading"
    match wanted:
        case "downloading":
            return not finished
        case "seeding" | "completed":
            return finished
        case "stopped":
            return state.startswith("stopped")
        case "running":
            return not state.startswith("stopped")
        case "active":
            return bool(entry["dlspeed"] or entry["upspeed"])
        case "inactive":
            return not (entry["dlspeed"] or entry["upspeed"])
        case "stalled":
            return state.startswith("stalled")
        case "stalled_downloading":
            return state == "stalledDL"
        case "stalled_uploading":
            return state == "stalledUP"
        case "errored":
            return state in {"error", "missingFiles"}
        case _:
            return True
