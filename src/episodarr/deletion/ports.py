"""What proposing needs from outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from episodarr.deletion.holding import Known, Level
from episodarr.deletion.model import Found, Held, NamedRule, Protection, Question, Reading, Target, Total
from episodarr.deletion.rules import Outcome, Rule


class HoldingStore(Protocol):
    """What lies in the library, summed up; every answer is bounded."""

    def settle(self, most: int | None, level: Level | None = None) -> int:
        """Sum up what changed, `most` shows at most; how many still wait (counted up to some thousand).

        `level`: only what that level rests on.
        """
        ...

    def totals(self, rule: Rule, known: Known, now: datetime, search: str) -> dict[Outcome, Total]:
        """What a rule makes of everything, in numbers; Outcome.NO is among them."""
        ...

    def page(self, rule: Rule, known: Known, now: datetime, asked: Question) -> Found:
        """A page of those with one outcome. Raises ValueError on a cursor that this list did not give."""
        ...

    def paths(self, level: Level, holding_id: int, limit: int) -> list[tuple[str, int]]:
        """Path, as its source sees it, and size in bytes of at most `limit` of its files."""
        ...

    def places(self, target: Target) -> dict[Level, int]:
        """Ids of the thing itself and of what it is part of, such as an episode's file, season and show.

        What is not in the library is left out; that it has a file is not said.
        """
        ...

    def suggestions(self) -> dict[str, list[str]]:
        """`tags`, `folders`, `qualities`, `statuses` and `types` that the library holds; some hundred of each."""
        ...

    def one(self, level: Level, holding_id: int, rule: Rule) -> Held | None:
        """One of them; None when there is no such, or nothing of it has a file."""
        ...


class RuleStore(Protocol):
    """Where rules and protections are kept."""

    def rules(self) -> list[NamedRule]:
        """All rules by name; at most some hundred."""
        ...

    def rule(self, rule_id: int) -> NamedRule | None:
        """One of them."""
        ...

    def add_rule(self, name: str, rule: Rule, by: str, now: datetime) -> NamedRule | None:
        """Keep a rule; None when another one has that name."""
        ...

    def change_rule(self, rule_id: int, name: str, rule: Rule, now: datetime) -> NamedRule | None:
        """Change it; None when another one has that name. Raises LookupError when it is gone."""
        ...

    def remove_rule(self, rule_id: int) -> bool:
        """Whether there was one."""
        ...

    def protections(self, limit: int) -> list[Protection]:
        """What is protected, the latest first."""
        ...

    def protections_of(self, series_id: int | None, movie_id: int | None, limit: int) -> list[Protection]:
        """What is protected of a show, or of a movie, the latest first."""
        ...

    def protect(self, target: Target, reason: str, by: str, now: datetime) -> int:
        """Have something stay; the id, also when it was protected before. Raises LookupError when it does not exist."""
        ...

    def unprotect(self, protection_id: int) -> bool:
        """Whether there was such a protection."""
        ...


class Readings(Protocol):
    """When the services were last read."""

    def readings(self) -> Sequence[Reading]:
        """One for each connected service and what it tells of."""
        ...
