"""One round of keeping episodes fresh: who follows what, what is read next, what is prepared, what nobody uses.

A round only reads ahead of the usual sync and more often. What the series list or the history shows is read by that
sync whatever the mode says. What a round has read is stored batch by batch: a round that was cut short leaves the rest
due, and the next one goes on there.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import structlog

from episodarr.catalogue.ahead import ahead
from episodarr.catalogue.followed import verdict
from episodarr.catalogue.fresh_choices import Choices, FreshChoices
from episodarr.catalogue.fresh_ports import FreshStore, Readable
from episodarr.catalogue.fresh_report import FreshReport
from episodarr.catalogue.in_line import Activity, Waiting, activity, due, in_line, of_one_round
from episodarr.catalogue.ports import CatalogueSource, CatalogueStore
from episodarr.catalogue.sync import CatalogueSync, Report, Steps
from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Connection
from episodarr.episode.identity import SeriesId
from episodarr.settings import SyncMode

log = structlog.get_logger("episodarr.fresh")

BATCH = 50
"""Shows after which a round stores what it read and asks whether to go on."""
_CLEANED_AT_ONCE = 100
_FOR_PEOPLE = 4
"""Shows read at once from one Sonarr while somebody waits for them."""
PREPARED_FOR = timedelta(days=7)
"""How long what was prepared, or read for any reason, is fresh enough for somebody who may want it."""
_COMING_READ = timedelta(days=1)
OPENED_READ = timedelta(minutes=15)
"""How old the episodes of a show may be that somebody opens, before they are read again for it."""


class KeepFresh:
    """Rounds over every connected Sonarr, side by side: none waits for another, none stops another."""

    def __init__(
        self,
        connections: Connections,
        catalogue: CatalogueStore,
        store: FreshStore,
        choices: FreshChoices,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed`: told when shows are followed, or no longer."""
        self._connections = connections
        self._catalogue = catalogue
        self._store = store
        self._choices = choices
        self._clock = clock
        self._changed = changed

    async def round(self, steps: Steps, *, everything: bool = False) -> dict[str, Any]:
        """One round; its report. `everything`: also what was read a moment ago, as when a person asks for it.

        Raises the last ServiceFailure when no Sonarr could be read at all.
        """
        started = time.monotonic()
        choices = await asyncio.to_thread(self._choices.current)
        told = FreshReport(choices.mode)
        steps.step(None, "Looking who follows what")
        await asyncio.to_thread(self._judge, choices, told)
        failed = await self._read_due(choices, told, steps, everything=everything)
        if failed is None or "ok" in told.services.values():
            failed = None
            await self._prepare(choices, told, steps)
            await self._clean(choices, told, steps)
        told.report.milliseconds = round((time.monotonic() - started) * 1000)
        report = told.told()
        numbers = {name: value for name, value in report.items() if name != "failures"}
        if failed is not None:
            log.warning("episodes were not kept fresh", **numbers)
            raise failed
        log.info("episodes were kept fresh", **numbers)
        return report | {"message": told.summary()}

    def begun(self) -> list[SeriesId]:
        """Look who follows what anew, by what people did since the last look; the shows of whom nobody did before."""
        choices = self._choices.current()
        return self._judge(choices, FreshReport(choices.mode), endings=False)

    def settle(self) -> FreshReport:
        """Only look who follows what, and who does no more."""
        choices = self._choices.current()
        told = FreshReport(choices.mode)
        self._judge(choices, told)
        return told

    async def read(
        self, shows: Collection[SeriesId], older_than: timedelta = OPENED_READ, at_once: int = _FOR_PEOPLE
    ) -> Report:
        """Read shows now for which somebody waits, unless they were read a moment ago; failures are noted only."""
        total = Report()
        now = self._clock()
        for connection, waiting in (await asyncio.to_thread(self._store.waiting_of, shows)).items():
            of = next((one for one in self._connections.offering(CatalogueSource) if one[0].id == connection), None)
            ready = [one for one in waiting if due(one, now, older_than)]
            if of is None or not ready or not self._connections.may_ask(connection):
                continue
            try:
                await self._connections.ask(of[0], self._read(of[0], of[2], ready, total, _Silent(), at_once))
            except ServiceFailure as failure:
                total.failure(str(failure))
        return total

    # ------------------------------------------------------------------ who follows what

    def _judge(self, choices: Choices, told: FreshReport, *, endings: bool = True) -> list[SeriesId]:
        """`endings`: whether shows are let go of too, for which all that was seen of them is counted."""
        now = self._clock()
        days = timedelta(days=choices.abandoned_days)
        signs = self._store.signs(now - days)
        verdicts = {one: verdict(of.held, of.signs, now, days, finished=False) for one, of in signs.items()}
        begun = {one for one, judged in verdicts.items() if judged is not None and judged.flips and judged.watching}
        held = {one for one, of in signs.items() if endings and of.held is not None and of.held.watching}
        for one in self._store.finished(begun | held, now):
            verdicts[one] = verdict(signs[one].held, signs[one].signs, now, days, finished=True)
        found = {one: judged for one, judged in verdicts.items() if judged is not None and (endings or judged.watching)}
        if found:
            self._store.judge(found, now)
        for one, judged in found.items():
            if judged.flips:
                told.followed += judged.watching
                told.let_go += not judged.watching
                words = "a show is followed" if judged.watching else "a show is let go"
                log.info(words, show=one, why=judged.why.value)
        if told.followed or told.let_go:
            self._changed()
        return [one for one, judged in found.items() if judged.flips and judged.watching]

    # ------------------------------------------------------------------ reading

    async def _read_due(
        self, choices: Choices, told: FreshReport, steps: Steps, *, everything: bool
    ) -> ServiceFailure | None:
        """Read what is due of every Sonarr at once. The last failure of a whole Sonarr."""
        now, lines = self._clock(), []
        again_after = timedelta() if everything else timedelta(seconds=choices.interval / 2)
        for connection, _, client in self._connections.offering(CatalogueSource):
            if not everything and not self._connections.may_ask(connection.id):
                told.services[connection.name] = "left alone for a while after a failure"
                continue
            shows = await asyncio.to_thread(
                self._store.waiting, connection.id, now, followed_only=choices.mode is SyncMode.ON_DEMAND
            )
            line = in_line([one for one in shows if due(one, now, again_after)], now)
            some = of_one_round(line, choices.per_round)
            told.due += len(line)
            told.left += len(line) - len(some)
            lines.append((connection, client, some))
        together = _Together(steps, told.due - told.left)
        reports = [Report() for _ in lines]
        done = await asyncio.gather(
            *(
                self._follow(connection, client, line, report, together, choices.at_once)
                for (connection, client, line), report in zip(lines, reports, strict=True)
            ),
            return_exceptions=True,
        )
        failed = None
        for (connection, _, _), report, end in zip(lines, reports, done, strict=True):
            told.report.add(report)
            if isinstance(end, ServiceFailure):
                failed = end
            elif isinstance(end, BaseException):
                raise end
            told.services[connection.name] = str(end) if isinstance(end, ServiceFailure) else "ok"
        return failed

    async def _follow(
        self,
        connection: Connection,
        client: CatalogueSource,
        line: list[Waiting],
        report: Report,
        steps: "_Together",
        at_once: int,
    ) -> None:
        """Read one Sonarr's line, batch by batch."""
        for start in range(0, len(line), BATCH):
            some = line[start : start + BATCH]
            work = self._read(connection, client, some, report, steps.part(len(some)), at_once)
            await self._connections.ask(connection, work)

    async def _read(
        self,
        connection: Connection,
        client: CatalogueSource,
        some: Collection[Waiting],
        report: Report,
        steps: Steps,
        at_once: int,
    ) -> None:
        known = await asyncio.to_thread(self._catalogue.known_series, connection.id)
        chosen = [known[one.sonarr_id] for one in some if one.sonarr_id in known]
        traffic = getattr(client, "http", None)
        before = (traffic.requests, traffic.bytes) if traffic is not None else (0, 0)
        try:
            await CatalogueSync(connection.id, client, self._catalogue, self._clock, at_once).read(
                chosen, report, steps
            )
        finally:
            if traffic is not None:
                report.requests += traffic.requests - before[0]
                report.bytes += traffic.bytes - before[1]

    # ------------------------------------------------------------------ ahead, and what nobody uses

    async def _prepare(self, choices: Choices, told: FreshReport, steps: Steps) -> None:
        if not choices.ahead:
            return
        steps.step(None, "Preparing what may be wanted next")
        now = self._clock()
        # What cannot be read would take its place of the budget in each round, and leave none to what can.
        offering = self._connections.offering(CatalogueSource)
        can = Readable(tuple(one.id for one, _, _ in offering if self._connections.may_ask(one.id)), now)
        coming = await asyncio.to_thread(self._store.coming, now - _COMING_READ, can)
        followed, others = await asyncio.to_thread(self._store.traits, now - PREPARED_FOR, can)
        found = ahead(coming, followed, others, choices.ahead)
        if not found:
            return
        wanted = [one.id for one in found]
        await asyncio.to_thread(self._store.restore, wanted)
        told.report.add(await self.read(wanted, timedelta(), choices.at_once))
        after = (await asyncio.to_thread(self._store.waiting_of, wanted)).values()
        read = {one.id for some in after for one in some if one.read_at is not None and one.read_at >= now}
        await asyncio.to_thread(self._store.prepared, [one for one in found if one.id in read], now)
        told.prepared = len(read)

    async def _clean(self, choices: Choices, told: FreshReport, steps: Steps) -> None:
        if not cleans(choices):
            return
        now = self._clock()
        since = now - timedelta(days=choices.clean_up_days)
        while cleaned := await asyncio.to_thread(self._store.clean, since, now, _CLEANED_AT_ONCE):
            told.cleaned += cleaned
            steps.step(None, f"Let go of the summaries of {told.cleaned} shows")

    # ------------------------------------------------------------------ looking

    def queue(self, limit: int) -> list[tuple[Waiting, Activity, bool]]:
        """The first in line over all Sonarrs: how soon each is wanted, and whether it is due now."""
        choices, now = self._choices.current(), self._clock()
        again_after = timedelta(seconds=choices.interval / 2)
        shows: list[Waiting] = []
        for connection, _, _ in self._connections.offering(CatalogueSource):
            shows += self._store.waiting(connection.id, now, followed_only=choices.mode is SyncMode.ON_DEMAND)
        return [(one, activity(one, now), due(one, now, again_after)) for one in in_line(shows, now)[:limit]]


def cleans(choices: Choices) -> bool:
    """Whether rounds let go of what nobody uses: only where it was asked for, and not where all is kept fresh."""
    return choices.clean_up and choices.mode is SyncMode.ON_DEMAND


class _Together:
    """The steps of several lines as those of one round."""

    def __init__(self, steps: Steps, total: int) -> None:
        self._steps = steps
        self._total = total
        self._parts: list[_Part] = []

    def part(self, size: int) -> "_Part":
        """The steps of one batch."""
        made = _Part(self, size)
        self._parts.append(made)
        return made

    def tell(self) -> None:
        """Some batch has gone on."""
        read = sum(part.done for part in self._parts)
        self._steps.step(read / max(self._total, 1), f"{read} of {self._total} shows read")


class _Part:
    def __init__(self, whole: _Together, size: int) -> None:
        self._whole = whole
        self._size = size
        self.done = 0

    def step(self, progress: float | None, _message: str) -> None:
        """Tell the round."""
        self.done = round((progress or 0.0) * self._size)
        self._whole.tell()


class _Silent:
    def step(self, progress: float | None, message: str) -> None:
        """Nobody watches."""
