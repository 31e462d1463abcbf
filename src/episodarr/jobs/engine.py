"""Running tasks: by the clock, by hand, or woken by a hint; one run of a task at a time, each with its progress."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from episodarr.connections.failures import ServiceFailure
from episodarr.jobs.ports import JobStore
from episodarr.overview.answers import JobView, TaskView

log = structlog.get_logger("episodarr.jobs")
logging.getLogger("apscheduler").setLevel(logging.ERROR)

_TELL_EVERY = 0.3
"""Seconds between two words of one run about its progress."""
_KEEP_RUNS = 200
_BETWEEN_HINTS = timedelta(milliseconds=300)


class Run:
    """One run under way, as the task sees it."""

    def __init__(
        self,
        job_id: int,
        params: Mapping[str, Any],
        told: Callable[[float | None, str], None],
        trigger: str = "schedule",
    ) -> None:
        """`trigger`: who asked for it: schedule, person, webhook, or another task."""
        self.job_id = job_id
        self.trigger = trigger
        self.params = params
        self.cancelled = False
        self.progress: float | None = None
        self.message = ""
        self._told = told
        self._told_at = 0.0

    def step(self, progress: float | None, message: str) -> None:
        """Say how far the run is. Raises asyncio.CancelledError when somebody cancelled it."""
        self.progress, self.message = progress, message
        if self.cancelled:
            raise asyncio.CancelledError
        now = time.monotonic()
        if now - self._told_at >= _TELL_EVERY:
            self._told_at = now
            self._told(progress, message)


class Task(msgspec.Struct, frozen=True):
    """One line of the schedule."""

    name: str
    title: str
    description: str
    interval: float
    """Seconds; 0: only by hand."""
    work: Callable[[Run], Awaitable[Mapping[str, Any]]]
    """Does one run and gives its report. ServiceFailure ends it as failed, with the service's words."""
    recorded: bool = True
    """Whether each run is kept; a poll every few seconds is not."""
    at_start: bool = False
    """Whether it also runs when the service starts."""
    enabled: bool = True
    """Whether it runs by the clock; by hand it always does."""


Told = Callable[[JobView], None]


class Engine:
    """All tasks, on the event loop that `start` is called in."""

    def __init__(self, store: JobStore, clock: Callable[[], datetime], told: Told) -> None:
        self._store = store
        self._clock = clock
        self._told = told
        self._tasks: dict[str, Task] = {}
        self._queues: dict[str, list[tuple[int, str, dict[str, Any]]]] = {}
        self._running: dict[str, tuple[Run, str, datetime]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._last: dict[str, JobView] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._again: set[str] = set()
        self._stopping = False

    def add(self, task: Task) -> None:
        """Put a task on the schedule."""
        self._tasks[task.name] = task

    async def start(self) -> None:
        """Begin to run by the clock. What a killed process left behind is marked first."""
        self._loop = asyncio.get_running_loop()
        interrupted = await asyncio.to_thread(self._store.interrupt_unfinished, self._clock())
        if interrupted:
            log.info("runs were interrupted by the last stop and start anew", runs=interrupted)
        await asyncio.to_thread(self._store.prune, _KEEP_RUNS)
        self._last = await asyncio.to_thread(self._store.last_runs)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for task in self._tasks.values():
            self._plan(task, self._first_run(task))
        self._scheduler.start()

    def _plan(self, task: Task, first: datetime) -> None:
        """Put a task into the clock, or take it out."""
        if self._scheduler is None:
            return
        if not task.interval or not task.enabled:
            if self._scheduler.get_job(task.name) is not None:
                self._scheduler.remove_job(task.name)
            return
        self._scheduler.add_job(
            self._due,
            IntervalTrigger(seconds=task.interval),
            args=[task.name],
            id=task.name,
            next_run_time=first,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def change(self, name: str, interval: float, *, enabled: bool, at_once: bool = False) -> None:
        """Have a task run at another pace, or by hand only, from now on; `at_once`: its next run is now.

        Safe from any thread.
        """
        task = self._tasks[name] = msgspec.structs.replace(self._tasks[name], interval=interval, enabled=enabled)
        if self._loop is not None and not self._stopping:
            self._loop.call_soon_threadsafe(self._plan_anew, task, at_once)

    def _plan_anew(self, task: Task, at_once: bool) -> None:
        now = datetime.now(tz=self._clock().tzinfo)
        last = self._last.get(task.name)
        since = last.started_at if last is not None and not at_once else None
        self._plan(task, max(now, since + timedelta(seconds=task.interval)) if since is not None else now)

    def _first_run(self, task: Task) -> datetime:
        now = datetime.now(tz=self._clock().tzinfo)
        last = self._last.get(task.name)
        if task.at_start or not task.recorded or last is None or last.status == "interrupted":
            return now
        due = (last.started_at or last.queued_at) + timedelta(seconds=task.interval)
        return max(now, due)

    async def stop(self) -> None:
        """Stop: runs under way are cancelled and marked as interrupted."""
        self._stopping = True
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # ------------------------------------------------------------------ asking for runs

    async def _due(self, name: str) -> None:
        task = self._tasks[name]
        if task.recorded:
            if name not in self._running:
                self._enqueue(name, "schedule", {})
            return
        await self._poll(task)

    async def _poll(self, task: Task) -> None:
        """One run that is not kept. The same poll never runs twice at once: the scheduler sees to it."""
        if task.name in self._running:
            self._again.add(task.name)
            return
        self._again.discard(task.name)
        run = Run(0, {}, lambda _progress, _message: None)
        started = self._clock()
        self._running[task.name] = (run, "schedule", started)
        status, message, report = await self._outcome(task, run)
        del self._running[task.name]
        self._last[task.name] = JobView(
            0, task.name, "schedule", status, None, message, started, started, self._clock(), report
        )
        if task.name in self._again and self._loop is not None:
            # Not now: until this run has returned the scheduler takes it for running, and would drop the next one.
            self._loop.call_soon(self._wake, task.name)

    def wake(self, name: str) -> None:
        """A hint that there is news: run a task now instead of at its next time. Safe from any thread."""
        if self._loop is not None and not self._stopping:
            self._loop.call_soon_threadsafe(self._wake, name)

    def wake_at(self, name: str, at: datetime) -> None:
        """Run a task then, unless it runs before anyway. Safe from any thread, and within a run of the task."""
        if self._loop is not None and not self._stopping:
            self._loop.call_soon_threadsafe(self._wake_at, name, at)

    def _wake_at(self, name: str, at: datetime) -> None:
        planned = self._scheduler.get_job(name) if self._scheduler is not None and not self._stopping else None
        if planned is not None and (planned.next_run_time is None or at < planned.next_run_time):
            planned.modify(next_run_time=at)

    def _wake(self, name: str) -> None:
        if name in self._running:
            self._again.add(name)  # a hint that came while it looked: look once more
        elif self._scheduler is not None and self._tasks[name].interval and not self._stopping:
            now = self._clock()
            last = self._last.get(name)
            # Hints that come in a flood are answered together.
            earliest = now if last is None or last.started_at is None else last.started_at + _BETWEEN_HINTS
            planned = self._scheduler.get_job(name)
            if planned is None:  # it is switched off
                return
            due = planned.next_run_time
            if due is None or max(now, earliest) < due:
                self._scheduler.modify_job(name, next_run_time=max(now, earliest))

    def run(self, name: str, trigger: str = "person", params: dict[str, Any] | None = None) -> int:
        """Ask for a run; its id. A run with the same parameters that is queued or under way serves both.

        Raises LookupError when there is no such task. Safe from any thread.
        """
        task = self._tasks.get(name)
        if task is None:
            raise LookupError(f"There is no task {name}; there are {', '.join(sorted(self._tasks))}")
        if self._loop is None:
            raise RuntimeError("The engine is not started")
        if not task.recorded:
            self.wake(name)
            return 0
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # called from a worker thread: hand over to the loop that owns the queues
            return asyncio.run_coroutine_threadsafe(
                self._enqueue_later(name, trigger, params or {}), self._loop
            ).result(30)
        return self._enqueue(name, trigger, params or {})

    async def _enqueue_later(self, name: str, trigger: str, params: dict[str, Any]) -> int:
        return self._enqueue(name, trigger, params)

    def _enqueue(self, name: str, trigger: str, params: dict[str, Any]) -> int:
        running = self._running.get(name)
        if running is not None and dict(running[0].params) == params and not running[0].cancelled:
            return running[0].job_id
        queue = self._queues.setdefault(name, [])
        for job_id, _, queued in queue:
            if queued == params:
                return job_id
        job_id = self._store.create(name, trigger, params, self._clock())
        queue.append((job_id, trigger, params))
        if name not in self._workers or self._workers[name].done():
            self._workers[name] = asyncio.create_task(self._work(self._tasks[name]), name=f"task {name}")
        return job_id

    def cancel(self, job_id: int) -> bool:
        """Cancel a queued or running job; False when it is neither. It ends at its next step."""
        for name, (run, _, _) in self._running.items():
            if run.job_id == job_id and job_id:
                run.cancelled = True
                log.info("a run is cancelled", task=name, job=job_id)
                return True
        for queue in self._queues.values():
            for entry in queue:
                if entry[0] == job_id:
                    queue.remove(entry)
                    self._store.finished(job_id, "cancelled", "cancelled before it began", {}, self._clock())
                    return True
        return False

    # ------------------------------------------------------------------ running

    async def _work(self, task: Task) -> None:
        queue = self._queues[task.name]
        while queue:
            job_id, trigger, params = queue.pop(0)
            await self._run(task, job_id, trigger, params)

    async def _run(self, task: Task, job_id: int, trigger: str, params: dict[str, Any]) -> None:
        started = self._clock()

        def told(progress: float | None, message: str) -> None:
            self._tell(JobView(job_id, task.name, trigger, "running", progress, message, started, started, None, {}))

        run = Run(job_id, params, told, trigger)
        self._running[task.name] = (run, trigger, started)
        await asyncio.to_thread(self._store.started, job_id, started)
        run.step(None, "started")
        status, message, report = await self._outcome(task, run)
        self._running.pop(task.name, None)
        finished = self._clock()
        self._store.finished(job_id, status, message, report, finished)
        view = JobView(job_id, task.name, trigger, status, run.progress, message, started, started, finished, report)
        self._last[task.name] = view
        self._tell(view)
        if task.name in self._again and self._loop is not None:
            self._again.discard(task.name)
            self._loop.call_soon(self._wake, task.name)

    async def _outcome(self, task: Task, run: Run) -> tuple[str, str, dict[str, Any]]:
        """Status, message and report of one run. An error of ours is logged whole and ends this run only."""
        work = asyncio.ensure_future(task.work(run))
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait({work})
        if work.cancelled():
            if self._stopping:
                return "interrupted", "the service stopped", {}
            return "cancelled", run.message, {}
        problem = work.exception()
        if problem is None:
            report = dict(work.result())
            return "ok", str(report.pop("message", "") or run.message), report
        if isinstance(problem, ServiceFailure):
            return "failed", str(problem), {}
        log.error("a run failed", task=task.name, job=run.job_id, exc_info=problem)
        return "failed", "an error of Episodarr; see the log", {}

    def _tell(self, view: JobView) -> None:
        self._told(view)

    # ------------------------------------------------------------------ looking

    def tasks(self) -> list[TaskView]:
        """System > Tasks."""
        return [self._view(task) for task in self._tasks.values()]

    def running(self, job_id: int) -> tuple[float | None, str] | None:
        """Progress and message of a run under way; None when it is not."""
        for run, _, _ in list(self._running.values()):
            if run.job_id == job_id and job_id:
                return run.progress, run.message
        return None

    def _view(self, task: Task) -> TaskView:
        running = self._running.get(task.name)
        last = self._last.get(task.name)
        scheduled = self._scheduler.get_job(task.name) if self._scheduler is not None else None
        duration = None
        if last is not None and last.started_at is not None and last.finished_at is not None:
            duration = (last.finished_at - last.started_at).total_seconds()
        return TaskView(
            name=task.name,
            title=task.title,
            description=task.description,
            interval=task.interval,
            enabled=task.enabled,
            running=running is not None,
            job_id=(running[0].job_id or None) if running else None,
            progress=running[0].progress if running else None,
            last_started_at=last.started_at if last else None,
            last_finished_at=last.finished_at if last else None,
            last_duration=duration,
            last_outcome=last.status if last else "",
            last_message=last.message if last else "",
            next_run_at=scheduled.next_run_time if scheduled is not None else None,
        )
