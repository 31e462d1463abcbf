"""What is kept fresh of the invented library: the real judgement over a store in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
from invented import NOW, World

from episodarr.catalogue.followed import Held, Sign, Why
from episodarr.catalogue.fresh_choices import FreshChoices
from episodarr.catalogue.fresh_ports import FollowedShow, LogLine, Signs, Sums, Waste
from episodarr.catalogue.freshness import Freshness
from episodarr.catalogue.in_line import Waiting
from episodarr.catalogue.keep_fresh import KeepFresh
from episodarr.overview.answers import JobView
from episodarr.settings import read

REPORT = {
    "mode": "ON_DEMAND",
    "due": 1_206,
    "left": 1_200,
    "shows_read": 6,
    "new_titles": 2,
    "moved_air_times": 1,
    "followed": 1,
    "requests": 12,
    "bytes": 180_000,
    "services": {"Sonarr": "ok", "Anime": "left alone for a while after a failure"},
}


class FakeFreshStore:
    """FreshStore in memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chosen: dict[str, Any] = {}
        self.rows: dict[int, FollowedShow] = {}
        self.lines: list[LogLine] = []
        self.opened_by: dict[int, tuple[datetime, str]] = {}
        for place, (one, show) in enumerate(sorted(world.shows.items())):
            read_at = None if place == 7 else NOW - timedelta(minutes=20 * place + 5)
            self.rows[one] = FollowedShow(one, show.title, False, None, "", None, None, read_at, place > 30, "", None)
        signs = (
            (Why.PLAYED, "Anna", 3),
            (Why.REQUESTED, "Ben", 8),
            (Why.OPENED, "vito", 0.2),
            (Why.IMPORTED, "anna", 1),
        )
        for one, (why, who, days) in zip(sorted(world.shows), signs, strict=False):
            self._follow(one, why, who, NOW - timedelta(days=days), watching=True)
        if len(world.shows) > 5:
            ended = sorted(world.shows)[5]
            self._follow(ended, Why.ABANDONED, "", NOW - timedelta(days=2), watching=False)

    def _follow(self, one: int, why: Why, who: str, at: datetime, *, watching: bool) -> None:
        held = self.rows[one]
        self.rows[one] = msgspec.structs.replace(
            held, watching=watching, why=why, who=who, sign_at=at, since=at, lean=False
        )
        self.lines.insert(0, LogLine(at, one, held.title, watching, why, who))

    def choices(self):
        return self.chosen

    def choose(self, chosen) -> None:
        self.chosen |= chosen

    def forget_choices(self, names) -> None:
        self.chosen = {name: one for name, one in self.chosen.items() if name not in names}

    def signs(self, since):
        return {}

    def finished(self, shows, now):
        return set()

    def judge(self, verdicts, now) -> None:
        for one, found in verdicts.items():
            self._follow(one, found.why, found.who, found.at, watching=found.watching)

    def opened(self, show, who, now) -> bool:
        held = self.opened_by.get(show)
        if show not in self.rows or (held is not None and now - held[0] < timedelta(minutes=15)):
            return False
        self.opened_by[show] = (now, who)
        return True

    def signs_of(self, show):
        row = self.rows.get(show)
        if row is None:
            return None
        signs = (Sign(Why.OPENED, *self.opened_by[show]),) if show in self.opened_by else ()
        held = Held(row.watching, row.why, row.since, row.sign_at) if row.why is not None else None
        return Signs(held, signs)

    def waiting(self, connection, now, *, followed_only):
        return [
            Waiting(one.id, one.id, one.title, one.read_at, None, one.id == 2, now if one.id == 3 else None)
            for one in self.rows.values()
            if one.watching or not followed_only
        ]

    def sums(self, *, followed_only):
        followed = sum(one.watching for one in self.rows.values())
        lean = sum(one.lean for one in self.rows.values())
        return Sums(len(self.rows), followed, followed if followed_only else len(self.rows), lean)

    def waste(self, untouched_since):
        return Waste(12, 340, 5_000_000) if self.rows else Waste(0, 0, 0)

    def show(self, show):
        return self.rows.get(show)

    def shows(self, wanted, search, limit, cursor):
        if cursor is not None and not cursor.isdecimal():
            raise ValueError("cursor: is none of this list")
        fits = {
            "followed": lambda one: one.watching,
            "stopped": lambda one: not one.watching and one.why is not None,
            "unfollowed": lambda one: not one.watching,
            "lean": lambda one: one.lean,
            "all": lambda one: True,
        }[wanted]
        found = [one for one in self.rows.values() if fits(one) and search.casefold() in one.title.casefold()]
        found.sort(key=lambda one: one.title.casefold())
        start = int(cursor or 0)
        return found[start : start + limit], len(found), str(start + limit) if start + limit < len(found) else None

    def log(self, show, limit):
        return [one for one in self.lines if show in (None, one.series_id)][:limit]


class _Sonarr:
    """One connected Sonarr, of which nothing is asked."""

    @staticmethod
    def offering(_port: type) -> list[Any]:
        return [(SimpleNamespace(id=1, name="Sonarr"), None, None)]


class FreshHouse:
    """Stands where `Freshening` does."""

    def __init__(self, world: World, clock: Callable[[], datetime], environment: dict[str, str] | None = None) -> None:
        self.store = FakeFreshStore(world)
        self.choices = FreshChoices(read(environment or {}), self.store, clock)  # type: ignore[arg-type]
        keep = KeepFresh(_Sonarr(), None, self.store, self.choices, clock)  # type: ignore[arg-type]
        self.freshness = Freshness(self.store, self.choices, keep, clock)  # type: ignore[arg-type]


def fresh_run() -> JobView:
    """The last round."""
    at = NOW - timedelta(minutes=12)
    return JobView(500, "keep-fresh", "schedule", "ok", 1.0, "ON_DEMAND: 6 of 6 shows read", at, at, at, REPORT)
