"""Proposing what could go: nothing here deletes anything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import msgspec

from episodarr.deletion.holding import Known, Level
from episodarr.deletion.judge import judge
from episodarr.deletion.known import known
from episodarr.deletion.model import Candidate, Held, Judged, NamedRule, Preview, Protection, Question, Target
from episodarr.deletion.ports import HoldingStore, Readings, RuleStore
from episodarr.deletion.rules import InvalidRule, Rule, checked
from episodarr.deletion.shield import Shield, shield

_SETTLED_AT_ONCE = 400
"""Shows that a question sums up itself; more are left to the task."""
_LONGEST_NAME = 100
_LONGEST_REASON = 300
_PROTECTIONS = 500
_JUDGED = 50
"""Rules that one thing is judged by."""


class Refused(ValueError):
    """Something that cannot be kept; the text names the field and the mend."""


class Propose:
    """Answers what rules make of the library, and keeps rules and what they never touch."""

    def __init__(
        self, holdings: HoldingStore, rules: RuleStore, readings: Readings, clock: Callable[[], datetime]
    ) -> None:
        self._holdings = holdings
        self._rules = rules
        self._readings = readings
        self._clock = clock

    def known(self) -> Known:
        """What may be concluded now."""
        return known(self._readings.readings(), self._clock())

    def preview(self, rule: Rule, asked: Question) -> Preview:
        """What a rule makes of the library: numbers for every outcome, and a page of those with one.

        Raises InvalidRule, and ValueError on a cursor that this list did not give.
        """
        checked(rule)
        counting = self._holdings.settle(_SETTLED_AT_ONCE, rule.level)
        now, certain = self._clock(), self.known()
        totals = self._holdings.totals(rule, certain, now, asked.search)
        found = self._holdings.page(rule, certain, now, asked)
        items = [Candidate(one, judge(rule, one.holding, certain, now)) for one in found.items]
        return Preview(rule, certain, now, totals, items, found.next_cursor, counting)

    def every(self, rule: Rule, asked: Question) -> Iterator[Candidate]:
        """All with one outcome, a page at a time, as for an export."""
        checked(rule)
        now, certain = self._clock(), self.known()
        while True:
            found = self._holdings.page(rule, certain, now, asked)
            yield from (Candidate(one, judge(rule, one.holding, certain, now)) for one in found.items)
            if found.next_cursor is None:
                return
            asked = replace(asked, cursor=found.next_cursor)

    def why(self, rule: Rule, holding_id: int) -> Candidate | None:
        """Why something is, or is not, a candidate; None when nothing of it lies in the library."""
        checked(rule)
        self._holdings.settle(_SETTLED_AT_ONCE, rule.level)
        held = self._holdings.one(rule.level, holding_id, rule)
        return None if held is None else Candidate(held, judge(rule, held.holding, self.known(), self._clock()))

    def judged(self, target: Target, usual: Rule) -> list[Judged]:
        """What each kept rule that looks at such a thing, or at what it is part of, makes of it.

        Without any, what `usual` makes of the thing itself.
        """
        places = self._holdings.places(target)
        asked = [(one.rule, one) for one in self._rules.rules() if one.rule.level in places][:_JUDGED]
        rules: list[tuple[Rule, NamedRule | None]] = [*asked]
        if not rules:
            rules = [(msgspec.structs.replace(checked(usual), level=target.level), None)]
        for level in sorted({rule.level for rule, _ in rules}):
            self._holdings.settle(_SETTLED_AT_ONCE, level)
        now, certain = self._clock(), self.known()
        found = []
        for rule, named in rules:
            key = places.get(rule.level)
            held = None if key is None else self._holdings.one(rule.level, key, rule)
            candidate = None if held is None else Candidate(held, judge(rule, held.holding, certain, now))
            found.append(Judged(rule, named, candidate))
        return found

    def suggestions(self) -> dict[str, list[str]]:
        """What conditions can ask for by name: tags, folders, qualities, statuses and types that the library holds."""
        return self._holdings.suggestions()

    # ------------------------------------------------------------------ rules

    def rules(self) -> list[NamedRule]:
        """All rules that were kept."""
        return self._rules.rules()

    def rule(self, rule_id: int) -> NamedRule:
        """One of them. Raises LookupError."""
        found = self._rules.rule(rule_id)
        if found is None:
            raise LookupError(f"There is no rule {rule_id}")
        return found

    def keep_rule(self, name: str, rule: Rule, by: str, rule_id: int | None = None) -> NamedRule:
        """Keep a rule, or change the one with that id. Raises Refused, InvalidRule, LookupError."""
        checked(rule)
        name = " ".join(name.split())
        if not name:
            raise Refused("name: is empty; say what the rule is for")
        if len(name) > _LONGEST_NAME:
            raise Refused(f"name: is longer than {_LONGEST_NAME} characters")
        if rule_id is None:
            kept = self._rules.add_rule(name, rule, by, self._clock())
        else:
            kept = self._rules.change_rule(rule_id, name, rule, self._clock())
        if kept is None:
            raise Refused(f"name: another rule is called “{name}”; choose another name")
        return kept

    def remove_rule(self, rule_id: int) -> None:
        """Forget a rule. Raises LookupError."""
        if not self._rules.remove_rule(rule_id):
            raise LookupError(f"There is no rule {rule_id}")

    # ------------------------------------------------------------------ protections

    def protections(self) -> list[Protection]:
        """What somebody said stays, the latest first."""
        return self._rules.protections(_PROTECTIONS)

    def protections_of(self, target: Target) -> list[Protection]:
        """What is protected of the show that a thing belongs to, or of the movie: see `shield`."""
        return self._rules.protections_of(target.series_id, target.movie_id, _PROTECTIONS)

    def shield(self, target: Target) -> Shield:
        """How a thing is protected."""
        return shield(target, self.protections_of(target))

    def protect(self, target: Target, reason: str, by: str) -> int:
        """Have something stay whatever the rules say. Raises Refused, LookupError."""
        if (target.series_id is None) == (target.movie_id is None):
            raise Refused("series_id: name either a series_id or a movie_id")
        if target.movie_id is not None and (target.season_number is not None or target.episode_id is not None):
            raise Refused("season_number: a movie has no seasons; leave it out")
        if len(reason) > _LONGEST_REASON:
            raise Refused(f"reason: is longer than {_LONGEST_REASON} characters")
        return self._rules.protect(target, " ".join(reason.split()), by, self._clock())

    def unprotect(self, protection_id: int) -> None:
        """Have the rules decide again. Raises LookupError."""
        if not self._rules.unprotect(protection_id):
            raise LookupError(f"There is no protection {protection_id}")

    def let_go(self, target: Target) -> None:
        """Take back what was said of the very thing; nothing happens when nothing was."""
        own = self.shield(target).own
        if own is not None:
            self._rules.unprotect(own.id)


__all__ = ["Held", "InvalidRule", "Level", "Propose", "Refused"]
