"""TMDB, API v3: shows with their titles in many languages, seasons and episodes.

A v4 read token (a JWT) travels in a header, and so does whatever does not look like a v3 key. That one TMDB takes in
the query only; it is never part of a message.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind, Rate
from episodarr.histories.metadata import FoundShow, KnownShow, MetadataSource, ShowRef
from episodarr.integrations._http import UNREADABLE, Answer, HttpService
from episodarr.integrations._tmdb_wire import (
    DETAILS,
    FOUND_BY_ID,
    PAGE,
    PARTS,
    SEASON,
    SOURCE,
    Season,
    found_show,
    known_show,
)
from episodarr.integrations._untrusted import is_id

T = TypeVar("T")

_PARTS = 20
"""What one call may append."""
_ALWAYS = ("external_ids", "alternative_titles")
_FIRST_SEASONS = tuple(range(_PARTS - len(_ALWAYS)))
"""Asked for along with a show of which nothing is known: a season that it does not have is just left out."""
_USUAL = "en"
"""The language of answers when none is asked for."""
_NOT_FOUND = {6, 34}
"""TMDB's own codes of HTTP 404: an id that cannot be one, and a thing that is not there."""
_V3_KEY = re.compile(r"[0-9a-fA-F]{32}")
_KEY_FIX = "Copy the API key or the API Read Access Token again from themoviedb.org: Settings > API."

_anything = msgspec.json.Decoder(Any)


class Tmdb:
    """TMDB. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip().removeprefix("Bearer ").strip()  # as TMDB's own examples show the token
        is_v3 = _V3_KEY.fullmatch(key) is not None
        self._key: dict[str, str | int] = {"api_key": key} if is_v3 else {}
        headers = {"Accept": "application/json"} | ({} if is_v3 else {"Authorization": f"Bearer {key}"})
        address = url.strip().rstrip("/").removesuffix("/3")
        self.http = HttpService(name, address, session, headers=headers, secrets=[key])

    async def check(self) -> Checked:
        """Whether TMDB answers and takes the key."""
        answer = await self._ask("/3/authentication")
        told = self.http.decode(answer, _anything) if answer is not None else None
        if not isinstance(told, dict) or told.get("success") is not True or "status_code" not in told:
            raise WrongApp(self.http.service, "another application answers there, not TMDB")
        return Checked("TMDB", "3", "It takes the key")

    # MetadataSource

    async def search_shows(self, title: str, *, year: int = 0, language: str = "") -> list[FoundShow]:
        """See MetadataSource. A year that finds nothing is left out: it may be that of another season."""
        asked: dict[str, str | int] = {"query": title, "include_adult": "false", "page": 1}
        asked |= {"language": language} if language else {}
        for narrowed in ({"first_air_date_year": year}, {}) if year else ({},):
            page = self.http.decode(await self._surely("/3/search/tv", asked | narrowed), PAGE)
            found = [one for told in page.results if (one := found_show(told)) is not None]
            if found:
                return found
        return []

    async def show(
        self, show_id: int, *, language: str = "", seasons: tuple[int, ...] | None = None
    ) -> KnownShow | None:
        """See MetadataSource. Up to 18 seasons come with the first call, 20 with each further one."""
        if not is_id(show_id):
            return None
        first = _FIRST_SEASONS if seasons is None else seasons[: len(_FIRST_SEASONS)]
        answer = await self._show_with(show_id, [*_ALWAYS, *map(_part, first)], language)
        if answer is None:
            return None
        details = self.http.decode(answer, DETAILS)
        if details.id != show_id:
            raise Broken(self.http.service, f"asked about show {show_id}, it answered with another one")
        # Of a show of which all is wanted, the numbers are known only now; some have years as their numbers.
        numbers = {one.season_number for one in details.seasons if one.season_number >= 0}
        rest = sorted(numbers - {*first}) if seasons is None else [*seasons[len(_FIRST_SEASONS) :]]
        read = self._seasons_in(answer) | await self._further(show_id, rest, language)
        asked = {*first, *rest}
        lists: list[Mapping[int, Season]] = [read]
        original = details.original_language or ""
        if read and original and original != (language.partition("-")[0] or _USUAL):
            lists.append(await self._further(show_id, sorted(read), original))
        return known_show(details, lists, asked)

    async def find_show(self, *, tvdb_id: int = 0, imdb_id: str = "") -> ShowRef | None:
        """See MetadataSource. The id of TVDB is asked for first."""
        for named, kind in ((str(tvdb_id or ""), "tvdb_id"), (imdb_id, "imdb_id")):
            if not re.fullmatch(r"\w+", named, re.ASCII):
                continue
            answer = await self._ask(f"/3/find/{named}", {"external_source": kind})
            if answer is None:
                continue
            found = self.http.decode(answer, FOUND_BY_ID).tv_results
            if found and is_id(found[0].id):
                return ShowRef(SOURCE, found[0].id)
        return None

    # Calls

    async def _further(self, show_id: int, seasons: Sequence[int], language: str) -> dict[int, Season]:
        """The lists of seasons, 20 a call."""
        found: dict[int, Season] = {}
        for start in range(0, len(seasons), _PARTS):
            parts = [*map(_part, seasons[start : start + _PARTS])]
            answer = await self._show_with(show_id, parts, language)
            if answer is None:
                raise Broken(self.http.service, f"show {show_id} was removed while it was read")
            found |= self._seasons_in(answer)
        return found

    async def _show_with(self, show_id: int, parts: Sequence[str], language: str) -> Answer | None:
        asked = {"append_to_response": ",".join(parts)} | ({"language": language} if language else {})
        return await self._ask(f"/3/tv/{show_id:d}", asked, bulk=True)

    def _seasons_in(self, answer: Answer) -> dict[int, Season]:
        """The appended seasons: their members are literally called `season/1`."""
        parts = self.http.decode(answer, PARTS)
        found: dict[int, Season] = {}
        for name, part in parts.items():
            kind, _, number = name.partition("/")
            if kind == "season" and number.isascii() and number.isdecimal() and len(number) < 10:
                found[int(number)] = self.http.decode(msgspec.structs.replace(answer, body=bytes(part)), SEASON)
        return found

    async def _surely(self, path: str, asked: Mapping[str, str | int]) -> Answer:
        answer = await self._ask(path, asked)
        if answer is None:
            raise WrongPath(self.http.service, f"nothing is at {path} (HTTP 404)")
        return answer

    async def _ask(
        self, path: str, asked: Mapping[str, str | int] | None = None, *, bulk: bool = False
    ) -> Answer | None:
        """The answer; None when TMDB itself says that there is no such thing."""
        params = {**(asked or {}), **self._key}
        answer = await self.http.ask("GET", path, params=params, bulk=bulk, accept={401, 404})
        if answer.status == 401:
            raise Refused(self.http.service, "it refuses the key (HTTP 401)", fix=_KEY_FIX)
        if answer.status == 404:
            if self._status_code(answer) not in _NOT_FOUND:
                raise WrongPath(self.http.service, f"nothing is at {path} (HTTP 404), and it is not TMDB that says so")
            return None
        return answer

    @staticmethod
    def _status_code(answer: Answer) -> int:
        try:
            told = _anything.decode(answer.body)
        except UNREADABLE:
            return 0
        code = told.get("status_code") if isinstance(told, dict) else None
        return code if isinstance(code, int) else 0


def _part(season: int) -> str:
    return f"season/{season:d}"


def _connect(connection: Connection, session: Any) -> Tmdb:
    return Tmdb(connection.name or "TMDB", connection.url, connection.settings.get("api_key", ""), session)


INTEGRATION = Integration(
    kind="tmdb",
    label="TMDB",
    purpose="Seasons, episodes and titles in many languages, for viewing histories. Needs a free key.",
    fields=(
        Field(
            "url",
            "Address",
            FieldKind.URL,
            example="https://api.themoviedb.org",
            default="https://api.themoviedb.org",
        ),
        Field(
            "api_key",
            "API key",
            FieldKind.SECRET,
            help="themoviedb.org: Settings > API. The API key or the API Read Access Token.",
        ),
    ),
    ports=(MetadataSource,),
    connect=_connect,
    check=Tmdb.check,
    rate=Rate(40, 10),
    order=80,
)
