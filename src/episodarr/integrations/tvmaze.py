"""TVmaze: shows, seasons and episodes without any key, in the language of the show.

It asks for at most 20 requests in 10 s of one address.
"""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, WrongApp, WrongPath
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind, Rate
from episodarr.histories.metadata import FoundShow, KnownShow, MetadataSource, ShowRef
from episodarr.integrations._http import UNREADABLE, Answer, HttpService
from episodarr.integrations._tvmaze_wire import EPISODES, HITS, SHOW, SOURCE, found_show, known_show
from episodarr.integrations._untrusted import is_id

_REDIRECTS = {301, 302}
_SHOW_PATH = re.compile(r"/shows/(\d{1,10})/?")
_FIRST = 1
"""The show that TVmaze began with: it is asked for to see who answers."""

_anything = msgspec.json.Decoder(Any)


class TVmaze:
    """TVmaze. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(self, name: str, url: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        self.http = HttpService(name, url, session, headers={"Accept": "application/json"})

    async def check(self) -> Checked:
        """Whether TVmaze answers."""
        answer = await self._ask(f"/shows/{_FIRST}")
        told = self.http.decode(answer, _anything) if answer is not None else None
        if not isinstance(told, dict) or told.get("id") != _FIRST or "externals" not in told:
            raise WrongApp(self.http.service, "another application answers there, not TVmaze")
        return Checked("TVmaze", "1", "It needs no key")

    # MetadataSource

    async def search_shows(self, title: str, *, year: int = 0, language: str = "") -> list[FoundShow]:  # noqa: ARG002
        """See MetadataSource. TVmaze takes neither year nor language: it searches names in all languages."""
        answer = await self._ask("/search/shows", {"q": title})
        if answer is None:
            raise WrongPath(self.http.service, "nothing is at /search/shows (HTTP 404)")
        hits = self.http.decode(answer, HITS)
        return [found for hit in hits if (found := found_show(hit.show)) is not None]

    async def show(
        self,
        show_id: int,
        *,
        language: str = "",  # noqa: ARG002  # it knows titles in one language only
        seasons: tuple[int, ...] | None = None,
    ) -> KnownShow | None:
        """See MetadataSource. All regular episodes come with the show, specials with a second call."""
        if not is_id(show_id):
            return None
        specials = seasons is None or 0 in seasons
        embedded = ["seasons", "akas", *(["episodes"] if seasons and not specials else [])]
        answer = await self._ask(f"/shows/{show_id:d}?" + "&".join(f"embed[]={one}" for one in embedded))
        if answer is None:
            return None
        told = self.http.decode(answer, SHOW)
        if told.id != show_id:
            raise Broken(self.http.service, f"asked about show {show_id}, it answered with another one")
        episodes = told.embedded.episodes if told.embedded is not None else None
        if specials:
            listed = await self._ask(f"/shows/{show_id:d}/episodes", {"specials": 1})
            if listed is None:
                return None
            episodes = self.http.decode(listed, EPISODES)
        return known_show(told, episodes, specials=specials)

    async def find_show(self, *, tvdb_id: int = 0, imdb_id: str = "") -> ShowRef | None:
        """See MetadataSource. The id of TVDB is asked for first."""
        for kind, named in (("thetvdb", str(tvdb_id or "")), ("imdb", imdb_id)):
            answer = await self._ask("/lookup/shows", {kind: named}, moved=True) if named else None
            if answer is not None and (found := self._looked_up(answer)):
                return ShowRef(SOURCE, found)
        return None

    def _looked_up(self, answer: Answer) -> int:
        """The id of a show: TVmaze answers with where it is."""
        if answer.status in _REDIRECTS:
            match = _SHOW_PATH.search(answer.headers.get("Location", ""))
            if match is None:
                raise WrongPath(self.http.service, f"it redirects from /lookup/shows (HTTP {answer.status})")
            return int(match[1])
        number = self.http.decode(answer, SHOW).id
        return number if is_id(number) else 0

    async def _ask(
        self, path: str, asked: Mapping[str, str | int] | None = None, *, moved: bool = False
    ) -> Answer | None:
        """The answer; None when TVmaze itself says that there is no such thing. `moved`: it may say where it is."""
        accept = {404, *(_REDIRECTS if moved else ())}
        answer = await self.http.ask("GET", path, params=asked, accept=accept, bulk=True)
        if answer.status != 404:
            return answer
        if not self._is_own(answer):
            where = path.partition("?")[0]
            raise WrongPath(self.http.service, f"nothing is at {where} (HTTP 404), and it is not TVmaze that says so")
        return None

    @staticmethod
    def _is_own(answer: Answer) -> bool:
        """Whether a "not found" is TVmaze's: null, or an object with its name and status."""
        try:
            told = _anything.decode(answer.body)
        except UNREADABLE:
            return False
        return told is None or (isinstance(told, dict) and (told.get("name"), told.get("status")) == ("Not Found", 404))


def _connect(connection: Connection, session: Any) -> TVmaze:
    return TVmaze(connection.name or "TVmaze", connection.url, session)


INTEGRATION = Integration(
    kind="tvmaze",
    label="TVmaze",
    purpose="Seasons and episodes for viewing histories, without any key.",
    fields=(
        Field(
            "url",
            "Address",
            FieldKind.URL,
            example="https://api.tvmaze.com",
            default="https://api.tvmaze.com",
        ),
    ),
    ports=(MetadataSource,),
    connect=_connect,
    check=TVmaze.check,
    # A little less than TVmaze allows: others may ask from the same address.
    rate=Rate(18, 10),
    order=85,
)
