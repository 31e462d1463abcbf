"""Stand-ins for everything that the pages ask, over the invented library. They keep what the forms change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fakes_candidates import Candidates
from fakes_consent import Consents
from fakes_fresh import FreshHouse, fresh_run
from fakes_help import FakeCorrect, FakeMeasure, FakeRemedies, FakeStorage
from fakes_library import FakeBoard, FakeOverview, FakePosters
from fakes_movies import FakeMovies
from fakes_requests import FakeDecide, FakeRequests
from fakes_services import FakeAccounts, FakeConnections
from fakes_watching import FakePeople, FakePlays, FakePreferences
from fastapi import FastAPI
from invented import NOW, World
from invented_library import library
from invented_plans import Deletion

from episodarr.connections.failures import Offline
from episodarr.episode.state import State
from episodarr.overview.answers import TaskView
from episodarr.web.app import mount_pages


class FakeTasks:
    """Three tasks, one of which runs."""

    def __init__(self) -> None:
        self.running: dict[str, float] = {"verify": 0.4}
        self.polls: set[str] = set()
        """Of those that run, what is not kept as a job."""
        self.asked: list[str] = []

    def tasks(self) -> list[TaskView]:
        rows = (
            ("sync-series", "Read series from Sonarr", "Shows and seasons; changed ones with their episodes.", 900.0),
            ("sync-episodes", "Re-read everything in turn", "A lost hint never loses a fact.", 3600.0),
            ("verify", "Look for episodes in media servers", "Until each can be played.", 10.0),
            ("backup", "Back up the database", "By hand or once a day.", 0.0),
            ("sync-plays", "Sync plays", "Who watched what since the last time.", 43200.0),
            ("keep-fresh", "Keep episodes fresh", "Reads anew of what something may still change.", 3600.0),
        )
        return [
            TaskView(
                name,
                title,
                text,
                interval,
                True,
                name in self.running,
                77 if name in self.running.keys() - self.polls else None,
                self.running.get(name),
                NOW - timedelta(minutes=4),
                NOW - timedelta(minutes=4),
                3.21 if name != "backup" else None,
                "" if name == "backup" else "failed" if name == "sync-episodes" else "ok",
                "Sonarr: timed out" if name == "sync-episodes" else "",
                NOW + timedelta(minutes=11) if interval else None,
            )
            for name, title, text, interval in rows
        ]

    def run(self, name: str, trigger: str = "person", params: dict[str, object] | None = None) -> int:
        self.asked.append(name)
        self.running[name] = 0.05
        return 77

    def cancel(self, job_id: int) -> bool:
        self.running.clear()
        return job_id == 77


class FakeControl:
    """Notes what was asked; `broken` makes Sonarr silent."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.asked: list[tuple] = []
        self.broken = False

    async def _ask(self, *what) -> None:
        if self.broken:
            raise Offline("Sonarr", "nobody answers at sonarr:8989")
        self.asked.append(what)

    async def monitor_episodes(self, ids: Sequence[int], monitored: bool) -> None:
        await self._ask("monitor_episodes", list(ids), monitored)
        for one in ids:
            self.world.episodes[one] = replace(self.world.episodes[one], monitored=monitored)

    async def monitor_season(self, series_id: int, number: int, monitored: bool) -> None:
        await self._ask("monitor_season", series_id, number, monitored)

    async def monitor_series(self, series_id: int, monitored: bool) -> None:
        await self._ask("monitor_series", series_id, monitored)

    async def search(self, ids: Sequence[int]) -> None:
        await self._ask("search", list(ids))

    async def sync_show(self, series_id: int) -> None:
        await self._ask("sync_show", series_id)

    async def recheck(self, episode_id: int) -> None:
        await self._ask("recheck", episode_id)

    async def sonarr_link(self, series_id: int) -> str:
        await self._ask("sonarr_link", series_id)
        return f"http://sonarr:8989/series/show-{series_id}"


class Stack:
    """All fakes together, and the application over them."""

    def __init__(
        self,
        *,
        url_base: str = "",
        set_up: bool = True,
        connected: bool = True,
        empty: bool = False,
        paused_by_environment: bool = False,
        histories: Callable[[World, Callable[[], datetime]], Any] | None = None,
        samples: Mapping[Path, str] | None = None,
    ) -> None:
        """`histories`: makes the house of histories; None: the pages have none. `samples`: files to try it with."""
        self.world = World() if empty else library()
        self.now = NOW
        self.overview = FakeOverview(self.world)
        self.board = FakeBoard(self.world)
        self.accounts = FakeAccounts(set_up=set_up)
        self.connections = FakeConnections(empty=not connected)
        self.tasks = FakeTasks()
        self.control = FakeControl(self.world)
        self.correct = FakeCorrect()
        self.measure = FakeMeasure()
        self.storage = FakeStorage(self.measure)
        self.requests = FakeRequests(self.world)
        self.decide = FakeDecide(self.requests)
        self.plays = FakePlays(empty=empty)
        self.people = FakePeople()
        self.preferences = FakePreferences()
        self.candidates = Candidates(lambda: self.now, empty=empty)
        self.consents = Consents(self.candidates, lambda: self.now)
        self.fresh = FreshHouse(self.world, lambda: self.now)
        self.overview.runs.append(fresh_run())
        self.deletion = Deletion(lambda: self.now, paused_by_environment=paused_by_environment)
        self.histories = histories(self.world, lambda: self.now) if histories is not None else None
        self.app = FastAPI(openapi_url=None)
        mount_pages(
            self.app,
            overview=self.overview,
            board=self.board,
            accounts=self.accounts,
            connections=self.connections,
            tasks=self.tasks,
            control=self.control,
            remedies=FakeRemedies(self.control),
            correct=self.correct,
            storage=self.storage,
            measure=self.measure,
            requests=self.requests,
            decide=self.decide,
            movies=FakeMovies(empty=empty),
            posters=FakePosters(),
            play_history=self.plays,
            people=self.people,
            preferences=self.preferences,
            candidates=self.candidates.propose,
            freed=self.candidates.freed,
            delete=self.deletion.delete,
            consent=self.consents.consent,
            freshening=self.fresh,
            histories=self.histories.histories if self.histories is not None else None,
            samples=samples,
            url_base=url_base,
            secure_cookies=False,
            live_position=str,
            clock=lambda: self.now,
        )

    def move(self, seconds: float) -> dict:
        """Let every transfer go on for a while; the `progress` event that tells of it."""
        transfers, episodes = [], []
        for lane in list(self.world.lanes.values()):
            if lane.phase != "downloading":
                continue
            files, moved = [], []
            for file in lane.files:
                share = min(1.0, file.progress + seconds * 0.004 * (1 + file.index % 4)) if file.wanted else 0.0
                files.append(replace(file, progress=share))
                if share != file.progress:
                    moved.append([file.index, share])
                for label in file.episodes:
                    if self.world.episodes[label.id].state is State.DOWNLOADING:
                        told = {"id": label.id, "progress": share, "speed": lane.speed, "eta": lane.eta}
                        episodes.append(told | {"phase": "downloading"})
            done = int(sum(file.size * file.progress for file in files if file.wanted))
            changed = replace(lane, files=files, done=done, progress=done / lane.size)
            self.world.lanes[lane.id] = changed
            transfers.append(
                {
                    "id": lane.id,
                    "phase": lane.phase,
                    "progress": changed.progress,
                    "done": done,
                    "size": lane.size,
                    "speed": lane.speed,
                    "eta": lane.eta,
                    "files": moved,
                }
            )
        return {"transfers": transfers, "episodes": episodes}
