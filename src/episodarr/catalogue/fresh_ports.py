"""Where it is kept who follows which show, and what of a show's episodes is fresh."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from episodarr.catalogue.ahead import Coming, Prepared, Traits
from episodarr.catalogue.followed import Held, Sign, Verdict, Why
from episodarr.catalogue.in_line import Waiting
from episodarr.episode.identity import ConnectionId, SeriesId


class Chosen(msgspec.Struct, frozen=True):
    """What somebody chose, and when."""

    value: bool | int | str
    by: str
    at: datetime


class Readable(msgspec.Struct, frozen=True):
    """Which shows can be read now: those of these Sonarrs that are not left alone after a failure."""

    of: tuple[ConnectionId, ...]
    now: datetime


class Signs(msgspec.Struct, frozen=True):
    """What is known of a show when it is judged whether somebody follows it."""

    held: Held | None
    signs: tuple[Sign, ...]


class FollowedShow(msgspec.Struct, frozen=True):
    """How a show stands: whether it is followed, and why."""

    id: int
    title: str
    watching: bool
    why: Why | None
    """None: nobody has ever touched it."""
    who: str
    """For administrators; empty: not told."""
    sign_at: datetime | None
    since: datetime | None
    """When `watching` last changed."""
    read_at: datetime | None
    """When its episodes were last read; None: never."""
    lean: bool
    """Its summaries and raw answers were let go of."""
    prepared_for: str
    prepared_at: datetime | None


class LogLine(msgspec.Struct, frozen=True):
    """A change of whether a show is followed."""

    at: datetime
    series_id: int
    title: str
    watching: bool
    why: Why
    who: str


class Sums(msgspec.Struct, frozen=True):
    """The library in numbers of freshness."""

    shows: int
    followed: int
    kept: int
    """Shows that the present mode keeps fresh: those that are not complete."""
    lean: int


class Waste(msgspec.Struct, frozen=True):
    """What a clean-up would let go of."""

    shows: int
    episodes: int
    """Whose summaries would go."""
    raw_bytes: int
    """Of the raw answers, as they are kept."""


ShowFilter = Literal["followed", "stopped", "unfollowed", "lean", "all"]
IdKind = Literal["own", "tmdb", "tvdb"]


class FreshStore(Protocol):
    """Each call is one transaction. Nothing of it touches plays, requests, protections, histories, logs or evidence."""

    def choices(self) -> Mapping[str, Chosen]:
        """What people chose."""
        ...

    def choose(self, chosen: Mapping[str, Chosen]) -> None:
        """Keep what somebody chose."""
        ...

    def forget_choices(self, names: Collection[str]) -> None:
        """Forget what somebody chose."""
        ...

    def signs(self, since: datetime) -> Mapping[SeriesId, Signs]:
        """Every show that is followed, was, or has a sign after `since`."""
        ...

    def finished(self, shows: Collection[SeriesId], now: datetime) -> set[SeriesId]:
        """Those that have ended, and of which everybody who began has seen all that aired."""
        ...

    def judge(self, verdicts: Mapping[SeriesId, Verdict], now: datetime) -> None:
        """Store what changes, with a line in the log for each flip. Who is followed again is no longer lean."""
        ...

    def opened(self, show: SeriesId, who: str, now: datetime) -> bool:
        """A person opened a show; False when there is none, or when that was noted a moment ago."""
        ...

    def imported(self, shows: Collection[SeriesId], who: str, now: datetime) -> None:
        """The history of a person holds these shows."""
        ...

    def signs_of(self, show: SeriesId) -> Signs | None:
        """The same as `signs`, of one show and of opening and imports alone; None: there is no such show."""
        ...

    def waiting(self, connection: ConnectionId, now: datetime, *, followed_only: bool) -> list[Waiting]:
        """The shows of a Sonarr that are not complete."""
        ...

    def coming(self, read_before: datetime, can: Readable) -> list[Coming]:
        """Followed shows that are complete, not read since, and go on after the newest season somebody watched."""
        ...

    def traits(self, read_before: datetime, can: Readable) -> tuple[list[Traits], list[Traits]]:
        """Followed shows, and those that are not and were not read or prepared since; both with genres."""
        ...

    def waiting_of(self, shows: Collection[SeriesId]) -> Mapping[ConnectionId, list[Waiting]]:
        """Shows by their Sonarr, gone ones left out."""
        ...

    def prepared(self, shows: Sequence[Prepared], now: datetime) -> None:
        """Remember what was prepared, and let none of it be lean."""
        ...

    def restore(self, shows: Collection[SeriesId] | None) -> int:
        """Have lean shows (None: all) read again whole at their next reading; how many there were."""
        ...

    def waste(self, untouched_since: datetime) -> Waste:
        """What `clean` would let go of."""
        ...

    def clean(self, untouched_since: datetime, now: datetime, limit: int) -> int:
        """Let go of the summaries and raw answers of at most `limit` shows; how many there were."""
        ...

    def sums(self, *, followed_only: bool) -> Sums:
        """The numbers of the page."""
        ...

    def show(self, show: SeriesId) -> FollowedShow | None:
        """One show; None when there is none."""
        ...

    def shows(
        self, wanted: ShowFilter, search: str, limit: int, cursor: str | None
    ) -> tuple[list[FollowedShow], int, str | None]:
        """A page of shows by title, how many there are, and the cursor of the next. Raises ValueError."""
        ...

    def log(self, show: SeriesId | None, limit: int) -> list[LogLine]:
        """The latest changes, of one show or of all."""
        ...

    def find(self, kind: IdKind, number: int, ready: Collection[ConnectionId] = ()) -> SeriesId | None:
        """The show that has an id of some system; of several Sonarrs that list it, one of those that are `ready`."""
        ...
