"""Running tasks: one run at a time, progress, cancelling, failures that stop nobody else (R-C7, R-C12)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from episodarr.connections.failures import Offline
from episodarr.jobs.engine import Engine, Run, Task
from episodarr.overview.answers import JobView


class Shelf:
    """A JobStore in memory."""

    def __init__(self) -> None:
        self.runs: dict[int, dict] = {}
        self.left_behind = 0

    def create(self, task, trigger, params, now) -> int:
        number = len(self.runs) + 1
        self.runs[number] = {"task": task, "trigger": trigger, "params": dict(params), "status": "queued"}
        return number

    def started(self, job_id, now) -> None:
        self.runs[job_id]["status"] = "running"

    def progressed(self, job_id, progress, message) -> None:
        raise AssertionError("progress lives in memory")

    def finished(self, job_id, status, message, report, now) -> None:
        self.runs[job_id] |= {"status": status, "message": message, "report": dict(report)}

    def interrupt_unfinished(self, now) -> int:
        return self.left_behind

    def last_runs(self) -> dict[str, JobView]:
        return {}

    def prune(self, keep) -> None:
        pass


def during(work: Callable[[Run], Awaitable[dict]], act, *, recorded: bool = True, interval: float = 0) -> Shelf:
    """Run `act(engine)` while an engine with one task `t` runs."""
    shelf = Shelf()
    told: list[JobView] = []

    async def go() -> None:
        engine = Engine(shelf, lambda: datetime.now(UTC), told.append)
        engine.add(Task("t", "T", "does it", interval, work, recorded=recorded))
        await engine.start()
        try:
            async with asyncio.timeout(10):
                await act(engine)
        finally:
            await engine.stop()

    asyncio.run(go())
    shelf.told = told
    return shelf


async def until(reached: Callable[[], bool]) -> None:
    while not reached():
        await asyncio.sleep(0.005)


def test_a_run_has_progress_and_a_report() -> None:
    async def work(run: Run) -> dict:
        run.step(0.5, "half")
        return {"read": 3, "message": "done well"}

    async def act(engine: Engine) -> None:
        number = engine.run("t", "person", {"full": True})
        await until(lambda: shelf_of(engine).runs[number]["status"] == "ok")
        view = engine.tasks()[0]
        assert (view.last_outcome, view.last_message, view.running) == ("ok", "done well", False)

    shelf = during(work, act)
    assert shelf.runs[1]["report"] == {"read": 3}
    assert [view.status for view in shelf.told][-1] == "ok"


def shelf_of(engine: Engine) -> Shelf:
    return engine._store


def test_the_same_run_asked_twice_is_one() -> None:
    """The double click."""
    gate = asyncio.Event()

    async def work(_run: Run) -> dict:
        await gate.wait()
        return {}

    async def act(engine: Engine) -> None:
        first = engine.run("t")
        await until(lambda: engine.tasks()[0].running)
        assert engine.run("t") == first
        other = engine.run("t", params={"limit": 5})
        assert other != first
        assert engine.run("t", params={"limit": 5}) == other
        assert engine.cancel(other), "a queued run can be cancelled"
        gate.set()
        await until(lambda: shelf_of(engine).runs[first]["status"] == "ok")

    shelf = during(work, act)
    assert [run["status"] for run in shelf.runs.values()] == ["ok", "cancelled"]


def test_a_running_job_is_cancelled_at_its_next_step() -> None:
    async def work(run: Run) -> dict:
        while True:
            run.step(None, "on and on")
            await asyncio.sleep(0)

    async def act(engine: Engine) -> None:
        number = engine.run("t")
        await until(lambda: engine.running(number) is not None)
        assert engine.running(number)[1] in {"", "started", "on and on"}
        assert engine.cancel(number)
        await until(lambda: shelf_of(engine).runs[number]["status"] == "cancelled")
        assert not engine.cancel(number)
        assert engine.running(number) is None

    during(work, act)


def test_a_failing_service_and_an_error_of_ours_end_the_run_only() -> None:
    problems = [Offline("Sonarr", "nobody answers"), ValueError("a bug")]

    async def work(_run: Run) -> dict:
        raise problems.pop(0)

    async def act(engine: Engine) -> None:
        with structlog.testing.capture_logs() as logs:
            for number in (1, 2):
                assert engine.run("t") == number
                await until(lambda number=number: shelf_of(engine).runs[number]["status"] == "failed")
        assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a run failed"]

    shelf = during(work, act)
    assert shelf.runs[1]["message"] == "Sonarr: nobody answers"
    assert "log" in shelf.runs[2]["message"]


def test_a_stop_interrupts_what_runs() -> None:
    async def work(_run: Run) -> dict:
        await asyncio.Event().wait()
        return {}

    async def act(engine: Engine) -> None:
        engine.run("t")
        await until(lambda: engine.tasks()[0].running)

    assert during(work, act).runs[1]["status"] == "interrupted"


def test_a_hint_wakes_a_poll_and_a_hint_in_between_is_not_lost() -> None:
    looks: list[int] = []
    gate = asyncio.Event()

    async def work(_run: Run) -> dict:
        looks.append(1)
        if len(looks) == 2:
            await gate.wait()
        return {}

    async def act(engine: Engine) -> None:
        await until(lambda: len(looks) == 1)
        assert engine.run("t") == 0, "a poll keeps no record"
        await until(lambda: len(looks) == 2)
        engine.wake("t")
        await asyncio.sleep(0)
        gate.set()
        await until(lambda: len(looks) == 3)

    during(work, act, recorded=False, interval=3600)


def test_a_run_may_ask_for_the_next_one_sooner() -> None:
    looks: list[int] = []

    async def work(_run: Run) -> dict:
        looks.append(1)
        return {}

    async def act(engine: Engine) -> None:
        await until(lambda: len(looks) == 1)
        later = datetime.now(UTC) + timedelta(minutes=5)
        engine.wake_at("t", later)
        await until(lambda: engine.tasks()[0].next_run_at == later)
        engine.wake_at("t", later + timedelta(minutes=5))
        engine.wake_at("t", datetime.now(UTC))
        await until(lambda: len(looks) == 2)

    during(work, act, recorded=False, interval=3600)


def test_an_unknown_task_is_named() -> None:
    async def work(_run: Run) -> dict:
        return {}

    async def act(engine: Engine) -> None:
        with pytest.raises(LookupError, match="there are t"):
            engine.run("none")

    during(work, act)


def test_a_task_changes_its_pace_and_is_switched_off_while_the_engine_runs() -> None:
    """R-M5, R-M6: without a restart; by hand it runs all the same."""
    looks: list[int] = []

    async def work(_run: Run) -> dict:
        looks.append(1)
        return {}

    async def act(engine: Engine) -> None:
        def planned() -> datetime | None:
            return engine.tasks()[0].next_run_at

        await until(lambda: len(looks) == 1)
        engine.change("t", 7200, enabled=True)
        await until(lambda: planned() is not None and planned() - datetime.now(UTC) > timedelta(hours=1))
        assert engine.tasks()[0].interval == 7200
        engine.change("t", 7200, enabled=False)
        await until(lambda: planned() is None)
        assert not engine.tasks()[0].enabled
        engine.wake("t")
        await asyncio.sleep(0)
        assert len(looks) == 1
        engine.run("t")
        await until(lambda: len(looks) == 2)
        engine.change("t", 3600, enabled=True, at_once=True)
        await until(lambda: len(looks) == 3)

    during(work, act, interval=3600)


def test_a_task_that_is_switched_off_does_not_begin_with_the_service() -> None:
    """R-M6."""
    looks: list[int] = []

    async def work(_run: Run) -> dict:
        looks.append(1)
        return {}

    async def go() -> None:
        engine = Engine(Shelf(), lambda: datetime.now(UTC), lambda _view: None)
        engine.add(Task("t", "T", "does it", 60, work, enabled=False))
        engine.change("t", 120, enabled=False)
        await engine.start()
        assert engine.tasks()[0].next_run_at is None
        await engine.stop()

    asyncio.run(go())
    assert looks == []
