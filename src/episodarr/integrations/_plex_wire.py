"""The shapes of Plex's JSON, as far as they are read, and what its ids mean."""

import re
from typing import Any

import msgspec

from episodarr.availability.model import Playability

_PLAIN = re.compile(r"(tvdb|tmdb|imdb|anidb)://([0-9A-Za-z]+)")
_AGENT = re.compile(r"com\.plexapp\.agents\.(?P<agent>\w+)://(?P<id>[^?]+)")
"""Agents of before 2020: `com.plexapp.agents.thetvdb://121361?lang=en`, with `/season/episode` behind an episode's."""
_AGENTS = {"thetvdb": "tvdb", "themoviedb": "tmdb", "imdb": "imdb"}
_HAMA = re.compile(r"(tvdb|tmdb|anidb)\d?-(\w+)")
"""HAMA and its like name the source in the id: `anidb-15001`, `tvdb2-990001`."""


class Guid(msgspec.Struct, gc=False):
    """An id in another system: `tvdb://990001`."""

    id: str = ""


class Part(msgspec.Struct, gc=False):
    """One file. `exists` and `accessible` are told only when Plex was asked to look at the disk."""

    file: str = ""
    size: int | None = None
    exists: bool | int | str | None = None
    accessible: bool | int | str | None = None
    deleted_at: int | str | None = msgspec.field(default=None, name="deletedAt")


class Media(msgspec.Struct, gc=False):
    """One version of an item."""

    parts: list[Part] = msgspec.field(default_factory=list, name="Part")
    deleted_at: int | str | None = msgspec.field(default=None, name="deletedAt")


class Location(msgspec.Struct, gc=False):
    """A folder of a library or show."""

    path: str = ""


class Section(msgspec.Struct, gc=False):
    """A library."""

    key: str = ""
    type: str = ""
    title: str = ""
    agent: str = ""
    locations: list[Location] = msgspec.field(default_factory=list, name="Location")


class Item(msgspec.Struct, rename="camel", gc=False):
    """A show or an episode."""

    rating_key: str
    title: str | None = None
    guid: str | None = None
    year: int | None = None
    index: int | None = None
    parent_index: int | None = None
    grandparent_rating_key: str | None = None
    added_at: int | None = None
    deleted_at: int | str | None = None
    guids: list[Guid] = msgspec.field(default_factory=list, name="Guid")
    media: list[Media] = msgspec.field(default_factory=list, name="Media")
    locations: list[Location] = msgspec.field(default_factory=list, name="Location")

    def part(self) -> Part | None:
        """The file that is played: the first that is there, or else the first."""
        parts = [(media, part) for media in self.media for part in media.parts if part.file]
        there = [part for media, part in parts if self._is_there(media, part)]
        return next(iter(there or [part for _, part in parts]), None)

    def playability(self) -> Playability:
        """Whether there is a file that is not in the trash and, as far as Plex looked, on disk."""
        parts = [(media, part) for media in self.media for part in media.parts if part.file]
        if not parts:
            return Playability(False, "no media source")
        if any(self._is_there(media, part) for media, part in parts):
            return Playability(True)
        return Playability(False, "its file is unavailable")

    def _is_there(self, media: Media, part: Part) -> bool:
        if self.deleted_at or media.deleted_at or part.deleted_at:
            return False
        return not _is_no(part.exists) and not _is_no(part.accessible)


class Container(msgspec.Struct, rename="camel", gc=False):
    """What every answer is wrapped in. Lists are left out when they are empty."""

    size: int | None = None
    total_size: int | None = None
    friendly_name: str | None = None
    version: str | None = None
    machine_identifier: str | None = None
    metadata: list[Item] = msgspec.field(default_factory=list, name="Metadata")
    directory: list[Section] = msgspec.field(default_factory=list, name="Directory")


class Wrapped(msgspec.Struct, gc=False):
    """The whole answer."""

    content: Container | None = msgspec.field(default=None, name="MediaContainer")


container: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Wrapped, strict=False)
"""Not strict: numbers came as texts from some versions."""


def provider_ids(item: Item) -> dict[str, str]:
    """Provider name -> id, from new agents (`Guid`) and old ones; nothing for items that are matched to nothing."""
    found: dict[str, str] = {}
    for guid in item.guids:
        if plain := _PLAIN.fullmatch(guid.id):
            found.setdefault(plain[1], plain[2])
    if item.guid is None:
        return found
    if plain := _PLAIN.fullmatch(item.guid):
        found.setdefault(plain[1], plain[2])
    elif old := _AGENT.match(item.guid):
        name, value = _AGENTS.get(old["agent"], ""), old["id"]
        if hama := _HAMA.match(value):
            name, value = hama[1], value.replace(hama[0], hama[2], 1)
        # Behind a slash come season and episode: the id is the show's then, and the item is told by its numbers.
        if name and "/" not in value:
            found.setdefault(name, value)
    return found


def _is_no(told: object) -> bool:
    return told is not None and told in {False, "0", "false"}  # False and 0 are one
