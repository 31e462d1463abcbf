"""Names that posters disguise, so that nobody but them finds the release."""

import re

from episodarr.downloads.release_name.plain import Plain, plain

_REVERSED = re.compile(
    r"(?<![a-z0-9])\d{1,3}[ex]\d{1,3}s(?![a-z0-9])|(?<![a-z0-9])(?:p027|p0801|p084)(?![a-z0-9])", re.ASCII
)
_OBFUSCATED = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|(?:[0-9a-f]{4,12}-){4}[0-9a-f]{12}|(?=[a-z0-9]{20})\d*(?:[a-z]+\d+){4}[a-z0-9]*"
    r"|abc[-_. ]xyz.*|\d{6}_\d\d|backup_\d{5,}s\d\d-\d\d",
    re.ASCII,
)
"""Hashes, and letters and digits that change too often for words."""


def undisguised(text: Plain) -> Plain | None:
    """The name, turned around when it is spelled backwards; None when it was made up and tells nothing."""
    if _OBFUSCATED.fullmatch(text.low) is not None:
        return None
    return plain(text.name[::-1]) if _REVERSED.search(text.low) is not None else text
