"""The simulated Seerr 3 (or Jellyseerr 2, or Overseerr 1): requests, decisions, titles, scans, webhooks."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from episodarr.demo.model import Series
from episodarr.demo.seerr_desk import (
    APPROVED,
    ASKED,
    AVAILABLE,
    DECLINED,
    DELETED,
    PARTIAL,
    PENDING,
    PROCESSING,
    UNKNOWN,
    Media,
    Refusal,
    Request,
    User,
)
from episodarr.demo.seerr_queries import NUMBERS, WORDS, check_query, passes
from episodarr.demo.seerr_resources import Json, Resources
from episodarr.demo.seerr_webhooks import payload, post
from episodarr.demo.server import Answer, Ask, Server, as_html, as_json
from episodarr.demo.world import World

API_KEY = "5ee44000c0ffee5eed00000000000031"
ProductName = Literal["Seerr", "Jellyseerr", "Overseerr"]
VERSIONS: dict[ProductName, str] = {"Seerr": "3.1.0", "Jellyseerr": "2.7.3", "Overseerr": "1.34.0"}
API = "/api/v1"

_FILTERS = ("all", "approved", "available", "pending", "processing", "unavailable", "failed")
_JOBS = (
    ("jellyfin-recently-added-scan", "Jellyfin Recently Added Scan"),
    ("jellyfin-full-scan", "Jellyfin Full Library Scan"),
    ("radarr-scan", "Radarr Scan"),
    ("sonarr-scan", "Sonarr Scan"),
    ("availability-sync", "Media Availability Sync"),
)


class _Forbidden(Exception):
    """The user has not the right."""


class Seerr(Server):
    """Seerr over the world's request desk."""

    kind = "seerr"

    def __init__(self, world: World, *, api_key: str = API_KEY, product: ProductName = "Seerr") -> None:
        super().__init__(world)
        self.api_key = api_key
        self.product = product
        self.initialized = True
        self.webhooks: list[str] = []
        self.sent: list[Json] = []
        self.desk = world.requests
        self.desk.listeners.append(self._tell)
        self._resources = Resources(
            self.desk,
            overseerr=product == "Overseerr",
            series_of=world.series.get,
            service_url=self._service_url,
        )
        routes: tuple[tuple[str, str, Callable[[Ask], Answer]], ...] = (
            ("GET", "/auth/me", self._me),
            ("GET", "/request", self._list),
            ("GET", "/request/count", self._count),
            ("GET", "/request/{id}", self._one),
            ("DELETE", "/request/{id}", self._delete),
            ("POST", "/request", self._ask),
            ("POST", "/request/{id}/{verb}", self._decide),
            ("GET", "/tv/{id}", self._show),
            ("GET", "/tv/{id}/season/{number}", self._season),
            ("GET", "/movie/{id}", self._movie),
            ("GET", "/media", self._media),
            ("DELETE", "/media/{id}", self._delete_media),
            ("DELETE", "/media/{id}/file", self._delete_file),
            ("POST", "/media/{id}/{status}", self._set_media),
            ("GET", "/settings/jobs", self._jobs),
            ("POST", "/settings/jobs/{id}/run", self._run),
            ("GET", "/service/sonarr", self._sonarrs),
            ("GET", "/user", self._users),
        )
        for method, path, handler in routes:
            self.route(method, API + path, handler)

    def _service_url(self, series: Series) -> str:
        sonarr = self.siblings.get("sonarr")
        return f"{sonarr.url if sonarr else 'http://sonarr:8989'}/series/{series.slug}"

    # Who asks

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API; pages for everything else."""
        path = ask.path.rstrip("/")
        if path == f"{API}/status":
            return as_json(
                {
                    "version": VERSIONS[self.product],
                    "commitTag": "$GIT_SHA",
                    "updateAvailable": False,
                    "commitsBehind": 0,
                    "restartRequired": False,
                }
            )
        if path == f"{API}/settings/public":
            return as_json(self._public())
        if not path.startswith(API):
            return as_html(b"<!doctype html><html><head><title>Seerr</title></head><body></body></html>")
        handler, _ = self.find(ask)
        if handler is None:
            return as_json({"message": "not found", "errors": [{"path": path, "message": "not found"}]}, 404)
        if "X-Api-Key" not in ask.headers:
            message = "cookie 'connect.sid' required"
            return as_json({"message": message, "errors": [{"path": path, "message": message}]}, 401)
        if ask.headers["X-Api-Key"] != self.api_key:
            return self.unauthorized()
        try:
            return handler(ask)
        except _Forbidden:
            return self.unauthorized()
        except Refusal as refusal:
            return as_json({"message": str(refusal)}, refusal.status)

    def _public(self) -> Json:
        made: Json = {
            "initialized": self.initialized,
            "applicationTitle": self.product,
            "applicationUrl": "",
            "hideAvailable": False,
            "localLogin": True,
            "movie4kEnabled": False,
            "series4kEnabled": False,
            "region": "",
            "originalLanguage": "",
            "partialRequestsEnabled": True,
            "cacheImages": False,
            "vapidPublic": "",
            "enablePushRegistration": False,
            "locale": "en",
            "emailEnabled": False,
            "newPlexLogin": True,
        }
        return made if self.product == "Overseerr" else made | {"mediaServerType": 2, "enableSpecialEpisodes": True}

    def unauthorized(self) -> Answer:
        """Its word to a wrong key, and to a user without the right."""
        return as_json({"status": 403, "error": "You do not have permission to access this endpoint"}, 403)

    def broken(self) -> Answer:
        """Its word when something failed."""
        return as_json({"message": "Unable to retrieve requests."}, 500)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002
        """Ombi sits on this port: it knows a status, too, and serves its page for everything else."""
        return as_json(200) if ask.path == f"{API}/status" else as_html()

    def _user(self, ask: Ask) -> User:
        wanted = ask.headers.get("X-API-User", "1")
        return next((one for one in self.desk.users if str(one.id) == wanted), self.desk.users[0])

    def _for_admins(self, ask: Ask) -> None:
        if not self._user(ask).admin:
            raise _Forbidden

    # Reading

    def _me(self, ask: Ask) -> Answer:
        return as_json({**self._resources.user(self._user(ask)), "settings": None})

    def _list(self, ask: Ask) -> Answer:
        more = (
            {}
            if self.product == "Overseerr"
            else {"sortDirection": ("asc", "desc"), "mediaType": ("movie", "tv", "all")}
        )
        filters = _FILTERS if self.product == "Overseerr" else (*_FILTERS, "deleted", "completed")
        check_query(
            ask, take=NUMBERS, skip=NUMBERS, filter=filters, sort=("added", "modified"), requestedBy=NUMBERS, **more
        )
        user = self._user(ask)
        found = [one for one in self.desk.latest() if user.admin or one.user.id == user.id]
        wanted = ask.number("requestedBy")
        if wanted is not None:
            found = [one for one in found if one.user.id == wanted]
        if ask.query.get("mediaType", "all") != "all":
            found = [one for one in found if one.media.kind == ask.query["mediaType"]]
        found = [one for one in found if passes(one, ask.query.get("filter", "all"))]
        if ask.query.get("sort") == "modified":
            found.sort(key=lambda one: (one.updated_at, one.id), reverse=True)
        if ask.query.get("sortDirection") == "asc":
            found.reverse()
        errors: Json = {} if self.product == "Overseerr" else {"serviceErrors": {"radarr": [], "sonarr": []}}
        return self._page(ask, [self._resources.request(one, listed=True) for one in found], 10, errors)

    @staticmethod
    def _page(ask: Ask, found: list[Json], default: int, more: Json | None = None) -> Answer:
        take, skip = ask.number("take") or default, ask.number("skip") or 0
        info = {"pages": -(-len(found) // take), "pageSize": take, "results": len(found), "page": skip // take + 1}
        return as_json({"pageInfo": info, "results": found[skip : skip + take], **(more or {})})

    def _count(self, ask: Ask) -> Answer:  # noqa: ARG002
        held = [*self.desk.requests.values()]
        counts = {
            "total": len(held),
            "movie": sum(1 for one in held if one.media.kind == "movie"),
            "tv": sum(1 for one in held if one.media.kind == "tv"),
            "pending": sum(1 for one in held if one.status == ASKED),
            "approved": sum(1 for one in held if one.status == APPROVED),
            "declined": sum(1 for one in held if one.status == DECLINED),
            "processing": sum(1 for one in held if passes(one, "processing")),
            "available": sum(1 for one in held if passes(one, "available")),
        }
        return as_json(counts if self.product == "Overseerr" else counts | {"completed": 0})

    def _request_of(self, ask: Ask) -> Request:
        found = self.desk.requests.get(_whole(ask.groups["id"]))
        if found is None:
            raise Refusal(404, "Request not found.")
        return found

    def _one(self, ask: Ask) -> Answer:
        return as_json(self._resources.request(self._request_of(ask), seasons_of_media=True))

    def _show(self, ask: Ask) -> Answer:
        check_query(ask, language=WORDS)
        title = self.desk.title_of(_whole(ask.groups["id"]))
        if title is None:
            raise Refusal(500, "Unable to retrieve series.")
        return as_json(self._resources.show(title, self.desk.media_of("tv", title.tmdb_id)))

    def _movie(self, ask: Ask) -> Answer:
        check_query(ask, language=WORDS)
        film = next((one for one in self.world.films.all.values() if one.tmdb_id == _whole(ask.groups["id"])), None)
        if film is None:
            raise Refusal(500, "Unable to retrieve movie.")
        return as_json(self._resources.movie(film, self.desk.media_of("movie", film.tmdb_id)))

    def _season(self, ask: Ask) -> Answer:
        title, number = self.desk.title_of(_whole(ask.groups["id"])), _whole(ask.groups["number"])
        if title is None or number not in title.seasons:
            raise Refusal(500, "Unable to retrieve season.")
        return as_json(self._resources.season(title, number))

    def _media(self, ask: Ask) -> Answer:
        filters = ("all", "available", "partial", "allavailable", "processing", "pending", "deleted")
        check_query(ask, take=NUMBERS, skip=NUMBERS, filter=filters, sort=("added", "modified", "mediaAdded"))
        wanted = {
            "available": {AVAILABLE},
            "partial": {PARTIAL},
            "allavailable": {PARTIAL, AVAILABLE},
            "processing": {PROCESSING},
            "pending": {PENDING},
            "deleted": {DELETED},
        }.get(ask.query.get("filter", ""))
        found = [one for one in self.desk.media.values() if wanted is None or one.status in wanted]
        listed = [self._resources.media_with_seasons(one) for one in sorted(found, key=lambda one: -one.id)]
        return self._page(ask, listed, 20)

    def _users(self, ask: Ask) -> Answer:
        self._for_admins(ask)
        return self._page(ask, [self._resources.user(one) for one in self.desk.users], 10)

    def _sonarrs(self, ask: Ask) -> Answer:  # noqa: ARG002
        sonarr = {"id": 0, "name": "Sonarr", "is4k": False, "isDefault": True, "activeDirectory": self.world.roots[0]}
        anime = {"activeAnimeProfileId": 1, "activeAnimeDirectory": self.world.roots[1]}
        return as_json([sonarr | {"activeProfileId": 1, "activeTags": []} | anime])

    # Doing

    def _ask(self, ask: Ask) -> Answer:
        wish, user = ask.json(), self._user(ask)
        tmdb_id = wish.get("mediaId")
        if wish.get("mediaType") not in {"tv", "movie"} or not isinstance(tmdb_id, int):
            raise Refusal(400, "request.body should have required property 'mediaType'")
        if wish["mediaType"] == "movie":
            return as_json(self._resources.request(self.desk.ask_for_film(user, tmdb_id)), 201)
        seasons = wish.get("seasons")
        if seasons is None:
            raise Refusal(500, "Cannot read properties of undefined (reading 'filter')")
        made = self.desk.ask(user, tmdb_id, seasons, is_4k=bool(wish.get("is4k")))
        return as_json(self._resources.request(made), 201)

    def _decide(self, ask: Ask) -> Answer:
        self._for_admins(ask)
        request, user = self._request_of(ask), self._user(ask)
        match ask.groups["verb"]:
            case "approve":
                self.desk.approve(request, user)
            case "decline":
                self.desk.decline(request, user)
            case "retry":
                self.desk.retry(request, user)
            case "pending":
                self.desk.put_back(request, user)
            case verb:
                raise Refusal(404, f"not found: {verb}")
        return as_json(self._resources.request(request))

    def _delete(self, ask: Ask) -> Answer:
        request, user = self._request_of(ask), self._user(ask)
        if not user.admin and (request.user.id != user.id or request.status != ASKED):
            raise Refusal(401, "You do not have permission to delete this request.")
        self.desk.delete(request)
        return Answer(204)

    def _media_row(self, ask: Ask) -> Media:
        self._for_admins(ask)
        found = self.desk.media.get(_whole(ask.groups["id"]))
        if found is None:
            raise Refusal(404, "Media not found")
        return found

    def _delete_media(self, ask: Ask) -> Answer:
        self.desk.delete_media(self._media_row(ask))
        return Answer(204)

    def _delete_file(self, ask: Ask) -> Answer:
        media = self._media_row(ask)
        series = self.world.series.get(media.series_id or 0)
        if series is None:
            raise Refusal(404, "Media not found")
        self.world.commands.delete_series(series, delete_files=True)
        return Answer(204)

    def _set_media(self, ask: Ask) -> Answer:
        media, word = self._media_row(ask), ask.groups["status"]
        statuses = {
            "available": AVAILABLE,
            "partial": PARTIAL,
            "processing": PROCESSING,
            "pending": PENDING,
            "unknown": UNKNOWN,
        }
        if word not in statuses or (word == "partial" and media.kind == "movie"):
            raise Refusal(400, "Only series can be set to be partially available")
        media.status, media.updated_at = statuses[word], self.world.now
        for season in ask.json().get("seasons") or [] if word == "available" else []:
            media.seasons[int(season["seasonNumber"])] = AVAILABLE
        return as_json(self._resources.media_with_seasons(media))

    def _job(self, number: str, name: str) -> Json:
        later = "2026-12-01T05:00:00.000+00:00"
        return {"id": number, "name": name, "type": "process", "interval": "fixed", "nextExecutionTime": later} | {
            "running": False
        }

    def _jobs(self, ask: Ask) -> Answer:
        self._for_admins(ask)
        return as_json([self._job(*one) for one in _JOBS])

    def _run(self, ask: Ask) -> Answer:
        self._for_admins(ask)
        found = next((one for one in _JOBS if one[0] == ask.groups["id"]), None)
        if found is None:
            raise Refusal(404, "Job not found.")
        self.desk.scan()
        return as_json(self._job(*found))

    # Webhooks

    def _tell(self, kind: str, request: Request) -> None:
        """Tell the receivers, with the template that comes with it."""
        if not self.webhooks or self._loop is None:
            return
        body = payload(kind, request, self.desk.title_of(request.media.tmdb_id))
        self.sent.append(body)
        del self.sent[:-200]
        for url in self.webhooks:
            task = asyncio.ensure_future(post(url, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def webhooks_sent(self) -> None:
        """Wait until nothing is being sent."""
        await asyncio.gather(*self._tasks)

    def steer_more(self, path: str, wish: dict[str, Any]) -> Answer:
        """`/_demo/webhook {url}` adds a receiver."""
        if path == "/_demo/webhook" and isinstance(wish.get("url"), str):
            self.webhooks.append(wish["url"])
            return as_json({"webhooks": len(self.webhooks)})
        return super().steer_more(path, wish)


def _whole(part: str) -> int:
    return int(part) if part.isascii() and part.isdecimal() and len(part) < 19 else 0
