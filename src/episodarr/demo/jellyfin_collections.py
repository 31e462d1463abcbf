"""The collections of the simulated Jellyfin: lists of items by a name, shown as a user sees them."""

from dataclasses import dataclass, field
from typing import Any

from episodarr.demo.jellyfin_resources import SERVER_ID, instant, item_id
from episodarr.demo.server import Answer, Ask, Server, as_json

Json = dict[str, Any]


@dataclass(slots=True)
class BoxSet:
    """A collection. `items` are ids, in the order in which they came."""

    id: str
    name: str
    items: list[str] = field(default_factory=list)


class Collections:
    """All of them, and the handlers that change them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.all: dict[str, BoxSet] = {}

    def make(self, name: str, items: list[str]) -> BoxSet:
        """A new collection; two may have one name."""
        made = BoxSet(item_id("BoxSet", f"{name}/{len(self.all)}"), name, items)
        self.all[made.id] = made
        return made

    def items(self) -> list[Json]:
        """The collections as items, in full."""
        made = instant(self._server.world.started_at)
        return [
            {
                "Name": one.name,
                "ServerId": SERVER_ID,
                "Id": one.id,
                "DateCreated": made,
                "SortName": one.name.lower(),
                "Path": f"/config/data/collections/{one.name} [boxset]",
                "ProviderIds": {},
                "IsFolder": True,
                "Type": "BoxSet",
                "ChildCount": len(one.items),
                "ImageTags": {},
                "BackdropImageTags": [],
                "ImageBlurHashes": {},
                "LocationType": "FileSystem",
                "MediaType": "Unknown",
            }
            for one in self.all.values()
        ]

    def create(self, ask: Ask) -> Answer:
        """Make a collection with the items of `ids`."""
        return as_json({"Id": self.make(ask.query.get("name", ""), _ids(ask)).id})

    def change(self, ask: Ask) -> Answer:
        """Put items in or take them out; a collection that is not there is a failure, as in the real one."""
        held = self.all.get(ask.groups["id"].replace("-", "").lower())
        if held is None:
            return self._server.broken()
        given = _ids(ask)
        if ask.method == "POST":
            held.items += [one for one in given if one not in held.items]
        else:
            held.items = [one for one in held.items if one not in given]
        return Answer(204)


def _ids(ask: Ask) -> list[str]:
    listed = ",".join(ask.query.getall("ids", [])).split(",")
    return [one.replace("-", "").lower() for one in listed if one]
