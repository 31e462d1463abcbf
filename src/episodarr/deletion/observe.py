"""Observing what rules find: in dry run and armed alike, again and again, before anything may go."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from episodarr.deletion.arming import (
    ConsentStore,
    Leaver,
    LeavingStore,
    RuleRun,
    RunKind,
    Surroundings,
)
from episodarr.deletion.complete import Count, incomplete, shrunk
from episodarr.deletion.consent import Consent, body_of
from episodarr.deletion.holding import Level
from episodarr.deletion.journal import Journal, LogQuestion, StepState
from episodarr.deletion.mature import Look, Seen, after
from episodarr.deletion.model import Candidate, Held, NamedRule, Preview, Question, Sort, Target, Total
from episodarr.deletion.plan import Deed
from episodarr.deletion.propose import Propose
from episodarr.deletion.rules import Outcome

_PAGE = 1_000
_RUNS = 200
_SETTLE_ROUNDS = 50
_BACK_WITHIN = timedelta(days=30)
_TWICE_WITHIN = timedelta(days=365)
_LOG_PAGE, _LOG_PAGES = 200, 50

Step = Callable[[float | None, str], None]


class Observe:
    """One observation after the other."""

    def __init__(
        self,
        propose: Propose,
        consent: Consent,
        store: ConsentStore,
        leavings: LeavingStore,
        surroundings: Surroundings,
        journal: Journal,
        clock: Callable[[], datetime],
    ) -> None:
        self._propose = propose
        self._consent = consent
        self._store = store
        self._leavings = leavings
        self._surroundings = surroundings
        self._journal = journal
        self._clock = clock

    def observe(self, step: Step) -> Mapping[str, Any]:
        """What every rule makes of the whole library now; a report. `step` is told how far it is."""
        self._consent.check()
        rules = self._propose.rules()
        found = {"rules": len(rules), "complete": 0, "candidates": 0, "leaving": 0}
        for place, rule in enumerate(rules):
            step(place / len(rules), f"{place} of {len(rules)} rules")
            run = self._rule(rule)
            found["complete"] += run.kind is RunKind.COMPLETE
            found["candidates"] += run.candidates
            arming = self._consent.armed(rule)
            if arming is not None and run.kind is RunKind.COMPLETE:
                self._consent.announce(rule, arming)
            found["leaving"] += self._leavings.progress(rule.id).leaving.count
        self._consent.tell()
        return found

    def _rule(self, rule: NamedRule) -> RuleRun:
        if self._consent.armed(rule) is not None and (loop := self._loop(rule)):
            self._consent.disarm_itself(rule, loop)
        body = body_of(rule.rule)
        if self._store.last_run(rule.id, list(RunKind), body) is None:
            self._leavings.forget(rule.id, None)  # what other conditions found says nothing of these
        seen = self._settled(rule)
        managing = self._surroundings.managing(rule.rule.level)
        census = self._census(rule.rule.level, seen)
        kind, why = RunKind.COMPLETE, incomplete(rule.rule, seen.known, managing, seen.counting)
        if why:
            kind = RunKind.INCOMPLETE
        elif why := self._shrunk(rule, census):
            kind = RunKind.SHRUNK
            self._shrunken(rule.rule.level, why)
        total = seen.totals.get(Outcome.CANDIDATE, Total())
        added = gone = 0
        if kind is RunKind.COMPLETE:
            added = self._see(rule, seen.at, managing)
            doubt = incomplete(rule.rule, self._propose.known(), managing, 0)
            if doubt:  # something went while it was looked at: nothing is concluded of what was not come upon
                kind, why = RunKind.INCOMPLETE, doubt
            else:
                gone = self._leavings.forget(rule.id, seen.at)
        numbers = {name: count.number for name, count in census.items()}
        run = RuleRun(seen.at, kind, body, why, total.count, total.size, added, gone, numbers)
        self._store.add_run(rule.id, run, _RUNS)
        return run

    def _settled(self, rule: NamedRule) -> Preview:
        """What it makes of the library in numbers, once everything that changed is summed up."""
        seen = self._propose.preview(rule.rule, Question(limit=1))
        for _ in range(_SETTLE_ROUNDS):
            if not seen.counting:
                break
            seen = self._propose.preview(rule.rule, Question(limit=1))
        return seen

    # ------------------------------------------------------------------ what is found

    def _see(self, rule: NamedRule, at: datetime, managing: Mapping[int, str]) -> int:
        """Note every candidate; how many are new."""
        added = 0
        for some in _pages(self._propose.every(rule.rule, _asked(Outcome.CANDIDATE))):
            managed = [one.held for one in some if one.held.holding.connection_id in managing]
            known = self._leavings.known(rule.id, rule.rule.level, [one.holding.id for one in managed])
            leavers = []
            for held in managed:
                look = Look(at, True, Outcome.CANDIDATE, held.holding.added_at)
                seen = after(known.get(held.holding.id), look)
                if seen is not None:
                    leavers.append(_leaver(rule, held, seen))
            self._leavings.see(rule.id, leavers, at)
            added += len(managed) - len(known)
        if self._leavings.unseen(rule.id, at):
            for some in _pages(self._propose.every(rule.rule, _asked(Outcome.UNKNOWN))):
                self._leavings.touch(rule.id, rule.rule.level, [one.held.holding.id for one in some], at)
        return added

    # ------------------------------------------------------------------ what must not be

    def _census(self, level: Level, seen: Preview) -> dict[str, Count]:
        """How much there is of everything that the rule looks at."""
        every = seen.totals.values()
        own = {
            "library": Count("of them in the library", sum(one.count for one in every), of_files=True),
            "files": Count("files in the library", sum(one.files for one in every), of_files=True),
        }
        return {**self._surroundings.counts(level), **own}

    def _shrunk(self, rule: NamedRule, census: Mapping[str, Count]) -> str:
        before = self._store.last_run(rule.id, [RunKind.COMPLETE, RunKind.SHRUNK])
        if before is None:
            return ""
        return shrunk(before.census or {}, census, self._journal.spent_since(before.at).files)

    def _shrunken(self, level: Level, why: str) -> None:
        """Disarm all rules that look at it: those of movies, or those of shows and what is in them."""
        for rule in self._propose.rules():
            if (rule.rule.level is Level.MOVIE) == (level is Level.MOVIE) and self._consent.armed(rule) is not None:
                self._consent.disarm_itself(rule, why)

    def _loop(self, rule: NamedRule) -> str:
        """What the rule deleted that came back, or that went twice; empty: nothing."""
        now = self._clock()
        deleted: dict[Target, datetime] = {}
        asked = LogQuestion(deed=Deed.DELETE_FILE, outcome=StepState.VERIFIED, rule=rule.name, limit=_LOG_PAGE)
        for _ in range(_LOG_PAGES):
            page = self._journal.log(asked)
            for row in page.items:
                if row.at >= now - _BACK_WITHIN and (row.episode_id is not None or row.movie_id is not None):
                    target = Target(
                        None if row.episode_id is None else row.series_id, None, row.episode_id, row.movie_id
                    )
                    deleted.setdefault(target, row.at)
            if page.next is None or not page.items or page.items[-1].at < now - _BACK_WITHIN:
                break
            asked = LogQuestion(
                deed=asked.deed, outcome=asked.outcome, rule=rule.name, limit=_LOG_PAGE, cursor=page.next
            )
        back = self._leavings.returned(deleted, 3)
        if back:
            return f"{', '.join(back)} came back within 30 days after it was deleted by this rule"
        episodes = [one.episode_id for one in deleted if one.episode_id is not None]
        twice = [one for one, times in self._journal.times_deleted(episodes, now - _TWICE_WITHIN).items() if times > 1]
        if twice:
            return f"{len(twice)} {'episode was' if len(twice) == 1 else 'episodes were'} deleted more than once"
        return ""


def _asked(outcome: Outcome) -> Question:
    return Question(outcome, Sort.TITLE, descending=False, limit=_PAGE)


def _pages(every: Iterator[Candidate]) -> Iterator[list[Candidate]]:
    while some := list(islice(every, _PAGE)):
        yield some


def _leaver(rule: NamedRule, held: Held, seen: Seen) -> Leaver:
    one = held.holding
    parts: tuple[Target, ...] = ()
    target = Target(held.series_id, held.season_number, None, held.movie_id)
    if one.level is Level.EPISODE and held.episodes:
        parts = tuple(Target(held.series_id, held.season_number, episode) for episode, _, _ in held.episodes)
        target = parts[0]
    whole = one.level in (Level.SHOW, Level.SEASON)
    return Leaver(
        id=0,
        rule_id=rule.id,
        level=one.level,
        holding_id=one.id,
        target=target,
        parts=parts,
        title=held.title,
        label=held.label,
        files=one.files,
        size=one.size,
        seen=seen,
        has_poster=held.has_poster,
        keep_first=rule.rule.unless.keep_first if whole else 0,
        keep_last=rule.rule.unless.keep_last if whole else 0,
    )
