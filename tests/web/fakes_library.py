"""Stand-ins for what the pages ask of the library, its transfers and its posters."""

from datetime import datetime, timedelta

from invented import NOW, World, library_items, season_cards, timeline

from episodarr.episode.state import ARRIVING
from episodarr.overview.answers import (
    CalendarEntry,
    EpisodeDetail,
    EpisodeProgress,
    EpisodeRow,
    JobView,
    Page,
    SeasonCard,
    ShowCard,
    TimelineEntry,
    Totals,
    TransferLane,
)
from episodarr.overview.questions import LibraryFilter


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
