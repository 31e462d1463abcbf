"""Making text from outside fit for messages: no secrets, no control characters, no walls of text."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_URL = re.compile(r"(https?://)(?:[^\s/@]*@)?([^\s?#]*)(?:[?#]\S*)?", re.IGNORECASE)
_LONGEST = 300


class Redaction:
    """Knows the secrets of one service and takes them out of its words."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings: set[str] = set()
        for secret in secrets:
            if secret:
                spellings |= {secret, quote(secret, safe=""), quote_plus(secret)}
                spellings.add(base64.b64encode(secret.encode()).decode())
        self._secrets = sorted(spellings, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """`text` on one line of at most 300 characters, without known secrets and without query strings of URLs."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = _URL.sub(r"\1\2", _CONTROL.sub(" ", text)).strip()
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
