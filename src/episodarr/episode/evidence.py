"""Evidence: the latest fact of each (kind, source). Adding facts in any order, or twice, gives the same evidence."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from episodarr.episode.facts import Fact, Removed, What, encode, kind_of, lasting
from episodarr.episode.identity import Source


class Said(NamedTuple):
    """One piece of evidence: what a source said last, and since when it is true there."""

    at: datetime
    source: Source
    what: What


Key = tuple[str, Source]
"""What a later fact replaces: (kind, source)."""


class Evidence:
    """The latest fact of each (kind, source) about one episode. Immutable; `with_facts` gives the richer one."""

    __slots__ = ("_said",)

    def __init__(self, said: Iterable[Said] = ()) -> None:
        self._said: dict[Key, Said] = {}
        for one in said:
            self._hold(one)

    def _hold(self, one: Said) -> bool:
        key = (kind_of(one.what), one.source)
        held = self._said.get(key)
        if held is not None and (held.at, encode(held.what)) >= (one.at, encode(one.what)):
            return False
        self._said[key] = one
        return True

    def with_facts(self, facts: Iterable[Fact]) -> tuple["Evidence", list[Fact]]:
        """Evidence that also holds `facts`, and those of them that were news. An older or repeated fact is no news."""
        richer = Evidence()
        richer._said = dict(self._said)
        news = [fact for fact in facts if richer._hold(Said(fact.at, fact.source, fact.what))]
        return richer, news

    def keys(self) -> set[Key]:
        """What is said by whom: the (kind, source) pairs."""
        return set(self._said)

    def __iter__(self) -> Iterator[Said]:
        return iter(self._said.values())

    def __len__(self) -> int:
        return len(self._said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and self._said == other._said

    __hash__ = None  # type: ignore[assignment]  # compared in tests only; a hash would cost and serve nobody

    def last_removal(self) -> Said | None:
        """The latest removal of the episode's file, if there was one: the end of the previous life."""
        return max((one for one in self if isinstance(one.what, Removed)), default=None, key=lambda one: one.at)

    def of_this_life(self) -> list[Said]:
        """What still counts: facts since the last removal, and the listing, which outlives removals."""
        end = self.last_removal()
        if end is None:
            return list(self)
        return [one for one in self if one.at > end.at or lasting(one.what)]

    def repeats(self, fact: Fact) -> bool:
        """Whether the single reader of a source says again what it said last, in this life.

        Such a word is no news whenever it was said: its `at` would only move "since" forward without cause.
        """
        held = self._said.get((fact.kind, fact.source))
        if held is None or held.what != fact.what:
            return False
        end = self.last_removal()
        return end is None or held.at > end.at or lasting(held.what)
