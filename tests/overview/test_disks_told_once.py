"""A disk that several services see is one disk (R-W8)."""

from datetime import UTC, datetime, timedelta

from episodarr.capacity.model import Disk, DiskReading
from episodarr.overview.storage import told_once

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
TB = 10**12


def disk(key: str, path: str = "/media", total: int = 10 * TB, free: int = 4 * TB, minutes: int = 0) -> Disk:
    return Disk(key, key.title(), DiskReading(path, total, free), NOW - timedelta(minutes=minutes))


def test_the_same_mount_is_told_once_with_the_latest_word() -> None:
    [one] = told_once([disk("sonarr", minutes=9), disk("radarr", free=4 * TB - 10**9, minutes=1)])
    assert (one.key, one.source, one.reading.free) == ("sonarr", "Sonarr and Radarr", 4 * TB - 10**9)
    [one] = told_once([disk("sonarr"), disk("radarr", minutes=5), disk("other radarr", minutes=6)])
    assert (one.source, one.at) == ("Sonarr and Radarr and Other Radarr", NOW)


def test_others_stay_apart() -> None:
    """Another path, another size, another filling: two containers may call two disks /media."""
    for other in (disk("b", path="/tv"), disk("b", total=8 * TB), disk("b", free=1 * TB)):
        assert told_once([disk("a"), other]) == [disk("a"), other]


def test_totals_by_hand_are_never_one() -> None:
    two = [disk("a", path=""), disk("b", path="")]
    assert told_once(two) == two
