"""Having go what is due: what an armed rule found again and again, was announced for long enough, and was not kept."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.arming import Arming, ConsentStore, Leaver, LeavingStore, Notify, RunKind
from episodarr.deletion.consent import Consent, body_of
from episodarr.deletion.delete import Delete
from episodarr.deletion.journal import OPEN
from episodarr.deletion.mature import is_due
from episodarr.deletion.model import NamedRule
from episodarr.deletion.plan import Wish
from episodarr.deletion.propose import Propose, Refused
from episodarr.deletion.rules import Outcome

_MOST = 2_001
"""One more than a plan takes: what exceeds it is refused as a whole, and nothing of it goes."""
_REFUSED_FOR = timedelta(hours=1)
"""A plan that was refused is not made anew at once: a cap does not change by itself within minutes."""


class Due:
    """Makes plans of what is due, and starts them."""

    def __init__(
        self,
        propose: Propose,
        consent: Consent,
        store: ConsentStore,
        leavings: LeavingStore,
        delete: Delete,
        notify: Notify,
        clock: Callable[[], datetime],
    ) -> None:
        self._propose = propose
        self._consent = consent
        self._store = store
        self._leavings = leavings
        self._delete = delete
        self._notify = notify
        self._clock = clock
        self._refused: dict[int, datetime] = {}

    async def run(self) -> Mapping[str, Any]:
        """One round over all armed rules; a report."""
        report = {"armed": 0, "due": 0, "plans": 0, "refused": 0}
        for rule, arming in await asyncio.to_thread(self._armed):
            report["armed"] += 1
            due = await asyncio.to_thread(self._collect, rule, arming)
            if not due:
                continue
            report["due"] += len(due)
            problem = await self._start(rule, arming, due)
            report["refused" if problem else "plans"] += 1
        return report

    def _armed(self) -> list[tuple[NamedRule, Arming]]:
        self._consent.check()
        if self._delete.paused() is not None:
            return []
        found = [(rule, self._consent.armed(rule)) for rule in self._propose.rules()]
        return [(rule, arming) for rule, arming in found if arming is not None]

    def _collect(self, rule: NamedRule, arming: Arming) -> list[Leaver]:
        """What is due by a rule, judged anew: what somebody has watched since the last observation stays."""
        now = self._clock()
        refused = self._refused.get(rule.id)
        if self._under_way(arming) or (refused is not None and refused <= now < refused + _REFUSED_FOR):
            return []
        complete = self._store.last_run(rule.id, [RunKind.COMPLETE], body_of(rule.rule))
        complete_at = None if complete is None else complete.at
        due = [
            one
            for one in self._leavings.due(rule.id, now, _MOST)
            if is_due(one.leaves_at, one.seen.last_at, complete_at, now)
        ]
        return [one for one in due if self._still(rule, one)]

    def _under_way(self, arming: Arming) -> bool:
        """Whether what it found before is still being deleted."""
        if arming.plan_id is None:
            return False
        try:
            return self._delete.read(arming.plan_id).status in OPEN
        except LookupError:
            return False

    def _still(self, rule: NamedRule, one: Leaver) -> bool:
        found = self._propose.why(rule.rule, one.holding_id)
        return found is not None and found.verdict.outcome is Outcome.CANDIDATE

    async def _start(self, rule: NamedRule, arming: Arming, due: list[Leaver]) -> str:
        """Plan and begin; what stood in the way, empty: nothing did."""
        plan_id, problem = None, ""
        self._refused.pop(rule.id, None)
        try:
            wish = await asyncio.to_thread(self._wish, due)
            row = await self._delete.plan(wish, by=f"rule {rule.name}", rule_id=rule.id, rule=rule.name)
            # Once more: a plan takes a while, and meanwhile somebody may have changed the rule or disarmed it.
            if not await asyncio.to_thread(self._holds, rule, arming):
                return "the rule was disarmed or changed meanwhile"
            row = await asyncio.to_thread(self._delete.start_by_rule, row, by=arming.by)
            plan_id = row.id
        except Refused as refused:
            problem = str(refused).partition(": ")[2] or str(refused)
            self._refused[rule.id] = self._clock()
        except (ServiceFailure, LookupError) as failure:
            problem = str(failure)
        await asyncio.to_thread(self._store.tried, rule.id, problem, self._clock(), plan_id)
        if not problem:
            await asyncio.to_thread(self._leavings.planned, [one.id for one in due], self._clock())
        elif problem != arming.problem:
            self._notify("failed", f"The rule “{rule.name}” could not delete what is due", problem, [])
        return problem

    def _holds(self, rule: NamedRule, arming: Arming) -> bool:
        try:
            held = self._consent.armed(self._propose.rule(rule.id))
        except LookupError:
            return False
        return held is not None and held.at == arming.at and held.by == arming.by

    def _wish(self, due: list[Leaver]) -> Wish:
        wanted = (target for one in due for target in self._leavings.wanted(one))
        return Wish(tuple(dict.fromkeys(wanted)))
