"""Shows, seasons and episodes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.export import ROWS_AT_ONCE, Bom, Format, exported
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, Limit, Monitored, MonitoredEpisodes, answer
from episodarr.catalogue.control import Control
from episodarr.catalogue.posters import Posters
from episodarr.jobs.remedies import Remedies, opens_a_page
from episodarr.overview.answers import (
    Action,
    EpisodeDetail,
    EpisodeRow,
    Page,
    PersonalShowCard,
    SeasonCard,
    ShowCard,
    TimelineEntry,
    Totals,
)
from episodarr.overview.arrivals import Board
from episodarr.overview.export import rows_of
from episodarr.overview.lists import LIBRARY_COLUMNS
from episodarr.overview.questions import LibraryFilter, Overview
from episodarr.overview.whole import episode_detail, with_progress

Id = Annotated[int, Path(ge=1, le=2**62)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
Show = Literal["all", "monitored", "unmonitored", "continuing", "ended", "missing", "arriving", "complete"]
Sort = Literal["title", "added", "next", "missing", "size", "progress"]


Seen = Callable[[Request, list[int]], Mapping[int, int] | None]
_CARD = tuple(field.name for field in fields(ShowCard))


def _personal(card: ShowCard, seen: Mapping[int, int] | None) -> PersonalShowCard:
    """A show with what somebody has seen of it; Sonarr's own listing says how much there is."""
    read = card.synced_at is not None
    return PersonalShowCard(
        **{name: getattr(card, name) for name in _CARD},
        total_seasons=card.season_count if read else None,
        total_episodes=card.aired_count if read else None,
        watched_episodes=seen.get(card.id, 0) if seen is not None else None,
    )


def library_routes(
    overview: Overview,
    board: Board,
    control: Control,
    remedies: Remedies,
    posters: Posters,
    access: Access,
    clock: Callable[[], datetime],
    seen: Seen = lambda _request, _series: None,
) -> APIRouter:
    """Routes of the library. `seen`: how many episodes of each show whoever asks has seen; None: nobody knows who."""
    reads = APIRouter(tags=["library"], dependencies=[Depends(access.read)])
    changes = APIRouter(tags=["library"], dependencies=[Depends(access.change)])

    def known(series_id: int) -> ShowCard:
        found = overview.show(series_id)
        if found is None:
            raise HTTPException(404, f"There is no show {series_id}")
        return found

    @reads.get("/library", response_model=Page[PersonalShowCard])
    def library(
        request: Request,
        search: Annotated[str, Query(max_length=200)] = "",
        show: Show = "all",
        sort: Sort = "title",
        connection_id: Annotated[int | None, Query(ge=1)] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Shows. For who is signed in, `watched_episodes` of each."""
        with answered({ValueError: 422}):
            page = overview.library(LibraryFilter(search, show, sort, connection_id), limit, cursor)
        watched = seen(request, [one.id for one in page.items])
        return answer(Page([_personal(one, watched) for one in page.items], page.total, page.next))

    @reads.get("/library.{kind}", response_class=Response)
    def export(
        kind: Format,
        search: Annotated[str, Query(max_length=200)] = "",
        show: Show = "all",
        sort: Sort = "title",
        connection_id: Annotated[int | None, Query(ge=1)] = None,
        bom: Bom = False,
    ) -> Response:
        """The same shows as a file, all of them. In CSV, text that looks like a formula begins with an apostrophe."""
        wanted = LibraryFilter(search, show, sort, connection_id)
        rows = rows_of(lambda cursor: overview.library(wanted, ROWS_AT_ONCE, cursor))
        return exported("library", kind, LIBRARY_COLUMNS, rows, bom=bom)

    @reads.get("/totals", response_model=Totals)
    def totals() -> Response:
        """The library in numbers."""
        return answer(overview.totals())

    @reads.get("/library/{series_id}", response_model=PersonalShowCard)
    def show(series_id: Id, request: Request) -> Response:
        """One show. For who is signed in, `watched_episodes`."""
        return answer(_personal(known(series_id), seen(request, [series_id])))

    @reads.get("/library/{series_id}/seasons", response_model=Page[SeasonCard])
    def seasons(series_id: Id) -> Response:
        """Its seasons; 404 when it is not a TV show."""
        known(series_id)
        found = overview.seasons(series_id)
        return answer(Page(found, len(found)))

    @reads.get("/library/{series_id}/seasons/{number}/episodes", response_model=Page[EpisodeRow])
    def episodes(series_id: Id, number: Number, limit: Limit = 500, cursor: Cursor = None) -> Response:
        """Episodes of a season, with the progress of what is on its way; 404 when there is no such season."""
        known(series_id)
        if all(season.number != number for season in overview.seasons(series_id)):
            raise HTTPException(404, f"Show {series_id} has no season {number}")
        with answered({ValueError: 422}):
            page = overview.episodes(series_id, number, limit, cursor)
        return answer(with_progress(page, board.of_series(series_id)))

    @reads.get("/library/{series_id}/poster", response_class=Response)
    async def poster(series_id: Id) -> Response:
        """The poster image."""
        found = await posters.poster(series_id)
        if found is None:
            raise HTTPException(404, f"There is no poster of show {series_id}")
        return Response(found[0], media_type=found[1], headers={"Cache-Control": "private, max-age=86400"})

    @reads.get("/episodes/{episode_id}", response_model=EpisodeDetail)
    def episode(episode_id: Id) -> Response:
        """Everything about an episode: state, because, waiting_for, since, progress."""
        found = episode_detail(overview, board, episode_id, clock(), remedies.kinds())
        if found is None:
            raise HTTPException(404, f"There is no episode {episode_id}")
        return answer(found)

    @reads.get("/episodes/{episode_id}/timeline", response_model=Page[TimelineEntry])
    def timeline(episode_id: Id, limit: Limit = 200, cursor: Cursor = None) -> Response:
        """What happened to an episode, oldest first, and which system said so."""
        if overview.episode(episode_id) is None:
            raise HTTPException(404, f"There is no episode {episode_id}")
        with answered({ValueError: 422}):
            return answer(overview.timeline(episode_id, limit, cursor))

    @changes.put("/library/{series_id}/monitored", status_code=204)
    async def monitor_series(series_id: Id, wanted: Monitored) -> None:
        """Monitor a show, through Sonarr."""
        known(series_id)
        await control.monitor_series(series_id, wanted.monitored)

    @changes.put("/library/{series_id}/seasons/{number}/monitored", status_code=204)
    async def monitor_season(series_id: Id, number: Number, wanted: Monitored) -> None:
        """Monitor a season, through Sonarr."""
        known(series_id)
        await control.monitor_season(series_id, number, wanted.monitored)

    @changes.put("/episodes/monitored", status_code=204)
    async def monitor_episodes(wanted: MonitoredEpisodes) -> None:
        """Monitor episodes, through Sonarr."""
        await _found(control.monitor_episodes(wanted.episode_ids, wanted.monitored))

    @changes.post("/episodes/{episode_id}/search", status_code=202)
    async def search(episode_id: Id) -> Response:
        """Have Sonarr search for a release now."""
        await _found(control.search([episode_id]))
        return answer({"episode_id": episode_id, "message": "Sonarr is searching"}, 202)

    @changes.post("/episodes/{episode_id}/recheck", status_code=202)
    async def recheck(episode_id: Id) -> Response:
        """Have Sonarr rescan, and ask all systems about the episode again."""
        await _found(control.recheck(episode_id))
        return answer({"episode_id": episode_id, "message": "All systems are asked again"}, 202)

    @changes.post("/episodes/{episode_id}/actions/{action}", status_code=202)
    async def act(episode_id: Id, action: Action) -> Response:
        """Do what helps an episode that waits, as `advice` of the episode names it; 422 for one that opens a page."""
        if opens_a_page(action):
            raise HTTPException(422, f"{action.value} opens a page: GET its address instead")
        with answered({LookupError: 404}):
            message = await remedies.do(action, episode_id)
        return answer({"episode_id": episode_id, "message": message}, 202)

    @reads.get("/episodes/{episode_id}/actions/{action}/address")
    async def address(episode_id: Id, action: Action) -> Response:
        """The page of another service that an action opens."""
        with answered({LookupError: 404}):
            return answer({"url": await remedies.address(action, episode_id)})

    @changes.post("/library/{series_id}/sync", status_code=202)
    async def sync(series_id: Id) -> Response:
        """Read a show again from Sonarr now."""
        known(series_id)
        await _found(control.sync_show(series_id))
        return answer({"series_id": series_id, "message": "Read again"}, 202)

    whole = APIRouter()
    whole.include_router(reads)
    whole.include_router(changes)
    return whole


async def _found(question: Awaitable[object]) -> None:
    with answered({LookupError: 404}):
        await question
