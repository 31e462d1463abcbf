"""How a Plex Media Server is asked, and how its answers are told from those of anything else that may answer there."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.model import Checked
from episodarr.integrations._http import Answer, HttpService
from episodarr.integrations._paging import DoesNotAddUp, Pages
from episodarr.integrations._plex_wire import Container, Item, Section, Wrapped, container

_CLIENT = "episodarr"
_KEY = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)

Asked = Mapping[str, str | int]
AnyItem = TypeVar("AnyItem", bound=Item)


class PlexServer:
    """One Plex Media Server, on which the parts of the Plex client build."""

    def __init__(self, name: str, url: str, token: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = token.strip()
        self.http = HttpService(
            name,
            url,
            session,
            headers={
                "X-Plex-Token": key,
                "X-Plex-Client-Identifier": _CLIENT,
                "X-Plex-Product": "Episodarr",
                "Accept": "application/json",
            },
            secrets=[key],
        )

    async def check(self) -> Checked:
        """Whether a Plex Media Server answers, takes the token, and how many TV libraries it shows us."""
        await self._plex()
        server = self._container(await self._get("/"))
        shown = [section for section in await self._sections() if section.type == "show"]
        name = self.http.redacted(server.friendly_name or "")
        libraries = f"{len(shown)} TV librar{'y' if len(shown) == 1 else 'ies'}"
        return Checked("Plex", self.http.redacted(server.version or ""), f"{name}: {libraries}" if name else libraries)

    async def _plex(self) -> str:
        """Which server it is, once a Plex has answered. The question needs no token, and nothing else is shown it."""
        answer = await self.http.ask("GET", "/identity", headers={"X-Plex-Token": ""}, accept={200, 401, 404})
        if answer.status == 401:
            asks = "it asks for a sign-in where Plex asks for none: another application, or a proxy in front?"
            raise Refused(self.http.service, asks, fix=WrongPath.fix)
        is_plex = "X-Plex-Protocol" in answer.headers
        if answer.status == 404 and not is_plex:
            if "kestrel" in answer.headers.get("Server", "").lower():
                raise WrongApp(self.http.service, "another application answers there (Jellyfin, Sonarr?), not Plex")
            raise WrongPath(self.http.service, "no Plex is at this address (HTTP 404)")
        self._no_page(answer)
        other = WrongApp(self.http.service, "another application answers there, not Plex")
        if answer.body and not answer.is_json:
            raise other
        whole: Wrapped = self.http.decode(answer, container)
        if whole.content is None or not whole.content.machine_identifier:
            raise other
        return whole.content.machine_identifier

    async def _sections(self) -> list[Section]:
        told = self._container(await self._get("/library/sections"))
        found = told.directory
        if told.size != len(found) and (told.size is not None or not found):
            raise Broken(self.http.service, "the list of its libraries does not add up")
        if not all(is_key(section.key) for section in found):
            raise Broken(self.http.service, "a library has an id that is none")
        return found

    def _page(
        self, pages: Pages[AnyItem], answer: Answer, decoder: msgspec.json.Decoder[Any] = container
    ) -> list[AnyItem]:
        page: Any = self._container(answer, decoder)
        if not all(is_key(item.rating_key) for item in page.metadata):
            raise Broken(self.http.service, "an item has an id that is none")
        if page.size is not None and page.size != len(page.metadata):
            raise DoesNotAddUp
        total = page.total_size
        if total is None:  # a server that knows no pages sends everything at once, and counts that
            told = answer.headers.get("X-Plex-Container-Total-Size", "")
            total = int(told) if told.isascii() and told.isdigit() else page.size
        return pages.take(page.metadata, total)

    async def _get(self, path: str, asked: Asked | None = None, window: tuple[int, int] | None = None) -> Answer:
        """An answer in JSON. `window`: first item and most items of a page."""
        answer = await self._ask(path, asked, window, {200})
        self._no_page(answer)
        return answer

    async def _find(self, path: str, asked: Asked, window: tuple[int, int] | None = None) -> Answer | None:
        """The same about an item; None when Plex does not know it."""
        answer = await self._ask(path, asked, window, {200, 404})
        if answer.status == 404:
            if "X-Plex-Protocol" not in answer.headers:  # perhaps a proxy's: Plex itself is asked whether it is there
                await self._plex()
            return None
        self._no_page(answer)
        return answer

    async def _ask(self, path: str, asked: Asked | None, window: tuple[int, int] | None, accept: set[int]) -> Answer:
        headers = {}
        if window is not None:
            headers = {"X-Plex-Container-Start": str(window[0]), "X-Plex-Container-Size": str(window[1])}
        bulk = window is not None
        return await self.http.ask("GET", path, params=asked, headers=headers, bulk=bulk, accept=accept)

    def _no_page(self, answer: Answer) -> None:
        """Raise when a page for people, or XML, came instead of JSON."""
        if not answer.is_html:
            return
        if b"<MediaContainer" in answer.body[:1000]:
            raise Broken(
                self.http.service,
                "it answers in XML though JSON was asked for",
                fix="A proxy in front of Plex drops the Accept header: let it pass.",
            )
        raise WrongPath(self.http.service, "a web page came back instead of data: sign-in proxy in front?")

    def _container(self, answer: Answer, decoder: msgspec.json.Decoder[Any] = container) -> Container:
        whole: Wrapped = self.http.decode(answer, decoder)
        if whole.content is None:
            raise Broken(self.http.service, "the answer is none of Plex's")
        return whole.content


def is_key(key: str) -> bool:
    """Whether it can be part of a path and names one item."""
    return _KEY.fullmatch(key) is not None
