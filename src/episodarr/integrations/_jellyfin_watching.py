"""What Jellyfin tells of its users: who they are, what each of them played, and what is playing now.

A user's items are listed by when they were played, the latest first, up to where nothing was played: so what is new
costs one small page. What carries a mark without a date is told by the counts of three filters, and read only when
the listing has not brought all of it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._jellyfin_server import JellyfinServer
from episodarr.integrations._paging import DoesNotAddUp, Pages, asked_twice
from episodarr.integrations._untrusted import LARGEST, count, instant, number_within, whole_number
from episodarr.watching.model import ItemKind, PlayedItem, PlayState, SeriesIds, Session, Viewer

TICKS = 10_000_000
"""Ticks of 100 ns in a second."""
ITEM_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_FIRST_PAGE, _PAGE = 100, 5_000
_KINDS = {"episode": ItemKind.EPISODE, "movie": ItemKind.MOVIE}
_LASTING = {
    ItemKind.EPISODE: ("tvdb", "tmdb", "imdb", "shoko episode", "anidb", "tvmaze"),
    ItemKind.MOVIE: ("tmdb", "imdb", "tvdb", "anidb"),
    ItemKind.OTHER: (),
}
"""Whose ids name an item, the most stable first."""
_FILTERS = ("IsPlayed", "IsResumable", "IsFavorite")


class Wire(msgspec.Struct, rename="pascal", gc=False):
    """A part of an answer; members that are not named here are not read."""


class UserData(Wire):
    """What Jellyfin keeps of a user and an item."""

    playback_position_ticks: Any = 0
    play_count: Any = 0
    is_favorite: bool | None = False
    last_played_date: Any = None
    played: bool | None = False


class WatchedItem(Wire):
    """An episode, a movie, or whatever else was played."""

    id: str
    type: str | None = None
    name: str | None = None
    provider_ids: dict[str, Any] | None = None
    series_id: str | None = None
    series_name: str | None = None
    index_number: int | None = None
    parent_index_number: int | None = None
    production_year: int | None = None
    premiere_date: Any = None
    run_time_ticks: Any = 0
    user_data: UserData | None = None


class WatchedItems(Wire):
    """A page of them."""

    items: list[WatchedItem]
    total_record_count: int | None = None


class _User(Wire):
    id: str
    name: str | None = None


class _PlayerState(Wire):
    position_ticks: Any = None
    is_paused: bool | None = False


class _Session(Wire):
    user_id: str | None = None
    user_name: str | None = None
    now_playing_item: WatchedItem | None = None
    play_state: _PlayerState | None = None


items_answer = msgspec.json.Decoder(WatchedItems)
_users = msgspec.json.Decoder(list[_User])
_sessions = msgspec.json.Decoder(list[_Session])


class JellyfinWatching(JellyfinServer):
    """PlayStateSource and SessionSource: part of the Jellyfin client."""

    async def viewers(self) -> list[Viewer]:
        """Every user. Raises Broken when there is none: each Jellyfin has one."""
        users = await self.http.json("/Users", _users)
        if not users:
            raise Broken(self.http.service, "it lists no users, and each Jellyfin has one")
        if any(ITEM_ID.fullmatch(one.id) is None for one in users):
            raise Broken(self.http.service, "a user has an id that is none")
        return [Viewer(plain(one.id), (one.name or "")[:200]) for one in users]

    async def states(self, viewer: Viewer, since: datetime | None) -> list[PlayState]:
        """The states of what the user played since then, or of everything. Raises Broken when they do not add up."""
        return await asked_twice(lambda: self._states(viewer, since), self.http.service, "the pages of a user's items")

    async def _states(self, viewer: Viewer, since: datetime | None) -> list[PlayState]:
        found: dict[str, WatchedItem] = {}
        pages: Pages[WatchedItem] = Pages(lambda item: item.id)
        asked = {"sortBy": "DatePlayed,SortName", "sortOrder": "Descending"}
        ended = False
        while not (pages.complete or ended):
            size = _FIRST_PAGE if since is not None and pages.count == 0 else _PAGE
            for item in await self._user_page(pages, viewer, asked, size):
                last = _last_played(item)
                if last is None or (since is not None and last < since):
                    ended = True
                    break
                found[item.id] = item
        if since is None:
            for name in _FILTERS:
                await self._marked(viewer, name, found)
        return [_state(item) for item in found.values()]

    async def _marked(self, viewer: Viewer, name: str, found: dict[str, WatchedItem]) -> None:
        """Add the items that carry a mark and no date, when there are any."""
        first: Pages[WatchedItem] = Pages(lambda item: item.id)
        asked = {"filters": name, "sortBy": "SortName"}
        page = await self._user_page(first, viewer, asked, 1)
        for item in page:
            found.setdefault(item.id, item)
        if sum(_carries(item, name) for item in found.values()) >= first.total:
            return
        pages: Pages[WatchedItem] = Pages(lambda item: item.id)
        while not pages.complete:
            for item in await self._user_page(pages, viewer, asked, _PAGE):
                found.setdefault(item.id, item)

    async def _user_page(
        self, pages: Pages[WatchedItem], viewer: Viewer, asked: dict[str, str], size: int
    ) -> list[WatchedItem]:
        """The new items of the next page. Raises DoesNotAddUp when it holds fewer than it must."""
        start = pages.start
        params: dict[str, str | int] = {
            "userId": viewer.id,
            "recursive": "true",
            "includeItemTypes": "Episode,Movie",
            "collapseBoxSetItems": "false",
            "fields": "ProviderIds",
            "enableImages": "false",
            "startIndex": start,
            "limit": size,
            **asked,
        }
        answer = self._user_items(await self.http.ask("GET", "/Items", params=params, bulk=True))
        fresh = pages.take(answer.items, answer.total_record_count)
        if len(answer.items) < min(size, pages.total - start):
            raise DoesNotAddUp
        return fresh

    async def states_of(self, viewer: Viewer, keys: Sequence[str]) -> list[PlayState]:
        """The present states of some items; those that Jellyfin does not list any more are left out."""
        params = {"userId": viewer.id, "ids": ",".join(keys), "fields": "ProviderIds", "enableImages": "false"}
        answer = self._user_items(await self.http.ask("GET", "/Items", params=params, bulk=True))
        asked = {plain(key) for key in keys}
        return [_state(item) for item in answer.items if plain(item.id) in asked and item.user_data is not None]

    def _user_items(self, answer: Any) -> WatchedItems:
        page = self.http.decode(answer, items_answer)
        if any(ITEM_ID.fullmatch(item.id) is None for item in page.items):
            raise Broken(self.http.service, "an item has an id that is none")
        return page

    async def watched_items(self, keys: Sequence[str]) -> dict[str, WatchedItem]:
        """Items by their ids, as far as Jellyfin still lists them."""
        params = {"ids": ",".join(keys), "fields": "ProviderIds", "enableUserData": "false", "enableImages": "false"}
        answer = self._user_items(await self.http.ask("GET", "/Items", params=params, bulk=True))
        return {plain(item.id): item for item in answer.items}

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        """What other systems call a series; None when Jellyfin does not list it any more."""
        if ITEM_ID.fullmatch(series_key) is None:
            return None
        item = (await self.watched_items([series_key])).get(plain(series_key))
        if item is None:
            return None
        ids = provider_ids(item)
        tvdb, tmdb = (whole_number(ids.get(name)) for name in ("tvdb", "tmdb"))
        return SeriesIds(tvdb, tmdb, _year(item))

    async def sessions(self) -> list[Session]:
        """What somebody plays or has paused. An idle session plays nothing; one of nobody has no user."""
        found = []
        for one in await self.http.json("/Sessions", _sessions):
            item, state = one.now_playing_item, one.play_state or _PlayerState()
            if item is None or any(ITEM_ID.fullmatch(key) is None for key in (item.id, one.user_id or "")):
                continue
            position = None if state.position_ticks is None else count(state.position_ticks) // TICKS
            who = Viewer(plain(one.user_id or ""), (one.user_name or "")[:200])
            found.append(Session(played_item(item), who, position, state.is_paused is True))
        return found


def plain(key: str) -> str:
    """An id as Jellyfin writes it in answers: without dashes."""
    return key.replace("-", "").lower()


def provider_ids(item: WatchedItem) -> dict[str, str]:
    """Provider name in lower case -> id."""
    found = item.provider_ids or {}
    return {name.lower(): value for name, value in found.items() if isinstance(value, str) and value}


def played_item(item: WatchedItem) -> PlayedItem:
    """What was played, named by the id of another system where one is told."""
    kind = _KINDS.get((item.type or "").lower(), ItemKind.OTHER)
    ids = provider_ids(item)
    known = next((name for name in _LASTING[kind] if name in ids), "")
    lasting = f"{known}://{ids[known]}" if known else ""
    if lasting and kind is ItemKind.EPISODE:  # a movie of the same number is another thing
        lasting = f"episode/{lasting}"
    aired = instant(item.premiere_date)
    is_episode = kind is ItemKind.EPISODE
    return PlayedItem(
        kind,
        plain(item.id),
        plain(item.series_id or "") if is_episode else "",
        lasting[:500],
        (item.series_name or "")[:500],
        number_within(item.parent_index_number),
        number_within(item.index_number),
        (item.name or "")[:500],
        _year(item),
        f"{aired:%Y-%m-%d}" if aired is not None else "",
        tvdb_id=whole_number(ids.get("tvdb")) if is_episode else 0,
        lasting_key=True,
    )


def _state(item: WatchedItem) -> PlayState:
    told = item.user_data or UserData()
    return PlayState(
        played_item(item),
        whole_number(told.play_count),
        told.played is True,
        min(count(told.playback_position_ticks) // TICKS, LARGEST),
        told.is_favorite is True,
        instant(told.last_played_date),
    )


def _last_played(item: WatchedItem) -> datetime | None:
    return instant(item.user_data.last_played_date) if item.user_data is not None else None


def _carries(item: WatchedItem, name: str) -> bool:
    told = item.user_data or UserData()
    marks = {"IsPlayed": told.played, "IsFavorite": told.is_favorite}
    return bool(marks[name]) if name in marks else count(told.playback_position_ticks) > 0


def _year(item: WatchedItem) -> int:
    return min(count(item.production_year), 9999)
