"""Movies as Plex writes them, and what they are called elsewhere in Episodarr."""

from typing import Any

import msgspec

from episodarr.catalogue.movies import ListedMovie
from episodarr.integrations._plex_wire import Container, Item, Section, provider_ids
from episodarr.integrations._untrusted import count, unix_instant

_MOST_ID = 2**31
_MINUTE = 60_000
_NO_MOVIES = {"com.plexapp.agents.none", "tv.plex.agents.none"}
"""Agents of libraries of one's own recordings, which Plex takes for movies."""


class _Tag(msgspec.Struct, gc=False):
    tag: str = ""


class Film(Item, rename="camel", gc=False):
    """A movie."""

    title_sort: str | None = None
    summary: str | None = None
    studio: str | None = None
    duration: int | None = None
    rating: float | None = None
    audience_rating: float | None = None
    thumb: str | None = None
    genres: list[_Tag] = msgspec.field(default_factory=list, name="Genre")


class FilmPage(Container, rename="camel", gc=False):
    """One page of movies."""

    metadata: list[Film] = msgspec.field(default_factory=list, name="Metadata")  # type: ignore[assignment]  # narrower


class _Wrapped(msgspec.Struct, gc=False):
    content: FilmPage | None = msgspec.field(default=None, name="MediaContainer")


film_page: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Wrapped, strict=False)
"""Not strict: numbers came as texts from some versions."""


def holds_movies(section: Section) -> bool:
    """Whether a library is one of movies."""
    return section.type == "movie" and section.agent not in _NO_MOVIES


def listed(film: Film, library: str) -> ListedMovie:
    """A movie as the rest of Episodarr knows it."""
    ids = provider_ids(film)
    part = film.part()
    playable = film.playability().playable
    rating = film.rating if film.rating is not None else film.audience_rating
    return ListedMovie(
        id=film.rating_key,
        title=film.title or "",
        year=_small(film.year),
        tmdb_id=_small(int(ids["tmdb"])) if ids.get("tmdb", "").isdecimal() else 0,
        imdb_id=ids.get("imdb", ""),
        guid=(film.guid or "").partition("?")[0],
        sort_title=film.title_sort or "",
        overview=film.summary or "",
        runtime=_small((film.duration or 0) // _MINUTE),
        genres=tuple(one.tag for one in film.genres if one.tag),
        studio=film.studio or "",
        rating=round(rating, 1) if rating is not None and 0 < rating <= 10 else None,
        path=part.file if part is not None else "",
        size=count(sum(count(one.size) for media in film.media for one in media.parts)) if playable else 0,
        has_file=playable,
        added_at=unix_instant(film.added_at or 0),
        library=library,
        has_poster=bool(film.thumb),
    )


def _small(number: int | None) -> int:
    return number if number is not None and 0 < number < _MOST_ID else 0
