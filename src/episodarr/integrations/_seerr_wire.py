"""What Seerr and its relatives send, and what it means: the numbers of a status depend on the product."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from episodarr.integrations._untrusted import LARGEST, count, instant, is_id, text
from episodarr.requests.follow import address_of
from episodarr.requests.model import (
    FilmRequest,
    MediaRequest,
    MediaStatus,
    Requester,
    RequestNumber,
    RequestStatus,
    SonarrPlace,
    TmdbId,
    TvdbId,
)


class Product(StrEnum):
    """Which of the three answers."""

    SEERR = "Seerr"
    JELLYSEERR = "Jellyseerr"
    OVERSEERR = "Overseerr"


def product_of(version: str, public: Mapping[str, Any]) -> Product:
    """Overseerr is version 1, Jellyseerr 2, Seerr 3 and later; of development versions the public settings tell.

    Overseerr alone has no setting for the kind of media server.
    """
    if version.startswith("2."):
        return Product.JELLYSEERR
    if "mediaServerType" in public:
        return Product.JELLYSEERR if version.startswith("1.") else Product.SEERR
    return Product.SEERR if version[:1].isdecimal() and not version.startswith("1.") else Product.OVERSEERR


_MEDIA = {
    1: MediaStatus.UNKNOWN,
    2: MediaStatus.PENDING,
    3: MediaStatus.PROCESSING,
    4: MediaStatus.PARTIALLY_AVAILABLE,
    5: MediaStatus.AVAILABLE,
}
_LATER_MEDIA = _MEDIA | {6: MediaStatus.BLOCKLISTED, 7: MediaStatus.DELETED}
_REQUEST = {
    1: RequestStatus.PENDING,
    2: RequestStatus.APPROVED,
    3: RequestStatus.DECLINED,
    4: RequestStatus.FAILED,
}
_LATER_REQUEST = _REQUEST | {5: RequestStatus.COMPLETED}


def media_word(number: int, *, later: bool) -> str:
    """The word of a media status; the number itself when this product is not known to use it. `later`: no Overseerr."""
    known = (_LATER_MEDIA if later else _MEDIA).get(number)
    return known.value if known is not None else str(number)


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class User(_Wire):
    """Who asked, or decided."""

    id: int = 0
    display_name: str | None = None
    username: str | None = None
    plex_username: str | None = None
    jellyfin_username: str | None = None
    plex_id: Any = None
    jellyfin_user_id: Any = None
    permissions: int = 0


class Media(_Wire):
    """The title of a request."""

    tmdb_id: Any = None
    tvdb_id: Any = None
    media_type: str | None = None
    status: Any = None
    status_4k: Any = None
    external_service_id: Any = None
    external_service_id_4k: Any = None
    service_url: str | None = None
    service_url_4k: str | None = None


class Request(_Wire):
    """One request."""

    id: int
    status: int
    created_at: Any
    type: str | None = None
    updated_at: Any = None
    is_4k: bool = False
    media: Media | None = None
    seasons: Any = None
    requested_by: User | None = None
    modified_by: User | None = None

    @property
    def of_film(self) -> bool:
        """Whether it asks for a film."""
        return (self.type or (self.media.media_type if self.media else None)) == "movie"


class PageInfo(_Wire):
    """How many there are in all."""

    results: int


class Page(_Wire):
    """One page of requests."""

    page_info: PageInfo
    results: list[Request]


def media_request(request: Request, product: Product) -> MediaRequest | None:
    """A request for a series as the model has it; None when its id or its date is none."""
    created_at = instant(request.created_at)
    if not is_id(request.id) or created_at is None:
        return None
    later = product is not Product.OVERSEERR
    media = request.media or Media()
    media_number = _number(media.status_4k if request.is_4k else media.status)
    url = media.service_url_4k if request.is_4k else media.service_url
    series = media.external_service_id_4k if request.is_4k else media.external_service_id
    return MediaRequest(
        number=RequestNumber(request.id),
        tmdb_id=TmdbId(_number(media.tmdb_id)),
        tvdb_id=TvdbId(_number(media.tvdb_id)),
        requester=_name(request.requested_by),
        seasons=_seasons(request.seasons),
        is_4k=request.is_4k,
        status=(_LATER_REQUEST if later else _REQUEST).get(request.status, RequestStatus.OTHER),
        status_number=_number(request.status),
        media_status=(_LATER_MEDIA if later else _MEDIA).get(media_number, MediaStatus.OTHER)
        if media_number
        else MediaStatus.UNKNOWN,
        media_number=media_number,
        created_at=created_at,
        updated_at=max(instant(request.updated_at) or created_at, created_at),
        modified_by=_name(request.modified_by),
        sonarr=SonarrPlace(address_of(text(url)), _number(series)),
        requester_number=_number(request.requested_by.id) if request.requested_by else 0,
    )


def film_request(request: Request) -> FilmRequest | None:
    """A request for a film; None when its id or its date is none."""
    created_at = instant(request.created_at)
    if not is_id(request.id) or created_at is None:
        return None
    tmdb_id = TmdbId(_number(request.media.tmdb_id) if request.media else 0)
    standing = _REQUEST.get(request.status) is not RequestStatus.DECLINED
    return FilmRequest(RequestNumber(request.id), tmdb_id, created_at, standing)


def requesters(requests: Iterable[Request]) -> tuple[Requester, ...]:
    """Who asked, each once, as the latest request shows them."""
    latest = sorted(requests, key=lambda request: request.id)
    users = {user.id: user for request in latest if (user := request.requested_by) and is_id(user.id)}
    return tuple(
        Requester(user.id, _name(user), count(user.plex_id), text(user.jellyfin_user_id)[:100])
        for user in users.values()
    )


def _number(value: object) -> int:
    number = count(value)
    return number if number <= LARGEST else 0


def _name(user: User | None) -> str:
    if user is None:
        return ""
    names = (user.display_name, user.username, user.jellyfin_username, user.plex_username)
    return next((name for name in names if name), f"user {user.id}")[:200]


def _seasons(value: object) -> tuple[int, ...] | None:
    """The season numbers; None for the word "all", which only a wish holds, but nobody promises that."""
    if value == "all":
        return None
    listed = value if isinstance(value, list) else []
    numbers = {one.get("seasonNumber") for one in listed if isinstance(one, dict)}
    return tuple(sorted(number for number in numbers if isinstance(number, int) and 0 <= number <= LARGEST))
