"""The connected services for screens: never a secret, always how they fare."""

from collections.abc import Mapping

from episodarr.connections.connect import Connections, NoSuchConnection, TestResult
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, FieldKind
from episodarr.overview.answers import ConnectionView


class Services:
    """Connections as pages and API see them."""

    def __init__(self, connections: Connections, url_base: str) -> None:
        self._connections = connections
        self._url_base = url_base

    def integrations(self) -> list[Integration]:
        """Every kind of service that can be connected."""
        return self._connections.integrations()

    def views(self) -> list[ConnectionView]:
        """All connections."""
        return [self._view(one) for one in self._connections.all()]

    def view(self, connection_id: int) -> ConnectionView | None:
        """One connection; None when there is none."""
        try:
            return self._view(self._connections.get(connection_id))
        except NoSuchConnection:
            return None

    async def test(self, kind: str, settings: Mapping[str, str], connection_id: int | None = None) -> TestResult:
        """Try settings without keeping them."""
        return await self._connections.test(kind, settings, connection_id)

    def save(
        self,
        kind: str,
        name: str,
        settings: Mapping[str, str],
        connection_id: int | None = None,
        enabled: bool = True,
    ) -> int:
        """Keep a connection. Raises InvalidSettings or NoSuchConnection."""
        return self._connections.save(kind, name, settings, connection_id, enabled)

    def remove(self, connection_id: int) -> None:
        """Forget a connection. Raises InvalidSettings or NoSuchConnection."""
        self._connections.remove(connection_id)

    def webhook_url_path(self, connection_id: int) -> str:
        """Path and query of the connection's webhook, with its secret. Raises NoSuchConnection."""
        held = self._connections.get(connection_id)
        return f"{self._webhook(held)}?secret={self._connections.webhook_secret(held)}"

    def feed_token(self) -> str:
        """The token of the calendar feed."""
        return self._connections.feed_token()

    def calendar_feed_path(self) -> str:
        """Path below the URL base, and query, of the calendar as iCalendar, with its token."""
        return f"/api/v1/calendar.ics?token={self.feed_token()}"

    def _webhook(self, connection: Connection) -> str:
        return f"{self._url_base}/api/v1/webhooks/{connection.kind}/{connection.id}"

    def _view(self, connection: Connection) -> ConnectionView:
        integration = self._connections.integration(connection.kind)
        fields = integration.fields if integration else ()
        secret = {field.name for field in fields if field.kind is FieldKind.SECRET}
        health = self._connections.health(connection.id)
        return ConnectionView(
            id=connection.id,
            kind=connection.kind,
            label=integration.label if integration else connection.kind,
            name=connection.name,
            url=connection.url,
            settings={name: value for name, value in connection.settings.items() if name not in secret},
            secrets_set=sorted(name for name in connection.settings if name in secret),
            enabled=connection.enabled,
            from_environment=connection.from_environment,
            status=health.status.value,
            message=health.message,
            fix=health.fix,
            since=health.since,
            checked_at=health.checked_at,
            retry_at=health.retry_at,
            webhook_path=self._webhook(connection) if integration and integration.webhook else "",
        )
