"""How fresh the sources of a screen are: what connections and tasks tell, put together. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from episodarr.overview.answers import ConnectionView, TaskView
from episodarr.overview.freshness import Freshness, freshness


def readings(
    views: Iterable[ConnectionView],
    kinds: Iterable[str],
    read_at: Mapping[int, datetime | None] | None,
    interval: float,
    now: datetime,
) -> list[Freshness]:
    """One line for each connection of the kinds that is switched on.

    `read_at`: when each was read; None: when it answered last, as its connection tells. `interval`: seconds between two
    readings.
    """
    wanted = frozenset(kinds)
    return [
        freshness(
            view.name,
            view.checked_at if read_at is None else read_at.get(view.id),
            interval,
            now,
            status=view.status,
            message=view.message,
        )
        for view in views
        if view.enabled and view.kind in wanted
    ]


def interval_of(tasks: Iterable[TaskView], name: str) -> float:
    """Seconds between two runs of a task; 0: by hand only, or there is none."""
    return next((task.interval for task in tasks if task.name == name and task.enabled), 0.0)
