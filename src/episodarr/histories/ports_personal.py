"""What personal views of histories need from outside."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from episodarr.histories.personal import Listing, Place, Shown, UserSums


@dataclass(frozen=True, slots=True)
class Film:
    """A film that was seen on a day."""

    title: str
    watched_on: date


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

    def listings(self, series_ids: Collection[int]) -> Mapping[int, Listing]:
        """Shows as Sonarr lists them; those that it does not list any more are absent."""
        ...

    def days(
        self, user_id: int, shows: Collection[int], series_ids: Collection[int], *, latest: bool
    ) -> Iterable[tuple[int, int | None, int, int, date]]:
        """What imports tell of known shows and of shows of the library: show, series, season, number and day.

        `latest`: of each episode the last day only.
        """
        ...

    def plays(self, user_id: int, series_ids: Collection[int], *, latest: bool) -> Iterable[tuple[int, int, int, date]]:
        """Series, season, number and day of what the media servers tell of the person that the user is."""
        ...

    def orders(self, series_ids: Collection[int], now: datetime) -> Mapping[int, list[Place]]:
        """The aired episodes of shows without their specials, sorted."""
        ...

    def films(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[Film], str | None]:
        """The films of a user's imports, those seen last first."""
        ...

    def episodes_of(self, user_id: int) -> Mapping[int, tuple[int, date]]:
        """Episodarr's episode -> on how many days imports tell of it, and the last one."""
        ...
