"""The last look at what is known here: what is protected, watched now, or no candidate any more, stays."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from episodarr.deletion.holding import Holding
from episodarr.deletion.journal import PlanRow
from episodarr.deletion.judge import guards_always, guards_chosen
from episodarr.deletion.model import Level, NamedRule, Protection, Target
from episodarr.deletion.plan import PlannedFile
from episodarr.deletion.ports import HoldingStore
from episodarr.deletion.propose import Propose
from episodarr.deletion.rules import Added, All, Answer, Reason, Rule, Safeguards
from episodarr.deletion.scene import SceneStore
from episodarr.deletion.shield import shield

ANYTHING = All((Added(0),))
"""A condition that each file meets: it is asked only what holds it back."""


class KnownHere:
    """`deletion.deeds.Watch`, and what holds files back when a plan is made."""

    def __init__(
        self,
        propose: Propose,
        holdings: HoldingStore,
        scenes: SceneStore,
        look_who_watches: Callable[[], Awaitable[Any]],
        clock: Callable[[], datetime],
    ) -> None:
        """`look_who_watches`: asks every service what plays now; raises ServiceFailure when one cannot be asked."""
        self.look_who_watches = look_who_watches
        self._propose = propose
        self._holdings = holdings
        self._scenes = scenes
        self._clock = clock

    async def refusal(self, row: PlanRow, file: PlannedFile) -> str:
        """See Watch."""
        await self.look_who_watches()
        return await asyncio.to_thread(self._refusal, row, file)

    def _refusal(self, row: PlanRow, file: PlannedFile) -> str:
        kept = self.protections(file.series_id, file.movie_id)
        for target in targets_of(file):
            if why := protected(target, kept):
                return why
        if self.watched_now([one.id for one in file.episodes], file.movie_id, file.title):
            return "somebody is watching it now"
        if row.rule_id is None:
            return ""
        rule = self.named(row.rule_id)
        if rule is None:
            return "the rule that proposed it is gone"
        self._holdings.settle(None, rule.rule.level)
        held = self.held_back(targets_of(file)[0], rule.rule.unless, read_live=True)
        return held[0].sentence if held else ""

    def protections(self, series_id: int | None, movie_id: int | None) -> list[Protection]:
        """What is protected by hand of a show, or of a movie."""
        return self._propose.protections_of(Target(series_id, None, None, movie_id))

    def watched_now(self, episodes: Sequence[int], movie_id: int | None, title: str) -> set[int]:
        """Those of the episodes of a show, or the movie, that somebody watches, as all services told last."""
        return self._scenes.playing(episodes, movie_id, title)

    def named(self, rule_id: int) -> NamedRule | None:
        """A kept rule; None when there is no such any more."""
        try:
            return self._propose.rule(rule_id)
        except LookupError:
            return None

    def held_back(self, target: Target, safe: Safeguards, *, read_live: bool = False) -> list[Reason]:
        """What holds a file back by a rule's safeguards: what does, and what is not known; either way it stays.

        `read_live`: its manager was asked just now, so that it does not matter how old its listing is.
        """
        held, known = self._held(target, safe), self._propose.known()
        if held is None:
            return [Reason(Answer.UNKNOWN, "what is known of it is not summed up yet")]
        if read_live:
            held, known = replace(held, unread=False), replace(known, catalogue={})
        found = [*guards_always(held, known), *guards_chosen(safe, held, known, self._clock())]
        return [one for one in found if one.answer is not Answer.NO]

    def cautions(self, target: Target) -> list[str]:
        """What speaks against deleting a file, for a person who decides: whatever a usual rule would keep it for."""
        safe = Safeguards(tags=())
        held = self._held(target, safe)
        if held is None:
            return []
        found = guards_chosen(safe, held, self._propose.known(), self._clock())
        return [one.sentence for one in found if one.answer is Answer.YES]

    def keep_tags(self, rule: NamedRule | None) -> tuple[str, ...]:
        """Tags that keep something: those of the rule, or for a person those of every rule and the usual one."""
        if rule is not None:
            return rule.rule.unless.tags
        told = [*Safeguards().tags, *(tag for one in self._propose.rules() for tag in one.rule.unless.tags)]
        return tuple(dict.fromkeys(told))

    def _held(self, target: Target, safe: Safeguards) -> Holding | None:
        level = Level.MOVIE if target.movie_id is not None else Level.EPISODE
        key = self._holdings.places(target).get(level)
        found = None if key is None else self._holdings.one(level, key, Rule(level, ANYTHING, safe))
        return None if found is None else found.holding


def targets_of(file: PlannedFile) -> list[Target]:
    """Each episode of a file, or the movie."""
    if file.movie_id is not None:
        return [Target(movie_id=file.movie_id)]
    return [Target(file.series_id, one.season, one.id) for one in file.episodes]


def protected(target: Target, kept: Sequence[Protection]) -> str:
    """Why something is protected by hand; empty: it is not. A target of an episode names its season, too."""
    found = shield(target, kept)
    if found.own is not None:
        return f"{found.own.made_by} protected it" + (f": {found.own.reason}" if found.own.reason else "")
    return f"somebody protected the whole {found.within}" if found.within else ""
