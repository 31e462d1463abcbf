"""Numbers for Prometheus: what a graph or an alert asks for, with labels of which there are only ever a few."""

from collections.abc import Callable, Iterator

from fastapi import APIRouter, Depends
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from episodarr import __version__
from episodarr.api.access import Access
from episodarr.episode.state import State
from episodarr.histories.histories import Histories
from episodarr.jobs.engine import Engine
from episodarr.jobs.freshening import KEEP_FRESH, Freshening
from episodarr.overview.arrivals import Board
from episodarr.overview.questions import Overview
from episodarr.overview.services import Services
from episodarr.overview.storage import Storage
from episodarr.settings import SyncMode

_ROUND = (
    "due", "left", "shows_read", "shows_failed", "created", "updated", "new_titles", "moved_air_times",
    "new_overviews", "followed", "let_go", "prepared", "cleaned", "requests", "bytes",
)  # fmt: skip
"""The numbers of a round of keeping fresh, see FreshReport."""

Numbers = Callable[[], Iterator[Metric]]


def metric_routes(
    overview: Overview,
    board: Board,
    services: Services,
    engine: Engine,
    storage: Storage,
    access: Access,
    histories: Histories | None,
    freshening: Freshening | None,
) -> APIRouter:
    """The route. What is not known has no number: it is left out rather than told as 0."""
    parts: list[Numbers] = [
        lambda: _library(overview),
        lambda: _connections(services),
        lambda: _transfers(board),
        lambda: _disks(storage),
        lambda: _tasks(engine),
    ]
    if histories is not None:
        parts.append(lambda: _lookups(histories))
    if freshening is not None:
        parts.append(lambda: _freshness(freshening, overview))
    routes = APIRouter(dependencies=[Depends(access.read)])

    @routes.get("/metrics", tags=["health"], response_class=Response)
    def metrics() -> Response:
        """In the text form of Prometheus; a key with the scope read is enough."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(parts))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


class _Collected(Collector):
    def __init__(self, parts: list[Numbers]) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Every number, as of now."""
        for part in self._parts:
            yield from part()


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"episodarr_{name}", text, labels=labels)


def _plain(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"episodarr_{name}", text, value=value)


def _library(overview: Overview) -> Iterator[Metric]:
    totals = overview.totals()
    info = _gauge("info", "The version that runs.", "version")
    info.add_metric([__version__], 1)
    yield info
    yield _plain("shows", "Shows of the library.", totals.shows)
    states = _gauge("episodes", "Episodes by their state.", "state")
    for state in State:
        states.add_metric([state.value], totals.states.get(state.value, 0))
    yield states
    yield _plain("library_bytes", "Size of the files of all episodes.", totals.size_on_disk)


def _connections(services: Services) -> Iterator[Metric]:
    up = _gauge("connection_up", "1: the service answers, 0: it does not.", "kind", "name")
    for one in services.views():
        if one.enabled and one.status != "unknown":
            up.add_metric([one.kind, one.name], one.status == "ok")
    yield up


def _transfers(board: Board) -> Iterator[Metric]:
    phases, speed = board.sums()
    transfers = _gauge("transfers", "Downloads by what their client says of them.", "phase")
    for phase, count in phases.items():
        transfers.add_metric([phase.value], count)
    yield transfers
    yield _plain("transfer_bytes_per_second", "At which all downloads arrive together.", speed)


def _disks(storage: Storage) -> Iterator[Metric]:
    total = _gauge("disk_total_bytes", "Size of a disk.", "disk")
    free = _gauge("disk_free_bytes", "What is free on a disk.", "disk")
    for disk in storage.disks():
        if not disk.stale:
            total.add_metric([disk.key], disk.total)
            free.add_metric([disk.key], disk.free)
    yield total
    yield free


def _tasks(engine: Engine) -> Iterator[Metric]:
    running = _gauge("task_running", "1: the task runs now.", "task")
    ended = _gauge("task_last_run_timestamp_seconds", "When the task last ended.", "task")
    took = _gauge("task_last_run_seconds", "What the last run took.", "task")
    failed = _gauge("task_last_run_failed", "1: the last run failed.", "task")
    for task in engine.tasks():
        running.add_metric([task.name], task.running)
        if task.last_finished_at is not None and task.last_outcome:
            ended.add_metric([task.name], task.last_finished_at.timestamp())
            failed.add_metric([task.name], task.last_outcome == "failed")
            if task.last_duration is not None:
                took.add_metric([task.name], task.last_duration)
    yield from (running, ended, took, failed)


def _lookups(histories: Histories) -> Iterator[Metric]:
    asked = _gauge("metadata_lookups_last_day", "Questions to a service by how they went.", "service", "outcome")
    took = _gauge("metadata_lookup_seconds", "What an answer took on average in the last day.", "service")
    for one in histories.lookups()["day"]:
        told = {"found": one.found, "none": one.none, "failed": one.failed, "cached": one.cached}
        for outcome, number in told.items():
            asked.add_metric([one.service, outcome], number)
        if one.asked:
            took.add_metric([one.service], one.milliseconds / 1000)
    yield from (asked, took)


def _freshness(freshening: Freshening, overview: Overview) -> Iterator[Metric]:
    standing = freshening.freshness.standing()
    mode = _gauge("fresh_mode", "1: the mode in which episodes are kept fresh.", "mode")
    for one in SyncMode:
        mode.add_metric([one.value], one is standing.choices.mode)
    yield mode
    shows = _gauge("fresh_shows", "Shows that somebody follows, that are kept fresh, and that are kept lean.", "how")
    sums = standing.sums
    for how, number in (("followed", sums.followed), ("kept", sums.kept), ("lean", sums.lean)):
        shows.add_metric([how], number)
    yield shows
    numbers = _gauge("fresh_round", "What the last round of keeping fresh did.", "what")
    for job in overview.jobs(KEEP_FRESH, 1, None).items:
        for what in _ROUND:
            told = job.report.get(what)
            if isinstance(told, int):
                numbers.add_metric([what], told)
    yield numbers
