"""What a name holds that tells a season but no episode: all of it, a part, its extras, a special."""

import re

from episodarr.downloads.release_name.model import Kind

CREDITS = re.compile(
    r"(?:(?<![a-z0-9])(?:nc(?:op|ed)|(?:creditless|clean)[ _](?:op|ed|opening|ending)|creditless)"
    r"|[-\]][ _]{0,2}(?:op|ed|pv|cm|opening|ending|trailer|menu|preview)s?)[ ._]?\d{0,2}[a-z]?(?:v\d)?"
    r"(?=$|[ ._]{0,3}(?:$|[\[({\x1e\x1f-]))",
    re.ASCII,
)
"""Openings, endings and the like: `Show - NCOP1 [1080p]`."""

_EXTRA = re.compile(r"(?<![a-z0-9])(?:extras?|subpack|bonus|featurettes?)(?![a-z0-9])", re.ASCII)
_SPECIAL = re.compile(r"^[^\x1e\x1f+]{0,80}?(?<![a-z0-9])special(?![a-z0-9])", re.ASCII)
_PART = re.compile(
    r"(?<![a-z0-9])(?:part|pt|p|cour|vol(?:ume)?|parte|teil|split|dis[ck]|dvd)[ ._]{0,2}(?P<part>\d{1,2})(?![a-z0-9])",
    re.ASCII,
)


def pack_of(behind: str, *, grouped: bool) -> tuple[Kind, int | None]:
    """The kind, and which part, by the plain text behind the season; `grouped`: an anime's name."""
    if _SPECIAL.match(behind) is not None:
        return Kind.SPECIAL, None
    if _EXTRA.search(behind) is not None:
        return Kind.SEASON_EXTRA, None
    if (part := _PART.search(behind)) is not None:
        return Kind.PARTIAL_SEASON, int(part["part"])
    if grouped and CREDITS.search(behind) is not None:
        return Kind.SEASON_EXTRA, None
    return Kind.SEASON_PACK, None
