"""One episode: where it is in its life, why, what it waits for, and what can be done about it."""

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from episodarr.deletion.journal import LogQuestion
from episodarr.deletion.model import Target
from episodarr.episode.identity import EpisodeId
from episodarr.episode.state import ARRIVING, State
from episodarr.overview.advice import advice_for
from episodarr.overview.answers import Action, EpisodeDetail, TimelineEntry
from episodarr.watching.model import EpisodeWatching
from episodarr.web.candidates.stays import Stays
from episodarr.web.deed import trouble_with
from episodarr.web.deletion.log import lines_about
from episodarr.web.episode.life import life_of
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.show.kept import note_opened
from episodarr.web.visit import Visit, visit_of

TIMELINE = 300
_SEARCHABLE = frozenset(State) - {State.UNAIRED}


@dataclass(frozen=True, slots=True)
class Button:
    """How an action is offered."""

    action: Action
    label: str
    symbol: str
    title: str
    opens: bool = False


BUTTONS = {
    button.action: button
    for button in (
        Button(Action.SEARCH, "Search now", "search", "Have Sonarr look for a release"),
        Button(Action.RESCAN, "Check again", "sync", "Have Sonarr look at its folder and downloads again"),
        Button(Action.RETRY_IMPORT, "Retry the import", "sync", "Have Sonarr try again to import what is complete"),
        Button(Action.RECHECK_LIBRARY, "Re-check the library", "sync", "Have the media servers look at the folder now"),
        Button(Action.RECOGNIZE, "Ask Shoko again", "sync", "Have Shoko look at the file once more"),
        Button(Action.OPEN_IMPORT, "Open Sonarr's import", "open", "Sonarr's queue, to import by hand", opens=True),
        Button(Action.OPEN_SHOKO, "Open Shoko", "open", "To link the file by hand", opens=True),
        Button(Action.OPEN_CLIENT, "Open the download client", "open", "Its own page", opens=True),
    )
}

_PLAYS = 5
"""Plays that the page shows."""


class EpisodePages:
    """Routes of an episode."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/episodes/{episode_id}", self.page)
        doors.people("GET", "/episodes/{episode_id}/live", self.live)
        doors.people("GET", "/episodes/{episode_id}/sonarr", self.in_sonarr)
        doors.admins("POST", "/episodes/{episode_id}/monitored", self.monitor)
        doors.people("GET", "/episodes/{episode_id}/open/{action}", self.open)
        doors.admins("POST", "/episodes/{episode_id}/search", self.search)
        doors.admins("POST", "/episodes/{episode_id}/act/{action}", self.act)

    def page(self, request: Request, episode_id: int) -> Response:
        """The page."""
        answer = self._answer(visit_of(request), episode_id, "episode/page.html")
        note_opened(self._parts, request, self._detail(episode_id).show.id)
        return answer

    def live(self, request: Request, episode_id: int) -> Response:
        """All of it that can change."""
        return self._answer(visit_of(request), episode_id, "episode/live.html")

    async def in_sonarr(self, episode_id: int) -> Response:
        """On to the show's page in Sonarr."""
        detail = await run_in_threadpool(self._detail, episode_id)
        try:
            return self._parts.render.away(await self._parts.control.sonarr_link(detail.show.id))
        except LookupError as gone:
            raise HTTPException(404, "There is no such show.") from gone

    async def monitor(self, request: Request, episode_id: int, form: FormOf) -> Response:
        """Monitor the episode, or stop."""
        visit, monitored, back = visit_of(request), form.flag("monitored"), f"/episodes/{episode_id}"
        if trouble := await trouble_with(
            self._parts.control.monitor_episodes([episode_id], monitored), self._parts.render, visit, back
        ):
            return trouble
        part = None
        if visit.partial:
            part = await run_in_threadpool(
                self._parts.render.answer,
                visit,
                "layout/bookmark.html",
                action=f"/episodes/{episode_id}/monitored",
                monitored=monitored,
                what=form.text("what") or "this episode",
            )
        return self._parts.render.done(visit, part, "", back)

    async def search(self, request: Request, episode_id: int) -> Response:
        """Have Sonarr search a release."""
        visit, back = visit_of(request), f"/episodes/{episode_id}"
        if trouble := await trouble_with(self._parts.control.search([episode_id]), self._parts.render, visit, back):
            return trouble
        return self._parts.render.done(visit, None, "Sonarr searches for it.", back)

    async def act(self, request: Request, episode_id: int, action: Action) -> Response:
        """Do what helps the episode."""
        visit, back = visit_of(request), f"/episodes/{episode_id}"
        if BUTTONS[action].opens:
            raise HTTPException(404)
        said: list[str] = []

        async def deed() -> None:
            said.append(await self._parts.remedies.do(action, episode_id))

        if trouble := await trouble_with(deed(), self._parts.render, visit, back):
            return trouble
        part = None
        if visit.partial:
            part = await run_in_threadpool(self._answer, visit, episode_id, "episode/live.html")
        return self._parts.render.done(visit, part, said[0], back)

    async def open(self, request: Request, episode_id: int, action: Action) -> Response:
        """On to the page of another service."""
        addresses: list[str] = []

        async def deed() -> None:
            addresses.append(await self._parts.remedies.address(action, episode_id))

        back = f"/episodes/{episode_id}"
        if trouble := await trouble_with(deed(), self._parts.render, visit_of(request), back):
            return trouble
        return self._parts.render.away(addresses[0])

    def _detail(self, episode_id: int) -> EpisodeDetail:
        detail = self._parts.overview.episode(episode_id)
        if detail is None:
            raise HTTPException(404, "There is no such episode.")
        return detail

    def _answer(self, visit: Visit, episode_id: int, template: str) -> Response:
        detail = self._detail(episode_id)
        progress = list(self._parts.board.of_episode(episode_id)) or detail.downloads
        entries = self._timeline(episode_id)
        episode = detail.episode
        now = self._parts.clock()
        advice = advice_for(episode, now, kinds=self._parts.remedies.kinds())
        return self._parts.render.answer(
            visit,
            template,
            lines_about(self._parts, LogQuestion(episode_id=episode_id)),
            nav="library",
            show=detail.show,
            episode=episode,
            overview=detail.overview,
            items=detail.library_items,
            progress=[one for one in progress if one.progress < 1 or episode.state in ARRIVING],
            entries=entries,
            previous_id=detail.previous_id,
            next_id=detail.next_id,
            advice=advice,
            buttons=[BUTTONS[action] for action in _offered(episode.state, advice.actions)],
            life=life_of(episode, entries, now, visit.zone),
            watched=self._watched(episode_id, names=visit.admin),
            stay=Stays(self._parts, Target(detail.show.id)).episode(episode.season_number, episode.id, "this episode"),
        )

    def _watched(self, episode_id: int, *, names: bool) -> EpisodeWatching | None:
        """How it was watched; None when nobody played it, as far as known."""
        if self._parts.watching is None:
            return None
        found = self._parts.watching.episode(EpisodeId(episode_id), names=names, limit=_PLAYS)
        return found if found is not None and found.watching.plays else None

    def _timeline(self, episode_id: int) -> list[TimelineEntry]:
        """The last entries, oldest first: what is long past matters less than what is now."""
        entries: list[TimelineEntry] = []
        cursor: str | None = None
        for _ in range(20):
            page = self._parts.overview.timeline(episode_id, TIMELINE, cursor)
            entries += page.items
            cursor = page.next
            if cursor is None:
                break
        return entries[-TIMELINE:]


def _offered(state: State, advised: Collection[Action]) -> list[Action]:
    """What is advised, then what can always be done."""
    always = (Action.SEARCH, Action.RESCAN) if state in _SEARCHABLE else (Action.RESCAN,)
    return list(dict.fromkeys([*advised, *always]))
