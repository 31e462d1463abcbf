"""The simulated Radarr 5: API v3 with key, URL base, posters and outgoing webhooks."""

import asyncio
import re
from datetime import timedelta

from episodarr.demo.films import Film
from episodarr.demo.model import Quality
from episodarr.demo.posters import poster
from episodarr.demo.radarr_files import RadarrFiles
from episodarr.demo.server import HTML, Answer, Ask, Server, as_html, as_json
from episodarr.demo.sonarr import Webhook, post
from episodarr.demo.sonarr_reads import not_found
from episodarr.demo.sonarr_resources import Json, instant
from episodarr.demo.world import World

API_KEY = "7ada44de0c6f4d0f9a1de9c1d0de5eed"
API = "/api/v3"
VERSION = "5.26.2.10099"
COVERS = 9_000
"""Added to a movie's number, so that its picture is none of a show's."""


class Radarr(Server):
    """Radarr over the world's movies."""

    kind = "radarr"

    def __init__(self, world: World, *, api_key: str = API_KEY, url_base: str = "", name: str = "Radarr") -> None:
        super().__init__(world, url_base=url_base)
        self.api_key = api_key
        self.name = name
        self.webhooks: list[Webhook] = []
        self.sent: list[Json] = []
        for path, handler in (
            ("/system/status", lambda _: as_json(self._system("Radarr", VERSION))),
            ("/movie", self._movies),
            ("/movie/{id}", self._movie),
            ("/tag", self._tags),
            ("/rootfolder", self._root_folders),
            ("/diskspace", self._disk_space),
            ("/qualityprofile", lambda _: as_json([{"name": "HD-1080p", "upgradeAllowed": True, "id": 1}])),
            ("/mediacover/{id}/{name}", self._cover),
        ):
            self.route("GET", API + path, handler)
        RadarrFiles(world, self.resource, self.file).register(self, API)
        self.route("GET", "/ping", lambda _: as_json({"status": "OK"}))
        world.films.listeners.append(self._tell)

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API, or the page of the web UI for any path that is not the API's."""
        inside = ask.path.lower().startswith("/api/")
        if inside and self.api_key not in {ask.headers.get("X-Api-Key"), ask.query.get("apikey")}:
            return self.unauthorized()
        handler, methods = self.find(ask)
        if handler is not None:
            return handler(ask)
        if not inside:
            return as_html(HTML.replace(b"Sign in", b"Radarr"))
        return Answer(405, headers={"Allow": ", ".join(sorted(methods))}) if methods else not_found()

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:
        """Sonarr sits on this port: the same form of API with other lists."""
        if ask.path.lower() == f"{API}/system/status" and answer.status == 200:
            return as_json(self._system("Sonarr", "4.0.15.2941"))
        if ask.path.lower().startswith(f"{API}/") and answer.status != 401:
            known = ask.path.lower().removeprefix(f"{API}/") in {"rootfolder", "diskspace", "tag", "qualityprofile"}
            return answer if known else not_found()
        return answer

    def _system(self, app: str, version: str) -> Json:
        return {
            "appName": app,
            "instanceName": self.name if app == "Radarr" else app,
            "version": version,
            "buildTime": "2025-06-20T15:21:03Z",
            "isDebug": False,
            "isProduction": True,
            "isDocker": True,
            "osName": "alpine",
            "branch": "master",
            "authentication": "forms",
            "urlBase": self.url_base,
            "startTime": instant(self.world.started_at - timedelta(days=3)),
            "databaseVersion": "3.48.0",
            "databaseType": "sqLite",
        }

    # Movies

    def _movies(self, ask: Ask) -> Answer:
        """All of them, or the one of TheMovieDB's id that `tmdbId` names."""
        wanted = ask.number("tmdbId")
        return as_json([self.resource(film) for film in self.world.films.managed if wanted in {None, film.tmdb_id}])

    def _movie(self, ask: Ask) -> Answer:
        number = int(ask.groups["id"]) if ask.groups["id"].isdecimal() else 0
        film = self.world.films.all.get(number)
        return as_json(self.resource(film)) if film is not None and film.wanted else not_found()

    def resource(self, film: Film) -> Json:
        """A movie."""
        slug = re.sub(r"[^a-z0-9]+", "-", film.title.lower()).strip("-")
        votes = {"votes": 1200, "value": film.rating, "type": "user"}
        made: Json = {
            "title": film.title,
            "originalTitle": film.title,
            "originalLanguage": {"id": 1, "name": "English"},
            "alternateTitles": [],
            "secondaryYearSourceId": 0,
            "sortTitle": film.title.lower().removeprefix("the "),
            "sizeOnDisk": film.size,
            "status": "released",
            "overview": film.overview,
            "inCinemas": f"{film.year}-05-02T00:00:00Z",
            "images": [
                {
                    "coverType": "poster",
                    "url": f"{self.url_base}/MediaCover/{film.id}/poster.jpg?lastWrite=638800000000000000",
                    "remoteUrl": f"https://artworks.example.org/movie/{film.id}/poster.jpg",
                }
            ],
            "website": "",
            "year": film.year,
            "youTubeTrailerId": "",
            "studio": film.studio,
            "path": film.folder,
            "qualityProfileId": 1,
            "hasFile": bool(film.path),
            "monitored": film.monitored,
            "minimumAvailability": "released",
            "isAvailable": True,
            "folderName": film.folder,
            "runtime": film.runtime,
            "cleanTitle": slug.replace("-", ""),
            "imdbId": film.imdb_id,
            "tmdbId": film.tmdb_id,
            "titleSlug": str(film.tmdb_id),
            "rootFolderPath": f"{film.root}/",
            "certification": "PG-13",
            "genres": list(film.genres),
            "tags": list(film.tags),
            "added": instant(film.added_at or self.world.started_at),
            "ratings": {"imdb": votes, "tmdb": votes},
            "popularity": 12.5,
            "statistics": {"movieFileCount": int(bool(film.path)), "sizeOnDisk": film.size, "releaseGroups": []},
            "id": film.id,
        }
        if film.path:
            made["movieFile"] = self.file(film)
        return made

    def file(self, film: Film) -> Json:
        """A movie's file."""
        return {
            "movieId": film.id,
            "relativePath": film.path.removeprefix(f"{film.folder}/"),
            "path": film.path,
            "size": film.size,
            "dateAdded": instant(film.file_added_at or self.world.now),
            "sceneName": "",
            "indexerFlags": 0,
            "quality": _quality(film.quality),
            "customFormats": [],
            "qualityCutoffNotMet": False,
            "languages": [{"id": 1, "name": "English"}],
            "releaseGroup": "",
            "edition": "",
            "id": film.file_id,
        }

    # The system

    def _tags(self, ask: Ask) -> Answer:  # noqa: ARG002
        return as_json([{"label": label, "id": number} for number, label in self.world.tags.items()])

    def _root_folders(self, ask: Ask) -> Answer:  # noqa: ARG002
        free, _ = self.world.disk_space()
        root = self.world.films.root
        folder: Json = {"path": f"{root}/", "accessible": self.world.mounted(root), "unmappedFolders": [], "id": 1}
        return as_json([{**folder, "freeSpace": free} if folder["accessible"] else folder])

    def _disk_space(self, ask: Ask) -> Answer:  # noqa: ARG002
        free, total = self.world.disk_space()
        return as_json(
            [
                {
                    "path": self.world.disk.folder("/media"),
                    "label": "media",
                    "freeSpace": free,
                    "totalSpace": total,
                    "id": 0,
                }
            ]
        )

    def _cover(self, ask: Ask) -> Answer:
        number = int(ask.groups["id"]) if ask.groups["id"].isdecimal() else 0
        match = re.fullmatch(r"poster(-250|-500)?\.jpg", ask.groups["name"])
        if number not in self.world.films.all or match is None:
            return Answer(404)
        width = 250 if match[1] == "-250" else 500
        return Answer(200, poster(COVERS + number, width, width * 3 // 2), "image/png")

    # Webhooks

    def _tell(self, kind: str, film: Film) -> None:
        if not self.webhooks or self._loop is None:
            return
        movie: Json = {
            "id": film.id,
            "title": film.title,
            "year": film.year,
            "folderPath": film.folder,
            "tmdbId": film.tmdb_id,
            "imdbId": film.imdb_id,
            "overview": film.overview,
            "genres": list(film.genres),
            "tags": [self.world.tags[number] for number in film.tags],
        }
        body: Json = {"movie": movie, "eventType": kind, "instanceName": self.name, "applicationUrl": ""}
        if kind == "Download":
            body |= {"movieFile": self.file(film), "isUpgrade": False, "downloadId": ""}
        if kind == "MovieFileDelete":
            body |= {"movieFile": self.file(film), "deleteReason": "manual"}
        if kind == "MovieAdded":
            body |= {"addMethod": "manual"}
        if kind == "MovieDelete":
            body |= {"deletedFiles": True}
        for hook in self.webhooks:
            self._send(hook, body)

    def send_test(self) -> None:
        """Send what the Test button of each webhook sends."""
        movie = {"id": 1, "title": "Test Title", "year": 1970, "folderPath": "C:\\testpath", "tmdbId": 0}
        body: Json = {"movie": movie, "eventType": "Test", "instanceName": self.name, "applicationUrl": ""}
        for hook in self.webhooks:
            self._send(hook, body)

    async def webhooks_sent(self) -> None:
        """Wait until nothing is being sent."""
        await asyncio.gather(*self._tasks)

    def _send(self, hook: Webhook, body: Json) -> None:
        task = asyncio.ensure_future(post(hook, body))
        self.sent.append(body)
        del self.sent[:-500]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_SOURCES = {"web": "webdl", "webRip": "webrip", "television": "tv"}
"""Radarr has other words than Sonarr for where a release is from."""


def _quality(one: Quality) -> Json:
    source = _SOURCES.get(one.source, one.source)
    return {
        "quality": {
            "id": one.id,
            "name": one.name,
            "source": source,
            "resolution": one.resolution,
            "modifier": "none",
        },
        "revision": {"version": 1, "real": 0, "isRepack": False},
    }
