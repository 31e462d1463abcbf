"""Typed identifiers: an id of one system never passes for an id of another."""

from typing import NewType

EpisodeId = NewType("EpisodeId", int)
"""Episodarr's own id of an episode; never reused, kept when Sonarr renumbers the episode."""

SeriesId = NewType("SeriesId", int)
"""Episodarr's own id of a series in one Sonarr instance."""

ConnectionId = NewType("ConnectionId", int)
"""Episodarr's own id of a connected service."""

Source = NewType("Source", str)
"""Who says a fact: `Label:connection` or `Label:connection/subject`, such as `Sonarr:1` or `qBittorrent:2/a1b2...`.

One source is one thing that can change its mind: a service as a whole, or one download of it. So two torrents of one
episode never overwrite each other, while a second word of the same torrent replaces the first.
"""


def source(label: str, connection: ConnectionId, subject: str = "") -> Source:
    """Name who speaks: `label` as people know the service, its connection, and what of it (such as an info hash)."""
    return Source(f"{label}:{connection}/{subject}" if subject else f"{label}:{connection}")


def label_of(name: Source) -> str:
    """The service as people know it: `qBittorrent` of `qBittorrent:2/a1b2`."""
    return name.partition(":")[0]


def subject_of(name: Source) -> str:
    """What of the service is meant: `a1b2` of `qBittorrent:2/a1b2`; empty when the service as a whole speaks."""
    return name.partition("/")[2]
