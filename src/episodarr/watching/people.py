"""Which accounts of all servers belong to one person: pure rules, and what screens are told.

Only certain identity joins by itself: the same Plex account in Plex, Tautulli and Seerr, the same Jellyfin user in
Jellyfin and Seerr. Equal names are suggested to an administrator, who says yes or no. What was said is kept by names
of accounts that outlive their connections, and goes before everything else: a split stays split.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Protocol, TypeVar

import msgspec

T = TypeVar("T", int, str)

_GUID = re.compile(r"[0-9a-f]{32}")
_OF_PLEX = frozenset({"plex", "tautulli"})
_IDENTITIES = {"plex": "the same Plex account", "jellyfin": "the same Jellyfin user"}


class Account(msgspec.Struct, frozen=True):
    """An account of one connection."""

    place: str
    """Where it is stored: `v12` a viewer of plays, `r3/5` user 5 of the request system of connection 3."""
    key: str
    """Its name that outlives the connection: the same when a service is removed and connected again."""
    kind: str
    """Of the service, such as `tautulli`."""
    connection: str
    """The name of the connection."""
    name: str
    identities: tuple[str, ...] = ()
    """What is certainly one person wherever it appears, such as `plex:123`."""


class Decision(msgspec.Struct, frozen=True):
    """What an administrator said of two accounts, by their keys."""

    first: str
    second: str
    together: bool
    by: str
    at: datetime


class Tie(msgspec.Struct, frozen=True):
    """Why two accounts are one person's."""

    first: str
    second: str
    reason: str


class Group(msgspec.Struct, frozen=True):
    """The accounts of one person, by their keys in order, and what joined them."""

    keys: tuple[str, ...]
    ties: tuple[Tie, ...] = ()


class Likeness(msgspec.Struct, frozen=True):
    """Two accounts that may be one person's."""

    first: Account
    second: Account
    reason: str


def viewer_account(place: str, kind: str, connection: str, address: str, viewer: str, name: str) -> Account:
    """The account of a viewer of plays. `address`: scheme, host and port of the service; `viewer`: its id there.

    Plex numbers its owner 1 and whoever did not sign in 0 on every server: these are nobody elsewhere.
    """
    identity = ""
    if kind in _OF_PLEX and viewer.isascii() and viewer.isdecimal() and int(viewer) > 1:
        identity = f"plex:{int(viewer)}"
    elif kind == "jellyfin" and _GUID.fullmatch(guid := viewer.replace("-", "").lower()):
        identity = f"jellyfin:{guid}"
    key = f"{kind}/{identity.partition(':')[2]}" if identity else f"{kind}@{address}/{viewer}"
    return Account(place, key, kind, connection, name or viewer, (identity,) if identity else ())


def requester_account(
    place: str, kind: str, connection: str, address: str, number: int, name: str, plex_id: int, jellyfin_user: str
) -> Account:
    """The account of a user of a request system, with the accounts that it is linked with there (0, empty: none)."""
    identities = [f"plex:{plex_id}"] if plex_id > 1 else []
    if _GUID.fullmatch(guid := jellyfin_user.replace("-", "").lower()):
        identities.append(f"jellyfin:{guid}")
    return Account(place, f"{kind}@{address}/{number}", kind, connection, name or f"user {number}", tuple(identities))


def groups_of(accounts: Iterable[Account], decisions: Iterable[Decision]) -> list[Group]:
    """The people: each account in exactly one group, whatever order they come in.

    What was said last counts first; two accounts that were said to be two people are never in one group.
    """
    known: dict[str, set[str]] = {}
    for one in accounts:
        known.setdefault(one.key, set()).update(one.identities)
    said = sorted(decisions, key=lambda one: (one.at, one.first, one.second), reverse=True)
    apart = {(one.first, one.second) for one in said if not one.together}
    apart |= {(second, first) for first, second in apart}
    by_identity: dict[str, list[str]] = {}
    for key in sorted(known):
        for identity in known[key]:
            by_identity.setdefault(identity, []).append(key)
    wanted = [Tie(one.first, one.second, f"joined by {one.by}") for one in said if one.together]
    wanted += [
        Tie(first, second, _IDENTITIES[identity.partition(":")[0]])
        for identity in sorted(by_identity)
        for first, second in combinations(by_identity[identity], 2)
    ]
    held: dict[str, set[str]] = {key: {key} for key in known}
    ties: list[Tie] = []
    for tie in wanted:
        if tie.first not in held or tie.second not in held:
            continue
        these, those = held[tie.first], held[tie.second]
        if these is those:
            ties.append(tie)
        elif apart.isdisjoint((first, second) for first in these for second in those):
            these |= those
            held.update(dict.fromkeys(those, these))
            ties.append(tie)
    found = {min(keys): keys for keys in held.values()}
    return [
        Group(tuple(sorted(found[first])), tuple(tie for tie in ties if tie.first in found[first]))
        for first in sorted(found)
    ]


def likenesses(accounts: Sequence[Account], groups: Sequence[Group], decisions: Iterable[Decision]) -> list[Likeness]:
    """Accounts of different people that are called the same, and of which nobody said that they are two people."""
    of = {key: place for place, group in enumerate(groups) for key in group.keys}
    apart = {(one.first, one.second) for one in decisions if not one.together}
    by_name: dict[str, list[Account]] = {}
    for account in sorted(accounts, key=lambda one: (one.key, one.place)):
        if name := spelled(account.name):
            by_name.setdefault(name, []).append(account)
    found: dict[tuple[int, int], Likeness] = {}
    for name in sorted(by_name):
        for one, other in combinations(by_name[name], 2):
            pair = of[one.key], of[other.key]
            if pair[0] == pair[1] or one.connection == other.connection:
                continue
            crossing = ((a, b) for a in groups[pair[0]].keys for b in groups[pair[1]].keys)
            if not any(_ordered(*keys) in apart for keys in crossing):
                found.setdefault(_ordered(*pair), Likeness(one, other, f"both are called {one.name}"))
    return [*found.values()]


def spelled(name: str) -> str:
    """One spelling of a name: case, width and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def called(names: Iterable[str]) -> str:
    """What a person with accounts of these names is called: as most of them say, else the longest."""
    ordered = sorted(names)
    often = Counter(spelled(name) for name in ordered)
    return max(ordered, key=lambda name: (often[spelled(name)], len(name), name))


def kept_ids(groups: Iterable[Sequence[str]], held: Mapping[str, int]) -> dict[int, int]:
    """Which people stay who they are: the place of a group -> its person's id, for those that had one.

    `groups`: the places of accounts; `held`: the person's id of each. Of two groups with accounts of one person the one
    with more of them keeps the id.
    """
    claims = [
        (-count, person, place)
        for place, group in enumerate(groups)
        for person, count in Counter(held[one] for one in group if one in held).items()
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, person, place in sorted(claims):
        if place not in found and person not in taken:
            found[place] = person
            taken.add(person)
    return found


def _ordered(first: T, second: T) -> tuple[T, T]:
    return (first, second) if first <= second else (second, first)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of a person. `key` is what it is joined and split by."""

    key: str
    kind: str
    connection: str
    name: str
    reasons: list[str] = field(default_factory=list)
    """Why it belongs to the person."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who watches or requests."""

    token: str
    """What lists are filtered by: `p3` a person, `v12` a viewer with one account; empty: never played anything."""
    name: str
    accounts: list[AccountView]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two accounts that may be one person's."""

    first: AccountView
    second: AccountView
    reason: str


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everybody, those with several accounts first."""

    people: list[PersonView]
    suggestions: list[Suggestion]
    more: int = 0
    """People beyond those that are listed."""


class PeopleBook(Protocol):
    """Who is who. For administrators only: it names people."""

    def people(self, limit: int) -> PeopleView:
        """At most `limit` people."""
        ...

    def settle(self) -> bool:
        """Bring the people up to date with the accounts; whether anything changed."""
        ...

    def join(self, first: str, second: str, by: str) -> None:
        """The accounts with these keys, and what they are joined with, are one person's. Raises LookupError."""
        ...

    def keep_apart(self, first: str, second: str, by: str) -> None:
        """The people with these accounts are two people. Raises LookupError."""
        ...

    def split(self, key: str, by: str) -> None:
        """This account is not of the person that it is joined with. Raises LookupError."""
        ...
