"""Consent to what a rule deletes: who armed it, what it was seen to find, and what leaves by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from episodarr.deletion.complete import Count
from episodarr.deletion.holding import Level
from episodarr.deletion.mature import Seen
from episodarr.deletion.model import Target


@dataclass(frozen=True, slots=True)
class Arming:
    """That a rule deletes by itself, since when, and under which circumstances: when they change it does no longer."""

    rule_id: int
    at: datetime
    by: str
    leaving_days: int
    body: str
    """Digest of the rule's conditions."""
    surroundings: str
    """Digest of the connected services, their addresses and root folders."""
    revision: str
    """The version of the database's tables."""
    plan_id: int | None = None
    """The last plan that was made by it."""
    problem: str = ""
    """Why the last try to delete did not come about."""
    tried_at: datetime | None = None


class Change(StrEnum):
    """What happened to the consent to a rule."""

    ARMED = "armed"
    DISARMED = "disarmed"


@dataclass(frozen=True, slots=True)
class ArmingEvent:
    """Somebody, or Episodarr itself, changed it."""

    rule_id: int
    rule: str
    """Its name at that time."""
    at: datetime
    change: Change
    by: str
    why: str = ""
    """A sentence; empty: by hand, and they said nothing."""
    by_itself: bool = False
    """Nobody did: something was not as it should be. One complete observation has to follow before it is armed."""
    after_run: int = 0
    """The last observation before it, by any rule: what followed is told by order, as clocks may go wrong."""


class RunKind(StrEnum):
    """What an observation is good for."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SHRUNK = "shrunk"
    """Everything was seen, and much less than before: it counts for nothing but to compare the next one with."""


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One observation by one rule."""

    at: datetime
    kind: RunKind
    body: str
    """Digest of the conditions that it was made with."""
    why: str = ""
    """Why it is not complete."""
    candidates: int = 0
    size: int = 0
    """Bytes of them."""
    added: int = 0
    """Candidates that were none before; always 0 when not complete."""
    gone: int = 0
    """Those that are none any more."""
    census: Mapping[str, int] | None = None
    """How much there was of everything that it looked at."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Leaver:
    """A candidate of a rule, on its way to maturing, or matured."""

    id: int
    rule_id: int
    level: Level
    holding_id: int
    target: Target
    """A file of several episodes: its first."""
    parts: tuple[Target, ...]
    """Of a file: every episode that it holds."""
    title: str
    """Of the show or movie."""
    label: str
    """Such as `Horimiya, season 1`."""
    files: int
    size: int
    """Bytes."""
    seen: Seen
    leaves_at: datetime | None = None
    """None: it does not leave: it has not matured, or its rule is not armed."""
    has_poster: bool = False
    rule: str = ""
    keep_first: int = 0
    """Of a show or season: first episodes of the show that stay all the same."""
    keep_last: int = 0

    @property
    def things(self) -> tuple[Target, ...]:
        """What has to stay for it to stay."""
        return self.parts or (self.target,)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, of how many bytes."""

    count: int = 0
    size: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the candidates of a rule are."""

    candidates: Sum = Sum()
    matured: Sum = Sum()
    leaving: Sum = Sum()
    first_leaves_at: datetime | None = None
    """When the first of the leaving ones goes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the episodes are to be told: that one leaves, or (`on` None) that it stays after all."""

    episode_id: int
    on: datetime | None
    rule: str = ""
    gone: bool = False
    """It has no file any more: there is nothing to say of it."""


class ConsentStore(Protocol):
    """Where consent and observations are kept. Every call is one transaction, and every answer is bounded."""

    def armings(self) -> dict[int, Arming]:
        """All armed rules."""
        ...

    def arm(self, arming: Arming, rule: str) -> None:
        """Have a rule be armed, anew if it was; with its event."""
        ...

    def disarm(self, event: ArmingEvent) -> bool:
        """Have it be armed no longer: nothing leaves by it any more. False: it was not; then nothing is noted.

        The event's `after_run` is told by the store.
        """
        ...

    def tried(self, rule_id: int, problem: str, now: datetime, plan_id: int | None) -> None:
        """Note how deleting by it went."""
        ...

    def events(self, rule_id: int, limit: int) -> list[ArmingEvent]:
        """What happened to a rule, the latest first."""
        ...

    def lost(self, now: datetime) -> list[ArmingEvent]:
        """Rules that were armed and are no more: their end is noted, and told here once."""
        ...

    def add_run(self, rule_id: int, run: RuleRun, keep: int) -> None:
        """Note an observation; of each rule the last ones are kept."""
        ...

    def runs(self, rule_id: int, limit: int) -> list[RuleRun]:
        """Observations, the latest first."""
        ...

    def latest_run(self) -> int:
        """The id of the latest observation by any rule; 0: there is none."""
        ...

    def last_run(self, rule_id: int, kinds: Collection[RunKind], body: str | None = None) -> RuleRun | None:
        """The latest of some kinds, made with these conditions (None: with any)."""
        ...

    def note(self, name: str) -> str:
        """A remembered word; empty: none is."""
        ...

    def write_note(self, name: str, value: str) -> None:
        """Remember it."""
        ...


class LeavingStore(Protocol):
    """Where the candidates of rules are kept as they mature and leave. Every call is one transaction, and bounded."""

    def known(self, rule_id: int, level: Level, holdings: Sequence[int]) -> dict[int, Seen]:
        """Which of these were candidates already."""
        ...

    def see(self, rule_id: int, leavers: Sequence[Leaver], checked_at: datetime) -> None:
        """Keep candidates as they were seen (their `id` is ignored)."""
        ...

    def unseen(self, rule_id: int, checked_at: datetime) -> int:
        """How many candidates this observation has not come upon yet."""
        ...

    def touch(self, rule_id: int, level: Level, holdings: Sequence[int], checked_at: datetime) -> None:
        """This observation came upon them, and could not tell what they are: they are as before."""
        ...

    def forget(self, rule_id: int, checked_at: datetime | None) -> int:
        """Drop those that this observation has not come upon (None: all); how many."""
        ...

    def schedule(self, rule_id: int, armed_at: datetime, days: int, limit: int) -> tuple[Sum, list[Leaver]]:
        """Have all that matured and does not leave yet leave; how many these are, and the first of them."""
        ...

    def progress(self, rule_id: int) -> Progress:
        """How far its candidates are."""
        ...

    def leaving(self, limit: int, cursor: str | None, rule_id: int | None = None) -> tuple[list[Leaver], str | None]:
        """What leaves, the next first. Raises ValueError on a cursor that this list did not give."""
        ...

    def matured(self, rule_id: int, limit: int) -> list[Leaver]:
        """What matured by a rule, armed or not, the largest first."""
        ...

    def leaver(self, leaver_id: int) -> Leaver | None:
        """One that leaves."""
        ...

    def due(self, rule_id: int, now: datetime, limit: int) -> list[Leaver]:
        """What leaves by a rule until now, and was seen again since it last became part of a plan."""
        ...

    def wanted(self, leaver: Leaver) -> tuple[Target, ...]:
        """What has to go for it to be gone: without first or last episodes that stay."""
        ...

    def planned(self, leavers: Sequence[int], now: datetime) -> None:
        """They became part of a plan."""
        ...

    def keep(self, targets: Sequence[Target]) -> int:
        """Take out what is, holds or lies within one of these; of how many rules' candidates it was."""
        ...

    def untold(self, limit: int, series: Collection[int] | None = None) -> list[Told]:
        """Episodes whose facts do not say what is to be said of them; `series`: only of these."""
        ...

    def tell(self, told: Iterable[Told]) -> None:
        """Note that it was said."""
        ...

    def items(self, limit: int) -> dict[int, set[str]]:
        """What the media servers (by connection) call the episodes and movies that leave."""
        ...

    def returned(self, deleted: Mapping[Target, datetime], limit: int) -> list[str]:
        """Which of these episodes and movies have a file that came after they were deleted; what they are called."""
        ...


class Surroundings(Protocol):
    """What the deleting of rules rests on."""

    def managing(self, level: Level) -> Mapping[int, str]:
        """The connected managers of what lies on that level, by connection, with their names."""
        ...

    def counts(self, level: Level) -> Mapping[str, Count]:
        """How much every source holds that matters to a rule of that level."""
        ...

    def digest(self) -> str:
        """Of the connected services with their addresses and root folders."""
        ...

    def revision(self) -> str:
        """The version of the database's tables."""
        ...


class Pulse(Protocol):
    """A heartbeat that is kept beside the database: it tells when another database was put in place."""

    def last(self) -> datetime | None:
        """The last beat; None: there is none."""
        ...

    def beat(self, now: datetime) -> None:
        """Keep this one."""
        ...


class Notify(Protocol):
    """Tells people who do not look."""

    def __call__(self, event: str, title: str, message: str, items: Sequence[Mapping[str, Any]]) -> None:
        """`event`: leaving_soon, deleted, failed or disarmed. Never fails, never waits."""
        ...
