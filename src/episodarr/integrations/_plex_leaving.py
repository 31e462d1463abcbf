"""Plex as the one that shows what leaves soon: collections of one name, one for each library and type of item.

A collection of Plex belongs to a library and holds items of one type. None is ever deleted, and no item.
"""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._paging import Pages, asked_twice
from episodarr.integrations._plex_server import Asked, is_key
from episodarr.integrations._plex_shelf import Kept, KeptContainer, PlexShelf
from episodarr.integrations._plex_wire import Section

_TYPES = {"movie": 1, "show": 2, "season": 3, "episode": 4}
_PAGE = 100
_AT_ONCE = 50
_UNKNOWN_WAY = {400, 404, 405}


class _Held(Kept):
    """A collection, or an item of one."""

    subtype: str = ""
    """Of a collection: the type of its items."""
    smart: bool | int | str | None = None


class _HeldContainer(KeptContainer):
    metadata: list[_Held] = msgspec.field(default_factory=list, name="Metadata")  # type: ignore[assignment]  # items of a narrower kind


class _Wrapped(msgspec.Struct, gc=False):
    content: _HeldContainer | None = msgspec.field(default=None, name="MediaContainer")


_held: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Wrapped, strict=False)


class PlexLeaving(PlexShelf):
    """LeavingShelf: part of the Plex client."""

    async def show_leaving(self, name: str, item_ids: Collection[str]) -> None:
        """Have the collections of that name hold exactly these items; a missing one is made, an unneeded left empty.

        Raises Broken when a library has several of that name and type, and when one holds something else afterwards.
        What Plex no longer knows of the items is left out.
        """
        if not name.strip():
            raise ValueError("a collection needs a name")
        server = await self._plex()
        wanted = await self._by_place(sorted(set(item_ids)))
        for section in await self._sections():
            if section.type not in {"show", "movie"}:
                continue
            found = await self._collections(section, name)
            of_section = {kind: keys for (library, kind), keys in wanted.items() if library == section.key}
            for kind in sorted({*found, *of_section}):
                items = of_section.get(kind, set())
                collection = found.get(kind) or await self._make(server, section.key, kind, name, items)
                await self._fill(server, collection, items)

    async def _by_place(self, keys: list[str]) -> dict[tuple[str, str], set[str]]:
        """(library, type of item) -> keys."""
        found: dict[tuple[str, str], set[str]] = {}
        for place in range(0, len(keys), _AT_ONCE):
            for key, item in (await self.items_of(keys[place : place + _AT_ONCE])).items():
                if item.type not in _TYPES or item.library is None:
                    raise Broken(self.http.service, "it does not tell what an item is, or of which library")
                found.setdefault((str(item.library), item.type), set()).add(key)
        return found

    async def _collections(self, section: Section, name: str) -> dict[str, str]:
        """Type of item -> the collection of that name in a library. Those that fill themselves are others."""
        found: dict[str, str] = {}
        for one in await self._all(f"/library/sections/{section.key}/collections"):
            if one.title != name or one.smart in {True, "1", "true"}:
                continue
            kind = one.subtype or next((item.type for item in await self._items(one.rating_key)), "")
            if kind not in _TYPES:
                continue
            if kind in found:
                raise Broken(self.http.service, f"the library “{section.title}” has several collections of that name")
            found[kind] = one.rating_key
        return found

    async def _make(self, server: str, section: str, kind: str, name: str, items: set[str]) -> str:
        asked: Asked = {
            "type": _TYPES[kind],
            "title": name,
            "smart": 0,
            "sectionId": section,
            "uri": _uri(server, sorted(items)[:_AT_ONCE]),
        }
        told: Any = self._container(await self.http.ask("POST", "/library/collections", params=asked), _held)
        if len(told.metadata) != 1 or not is_key(told.metadata[0].rating_key):
            raise Broken(self.http.service, "it does not tell which collection it made")
        return str(told.metadata[0].rating_key)

    async def _fill(self, server: str, collection: str, wanted: set[str]) -> None:
        path = f"/library/collections/{collection}/items"
        held = {item.rating_key for item in await self._items(collection)}
        missing = sorted(wanted - held)
        for place in range(0, len(missing), _AT_ONCE):
            uri = _uri(server, missing[place : place + _AT_ONCE])
            await self.http.ask("PUT", path, params={"uri": uri})
        for method in ("PUT", "DELETE"):  # as its description says, and as its servers do
            for key in sorted(held - wanted):
                await self.http.ask(method, f"{path}/{key}", accept=_UNKNOWN_WAY)
            if held - wanted or missing:
                held = {item.rating_key for item in await self._items(collection)}
                missing = []
        if held != wanted:
            raise Broken(self.http.service, "a collection does not hold what was put into it")

    async def _items(self, collection: str) -> list[_Held]:
        return await self._all(f"/library/collections/{collection}/items")

    async def _all(self, path: str) -> list[_Held]:
        """A whole listing. Raises Broken when, asked twice, its pages do not add up."""

        async def read() -> list[_Held]:
            pages: Pages[_Held] = Pages(lambda item: item.rating_key)
            found: list[_Held] = []
            while not pages.complete:
                found += self._page(pages, await self._get(path, {}, (pages.start, _PAGE)), _held)
            return found

        return await asked_twice(read, self.http.service, "the pages of its collections")


def _uri(server: str, keys: Iterable[str]) -> str:
    return f"server://{server}/com.plexapp.plugins.library/library/metadata/{','.join(keys)}"
