"""The JSON of the simulated Seerr: every member that a real one sends, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from episodarr.demo.films import Film
from episodarr.demo.model import Series
from episodarr.demo.seerr_desk import (
    COMPLETED,
    DELETED,
    UNKNOWN,
    Media,
    Request,
    RequestDesk,
    Title,
    User,
)

Json = dict[str, Any]
MEDIA_NAMES = {
    1: "UNKNOWN",
    2: "PENDING",
    3: "PROCESSING",
    4: "PARTIALLY_AVAILABLE",
    5: "AVAILABLE",
    6: "BLOCKLISTED",
    7: "DELETED",
}


def instant(at: datetime) -> str:
    """Whole seconds, as its database keeps them."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Resources:
    """Makes the bodies. `service_url` gives the address of a series in Sonarr."""

    def __init__(
        self,
        desk: RequestDesk,
        *,
        overseerr: bool,
        series_of: Callable[[int], Series | None],
        service_url: Callable[[Series], str],
    ) -> None:
        self._desk = desk
        self._overseerr = overseerr
        self._series_of = series_of
        self._service_url = service_url

    def media_status(self, number: int) -> int:
        """A media status as this product numbers it."""
        return UNKNOWN if self._overseerr and number == DELETED else number

    def request_status(self, number: int) -> int:
        """A request status as this product numbers it."""
        return 2 if self._overseerr and number == COMPLETED else number

    def user(self, user: User, requests: int | None = None) -> Json:
        """A user as others see them."""
        made: Json = {"permissions": user.permissions}
        if not self._overseerr:
            made["warnings"] = []
        made |= {
            "id": user.id,
            "email": f"{user.name.lower()}@example.org",
            "plexUsername": user.name.lower() if user.plex_id is not None else None,
            "username": user.name,
            "recoveryLinkExpirationDate": None,
            "userType": 2 if user.plex_id is None else 1,
            "plexId": user.plex_id,
            "avatar": "/avatarproxy/x",
            "movieQuotaLimit": None,
            "movieQuotaDays": None,
            "tvQuotaLimit": None,
            "tvQuotaDays": None,
            "createdAt": "2025-01-04T09:00:00.000Z",
            "updatedAt": "2025-01-04T09:00:00.000Z",
            "requestCount": self._asked_by(user) if requests is None else requests,
            "displayName": user.name,
        }
        if not self._overseerr:
            made |= {"jellyfinUsername": None, "jellyfinUserId": None, "avatarETag": None, "avatarVersion": None}
        return made

    def _asked_by(self, user: User) -> int:
        return sum(1 for one in self._desk.requests.values() if one.user.id == user.id)

    def media(self, media: Media) -> Json:
        """What is believed of a title, without its seasons."""
        series = self._series_of(media.series_id) if media.series_id is not None else None
        made: Json = {
            "downloadStatus": [],
            "downloadStatus4k": [],
            "id": media.id,
            "mediaType": media.kind,
            "tmdbId": media.tmdb_id,
            "tvdbId": media.tvdb_id,
            "imdbId": None,
            "status": self.media_status(media.status),
            "status4k": 1,
            "createdAt": instant(media.created_at),
            "updatedAt": instant(media.updated_at),
            "lastSeasonChange": instant(media.created_at),
            "mediaAddedAt": instant(media.created_at),
            "serviceId": None if series is None else 0,
            "serviceId4k": None,
            "externalServiceId": None if series is None else series.id,
            "externalServiceId4k": None,
            "externalServiceSlug": None if series is None else series.slug,
            "externalServiceSlug4k": None,
            "ratingKey": None,
            "ratingKey4k": None,
        }
        if not self._overseerr:
            made |= {"jellyfinMediaId": None, "jellyfinMediaId4k": None}
        if series is not None:
            made["serviceUrl"] = self._service_url(series)
        return made

    def media_with_seasons(self, media: Media) -> Json:
        """The same with its seasons."""
        seasons = [
            {
                "id": media.id * 100 + number,
                "seasonNumber": number,
                "status": self.media_status(status),
                "status4k": 1,
                "createdAt": instant(media.created_at),
                "updatedAt": instant(media.updated_at),
            }
            for number, status in sorted(media.seasons.items())
        ]
        return {**self.media(media), "seasons": seasons}

    def request(self, request: Request, *, seasons_of_media: bool = False, listed: bool = False) -> Json:
        """A request; `listed` as in lists."""
        made: Json = {
            "id": request.id,
            "status": self.request_status(request.status),
            "createdAt": instant(request.created_at),
            "updatedAt": instant(request.updated_at),
            "type": request.media.kind,
            "is4k": request.is_4k,
            "serverId": None,
            "profileId": None,
            "rootFolder": None,
            "languageProfileId": None,
            "tags": None,
            "isAutoRequest": False,
            "media": self.media_with_seasons(request.media) if seasons_of_media else self.media(request.media),
            "seasons": [
                {
                    "id": request.id * 100 + number,
                    "seasonNumber": number,
                    "status": self.request_status(request.status),
                    "createdAt": instant(request.created_at),
                    "updatedAt": instant(request.updated_at),
                }
                for number in request.seasons
            ],
            "modifiedBy": self.user(request.modified_by) if request.modified_by is not None else None,
            "requestedBy": self.user(request.user),
            "seasonCount": len(request.seasons),
        }
        if listed and not self._overseerr:
            made["canRemove"] = False
        return made

    def show(self, title: Title, media: Media | None) -> Json:
        """A series with all that TMDB tells of it, and what is believed of it."""
        made: Json = {
            "createdBy": [],
            "episodeRunTime": [44],
            "firstAirDate": f"{title.year}-03-06",
            "genres": [{"id": 18, "name": "Drama"}],
            "relatedVideos": [],
            "homepage": "",
            "id": title.tmdb_id,
            "inProduction": False,
            "languages": ["en"],
            "lastAirDate": f"{title.year + len(title.seasons)}-03-06",
            "name": title.name,
            "networks": [],
            "numberOfEpisodes": sum(title.seasons.values()),
            "numberOfSeasons": sum(1 for number in title.seasons if number > 0),
            "originCountry": ["US"],
            "originalLanguage": "en",
            "originalName": title.name,
            "tagline": "",
            "overview": "A series.",
            "popularity": 10.5,
            "productionCompanies": [],
            "productionCountries": [],
            "contentRatings": {"results": []},
            "spokenLanguages": [],
            "seasons": [
                {
                    "airDate": f"{title.year + number}-03-06",
                    "episodeCount": count,
                    "id": title.tmdb_id * 100 + number,
                    "name": f"Season {number}" if number else "Specials",
                    "overview": "",
                    "seasonNumber": number,
                    "posterPath": f"/s{title.tmdb_id}{number}.jpg",
                }
                for number, count in sorted(title.seasons.items())
            ],
            "status": "Returning Series",
            "type": "Scripted",
            "voteAverage": 7.7,
            "voteCount": 100,
            "backdropPath": f"/b{title.tmdb_id}.jpg",
            "posterPath": f"/p{title.tmdb_id}.jpg",
            "credits": {"cast": [], "crew": []},
            "externalIds": {"imdbId": f"tt{title.tmdb_id:07d}", "tvdbId": title.tvdb_id},
            "keywords": [],
        }
        if media is not None:
            requests = [self.request(one) for one in self._desk.of(media)]
            made["mediaInfo"] = {**self.media_with_seasons(media), "requests": requests}
        return made

    def movie(self, film: Film, media: Media | None) -> Json:
        """A movie with what TMDB tells of it, and what is believed of it."""
        made: Json = {
            "id": film.tmdb_id,
            "adult": False,
            "budget": 0,
            "genres": [{"id": 18, "name": "Drama"}],
            "relatedVideos": [],
            "originalLanguage": "en",
            "originalTitle": film.title,
            "popularity": 10.5,
            "productionCompanies": [],
            "productionCountries": [],
            "releaseDate": f"{film.year}-05-02",
            "releases": {"results": []},
            "revenue": 0,
            "spokenLanguages": [],
            "status": "Released",
            "title": film.title,
            "video": False,
            "voteAverage": film.rating,
            "voteCount": 100,
            "backdropPath": f"/b{film.tmdb_id}.jpg",
            "homepage": "",
            "imdbId": film.imdb_id,
            "overview": film.overview,
            "posterPath": f"/p{film.tmdb_id}.jpg",
            "runtime": film.runtime,
            "tagline": "",
            "credits": {"cast": [], "crew": []},
            "externalIds": {"imdbId": film.imdb_id},
            "keywords": [],
        }
        if media is not None:
            requests = [self.request(one) for one in self._desk.of(media)]
            made["mediaInfo"] = {**self.media_with_seasons(media), "requests": requests}
        return made

    def season(self, title: Title, number: int) -> Json:
        """One season with its episodes as TMDB lists them."""
        return {
            "airDate": f"{title.year + number}-03-06",
            "episodes": [
                {
                    "id": title.tmdb_id * 10_000 + number * 100 + one,
                    "airDate": f"{title.year + number}-03-{min(one, 28):02d}",
                    "episodeNumber": one,
                    "name": f"Episode {one}",
                    "overview": "",
                    "productionCode": "",
                    "seasonNumber": number,
                    "showId": title.tmdb_id,
                    "voteAverage": 7.1,
                }
                for one in range(1, title.seasons[number] + 1)
            ],
            "id": title.tmdb_id * 100 + number,
            "name": f"Season {number}",
            "overview": "",
            "seasonNumber": number,
            "posterPath": f"/s{title.tmdb_id}{number}.jpg",
        }
