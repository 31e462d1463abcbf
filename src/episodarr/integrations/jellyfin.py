"""Jellyfin, version 10.8 to 12: what it lists, whether that has something to play, and what its users played."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.availability.ports import MediaLibrary
from episodarr.catalogue.movies import ListedMovie, MovieLibrary, MovieListing
from episodarr.connections.failures import Broken
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import LeavingShelf, LibraryShelf
from episodarr.integrations._arr import is_image
from episodarr.integrations._http import MEGABYTE, Answer, TooLarge
from episodarr.integrations._jellyfin_movies import FIELDS, Film, films, folders, listed
from episodarr.integrations._jellyfin_reporting import JellyfinReporting
from episodarr.integrations._jellyfin_shelf import JellyfinShelf
from episodarr.integrations._paging import DoesNotAddUp, Pages, asked_twice, does_not_add_up
from episodarr.integrations._untrusted import instant
from episodarr.watching.ports import PlaySource, PlayStateSource, SessionSource

_SERIES_PAGE, _EPISODES_PAGE, _MOVIES_PAGE = 1_000, 2_000, 500
_POSTER_LIMIT = 5 * MEGABYTE
_ITEM_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


class _Wire(msgspec.Struct, rename="pascal", gc=False):
    pass


class _Item(_Wire):
    id: str
    name: str | None = None
    provider_ids: dict[str, Any] | None = None
    path: str | None = None
    production_year: int | None = None
    index_number: int | None = None
    index_number_end: int | None = None
    parent_index_number: int | None = None
    series_id: str | None = None
    location_type: str | None = None
    media_sources: list[msgspec.Raw] | None = None
    date_created: Any = None


class _Items(_Wire):
    items: list[_Item]
    total_record_count: int | None = None


class _Playback(_Wire):
    media_sources: list[msgspec.Raw] | None = None
    error_code: str | None = None


_items = msgspec.json.Decoder(_Items)
_playback = msgspec.json.Decoder(_Playback)


class Jellyfin(JellyfinShelf, JellyfinReporting):
    """One Jellyfin. Every call raises ServiceFailure when it cannot be answered."""

    async def all_series(self) -> list[LibrarySeries]:
        """Every series, in pages of 1,000. Raises Broken when, asked twice, the pages do not add up."""

        async def read() -> list[_Item]:
            return [item async for page in self._listing("Series", _SERIES_PAGE) for item in page]

        return [
            LibrarySeries(
                id=LibraryItemId(item.id),
                name=item.name or "",
                year=item.production_year or 0,
                provider_ids=_provider_ids(item),
                path=item.path or "",
            )
            for item in await asked_twice(read, self.http.service, "the pages of its series")
        ]

    async def all_episodes(self) -> AsyncIterator[list[LibraryEpisode]]:
        """Every episode item with a file, in pages of 2,000.

        The path stands for the media source: asking for the sources of a whole library would make Jellyfin look up the
        streams of every file, several times the work and the bytes.
        """
        try:
            async for page in self._listing("Episode", _EPISODES_PAGE):
                yield [_episode(item) for item in page]
        except DoesNotAddUp:
            pass
        else:
            return
        raise does_not_add_up(self.http.service, "the pages of its episodes")

    async def episodes_of(self, series: LibraryItemId) -> list[LibraryEpisode] | None:
        """All episode items of a series, virtual ones marked; None when Jellyfin does not know the series."""
        answer = await self.http.ask(
            "GET",
            f"/Shows/{self._item_id(series)}/Episodes",
            params={"fields": "ProviderIds,Path,MediaSources,DateCreated", "enableUserData": "false"},
            accept={404},
            bulk=True,
        )
        if await self._unknown(answer, series):
            return None
        page = self._page(answer)
        if page.total_record_count is not None and page.total_record_count != len(page.items):
            raise Broken(self.http.service, f"it counts {page.total_record_count} episodes and lists {len(page.items)}")
        return [_episode(item) for item in page.items]

    async def playability(self, item: LibraryItemId) -> Playability | None:
        """Whether the item has a source to play, as Jellyfin believes since its last scan; None when it is unknown."""
        answer = await self.http.ask("GET", f"/Items/{self._item_id(item)}/PlaybackInfo", accept={404})
        if await self._unknown(answer, item):
            return None
        playback = self.http.decode(answer, _playback)
        if playback.media_sources is None and playback.error_code is None:
            raise Broken(self.http.service, "the answer says nothing about playing the item")
        if playback.error_code:
            return Playability(False, self.http.redacted(playback.error_code))
        return Playability(True) if playback.media_sources else Playability(False, "no media source")

    async def movies(self) -> MovieListing:
        """Every movie, in pages of 500. Raises Broken when, asked twice, the pages do not add up."""
        await self._jellyfin()
        libraries = await self.http.json("/Library/VirtualFolders", folders)

        async def read() -> list[ListedMovie]:
            return [listed(film, libraries) async for film in self._films()]

        found = await asked_twice(read, self.http.service, "the pages of its movies")
        return MovieListing(tuple(sorted(found, key=lambda movie: movie.id)))

    async def _films(self) -> AsyncIterator[Film]:
        pages: Pages[Film] = Pages(lambda film: film.id)
        while not pages.complete:
            asked: dict[str, str | int] = {
                "recursive": "true",
                "includeItemTypes": "Movie",
                "fields": FIELDS,
                "enableUserData": "false",
                "enableImageTypes": "Primary",
                "imageTypeLimit": 1,
                "sortBy": "SortName",
                "startIndex": pages.start,
                "limit": _MOVIES_PAGE,
            }
            page = self.http.decode(await self.http.ask("GET", "/Items", params=asked, bulk=True), films)
            if any(_ITEM_ID.fullmatch(film.id) is None for film in page.items):
                raise Broken(self.http.service, "an item has an id that is none")
            for film in pages.take(page.items, page.total_record_count):
                yield film

    async def movie_poster(self, movie: str) -> bytes | None:
        """The poster as JPEG, PNG or WebP bytes; None when there is none, or one of more than 5 MB."""
        path = f"/Items/{self._item_id(LibraryItemId(movie))}/Images/Primary"
        try:
            answer = await self.http.ask("GET", path, params={"maxWidth": 500}, accept={404}, limit=_POSTER_LIMIT)
        except TooLarge:
            return None
        return answer.body if answer.status != 404 and is_image(answer.body) else None

    async def rescan(self, path: str) -> None:
        """Have Jellyfin look at `path`, as Jellyfin sees it; it does so after its own delay of about a minute."""
        update = {"Updates": [{"Path": path, "UpdateType": "Modified"}]}
        await self.http.ask("POST", "/Library/Media/Updated", content=update)

    async def _listing(self, kind: str, size: int) -> AsyncIterator[list[_Item]]:
        """All items of a kind, page by page. Raises DoesNotAddUp when the listing changed while it was read."""
        pages: Pages[_Item] = Pages(lambda item: item.id)
        while not pages.complete:
            asked: dict[str, str | int] = {
                "recursive": "true",
                "includeItemTypes": kind,
                "fields": "ProviderIds,Path",
                "enableUserData": "false",
                "enableImages": "false",
                "sortBy": "SortName",
                "startIndex": pages.start,
                "limit": size,
            }
            if kind == "Episode":
                asked |= {"isMissing": "false", "sortBy": "SeriesSortName,SortName"}
            page = self._page(await self.http.ask("GET", "/Items", params=asked, bulk=True))
            yield pages.take(page.items, page.total_record_count)

    def _page(self, answer: Answer) -> _Items:
        page = self.http.decode(answer, _items)
        if any(_ITEM_ID.fullmatch(item.id) is None for item in page.items):
            raise Broken(self.http.service, "an item has an id that is none")
        return page

    def _item_id(self, item: LibraryItemId) -> str:
        """The id, which becomes part of a path. Every one that was read here passes."""
        if _ITEM_ID.fullmatch(item) is None:
            raise Broken(self.http.service, "the item's id is none of Jellyfin's")
        return item

    async def _unknown(self, answer: Answer, item: LibraryItemId) -> bool:
        """Whether a 404 is Jellyfin's own word that it does not know the item, not a proxy's and not Emby's."""
        if answer.status != 404:
            return False
        await self._jellyfin()
        page = self._page(await self.http.ask("GET", "/Items", params={"ids": item, "enableUserData": "false"}))
        if page.items:
            raise Broken(self.http.service, "it lists the item and says that it is not there")
        return True


def _provider_ids(item: _Item) -> dict[str, str]:
    found = item.provider_ids or {}
    return {name.lower(): value for name, value in found.items() if isinstance(value, str) and value}


def _episode(item: _Item) -> LibraryEpisode:
    virtual = item.location_type == "Virtual"
    absent = virtual or item.location_type == "Offline"
    return LibraryEpisode(
        id=LibraryItemId(item.id),
        name=item.name or "",
        season=item.parent_index_number,
        episode=item.index_number,
        last_episode=item.index_number_end,
        provider_ids=_provider_ids(item),
        path=item.path or "",
        virtual=virtual,
        has_source=not absent and bool(item.path or item.media_sources),
        added_at=instant(item.date_created),
        series=LibraryItemId(item.series_id or ""),
    )


def _connect(connection: Connection, session: Any) -> Jellyfin:
    return Jellyfin(connection.name or "Jellyfin", connection.url, connection.settings.get("api_key", ""), session)


_LIBRARY_EVENTS = {"ItemAdded", "ItemDeleted"}
_PLAY_EVENTS = {"PlaybackStop", "UserDataSaved"}
_SESSION_EVENTS = {"PlaybackStart", "PlaybackProgress"}


def _hint(told: Mapping[str, Any]) -> Hint:
    """The webhook plugin's properties. The provider ids are the item's own: those of an episode name no series."""
    kind = str(told.get("NotificationType") or "")
    library = About.MOVIES if told.get("ItemType") == "Movie" else About.LIBRARY
    about = [library] if kind in _LIBRARY_EVENTS else [About.PLAYS] if kind in _PLAY_EVENTS else []
    if kind in _SESSION_EVENTS or told.get("SaveReason") in _SESSION_EVENTS:
        about = [About.SESSIONS]
    return hint(kind, about, tvdb=told.get("Provider_tvdb") if told.get("ItemType") == "Series" else None)


INTEGRATION = Integration(
    kind="jellyfin",
    label="Jellyfin",
    purpose="Whether an episode is in the media server and can be played, and who watched it there.",
    fields=(
        Field(
            "url", "Address", FieldKind.URL, help="With its base URL, if it has one.", example="http://jellyfin:8096"
        ),
        Field("api_key", "API key", FieldKind.SECRET, help="Jellyfin: Dashboard > API keys."),
    ),
    ports=(MediaLibrary, MovieLibrary, PlayStateSource, PlaySource, SessionSource, LibraryShelf, LeavingShelf),
    connect=_connect,
    check=Jellyfin.check,
    hint=_hint,
    order=30,
)
