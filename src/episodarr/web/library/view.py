"""The library: every show as a card, found by name, filtered and sorted, page after page."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from episodarr.catalogue.ports import CatalogueSource
from episodarr.overview.answers import ShowCard, TaskView
from episodarr.overview.plays import ShowSeen
from episodarr.overview.questions import LibraryFilter
from episodarr.watching.ports import PlaySource
from episodarr.web.histories.totals import mine_of_cards
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of

PAGE = 60
MAX_CARDS = 200
SYNC_TASK = "sync-series"

FILTERS = (
    ("all", "All shows"),
    ("monitored", "Monitored"),
    ("unmonitored", "Unmonitored"),
    ("continuing", "Continuing"),
    ("ended", "Ended"),
    ("missing", "With missing episodes"),
    ("arriving", "Arriving now"),
    ("complete", "Complete"),
)
SORTS = (
    ("title", "Title"),
    ("next", "Next airing"),
    ("missing", "Most missing"),
    ("added", "Added last"),
    ("size", "Size"),
    ("progress", "Least complete"),
)


class LibraryPages:
    """Routes of the library."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/", self.page)
        doors.people("GET", "/library/cards", self.cards)
        doors.people("GET", "/library/sync", self.sync_line)
        doors.people("GET", "/library/totals", self.totals)
        doors.admins("POST", "/library/sync", self.sync)

    def page(self, request: Request, q: str = "", show: str = "all", sort: str = "title", cursor: str = "") -> Response:
        """The page; for the script only its grid, or one more page of cards."""
        visit, overview = visit_of(request), self._parts.overview
        wanted = LibraryFilter(
            search=q.strip()[:100],
            show=show if show in LibraryFilter.SHOWS else "all",
            sort=sort if sort in LibraryFilter.SORTS else "title",
        )
        query = _query(wanted)
        try:
            shows = overview.library(wanted, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}/{'?' + query if query else ''}", status_code=302)
        given = {
            "shows": shows,
            "cards": shows.items,
            "wanted": wanted,
            "query": query,
            "seen": self._seen(shows.items),
            "mine": mine_of_cards(self._parts, visit, shows.items),
        }
        if visit.partial:
            return self._parts.render.answer(visit, "library/more.html" if cursor else "library/grid.html", given)
        return self._parts.render.answer(
            visit,
            "library/page.html",
            given,
            nav="library",
            totals=overview.totals(),
            filters=FILTERS,
            sorts=SORTS,
            connected=self._connected(),
            sync=self._sync_task(),
        )

    def cards(self, request: Request, ids: str = "") -> Response:
        """The named cards anew, as their numbers have changed."""
        wanted = [int(part) for part in ids.split(",") if part.isascii() and part.isdecimal()][:MAX_CARDS]
        found = [show for show in map(self._parts.overview.show, wanted) if show is not None]
        visit = visit_of(request)
        mine = mine_of_cards(self._parts, visit, found)
        return self._parts.render.answer(visit, "library/cards.html", cards=found, seen=self._seen(found), mine=mine)

    def totals(self, request: Request) -> Response:
        """The line of totals anew."""
        return self._parts.render.answer(visit_of(request), "library/totals.html", totals=self._parts.overview.totals())

    def sync_line(self, request: Request) -> Response:
        """When the library was last read, or how far the reading is."""
        return self._sync_answer(visit_of(request))

    def sync(self, request: Request) -> Response:
        """Read Sonarr now."""
        visit = visit_of(request)
        self._parts.tasks.run(SYNC_TASK, "person")
        return self._parts.render.done(visit, self._sync_answer(visit), "", "/")

    def _sync_answer(self, visit: Visit) -> Response:
        return self._parts.render.answer(
            visit, "library/sync.html", totals=self._parts.overview.totals(), sync=self._sync_task()
        )

    def _sync_task(self) -> TaskView | None:
        return next((task for task in self._parts.tasks.tasks() if task.name == SYNC_TASK), None)

    def _seen(self, cards: Sequence[ShowCard]) -> Mapping[int, ShowSeen] | None:
        """How the shows were watched; None: nothing is connected that tells of it."""
        if not self._parts.connected(PlaySource):
            return None
        return self._parts.play_history.of_shows([card.id for card in cards])

    def _connected(self) -> bool:
        """Whether anything is connected that shows could come from."""
        kinds = {one.kind for one in self._parts.connections.integrations() if CatalogueSource in one.ports}
        return any(view.kind in kinds for view in self._parts.connections.views())


def _query(wanted: LibraryFilter) -> str:
    parts = {"q": wanted.search, "show": wanted.show, "sort": wanted.sort}
    usual = {"q": "", "show": "all", "sort": "title"}
    return urlencode({name: value for name, value in parts.items() if value != usual[name]})
