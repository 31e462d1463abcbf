"""Plain HTTP calls for tests: nothing of the program under test, no cookies or redirects behind one's back."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass
class Answered:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls one service with fixed headers."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answered:
        """Send one request over a connection of its own."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        headers = {**self.headers, **({"Content-Type": content_type} if content_type else {})}
        try:
            connection.request(method, parts.path + path, body or None, headers)
            response = connection.getresponse()
            return Answered(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answered:
        """GET."""
        return self.call("GET", path)

    def post_form(self, path: str, form: dict[str, str]) -> Answered:
        """POST of a form."""
        return self.call("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")

    def send_json(self, method: str, path: str, value: object) -> Answered:
        """Any method with a JSON body."""
        return self.call(method, path, json.dumps(value).encode(), "application/json")
