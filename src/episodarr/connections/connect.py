"""The connected services: their settings, tests, live clients and how they fare."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import structlog

from episodarr.connections.failures import ConnectionRemoved, OwnerGone, ServiceFailure
from episodarr.connections.hint import Hint
from episodarr.connections.integration import Integration, missing_fields
from episodarr.connections.model import Connection, FieldKind, Health, Status
from episodarr.connections.ports import ConnectionStore
from episodarr.episode.identity import ConnectionId

log = structlog.get_logger("episodarr.connections")

T = TypeVar("T")

_LONGEST_PAUSE = 300.0
"""Seconds. A service that is back is asked again within five minutes, or at once by Test."""


class InvalidSettings(ValueError):
    """Settings that cannot be used; `fields` has a sentence for each wrong one."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class NoSuchConnection(LookupError):
    """There is no connection with this id."""


class TestResult(msgspec.Struct, frozen=True):
    """What pressing Test found."""

    __test__ = False  # not a test of ours, whatever its name says

    ok: bool
    status: str
    message: str
    fix: str = ""
    application: str = ""
    version: str = ""
    detail: str = ""


class Live(msgspec.Struct, frozen=True):
    """A connection with its client."""

    connection: Connection
    integration: Integration
    client: Any


class Connections:
    """All connections. Clients live as long as their settings do not change."""

    def __init__(
        self,
        store: ConnectionStore,
        integrations: Mapping[str, Integration],
        session: Callable[[], Any],
        clock: Callable[[], datetime],
        secret: bytes,
        told: Callable[[ConnectionId, str, str], None],
    ) -> None:
        self._store = store
        self._integrations = integrations
        self._session = session
        self._clock = clock
        self._secret = secret
        self._told = told
        self.sample_paths: Callable[[], list[str]] = list
        """Paths of a few imported files, as Sonarr names them; for services that are tested with them."""
        self.removed: Callable[[Connection], None] = lambda _: None
        """Told of a connection that was removed for good."""
        self._live: dict[ConnectionId, Live] = {}
        self._health: dict[ConnectionId, Health] = {}
        self._retired: list[Live] = []
        self._removed_ids: set[ConnectionId] = set()
        """Removed while this process runs. Some may still be asked at that moment."""
        self.reload()

    def reload(self) -> None:
        """Take over what is stored; clients of unchanged connections stay."""
        stored = {one.id: one for one in self._store.all()}
        self._all = stored
        self._health = self._store.health() | {one: health for one, health in self._health.items() if one in stored}
        for one, live in list(self._live.items()):
            if stored.get(one) != live.connection:
                self._retired.append(self._live.pop(one))

    def integrations(self) -> list[Integration]:
        """Every kind of service that can be connected, in the wizard's order."""
        return sorted(self._integrations.values(), key=lambda one: (one.order, one.label))

    def integration(self, kind: str) -> Integration | None:
        """One kind of service."""
        return self._integrations.get(kind)

    def all(self) -> list[Connection]:
        """Every connection with its settings. Holds secrets."""
        return list(self._all.values())

    def get(self, connection: int) -> Connection:
        """One connection. Raises NoSuchConnection."""
        found = self._all.get(ConnectionId(connection))
        if found is None:
            raise NoSuchConnection(f"There is no connection {connection}")
        return found

    def health(self, connection: int) -> Health:
        """How a connection fares."""
        return self._health.get(ConnectionId(connection), Health())

    def offering(self, port: type[T]) -> list[tuple[Connection, Integration, T]]:
        """The enabled connections whose clients implement a port."""
        found = []
        for connection in self._all.values():
            integration = self._integrations.get(connection.kind)
            if integration is None or not connection.enabled or port not in integration.ports:
                continue
            found.append((connection, integration, self._client(connection, integration)))
        return found

    def client_of(self, connection: int, port: type[T]) -> T | None:
        """The client of one connection when it offers the port."""
        return next((client for held, _, client in self.offering(port) if held.id == connection), None)

    def _client(self, connection: Connection, integration: Integration) -> Any:
        live = self._live.get(connection.id)
        if live is None:
            live = Live(connection, integration, integration.connect(connection, self._session()))
            self._live[connection.id] = live
        return live.client

    async def close_retired(self) -> None:
        """Close the clients of connections that were edited or removed."""
        retired, self._retired = self._retired, []
        for live in retired:
            if live.integration.close is not None:
                await live.integration.close(live.client)

    async def close(self) -> None:
        """Close all clients."""
        self._retired += self._live.values()
        self._live = {}
        await self.close_retired()

    # ------------------------------------------------------------------ asking

    def may_ask(self, connection: ConnectionId) -> bool:
        """Whether a failing service has been left alone long enough."""
        retry_at = self.health(connection).retry_at
        return retry_at is None or self._clock() >= retry_at

    async def ask(self, connection: Connection, question: Awaitable[T]) -> T:
        """Await an answer and note how the service fares by it. Raises ServiceFailure on.

        A connection may be removed meanwhile: what was read through it until now goes too.
        """
        try:
            answer = await question
        except ServiceFailure as failure:
            self.failed(connection, failure)
            raise
        except OwnerGone as problem:
            if connection.id in self._removed_ids:
                raise ConnectionRemoved(connection.name, "its connection was removed meanwhile") from problem
            raise
        finally:
            if connection.id in self._removed_ids:
                await asyncio.to_thread(self._forget, connection)
        self.fine(connection)
        return answer

    def failed(self, connection: Connection, failure: ServiceFailure) -> None:
        """Note a failure: one log line when a service goes, and longer and longer pauses while it stays away."""
        held = self.health(connection.id)
        now = self._clock()
        failures = held.failures + 1
        pause = failure.retry_after or min(2.0 ** min(failures, 9), _LONGEST_PAUSE)
        changed = held.status != failure.status
        health = Health(
            status=Status(failure.status),
            message=failure.message,
            fix=failure.advice,
            since=now if changed or held.since is None else held.since,
            checked_at=now,
            failures=failures,
            retry_at=now + timedelta(seconds=pause),
        )
        if held.status in {Status.OK, Status.UNKNOWN}:
            log.warning("service is down", service=connection.name, status=failure.status, message=failure.message)
        self._note(connection, health, tell=changed)

    def fine(self, connection: Connection) -> None:
        """Note an answer: one log line when a service is back; nothing is written while it goes on well."""
        held = self.health(connection.id)
        if held.status is Status.OK:
            self._health[connection.id] = msgspec.structs.replace(held, checked_at=self._clock())
            return
        now = self._clock()
        if held.status is not Status.UNKNOWN:
            log.info("service is back", service=connection.name)
        self._note(connection, Health(status=Status.OK, since=now, checked_at=now), tell=True)

    def _note(self, connection: Connection, health: Health, *, tell: bool) -> None:
        self._health[connection.id] = health
        if connection.id not in self._all:
            return  # removed while it was being asked
        if tell or health.failures in {1, 10, 100}:
            self._store.note_health(connection.id, health)
        if tell:
            self._told(connection.id, health.status.value, health.message)

    # ------------------------------------------------------------------ settings

    async def test(self, kind: str, settings: Mapping[str, str], connection_id: int | None = None) -> TestResult:
        """Try settings without keeping them. An empty secret of a stored connection means the stored one."""
        try:
            checked_settings = self._complete(kind, settings, connection_id)
        except InvalidSettings as problem:
            return TestResult(ok=False, status="invalid", message=self._told_by_label(kind, problem))
        integration = self._integrations[kind]
        trial = Connection(ConnectionId(0), kind, integration.label, checked_settings)
        client = integration.connect(trial, self._session())
        try:
            checked = await integration.check(client)
            detail = checked.detail
            if integration.sample is not None:
                paths = await asyncio.to_thread(self.sample_paths)
                detail = ". ".join(part for part in (detail, await integration.sample(client, paths)) if part)
        except ServiceFailure as failure:
            return TestResult(ok=False, status=failure.status, message=failure.message, fix=failure.advice)
        finally:
            if integration.close is not None:
                await integration.close(client)
        stored = self._all.get(ConnectionId(connection_id or 0))
        if stored is not None and stored.settings == checked_settings:
            self.fine(stored)
        return TestResult(
            ok=True,
            status="ok",
            message=f"{checked.application} {checked.version} answers",
            application=checked.application,
            version=checked.version,
            detail=detail,
        )

    def save(
        self,
        kind: str,
        name: str,
        settings: Mapping[str, str],
        connection_id: int | None = None,
        enabled: bool = True,
    ) -> int:
        """Keep a connection; its id. Raises InvalidSettings, or NoSuchConnection."""
        held = self.get(connection_id) if connection_id is not None else None
        if held is not None and held.from_environment:
            raise InvalidSettings({"name": "this connection is given by the environment; change it there"})
        complete = self._complete(kind, settings, connection_id)
        name = name.strip() or self._integrations[kind].label
        if any(one.name.casefold() == name.casefold() and one.id != connection_id for one in self._all.values()):
            raise InvalidSettings({"name": f"there is another connection named {name}; choose a different name"})
        if held is None:
            connection = Connection(ConnectionId(0), kind, name, complete, enabled=enabled)
            saved = self._store.add(connection, self._clock())
        else:
            saved = held.id
            self._store.change(Connection(saved, held.kind, name, complete, enabled=enabled), self._clock())
            self._health.pop(saved, None)
            self._store.note_health(saved, Health(since=self._clock(), checked_at=self._clock()))
        self.reload()
        return int(saved)

    def remove(self, connection: int) -> None:
        """Forget a connection with everything read through it. Raises NoSuchConnection or InvalidSettings."""
        held = self.get(connection)
        if held.from_environment:
            raise InvalidSettings({"name": "this connection is given by the environment; remove it there"})
        self._removed_ids.add(held.id)
        self._forget(held)
        self.reload()

    def _forget(self, connection: Connection) -> None:
        self._store.remove(connection.id)
        self.removed(connection)
        self._health.pop(connection.id, None)

    def adopt(self, given: Iterable[Connection]) -> None:
        """Bring the stored connections in line with those that the environment gives."""
        now = self._clock()
        given = list(given)
        held = {(one.kind, one.name): one for one in self._all.values() if one.from_environment}
        taken = {one.name for one in self._all.values() if not one.from_environment}
        for one in given:
            stored = held.pop((one.kind, one.name), None)
            if stored is None:
                name = f"{one.name} (environment)" if one.name in taken else one.name
                self._store.add(msgspec.structs.replace(one, name=name), now)
            elif stored.settings != one.settings or not stored.enabled:
                self._store.change(msgspec.structs.replace(one, id=stored.id), now)
        for gone in held.values():
            # Unset variables do not throw a library away: the connection only stops being asked.
            if gone.enabled:
                self._store.change(msgspec.structs.replace(gone, enabled=False), now)
        self.reload()

    def _complete(self, kind: str, settings: Mapping[str, str], connection_id: int | None) -> dict[str, str]:
        integration = self._integrations.get(kind)
        if integration is None:
            raise InvalidSettings({"kind": f"{kind} is not one of {', '.join(sorted(self._integrations))}"})
        known = {field.name for field in integration.fields}
        complete = {name: value.strip() for name, value in settings.items() if name in known and value.strip()}
        held = self._all.get(ConnectionId(connection_id)) if connection_id is not None else None
        problems = {}
        example = next((field.example for field in integration.fields if field.name == "url"), "")
        if (problem := _address_problem(complete.get("url", ""), example)) and "url" in known:
            problems["url"] = problem
        for field in integration.fields:
            if field.kind is FieldKind.SECRET and field.name not in complete and held is not None:
                kept = held.settings.get(field.name, "")
                if kept and complete.get("url", "").rstrip("/") != held.url:
                    problems[field.name] = "enter it again: the address changed, and it is only sent where it belongs"
                elif kept:
                    complete[field.name] = kept
        for field in missing_fields(integration, complete):
            problems.setdefault(field.name, f"{field.label} is needed")
        problems |= integration.problems(complete)
        if problems:
            raise InvalidSettings(problems)
        return complete

    def _told_by_label(self, kind: str, problem: InvalidSettings) -> str:
        """The problems as a person reads them, each with the label of its field."""
        integration = self._integrations.get(kind)
        labels = {field.name: field.label for field in integration.fields} if integration else {}
        return "; ".join(
            text if text.startswith(label := labels.get(name, name)) else f"{label}: {text}"
            for name, text in problem.fields.items()
        )

    # ------------------------------------------------------------------ webhooks

    def webhook_secret(self, connection: Connection) -> str:
        """The secret in a connection's webhook address: derived, so that nothing has to be stored for it."""
        message = f"webhook:{connection.kind}:{connection.id}".encode()
        return hmac.new(self._secret, message, sha256).hexdigest()[:32]

    def feed_token(self) -> str:
        """The token of the calendar feed; it opens nothing else."""
        return hmac.new(self._secret, b"feed:calendar", sha256).hexdigest()[:32]

    def of_webhook(self, kind: str, connection: int, secret: str) -> Connection | None:
        """Whom a webhook call may speak for; None when the secret is wrong (compared in constant time)."""
        held = self._all.get(ConnectionId(connection))
        if held is None or held.kind != kind or not held.enabled:
            return None
        expected = self.webhook_secret(held)
        return held if hmac.compare_digest(expected.encode(), secret.encode()) else None

    def hint(self, connection: Connection, told: Mapping[str, Any]) -> Hint:
        """What a webhook of the connection hints at; one of a service that sends none hints at nothing."""
        integration = self._integrations.get(connection.kind)
        return integration.hint(told) if integration and integration.hint else Hint("")


def _address_problem(url: str, example: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"is not an address such as {example}"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return f"must begin with http:// or https:// and name a host, such as {example}"
    if parts.username or parts.password:
        return "must not hold a user name or password; use the fields for them"
    if parts.query or parts.fragment:
        return "must be the plain address, without ? or #"
    if port == 0:
        return "has no valid port"
    if parts.hostname in {"169.254.169.254", "metadata.google.internal"}:
        return "is the metadata service of a cloud, not a media server"
    return ""
