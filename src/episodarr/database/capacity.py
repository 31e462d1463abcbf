"""Readings of disks in the database."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update

from episodarr.capacity.model import DayReading, Disk, DiskReading, Measured
from episodarr.database.engine import Database
from episodarr.database.schema import episode_files
from episodarr.database.schema_capacity import disk_days, disks, measured_disks
from episodarr.database.schema_movies import movies

_MOST_DAYS = 3700
_MOST_DISKS = 500


class StoredCapacity:
    """CapacityStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def measured(self) -> list[Measured]:
        """See CapacityStore."""
        m = measured_disks.c
        with self._database.reading() as db:
            rows = db.execute(select(m.id, m.name, m.path, m.total, m.note, m.set_at, m.set_by).order_by(m.id))
            return [Measured(*row) for row in rows]

    def add_measured(self, one: Measured) -> int:
        """See CapacityStore."""
        row = {"name": one.name, "path": one.path, "total": one.total, "note": one.note}
        with self._database.writing() as db:
            made = db.execute(insert(measured_disks).values(**row, set_at=one.set_at, set_by=one.set_by))
            return int(made.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has one

    def remove_measured(self, measured_id: int) -> None:
        """See CapacityStore."""
        key = f"measured:{measured_id}"
        with self._database.writing() as db:
            if db.execute(delete(measured_disks).where(measured_disks.c.id == measured_id)).rowcount == 0:
                raise LookupError(f"There is no measured folder or total {measured_id}")
            db.execute(delete(disks).where(disks.c.key == key))
            db.execute(delete(disk_days).where(disk_days.c.key == key))

    def library_size(self) -> int:
        """See CapacityStore."""
        with self._database.reading() as db:
            files = db.execute(select(func.sum(episode_files.c.size))).scalar() or 0
            films = select(func.sum(movies.c.size_on_disk)).where(movies.c.gone_at.is_(None))
            return int(files) + int(db.execute(films).scalar() or 0)

    def note(self, found: Sequence[Disk]) -> None:
        """See CapacityStore."""
        if not found:
            return
        with self._database.writing() as db:
            for disk in found:
                reading = disk.reading
                sizes = {"total": reading.total, "free": reading.free}
                row: dict[str, object] = {"source": disk.source, "note": disk.note, "at": disk.at, **sizes}
                row |= {"path": reading.path, "label": reading.label}
                if db.execute(update(disks).where(disks.c.key == disk.key).values(row)).rowcount == 0:
                    db.execute(insert(disks).values(key=disk.key, **row))
                day = disk.at.date()
                today = update(disk_days).where(disk_days.c.key == disk.key, disk_days.c.day == day)
                if db.execute(today.values(sizes)).rowcount == 0:
                    db.execute(insert(disk_days).values(key=disk.key, day=day, **sizes))

    def disks(self) -> list[Disk]:
        """See CapacityStore."""
        d = disks.c
        with self._database.reading() as db:
            rows = db.execute(
                select(d.key, d.source, d.path, d.total, d.free, d.label, d.at, d.note)
                .order_by(d.key)
                .limit(_MOST_DISKS)
            )
            return [
                Disk(key, source, DiskReading(path, total, free, label), at, note)
                for key, source, path, total, free, label, at, note in rows
            ]

    def history(self, key: str, since: date) -> list[DayReading]:
        """See CapacityStore."""
        d = disk_days.c
        asked = select(d.day, d.total, d.free).where(d.key == key, d.day >= since).order_by(d.day).limit(_MOST_DAYS)
        with self._database.reading() as db:
            return [DayReading(*row) for row in db.execute(asked)]

    def drop_unheard(self, before: datetime) -> None:
        """See CapacityStore."""
        with self._database.writing() as db:
            db.execute(delete(disks).where(disks.c.at < before))
