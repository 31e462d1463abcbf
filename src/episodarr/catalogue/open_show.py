"""Opening one show by an id of any system: found here or in a Sonarr, read anew where what is known is old."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from episodarr.catalogue.fresh_ports import FreshStore, IdKind
from episodarr.catalogue.freshness import Freshness
from episodarr.catalogue.in_line import Waiting
from episodarr.catalogue.instances import Instances, Silent
from episodarr.catalogue.keep_fresh import OPENED_READ
from episodarr.connections.failures import Offline, ServiceFailure
from episodarr.episode.identity import SeriesId

_LOOKED = timedelta(seconds=30)
"""The series lists are read for what is not known at most this often, whoever asks for it and whatever came of it."""
_LARGEST = 2**62


class ShowId(msgspec.Struct, frozen=True):
    """An id of a show in some system."""

    kind: IdKind
    number: int


class Opened(msgspec.Struct, frozen=True):
    """A show that was opened."""

    id: SeriesId
    problem: str
    """Why it could not be read anew, so that what is told is as old as it says; empty: nothing stood in the way."""


def show_id(text: str, by: str | None = None) -> ShowId:
    """`12`, `tmdb:123`, `tvdb:456`; `by` names the system of a plain number. Raises ValueError with a sentence."""
    prefix, _, number = text.rpartition(":")
    named = prefix.strip().lower()
    if named and by is not None and named != by:
        raise ValueError(f"id: {text} is of {named}, and by says {by}: keep one")
    match named or by or "own":
        case "own":
            kind: IdKind = "own"
        case "tmdb":
            kind = "tmdb"
        case "tvdb":
            kind = "tvdb"
        case _:
            raise ValueError("id: write a number of ours, tmdb:<number> or tvdb:<number>")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18 or not 1 <= int(number) <= _LARGEST:
        raise ValueError(f"id: {text} has no whole number of 1 or more")
    return ShowId(kind, int(number))


class OpenShow:
    """Finds a show and makes it fresh. The same show asked for twice at once is read once."""

    def __init__(
        self, store: FreshStore, freshness: Freshness, instances: Instances, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._freshness = freshness
        self._instances = instances
        self._clock = clock
        self._looked_at: datetime | None = None
        self._looking = asyncio.Lock()
        self._unread = ""
        """Which series lists could not be read then, and why."""
        self._reading: dict[SeriesId, asyncio.Task[str]] = {}

    async def open(self, wanted: ShowId, person: str | None) -> Opened:
        """`person`: who opens it; None: a machine, which leaves no sign.

        Raises LookupError when no Sonarr lists it, and ServiceFailure when that cannot be said.
        """
        found = await asyncio.to_thread(self.find, wanted)
        if found is None and wanted.kind != "own":
            found = await self._look_for(wanted)
        if found is None:
            name = f"{wanted.kind}:{wanted.number}" if wanted.kind != "own" else str(wanted.number)
            raise LookupError(f"No Sonarr lists a show {name}")
        if person is not None:
            await asyncio.to_thread(self._freshness.opened, found, person)
        return Opened(found, await self._fresh(found, for_person=person is not None))

    def find(self, wanted: ShowId) -> SeriesId | None:
        """The show that has an id. Where several Sonarrs list it: of one that can be asked now."""
        return self._store.find(wanted.kind, wanted.number, self._instances.ready())

    async def _look_for(self, wanted: ShowId) -> SeriesId | None:
        """Read the series lists for a show that is new to us, unless that was done a moment ago."""
        async with self._looking:
            now = self._clock()
            if self._looked_at is None or now - self._looked_at >= _LOOKED:
                self._unread = await self._read_lists()
                self._looked_at = now
        found = await asyncio.to_thread(self.find, wanted)
        if found is None and self._unread:
            raise Offline("Sonarr", f"Not every Sonarr could be asked for it: {self._unread}")
        return found

    async def _read_lists(self) -> str:
        """Read all series lists; which could not be read, and why."""
        try:
            report = await self._instances.series(Silent())
        except ServiceFailure as failure:  # of the only Sonarr there is
            return str(failure)
        return "; ".join(f"{name}: {text}" for name, text in report["services"].items() if text != "ok")

    async def _fresh(self, show: SeriesId, *, for_person: bool) -> str:
        """Read the show anew where it is old; what stood in the way.

        After a failure a person may try again at once; what polls would ask, and wait, again and again.
        """
        held = await asyncio.to_thread(self._store.show, show)
        waiting, now = await asyncio.to_thread(self._waiting, show), self._clock()
        if held is not None and waiting is not None:
            if not for_person and waiting.retry_at is not None and now < waiting.retry_at:
                return waiting.failure
            read_at = waiting.read_at
            if not (held.lean or waiting.stale or read_at is None or now - read_at >= OPENED_READ):
                return ""
        task = self._reading.get(show)
        if task is None:
            task = self._reading[show] = asyncio.create_task(self._read(show))
            task.add_done_callback(lambda _: self._reading.pop(show, None))
        return await asyncio.shield(task)

    def _waiting(self, show: SeriesId) -> Waiting | None:
        return next((one for some in self._store.waiting_of([show]).values() for one in some), None)

    async def _read(self, show: SeriesId) -> str:
        if left_alone := await asyncio.to_thread(self._instances.left_alone, show):
            return left_alone  # nobody waits again and again for a Sonarr that does not answer
        await asyncio.to_thread(self._store.restore, [show])
        try:
            report = await self._instances.show(show)
        except (ServiceFailure, LookupError) as failure:  # LookupError: its Sonarr is switched off
            return str(failure)
        return "; ".join(report.failures)
