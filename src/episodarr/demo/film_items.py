"""Movies as the simulated media servers and Tautulli list them."""

import hashlib
from datetime import datetime
from typing import Any

from episodarr.demo.films import Film
from episodarr.demo.jellyfin_resources import SERVER_ID, TICKS, instant, item_id
from episodarr.demo.plex_resources import unix
from episodarr.demo.world import World

Json = dict[str, Any]
FIRST_KEY = 90_000


def plex_key(film: Film) -> str:
    """Its rating key; a file that came again is a new item."""
    return str(FIRST_KEY + film.id * 100 + film.listed_file_id % 100)


def plex_films(world: World, *, legacy: bool) -> list[Json]:
    """What Plex lists, first added first."""
    films = [(at, world.films.all[number]) for number, at in world.films.plex.items()]
    return [plex_film(film, at, legacy=legacy) for at, film in sorted(films, key=lambda one: (one[0], one[1].id))]


def plex_film(film: Film, at: datetime, *, legacy: bool = False) -> Json:
    """A movie of Plex."""
    key = plex_key(film)
    part = {"id": 700_000 + film.id, "file": film.listed_path, "size": film.listed_size, "container": "mkv"}
    made: Json = {
        "ratingKey": key,
        "key": f"/library/metadata/{key}",
        "guid": f"com.plexapp.agents.imdb://{film.imdb_id}?lang=en" if legacy else plex_guid(film),
        "studio": film.studio,
        "type": "movie",
        "title": film.title,
        "titleSort": film.title.removeprefix("The "),
        "summary": film.overview,
        "rating": film.rating,
        "year": film.year,
        "thumb": f"/library/metadata/{key}/thumb/{unix(at)}",
        "duration": film.runtime * 60_000,
        "originallyAvailableAt": f"{film.year}-05-02",
        "addedAt": unix(at),
        "updatedAt": unix(at),
        "Media": [{"id": 600_000 + film.id, "container": "mkv", "Part": [part]}],
        "Genre": [{"tag": genre} for genre in film.genres],
    }
    if not legacy:
        made["Guid"] = [{"id": f"imdb://{film.imdb_id}"}, {"id": f"tmdb://{film.tmdb_id}"}]
    if film.views:
        made |= {"viewCount": len(film.views), "lastViewedAt": unix(max(at for _, at in film.views))}
    return made


def plex_guid(film: Film) -> str:
    """`plex://movie/<24 hex digits>`."""
    return f"plex://movie/{hashlib.md5(film.folder.encode(), usedforsecurity=False).hexdigest()[:24]}"


def jellyfin_films(world: World) -> list[Json]:
    """What Jellyfin lists, by name."""
    films = [(at, world.films.all[number]) for number, at in world.films.jellyfin.items()]
    return sorted((jellyfin_film(film, at) for at, film in films), key=lambda item: str(item["SortName"]))


def jellyfin_film(film: Film, at: datetime) -> Json:
    """A movie of Jellyfin, in full."""
    number = item_id("Movie", film.listed_path)
    source = {"Protocol": "File", "Id": number, "Path": film.listed_path, "Type": "Default", "Container": "mkv"}
    return {
        "Name": film.title,
        "ServerId": SERVER_ID,
        "Id": number,
        "DateCreated": instant(at),
        "SortName": film.title.lower().removeprefix("the "),
        "Path": film.listed_path,
        "Overview": film.overview,
        "Genres": list(film.genres),
        "Studios": [{"Name": film.studio, "Id": item_id("Studio", film.studio)}],
        "CommunityRating": film.rating,
        "RunTimeTicks": film.runtime * 60 * TICKS,
        "ProductionYear": film.year,
        "ProviderIds": {"Tmdb": str(film.tmdb_id), "Imdb": film.imdb_id},
        "IsFolder": False,
        "Type": "Movie",
        "ImageTags": {"Primary": item_id("Image", film.listed_path)},
        "BackdropImageTags": [],
        "LocationType": "FileSystem",
        "MediaType": "Video",
        "VideoType": "VideoFile",
        "Container": "mkv",
        "MediaSources": [{**source, "Size": film.listed_size, "RunTimeTicks": film.runtime * 60 * TICKS}],
    }
