"""Downloads, calendar, tasks and jobs."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, FileEpisodes, JobStarted, Limit, answer
from episodarr.downloads.correct import Correct, InvalidCorrection
from episodarr.jobs.engine import Engine
from episodarr.overview.answers import CalendarEntry, JobView, Page, TaskView, TransferLane
from episodarr.overview.arrivals import Board
from episodarr.overview.questions import Overview

Lane = Annotated[str, Path(max_length=200)]
FileIndex = Annotated[int, Path(ge=0, le=2**31)]
_LONGEST_CALENDAR = timedelta(days=100)


def activity_routes(overview: Overview, board: Board, engine: Engine, correct: Correct, access: Access) -> APIRouter:
    """Routes of what goes on."""
    reads = APIRouter(dependencies=[Depends(access.read)])
    changes = APIRouter(dependencies=[Depends(access.change)])

    @reads.get("/downloads", response_model=Page[TransferLane], tags=["downloads"])
    def downloads(
        active: Annotated[bool, Query(description="Only what is still arriving.")] = False,
        series_id: Annotated[int | None, Query(ge=1)] = None,
        limit: Limit = 50,
        cursor: Annotated[str | None, Query(pattern=r"^\d{1,9}$")] = None,
    ) -> Response:
        """Transfers, their files, and the episodes of each file; what moves comes first."""
        return answer(board.lanes(active, limit, cursor, series_id))

    @reads.get("/downloads/{lane_id}", response_model=TransferLane, tags=["downloads"])
    def download(lane_id: Annotated[str, Path(max_length=200)]) -> Response:
        """One transfer."""
        found = board.lane(lane_id)
        if found is None:
            raise HTTPException(404, f"There is no transfer {lane_id}")
        return answer(found)

    @changes.put("/downloads/{lane_id}/files/{index}/episodes", status_code=204, tags=["downloads"])
    def correct_file(lane_id: Lane, index: FileIndex, wanted: FileEpisodes, request: Request) -> None:
        """Say by hand which episodes a file of a download holds (an empty list: none). It is remembered."""
        with answered({InvalidCorrection: 422, LookupError: 404}):
            correct.say(lane_id, index, wanted.episode_ids, request.state.actor)

    @changes.delete("/downloads/{lane_id}/files/{index}/episodes", status_code=204, tags=["downloads"])
    def take_correction_back(lane_id: Lane, index: FileIndex) -> None:
        """Take back what was said by hand: the file's name counts again."""
        with answered({LookupError: 404}):
            correct.take_back(lane_id, index)

    @reads.get("/calendar", response_model=Page[CalendarEntry], tags=["calendar"])
    def calendar(start: datetime, end: datetime, unmonitored: bool = False, limit: Limit = 500) -> Response:
        """What airs from `start` to before `end` (with time zone), at most 100 days."""
        if start.tzinfo is None or end.tzinfo is None:
            raise HTTPException(422, "start and end need a time zone, such as 2026-01-31T00:00:00Z")
        if not timedelta(0) < end - start <= _LONGEST_CALENDAR:
            raise HTTPException(422, "end must be after start, at most 100 days later")
        found = overview.calendar(start, end, unmonitored=unmonitored, limit=limit)
        return answer(Page(found, len(found)))

    @reads.get("/tasks", response_model=Page[TaskView], tags=["tasks"])
    def tasks() -> Response:
        """What runs, when it ran and when it runs next."""
        found = engine.tasks()
        return answer(Page(found, len(found)))

    @reads.get("/jobs", response_model=Page[JobView], tags=["tasks"])
    def jobs(
        task: Annotated[str | None, Query(max_length=100)] = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Response:
        """Runs, newest first."""
        with answered({ValueError: 422}):
            return answer(overview.jobs(task, limit, cursor))

    @reads.get("/jobs/{job_id}", response_model=JobView, tags=["tasks"])
    def job(job_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
        """One run: progress while it goes on, its report afterwards."""
        found = overview.job(job_id)
        if found is None:
            raise HTTPException(404, f"There is no job {job_id}")
        running = engine.running(job_id)
        if running is None:
            return answer(found)
        return answer({**_fields(found), "progress": running[0], "message": running[1]})

    @changes.post("/jobs/{task}/run", status_code=202, response_model=JobStarted, tags=["tasks"])
    @changes.post("/tasks/{task}/run", status_code=202, response_model=JobStarted, tags=["tasks"])
    def run(task: Annotated[str, Path(max_length=100)]) -> Response:
        """Run a task now."""
        return _start(engine, task, {})

    @changes.post("/jobs/{job_id}/cancel", status_code=202, tags=["tasks"])
    def cancel(job_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
        """Cancel a job; it ends at its next step and keeps what it has stored."""
        if not engine.cancel(job_id):
            raise HTTPException(409, f"Job {job_id} is not queued or running")
        return answer({"id": job_id, "message": "It stops at its next step"}, 202)

    @changes.post("/sync/trigger/sonarr", status_code=202, response_model=JobStarted, tags=["tasks"])
    def trigger_series() -> Response:
        """Read the series list with its seasons now, then the episodes of what changed."""
        return _start(engine, "sync-series", {})

    @changes.post("/sync/trigger/sonarr-episodes", status_code=202, response_model=JobStarted, tags=["tasks"])
    def trigger_episodes(
        full_sync: Annotated[bool, Query(description="All shows, unmonitored and unchanged ones too.")] = False,
        series_limit: Annotated[int, Query(ge=1, le=100_000, description="Shows of this run at most.")] = 5,
    ) -> Response:
        """Read episodes now."""
        return _start(engine, "sync-episodes", {"full": full_sync, "limit": series_limit})

    whole = APIRouter()
    whole.include_router(reads)
    whole.include_router(changes)
    return whole


def _start(engine: Engine, task: str, params: dict[str, Any]) -> Response:
    with answered({LookupError: 404}):
        return answer({"id": engine.run(task, "person", params), "task": task}, 202)


def _fields(view: JobView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in JobView.__slots__}
