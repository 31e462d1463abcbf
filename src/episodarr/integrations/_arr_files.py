"""Sonarr and Radarr as those that delete files: what both do alike.

Nothing that the two answer alike is taken from a stranger: each call lets the application say first which one it is.
"""

from typing import Any

import msgspec

from episodarr.connections.failures import Broken, WrongPath
from episodarr.deletion.systems import Root, WasteBin
from episodarr.integrations._arr import Arr
from episodarr.integrations._http import UNREADABLE, Answer
from episodarr.integrations._ids import whole_id
from episodarr.integrations._untrusted import text


class Wire(msgspec.Struct, rename="camel", gc=False):
    """A part of an answer. A member without a default is one that its absence makes unreadable."""


class _Root(Wire):
    path: str
    accessible: bool = False


class _Management(Wire):
    id: int
    recycle_bin_cleanup_days: int
    recycle_bin: str | None = None


class _OnlyId(Wire):
    id: int


_roots = msgspec.json.Decoder(list[_Root])
_management = msgspec.json.Decoder(_Management)
_object = msgspec.json.Decoder(dict[str, Any])
ONLY_ID = msgspec.json.Decoder(_OnlyId)
ONLY_IDS = msgspec.json.Decoder(list[_OnlyId])


class ArrFiles(Arr):
    """The part of FileManager that both share."""

    async def roots(self) -> list[Root]:
        """The library folders, without a slash at their ends."""
        await self.identify()
        found = await self.http.json("/api/v3/rootfolder", _roots)
        return [Root(one.path.rstrip("/\\") or one.path, one.accessible) for one in found]

    async def waste_bin(self) -> WasteBin:
        """Where deleted files go."""
        await self.identify()
        told = await self.http.json("/api/v3/config/mediamanagement", _management)
        return WasteBin((told.recycle_bin or "").strip(), max(told.recycle_bin_cleanup_days, 0))

    async def ask_for_one(self, path: str) -> Answer | None:
        """The answer about one thing; None only on the application's own "not found".

        A proxy's says nothing, and a relative's is worded the same.
        """
        answer = await self.http.ask("GET", path, accept={404})
        if answer.status != 404:
            return answer
        try:
            told = _object.decode(answer.body)
        except UNREADABLE:
            told = {}
        if "message" not in told:
            raise WrongPath(
                self.http.service, f"nothing is there (HTTP 404), and it is not {self.application} that says so"
            )
        await self.identify()
        return None

    async def command(self, name: str, **of: object) -> None:
        """Give it a command; it goes on by itself."""
        answer = await self.http.ask("POST", "/api/v3/command", content={"name": name, **of})
        self.http.decode(answer, ONLY_ID)

    async def delete_by_id(self, path: str, number: int) -> None:
        """Delete one thing of a positive id. Raises Broken when it is gone already."""
        whole = whole_id(number)
        await self.identify()
        await self.http.ask("DELETE", f"{path}/{whole}")

    async def labels_of(self, tags: list[int]) -> frozenset[str]:
        """The labels of tags in lower case. Raises Broken when one is not in its list: that one could protect."""
        if not tags:
            return frozenset()
        labels = await self.tag_labels()
        if any(not text(labels.get(tag)) for tag in tags):
            raise Broken(self.http.service, "it names a tag that is not in its list of tags")
        return frozenset(labels[tag].lower() for tag in tags)
