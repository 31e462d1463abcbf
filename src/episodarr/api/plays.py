"""The plays of all servers: a list, sums, what plays now, and the list as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.export import ROWS_AT_ONCE, Bom, Format, exported
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.jobs.engine import Engine
from episodarr.overview.answers import Page
from episodarr.overview.export import rows_of
from episodarr.overview.freshness import Freshness
from episodarr.overview.plays import PLAY_COLUMNS, PlayFilter, PlayHistory, PlayingRow, PlayRow, TopShow
from episodarr.overview.reading import interval_of, readings
from episodarr.overview.services import Services
from episodarr.watching.ports import PlaySource

_SHOWS = 20
_PLAYING = 100
Id = Annotated[int | None, Query(ge=1, le=2**62)]
At = Annotated[datetime | None, Query(description="An instant with its offset, such as 2026-01-31T00:00:00Z.")]


@dataclass(frozen=True, slots=True)
class WatchingSummary:
    """Sums over the plays that a filter names, what plays now, and how fresh all of it is."""

    plays: int
    viewers: int
    seconds: int
    shows: list[TopShow]
    playing: list[PlayingRow]
    sources: list[Freshness]


def play_routes(
    history: PlayHistory, services: Services, engine: Engine, access: Access, clock: Callable[[], datetime]
) -> APIRouter:
    """Routes of plays over all servers."""
    routes = APIRouter(prefix="/watching", tags=["watching"])

    @routes.get("/plays", response_model=Page[PlayRow])
    def plays(
        wanted: Annotated[PlayFilter, Depends(_wanted)],
        names: Annotated[bool, Depends(access.names)],
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Plays, the latest first. Viewers are named to administrators only; `total` stops at 10,000."""
        with answered({ValueError: 422}):
            return answer(history.plays(_allowed(wanted, names), limit, cursor, names=names))

    @routes.get("/plays.{kind}", response_class=Response)
    def export(
        kind: Format,
        wanted: Annotated[PlayFilter, Depends(_wanted)],
        names: Annotated[bool, Depends(access.names)],
        bom: Bom = False,
    ) -> Response:
        """The same plays as a file, all of them. In CSV, text that looks like a formula begins with an apostrophe."""
        allowed = _allowed(wanted, names)
        with answered({ValueError: 422}):
            history.plays(allowed, 1, None, names=names)  # what is wrong is said before the file begins
        rows = rows_of(lambda cursor: history.plays(allowed, ROWS_AT_ONCE, cursor, names=names))
        return exported("plays", kind, PLAY_COLUMNS, rows, bom=bom)

    @routes.get("/summary", response_model=WatchingSummary)
    def summary(
        wanted: Annotated[PlayFilter, Depends(_wanted)], names: Annotated[bool, Depends(access.names)]
    ) -> Response:
        """Sums over the same plays, the most watched shows, what plays now, and when each source was read."""
        with answered({ValueError: 422}):
            sums = history.summary(_allowed(wanted, names), _SHOWS)
        kinds = [one.kind for one in services.integrations() if PlaySource in one.ports]
        interval = interval_of(engine.tasks(), "sync-plays")
        sources = readings(services.views(), kinds, history.read_at(), interval, clock())
        playing = history.playing(_PLAYING, names=names)
        return answer(WatchingSummary(sums.plays, sums.viewers, sums.seconds, sums.shows, playing, sources))

    return routes


def _wanted(
    person: Annotated[str, Query(max_length=20, description="`token` of a person from /people.")] = "",
    search: Annotated[str, Query(max_length=200)] = "",
    series: Id = None,
    connection: Id = None,
    start: Annotated[At, Query(alias="from")] = None,
    end: Annotated[At, Query(alias="to")] = None,
    finished: bool | None = None,
) -> PlayFilter:
    return PlayFilter(person, search, series, connection, _aware(start, "from"), _aware(end, "to"), finished)


def _aware(at: datetime | None, field: str) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise HTTPException(422, f"{field}: say which time zone, as in 2026-01-31T00:00:00Z")
    if not 1971 <= at.year <= 9998:
        raise HTTPException(422, f"{field}: give a year from 1971 to 9998")
    return at.astimezone(UTC)


def _allowed(wanted: PlayFilter, names: bool) -> PlayFilter:
    if wanted.person and not names:
        raise HTTPException(403, "person: only administrators may see who watched")
    return wanted
