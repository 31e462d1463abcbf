"""What Radarr writes: the shapes of its answers, and what they are called elsewhere in Episodarr."""

from collections.abc import Mapping
from typing import Any

import msgspec

from episodarr.catalogue.movies import ListedMovie
from episodarr.connections.hint import About, Hint, hint
from episodarr.integrations._untrusted import count, instant, text

_MOST_ID = 2**31


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class _Rating(_Wire):
    value: float = 0


class _Ratings(_Wire):
    imdb: _Rating | None = None
    tmdb: _Rating | None = None


class _Image(_Wire):
    cover_type: str = ""


class _File(_Wire):
    path: str | None = None
    relative_path: str | None = None
    size: int = 0
    date_added: str | None = None
    quality: Any = None


class Movie(_Wire):
    """One movie, of /movie, with its file."""

    id: int
    title: str | None = None
    sort_title: str | None = None
    year: int = 0
    tmdb_id: int = 0
    imdb_id: str | None = None
    status: str | None = None
    overview: str | None = None
    runtime: int = 0
    genres: list[str] | None = None
    studio: str | None = None
    ratings: _Ratings | None = None
    monitored: bool = False
    path: str | None = None
    root_folder_path: str | None = None
    has_file: bool = False
    size_on_disk: int | None = None
    tags: list[int] | None = None
    images: list[_Image] | None = None
    movie_file: _File | None = None


class _OnlyId(_Wire):
    id: int


MOVIE = msgspec.json.Decoder(Movie)
ONLY_ID = msgspec.json.Decoder(_OnlyId)
RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def listed(movie: Movie, labels: Mapping[int, str]) -> ListedMovie:
    """A movie as the rest of Episodarr knows it. `labels`: Radarr's tags by their ids."""
    file = movie.movie_file
    folder = text(movie.path)
    at = folder
    if movie.has_file and file is not None:
        relative = text(file.relative_path)
        at = text(file.path) or (f"{folder.rstrip('/')}/{relative}" if relative else folder)
    return ListedMovie(
        id=str(movie.id),
        title=text(movie.title),
        year=_small(movie.year),
        tmdb_id=_small(movie.tmdb_id),
        imdb_id=text(movie.imdb_id),
        sort_title=text(movie.sort_title),
        status=text(movie.status),
        overview=text(movie.overview),
        runtime=_small(movie.runtime),
        genres=tuple(movie.genres or ()),
        studio=text(movie.studio),
        rating=_rating(movie.ratings),
        monitored=movie.monitored,
        root_folder=text(movie.root_folder_path),
        path=at,
        size=count(file.size if file is not None else movie.size_on_disk) if movie.has_file else 0,
        has_file=movie.has_file,
        added_at=instant(file.date_added) if file is not None else None,
        quality=_quality(file),
        # A tag that is not in the list yet was made after it was read: the next reading knows it.
        tags=tuple(sorted(label for tag in movie.tags or () if (label := labels.get(tag, "")))),
        has_poster=any(image.cover_type == "poster" for image in movie.images or ()),
    )


def _rating(told: _Ratings | None) -> float | None:
    """IMDb's, else TheMovieDB's; both are out of ten, and 0 stands for none."""
    for one in (told.imdb, told.tmdb) if told is not None else ():
        if one is not None and 0 < one.value <= 10:
            return round(one.value, 1)
    return None


def _quality(file: _File | None) -> str:
    model = file.quality if file is not None else None
    quality = model.get("quality") if isinstance(model, dict) else None
    return text(quality.get("name")) if isinstance(quality, dict) else ""


def _small(number: int) -> int:
    """A number that fits its column; 0 for one that cannot be."""
    return number if 0 < number < _MOST_ID else 0


def read_hint(told: Mapping[str, Any]) -> Hint:
    """Every type of Radarr's webhook: what was added, grabbed, imported, renamed, deleted."""
    kind = str(told.get("eventType") or "")
    quiet = {"Grab", "Health", "HealthRestored", "ApplicationUpdate", "ManualInteractionRequired"}
    return hint(kind, () if kind in quiet else (About.MOVIES,))
