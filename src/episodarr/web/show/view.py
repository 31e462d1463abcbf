"""One show: its head, every episode as a picture, and its seasons with their episodes."""

import hashlib
from dataclasses import dataclass, replace

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.model import Target
from episodarr.overview.answers import EpisodeRow, SeasonCard, ShowCard
from episodarr.watching.ports import PlaySource
from episodarr.web import words
from episodarr.web.candidates.stays import Stays
from episodarr.web.deed import trouble_with
from episodarr.web.downloads.view import drawn
from episodarr.web.form import FormOf
from episodarr.web.histories.totals import mine_of
from episodarr.web.parts import Doors, Parts
from episodarr.web.show.dna import MAX_EPISODES, dna_rows
from episodarr.web.show.kept import kept_line, note_opened
from episodarr.web.show.seen import seen_by_season, seen_words
from episodarr.web.states import legend
from episodarr.web.visit import Visit, visit_of

PAGE = 1000
BIG_SEASON = 120
ROWS_AT_ONCE = 200
MAX_ROWS = 500
LANES = 20
_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class SeasonPart:
    """A season on the page: its card, and its rows when they are shown at once."""

    card: SeasonCard
    rows: list[EpisodeRow] | None
    open: bool
    expected: int


class ShowPages:
    """Routes of a show."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/shows/{series_id}", self.page)
        doors.people("GET", "/shows/{series_id}/live", self.live)
        doors.people("GET", "/shows/{series_id}/seasons/{number}/rows", self.rows)
        doors.people("GET", "/shows/{series_id}/rows", self.some_rows)
        doors.people("GET", "/shows/{series_id}/poster", self.poster)
        doors.people("GET", "/shows/{series_id}/sonarr", self.in_sonarr)
        doors.admins("POST", "/shows/{series_id}/sync", self.sync)
        doors.admins("POST", "/shows/{series_id}/monitored", self.monitor)
        doors.admins("POST", "/shows/{series_id}/seasons/{number}/monitored", self.monitor_season)
        doors.admins("POST", "/shows/{series_id}/seasons/{number}/search", self.search_season)

    def page(self, request: Request, series_id: int, season: int | None = None) -> Response:
        """The page; `season` is opened, otherwise the newest one."""
        show = self._show(series_id)
        note_opened(self._parts, request, series_id)
        episodes = self._all_episodes(series_id)
        seasons = self._seasons(show, episodes, season)
        visit = visit_of(request)
        return self._parts.render.answer(
            visit, "show/page.html", self._moving(visit, show, episodes), nav="library", seasons=seasons
        )

    def live(self, request: Request, series_id: int) -> Response:
        """The parts whose counts move: head, picture and season heads."""
        show = self._show(series_id)
        episodes = self._all_episodes(series_id)
        seasons = [SeasonPart(card, None, False, card.total_episode_count) for card in self._cards(series_id)]
        visit = visit_of(request)
        return self._parts.render.answer(visit, "show/live.html", self._moving(visit, show, episodes), seasons=seasons)

    def rows(self, request: Request, series_id: int, number: int, cursor: str = "") -> Response:
        """The episodes of a season, some hundred at a time."""
        show = self._show(series_id)
        try:
            page = self._parts.overview.episodes(series_id, number, ROWS_AT_ONCE, cursor or None)
        except ValueError as problem:
            raise HTTPException(400) from problem
        return self._parts.render.answer(
            visit_of(request),
            "show/rows_more.html" if cursor else "show/rows_part.html",
            show=show,
            rows=self._with_progress(series_id, page.items),
            next=page.next,
            number=number,
            anime=_anime(show),
        )

    def some_rows(self, request: Request, series_id: int, ids: str = "") -> Response:
        """Single rows anew, as more than their state has changed."""
        show = self._show(series_id)
        wanted = [int(part) for part in ids.split(",") if part.isascii() and part.isdecimal()][:MAX_ROWS]
        found = [detail.episode for detail in map(self._parts.overview.episode, wanted) if detail is not None]
        return self._parts.render.answer(
            visit_of(request),
            "show/rows_anew.html",
            show=show,
            rows=self._with_progress(series_id, found),
            anime=_anime(show),
        )

    async def poster(self, request: Request, series_id: int) -> Response:
        """The poster's image, kept by the browser for a day."""
        try:
            found = await self._parts.posters.poster(series_id)
        except ServiceFailure:
            found = None
        if found is None:
            return Response(status_code=404, headers={"cache-control": "private, max-age=600"})
        body, media_type = found
        if media_type not in _IMAGES:
            return Response(status_code=404)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"etag": tag, "cache-control": "private, max-age=86400"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type, headers=headers)

    async def in_sonarr(self, series_id: int) -> Response:
        """On to the show's page in Sonarr."""
        try:
            return self._parts.render.away(await self._parts.control.sonarr_link(series_id))
        except LookupError as gone:
            raise HTTPException(404, "There is no such show.") from gone

    async def sync(self, request: Request, series_id: int) -> Response:
        """Read this show from Sonarr now."""
        visit, back = visit_of(request), f"/shows/{series_id}"
        if trouble := await trouble_with(self._parts.control.sync_show(series_id), self._parts.render, visit, back):
            return trouble
        part = await run_in_threadpool(self.live, request, series_id) if visit.partial else None
        return self._parts.render.done(visit, part, "Read anew from Sonarr.", back)

    async def monitor(self, request: Request, series_id: int, form: FormOf) -> Response:
        """Monitor the show, or stop."""
        monitored = form.flag("monitored")
        visit, back = visit_of(request), f"/shows/{series_id}"
        if trouble := await trouble_with(
            self._parts.control.monitor_series(series_id, monitored), self._parts.render, visit, back
        ):
            return trouble
        return await self._toggled(visit, f"/shows/{series_id}/monitored", monitored, form.text("what"), back)

    async def monitor_season(self, request: Request, series_id: int, number: int, form: FormOf) -> Response:
        """Monitor a season, or stop."""
        monitored = form.flag("monitored")
        visit, back = visit_of(request), f"/shows/{series_id}?season={number}"
        if trouble := await trouble_with(
            self._parts.control.monitor_season(series_id, number, monitored), self._parts.render, visit, back
        ):
            return trouble
        action = f"/shows/{series_id}/seasons/{number}/monitored"
        return await self._toggled(visit, action, monitored, form.text("what"), back)

    async def search_season(self, request: Request, series_id: int, number: int) -> Response:
        """Have Sonarr search what a season lacks."""
        visit, back = visit_of(request), f"/shows/{series_id}?season={number}"
        rows = await run_in_threadpool(self._all_episodes, series_id, number)
        lacking = [row.id for row in rows if row.state in {"missing", "failed", "deleted", "requested"}]
        if not lacking:
            return await run_in_threadpool(
                self._parts.render.failed, visit, "Nothing of this season is missing.", "", back, status=409
            )
        if trouble := await trouble_with(self._parts.control.search(lacking), self._parts.render, visit, back):
            return trouble
        said = f"Sonarr searches {words.many(len(lacking), 'episode')}."
        return self._parts.render.done(visit, None, said, back)

    def _show(self, series_id: int) -> ShowCard:
        show = self._parts.overview.show(series_id)
        if show is None:
            raise HTTPException(404, "There is no such show.")
        return show

    def _cards(self, series_id: int) -> list[SeasonCard]:
        """Newest first, specials at the end."""
        cards = self._parts.overview.seasons(series_id)
        return sorted(cards, key=lambda card: (card.number == 0, -card.number))

    def _with_progress(self, series_id: int, rows: list[EpisodeRow]) -> list[EpisodeRow]:
        """The rows with how full each one's own part of a download is, which only the board knows."""
        parts = self._parts.board.of_series(series_id)
        return [replace(row, progress=parts[row.id].progress) if row.id in parts else row for row in rows]

    def _all_episodes(self, series_id: int, season: int | None = None) -> list[EpisodeRow]:
        episodes: list[EpisodeRow] = []
        cursor: str | None = None
        while len(episodes) < MAX_EPISODES:
            page = self._parts.overview.episodes(series_id, season, PAGE, cursor)
            episodes += page.items
            cursor = page.next
            if cursor is None:
                break
        return self._with_progress(series_id, episodes)

    def _seasons(self, show: ShowCard, episodes: list[EpisodeRow], wanted: int | None) -> list[SeasonPart]:
        """All seasons; the wanted one, or else the newest with anything aired, comes with its rows."""
        cards = self._cards(show.id)
        rows: dict[int, list[EpisodeRow]] = {}
        for row in episodes:
            rows.setdefault(row.season_number, []).append(row)
        chosen = wanted if wanted in rows else next((card.number for card in cards if _begun(card)), None)
        if chosen is None and cards:
            chosen = cards[0].number
        return [
            SeasonPart(
                card,
                rows.get(card.number, [])
                if card.number == chosen and (wanted == chosen or card.total_episode_count <= BIG_SEASON)
                else None,
                card.number == chosen and (wanted == chosen or card.total_episode_count <= BIG_SEASON),
                card.total_episode_count,
            )
            for card in cards
        ]

    def _moving(self, visit: Visit, show: ShowCard, episodes: list[EpisodeRow]) -> dict[str, object]:
        fresh = self._parts.freshening
        lanes = self._parts.board.lanes(True, LANES, None, show.id)
        return {
            "show": show,
            "dna": dna_rows(episodes),
            "legend": legend(show.states),
            "anime": _anime(show),
            "arriving": drawn(self._parts, lanes),
            "arriving_total": lanes.total,
            "stays": Stays(self._parts, Target(show.id)),
            "kept": kept_line(fresh.freshness, show.id, admin=visit.admin) if fresh is not None else None,
            "mine": mine_of(self._parts, visit, show.id),
            **self._seen(show.id, episodes),
        }

    def _seen(self, series_id: int, episodes: list[EpisodeRow]) -> dict[str, object]:
        """How it was watched; `seen_seasons` None: nothing is connected that tells of it."""
        if not self._parts.connected(PlaySource):
            return {"seen_seasons": None, "seen_words": "", "seen_sums": None}
        seasons = seen_by_season(episodes)
        sums = self._parts.play_history.of_shows([series_id]).get(series_id)
        return {"seen_seasons": seasons, "seen_words": seen_words(seasons), "seen_sums": sums}

    async def _toggled(self, visit: Visit, action: str, monitored: bool, what: str, back: str) -> Response:
        part = None
        if visit.partial:
            part = await run_in_threadpool(
                self._parts.render.answer,
                visit,
                "layout/bookmark.html",
                action=action,
                monitored=monitored,
                what=what,
            )
        return self._parts.render.done(visit, part, "", back)


def _begun(card: SeasonCard) -> bool:
    return card.number > 0 and card.episode_count > 0


def _anime(show: ShowCard) -> bool:
    return show.series_type == "anime"
