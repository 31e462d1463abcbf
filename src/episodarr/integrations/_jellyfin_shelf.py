"""Jellyfin as the one that lists what was deleted, and shows what leaves soon as a collection.

Deleting an item would delete its file, and deleting a collection is the same call: neither is ever done. What Sonarr
deleted is reported by its path, and Jellyfin looks at it by itself.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._jellyfin_server import JellyfinServer
from episodarr.integrations._jellyfin_watching import ITEM_ID, plain
from episodarr.integrations._paging import Pages, asked_twice

_AT_ONCE = 100
_PAGE = 500


class _Wire(msgspec.Struct, rename="pascal", gc=False):
    pass


class _Item(_Wire):
    id: str
    name: str | None = None
    path: str | None = None
    type: str | None = None
    location_type: str | None = None


class _Items(_Wire):
    items: list[_Item]
    total_record_count: int


class _Policy(_Wire):
    is_administrator: bool = False


class _User(_Wire):
    id: str
    policy: _Policy | None = None


class _Made(_Wire):
    id: str


_items = msgspec.json.Decoder(_Items)
_users = msgspec.json.Decoder(list[_User])
_made = msgspec.json.Decoder(_Made)


class JellyfinShelf(JellyfinServer):
    """LibraryShelf and LeavingShelf: part of the Jellyfin client."""

    # LibraryShelf

    async def files_gone(self, paths: Sequence[str]) -> None:
        """Report paths as deleted; Jellyfin looks at them after its own delay of about a minute."""
        if any(not path.strip() for path in paths):
            raise ValueError("a path is empty")
        if paths:
            await self._jellyfin()
        for place in range(0, len(paths), _AT_ONCE):
            updates = [{"Path": path, "UpdateType": "Deleted"} for path in paths[place : place + _AT_ONCE]]
            await self.http.ask("POST", "/Library/Media/Updated", content={"Updates": updates})

    async def listed(self, item_ids: Collection[str]) -> set[str]:
        """Those of the items that are still there and not only known by name, 100 to a request."""
        found = {plain(item.id) for item in await self._there(item_ids)}
        return {item for item in item_ids if plain(item) in found}

    async def paths_of(self, item_ids: Collection[str]) -> set[str]:
        """Paths as Jellyfin sees them, of those of the items that are there."""
        return {item.path for item in await self._there(item_ids) if item.path and item.path.strip()}

    async def _there(self, item_ids: Collection[str]) -> list[_Item]:
        wanted = sorted(set(item_ids))
        if wanted:
            await self._jellyfin()
        found: list[_Item] = []
        for place in range(0, len(wanted), _AT_ONCE):
            found += await self._some(wanted[place : place + _AT_ONCE])
        return found

    async def _some(self, wanted: Sequence[str]) -> list[_Item]:
        self._check_ids(wanted)
        page = self.http.decode(
            await self.http.ask(
                "GET",
                "/Items",
                params={
                    "ids": ",".join(wanted),
                    "fields": "Path",
                    "enableUserData": "false",
                    "enableImages": "false",
                    "enableTotalRecordCount": "true",
                },
            ),
            _items,
        )
        if page.total_record_count != len(page.items):
            raise Broken(
                self.http.service, f"it counts {page.total_record_count} items and lists {len(page.items)}: cut?"
            )
        told = {plain(item.id) for item in page.items}
        if not told <= {plain(item) for item in wanted}:
            raise Broken(self.http.service, "it lists other items than it was asked for")
        return [item for item in page.items if item.location_type != "Virtual"]

    # LeavingShelf

    async def show_leaving(self, name: str, item_ids: Collection[str]) -> None:
        """Have the collection of that name hold exactly these items. Raises Broken when two are called so.

        Without items it is left empty, and not made.
        """
        if not name.strip():
            raise ValueError("a collection needs a name")
        wanted = {plain(item) for item in item_ids}
        self._check_ids(wanted)
        await self._jellyfin()
        everyone = {"recursive": "true", "includeItemTypes": "BoxSet", "collapseBoxSetItems": "false"}
        same = [one for one in await self._all(everyone) if one.name == name and one.type == "BoxSet"]
        if len(same) > 1:
            raise Broken(self.http.service, "it has several collections of that name")
        if not same:
            await self._make_collection(name, sorted(wanted))
            return
        collection = same[0].id
        held = {plain(one.id) for one in await self._held_by(collection)}
        await self._change(collection, "POST", sorted(wanted - held))
        await self._change(collection, "DELETE", sorted(held - wanted))

    async def _make_collection(self, name: str, wanted: Sequence[str]) -> None:
        if not wanted:
            return
        first = {"name": name, "ids": ",".join(wanted[:_AT_ONCE])}
        made = self.http.decode(await self.http.ask("POST", "/Collections", params=first), _made)
        self._check_ids([made.id])
        await self._change(made.id, "POST", wanted[_AT_ONCE:])

    async def _change(self, collection: str, method: str, items: Sequence[str]) -> None:
        """Put items into a collection, or take them out of it; they themselves stay as they are."""
        for place in range(0, len(items), _AT_ONCE):
            ids = ",".join(items[place : place + _AT_ONCE])
            await self.http.ask(method, f"/Collections/{collection}/Items", params={"ids": ids})

    async def _held_by(self, collection: str) -> list[_Item]:
        """What is in a collection. Only as a user sees it: without one, Jellyfin takes it for an empty folder."""
        users = await self.http.json("/Users", _users)
        admins = [one for one in users if one.policy is not None and one.policy.is_administrator]
        if not users:
            raise Broken(self.http.service, "it lists no users, and each Jellyfin has one")
        user = (admins or users)[0].id
        self._check_ids([user])
        return await self._all({"parentId": collection, "userId": user})

    async def _all(self, asked: dict[str, str]) -> list[_Item]:
        async def read() -> list[_Item]:
            pages: Pages[_Item] = Pages(lambda item: item.id)
            found: list[_Item] = []
            while not pages.complete:
                params: dict[str, str | int] = {
                    **asked,
                    "enableImages": "false",
                    "enableUserData": "false",
                    "sortBy": "SortName",
                    "startIndex": pages.start,
                    "limit": _PAGE,
                }
                page = self.http.decode(await self.http.ask("GET", "/Items", params=params, bulk=True), _items)
                found += pages.take(page.items, page.total_record_count)
            return found

        found = await asked_twice(read, self.http.service, "the pages of its collections")
        self._check_ids(item.id for item in found)
        return found

    def _check_ids(self, items: Iterable[str]) -> None:
        """Raise when an id could change the meaning of a path or a list."""
        if any(ITEM_ID.fullmatch(item) is None for item in items):
            raise Broken(self.http.service, "an item has an id that is none")
