"""Sonarr's answers as tests write them."""

from typing import Any

import msgspec

from episodarr.catalogue.model import EpisodesAnswer, SeriesEntry, SeriesListing, digest_of


def series(number: int, **more: Any) -> dict[str, Any]:
    """One series of the list."""
    seasons = [{"seasonNumber": 1, "monitored": True, "statistics": {"episodeCount": 3, "totalEpisodeCount": 3}}]
    return {
        "id": number,
        "title": f"Show {number}",
        "tvdbId": 1000 + number,
        "monitored": True,
        "seasons": seasons,
    } | more


def listing(*those: dict[str, Any]) -> SeriesListing:
    """A series list."""
    body = msgspec.json.encode(list(those))
    return SeriesListing(digest_of(body), body)


def entry(one: dict[str, Any]) -> SeriesEntry:
    """One entry of a list."""
    return listing(one).entries()[0]


def episode(number: int, file: int = 0, season: int = 1, id_: int | None = None, **more: Any) -> dict[str, Any]:
    """One episode; `file` 0: without a file."""
    base = {
        "id": id_ or season * 100 + number,
        "seasonNumber": season,
        "episodeNumber": number,
        "title": f"Episode {number}",
        "monitored": True,
        "airDate": "2026-01-01",
        "airDateUtc": "2026-01-01T20:00:00Z",
        "episodeFileId": file,
        "hasFile": bool(file),
    }
    return base | more


def file(number: int, size: int = 1000, **more: Any) -> dict[str, Any]:
    """One episode file."""
    base = {
        "id": number,
        "relativePath": f"Season 01/{number}.mkv",
        "path": f"/tv/Show/Season 01/{number}.mkv",
        "size": size,
        "dateAdded": "2026-01-02T08:00:00.1234567Z",
        "quality": {"quality": {"name": "WEBDL-1080p"}},
    }
    return base | more


def episodes(those: list[dict[str, Any]], files: list[dict[str, Any]]) -> EpisodesAnswer:
    """The two bodies of one series."""
    first, second = msgspec.json.encode(those), msgspec.json.encode(files)
    return EpisodesAnswer(digest_of(first, second), first, second)
