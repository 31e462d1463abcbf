"""The library's movies: every one as a card, found by name, filtered and sorted, and a page for each."""

import hashlib
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.catalogue.movies import MovieLibrary, MovieManager
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.journal import LogQuestion
from episodarr.deletion.model import Target
from episodarr.overview.answers import TaskView
from episodarr.overview.movies import MovieDetail, MovieFilter
from episodarr.web.candidates.stays import Stays
from episodarr.web.deletion.log import lines_about
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of

PAGE = 60
MAX_CARDS = 200
PLAYS = 20
SYNC_TASK = "sync-movies"
_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})

FILTERS = (
    ("all", "All movies"),
    ("available", "In a media server"),
    ("missing", "Missing"),
    ("unserved", "With a file that no media server lists"),
    ("unwatched", "Unwatched"),
)
SORTS = (("title", "Title"), ("added", "Added last"), ("size", "Size"), ("watched", "Watched last"))


class MoviePages:
    """Routes of movies."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/movies", self.page)
        doors.people("GET", "/movies/cards", self.cards)
        doors.people("GET", "/movies/sync", self.sync_line)
        doors.people("GET", "/movies/totals", self.totals)
        doors.admins("POST", "/movies/sync", self.sync)
        doors.people("GET", "/movies/{movie_id}", self.movie)
        doors.people("GET", "/movies/{movie_id}/live", self.live)
        doors.people("GET", "/movies/{movie_id}/poster", self.poster)

    def page(self, request: Request, q: str = "", show: str = "all", sort: str = "title", cursor: str = "") -> Response:
        """The page; for the script only its grid, or one more page of cards."""
        visit = visit_of(request)
        wanted = MovieFilter(
            search=q.strip()[:100],
            show=show if show in MovieFilter.SHOWS else "all",
            sort=sort if sort in MovieFilter.SORTS else "title",
        )
        query = _query(wanted)
        try:
            movies = self._parts.movies.movies(wanted, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}/movies{'?' + query if query else ''}", status_code=302)
        given = {"movies": movies, "cards": movies.items, "wanted": wanted, "query": query}
        if visit.partial:
            return self._parts.render.answer(visit, "movies/more.html" if cursor else "movies/grid.html", given)
        return self._parts.render.answer(
            visit,
            "movies/page.html",
            given,
            nav="library",
            totals=self._parts.movies.totals(),
            filters=FILTERS,
            sorts=SORTS,
            connected=self._connected(),
            sync=self._sync_task(),
        )

    def cards(self, request: Request, ids: str = "") -> Response:
        """The named cards anew, as something of them has changed."""
        wanted = [int(part) for part in ids.split(",") if part.isascii() and part.isdecimal() and len(part) < 19]
        found = self._parts.movies.cards(wanted[:MAX_CARDS])
        return self._parts.render.answer(visit_of(request), "movies/cards.html", cards=found)

    def totals(self, request: Request) -> Response:
        """The line of totals anew."""
        return self._parts.render.answer(visit_of(request), "movies/totals.html", totals=self._parts.movies.totals())

    def sync_line(self, request: Request) -> Response:
        """When the movies were last read, or how far the reading is."""
        return self._sync_answer(visit_of(request))

    def sync(self, request: Request) -> Response:
        """Read every Radarr and media server now."""
        visit = visit_of(request)
        self._parts.tasks.run(SYNC_TASK, "person")
        return self._parts.render.done(visit, self._sync_answer(visit), "", "/movies")

    def movie(self, request: Request, movie_id: int) -> Response:
        """The page of one movie."""
        return self._movie(request, movie_id, "movies/movie_page.html")

    def live(self, request: Request, movie_id: int) -> Response:
        """What may change of it."""
        return self._movie(request, movie_id, "movies/movie.html")

    async def poster(self, request: Request, movie_id: int) -> Response:
        """The poster's image, kept by the browser for a day."""
        try:
            found = await self._parts.posters.movie(movie_id)
        except ServiceFailure:
            found = None
        if found is None or found[1] not in _IMAGES:
            return Response(status_code=404, headers={"cache-control": "private, max-age=600"})
        tag = f'"{hashlib.sha256(found[0]).hexdigest()[:16]}"'
        headers = {"etag": tag, "cache-control": "private, max-age=86400"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(found[0], media_type=found[1], headers=headers)

    def _movie(self, request: Request, movie_id: int, template: str) -> Response:
        visit = visit_of(request)
        found = self._known(movie_id)
        watched = self._parts.movies.plays(movie_id, names=visit.admin, limit=PLAYS)
        names = {view.id: view.name for view in self._parts.connections.views()}
        stay = Stays(self._parts, Target(movie_id=movie_id)).whole("the movie")
        return self._parts.render.answer(
            visit,
            template,
            lines_about(self._parts, LogQuestion(movie_id=movie_id)),
            detail=found,
            movie=found.movie,
            watched=watched,
            names=names,
            stay=stay,
            nav="library",
        )

    def _known(self, movie_id: int) -> MovieDetail:
        found = self._parts.movies.movie(movie_id) if 0 < movie_id < 2**62 else None
        if found is None:
            raise HTTPException(404, "There is no such movie.")
        return found

    def _sync_answer(self, visit: Visit) -> Response:
        return self._parts.render.answer(
            visit, "movies/sync.html", totals=self._parts.movies.totals(), sync=self._sync_task()
        )

    def _sync_task(self) -> TaskView | None:
        return next((task for task in self._parts.tasks.tasks() if task.name == SYNC_TASK), None)

    def _connected(self) -> bool:
        """Whether anything is connected that movies could come from."""
        listing = {MovieManager, MovieLibrary}
        kinds = {one.kind for one in self._parts.connections.integrations() if listing.intersection(one.ports)}
        return any(view.kind in kinds for view in self._parts.connections.views())


def _query(wanted: MovieFilter) -> str:
    parts = {"q": wanted.search, "show": wanted.show, "sort": wanted.sort}
    usual = {"q": "", "show": "all", "sort": "title"}
    return urlencode({name: value for name, value in parts.items() if value != usual[name]})
