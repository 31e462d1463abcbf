"""What a release name can mean. A name alone rarely settles it, so there may be several interpretations."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a name is about."""

    EPISODE = "episode"
    MULTI_EPISODE = "multi_episode"
    SEASON_PACK = "season_pack"
    MULTI_SEASON = "multi_season"
    PARTIAL_SEASON = "partial_season"
    SEASON_EXTRA = "season_extra"
    SPECIAL = "special"
    UNKNOWN = "unknown"


PACKS = frozenset({Kind.SEASON_PACK, Kind.MULTI_SEASON, Kind.PARTIAL_SEASON, Kind.SEASON_EXTRA})


class Interpretation(msgspec.Struct, frozen=True):
    """One way to read a name."""

    kind: Kind = Kind.UNKNOWN
    title: str = ""
    """The series as the name spells it, with a year that belongs to it."""
    year: int | None = None
    season: int | None = None
    """None when the name tells none, 0 for specials, the first one of a pack of several seasons."""
    seasons: tuple[int, ...] = ()
    episodes: tuple[int, ...] = ()
    """Numbers within the season; with `season` None the name had an episode number without a season."""
    absolute: tuple[int | float, ...] = ()
    """Numbers counted through all seasons, as anime goes; 12.5 is a recap between 12 and 13."""
    air_date: str = ""
    """Such as 2026-01-31."""
    special: bool = False
    part: int | None = None
    """The part of a season that a pack holds."""
    version: int = 1
    group: str = ""
    """Who released it, as the name says."""
    form: str = ""
    """How the numbers were written, in words."""

    @property
    def tv(self) -> bool:
        """Whether the name is one of television at all; not a film, not a mere hash."""
        return self.kind is not Kind.UNKNOWN or self.season is not None
