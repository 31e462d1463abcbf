"""The simulated TMDB: API v3 with either kind of key, paged search, /find, and parts that are appended to a show."""

import re
from collections.abc import Callable

from episodarr.demo.metadata import Metadata, MetaShow
from episodarr.demo.metadata_server import MetadataServer
from episodarr.demo.server import Answer, Ask, as_html, as_json
from episodarr.demo.sonarr_resources import Json
from episodarr.demo.tmdb_resources import alternative_titles, card, details, episode, external_ids, season
from episodarr.demo.world import World

API_KEY = "c0ffee5eed0f4d0f9a1de9c1d0de5eed"
READ_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzY29wZXMiOlsiYXBpX3JlYWQiXX0.ZGVtby1vZi1lcGlzb2RhcnI"
PAGE = 20
PARTS = 20
NOT_FOUND = (34, "The resource you requested could not be found.")
INVALID_ID = (6, "Invalid id: The pre-requisite id is invalid or not found.")
"""What it says of some ids in place of the other."""


def _failed(status: int, code: int, message: str) -> Answer:
    return as_json({"success": False, "status_code": code, "status_message": message}, status)


class Tmdb(MetadataServer):
    """TMDB over the world's series and some invented shows."""

    kind = "tmdb"
    too_many = as_json(
        {"status_code": 25, "status_message": "Your request count (#) is over the allowed limit of (40)."}, 429
    )

    def __init__(
        self, world: World, metadata: Metadata | None = None, *, api_key: str = API_KEY, read_token: str = READ_TOKEN
    ) -> None:
        super().__init__(world, metadata)
        self.name = "TMDB"
        self.api_key = api_key
        self.read_token = read_token
        self.not_found = NOT_FOUND
        for path, handler in (
            ("/authentication", lambda _: as_json({"success": True, "status_code": 1, "status_message": "Success."})),
            ("/search/tv", self._search),
            ("/find/{id}", self._find),
            ("/tv/{id}", self._show),
            ("/tv/{id}/season/{season}", self._season),
            ("/tv/{id}/external_ids", lambda ask: self._part(ask, external_ids)),
            ("/tv/{id}/alternative_titles", lambda ask: self._part(ask, alternative_titles)),
        ):
            self.route("GET", f"/3{path}", handler)

    def reply(self, ask: Ask) -> Answer:
        """The answer of the API; anything outside it is a page that is not there."""
        if not ask.path.startswith("/3/"):
            return as_html(status=404)
        bearer = ask.headers.get("Authorization", "").removeprefix("Bearer ")
        if ask.query.get("api_key") != self.api_key and bearer != self.read_token:
            return self.unauthorized()
        handler, _ = self.find(ask)
        return handler(ask) if handler is not None else self._not_found()

    def unauthorized(self) -> Answer:
        """As TMDB says it."""
        return _failed(401, 7, "Invalid API key: You must be granted a valid key.")

    def broken(self) -> Answer:
        """As TMDB says it."""
        return _failed(500, 11, "Internal error: Something went wrong, contact TMDb.")

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002  # whatever it would have said
        """Another application, with an API of its own."""
        return as_json({"appName": "Radarr"}) if ask.path == "/3/authentication" else as_html(status=404)

    def _not_found(self) -> Answer:
        return _failed(404, *self.not_found)

    def _search(self, ask: Ask) -> Answer:
        if "query" not in ask.query:
            return _failed(422, 5, "Invalid parameters: Your request parameters are incorrect.")
        page = ask.number("page") or 1
        if not 1 <= page <= 500:
            return _failed(
                400, 22, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."
            )
        found = self.metadata.search(ask.query["query"])
        if (year := ask.number("first_air_date_year")) is not None:
            found = [one for one in found if one.year == year]
        shown = found[(page - 1) * PAGE : page * PAGE]
        return as_json(
            {
                "page": page,
                "results": [card(one, _language(ask)) for one in shown],
                "total_pages": -(-len(found) // PAGE),
                "total_results": len(found),
            }
        )

    def _find(self, ask: Ask) -> Answer:
        named, kind = ask.groups["id"], ask.query.get("external_source", "")
        if kind not in {"tvdb_id", "imdb_id"}:
            return _failed(400, 5, "Invalid parameters: Your request parameters are incorrect.")
        if kind == "imdb_id" and re.fullmatch(r"tt\d+", named) is None:
            return self._not_found()
        found: Json = {"movie_results": [], "person_results": [], "tv_results": []}
        found |= {"tv_episode_results": [], "tv_season_results": []}
        for one in self.metadata.shows():
            if named == (str(one.tvdb_id) if kind == "tvdb_id" else one.imdb_id):
                found["tv_results"].append({**card(one, _language(ask)), "media_type": "tv"})
            elif kind == "tvdb_id":
                # An episode's id of TVDB is known as well.
                held = [each for each in one.episodes(as_tmdb=True) if str(each.tvdb_id) == named]
                found["tv_episode_results"] += [
                    {**episode(one, each, _language(ask)), "media_type": "tv_episode"} for each in held
                ]
        return as_json(found)

    def _show(self, ask: Ask) -> Answer:
        show = self._of(ask)
        if show is None:
            return self._not_found()
        told = details(show, _language(ask))
        parts = [part for part in ask.query.get("append_to_response", "").split(",") if part]
        if len(parts) > PARTS:
            limit = f"Too many append to response objects: The maximum number of remote calls is {PARTS}."
            return _failed(400, 27, limit)
        for part in parts:
            if part == "external_ids":
                told[part] = external_ids(show)
            elif part == "alternative_titles":
                told[part] = {"results": alternative_titles(show)["results"]}
            elif (match := re.fullmatch(r"season/(\d{1,9})", part)) is not None:
                appended = season(show, int(match[1]), _language(ask))
                if appended is not None:
                    told[part] = appended
        return as_json(told)

    def _season(self, ask: Ask) -> Answer:
        show = self._of(ask)
        number = ask.groups["season"]
        told = season(show, int(number), _language(ask)) if show is not None and number.isdecimal() else None
        return as_json(told) if told is not None else self._not_found()

    def _part(self, ask: Ask, make: Callable[[MetaShow], Json]) -> Answer:
        show = self._of(ask)
        return as_json({"id": show.tmdb_id, **make(show)}) if show is not None else self._not_found()

    def _of(self, ask: Ask) -> MetaShow | None:
        return next((one for one in self.metadata.shows() if str(one.tmdb_id) == ask.groups["id"]), None)


def _language(ask: Ask) -> str:
    """The language alone: the simulated titles do not differ by country."""
    return ask.query.get("language", "en-US").partition("-")[0] or "en"
