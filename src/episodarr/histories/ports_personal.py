"""What personal views of histories need from outside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import msgspec

from episodarr.histories.personal import Place, UserSums
from episodarr.histories.totals import Counted


@dataclass(frozen=True, slots=True)
class Film:
    """A film that was seen on a day."""

    title: str
    watched_on: date


class Shown(msgspec.Struct, frozen=True):
    """A known show."""

    id: int
    title: str
    year: int
    has: Counted
    source: str
    """Who counts; empty: nobody but a Sonarr."""
    updated_at: datetime | None
    series_id: int | None
    last_on: date | None


class PersonalStore(Protocol):
    """What each user has seen."""

    def person(self, user_id: int) -> str:
        """Which viewer of the media servers a user is: `p3` a person, `v12` an account; empty: nobody said so."""
        ...

    def link(self, user_id: int, person: str, by: str, now: datetime) -> None:
        """Say so; empty: none. Raises LookupError when there is no such person."""
        ...

    def counts(self, user_id: int, series_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
        """How many different episodes of each show a user saw, and how many specials; shows without any are absent."""
        ...

    def specials(self, series_ids: Collection[int]) -> Mapping[int, int]:
        """How many specials of each show Sonarr lists, unaired ones included; of what it has not told none is known."""
        ...

    def sums(self) -> list[UserSums]:
        """How much each user has."""
        ...

    def shown(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[Shown], str | None]:
        """The shows of a user's imports, those seen last first."""
        ...

    def show_of(self, *, series_id: int = 0, show_id: int = 0) -> Shown | None:
        """A known show."""
        ...

    def listing(self, series_id: int) -> tuple[str, int, Counted, datetime | None] | None:
        """Title, year and numbers of a show as Sonarr lists it, and when it was read."""
        ...

    def days(self, user_id: int, *, show_id: int | None, series_id: int | None) -> list[tuple[int, int, date]]:
        """Season, number and day of what imports tell of a show."""
        ...

    def plays(self, user_id: int, series_id: int) -> list[tuple[int, int, date]]:
        """The same of what the media servers tell of the person that the user is."""
        ...

    def order(self, series_id: int, now: datetime) -> list[Place]:
        """The aired episodes of a show without its specials, sorted."""
        ...

    def films(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[Film], str | None]:
        """The films of a user's imports, those seen last first."""
        ...

    def episodes_of(self, user_id: int) -> Mapping[int, tuple[int, date]]:
        """Episodarr's episode -> on how many days imports tell of it, and the last one."""
        ...
