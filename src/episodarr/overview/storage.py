"""How full the disks are, when they will be full, and which shows and movies fill them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from episodarr.capacity.forecast import WINDOW, Forecast, forecast, level_of
from episodarr.capacity.model import DayReading, Disk
from episodarr.capacity.ports import CapacityStore
from episodarr.overview.movies import MovieFilter, MovieQuestions
from episodarr.overview.questions import LibraryFilter, Overview

_STALE = timedelta(hours=2)
LARGEST_SHOWS = 30


@dataclass(frozen=True, slots=True)
class DayView:
    """How full a disk was at the last look of a day (UTC)."""

    day: date
    total: int
    free: int


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """A folder of this machine that is measured, or a total that a person gave; `total` 0 for a folder."""

    id: int
    name: str
    path: str
    total: int
    note: str
    set_at: datetime | None
    set_by: str


@dataclass(frozen=True, slots=True)
class DiskView:
    """One disk. Sizes in bytes."""

    key: str
    name: str
    path: str
    source: str
    total: int
    used: int
    free: int
    percent: int
    at: datetime
    stale: bool
    """Its source did not answer for hours: this is its last word."""
    note: str
    level: str
    """ok, warning, full, unknown."""
    sentence: str
    rate: int | None
    """Bytes a day by which it fills, negative when it empties; None while too little is known."""
    full_on: date | None
    days: int
    """Days of history that the forecast rests on."""
    history: list[DayView]


@dataclass(frozen=True, slots=True)
class ShowSize:
    """What one show or movie takes."""

    id: int
    title: str
    size: int
    file_count: int


@dataclass(frozen=True, slots=True)
class StorageView:
    """The disks, and what fills them."""

    disks: list[DiskView]
    shows: list[ShowSize]
    """The largest ones."""
    library_size: int
    """Of shows and movies."""
    measured: list[MeasuredView]
    movies: list[ShowSize] = field(default_factory=list)
    """The largest ones."""


class Storage:
    """Questions about storage."""

    def __init__(
        self, store: CapacityStore, overview: Overview, movies: MovieQuestions, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._overview = overview
        self._movies = movies
        self._clock = clock

    def view(self) -> StorageView:
        """Everything of the page."""
        found = self._overview.library(LibraryFilter(sort="size"), LARGEST_SHOWS, None).items
        shows = [ShowSize(one.id, one.title, one.size_on_disk, one.file_count) for one in found if one.size_on_disk]
        films = self._movies.movies(MovieFilter(sort="size"), LARGEST_SHOWS, None).items
        movies = [ShowSize(one.id, one.title, one.size_on_disk, 1) for one in films if one.size_on_disk]
        measured = [
            MeasuredView(one.id, one.name, one.path, one.total, one.note, one.set_at, one.set_by)
            for one in self._store.measured()
        ]
        return StorageView(self.disks(), shows, self._store.library_size(), measured, movies)

    def disks(self) -> list[DiskView]:
        """Every disk once, whoever tells of it."""
        return [self._disk(one) for one in told_once(self._store.disks())]

    def urgent(self) -> list[DiskView]:
        """The disks that are full or soon will be."""
        return [one for one in self.disks() if one.level in {"warning", "full"}]

    def history(self, key: str, days: int) -> list[DayView]:
        """The readings of a disk by day, oldest first."""
        return _days(self._store.history(key, self._clock().date() - timedelta(days=days)))

    def _disk(self, disk: Disk) -> DiskView:
        now = self._clock()
        history = self._store.history(disk.key, now.date() - WINDOW)
        foreseen: Forecast | None = forecast(history)
        reading = disk.reading
        level = level_of(reading.total, reading.free, foreseen, now.date())
        return DiskView(
            key=disk.key,
            name=reading.label or reading.path or "Storage",
            path=reading.path,
            source=disk.source,
            total=reading.total,
            used=reading.used,
            free=reading.free,
            percent=round(100 * reading.used / reading.total) if reading.total else 0,
            at=disk.at,
            stale=now - disk.at > _STALE,
            note=disk.note,
            level=level.word,
            sentence=level.sentence,
            rate=foreseen.rate if foreseen else None,
            full_on=foreseen.full_on if foreseen else None,
            days=foreseen.days if foreseen else 0,
            history=_days(history),
        )


def told_once(disks: Iterable[Disk]) -> list[Disk]:
    """One of each: two services that see the same mount, of the same size and about as full, tell of one disk.

    The latest word counts; the history that is longest known goes on under its key.
    """
    found: list[Disk] = []
    for disk in disks:
        for place, held in enumerate(found):
            if _same(held, disk):
                latest = max(held, disk, key=lambda one: one.at)
                found[place] = msgspec.structs.replace(latest, key=held.key, source=f"{held.source} and {disk.source}")
                break
        else:
            found.append(disk)
    return found


def _same(one: Disk, other: Disk) -> bool:
    first, second = one.reading, other.reading
    whole = first.path and (first.path, first.total) == (second.path, second.total)
    return bool(whole) and abs(first.free - second.free) * 100 <= first.total


def _days(history: Iterable[DayReading]) -> list[DayView]:
    return [DayView(one.day, one.total, one.free) for one in history]
