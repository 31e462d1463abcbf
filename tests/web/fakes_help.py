"""Stand-ins for what helps an episode, for corrections and for storage."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from invented import NOW

from episodarr.capacity.measure import InvalidMeasure
from episodarr.downloads.correct import InvalidCorrection
from episodarr.overview.answers import (
    Action,
)
from episodarr.overview.storage import DayView, DiskView, MeasuredView, ShowSize, StorageView


class FakeRemedies:
    """Notes what was asked; what it opens is a page of its own."""

    def __init__(self, control: Any) -> None:
        self.control = control

    def kinds(self) -> set[str]:
        return {"sonarr", "qbittorrent", "jellyfin", "shoko"}

    async def do(self, action: Action, episode_id: int) -> str:
        await self.control._ask(action.value, episode_id)
        return "Asked."

    async def address(self, action: Action, episode_id: int) -> str:
        await self.control._ask("address", action.value)
        return f"http://sonarr:8989/{action.value}"


class FakeCorrect:
    """Notes what was said of files."""

    def __init__(self) -> None:
        self.said: list[tuple] = []

    def say(self, lane_id: str, file_index: int, episodes: Sequence[int], by: str) -> None:
        if 999 in episodes:
            raise InvalidCorrection("episode_ids: there is no episode 999")
        self.said.append((lane_id, file_index, list(episodes), by))

    def take_back(self, lane_id: str, file_index: int) -> None:
        self.said.append((lane_id, file_index, None, ""))


class FakeMeasure:
    """Notes what was asked."""

    def __init__(self) -> None:
        self.kept: list[MeasuredView] = []

    def add_folder(self, path: str, name: str, by: str) -> int:
        if not path.startswith("/"):
            raise InvalidMeasure("path: give the whole path of a folder, such as /media")
        self.kept.append(MeasuredView(len(self.kept) + 1, name or path, path, 0, "", NOW, by))
        return len(self.kept)

    def add_total(self, value: str, unit: str, name: str, note: str, by: str) -> int:
        if not value.isdecimal():
            raise InvalidMeasure("value: give a number, such as 12.5")
        self.kept.append(MeasuredView(len(self.kept) + 1, name, "", int(value) * 10**12, note, NOW, by))
        return len(self.kept)

    def remove(self, measured_id: int) -> None:
        if all(one.id != measured_id for one in self.kept):
            raise LookupError("gone")
        self.kept = [one for one in self.kept if one.id != measured_id]


class FakeStorage:
    """Two disks, one of them soon full."""

    def __init__(self, measure: FakeMeasure) -> None:
        self.measure = measure

    def _disk(self, path: str, free: int, level: str, sentence: str, full_on: date | None) -> DiskView:
        days = [DayView(NOW.date() - timedelta(days=4 - n), 10 * 10**12, free + (4 - n) * 10**11) for n in range(5)]
        total = 10 * 10**12
        return DiskView(
            f"service:1:{path}", path, path, "Sonarr", total, total - free, free, round(100 * (total - free) / total),
            NOW, False, "", level, sentence, 10**11, full_on, 5, days,
        )  # fmt: skip

    def view(self) -> StorageView:
        soon = NOW.date() + timedelta(days=5)
        disks = [
            self._disk("/media", 5 * 10**11, "warning", "It will be full in 5 days if it goes on like this.", soon),
            self._disk("/", 6 * 10**12, "ok", "It is 40 % full.", None),
        ]
        return StorageView(disks, [ShowSize(1, "Horimiya", 10**11, 13)], 10**11, self.measure.kept)

    def urgent(self) -> list[DiskView]:
        return self.view().disks[:1]
