"""Stand-ins for everything that the pages ask, over the invented library. They keep what the forms change."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from invented import NOW, World, library_items, season_cards, timeline, world

from episodarr.accounts.model import AlreadySetUp, ApiKey, BadCredentials, TooManyAttempts, User
from episodarr.connections.connect import InvalidSettings, TestResult
from episodarr.connections.failures import Offline
from episodarr.connections.integration import Integration
from episodarr.connections.model import Field, FieldKind
from episodarr.episode.state import State
from episodarr.overview.answers import (
    CalendarEntry,
    ConnectionView,
    EpisodeDetail,
    EpisodeProgress,
    EpisodeRow,
    JobView,
    Page,
    SeasonCard,
    ShowCard,
    TaskView,
    TimelineEntry,
    Totals,
    TransferLane,
)
from episodarr.overview.questions import LibraryFilter

CANARY = "canary-secret-4711"


def cut(items: list, limit: int, cursor: str | None) -> Page:
    """One page of a list; the cursor is the place it begins."""
    if cursor is not None and not cursor.isdecimal():
        raise ValueError("not a cursor of this list")
    start = int(cursor or 0)
    end = start + limit
    return Page(items[start:end], len(items), str(end) if end < len(items) else None)


class FakeOverview:
    """Answers from the invented world."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.runs: list[JobView] = [
            JobView(
                400 - number,
                "sync-episodes" if number % 3 else "sync-series",
                "schedule" if number % 4 else "person",
                "failed" if number == 5 else "ok",
                1.0,
                "Sonarr: timed out" if number == 5 else "",
                NOW - timedelta(minutes=15 * number + 1),
                NOW - timedelta(minutes=15 * number + 1),
                NOW - timedelta(minutes=15 * number) + timedelta(seconds=number * 0.7),
                {"created": number, "updated": 3, "unchanged": 21841, "failed": 0, "requests": 5, "bytes": 7340032},
            )
            for number in range(1, 60)
        ]

    def totals(self) -> Totals:
        states: dict[str, int] = {}
        for row in self.world.episodes.values():
            states[row.state.value] = states.get(row.state.value, 0) + 1
        size = sum(row.size or 0 for row in self.world.episodes.values())
        last = NOW - timedelta(minutes=3) if self.world.shows else None
        return Totals(len(self.world.shows), len(self.world.episodes), states, size, last)

    def library(self, wanted: LibraryFilter, limit: int, cursor: str | None) -> Page[ShowCard]:
        shows = [show for one in self.world.shows if (show := self.world.show(one))]
        tests = {
            "all": lambda show: True,
            "monitored": lambda show: show.monitored,
            "unmonitored": lambda show: not show.monitored,
            "continuing": lambda show: show.status == "continuing",
            "ended": lambda show: show.status == "ended",
            "missing": lambda show: show.missing_count > 0,
            "arriving": lambda show: show.arriving_count > 0,
            "complete": lambda show: show.missing_count == 0 and show.file_count > 0,
        }
        found = [s for s in shows if tests[wanted.show](s) and wanted.search.casefold() in s.title.casefold()]
        keys = {
            "title": lambda show: show.title.casefold(),
            "added": lambda show: -show.id,
            "next": lambda show: (show.next_airs_at is None, show.next_airs_at or NOW),
            "missing": lambda show: -show.missing_count,
            "size": lambda show: -show.size_on_disk,
            "progress": lambda show: show.file_count / (show.aired_count or 1),
        }
        return cut(sorted(found, key=keys[wanted.sort]), limit, cursor)

    def show(self, series_id: int) -> ShowCard | None:
        return self.world.show(series_id)

    def seasons(self, series_id: int) -> list[SeasonCard]:
        return season_cards(self.world, series_id)

    def episodes(self, series_id: int, season_number: int | None, limit: int, cursor: str | None) -> Page[EpisodeRow]:
        return cut(self.world.season(series_id, season_number), limit, cursor)

    def episode(self, episode_id: int) -> EpisodeDetail | None:
        row = self.world.episodes.get(episode_id)
        if row is None:
            return None
        order = self.world.of_show[row.series_id]
        place = order.index(episode_id)
        show = self.world.show(row.series_id)
        assert show is not None
        return EpisodeDetail(
            episode=row,
            show=show,
            overview="A quiet evening turns out to be the beginning of everything that follows. " * 3,
            downloads=[],
            previous_id=order[place - 1] if place else None,
            next_id=order[place + 1] if place + 1 < len(order) else None,
            library_items=library_items(row),
        )

    def timeline(self, episode_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        return cut(timeline(self.world, episode_id), limit, cursor)

    def find_episode(self, show: str, season_number: int, episode_number: int) -> list[EpisodeRow]:
        return []

    def calendar(self, start: datetime, end: datetime, *, unmonitored: bool, limit: int) -> list[CalendarEntry]:
        found = []
        for row in self.world.episodes.values():
            if row.airs_at is None or not start <= row.airs_at < end or not (row.monitored or unmonitored):
                continue
            show = self.world.shows[row.series_id]
            state = (
                "unaired"
                if row.airs_at > NOW
                else "downloaded"
                if row.has_file
                else "downloading"
                if row.progress is not None
                else "unmonitored"
                if not row.monitored
                else "on_air"
                if NOW - row.airs_at < timedelta(minutes=30)
                else "missing"
            )
            found.append(
                CalendarEntry(
                    row.id,
                    row.series_id,
                    show.title,
                    row.season_number,
                    row.episode_number,
                    row.title,
                    row.airs_at,
                    row.air_date,
                    row.runtime,
                    row.monitored,
                    row.state,
                    state,
                    row.episode_number == 1,
                    "season" if row.episode_number == 12 else None,
                    show.network,
                )
            )
        return sorted(found, key=lambda entry: entry.airs_at)[:limit]

    def jobs(self, task: str | None, limit: int, cursor: str | None) -> Page[JobView]:
        return cut([run for run in self.runs if task in {None, run.task}], limit, cursor)

    def job(self, job_id: int) -> JobView | None:
        return next((run for run in self.runs if run.id == job_id), None)


class FakeBoard:
    """The transfers of the invented world."""

    def __init__(self, of: World) -> None:
        self.world = of

    def lanes(
        self, active_only: bool, limit: int, cursor: str | None, series_id: int | None = None
    ) -> Page[TransferLane]:
        found = [
            lane
            for lane in self.world.lanes.values()
            if (not active_only or lane.phase != "complete") and series_id in {None, lane.series_id}
        ]
        return cut(found, limit, cursor)

    def lane(self, lane_id: str) -> TransferLane | None:
        return self.world.lanes.get(lane_id)

    def of_episode(self, episode_id: int) -> list[EpisodeProgress]:
        return [
            EpisodeProgress(
                lane.download_id,
                lane.name,
                lane.client,
                file.progress,
                int(file.size * file.progress),
                file.size,
                lane.speed,
                lane.eta,
                lane.phase,
                file.confidence,
                lane.as_of,
            )
            for lane in self.world.lanes.values()
            for file in lane.files
            if any(label.id == episode_id for label in file.episodes) and lane.phase != "complete"
        ]

    def of_series(self, series_id: int) -> dict[int, EpisodeProgress]:
        return {one: found[0] for one in self.world.of_show.get(series_id, []) if (found := self.of_episode(one))}


class FakeAccounts:
    """Users in memory; the first failing attempts count by address."""

    def __init__(self, *, set_up: bool = True) -> None:
        self._users: dict[int, tuple[User, str]] = {}
        self._sessions: dict[str, int] = {}
        self._keys: list[ApiKey] = [ApiKey(1, "Homepage", "read", NOW - timedelta(days=20), NOW)]
        self.attempts: dict[str, int] = {}
        if set_up:
            self.add_user("anna", "correct horse", "admin")
            self.add_user("vito", "battery staple", "viewer")

    def any_user(self) -> bool:
        return bool(self._users)

    def create_first_admin(self, name: str, password: str) -> User:
        if self._users:
            raise AlreadySetUp
        return self.add_user(name, password, "admin")

    def sign_in(self, name: str, password: str, address: str) -> str:
        if self.attempts.get(address, 0) >= 5:
            raise TooManyAttempts(90)
        for user, known in self._users.values():
            if user.name == name and known == password:
                token = secrets.token_urlsafe(24)
                self._sessions[token] = user.id
                return token
        self.attempts[address] = self.attempts.get(address, 0) + 1
        raise BadCredentials

    def of_session(self, token: str) -> User | None:
        found = self._sessions.get(token)
        return self._users[found][0] if found else None

    def sign_out(self, token: str) -> None:
        self._sessions.pop(token, None)

    def users(self) -> list[User]:
        return [user for user, _ in self._users.values()]

    def add_user(self, name: str, password: str, role: str) -> User:
        if any(user.name == name for user, _ in self._users.values()):
            raise ValueError("There is a user of this name")
        user = User(len(self._users) + 1, name, role, NOW - timedelta(days=90), NOW - timedelta(minutes=1))
        self._users[user.id] = (user, password)
        return user

    def change_password(self, user_id: int, old: str, new: str) -> None:
        user, known = self._users[user_id]
        if known != old:
            raise BadCredentials
        self._users[user_id] = (user, new)
        self._sessions = {token: one for token, one in self._sessions.items() if one != user_id}

    def keys(self) -> list[ApiKey]:
        return self._keys

    def create_key(self, name: str, scope: str) -> tuple[ApiKey, str]:
        key = ApiKey(len(self._keys) + 1, name, scope, NOW)
        self._keys.append(key)
        return key, "0123456789abcdef" * 2

    def revoke_key(self, key_id: int) -> None:
        self._keys = [key for key in self._keys if key.id != key_id]


def _integration(kind: str, label: str, purpose: str, order: int, *fields: Field, webhook: bool = False) -> Integration:
    async def check(client):
        raise NotImplementedError

    url = Field("url", "Address", FieldKind.URL, help="As seen from Episodarr.", example=f"http://{kind}:8080")
    return Integration(kind, label, purpose, (url, *fields), (), lambda *_: None, check, webhook=webhook, order=order)


_KEY = Field("api_key", "API key", FieldKind.SECRET, help="Settings > General > Security.")
INTEGRATIONS = [
    _integration("sonarr", "Sonarr", "The shows, seasons and episodes, and what Sonarr does.", 10, _KEY, webhook=True),
    _integration(
        "qbittorrent",
        "qBittorrent",
        "Downloads, file by file.",
        20,
        Field("username", "User name", required=False),
        Field("password", "Password", FieldKind.SECRET, required=False),
    ),
    _integration(
        "jellyfin",
        "Jellyfin",
        "Whether an episode can be played.",
        30,
        _KEY,
        Field("virtual", "Count virtual episodes", FieldKind.FLAG, required=False),
    ),
    _integration("plex", "Plex", "Whether an episode can be played.", 40, Field("token", "Token", FieldKind.SECRET)),
]


class FakeConnections:
    """Four services: one fine, one offline, one from the environment, one refused and switched off."""

    def __init__(self, *, empty: bool = False) -> None:
        self._views: dict[int, ConnectionView] = {}
        self.secrets: dict[int, str] = {}
        if not empty:
            self._put("sonarr", "Sonarr", "http://sonarr:8989", "ok", "", "", webhook=True)
            self._put("qbittorrent", "qBittorrent", "http://qbittorrent:8080", "ok", "", "")
            self._put(
                "jellyfin",
                "Jellyfin",
                "http://jellyfin:8096",
                "offline",
                "nobody answers at jellyfin:8096",
                "Check that the service runs and that host and port are right as seen from Episodarr.",
            )
            self._put("plex", "Plex", "http://plex:32400", "ok", "", "", environment=True)

    def _put(self, kind, name, url, status, message, fix, *, environment=False, webhook=False, enabled=True) -> int:
        number = max(self._views, default=0) + 1
        label = next(one.label for one in INTEGRATIONS if one.kind == kind)
        self._views[number] = ConnectionView(
            number,
            kind,
            label,
            name,
            url,
            {"url": url},
            ["api_key"],
            enabled,
            environment,
            status,
            message,
            fix,
            NOW - timedelta(minutes=12),
            NOW - timedelta(seconds=20),
            NOW + timedelta(seconds=40) if status != "ok" else None,
            f"/webhook/{kind}/{number}" if webhook else "",
        )
        self.secrets[number] = CANARY
        return number

    def set_status(self, connection_id: int, status: str, message: str = "nobody answers") -> None:
        self._views[connection_id] = replace(self._views[connection_id], status=status, message=message, fix="Look.")

    def integrations(self) -> list[Integration]:
        return INTEGRATIONS

    def views(self) -> list[ConnectionView]:
        return list(self._views.values())

    def view(self, connection_id: int) -> ConnectionView | None:
        return self._views.get(connection_id)

    async def test(self, kind: str, settings: Mapping[str, str], connection_id: int | None) -> TestResult:
        await asyncio.sleep(0.2)
        url = settings.get("url", "")
        for word, status, message in (
            ("offline", "offline", "nobody answers at offline:8989 (connection refused)"),
            ("refused", "refused", "it answers, but refuses the API key (HTTP 401)"),
            ("radarr", "wrong_app", "Radarr answers here, not Sonarr"),
            ("proxy", "wrong_path", "an HTML page answers instead of the API"),
        ):
            if word in url:
                fix = "Check the address, as seen from Episodarr."
                return TestResult(ok=False, status=status, message=message, fix=fix)
        return TestResult(ok=True, status="ok", message="", application="Sonarr", version="4.0.16", detail="46 series")

    def save(
        self, kind: str, name: str, settings: Mapping[str, str], connection_id: int | None = None, enabled: bool = True
    ) -> int:
        if not settings.get("url", "").startswith("http"):
            raise InvalidSettings({"url": "must begin with http:// or https://"})
        if connection_id is None:
            return self._put(kind, name, settings["url"], "unknown", "", "", enabled=enabled)
        held = self._views[connection_id]
        self._views[connection_id] = replace(held, name=name, url=settings["url"], enabled=enabled)
        return connection_id

    def remove(self, connection_id: int) -> None:
        del self._views[connection_id]

    def webhook_url_path(self, connection_id: int) -> str:
        return f"/api/v1/webhooks/sonarr/{connection_id}/{CANARY}"


class FakeTasks:
    """Three tasks, one of which runs."""

    def __init__(self) -> None:
        self.running: dict[str, float] = {"verify": 0.4}
        self.asked: list[str] = []

    def tasks(self) -> list[TaskView]:
        rows = (
            ("sync-series", "Read series from Sonarr", "Shows and seasons; changed ones with their episodes.", 900.0),
            ("sync-episodes", "Re-read everything in turn", "A lost hint never loses a fact.", 3600.0),
            ("verify", "Look for episodes in media servers", "Until each can be played.", 10.0),
            ("backup", "Back up the database", "By hand or once a day.", 0.0),
        )
        return [
            TaskView(
                name,
                title,
                text,
                interval,
                True,
                name in self.running,
                77 if name in self.running else None,
                self.running.get(name),
                NOW - timedelta(minutes=4),
                NOW - timedelta(minutes=4),
                3.21 if name != "backup" else None,
                "" if name == "backup" else "failed" if name == "sync-episodes" else "ok",
                "Sonarr: timed out" if name == "sync-episodes" else "",
                NOW + timedelta(minutes=11) if interval else None,
            )
            for name, title, text, interval in rows
        ]

    def run(self, name: str, trigger: str = "person", params: dict[str, object] | None = None) -> int:
        self.asked.append(name)
        self.running[name] = 0.05
        return 77

    def cancel(self, job_id: int) -> bool:
        self.running.clear()
        return job_id == 77


class FakeControl:
    """Notes what was asked; `broken` makes Sonarr silent."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.asked: list[tuple] = []
        self.broken = False

    async def _ask(self, *what) -> None:
        if self.broken:
            raise Offline("Sonarr", "nobody answers at sonarr:8989")
        self.asked.append(what)

    async def monitor_episodes(self, ids: Sequence[int], monitored: bool) -> None:
        await self._ask("monitor_episodes", list(ids), monitored)
        for one in ids:
            self.world.episodes[one] = replace(self.world.episodes[one], monitored=monitored)

    async def monitor_season(self, series_id: int, number: int, monitored: bool) -> None:
        await self._ask("monitor_season", series_id, number, monitored)

    async def monitor_series(self, series_id: int, monitored: bool) -> None:
        await self._ask("monitor_series", series_id, monitored)

    async def search(self, ids: Sequence[int]) -> None:
        await self._ask("search", list(ids))

    async def sync_show(self, series_id: int) -> None:
        await self._ask("sync_show", series_id)

    async def recheck(self, episode_id: int) -> None:
        await self._ask("recheck", episode_id)

    async def sonarr_link(self, series_id: int) -> str:
        await self._ask("sonarr_link", series_id)
        return f"http://sonarr:8989/series/show-{series_id}"


class FakePosters:
    """One poster: a PNG of a single pixel."""

    PIXEL = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
    )

    async def poster(self, series_id: int) -> tuple[bytes, str] | None:
        return (self.PIXEL, "image/png") if series_id == 1 else None


class Stack:
    """All fakes together, and the application over them."""

    def __init__(self, *, url_base: str = "", set_up: bool = True, connected: bool = True, empty: bool = False) -> None:
        from fastapi import FastAPI

        from episodarr.web.app import mount_pages

        self.world = World() if empty else world()
        self.now = NOW
        self.overview = FakeOverview(self.world)
        self.board = FakeBoard(self.world)
        self.accounts = FakeAccounts(set_up=set_up)
        self.connections = FakeConnections(empty=not connected)
        self.tasks = FakeTasks()
        self.control = FakeControl(self.world)
        self.app = FastAPI(openapi_url=None)
        mount_pages(
            self.app,
            overview=self.overview,
            board=self.board,
            accounts=self.accounts,
            connections=self.connections,
            tasks=self.tasks,
            control=self.control,
            posters=FakePosters(),
            url_base=url_base,
            secure_cookies=False,
            clock=lambda: self.now,
        )

    def move(self, seconds: float) -> dict:
        """Let every transfer go on for a while; the `progress` event that tells of it."""
        transfers, episodes = [], []
        for lane in list(self.world.lanes.values()):
            if lane.phase != "downloading":
                continue
            files, moved = [], []
            for file in lane.files:
                share = min(1.0, file.progress + seconds * 0.004 * (1 + file.index % 4)) if file.wanted else 0.0
                files.append(replace(file, progress=share))
                if share != file.progress:
                    moved.append([file.index, share])
                for label in file.episodes:
                    row = self.world.episodes[label.id]
                    if row.state is State.DOWNLOADING:
                        self.world.episodes[label.id] = replace(row, progress=share)
                        told = {"id": label.id, "progress": share, "speed": lane.speed, "eta": lane.eta}
                        episodes.append(told | {"phase": "downloading"})
            done = int(sum(file.size * file.progress for file in files if file.wanted))
            changed = replace(lane, files=files, done=done, progress=done / lane.size)
            self.world.lanes[lane.id] = changed
            transfers.append(
                {
                    "id": lane.id,
                    "phase": lane.phase,
                    "progress": changed.progress,
                    "done": done,
                    "size": lane.size,
                    "speed": lane.speed,
                    "eta": lane.eta,
                    "files": moved,
                }
            )
        return {"transfers": transfers, "episodes": episodes}
