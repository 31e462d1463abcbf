"""Reading how full the disks are, and what people give (R-W8)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from episodarr.capacity.links import really_freed
from episodarr.capacity.measure import InvalidMeasure, Measure
from episodarr.capacity.model import DiskReading
from episodarr.connections.failures import Offline
from episodarr.database.capacity import StoredCapacity
from episodarr.database.engine import Database

pytestmark = pytest.mark.anyio
TB = 10**12


@pytest.fixture
def database(tmp_path: Path):
    made = Database(f"sqlite:///{tmp_path / 'test.db'}")
    made.migrate()
    yield made
    made.close()


class Bench:
    def __init__(self, database: Database) -> None:
        self.now = datetime(2026, 1, 20, 12, tzinfo=UTC)
        self.store = StoredCapacity(database)
        self.measure = Measure(self.store, lambda: self.now)


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def _readings() -> list[DiskReading]:
    return [DiskReading("/data", 10 * TB, 4 * TB, "media"), DiskReading("/sys", 0, 0), DiskReading("/", TB, TB // 2)]


async def _gone() -> list[DiskReading]:
    raise Offline("Sonarr", "gone")


async def test_services_folders_and_totals_are_read(bench: Bench, tmp_path: Path) -> None:
    folder = bench.measure.add_folder(str(tmp_path), "Here", "Ada")
    total = bench.measure.add_total("12,5", "TB", "NAS", "sticker on the lid", "Ada")
    count, problems = await bench.measure.poll([(1, "Sonarr", _readings), (2, "Sonarr 4K", _gone)])
    assert (count, problems) == (4, ["Sonarr: gone"])
    found = {disk.key: disk for disk in bench.store.disks()}
    assert set(found) == {"service:1:/data", "service:1:/", f"measured:{folder}", f"measured:{total}"}
    assert found["service:1:/data"].reading.used == 6 * TB
    assert found[f"measured:{total}"].reading == DiskReading("", 12_500_000_000_000, 12_500_000_000_000, "NAS")
    assert found[f"measured:{total}"].note == "sticker on the lid"
    assert bench.store.measured()[1].set_by == "Ada"


async def test_history_keeps_one_reading_a_day(bench: Bench) -> None:
    for hours in range(0, 72, 6):
        bench.now = datetime(2026, 1, 20, tzinfo=UTC) + timedelta(hours=hours)

        async def read(left: int = hours) -> list[DiskReading]:
            return [DiskReading("/data", 10 * TB, 4 * TB - left)]

        await bench.measure.poll([(1, "Sonarr", read)])
    history = bench.store.history("service:1:/data", bench.now.date() - timedelta(days=30))
    assert [one.free for one in history] == [4 * TB - 18, 4 * TB - 42, 4 * TB - 66]


async def test_a_disk_that_nobody_tells_of_is_shown_no_more(bench: Bench) -> None:
    await bench.measure.poll([(1, "Sonarr", _readings)])
    bench.now += timedelta(days=2)
    await bench.measure.poll([(1, "Sonarr", _gone)])
    assert bench.store.disks(), "gone for two days is not gone"
    bench.now += timedelta(days=6)
    await bench.measure.poll([(1, "Sonarr", _gone)])
    assert bench.store.disks() == []
    assert bench.store.history("service:1:/data", bench.now.date() - timedelta(days=30))


def test_a_folder_is_measured_once(bench: Bench, tmp_path: Path) -> None:
    bench.measure.add_folder(str(tmp_path), "Here", "Ada")
    assert [disk.reading.path for disk in bench.store.disks()] == [str(tmp_path)], "it is seen at once"
    with pytest.raises(InvalidMeasure, match="measured already"):
        bench.measure.add_folder(f"{tmp_path} ", "Again", "Ada")


async def test_a_folder_that_went_is_a_problem_and_no_zero(bench: Bench, tmp_path: Path) -> None:
    place = tmp_path / "mount"
    place.mkdir()
    bench.measure.add_folder(str(place), "", "Ada")
    place.rmdir()
    count, problems = await bench.measure.poll([])
    assert (count, problems) == (0, [f"{place} cannot be measured: No such file or directory"])


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("x", "TB", "value: give a number"),
        ("1e400", "TB", "value: give a number"),
        ("nan", "TB", "value: give a number"),
        ("-3", "TB", "value: it must be more"),
        ("99999999", "TB", "is the unit right"),
        ("3", "PB", "unit: must be one of GB, TB, GiB, TiB"),
    ],
)
def test_a_total_that_cannot_be_says_which_field(bench: Bench, value: str, unit: str, words: str) -> None:
    with pytest.raises(InvalidMeasure, match=words):
        bench.measure.add_total(value, unit, "", "", "Ada")
    assert bench.store.measured() == []


@pytest.mark.parametrize("path", ["media", "", "/no/such/folder/anywhere"])
def test_a_folder_that_cannot_be_seen_says_so(bench: Bench, path: str) -> None:
    with pytest.raises(InvalidMeasure, match="path: "):
        bench.measure.add_folder(path, "", "Ada")


def test_removing_forgets_its_history(bench: Bench) -> None:
    one = bench.measure.add_total("3", "TB", "", "", "Ada")
    bench.measure.remove(one)
    with pytest.raises(LookupError):
        bench.measure.remove(one)


def test_a_hard_link_frees_nothing(tmp_path: Path) -> None:
    """R-W10: bytes really freed."""
    alone, kept, both = tmp_path / "alone", tmp_path / "kept", tmp_path / "both"
    for path in (alone, kept, both):
        path.write_bytes(b"x" * 1000)
    os.link(kept, tmp_path / "torrent")
    os.link(both, tmp_path / "both too")
    freed = really_freed([(str(alone), 1000), (str(kept), 1000), ("/not/visible/here.mkv", 777)])
    assert (freed.freed, freed.linked, freed.unknown) == (1000, 1000, 777)
    twice = really_freed([(str(both), 1000), (str(tmp_path / "both too"), 1000)])
    assert (twice.freed, twice.linked, twice.unknown) == (1000, 0, 0)
    assert really_freed([("\0", 5)]).unknown == 5
