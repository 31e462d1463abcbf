"""The simulated TVmaze: no key, redirects of /lookup, embedded lists, and specials without numbers."""

from datetime import date

from episodarr.demo.metadata import Metadata, MetaEpisode, MetaShow
from episodarr.demo.metadata_server import MetadataServer
from episodarr.demo.server import Answer, Ask, as_html, as_json
from episodarr.demo.sonarr_resources import Json
from episodarr.demo.world import World

RESULTS = 10
_LANGUAGES = {"en": "English", "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "de": "German", "es": "Spanish"}
_COUNTRIES = {"US": "United States", "GB": "United Kingdom", "JP": "Japan", "DE": "Germany", "ES": "Spain"}


class TVmaze(MetadataServer):
    """TVmaze over the world's series and some invented shows."""

    kind = "tvmaze"

    def __init__(self, world: World, metadata: Metadata | None = None) -> None:
        super().__init__(world, metadata)
        self.name = "TVmaze"
        for path, handler in (
            ("/search/shows", self._search),
            ("/lookup/shows", self._lookup),
            ("/shows/{id}", self._show),
            ("/shows/{id}/episodes", self._episodes),
            ("/shows/{id}/seasons", self._seasons),
            ("/shows/{id}/akas", self._akas),
        ):
            self.route("GET", path, handler)

    def reply(self, ask: Ask) -> Answer:
        """The answer of the API; anything outside it is a page that is not there."""
        handler, _ = self.find(ask)
        return handler(ask) if handler is not None else as_html(status=404)

    def broken(self) -> Answer:
        """As TVmaze says it."""
        return as_json({"name": "Internal Server Error", "message": "", "code": 0, "status": 500}, 500)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002  # whatever it would have said
        """Another application, which happens to list shows."""
        return as_json({"id": 1, "title": "Something"}) if ask.path == "/shows/1" else as_html(status=404)

    @staticmethod
    def _not_found() -> Answer:
        return as_json({"name": "Not Found", "message": "", "code": 0, "status": 404}, 404)

    def _search(self, ask: Ask) -> Answer:
        found = self.metadata.search(ask.query.get("q", ""))[:RESULTS]
        return as_json([{"score": round(1 - 0.05 * place, 2), "show": show(one)} for place, one in enumerate(found)])

    def _lookup(self, ask: Ask) -> Answer:
        for one in self.metadata.shows():
            if ask.query.get("thetvdb") == str(one.tvdb_id) or ask.query.get("imdb") == one.imdb_id:
                return Answer(301, b"", headers={"Location": f"{self.url}/shows/{one.tvmaze_id}"})
        return self._not_found()

    def _show(self, ask: Ask) -> Answer:
        found = self._of(ask)
        if found is None:
            return self._not_found()
        told = show(found)
        wanted = [*ask.query.getall("embed[]", []), *ask.query.getall("embed", [])]
        lists = {
            "episodes": [episode(one) for one in found.episodes() if one.season > 0],
            "seasons": seasons(found),
            "akas": akas(found),
        }
        embedded = {name: lists[name] for name in wanted if name in lists}
        return as_json(told | ({"_embedded": embedded} if embedded else {}))

    def _episodes(self, ask: Ask) -> Answer:
        found = self._of(ask)
        if found is None:
            return self._not_found()
        held = found.episodes()
        if not ask.query.get("specials"):
            return as_json([episode(one) for one in held if one.season > 0])
        # All in the order in which they aired, specials between the others.
        held.sort(key=lambda one: (one.air or date.max, one.season == 0, one.season, one.number))
        return as_json([episode(one, _season_at(found, one)) for one in held])

    def _seasons(self, ask: Ask) -> Answer:
        found = self._of(ask)
        return as_json(seasons(found)) if found is not None else self._not_found()

    def _akas(self, ask: Ask) -> Answer:
        found = self._of(ask)
        return as_json(akas(found)) if found is not None else self._not_found()

    def _of(self, ask: Ask) -> MetaShow | None:
        return next((one for one in self.metadata.shows() if str(one.tvmaze_id) == ask.groups["id"]), None)


def show(one: MetaShow) -> Json:
    """A show."""
    aired = [each.air for each in one.episodes() if each.air is not None and each.season > 0]
    address = f"https://www.tvmaze.com/shows/{one.tvmaze_id}"
    country = {"name": _COUNTRIES.get(one.country, one.country), "code": one.country, "timezone": "Etc/UTC"}
    image = {"medium": f"{address}/medium.jpg", "original": f"{address}/original.jpg"}
    return {
        "id": one.tvmaze_id,
        "url": address,
        "name": one.title,
        "type": "Animation" if "Anime" in one.genres else "Scripted",
        "language": _LANGUAGES.get(one.language, "English"),
        "genres": list(one.genres),
        "status": "Ended" if one.ended else "Running",
        "runtime": 45,
        "averageRuntime": 45,
        "premiered": min(aired).isoformat() if aired else None,
        "ended": max(aired).isoformat() if one.ended and aired else None,
        "officialSite": None,
        "schedule": {"time": "20:00", "days": ["Friday"]},
        "rating": {"average": 7.9},
        "weight": 90,
        "network": {"id": 1, "name": one.network, "country": country, "officialSite": None},
        "webChannel": None,
        "dvdCountry": None,
        "externals": {"tvrage": None, "thetvdb": one.tvdb_id, "imdb": one.imdb_id},
        "image": image,
        "summary": f"<p>{one.overview}</p>" if one.overview else None,
        "updated": 1_760_000_000,
        "_links": {"self": {"href": f"https://api.tvmaze.com/shows/{one.tvmaze_id}"}},
    }


def episode(one: MetaEpisode, season: int | None = None) -> Json:
    """An episode; a special has no number, and the `season` in which it aired."""
    special = one.season == 0
    return {
        "id": one.id,
        "url": f"https://www.tvmaze.com/episodes/{one.id}",
        "name": one.titles["en"],
        "season": season if season is not None else one.season,
        "number": None if special else one.number,
        "type": "significant_special" if special else "regular",
        "airdate": one.air.isoformat() if one.air is not None else "",
        "airtime": "20:00" if one.air is not None else "",
        "airstamp": f"{one.air.isoformat()}T20:00:00+00:00" if one.air is not None else None,
        "runtime": one.runtime,
        "rating": {"average": None},
        "image": None,
        "summary": None,
        "_links": {"self": {"href": f"https://api.tvmaze.com/episodes/{one.id}"}},
    }


def seasons(one: MetaShow) -> list[Json]:
    """Its seasons; their names are mostly empty."""
    episodes = [each for each in one.episodes() if each.season > 0]
    return [
        {
            "id": one.tvmaze_id * 1_000 + number % 1_000,
            "url": f"https://www.tvmaze.com/seasons/{one.tvmaze_id}{number}",
            "number": number,
            "name": one.season_names.get(number, ""),
            "episodeOrder": sum(each.season == number for each in episodes),
            "premiereDate": None,
            "endDate": None,
            "network": None,
            "webChannel": None,
            "image": None,
            "summary": None,
        }
        for number in sorted({each.season for each in episodes})
    ]


def akas(one: MetaShow) -> list[Json]:
    """Its other names."""
    names = dict.fromkeys(name for name in one.all_names if name != one.title)
    return [{"name": name, "country": None} for name in names]


def _season_at(show_of: MetaShow, special: MetaEpisode) -> int:
    if special.season > 0:
        return special.season
    aired = [
        one.season
        for one in show_of.episodes()
        if one.season > 0 and one.air and special.air and one.air <= special.air
    ]
    return max(aired, default=1)
