"""Measuring how full the disks are: by the services that know, by folders of this machine, by totals given by hand."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from episodarr.capacity.model import Disk, DiskReading, Measured
from episodarr.capacity.ports import CapacityStore
from episodarr.connections.failures import ServiceFailure

log = structlog.get_logger("episodarr.capacity")

_UNHEARD = timedelta(days=7)
"""A disk that nobody told of for so long is shown no more."""
MOST_MEASURED = 50
LARGEST = 10**18
"""Bytes; an exabyte. More is a slip of the unit."""
_UNITS = {"GB": 10**9, "TB": 10**12, "GiB": 2**30, "TiB": 2**40}

ReadDisks = Callable[[], Awaitable[list[DiskReading]]]
"""Asks one service. Raises ServiceFailure."""


class InvalidMeasure(ValueError):
    """A folder or total that cannot be; the message names the field and the fix."""


class Measure:
    """Takes readings."""

    def __init__(self, store: CapacityStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def poll(self, services: Sequence[tuple[int, str, ReadDisks]]) -> tuple[int, list[str]]:
        """One round; how many disks were read, and what went wrong. `services`: (connection, name, how to ask)."""
        now = self._clock()
        found, problems = [], []
        for connection, name, read in services:
            try:
                readings = await read()
            except ServiceFailure as failure:
                problems.append(str(failure))
                continue
            found += [Disk(f"service:{connection}:{one.path}", name, one, now) for one in _each_once(readings)]
        own, failed = await asyncio.to_thread(self._own, now)
        await asyncio.to_thread(self._keep, [*found, *own], now)
        return len(found) + len(own), [*problems, *failed]

    def _keep(self, disks: Sequence[Disk], now: datetime) -> None:
        self._store.note(disks)
        self._store.drop_unheard(now - _UNHEARD)

    def _own(self, now: datetime) -> tuple[list[Disk], list[str]]:
        found, problems = [], []
        for one in self._store.measured():
            if one.path:
                try:
                    usage = shutil.disk_usage(one.path)
                except OSError as failure:
                    problems.append(f"{one.path} cannot be measured: {failure.strerror or failure}")
                    continue
                reading = DiskReading(one.path, usage.total, usage.free, one.name)
                found.append(Disk(f"measured:{one.id}", "this machine", reading, now))
            else:
                used = self._store.library_size()
                reading = DiskReading("", one.total, max(one.total - used, 0), one.name)
                found.append(Disk(f"measured:{one.id}", "set by hand", reading, now, one.note))
        return found, problems

    # ------------------------------------------------------------------ what people give

    def add_folder(self, path: str, name: str, by: str) -> int:
        """Measure a folder of this machine from now on; its id. Raises InvalidMeasure."""
        path = path.strip()
        if not path.startswith("/"):
            raise InvalidMeasure("path: give the whole path of a folder, such as /media")
        if not Path(path).is_dir():
            raise InvalidMeasure(f"path: {path} is no folder that Episodarr can see; mount it into its container")
        if any(one.path == path for one in self._store.measured()):
            raise InvalidMeasure(f"path: {path} is measured already")
        return self._add(Measured(0, name.strip()[:100] or path, path[:1000], set_at=self._clock(), set_by=by))

    def add_total(self, value: str, unit: str, name: str, note: str, by: str) -> int:
        """Take a total that a person knows, such as `12.5` `TB`; its id. Raises InvalidMeasure."""
        if unit not in _UNITS:
            raise InvalidMeasure(f"unit: must be one of {', '.join(_UNITS)}")
        try:
            total = round(float(value.strip().replace(",", ".")) * _UNITS[unit])
        except (ValueError, OverflowError) as problem:
            raise InvalidMeasure("value: give a number, such as 12.5") from problem
        if not 10**6 <= total <= LARGEST:
            raise InvalidMeasure("value: it must be more than a megabyte and less than an exabyte; is the unit right?")
        one = Measured(0, name.strip()[:100] or "Storage", total=total, note=note.strip()[:300])
        return self._add(_signed(one, self._clock(), by))

    def remove(self, measured_id: int) -> None:
        """Measure it no more. Raises LookupError."""
        self._store.remove_measured(measured_id)

    def _add(self, one: Measured) -> int:
        if len(self._store.measured()) >= MOST_MEASURED:
            raise InvalidMeasure(f"at most {MOST_MEASURED} folders and totals are measured: remove one first")
        added = self._store.add_measured(one)
        self._store.note(self._own(self._clock())[0])  # seen at once, not only after the next round
        return added


def _signed(one: Measured, at: datetime, by: str) -> Measured:
    return Measured(one.id, one.name, one.path, one.total, one.note, at, by)


def _each_once(readings: Sequence[DiskReading]) -> list[DiskReading]:
    """One for each mount; a mount of no size (a pseudo file system) is none."""
    return list({one.path: one for one in readings if one.total > 0}.values())
