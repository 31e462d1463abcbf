"""A huge Jellyfin and a huge Plex for benchmarks: they list the files of the huge Sonarr, one template an episode."""

import re
from typing import Any

from episodarr.demo.big_http import BigAnswer, BigAsk
from episodarr.demo.big_sonarr import BASE_AT, FILES, SENTINEL, Template, _series
from episodarr.demo.clock import ManualClock
from episodarr.demo.jellyfin_resources import Items, with_fields
from episodarr.demo.model import QUALITIES, Release
from episodarr.demo.plex_resources import Shelf
from episodarr.demo.server import encode
from episodarr.demo.world import World

Json = dict[str, Any]
SECTION = "2"
_JELLYFIN = {
    "LocalAddress": "http://127.0.0.1",
    "ServerName": "big",
    "Version": "10.11.8",
    "ProductName": "Jellyfin Server",
    "Id": "5d0c0f7b6a4e4c0d9b1f3a2e8c7d6e5f",
    "StartupWizardCompleted": True,
}


class BigLibrary:
    """`count` series, numbered from 1 as the huge Sonarr numbers them."""

    def __init__(self, count: int) -> None:
        self.count = count
        world = World(ManualClock(BASE_AT))
        series = _series(world)
        episodes = Template._episodes(world, series)
        release = Release("Show.S01", "NTRX", QUALITIES["WEBDL-1080p"], "seasonPack", 9**10, series.language)
        for episode in episodes[:FILES]:
            world.add_file([episode], release, size=1_400_000_000)
        items = Items(world)
        fields = {"providerids", "path"}
        show = {**with_fields(items.one_series(series), fields), "Id": f"5e{SENTINEL}"}
        held = [one for one in items.episodes(series) if one["LocationType"] != "Virtual"]
        leaves = [
            {**with_fields(one, fields), "Id": f"e{place:03d}a{SENTINEL}", "SeriesId": f"5e{SENTINEL}"}
            for place, one in enumerate(held)
        ]
        shelf = Shelf(world, world.plex, {SECTION: "/media/tv"})
        plex_show = {**shelf.shows(SECTION)[0], "ratingKey": f"5{SENTINEL}"}
        plex_leaves = [
            _left_out({**one, "ratingKey": f"6{SENTINEL}{place:03d}", "grandparentRatingKey": f"5{SENTINEL}"})
            for place, one in enumerate(shelf.episodes(SECTION))
        ]
        self._parts = {
            ("jellyfin", "series"): [_parts(show)],
            ("jellyfin", "episodes"): [_parts(one) for one in leaves],
            ("plex", "series"): [_parts(_left_out(plex_show))],
            ("plex", "episodes"): [_parts(one) for one in plex_leaves],
        }

    def answer(self, ask: BigAsk) -> BigAnswer | None:
        """The answer of either server; None for a path of neither."""
        if ask.path == "/System/Info/Public":
            return BigAnswer(encode(_JELLYFIN))
        if ask.path == "/Items":
            kind = "series" if ask.query.get("includeItemTypes") == "Series" else "episodes"
            start, limit = _number(ask.query.get("startIndex")), _number(ask.query.get("limit"))
            items, total = self._page("jellyfin", kind, start, limit)
            head = encode({"TotalRecordCount": total, "StartIndex": start})[:-1]
            return BigAnswer(head + b',"Items":[' + b",".join(items) + b"]}")
        if ask.path == "/library/sections":
            location = [{"id": 2, "path": "/media/tv"}]
            section = {"key": SECTION, "type": "show", "title": "TV", "Location": location}
            return BigAnswer(encode({"MediaContainer": {"size": 1, "Directory": [section]}}))
        if ask.path == f"/library/sections/{SECTION}/all":
            kind = "series" if ask.query.get("type") == "2" else "episodes"
            start = _number(ask.headers.get("x-plex-container-start"))
            items, total = self._page("plex", kind, start, _number(ask.headers.get("x-plex-container-size")))
            head = encode({"size": len(items), "totalSize": total, "offset": start})[:-1]
            body = b'{"MediaContainer":' + head + b',"Metadata":[' + b",".join(items) + b"]}}"
            return BigAnswer(body, headers={"X-Plex-Protocol": "1.0"})
        return None

    def _page(self, server: str, kind: str, start: int, size: int) -> tuple[list[bytes], int]:
        parts = self._parts[server, kind]
        total = self.count * len(parts)
        places = range(start, min(start + size, total))
        return [str(place // len(parts) + 1).encode().join(parts[place % len(parts)]) for place in places], total


def _left_out(item: Json) -> Json:
    return {name: value for name, value in item.items() if name != "summary"}


def _parts(value: object) -> list[bytes]:
    return encode(value).split(str(SENTINEL).encode())


def _number(value: str | None) -> int:
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value) else 0
