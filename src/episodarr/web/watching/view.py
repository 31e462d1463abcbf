"""Watching: the latest plays of all servers, what plays now, sums over a time, and the history of the readings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.overview.answers import ConnectionView, TaskView
from episodarr.overview.freshness import Freshness
from episodarr.overview.plays import PlayFilter, PlayRow
from episodarr.overview.reading import interval_of, readings
from episodarr.watching.ports import PlaySource
from episodarr.web.columns import ListColumn, chosen_by, chosen_columns
from episodarr.web.histories.totals import go_on
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of

PAGE = 50
RUNS = 30
SHOWS = 6
PLAYING = 12
WATCHERS = 500
PATH = "/watching"
SYNC_TASK = "sync-plays"
TASKS = (SYNC_TASK, "sync-movies", "sync-series", "sync-episodes")
"""Whose runs the history of syncs shows."""

PERIODS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("all", "All time"))
USUAL_PERIOD = "30"
ENDS = (("", "Finished or not"), ("yes", "To the end"), ("no", "Not to the end"))
LIST = "plays"
COLUMNS = (
    ListColumn("when", "When"),
    ListColumn("who", "Who"),
    ListColumn("what", "What", fixed=True),
    ListColumn("episode", "Episode"),
    ListColumn("percent", "How far", numeric=True),
    ListColumn("duration", "Watched for", numeric=True),
    ListColumn("server", "Server"),
    ListColumn("ended", "Stopped", usual=False),
    ListColumn("kind", "Kind", usual=False),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as the address tells it."""

    q: str = ""
    person: str = ""
    server: int | None = None
    period: str = USUAL_PERIOD
    end: str = ""
    series: int | None = None
    view: str = "list"

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered but the time."""
        return replace(self, period=USUAL_PERIOD, view="list") == Asked()

    def query(self, **changed: object) -> str:
        """The part of an address that asks for this, or for something changed about it."""
        here = replace(self, **changed)  # type: ignore[arg-type]  # the names are ours
        usual = Asked()
        told = {name: getattr(here, name) for name in self.__slots__}
        return urlencode({name: value for name, value in told.items() if value != getattr(usual, name)})

    def wanted(self, now: datetime) -> PlayFilter:
        """The plays that are meant."""
        start = None if self.period == "all" else now - timedelta(days=int(self.period))
        finished = {"yes": True, "no": False}.get(self.end)
        return PlayFilter(self.person, self.q, self.series, self.server, start, None, finished)

    def api_query(self, now: datetime) -> str:
        """The same for the API's files."""
        wanted = self.wanted(now)
        told = {
            "person": self.person,
            "search": self.q,
            "series": self.series,
            "connection": self.server,
            "from": wanted.start.strftime("%Y-%m-%dT%H:%M:%SZ") if wanted.start else None,
            "finished": None if wanted.finished is None else str(wanted.finished).lower(),
        }
        return urlencode({name: value for name, value in told.items() if value not in {None, ""}})


@dataclass(frozen=True, slots=True)
class PlayDay:
    """The plays that began on one day, in the visitor's zone."""

    day: date
    rows: list[PlayRow]


class WatchingPages:
    """Routes of plays."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", PATH, self.page)
        doors.people("GET", f"{PATH}/top", self.top)
        doors.people("GET", f"{PATH}/syncs", self.syncs)
        doors.admins("POST", f"{PATH}/sync", self.sync)

    def page(
        self,
        request: Request,
        q: str = "",
        person: str = "",
        server: str = "",
        period: str = USUAL_PERIOD,
        end: str = "",
        series: str = "",
        view: str = "list",
        cursor: str = "",
        after: str = "",
    ) -> Response:
        """The page; for the script only its list, or one more page of it. `after`: the day that was shown last."""
        visit = visit_of(request)
        asked = Asked(
            q=q.strip()[:100],
            person=person[:20] if visit.admin else "",
            server=_number(server),
            period=period if period in dict(PERIODS) else USUAL_PERIOD,
            end=end if end in dict(ENDS) else "",
            series=_number(series),
            view="table" if view == "table" else "list",
        )
        history, now = self._parts.play_history, self._parts.clock()
        try:
            found = history.plays(asked.wanted(now), PAGE, cursor or None, names=visit.admin)
        except ValueError:
            bare = asked.query(person="")
            return RedirectResponse(f"{self._parts.base}{PATH}{'?' + bare if bare else ''}", status_code=302)
        given: dict[str, object] = {
            "asked": asked,
            "found": found,
            "days": _by_day(found.items, visit),
            "after": after,
            "columns": COLUMNS,
            "chosen": chosen_columns(chosen_by(self._parts, visit, LIST), LIST, COLUMNS),
            "export_query": asked.api_query(now),
        }
        if cursor:
            return self._parts.render.answer(visit, "watching/more.html", given)
        given |= self._top(visit, asked)
        if visit.partial:
            return self._parts.render.answer(visit, "watching/list.html", given)
        show = self._parts.overview.show(asked.series) if asked.series is not None else None
        watchers = history.watchers(WATCHERS) if visit.admin else []
        return self._parts.render.answer(
            visit,
            "watching/page.html",
            given,
            nav="watching",
            here="plays",
            periods=PERIODS,
            ends=ENDS,
            people=[("", "Everybody"), *((one.token, one.name) for one in watchers)],
            going_on=go_on(self._parts, visit) if asked.everything else [],
            servers=[("", "All servers"), *((str(view.id), view.name) for view in self._sources())],
            show=show,
        )

    def top(self, request: Request, period: str = USUAL_PERIOD) -> Response:
        """What plays now, and when each source was read."""
        visit = visit_of(request)
        asked = Asked(period=period if period in dict(PERIODS) else USUAL_PERIOD)
        return self._parts.render.answer(visit, "watching/now.html", self._top(visit, asked), asked=asked)

    def syncs(self, request: Request, task: str = SYNC_TASK, cursor: str = "") -> Response:
        """The runs that read plays, movies and the library."""
        known = {one.name: one for one in self._parts.tasks.tasks() if one.name in TASKS}
        if task not in known:
            raise HTTPException(404, "There is no such task.")
        try:
            page = self._parts.overview.jobs(task, RUNS, cursor or None)
        except ValueError as problem:
            raise HTTPException(404) from problem
        return self._parts.render.answer(
            visit_of(request),
            "watching/syncs.html",
            nav="watching",
            here="syncs",
            tasks=[known[name] for name in TASKS if name in known],
            task=known[task],
            page=page,
            titles={name: one.title for name, one in known.items()},
            sources=self._fresh(),
        )

    def sync(self, request: Request) -> Response:
        """Read every history of plays now."""
        visit = visit_of(request)
        self._parts.tasks.run(SYNC_TASK, "person")
        part = self._parts.render.answer(visit, "watching/sync.html", sync=self._task(), sources=self._fresh())
        return self._parts.render.done(visit, part, "", PATH)

    def _top(self, visit: Visit, asked: Asked) -> dict[str, object]:
        history = self._parts.play_history
        return {
            "summary": history.summary(asked.wanted(self._parts.clock()), SHOWS),
            "playing": history.playing(PLAYING, names=visit.admin),
            "sources": self._fresh(),
            "sync": self._task(),
            "period_words": dict(PERIODS)[asked.period].lower(),
        }

    def _task(self) -> TaskView | None:
        return next((task for task in self._parts.tasks.tasks() if task.name == SYNC_TASK), None)

    def _sources(self) -> list[ConnectionView]:
        kinds = self._parts.kinds_offering(PlaySource)
        return [view for view in self._parts.connections.views() if view.kind in kinds]

    def _fresh(self) -> list[Freshness]:
        interval = interval_of(self._parts.tasks.tasks(), SYNC_TASK)
        read_at = self._parts.play_history.read_at()
        return readings(
            self._parts.connections.views(),
            self._parts.kinds_offering(PlaySource),
            read_at,
            interval,
            self._parts.clock(),
        )


def _by_day(rows: Sequence[PlayRow], visit: Visit) -> list[PlayDay]:
    days = groupby(rows, key=lambda row: row.started_at.astimezone(visit.zone).date())
    return [PlayDay(day, list(some)) for day, some in days]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 18 else None
