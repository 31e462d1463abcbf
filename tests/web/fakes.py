"""Stand-ins for everything that the pages ask, over the invented library. They keep what the forms change."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fakes_candidates import Candidates
from fakes_consent import Consents
from fakes_fresh import FreshHouse, fresh_run
from fakes_help import FakeCorrect, FakeMeasure, FakeRemedies, FakeStorage
from fakes_movies import FakeMovies
from fakes_requests import FakeDecide, FakeRequests
from fakes_services import FakeAccounts, FakeConnections
from fakes_watching import FakePeople, FakePlays, FakePreferences
from fastapi import FastAPI
from invented import NOW, World, library_items, season_cards, timeline
from invented_library import library
from invented_plans import Deletion

from episodarr.connections.failures import Offline
from episodarr.episode.state import ARRIVING, State
from episodarr.overview.answers import (
    CalendarEntry,
    EpisodeDetail,
    EpisodeProgress,
    EpisodeRow,
    JobView,
    Page,
    SeasonCard,
    ShowCard,
    TaskView,
    TimelineEntry,
    Totals,
    TransferLane,
)
from episodarr.overview.questions import LibraryFilter
from episodarr.web.app import mount_pages


def cut(items: list, limit: int, cursor: str | None) -> Page:
    """One page of a list; the cursor is the place it begins."""
    if cursor is not None and not cursor.isdecimal():
        raise ValueError("not a cursor of this list")
    start = int(cursor or 0)
    end = start + limit
    return Page(items[start:end], len(items), str(end) if end < len(items) else None)


class FakeOverview:
    """Answers from the invented world."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.runs: list[JobView] = [
            JobView(
                400 - number,
                "sync-episodes" if number % 3 else "sync-series",
                "schedule" if number % 4 else "person",
                "failed" if number == 5 else "ok",
                1.0,
                "Sonarr: timed out" if number == 5 else "",
                NOW - timedelta(minutes=15 * number + 1),
                NOW - timedelta(minutes=15 * number + 1),
                NOW - timedelta(minutes=15 * number) + timedelta(seconds=number * 0.7),
                {"created": number, "updated": 3, "unchanged": 21841, "failed": 0, "requests": 5, "bytes": 7340032},
            )
            for number in range(1, 60)
        ]

    def totals(self) -> Totals:
        states: dict[str, int] = {}
        for row in self.world.episodes.values():
            states[row.state.value] = states.get(row.state.value, 0) + 1
        size = sum(row.size or 0 for row in self.world.episodes.values())
        last = NOW - timedelta(minutes=3) if self.world.shows else None
        return Totals(len(self.world.shows), len(self.world.episodes), states, size, last)

    def library(self, wanted: LibraryFilter, limit: int, cursor: str | None) -> Page[ShowCard]:
        shows = [show for one in self.world.shows if (show := self.world.show(one))]
        tests = {
            "all": lambda show: True,
            "monitored": lambda show: show.monitored,
            "unmonitored": lambda show: not show.monitored,
            "continuing": lambda show: show.status == "continuing",
            "ended": lambda show: show.status == "ended",
            "missing": lambda show: show.missing_count > 0,
            "arriving": lambda show: show.arriving_count > 0,
            "complete": lambda show: show.missing_count == 0 and show.file_count > 0,
        }
        found = [s for s in shows if tests[wanted.show](s) and wanted.search.casefold() in s.title.casefold()]
        keys = {
            "title": lambda show: show.title.casefold(),
            "added": lambda show: -show.id,
            "next": lambda show: (show.next_airs_at is None, show.next_airs_at or NOW),
            "missing": lambda show: -show.missing_count,
            "size": lambda show: -show.size_on_disk,
            "progress": lambda show: show.file_count / (show.aired_count or 1),
        }
        return cut(sorted(found, key=keys[wanted.sort]), limit, cursor)

    def show(self, series_id: int) -> ShowCard | None:
        return self.world.show(series_id)

    def seasons(self, series_id: int) -> list[SeasonCard]:
        return season_cards(self.world, series_id)

    def episodes(self, series_id: int, season_number: int | None, limit: int, cursor: str | None) -> Page[EpisodeRow]:
        return cut(self.world.season(series_id, season_number), limit, cursor)

    def episode(self, episode_id: int) -> EpisodeDetail | None:
        row = self.world.episodes.get(episode_id)
        if row is None:
            return None
        order = self.world.of_show[row.series_id]
        place = order.index(episode_id)
        show = self.world.show(row.series_id)
        assert show is not None
        return EpisodeDetail(
            episode=row,
            show=show,
            overview="A quiet evening turns out to be the beginning of everything that follows. " * 3,
            downloads=[],
            previous_id=order[place - 1] if place else None,
            next_id=order[place + 1] if place + 1 < len(order) else None,
            library_items=library_items(row),
        )

    def timeline(self, episode_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        return cut(timeline(self.world, episode_id), limit, cursor)

    def find_episode(self, show: str, season_number: int, episode_number: int) -> list[EpisodeRow]:
        return []

    def calendar(self, start: datetime, end: datetime, *, unmonitored: bool, limit: int) -> list[CalendarEntry]:
        found = []
        for row in self.world.episodes.values():
            if row.airs_at is None or not start <= row.airs_at < end or not (row.monitored or unmonitored):
                continue
            show = self.world.shows[row.series_id]
            state = (
                "unaired"
                if row.airs_at > NOW
                else "downloaded"
                if row.has_file
                else "downloading"
                if row.state in ARRIVING
                else "unmonitored"
                if not row.monitored
                else "on_air"
                if NOW - row.airs_at < timedelta(minutes=30)
                else "missing"
            )
            found.append(
                CalendarEntry(
                    row.id,
                    row.series_id,
                    show.title,
                    row.season_number,
                    row.episode_number,
                    row.title,
                    row.airs_at,
                    row.air_date,
                    row.runtime,
                    row.monitored,
                    row.state,
                    state,
                    row.episode_number == 1,
                    "season" if row.episode_number == 12 else None,
                    show.network,
                )
            )
        return sorted(found, key=lambda entry: entry.airs_at)[:limit]

    def jobs(self, task: str | None, limit: int, cursor: str | None) -> Page[JobView]:
        return cut([run for run in self.runs if task in {None, run.task}], limit, cursor)

    def job(self, job_id: int) -> JobView | None:
        return next((run for run in self.runs if run.id == job_id), None)


class FakeBoard:
    """The transfers of the invented world."""

    def __init__(self, of: World) -> None:
        self.world = of

    def lanes(
        self, active_only: bool, limit: int, cursor: str | None, series_id: int | None = None
    ) -> Page[TransferLane]:
        found = [
            lane
            for lane in self.world.lanes.values()
            if (not active_only or lane.phase != "complete") and series_id in {None, lane.series_id}
        ]
        return cut(found, limit, cursor)

    def lane(self, lane_id: str) -> TransferLane | None:
        return self.world.lanes.get(lane_id)

    def of_episode(self, episode_id: int) -> list[EpisodeProgress]:
        return [
            EpisodeProgress(
                lane.download_id,
                lane.name,
                lane.client,
                file.progress,
                int(file.size * file.progress),
                file.size,
                lane.speed,
                lane.eta,
                lane.phase,
                file.confidence,
                lane.as_of,
            )
            for lane in self.world.lanes.values()
            for file in lane.files
            if any(label.id == episode_id for label in file.episodes) and lane.phase != "complete"
        ]

    def of_series(self, series_id: int) -> dict[int, EpisodeProgress]:
        return {one: found[0] for one in self.world.of_show.get(series_id, []) if (found := self.of_episode(one))}


class FakeTasks:
    """Three tasks, one of which runs."""

    def __init__(self) -> None:
        self.running: dict[str, float] = {"verify": 0.4}
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
                77 if name in self.running else None,
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


class FakePosters:
    """One poster: a PNG of a single pixel."""

    PIXEL = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
    )

    async def poster(self, series_id: int) -> tuple[bytes, str] | None:
        return (self.PIXEL, "image/png") if series_id == 1 else None

    async def movie(self, movie_id: int) -> tuple[bytes, str] | None:
        return (self.PIXEL, "image/png") if movie_id == 1 else None


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
    ) -> None:
        """`histories`: makes the house of histories; None: the pages have none."""
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
            url_base=url_base,
            secure_cookies=False,
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
