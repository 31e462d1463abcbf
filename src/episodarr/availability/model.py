"""What a media server lists."""

from datetime import datetime
from typing import NewType

import msgspec

LibraryItemId = NewType("LibraryItemId", str)
"""An item's id in one media server; changes when a file is renamed or replaced."""


class LibrarySeries(msgspec.Struct, frozen=True):
    """A series as the media server lists it."""

    id: LibraryItemId
    name: str
    year: int = 0
    provider_ids: dict[str, str] = {}
    """Lower-cased provider name -> id, such as {"tvdb": "990001"}."""
    path: str = ""
    """Its folder; empty when the server does not tell it with its series (Plex)."""


class LibraryEpisode(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An episode item of a media server. A virtual item (known from metadata, no file) is not playable."""

    id: LibraryItemId
    name: str = ""
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    """Last episode number of a file that holds several."""
    provider_ids: dict[str, str] = {}
    path: str = ""
    virtual: bool = False
    has_source: bool = False
    added_at: datetime | None = None
    series: LibraryItemId = LibraryItemId("")
    """The series that it belongs to there; always told when a whole library is listed."""


class Playability(msgspec.Struct, frozen=True):
    """Whether the media server has something to play for an item; `detail` is its own reason when not."""

    playable: bool
    detail: str = ""
