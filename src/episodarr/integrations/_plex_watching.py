"""What Plex itself tells of plays: a history without durations, in which each row is a play that came to its end.

The history names items by their rating keys, and accounts by their numbers; what the items are called elsewhere, and
the accounts' names, are asked for once a reading. Of an item that is gone the row holds the titles only.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._http import Answer
from episodarr.integrations._plex_server import PlexServer, is_key
from episodarr.integrations._plex_wire import Guid, Item, provider_ids
from episodarr.integrations._untrusted import count, number_within, unix_instant, whole_number
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, PlayPage, SeriesIds, Session, Viewer

_PAGE_SIZE = 2_000
_AT_ONCE = 100
_OVERLAP = timedelta(days=1)
_KINDS = {"episode": ItemKind.EPISODE, "movie": ItemKind.MOVIE}


class _User(msgspec.Struct, gc=False):
    id: str = ""
    title: str | None = None


class _Player(msgspec.Struct, gc=False):
    state: str | None = None


class Row(msgspec.Struct, rename="camel", gc=False):
    """A row of the history, a session, or an item of the library: what they say of an item is the same."""

    rating_key: str = ""
    history_key: str = ""
    grandparent_rating_key: str | None = None
    grandparent_key: str | None = None
    guid: str | None = None
    type: str | None = None
    title: str | None = None
    grandparent_title: str | None = None
    year: int | None = None
    index: int | None = None
    parent_index: int | None = None
    originally_available_at: str | None = None
    viewed_at: int | None = None
    account_id: int | None = msgspec.field(default=None, name="accountID")
    view_offset: int | None = None
    live: Any = None
    guids: list[Guid] = msgspec.field(default_factory=list, name="Guid")
    user: _User | None = msgspec.field(default=None, name="User")
    player: _Player | None = msgspec.field(default=None, name="Player")


class _Account(msgspec.Struct, gc=False):
    id: int
    name: str | None = None


class _Rows(msgspec.Struct, rename="camel"):
    size: int | None = None
    total_size: int | None = None
    metadata: list[Row] = msgspec.field(default_factory=list, name="Metadata")
    accounts: list[_Account] = msgspec.field(default_factory=list, name="Account")


class _Wrapped(msgspec.Struct):
    content: _Rows = msgspec.field(name="MediaContainer")


_rows: msgspec.json.Decoder[_Wrapped] = msgspec.json.Decoder(_Wrapped, strict=False)
"""Not strict: numbers came as texts from some versions."""


class PlexWatching(PlexServer):
    """PlaySource and SessionSource: part of the Plex client."""

    page_size = _PAGE_SIZE

    async def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """Plays that came to their end, the earliest first, in pages of 2,000; with those of a day before `since`.

        Raises Broken when a page, asked for twice, does not hold what Plex counts.
        """
        names = await self._names()
        known: dict[str, Row] = {}
        asked: dict[str, str | int] = {"sort": "viewedAt:asc"}
        if since is not None:
            asked["viewedAt>"] = int((since - _OVERLAP).timestamp())
        total = None
        if since is not None:
            total = (await self._history({"sort": "viewedAt:asc"}, 0, 1))[1]
        place = counted = 0
        while True:
            rows, now = await self._history(asked, place, self.page_size)
            if now < counted:  # somebody deleted rows: the later ones have moved to the front
                place, counted = max(0, place - counted + now), now
                continue
            counted = now
            place += len(rows)
            await self._look_up(rows, known)
            found = tuple(play for row in rows if (play := _play(row, names, known)) is not None)
            yield PlayPage(found, place, counted, counted if total is None else total)
            if place >= counted or not rows:
                return

    async def _history(self, asked: Mapping[str, str | int], start: int, size: int) -> tuple[list[Row], int]:
        """The rows of a page, and how many there are. Raises Broken when, asked twice, rows are missing in it."""
        for _ in range(2):
            answer = await self._get("/status/sessions/history/all", asked, (start, size))
            page = self._page_of(answer)
            total = page.total_size
            if total is None:
                told = answer.headers.get("X-Plex-Container-Total-Size", "")
                total = int(told) if told.isascii() and told.isdigit() else None
            if total is not None and len(page.metadata) >= min(size, total - start):
                return page.metadata, total
        raise Broken(self.http.service, "the rows of its history do not add up to what it counts")

    async def _names(self) -> dict[int, str]:
        """The names of accounts. The first one is nobody's: it is there on every server."""
        page = self._page_of(await self._get("/accounts"))
        if not page.accounts:
            raise Broken(self.http.service, "it lists no accounts, and each Plex has one")
        return {one.id: (one.name or "")[:200] for one in page.accounts}

    async def _look_up(self, rows: Iterable[Row], known: dict[str, Row]) -> None:
        """Learn what the items of rows are, as far as Plex still lists them."""
        wanted = sorted({row.rating_key for row in rows if is_key(row.rating_key)} - known.keys())
        for place in range(0, len(wanted), _AT_ONCE):
            keys = ",".join(wanted[place : place + _AT_ONCE])
            answer = await self._find(f"/library/metadata/{keys}", {"includeGuids": 1})
            if answer is not None:
                known |= {item.rating_key: item for item in self._page_of(answer).metadata}

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        """What other systems call a show; None when Plex does not list it any more."""
        if not is_key(series_key):
            return None
        answer = await self._find(f"/library/metadata/{series_key}", {"includeGuids": 1})
        found = next(iter(self._page_of(answer).metadata), None) if answer is not None else None
        if found is None or found.type != "show":
            return None
        ids = provider_ids(Item(rating_key=found.rating_key, guid=found.guid, guids=found.guids))
        tvdb, tmdb = (whole_number(ids.get(name)) for name in ("tvdb", "tmdb"))
        return SeriesIds(tvdb, tmdb, min(count(found.year), 9999))

    async def sessions(self) -> list[Session]:
        """What somebody plays or has paused."""
        page = self._page_of(await self._get("/status/sessions"))
        if page.size is None or page.size != len(page.metadata):
            raise Broken(self.http.service, "the list of what it plays does not add up")
        found = []
        for row in page.metadata:
            who = row.user or _User()
            position = row.view_offset // 1000 if row.view_offset is not None else None
            paused = row.player is not None and row.player.state == "paused"
            found.append(Session(_item(row, row), Viewer(who.id, (who.title or "")[:200]), position, paused))
        return found

    def _page_of(self, answer: Answer) -> _Rows:
        return self.http.decode(answer, _rows).content


def _play(row: Row, names: Mapping[int, str], known: Mapping[str, Row]) -> Play | None:
    number = row.history_key.rpartition("/")[2]
    at = unix_instant(row.viewed_at or 0)
    if at is None or row.account_id is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    play = PlayId(int(number))
    who = Viewer(str(row.account_id), names.get(row.account_id, ""))
    return Play(play, play, who, _item(row, known.get(row.rating_key)), at, at, 0, 100, True)


def _item(row: Row, listed: Row | None) -> PlayedItem:
    """What was played: as the library lists it, else as the row remembers it."""
    told = listed or row
    kind = _KINDS.get(told.type or "", ItemKind.OTHER)
    title, series = (told.title or "")[:500], (told.grandparent_title or "")[:500]
    series_key = told.grandparent_rating_key or (told.grandparent_key or "").rpartition("/")[2]
    key = row.rating_key or f"title:{series}/{told.parent_index}/{told.index}/{title}"
    guid = (listed.guid or "").partition("?")[0][:500] if listed is not None else ""
    ids = provider_ids(Item(rating_key=key, guids=told.guids)) if kind is ItemKind.EPISODE else {}
    aired = told.originally_available_at or ""
    return PlayedItem(
        ItemKind.OTHER if told.live in {1, "1"} else kind,
        key[:600],
        series_key if kind is ItemKind.EPISODE and is_key(series_key) else "",
        guid,
        series,
        number_within(told.parent_index),
        number_within(told.index),
        title,
        min(count(told.year), 9999),
        aired[:10] if len(aired) >= 10 else "",
        tvdb_id=whole_number(ids.get("tvdb")),
    )
