"""Plex Media Server: what its libraries list, whether that has something to play, and what was played."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.availability.ports import MediaLibrary
from episodarr.catalogue.movies import ListedMovie, MovieLibrary, MovieListing
from episodarr.connections.failures import Broken
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import LeavingShelf, LibraryShelf
from episodarr.integrations._arr import is_image
from episodarr.integrations._http import MEGABYTE, TooLarge
from episodarr.integrations._paging import DoesNotAddUp, Pages, asked_twice, does_not_add_up
from episodarr.integrations._plex_leaving import PlexLeaving
from episodarr.integrations._plex_movies import Film, film_page, holds_movies, listed
from episodarr.integrations._plex_server import Asked, is_key
from episodarr.integrations._plex_watching import PlexWatching
from episodarr.integrations._plex_wire import Item, provider_ids
from episodarr.integrations._untrusted import unix_instant
from episodarr.watching.ports import PlaySource, SessionSource

_MOVIE, _SERIES, _EPISODE = 1, 2, 4
_SERIES_PAGE, _EPISODES_PAGE, _MOVIES_PAGE = 1_000, 2_000, 1_000
_POSTER_LIMIT = 5 * MEGABYTE
_NOT_NEEDED = "Role,Director,Writer,Producer,Genre,Country,Rating,Image,UltraBlurColors,Collection,Field"


class Plex(PlexLeaving, PlexWatching):
    """One Plex Media Server. Every call raises ServiceFailure when it cannot be answered."""

    async def all_series(self) -> list[LibrarySeries]:
        """The shows of all TV libraries, in pages of 1,000. Raises Broken when, asked twice, they do not add up."""

        async def read() -> list[Item]:
            return [item async for page in self._listing(_SERIES, _SERIES_PAGE) for item in page]

        return [
            LibrarySeries(
                id=LibraryItemId(item.rating_key),
                name=item.title or "",
                year=item.year or 0,
                provider_ids=provider_ids(item),
                path=item.locations[0].path if item.locations else "",
            )
            for item in await asked_twice(read, self.http.service, "the pages of its shows")
        ]

    async def all_episodes(self) -> AsyncIterator[list[LibraryEpisode]]:
        """The episodes of all TV libraries, in pages of 2,000."""
        try:
            async for page in self._listing(_EPISODE, _EPISODES_PAGE):
                yield [_episode(item) for item in page]
        except DoesNotAddUp:
            pass
        else:
            return
        raise does_not_add_up(self.http.service, "the pages of its episodes")

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
        raise does_not_add_up(self.http.service, "the pages of the show's episodes")

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

        async def read() -> list[ListedMovie]:
            return [movie async for movie in self._movies()]

        found = await asked_twice(read, self.http.service, "the pages of its movies")
        return MovieListing(tuple(sorted(found, key=lambda movie: movie.id)))

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

    def _item_id(self, item: LibraryItemId) -> str:
        """The rating key, which becomes part of a path. Every one that was read here passes."""
        if not is_key(item):
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
