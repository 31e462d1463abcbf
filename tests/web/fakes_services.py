"""Stand-ins for accounts and connections. They keep what the forms change."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from invented import NOW

from episodarr.accounts.model import AlreadySetUp, ApiKey, BadCredentials, TooManyAttempts, User
from episodarr.catalogue.ports import CatalogueSource
from episodarr.connections.connect import InvalidSettings, TestResult
from episodarr.connections.hint import hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Field, FieldKind
from episodarr.downloads.ports import TransferClient
from episodarr.overview.answers import ConnectionView
from episodarr.watching.ports import PlaySource

CANARY = "canary-secret-4711"


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
                return self.session_for(user)
        self.attempts[address] = self.attempts.get(address, 0) + 1
        raise BadCredentials

    def session_for(self, user: User) -> str:
        token = secrets.token_urlsafe(24)
        self._sessions[token] = user.id
        return token

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


PORTS = {
    "sonarr": (CatalogueSource,),
    "qbittorrent": (TransferClient,),
    "jellyfin": (PlaySource,),
    "plex": (PlaySource,),
}


def _integration(kind: str, label: str, purpose: str, order: int, *fields: Field, webhook: bool = False) -> Integration:
    async def check(client):
        raise NotImplementedError

    url = Field("url", "Address", FieldKind.URL, help="As seen from Episodarr.", example=f"http://{kind}:8080")
    reads = (lambda told: hint(told.get("eventType"))) if webhook else None
    return Integration(
        kind, label, purpose, (url, *fields), PORTS.get(kind, ()), lambda *_: None, check, hint=reads, order=order
    )


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

    def calendar_feed_path(self) -> str:
        return "/api/v1/calendar.ics?token=feed"

    def webhook_url_path(self, connection_id: int) -> str:
        return f"/api/v1/webhooks/sonarr/{connection_id}/{CANARY}"
