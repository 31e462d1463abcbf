"""The plays that Jellyfin's plugin Playback Reporting keeps, where it is there.

It answers SQL over its one table, every value as a text. A row is written 20 seconds after a start and grows while it
plays. Before 2026 it wrote the server's local time, later UTC with a Z, and changed the old rows then: its database
turns both into the same second here, so a play stays the same one. The plugin has no id of a play but the row's.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._jellyfin_watching import ITEM_ID, TICKS, JellyfinWatching, WatchedItem, plain, played_item
from episodarr.integrations._untrusted import count, unix_instant, whole_number
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, PlayPage, Viewer

_PLUGIN = "playback reporting"
_PATH = "/user_usage_stats/submit_custom_query"
_PAGE_SIZE = 2_000
_AT_ONCE = 100
_OVERLAP = timedelta(days=1)
_WATCHED = 90
"""Percent of an item, from which Jellyfin counts it as played."""
_UNIX = (
    "CAST(CASE WHEN DateCreated LIKE '%Z' THEN strftime('%s', DateCreated)"
    " ELSE strftime('%s', DateCreated, 'utc') END AS INTEGER)"
)
_KEPT = f"SELECT rowid AS Number, {_UNIX} AS Started, * FROM PlaybackActivity"  # noqa: S608  # nothing from outside
_OF = f"FROM ({_KEPT} WHERE ItemType IN ('Episode', 'Movie'))"
_COLUMNS = ["Number", "Started", "UserId", "ItemId", "ItemType", "ItemName", "PlayDuration", "Remaining", "Total"]
_EPISODE = re.compile(r"(?P<series>.+) - s(?P<season>\d{1,4})e(?P<number>\d{1,5}) - (?P<title>.*)", re.DOTALL)


class _Plugin(msgspec.Struct, rename="pascal"):
    name: str | None = None
    status: str | None = None


class _Result(msgspec.Struct):
    results: list[list[str | None]]
    colums: list[str] = msgspec.field(default_factory=list)
    message: str | None = None


_plugins = msgspec.json.Decoder(list[_Plugin])
_result = msgspec.json.Decoder(_Result)


class JellyfinReporting(JellyfinWatching):
    """PlaySource: part of the Jellyfin client."""

    page_size = _PAGE_SIZE

    async def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """Finished plays, the earliest start first; one empty page where the plugin is not there.

        Raises Broken when a page, asked for twice, does not hold what the plugin counts.
        """
        if not await self._keeps_plays():
            yield PlayPage((), 0, 0, 0)
            return
        names = {one.id: one for one in await self.viewers()}
        running = await self._running()
        known: dict[str, WatchedItem] = {}
        begun = int((since - _OVERLAP).timestamp()) if since is not None else 0
        after, read = (begun, -1), 0
        while True:
            rows, remaining, total = await self._rows(after)
            await self._look_up(rows, known)
            found = [_play(row, names, known) for row in rows if int(row[0] or 0) not in running]
            read += len(rows)
            plays = tuple(play for play in found if play is not None)
            yield PlayPage(plays, read, read - len(rows) + remaining, max(total - len(running), 0))
            if len(rows) >= remaining:
                return
            after = (int(rows[-1][1] or 0), int(rows[-1][0] or 0))

    async def _keeps_plays(self) -> bool:
        """Whether the plugin runs there. Jellyfin's list of plugins is its own word; a 404 could be a proxy's."""
        listed = await self.http.json("/Plugins", _plugins)
        if not listed:
            raise Broken(self.http.service, "it lists no plugins, and each Jellyfin brings some")
        return any((one.name or "").strip().lower() == _PLUGIN and one.status == "Active" for one in listed)

    async def _running(self) -> set[int]:
        """The rows of plays that go on."""
        pairs = {(one.viewer.id, one.item.key) for one in await self.sessions()}
        if not pairs:
            return set()
        either = " OR ".join(f"(UserId = '{user}' AND ItemId = '{item}')" for user, item in sorted(pairs))
        rows = await self._query(
            f"SELECT MAX(Number) AS Number {_OF} WHERE {either} GROUP BY UserId, ItemId", ["Number"]
        )
        return {int(row[0]) for row in rows if row[0]}

    async def _rows(self, after: tuple[int, int]) -> tuple[list[list[str | None]], int, int]:
        """Rows behind a start and number, how many there are from there on, and how many in all."""
        started, number = after
        behind = f"(Started > {started} OR (Started = {started} AND Number > {number}))"
        counts = f"(SELECT COUNT(*) {_OF} WHERE {behind}) AS Remaining, (SELECT COUNT(*) {_OF}) AS Total"
        columns = ", ".join(_COLUMNS[:-2])
        for _ in range(2):
            rows = await self._query(
                f"SELECT {columns}, {counts} {_OF} WHERE {behind} ORDER BY Started, Number LIMIT {self.page_size}",
                _COLUMNS,
            )
            if not rows:
                counted = await self._query(f"SELECT {counts}", _COLUMNS[-2:])
                remaining, total = (count(one) for one in counted[0]) if counted else (1, 0)
            else:
                remaining, total = count(rows[0][-2]), count(rows[0][-1])
            if len(rows) >= min(self.page_size, remaining):
                return rows, remaining, total
        raise Broken(self.http.service, "the rows of Playback Reporting do not add up to what it counts")

    async def _query(self, sql: str, columns: Sequence[str]) -> list[list[str | None]]:
        asked = {"CustomQueryString": sql, "ReplaceUserId": False}
        told = self.http.decode(await self.http.ask("POST", _PATH, content=asked, bulk=True), _result)
        said = told.message or ""
        if said.startswith("Error"):
            raise Broken(self.http.service, "Playback Reporting could not answer: " + self.http.redacted(said[:200]))
        if told.results and (told.colums != list(columns) or any(len(row) != len(columns) for row in told.results)):
            raise Broken(self.http.service, "Playback Reporting answers with other columns than it was asked for")
        return told.results

    async def _look_up(self, rows: Sequence[Sequence[str | None]], known: dict[str, WatchedItem]) -> None:
        """Learn of the items that rows name, as far as Jellyfin still lists them."""
        keys = {plain(row[3] or "") for row in rows}
        wanted = sorted(key for key in keys - known.keys() if ITEM_ID.fullmatch(key))
        for place in range(0, len(wanted), _AT_ONCE):
            known |= await self.watched_items(wanted[place : place + _AT_ONCE])


def _play(row: Sequence[str | None], names: dict[str, Viewer], known: dict[str, WatchedItem]) -> Play | None:
    number, started, user, item_id, kind, name, duration = row[:7]
    began = unix_instant(count(started))
    if began is None or not number or not user or not item_id:
        return None
    item = known.get(plain(item_id))
    seconds = whole_number(duration)
    length = count(item.run_time_ticks) // TICKS if item is not None else 0
    percent = min(100, seconds * 100 // length) if length else 0
    who = plain(user)
    return Play(
        PlayId(int(number)),
        PlayId(int(number)),
        names.get(who, Viewer(who)),
        played_item(item) if item is not None else _gone(plain(item_id), kind or "", name or ""),
        began,
        began + timedelta(seconds=seconds),
        seconds,
        percent,
        percent >= _WATCHED,
    )


def _gone(key: str, kind: str, name: str) -> PlayedItem:
    """An item that Jellyfin lists no more, from the name that the plugin wrote down."""
    told: dict[str, Any] = {"lasting_key": True}
    found = _EPISODE.fullmatch(name) if kind == "Episode" else None
    if found is not None:
        told |= {"series_title": found["series"][:500], "title": found["title"][:500]}
        told |= {"season": int(found["season"]), "number": int(found["number"])}
    else:
        told["title"] = name[:500]
    return PlayedItem(ItemKind.MOVIE if kind == "Movie" else ItemKind.EPISODE, key, **told)
