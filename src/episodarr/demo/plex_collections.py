"""The collections of the simulated Plex: each of one library, and of one type of items.

Its description says that an item is taken out with PUT; servers take it out with DELETE. `as_described` is the former.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from episodarr.demo.plex_resources import Json
from episodarr.demo.server import Answer, Ask

TYPES = {"1": "movie", "2": "show", "3": "season", "4": "episode"}
FIRST_KEY = 7_000


@dataclass(slots=True)
class PlexCollection:
    """A collection. `items` are rating keys, in the order in which they came."""

    key: str
    section: str
    title: str
    kind: str
    items: list[str] = field(default_factory=list)
    smart: bool = False


Page = Callable[[Ask, list[Json], Json], Answer]


class PlexCollections:
    """All of them. `find` makes the items of some rating keys, `page` an answer of a list."""

    def __init__(self, machine: str, find: Callable[[list[str]], list[Json]], page: Page, missing: Answer) -> None:
        self._machine, self._find, self._page, self._missing = machine, find, page, missing
        self.all: dict[str, PlexCollection] = {}
        self.as_described = False
        self._next = FIRST_KEY

    def make(self, section: str, title: str, kind: str, items: list[str], *, smart: bool = False) -> PlexCollection:
        """A new collection."""
        self._next += 1
        made = PlexCollection(str(self._next), section, title, kind, items, smart)
        self.all[made.key] = made
        return made

    def _resource(self, one: PlexCollection) -> Json:
        made: Json = {
            "ratingKey": one.key,
            "key": f"/library/collections/{one.key}/children",
            "guid": f"collection://{one.key}",
            "type": "collection",
            "title": one.title,
            "subtype": one.kind,
            "summary": "",
            "index": int(one.key),
            "childCount": str(len(one.items)),
        }
        return {**made, "smart": "1"} if one.smart else made

    def listed(self, ask: Ask) -> Answer:
        """The collections of a library."""
        held = [one for one in self.all.values() if one.section == ask.groups["id"]]
        return self._page(ask, [self._resource(one) for one in held], {})

    def create(self, ask: Ask) -> Answer:
        """A new collection of `sectionId`, with the items of `uri`."""
        kind = TYPES.get(ask.query.get("type", ""))
        if kind is None or not ask.query.get("title") or not ask.query.get("sectionId"):
            return Answer(400)
        made = self.make(ask.query["sectionId"], ask.query["title"], kind, self._keys(ask))
        return self._page(ask, [self._resource(made)], {})

    def items(self, ask: Ask) -> Answer:
        """What is in a collection and still in the library."""
        held = self.all.get(ask.groups["id"])
        return self._missing if held is None else self._page(ask, self._find(held.items), {})

    def add(self, ask: Ask) -> Answer:
        """Put items in."""
        held = self.all.get(ask.groups["id"])
        if held is None:
            return self._missing
        held.items += [key for key in self._keys(ask) if key not in held.items]
        return self._page(ask, [self._resource(held)], {})

    def take_out(self, ask: Ask) -> Answer:
        """Take an item out; it stays in the library."""
        held = self.all.get(ask.groups["id"])
        if held is None or (ask.method == "PUT") != self.as_described:
            return self._missing
        held.items = [key for key in held.items if key != ask.groups["item"]]
        return self._page(ask, [self._resource(held)], {})

    def _keys(self, ask: Ask) -> list[str]:
        form = rf"server://{self._machine}/com\.plexapp\.plugins\.library/library/metadata/([\d,]+)"
        told = re.fullmatch(form, ask.query.get("uri", ""))
        return [key for key in told[1].split(",") if key] if told else []
