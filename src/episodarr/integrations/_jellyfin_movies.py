"""Movies as Jellyfin writes them, and what they are called elsewhere in Episodarr."""

from collections.abc import Iterable
from typing import Any

import msgspec

from episodarr.catalogue.movies import ListedMovie
from episodarr.integrations._untrusted import count, instant

_MOST_ID = 2**31
_MINUTE = 600_000_000
"""In ticks of 100 ns."""
FIELDS = "ProviderIds,Path,DateCreated,Overview,Genres,Studios,MediaSources,SortName"


class _Wire(msgspec.Struct, rename="pascal", gc=False):
    pass


class _Named(_Wire):
    name: str | None = None


class _Source(_Wire):
    size: int | None = None


class Film(_Wire):
    """A movie."""

    id: str
    name: str | None = None
    sort_name: str | None = None
    provider_ids: dict[str, Any] | None = None
    path: str | None = None
    production_year: int | None = None
    location_type: str | None = None
    date_created: Any = None
    overview: str | None = None
    run_time_ticks: int | None = None
    genres: list[str] | None = None
    studios: list[_Named] | None = None
    community_rating: float | None = None
    media_sources: list[_Source] | None = None
    image_tags: dict[str, Any] | None = None


class Films(_Wire):
    """One page of movies."""

    items: list[Film]
    total_record_count: int | None = None


class Folder(_Wire):
    """A library."""

    name: str | None = None
    locations: list[str] | None = None


films = msgspec.json.Decoder(Films)
folders = msgspec.json.Decoder(list[Folder])


def listed(film: Film, libraries: Iterable[Folder]) -> ListedMovie:
    """A movie as the rest of Episodarr knows it."""
    ids = {name.lower(): value for name, value in (film.provider_ids or {}).items() if isinstance(value, str)}
    path = film.path or ""
    there = film.location_type not in {"Virtual", "Offline"} and bool(path or film.media_sources)
    rating = film.community_rating
    return ListedMovie(
        id=film.id,
        title=film.name or "",
        year=_small(film.production_year),
        tmdb_id=_small(int(ids["tmdb"])) if ids.get("tmdb", "").isdecimal() else 0,
        imdb_id=ids.get("imdb", ""),
        sort_title=film.sort_name or "",
        overview=film.overview or "",
        runtime=_small((film.run_time_ticks or 0) // _MINUTE),
        genres=tuple(film.genres or ()),
        studio=next((one.name for one in film.studios or () if one.name), ""),
        rating=round(rating, 1) if rating is not None and 0 < rating <= 10 else None,
        path=path,
        size=count(sum(count(one.size) for one in film.media_sources or ())) if there else 0,
        has_file=there,
        added_at=instant(film.date_created),
        library=_library(path, libraries),
        has_poster="Primary" in (film.image_tags or {}),
    )


def _library(path: str, libraries: Iterable[Folder]) -> str:
    """Name of the library that holds the path: the one with the longest folder that does."""
    holding = [
        (len(place), one.name or "")
        for one in libraries
        for place in one.locations or ()
        if place and path.startswith(place.rstrip("/\\") + ("\\" if "\\" in place else "/"))
    ]
    return max(holding)[1] if holding else ""


def _small(number: int | None) -> int:
    return number if number is not None and 0 < number < _MOST_ID else 0
