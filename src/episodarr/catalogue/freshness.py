"""What people ask of keeping fresh, and what they say to it: pages, API and commands alike."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import msgspec

from episodarr.catalogue.followed import Verdict, Why, verdict
from episodarr.catalogue.fresh_choices import Choices, FreshChoices
from episodarr.catalogue.fresh_ports import Chosen, FollowedShow, FreshStore, LogLine, ShowFilter, Sums, Waste
from episodarr.catalogue.in_line import Activity, Waiting
from episodarr.catalogue.keep_fresh import KeepFresh
from episodarr.episode.identity import SeriesId
from episodarr.settings import SyncMode


class KeptNow(msgspec.Struct, frozen=True):
    """How episodes are kept fresh now, and where each choice comes from."""

    choices: Choices
    given: Choices
    """What the environment or the defaults say."""
    by_environment: Collection[str]
    """The names of choices that the environment gives."""
    chosen: Mapping[str, Chosen]
    """What people chose, which wins."""
    sums: Sums


class Freshness:
    """Every change is told to the log with who made it and why."""

    def __init__(
        self,
        store: FreshStore,
        choices: FreshChoices,
        keep: KeepFresh,
        clock: Callable[[], datetime],
        read_soon: Callable[[], None] = lambda: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`read_soon`: told when somebody waits for a show; `changed`: when a show is followed, or no longer."""
        self._store = store
        self._choices = choices
        self._keep = keep
        self._clock = clock
        self._read_soon = read_soon
        self._changed = changed
        self._waiting: set[SeriesId] = set()
        self._lock = Lock()

    # ------------------------------------------------------------------ looking

    def standing(self) -> KeptNow:
        """The mode and all else that applies, and why."""
        of = self._choices
        current = of.current()
        sums = self._store.sums(followed_only=current.mode is SyncMode.ON_DEMAND)
        return KeptNow(current, of.given, sorted(of.by_environment), of.chosen(), sums)

    def waste(self) -> Waste:
        """What a clean-up would let go of now, whether it is on or off."""
        return self._store.waste(self._clock() - timedelta(days=self._choices.current().clean_up_days))

    def queue(self, limit: int) -> list[tuple[Waiting, Activity, bool]]:
        """The first in line: how soon each is wanted, and whether it is due now."""
        return self._keep.queue(limit)

    def shows(
        self, wanted: ShowFilter, search: str, limit: int, cursor: str | None
    ) -> tuple[list[FollowedShow], int, str | None]:
        """A page of shows by title, how many there are, and the cursor of the next. Raises ValueError."""
        return self._store.shows(wanted, search, limit, cursor)

    def show(self, series_id: int) -> FollowedShow | None:
        """How one show stands; None when there is none."""
        return self._store.show(SeriesId(series_id))

    def mode(self) -> SyncMode:
        """The mode that applies."""
        return self._choices.current().mode

    def log(self, series_id: int | None = None, limit: int = 20) -> list[LogLine]:
        """The latest changes of who follows what, of one show or of all."""
        return self._store.log(SeriesId(series_id) if series_id is not None else None, limit)

    # ------------------------------------------------------------------ what people do

    def opened(self, series_id: int, who: str) -> None:
        """A person opened a show. Never to be called for what asks by itself."""
        show = SeriesId(series_id)
        if self._store.opened(show, who, self._clock()):
            self._judge_one(show)
            with self._lock:
                self._waiting.add(show)
            self._read_soon()

    def watch(self, series_ids: Collection[int], why: Why = Why.IMPORTED, who: str = "") -> None:
        """Shows are in the history that somebody imported. `why`: imported is the only sign that is told this way."""
        if why is not Why.IMPORTED:
            raise ValueError(f"{why} is seen by itself, or told by its own method")
        shows = [SeriesId(one) for one in series_ids]
        self._store.imported(shows, who, self._clock())
        with self._lock:
            self._waiting.update(self._keep.begun())
        self._read_soon()

    def keep(self, series_id: int, by: str) -> None:
        """Follow a show until somebody stops it by hand. Raises LookupError."""
        self._by_hand(series_id, by, watching=True)

    def stop(self, series_id: int, by: str) -> None:
        """Follow a show no longer: until somebody plays it, asks for it, imports it, or says otherwise."""
        self._by_hand(series_id, by, watching=False)

    def _by_hand(self, series_id: int, by: str, *, watching: bool) -> None:
        show, now = SeriesId(series_id), self._clock()
        held = self._store.show(show)
        if held is None:
            raise LookupError(f"There is no show {series_id}")
        why = Why.BY_HAND if watching else Why.STOPPED
        if held.why is not why:
            self._store.judge({show: Verdict(watching, why, by, now, flips=True)}, now)
            self._changed()
        if watching:
            with self._lock:
                self._waiting.add(show)
            self._read_soon()

    def _judge_one(self, show: SeriesId) -> None:
        """Follow a show at once that somebody opened. Of one that is followed the next round knows all signs."""
        now = self._clock()
        of = self._store.signs_of(show)
        if of is None or (of.held is not None and of.held.watching):
            return
        days = timedelta(days=self._choices.current().abandoned_days)
        found = verdict(of.held, of.signs, now, days, finished=False)
        if found is not None:
            self._store.judge({show: found}, now)
            self._changed()

    async def notice(self) -> Mapping[str, Any]:
        """Look who has begun to follow what, and read what they wait for, unless it was read a moment ago."""
        begun = await asyncio.to_thread(self._keep.begun)
        with self._lock:
            wanted, self._waiting = {*self._waiting, *begun}, set()
        if not wanted:
            return {}
        report = await self._keep.read(wanted)
        return {"followed": len(begun), "read": report.read, "message": "; ".join(report.failures)}

    # ------------------------------------------------------------------ what people choose

    def choose(self, wanted: Mapping[str, object], by: str) -> Choices:
        """Have something else apply from now on. Raises WrongChoice."""
        return self._choices.choose(wanted, by)

    def take_back(self, names: Collection[str]) -> Choices:
        """Let the environment say again what somebody chose."""
        return self._choices.take_back(names)
