"""Somebody at a browser that is none: keeps cookies, sends forms, follows no redirects by itself."""

import re
import warnings

from fakes import Stack

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client moves to another HTTP library in a later release
    from starlette.testclient import TestClient

PEOPLE = {"admin": ("anna", "correct horse"), "viewer": ("vito", "battery staple")}


def token_in(page: str) -> str:
    """The form token that a page carries."""
    found = re.search(r'name="form_token" value="([^"]+)"', page) or re.search(
        r'name="csrf-token" content="([^"]+)"', page
    )
    assert found is not None, "the page has no form token"
    return found[1]


class Person:
    """Somebody at a browser: keeps cookies, follows no redirects by itself."""

    def __init__(self, stack: Stack, base: str = "") -> None:
        self.stack = stack
        self.base = base
        self.client = TestClient(stack.app, base_url="http://episodarr.test", follow_redirects=False)
        self.token = ""

    def sign_in(self, role: str) -> "Person":
        """Through the form, like anybody."""
        name, password = PEOPLE[role]
        token = token_in(self.get("/sign-in").text)
        answer = self.client.post(
            f"{self.base}/sign-in", data={"form_token": token, "name": name, "password": password}
        )
        assert answer.status_code == 303, answer.text
        self.token = token_in(self.get("/").text)
        return self

    def get(self, path: str, **headers: str):
        """A page, or with `part="1"` a piece of one."""
        return self.client.get(self.base + path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def post(self, path: str, /, *, part: bool = False, token: str | None = None, **fields: str):
        """A form, or what the script sends."""
        held = self.token if token is None else token
        headers = {"X-Part": "1", "X-CSRF-Token": held} if part else {}
        data = fields if part else {"form_token": held, **fields}
        return self.client.post(self.base + path, data=data, headers=headers)
