"""A library of invented holdings, and rules kept in memory: the real proposing runs over them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from invented import NOW

from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.judge import judge
from episodarr.deletion.model import (
    About,
    Found,
    Held,
    NamedRule,
    Protection,
    Question,
    Reading,
    Sort,
    Target,
    Total,
)
from episodarr.deletion.propose import Propose
from episodarr.deletion.rules import Outcome, Rule
from episodarr.overview.freed import FreedView

GIB = 2**30
OLD = NOW - timedelta(days=200)
FIRST = 2
"""The show that has most files."""


def _holding(level: Level, key: int, **more: Any) -> Holding:
    plain: dict[str, Any] = {"connection_id": 1, "size": GIB, "added_at": OLD, "status": "ended", "root_folder": "/tv"}
    if level is Level.MOVIE:
        plain |= {"connection_id": 0, "series_type": "movie", "root_folder": "/movies"}
    return Holding(level, key, **(plain | more))


def _show(key: int, title: str, year: int, **more: Any) -> Held:
    return Held(_holding(Level.SHOW, key, **({"files": 12, "episodes": 12} | more)), title, key, year=year)


def _season(show: int, title: str, number: int, **more: Any) -> Held:
    holding = _holding(Level.SEASON, 10 * show + number, **({"files": 6, "episodes": 6} | more))
    return Held(holding, title, show, season_number=number)


def _file(key: int, show: int, title: str, *numbers: int, **more: Any) -> Held:
    holding = _holding(Level.EPISODE, key, episodes=len(numbers), **more)
    episodes = tuple((one, one, f"Chapter {one}") for one in numbers)
    return Held(holding, title, show, season_number=1, episodes=episodes)


def _movie(key: int, title: str, year: int, **more: Any) -> Held:
    return Held(_holding(Level.MOVIE, key, **more), title, movie_id=key, year=year)


def invented_shelf() -> list[Held]:
    """Some of every outcome by the usual rule: added 30 days ago, not watched for 90."""
    lately = NOW - timedelta(days=2)
    seen = {"plays": 9, "viewers": 2, "watched_episodes": 4}
    hostile = "</script><script>alert(1)</script> & Söhne"
    return [
        _show(1, "Horimiya", 2021, size=40 * GIB, last_at=NOW - timedelta(days=120), **seen),
        _show(FIRST, hostile, 2019, size=30 * GIB),
        _show(3, "Andor", 2022, last_at=NOW - timedelta(days=100), in_progress_at=NOW - timedelta(days=20), **seen),
        _show(4, "Unlabelled", 2020, tags=None),
        _show(5, "Brand new", 2026, added_at=lately),
        _show(6, "Undated", 2018, added_at=None),
        _season(1, "Horimiya", 1, last_at=lately, plays=6, viewers=1, watched_episodes=6),
        _season(1, "Horimiya", 2, size=20 * GIB),
        _season(1, "Horimiya", 0, size=2 * GIB),
        _file(900, 1, "Horimiya", 1, 2, size=3 * GIB),
        *[_file(1000 + number, FIRST, hostile, number, size=number * GIB) for number in range(1, 121)],
        _movie(1, "Arrival", 2016, last_at=lately, plays=2, viewers=2, watched_episodes=1),
        _movie(3, "Heat", 1995, size=9 * GIB),
    ]


_KEYS: dict[Sort, Callable[[Held], Any]] = {
    Sort.TITLE: lambda held: held.title.casefold(),
    Sort.SIZE: lambda held: held.holding.size,
    Sort.ADDED: lambda held: held.holding.added_at or datetime.min.replace(tzinfo=NOW.tzinfo),
    Sort.LAST_WATCHED: lambda held: held.holding.last_at or datetime.min.replace(tzinfo=NOW.tzinfo),
    Sort.PLAYS: lambda held: held.holding.plays,
    Sort.VIEWERS: lambda held: held.holding.viewers,
    Sort.WATCHED: lambda held: held.holding.watched_episodes / held.holding.episodes,
}


class FakeShelf:
    """HoldingStore over the invented library."""

    def __init__(self, rules: "FakeRules", *, empty: bool = False) -> None:
        self.rules = rules
        self.all = [] if empty else invented_shelf()
        self.counting = 0

    def settle(self, most: int | None, level: Level | None = None) -> int:
        return self.counting

    def _judged(self, rule: Rule, known: Known, now: datetime, search: str) -> list[tuple[Held, Outcome]]:
        found = [self._as_kept(one) for one in self.all if one.holding.level is rule.level]
        found = [one for one in found if search.casefold() in one.title.casefold()]
        return [(one, judge(rule, one.holding, known, now).outcome) for one in found]

    def _as_kept(self, one: Held) -> Held:
        kept = any(_covers(rule.target, one) for rule in self.rules.kept)
        return replace(one, holding=replace(one.holding, protected=kept))

    def totals(self, rule: Rule, known: Known, now: datetime, search: str) -> dict[Outcome, Total]:
        found = dict.fromkeys(Outcome, Total())
        for one, outcome in self._judged(rule, known, now, search):
            before, h = found[outcome], one.holding
            found[outcome] = Total(before.count + 1, before.files + h.files, before.size + h.size)
        return found

    def page(self, rule: Rule, known: Known, now: datetime, asked: Question) -> Found:
        if asked.cursor is not None and not asked.cursor.isdecimal():
            raise ValueError("cursor: is none of this list")
        judged = self._judged(rule, known, now, asked.search)
        fitting = [one for one, outcome in judged if outcome is asked.outcome]
        fitting.sort(key=lambda one: (_KEYS[asked.sort](one), one.holding.id), reverse=asked.descending)
        start = int(asked.cursor or 0)
        end = start + asked.limit
        return Found(fitting[start:end], str(end) if end < len(fitting) else None)

    def paths(self, level: Level, holding_id: int, limit: int) -> list[tuple[str, int]]:
        one = self._of(level, holding_id)
        return [] if one is None else [(f"/nowhere/{holding_id}.mkv", one.holding.size)]

    def suggestions(self) -> dict[str, list[str]]:
        told = {"tags": ["anime", "keep"], "folders": ["/movies", "/tv"], "qualities": ["webdl-1080p"]}
        return told | {"statuses": ["continuing", "ended"], "types": ["anime", "standard"]}

    def _of(self, level: Level, holding_id: int) -> Held | None:
        return next((one for one in self.all if (one.holding.level, one.holding.id) == (level, holding_id)), None)

    def one(self, level: Level, holding_id: int, rule: Rule) -> Held | None:
        found = self._of(level, holding_id)
        return None if found is None else self._as_kept(found)

    def places(self, target: Target) -> dict[Level, int]:
        return {one.holding.level: one.holding.id for one in self.all if _lies_in(target, one)}


def _lies_in(target: Target, one: Held) -> bool:
    """Whether the target is, or lies within, the holding."""
    if one.movie_id is not None or target.movie_id is not None:
        return one.movie_id == target.movie_id
    if one.series_id != target.series_id:
        return False
    if one.season_number is None:
        return True
    if one.episodes:
        return target.episode_id in {number for number, _, _ in one.episodes}
    season = 1 if target.episode_id is not None else target.season_number
    return one.season_number == season


def _covers(target: Target, one: Held) -> bool:
    """Whether what is protected, or a part of it, is part of the holding."""
    if (target.movie_id, target.series_id) != (one.movie_id, one.series_id):
        return False
    seasons = target.season_number is None or one.season_number in {None, target.season_number}
    own = {number for number, _, _ in one.episodes}
    return seasons and (target.episode_id is None or not own or target.episode_id in own)


class FakeRules:
    """RuleStore in memory. Shows 1 to 20 exist, with seasons 0 to 3; movies 1 to 3."""

    def __init__(self) -> None:
        self.all: list[NamedRule] = []
        self.kept: list[Protection] = []
        self._next = 1

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def rules(self) -> list[NamedRule]:
        return sorted(self.all, key=lambda one: one.name.casefold())

    def rule(self, rule_id: int) -> NamedRule | None:
        return next((one for one in self.all if one.id == rule_id), None)

    def _taken(self, name: str, besides: int | None) -> bool:
        return any(one.name.casefold() == name.casefold() and one.id != besides for one in self.all)

    def add_rule(self, name: str, rule: Rule, by: str, now: datetime) -> NamedRule | None:
        if self._taken(name, None):
            return None
        self.all.append(NamedRule(self._number(), name, rule, by, now, now))
        return self.all[-1]

    def change_rule(self, rule_id: int, name: str, rule: Rule, now: datetime) -> NamedRule | None:
        held = self.rule(rule_id)
        if self._taken(name, rule_id):
            return None
        if held is None:
            raise LookupError
        changed = replace(held, name=name, rule=rule, updated_at=now)
        self.all[self.all.index(held)] = changed
        return changed

    def remove_rule(self, rule_id: int) -> bool:
        before = len(self.all)
        self.all = [one for one in self.all if one.id != rule_id]
        return len(self.all) < before

    def protections(self, limit: int) -> list[Protection]:
        return self.kept[::-1][:limit]

    def protections_of(self, series_id: int | None, movie_id: int | None, limit: int) -> list[Protection]:
        wanted = (series_id, movie_id)
        return [one for one in self.kept if (one.target.series_id, one.target.movie_id) == wanted][:limit]

    def protect(self, target: Target, reason: str, by: str, now: datetime) -> int:
        if (target.series_id or target.movie_id or 0) > 20 or (target.season_number or 0) > 3:
            raise LookupError("There is no such thing")
        if target.episode_id is not None:
            target = Target(target.series_id, 1, target.episode_id)
        held = next((one.id for one in self.kept if one.target == target), None)
        if held is not None:
            return held
        title = f"Show {target.series_id}" if target.series_id else f"Movie {target.movie_id}"
        self.kept.append(Protection(self._number(), target, title, reason, by, now))
        return self.kept[-1].id

    def unprotect(self, protection_id: int) -> bool:
        before = len(self.kept)
        self.kept = [one for one in self.kept if one.id != protection_id]
        return len(self.kept) < before


class FakeReadings:
    """Readings that are as fresh as is said."""

    def __init__(self) -> None:
        self.all = [Reading(About.PLAYS, 4, "Tautulli", NOW, 3600), Reading(About.PLAYING, 4, "Tautulli", NOW, 3600)]

    def readings(self) -> list[Reading]:
        return self.all

    def age(self, **by: float) -> None:
        """Let the plays have been read that long ago."""
        self.all = [replace(one, read_at=NOW - timedelta(**by)) for one in self.all]


class Candidates:
    """The proposing over all of these."""

    def __init__(self, clock: Callable[[], datetime], *, empty: bool = False) -> None:
        self.rules = FakeRules()
        self.shelf = FakeShelf(self.rules, empty=empty)
        self.readings = FakeReadings()
        self.propose = Propose(self.shelf, self.rules, self.readings, clock)

    def freed(self, level: Level, holding_id: int) -> FreedView | None:
        """Half of everything is linked elsewhere."""
        found = self.shelf.paths(level, holding_id, 10)
        size = sum(size for _, size in found)
        return FreedView(size, size - size // 2, size // 2, 0) if found else None
