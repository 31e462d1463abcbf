"""Plex as the one that lists what was deleted, and shows what leaves soon as collections.

Deleting an item would delete its file: that is never done. Plex looks at the folder of a file that Sonarr deleted, and
keeps what it misses there in its trash or drops it, as its settings say.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from episodarr.connections.failures import Broken
from episodarr.integrations._plex_server import PlexServer, is_key
from episodarr.integrations._plex_wire import Container, Item, Section

_AT_ONCE = 50
_VIDEO = re.compile(r"\.(mkv|mp4|m4v|avi|ts|m2ts|mov|wmv|webm|mpe?g|flv|iso|ogm|divx|vob)$", re.IGNORECASE)
_HOLDERS = {"show", "season"}


class Kept(Item):
    """An item of any type, and where it belongs."""

    type: str = ""
    leaf_count: int = 0
    library: int | str | None = msgspec.field(default=None, name="librarySectionID")


class KeptContainer(Container):
    """What an answer about such items is wrapped in; what they have in common may stand here instead."""

    metadata: list[Kept] = msgspec.field(default_factory=list, name="Metadata")  # type: ignore[assignment]  # items of a narrower kind
    library: int | str | None = msgspec.field(default=None, name="librarySectionID")


class _Wrapped(msgspec.Struct, gc=False):
    content: KeptContainer | None = msgspec.field(default=None, name="MediaContainer")


kept: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Wrapped, strict=False)


class PlexShelf(PlexServer):
    """LibraryShelf: part of the Plex client."""

    async def files_gone(self, paths: Sequence[str]) -> None:
        """Have Plex look at the folders of these files. Raises Broken at the end when no library holds one of them."""
        if any(not path.strip() for path in paths):
            raise ValueError("a path is empty")
        if not paths:
            return
        await self._plex()
        sections = await self._sections()
        places = {path: _section_of(path, sections) for path in paths}
        for key, folder in sorted({(key, _folder_of(path)) for path, key in places.items() if key}):
            await self._look_at(key, folder)
        if not all(places.values()):
            raise self._nowhere()

    async def rescan(self, path: str) -> None:
        """Have Plex look at `path`, as Plex sees it, in the library that holds it. Raises Broken when none does."""
        key = _section_of(path, await self._sections())
        if not key:
            raise self._nowhere()
        await self._look_at(key, _folder_of(path))

    async def _look_at(self, section: str, folder: str) -> None:
        await self.http.ask("GET", f"/library/sections/{section}/refresh", params={"path": folder})

    def _nowhere(self) -> Broken:
        return Broken(
            self.http.service,
            "none of its libraries holds the path to look at",
            fix="Sonarr and Plex see the files at different paths: map them, or let Plex scan by itself.",
        )

    async def listed(self, item_ids: Collection[str]) -> set[str]:
        """Those of the items that are there with a file outside of the trash; of shows and seasons, with episodes.

        An item that is missing from an answer about several is asked for alone: only Plex's own "not found" counts,
        and only from the server that was asked first.
        """
        return set(await self._there(item_ids))

    async def paths_of(self, item_ids: Collection[str]) -> set[str]:
        """Paths as Plex sees them, of the files of those of the items that are there."""
        there = await self._there(item_ids)
        files = (part.file for item in there.values() for media in item.media for part in media.parts)
        return {path for path in files if path and path.strip()}

    async def _there(self, item_ids: Collection[str]) -> dict[str, Kept]:
        wanted = sorted(set(item_ids))
        if not wanted:
            return {}
        server = await self._plex()
        found: dict[str, Kept] = {}
        missed: list[str] = []
        for place in range(0, len(wanted), _AT_ONCE):
            some = wanted[place : place + _AT_ONCE]
            items = await self.items_of(some)
            found |= items
            missed += [key for key in some if key not in items]
        for key in missed:
            if len(wanted) > 1:
                found |= await self.items_of([key])
        if missed and await self._plex() != server:
            raise Broken(self.http.service, "another Plex answers than a moment before")
        return {key: item for key, item in found.items() if _is_there(item)}

    async def items_of(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Items by their keys, as far as Plex knows them."""
        if not all(map(is_key, keys)):
            raise Broken(self.http.service, "the item's id is none of Plex's")
        answer = await self._find(f"/library/metadata/{','.join(keys)}", {})
        if answer is None:
            return {}
        told: Any = self._container(answer, kept)
        items = {item.rating_key: item for item in told.metadata}
        if len(items) != len(told.metadata) or (told.size is not None and told.size != len(items)) or not items:
            raise Broken(self.http.service, "the list of items does not add up")
        if not items.keys() <= set(keys):
            raise Broken(self.http.service, "it lists other items than it was asked for")
        for item in items.values():
            item.library = item.library if item.library is not None else told.library
        return items


def _is_there(item: Kept) -> bool:
    """Whether it has a file that is not in the trash."""
    if item.deleted_at:
        return False
    return item.leaf_count > 0 if item.type in _HOLDERS else item.playability().playable


def _section_of(path: str, sections: Sequence[Section]) -> str:
    """The library whose folder holds the path, the closest one; empty when none does."""
    wanted = _comparable(path)
    holding = [
        (len(_comparable(place.path)), section.key)
        for section in sections
        for place in section.locations
        if wanted == _comparable(place.path) or wanted.startswith(_comparable(place.path) + "/")
    ]
    return max(holding)[1] if holding else ""


def _folder_of(path: str) -> str:
    folder = path.rstrip("/\\")
    return re.sub(r"[/\\][^/\\]*$", "", folder) if _VIDEO.search(folder) else folder


def _comparable(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").casefold()
