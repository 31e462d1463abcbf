"""Consent over rules and candidates that are kept in memory."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fakes_candidates import GIB, Candidates

from episodarr.deletion.arming import (
    Arming,
    ArmingEvent,
    Change,
    Leaver,
    Progress,
    RuleRun,
    RunKind,
    Sum,
    Told,
)
from episodarr.deletion.consent import Consent, body_of
from episodarr.deletion.holding import Level
from episodarr.deletion.mature import Seen, leaves_at
from episodarr.deletion.model import NamedRule, Target
from episodarr.deletion.rules import Added, All, Rule, UnwatchedFor


class FakeConsentStore:
    """ConsentStore in memory."""

    def __init__(self) -> None:
        self.armed: dict[int, Arming] = {}
        self.told: list[ArmingEvent] = []
        self.seen: dict[int, list[RuleRun]] = {}
        self.notes: dict[str, str] = {}
        self.leavings: FakeLeavings

    def armings(self) -> dict[int, Arming]:
        return self.armed

    def arm(self, arming: Arming, rule: str) -> None:
        self.armed[arming.rule_id] = arming
        self._note(ArmingEvent(arming.rule_id, rule, arming.at, Change.ARMED, arming.by))

    def disarm(self, event: ArmingEvent) -> bool:
        if self.armed.pop(event.rule_id, None) is None:
            return False
        self.leavings.all = [replace(one, leaves_at=None) for one in self.leavings.all]
        self._note(event)
        return True

    def _note(self, event: ArmingEvent) -> None:
        self.told.insert(0, replace(event, after_run=self.latest_run()))

    def events(self, rule_id: int, limit: int) -> list[ArmingEvent]:
        return [one for one in self.told if one.rule_id == rule_id][:limit]

    def lost(self, now: datetime) -> list[ArmingEvent]:
        return []

    def runs(self, rule_id: int, limit: int) -> list[RuleRun]:
        return self.seen.get(rule_id, [])[::-1][:limit]

    def latest_run(self) -> int:
        return max((one.id for runs in self.seen.values() for one in runs), default=0)

    def last_run(self, rule_id: int, kinds: Collection[RunKind], body: str | None = None) -> RuleRun | None:
        found = self.runs(rule_id, 1_000)
        return next((one for one in found if one.kind in kinds and body in (None, one.body)), None)

    def note(self, name: str) -> str:
        return self.notes.get(name, "")

    def write_note(self, name: str, value: str) -> None:
        self.notes[name] = value


class FakeLeavings:
    """LeavingStore in memory."""

    def __init__(self) -> None:
        self.all: list[Leaver] = []

    def _sum(self, leavers: Iterable[Leaver]) -> Sum:
        found = list(leavers)
        return Sum(len(found), sum(one.size for one in found), sum(one.files for one in found))

    def progress(self, rule_id: int) -> Progress:
        own = [one for one in self.all if one.rule_id == rule_id]
        leaving = [one.leaves_at for one in own if one.leaves_at is not None]
        matured = self._sum(one for one in own if one.seen.matured_at)
        return Progress(
            self._sum(own), matured, self._sum(one for one in own if one.leaves_at), min(leaving, default=None)
        )

    def leaving(self, limit: int, cursor: str | None, rule_id: int | None = None) -> tuple[list[Leaver], str | None]:
        if cursor is not None and not cursor.isdecimal():
            raise ValueError("cursor: is none of this list")
        found = [one for one in self.all if one.leaves_at is not None and rule_id in (None, one.rule_id)]
        found.sort(key=lambda one: (one.leaves_at, one.id))
        start = int(cursor or 0)
        return found[start : start + limit], str(start + limit) if start + limit < len(found) else None

    def matured(self, rule_id: int, limit: int) -> list[Leaver]:
        return [one for one in self.all if one.rule_id == rule_id and one.seen.matured_at][:limit]

    def leaver(self, leaver_id: int) -> Leaver | None:
        return next((one for one in self.all if one.id == leaver_id and one.leaves_at is not None), None)

    def schedule(self, rule_id: int, armed_at: datetime, days: int, limit: int) -> tuple[Sum, list[Leaver]]:
        found = []
        for place, one in enumerate(self.all):
            if one.rule_id == rule_id and one.seen.matured_at and one.leaves_at is None:
                self.all[place] = replace(one, leaves_at=leaves_at(one.seen.matured_at, armed_at, days))
                found.append(self.all[place])
        return self._sum(found), found[:limit]

    def keep(self, targets: Sequence[Target]) -> int:
        before = len(self.all)
        self.all = [one for one in self.all if one.target not in targets]
        return before - len(self.all)

    def forget(self, rule_id: int, checked_at: datetime | None) -> int:
        return 0

    def untold(self, limit: int, series: Collection[int] | None = None) -> list[Told]:
        return []

    def tell(self, told: Iterable[Told]) -> None:
        """Nobody is told here."""


class _Surroundings:
    def digest(self) -> str:
        return "as it was"

    def revision(self) -> str:
        return "0014"


class _Pulse:
    def last(self) -> datetime | None:
        return None

    def beat(self, now: datetime) -> None:
        """Nothing is kept here."""


class Consents:
    """The consent over all of these."""

    def __init__(self, candidates: Candidates, clock: Callable[[], datetime]) -> None:
        self.candidates, self.clock = candidates, clock
        self.store, self.leavings = FakeConsentStore(), FakeLeavings()
        self.store.leavings = self.leavings
        self.notices: list[tuple[str, str, str, Sequence[Mapping[str, Any]]]] = []
        made: Any = Consent
        self.consent: Consent = made(
            candidates.propose,
            self.store,
            self.leavings,
            _Surroundings(),
            _Pulse(),
            None,
            lambda *told: self.notices.append(told),
            clock,
        )

    def rule(self, name: str = "Old and unwatched", *, days: int = 30) -> NamedRule:
        """A rule that was kept."""
        return self.candidates.propose.keep_rule(name, Rule(when=All((Added(days), UnwatchedFor(90)))), "anna")

    def observed(self, named: NamedRule, times: int = 20) -> None:
        """Found ever more, every 6 hours until now; the last but one not completely."""
        runs = self.store.seen.setdefault(named.id, [])
        for place in range(times):
            at = self.clock() - timedelta(hours=6 * (times - 1 - place) + 1)
            kind = RunKind.INCOMPLETE if place == times - 2 else RunKind.COMPLETE
            why = "Tautulli was last read 2 days ago" if kind is RunKind.INCOMPLETE else ""
            found, number = 3 + place // 2, self.store.latest_run() + 1
            body = body_of(named.rule)
            runs.append(RuleRun(at, kind, body, why, found, found * 12 * GIB, place % 2, 0, {}, number))

    def matured(self, named: NamedRule) -> None:
        """Some of every level."""
        rows = (
            (Level.SHOW, Target(1), (), "Horimiya", "Horimiya", 13, 40 * GIB, True),
            (
                Level.SEASON,
                Target(2, 1),
                (),
                "</script><b>x & Söhne",
                "</script><b>x & Söhne, season 1",
                12,
                9 * GIB,
                False,
            ),
            (
                Level.EPISODE,
                Target(3, 1, 4),
                (Target(3, 1, 4), Target(3, 1, 5)),
                "Andor",
                "Andor S01E04E05",
                1,
                GIB,
                False,
            ),
            (Level.MOVIE, Target(movie_id=1), (), "Arrival", "Arrival (2016)", 1, 9 * GIB, True),
        )
        now = self.clock()
        for level, target, parts, title, label, files, size, poster in rows:
            number = len(self.leavings.all) + 1
            seen = Seen(now - timedelta(days=3), now, None, now - timedelta(days=number))
            made = Leaver(number, named.id, level, number, target, parts, title, label, files, size, seen)
            self.leavings.all.append(replace(made, has_poster=poster, rule=named.name))

    def armed(self, named: NamedRule, days: int = 9) -> None:
        """Observed, matured and armed."""
        self.observed(named)
        self.matured(named)
        self.consent.arm(named.id, "anna", days, person=True)
