"""What a webhook hints at: what to read now. Nothing that its body claims is ever taken as a fact."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

import msgspec

_MOST_ID = 2**31


class About(StrEnum):
    """What should be read again."""

    GRABS = "grabs"
    """Queue, history and the download clients."""
    SERIES = "series"
    """The named series of a Sonarr."""
    SERIES_LIST = "series_list"
    IMPORTS = "imports"
    """What an importer such as Shoko made of the files."""
    LIBRARY = "library"
    """What a media server lists."""
    REQUESTS = "requests"
    PLAYS = "plays"
    """What was played, and what is playing now."""
    SESSIONS = "sessions"
    """What is playing now only: players tell how far they are every few seconds."""
    MOVIES = "movies"


class Hint(msgspec.Struct, frozen=True):
    """What one webhook hints at; `kind` is the sender's own word for the event, for the log."""

    kind: str
    about: frozenset[About] = frozenset()
    sonarr_series: frozenset[int] = frozenset()
    tvdb_ids: frozenset[int] = frozenset()
    """Series that a media server or request system names."""


ReadHint = Callable[[Mapping[str, Any]], Hint]
"""How an adapter reads a webhook's body. Never raises: a body that says nothing is a hint about nothing."""


def hint(kind: object, about: Collection[About] = (), *, series: object = None, tvdb: object = None) -> Hint:
    """A hint from untrusted values: what is no plausible id is left out."""
    return Hint(str(kind or "")[:50], frozenset(about), _ids(series), _ids(tvdb))


def _ids(value: object) -> frozenset[int]:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MOST_ID:
        return frozenset([value])
    return frozenset()
