"""Plex Media Server: what its libraries list, whether that has something to play, and what was played."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.availability.ports import MediaLibrary
from episodarr.catalogue.movies import ListedMovie, MovieLibrary, MovieListing
from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind
from episodarr.deletion.systems import LeavingShelf, LibraryShelf
from episodarr.integrations._arr import is_image
from episodarr.integrations._http import MEGABYTE, Answer, HttpService, TooLarge
from episodarr.integrations._paging import DoesNotAddUp, Pages
from episodarr.integrations._plex_leaving import PlexLeaving
from episodarr.integrations._plex_movies import Film, film_page, holds_movies, listed
from episodarr.integrations._plex_watching import PlexWatching
from episodarr.integrations._plex_wire import Container, Item, Section, Wrapped, container, provider_ids
from episodarr.integrations._untrusted import unix_instant
from episodarr.watching.ports import PlaySource, SessionSource

_CLIENT = "episodarr"
_MOVIE, _SERIES, _EPISODE = 1, 2, 4
_SERIES_PAGE, _EPISODES_PAGE, _MOVIES_PAGE = 1_000, 2_000, 1_000
_POSTER_LIMIT = 5 * MEGABYTE
_ITEM_ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_NOT_NEEDED = "Role,Director,Writer,Producer,Genre,Country,Rating,Image,UltraBlurColors,Collection,Field"

Asked = Mapping[str, str | int]
AnyItem = TypeVar("AnyItem", bound=Item)


class Plex(PlexLeaving, PlexWatching):
    """One Plex Media Server. Every call raises ServiceFailure when it cannot be answered."""

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

    async def all_series(self) -> list[LibrarySeries]:
        """The shows of all TV libraries, in pages of 1,000. Raises Broken when, asked twice, they do not add up."""
        for _ in range(2):
            try:
                items = [item async for page in self._listing(_SERIES, _SERIES_PAGE) for item in page]
            except DoesNotAddUp:
                continue
            return [
                LibrarySeries(
                    id=LibraryItemId(item.rating_key),
                    name=item.title or "",
                    year=item.year or 0,
                    provider_ids=provider_ids(item),
                    path=item.locations[0].path if item.locations else "",
                )
                for item in items
            ]
        raise Broken(self.http.service, "the pages of its shows do not add up to what it counts")

    async def all_episodes(self) -> AsyncIterator[list[LibraryEpisode]]:
        """The episodes of all TV libraries, in pages of 2,000."""
        try:
            async for page in self._listing(_EPISODE, _EPISODES_PAGE):
                yield [_episode(item) for item in page]
        except DoesNotAddUp:
            pass
        else:
            return
        raise Broken(self.http.service, "the pages of its episodes do not add up to what it counts")

    async def episodes_of(self, series: LibraryItemId) -> list[LibraryEpisode] | None:
        """All episodes of a show; None when Plex does not know it."""
        path = f"/library/metadata/{self._item_id(series)}/allLeaves"
        pages: Pages[Item] = Pages(lambda item: item.rating_key)
        found: list[LibraryEpisode] = []
        try:
            while not pages.complete:
                answer = await self._find(path, {"includeGuids": 1}, (pages.start, _EPISODES_PAGE))
                if answer is None:
                    return None
                found += [_episode(item) for item in self._page(pages, answer)]
        except DoesNotAddUp:
            pass
        else:
            return found
        raise Broken(self.http.service, "the pages of the show's episodes do not add up to what it counts")

    async def playability(self, item: LibraryItemId) -> Playability | None:
        """Whether Plex has a file of the item and can reach it: it looks at the disk. None when the item is unknown."""
        answer = await self._find(f"/library/metadata/{self._item_id(item)}", {"checkFiles": 1})
        if answer is None:
            return None
        found = self._container(answer).metadata
        if len(found) != 1 or found[0].rating_key != item:
            raise Broken(self.http.service, "the answer says nothing about the item")
        return found[0].playability()

    async def movies(self) -> MovieListing:
        """The movies of all movie libraries, in pages of 1,000. Raises Broken when, asked twice, they do not add up."""
        await self._plex()
        for _ in range(2):
            try:
                found = [movie async for movie in self._movies()]
            except DoesNotAddUp:
                continue
            return MovieListing(tuple(sorted(found, key=lambda movie: movie.id)))
        raise Broken(self.http.service, "the pages of its movies do not add up to what it counts")

    async def _movies(self) -> AsyncIterator[ListedMovie]:
        for section in await self._sections():
            if not holds_movies(section):
                continue
            asked: Asked = {
                "type": _MOVIE,
                "includeGuids": 1,
                "sort": "addedAt:asc",
                "excludeElements": _NOT_NEEDED.replace("Genre,", ""),
                "excludeFields": "tagline",
            }
            pages: Pages[Film] = Pages(lambda item: item.rating_key)
            while not pages.complete:
                window = (pages.start, _MOVIES_PAGE)
                answer = await self._get(f"/library/sections/{section.key}/all", asked, window)
                for film in self._page(pages, answer, film_page):
                    yield listed(film, section.title)

    async def movie_poster(self, movie: str) -> bytes | None:
        """The poster as JPEG, PNG or WebP bytes; None when there is none, or one of more than 5 MB."""
        path = f"/library/metadata/{self._item_id(LibraryItemId(movie))}/thumb"
        try:
            answer = await self.http.ask("GET", path, accept={404}, limit=_POSTER_LIMIT)
        except TooLarge:
            return None
        return answer.body if answer.status != 404 and is_image(answer.body) else None

    async def _sections(self) -> list[Section]:
        told = self._container(await self._get("/library/sections"))
        found = told.directory
        if told.size != len(found) and (told.size is not None or not found):
            raise Broken(self.http.service, "the list of its libraries does not add up")
        if any(_ITEM_ID.fullmatch(section.key) is None for section in found):
            raise Broken(self.http.service, "a library has an id that is none")
        return found

    async def _listing(self, kind: int, size: int) -> AsyncIterator[list[Item]]:
        """All items of a type in all TV libraries, page by page. Raises DoesNotAddUp when they are not the whole."""
        for section in await self._sections():
            if section.type != "show":
                continue
            asked: Asked = {
                "type": kind,
                "includeGuids": 1,
                "sort": "addedAt:asc",
                "excludeElements": _NOT_NEEDED,
                "excludeFields": "summary,tagline",
            }
            pages: Pages[Item] = Pages(lambda item: item.rating_key)
            while not pages.complete:
                answer = await self._get(f"/library/sections/{section.key}/all", asked, (pages.start, size))
                yield self._page(pages, answer)

    def _page(
        self, pages: Pages[AnyItem], answer: Answer, decoder: msgspec.json.Decoder[Any] = container
    ) -> list[AnyItem]:
        page: Any = self._container(answer, decoder)
        if any(_ITEM_ID.fullmatch(item.rating_key) is None for item in page.metadata):
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

    def _item_id(self, item: LibraryItemId) -> str:
        """The rating key, which becomes part of a path. Every one that was read here passes."""
        if _ITEM_ID.fullmatch(item) is None:
            raise Broken(self.http.service, "the item's id is none of Plex's")
        return item


def _episode(item: Item) -> LibraryEpisode:
    part = item.part()
    return LibraryEpisode(
        id=LibraryItemId(item.rating_key),
        name=item.title or "",
        season=item.parent_index,
        episode=item.index,
        provider_ids=provider_ids(item),
        path=part.file if part is not None else "",
        has_source=item.playability().playable,
        added_at=unix_instant(item.added_at or 0),
        series=LibraryItemId(item.grandparent_rating_key or ""),
    )


_PLAY_EVENTS = {"media.stop", "media.scrobble"}
_SESSION_EVENTS = {"media.play", "media.pause", "media.resume", "playback.started"}


def _hint(told: Mapping[str, Any]) -> Hint:
    """Plex's webhooks. The ids in `Guid` are those of the item itself: only a show's are those of a series."""
    kind = str(told.get("event") or "")
    about = [About.LIBRARY] if kind.startswith("library.") else [About.PLAYS] if kind in _PLAY_EVENTS else []
    if kind in _SESSION_EVENTS:
        about = [About.SESSIONS]
    metadata = told.get("Metadata")
    if about == [About.LIBRARY] and isinstance(metadata, dict) and metadata.get("type") == "movie":
        about = [About.MOVIES]
    if not isinstance(metadata, dict):
        return hint(kind, about)
    is_show = metadata.get("type") == "show"
    guids = metadata.get("Guid") if is_show else None
    told_ids = [one.get("id") for one in guids if isinstance(one, dict)] if isinstance(guids, list) else []
    told_ids.append(metadata.get("guid") if is_show else metadata.get("grandparentGuid"))
    series = next((found for guid in told_ids if (found := _tvdb_of(guid))), None)
    return hint(kind, about, tvdb=series)


def _tvdb_of(guid: object) -> str:
    """The TheTVDB series id that a guid of a show tells, such as `tvdb://990001`; empty when it tells none."""
    item = Item(rating_key="", guid=guid) if isinstance(guid, str) else None
    return provider_ids(item).get("tvdb", "") if item is not None else ""


def _connect(connection: Connection, session: Any) -> Plex:
    return Plex(connection.name or "Plex", connection.url, connection.settings.get("token", ""), session)


INTEGRATION = Integration(
    kind="plex",
    label="Plex",
    purpose="Whether an episode is in the media server and can be played; without Tautulli also who watched it.",
    fields=(
        Field("url", "Address", FieldKind.URL, example="http://plex:32400"),
        Field(
            "token",
            "Token",
            FieldKind.SECRET,
            help="The owner's X-Plex-Token: at the end of the address of Plex Web > an item > Get Info > View XML.",
        ),
    ),
    ports=(MediaLibrary, MovieLibrary, PlaySource, SessionSource, LibraryShelf, LeavingShelf),
    connect=_connect,
    check=Plex.check,
    hint=_hint,
    order=31,
)
