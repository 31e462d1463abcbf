"""sync/maindata: what changed since the answer that the client applied last, kept per session."""

from typing import Any

from episodarr.demo.qbittorrent_resources import TRACKER, categories, server_state, tags, torrent_resource
from episodarr.demo.world import World

Json = dict[str, Any]
LAST_RID = 1_000_000


class Picture:
    """Everything that maindata tells, at one instant."""

    def __init__(self, world: World) -> None:
        self.torrents = {key: torrent_resource(world, torrent) for key, torrent in world.torrents.items()}
        self.categories = categories(world)
        self.tags = tags(world)
        self.server_state = server_state(world)

    def full(self, rid: int) -> Json:
        """All of it."""
        return {
            "rid": rid,
            "full_update": True,
            "torrents": self.torrents,
            "categories": self.categories,
            "tags": self.tags,
            "server_state": self.server_state,
            "trackers": {TRACKER: list(self.torrents)} if self.torrents else {},
        }

    def since(self, before: "Picture", rid: int) -> Json:
        """Only what differs from `before`; keys without any difference are left out."""
        moved: Json = {}
        for key, torrent in self.torrents.items():
            changed = _changed(before.torrents.get(key, {}), torrent)
            if changed:
                moved[key] = changed
        parts: Json = {
            "torrents": moved,
            "torrents_removed": [key for key in before.torrents if key not in self.torrents],
            "categories": {name: one for name, one in self.categories.items() if before.categories.get(name) != one},
            "categories_removed": [name for name in before.categories if name not in self.categories],
            "tags": [tag for tag in self.tags if tag not in before.tags],
            "tags_removed": [tag for tag in before.tags if tag not in self.tags],
            "server_state": _changed(before.server_state, self.server_state),
        }
        return {"rid": rid, **{name: part for name, part in parts.items() if part}}


def _changed(before: Json, now: Json) -> Json:
    return {name: value for name, value in now.items() if name not in before or before[name] != value}


class Sync:
    """One session's exchange: which answer was sent last, and which one the client has applied."""

    def __init__(self) -> None:
        self._sent_rid = 0
        self._sent: Picture | None = None
        self._applied_rid = 0
        self._applied: Picture | None = None

    def answer(self, world: World, rid: int) -> Json:
        """A delta when `rid` is the last answer or the one before it that was applied; everything otherwise."""
        picture = Picture(world)
        if rid > 0 and rid == self._sent_rid:
            self._applied_rid, self._applied = self._sent_rid, self._sent
        base = self._applied if rid > 0 and rid == self._applied_rid else None
        self._sent_rid = self._sent_rid % LAST_RID + 1
        self._sent = picture
        if base is None:
            self._applied_rid, self._applied = 0, None
            return picture.full(self._sent_rid)
        return picture.since(base, self._sent_rid)
