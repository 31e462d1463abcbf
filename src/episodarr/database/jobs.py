"""Runs of tasks in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from episodarr.database.engine import Database
from episodarr.database.rows import JOB, job_view
from episodarr.database.schema import jobs
from episodarr.overview.answers import JobView


class StoredJobs:
    """JobStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, task: str, trigger: str, params: Mapping[str, Any], now: datetime) -> int:
        """See JobStore."""
        row = {
            "task": task,
            "trigger": trigger,
            "status": "queued",
            "message": "",
            "params": msgspec.json.encode(dict(params)).decode(),
            "report": "{}",
            "queued_at": now,
        }
        with self._database.writing() as db:
            key = db.execute(insert(jobs).values(row)).inserted_primary_key
        assert key is not None  # noqa: S101  # a table with a key gives one
        return int(key[0])

    def started(self, job_id: int, now: datetime) -> None:
        """See JobStore."""
        self._change(job_id, status="running", started_at=now)

    def progressed(self, job_id: int, progress: float | None, message: str) -> None:
        """See JobStore."""
        self._change(job_id, progress=progress, message=message)

    def finished(self, job_id: int, status: str, message: str, report: Mapping[str, Any], now: datetime) -> None:
        """See JobStore."""
        text = msgspec.json.encode(dict(report)).decode()
        self._change(job_id, status=status, message=message[:2000], report=text, finished_at=now)

    def _change(self, job_id: int, **values: Any) -> None:
        with self._database.writing() as db:
            db.execute(update(jobs).where(jobs.c.id == job_id).values(values))

    def interrupt_unfinished(self, now: datetime) -> int:
        """See JobStore."""
        with self._database.writing() as db:
            open_runs = update(jobs).where(jobs.c.status.in_(("queued", "running")))
            values = {"status": "interrupted", "message": "the service was stopped or killed", "finished_at": now}
            return int(db.execute(open_runs.values(values)).rowcount)

    def last_runs(self) -> dict[str, JobView]:
        """See JobStore."""
        latest = select(func.max(jobs.c.id)).where(jobs.c.started_at.is_not(None)).group_by(jobs.c.task)
        with self._database.reading() as db:
            rows = db.execute(select(*JOB).where(jobs.c.id.in_(latest))).all()
        return {row[1]: job_view(row) for row in rows}

    def prune(self, keep: int) -> None:
        """See JobStore."""
        with self._database.writing() as db:
            for task, n in db.execute(select(jobs.c.task, func.count()).group_by(jobs.c.task)).all():
                if n > keep:
                    ids = select(jobs.c.id).where(jobs.c.task == task).order_by(jobs.c.id.desc())
                    oldest = db.execute(ids.offset(keep).limit(1)).scalar()
                    db.execute(delete(jobs).where(jobs.c.task == task, jobs.c.id <= oldest))
