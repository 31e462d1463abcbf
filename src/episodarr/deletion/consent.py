"""Consent to what rules delete: arming them, taking that back, and keeping what is about to leave.

Every rule is in dry run until a person arms it. An arming holds only while everything is as it was then: it is checked
at every use, so that nothing that changes a rule, a service or the database has to remember to take it back.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from episodarr.deletion.arming import (
    Arming,
    ArmingEvent,
    Change,
    ConsentStore,
    Leaver,
    LeavingStore,
    Notify,
    Progress,
    Pulse,
    RuleRun,
    RunKind,
    Surroundings,
)
from episodarr.deletion.mature import LEAVING_DAYS, MOST_LEAVING_DAYS, leaves_at
from episodarr.deletion.model import NamedRule
from episodarr.deletion.propose import Propose, Refused
from episodarr.deletion.rules import Rule
from episodarr.episode.facts import Fact, Leaving
from episodarr.episode.identity import ConnectionId, EpisodeId, source
from episodarr.episode.ledger import Ledger

ITSELF = "Episodarr"
_SPEAKER = source(ITSELF, ConnectionId(0))
_BACK = timedelta(minutes=5)
"""A clock that goes back by less is only being set right."""
_AHEAD = timedelta(days=7)
_AT_ONCE = 5_000
_RUNS = 200
_EVENTS = 50
_HEARTBEAT, _ALARM = "heartbeat", "alarm"
_encoder = msgspec.json.Encoder(order="deterministic")


class PersonNeeded(Refused):
    """A program asked for what only a person may do."""


class Alarm(msgspec.Struct, frozen=True):
    """Something concerned every rule: none is armed before a complete observation after it."""

    at: datetime
    why: str
    after_run: int = 0
    """See ArmingEvent."""


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """How a rule stands: in dry run or armed, and what comes of it."""

    rule: NamedRule
    arming: Arming | None
    progress: Progress
    last: RuleRun | None
    """The latest observation."""
    complete: RuleRun | None
    """The latest complete one with the rule's conditions as they are."""
    hindrance: str = ""
    """Why it cannot be armed now; empty: it can."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Something that leaves, or would leave if its rule were armed now."""

    leaver: Leaver
    on: datetime
    sure: bool
    """Whether its rule is armed."""


class Consent:
    """What people say of deleting by rules. `by` is who says it."""

    def __init__(
        self,
        propose: Propose,
        store: ConsentStore,
        leavings: LeavingStore,
        surroundings: Surroundings,
        pulse: Pulse,
        ledger: Ledger,
        notify: Notify,
        clock: Callable[[], datetime],
        *,
        stop: Callable[[int, str], None] = lambda _plan, _by: None,
        viewers_keep: bool = True,
    ) -> None:
        """`stop`: has a plan end before its next item, if it is still under way.

        `viewers_keep`: whether everybody who signs in sees what leaves, and can keep it.
        """
        self.viewers_keep = viewers_keep
        self._propose = propose
        self._store = store
        self._leavings = leavings
        self._surroundings = surroundings
        self._pulse = pulse
        self._ledger = ledger
        self._notify = notify
        self._clock = clock
        self._stop = stop
        self._beaten: datetime | None = None

    # ------------------------------------------------------------------ how rules stand

    def standing(self, rule_id: int) -> RuleStanding:
        """How a rule stands. Raises LookupError."""
        rule = self._propose.rule(rule_id)
        return self._standing(rule, self.armed(rule))

    def standings(self) -> list[RuleStanding]:
        """How all rules stand."""
        return [self._standing(one, self.armed(one)) for one in self._propose.rules()]

    def armed_rules(self) -> set[int]:
        """Ids of the rules that are armed."""
        return set(self._store.armings())

    def _standing(self, rule: NamedRule, arming: Arming | None) -> RuleStanding:
        complete = self._store.last_run(rule.id, [RunKind.COMPLETE], body_of(rule.rule))
        return RuleStanding(
            rule,
            arming,
            self._leavings.progress(rule.id),
            self._store.last_run(rule.id, list(RunKind)),
            complete,
            self._hindrance(rule, complete),
        )

    def _hindrance(self, rule: NamedRule, complete: RuleRun | None) -> str:
        if complete is None:
            last = self._store.last_run(rule.id, list(RunKind))
            why = f": {last.why}" if last is not None and last.why else ""
            return f"it was not observed completely yet{why}"
        latest = self._store.last_run(rule.id, [RunKind.COMPLETE, RunKind.SHRUNK])
        if latest is not None and latest.kind is RunKind.SHRUNK:
            return f"{latest.why}; it was not observed completely since"
        stood = [one for one in self._store.events(rule.id, _EVENTS) if one.by_itself and one.at >= rule.created_at]
        if stood and stood[0].after_run >= complete.id:
            return f"it was disarmed ({stood[0].why}), and was not observed completely since"
        alarm = self._alarm()
        if alarm is not None and alarm.after_run >= complete.id:
            return f"{alarm.why}; it was not observed completely since"
        return ""

    def runs(self, rule_id: int, limit: int = _RUNS) -> list[RuleRun]:
        """What a rule found over time, the latest first. Raises LookupError."""
        self._propose.rule(rule_id)
        return self._store.runs(rule_id, min(limit, _RUNS))

    def events(self, rule_id: int) -> list[ArmingEvent]:
        """Who armed and disarmed it, the latest first. Raises LookupError."""
        rule = self._propose.rule(rule_id)
        return [one for one in self._store.events(rule_id, _EVENTS) if one.at >= rule.created_at]

    def outlook(self, rule_id: int, limit: int = 20) -> list[Outlook]:
        """What leaves by a rule, or would if it were armed now. Raises LookupError."""
        armed, now = self.armed(self._propose.rule(rule_id)), self._clock()
        if armed is not None:
            found, _ = self._leavings.leaving(limit, None, rule_id)
            return [Outlook(one, one.leaves_at, True) for one in found if one.leaves_at is not None]
        matured = self._leavings.matured(rule_id, limit)
        would = [(one, leaves_at(one.seen.matured_at, now, LEAVING_DAYS)) for one in matured]
        return [Outlook(one, at, False) for one, at in would if at is not None]

    # ------------------------------------------------------------------ arming

    def arm(self, rule_id: int, by: str, leaving_days: int = LEAVING_DAYS, *, person: bool) -> RuleStanding:
        """Have a rule delete by itself. `person`: whether a person says so, and no program.

        What matured before leaves that many days from now. Raises Refused with the field and the mend, LookupError.
        """
        rule = self._propose.rule(rule_id)
        if not person:
            raise PersonNeeded("rule: only a person may arm one, on the page of its rule; a key cannot")
        if not 1 <= leaving_days <= MOST_LEAVING_DAYS:
            raise Refused(f"leaving_days: is not from 1 to {MOST_LEAVING_DAYS}")
        self.check()
        if hindrance := self._standing(rule, None).hindrance:
            raise Refused(f"rule: {hindrance}")
        arming = Arming(
            rule.id,
            self._clock(),
            by,
            leaving_days,
            body_of(rule.rule),
            self._surroundings.digest(),
            self._surroundings.revision(),
        )
        self._store.arm(arming, rule.name)
        self.announce(rule, arming)
        self.tell()
        return self._standing(rule, arming)

    def disarm(self, rule_id: int, by: str, why: str = "") -> bool:
        """Take that back; False: it was not armed. Raises LookupError."""
        rule = self._propose.rule(rule_id)
        event = ArmingEvent(rule.id, rule.name, self._clock(), Change.DISARMED, by, " ".join(why.split())[:300])
        return self._end(event)

    def disarm_itself(self, rule: NamedRule, why: str) -> None:
        """Take it back as something is not as it should be; people are told why."""
        event = ArmingEvent(rule.id, rule.name, self._clock(), Change.DISARMED, ITSELF, why, by_itself=True)
        if self._end(event):
            self._notify("disarmed", f"The rule “{rule.name}” was disarmed", f"{why[:1].upper()}{why[1:]}.", [])

    def _end(self, event: ArmingEvent) -> bool:
        arming = self._store.armings().get(event.rule_id)
        was = self._store.disarm(event)
        if was and arming is not None and arming.plan_id is not None:
            self._stop(arming.plan_id, event.by)
        self.tell()
        return was

    def armed(self, rule: NamedRule) -> Arming | None:
        """The arming of a rule, as long as everything is as it was then; else it ends here."""
        arming = self._store.armings().get(rule.id)
        if arming is None:
            return None
        if arming.body != body_of(rule.rule):
            why = "its conditions were changed"
        elif arming.surroundings != self._surroundings.digest():
            why = "a connection, its address or a library folder has changed since it was armed"
        elif arming.revision != self._surroundings.revision():
            why = "the database was changed by an update, or restored, since it was armed"
        else:
            return arming
        self.disarm_itself(rule, why)
        return None

    def check(self) -> None:
        """Feel the pulse, and end every arming that does not hold any more: before anything rests on one."""
        self._beat()
        for rule in self._propose.rules():
            self.armed(rule)
        self._store.lost(self._clock())
        self.tell()

    def _beat(self) -> None:
        now, kept = self._clock(), self._store.note(_HEARTBEAT)
        last = datetime.fromisoformat(kept) if kept else None
        beside = self._pulse.last()
        if last is not None and now < last - _BACK:
            self._alarmed(f"the clock went back: it was {last:%Y-%m-%d %H:%M} before")
        elif self._beaten is not None and now > self._beaten + _AHEAD:
            self._alarmed(f"the clock jumped: it was {self._beaten:%Y-%m-%d %H:%M} a moment ago")
        elif beside is not None and (last is None or last < beside) and beside <= now:
            self._alarmed("the database is older than the service: it was restored from a backup")
        # First in the database: whoever stops between the two does not look like a restored one.
        self._store.write_note(_HEARTBEAT, now.isoformat())
        self._pulse.beat(now)
        self._beaten = now

    def _alarmed(self, why: str) -> None:
        alarm = Alarm(self._clock(), why, self._store.latest_run())
        self._store.write_note(_ALARM, msgspec.json.encode(alarm).decode())
        armed = self._store.armings()
        for rule in self._propose.rules():
            self._leavings.forget(rule.id, None)  # what matured did so by a clock, or a database, that is not this one
            if rule.id in armed:
                self.disarm_itself(rule, why)

    def _alarm(self) -> Alarm | None:
        kept = self._store.note(_ALARM)
        return msgspec.json.decode(kept, type=Alarm) if kept else None

    # ------------------------------------------------------------------ what leaves

    def announce(self, rule: NamedRule, arming: Arming) -> int:
        """Have what matured by an armed rule leave, and people be told of it; how many these are."""
        total, first = self._leavings.schedule(rule.id, arming.at, arming.leaving_days, 50)
        if total.count:
            things = f"{total.count:,} {'thing' if total.count == 1 else 'things'}"
            items = [{"title": one.label, "size": one.size, "leaves_at": one.leaves_at} for one in first]
            what = f"{things} will be deleted by the rule “{rule.name}”, {total.size:,} bytes in all, unless kept."
            self._notify(
                "leaving_soon", f"{things} leave soon" if total.count > 1 else "1 thing leaves soon", what, items
            )
        return total.count

    def leaving(self, limit: int = 100, cursor: str | None = None) -> tuple[list[Leaver], str | None]:
        """What leaves by armed rules, the next first. Raises ValueError on a cursor that this list did not give."""
        return self._leavings.leaving(limit, cursor)

    def keep(self, leaver_id: int, by: str) -> Leaver:
        """Have something stay that is about to leave, for good. Raises LookupError when it does not leave any more."""
        found = self._leavings.leaver(leaver_id)
        if found is None:
            raise LookupError("It does not leave any more")
        for thing in found.things:
            self._propose.protect(thing, f"Kept by {by} from leaving soon", by)
        self._leavings.keep(found.things)
        self.tell({one.series_id for one in found.things if one.series_id is not None})
        return found

    def tell(self, series: Collection[int] | None = None) -> None:
        """Have the log of every episode say whether it leaves; `series`: only of these."""
        while told := self._leavings.untold(_AT_ONCE, series):
            now = self._clock()
            self._ledger.observe(
                Fact(EpisodeId(one.episode_id), now, _SPEAKER, Leaving(one.on, one.rule))
                for one in told
                if not one.gone
            )
            self._leavings.tell(told)


def body_of(rule: Rule) -> str:
    """A digest of a rule's conditions: two rules that find different things have different ones."""
    return sha256(_encoder.encode(rule)).hexdigest()
