"""What running jobs needs from the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from episodarr.overview.answers import JobView


class JobStore(Protocol):
    """Where runs are kept."""

    def create(self, task: str, trigger: str, params: Mapping[str, Any], now: datetime) -> int:
        """A new queued run; its id."""
        ...

    def started(self, job_id: int, now: datetime) -> None:
        """The run begins."""
        ...

    def progressed(self, job_id: int, progress: float | None, message: str) -> None:
        """How far the run is."""
        ...

    def finished(self, job_id: int, status: str, message: str, report: Mapping[str, Any], now: datetime) -> None:
        """The run is over."""
        ...

    def interrupt_unfinished(self, now: datetime) -> int:
        """Mark what a killed process left behind; how many there were."""
        ...

    def last_runs(self) -> dict[str, JobView]:
        """The latest run of each task that was started."""
        ...

    def prune(self, keep: int) -> None:
        """Keep only so many latest runs of each task."""
        ...
