"""Titles of one show that nobody but a person can tell: each with a choice of its episodes. And what counts as a film.

Works without the script: the show is a link, what is chosen a form, and every address can be opened again.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.histories.chosen import ShowEpisodes, likeliest
from episodarr.histories.histories import Histories
from episodarr.histories.import_model import Choice, ReviewTitle, Suggestion
from episodarr.histories.metadata import ShowRef
from episodarr.web.form import Form, FormOf
from episodarr.web.histories.acting import PATH, Refused, person_of, told
from episodarr.web.histories.review import PAGE, REVIEW, SHOWS, SOURCES, key_of, picked_show, shown_name
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of
from episodarr.web.words import many

TITLES = f"{REVIEW}/titles"
FILMS = f"{PATH}/films"
_MOST, _LEAST = 20, 4
"""Titles of a page."""
_OPTIONS = 5_000
"""Of all choices of a page: a long show has fewer titles on it."""
_LONGEST = 300


class ByHandPages:
    """Routes of titles that are chosen one by one: everybody their own."""

    def __init__(self, parts: Parts, histories: Histories) -> None:
        self._parts = parts
        self._histories = histories

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", FILMS, self.films)
        doors.people("GET", TITLES, self.page)
        doors.people("POST", TITLES, self.choose)

    def films(self, request: Request, cursor: str = "") -> Response:
        """What was taken for films, by title; for the script one more page of them."""
        visit = visit_of(request)
        user_id = person_of(visit).user_id
        try:
            groups, following = self._histories.taken_for_films(user_id, PAGE, cursor or None)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{FILMS}", status_code=302)
        part = "film_rows.html" if visit.partial and cursor else "films.html"
        return self._parts.render.answer(
            visit,
            f"histories/{part}",
            nav="watching",
            here="histories",
            tab="films",
            waits=bool(self._histories.review(user_id, 1)[0]),
            groups=groups,
            next=following,
            shown_name=shown_name,
        )

    async def page(
        self,
        request: Request,
        name: str = "",
        show: str = "",
        q: str = "",
        films: str = "",
        cursor: str = "",
        saved: str = "",
    ) -> Response:
        """The titles of a group, and what each may be of the show that is picked."""
        place = _Place(name[:_LONGEST], show, films == "1", cursor)
        return await self._page(visit_of(request), place, q.strip()[:200], saved=saved)

    async def choose(self, request: Request, form: FormOf) -> Response:
        """Settle the titles of which something was chosen, and go on with the others."""
        visit = visit_of(request)
        place = _Place(form.raw("name")[:_LONGEST], form.text("show"), form.flag("films"), form.text("cursor"))
        chosen = {key: value for key, value in form.starting_with("pick.").items() if value}
        titles, _ = await run_in_threadpool(self._titles, visit, place, _MOST)
        done = 0
        try:
            with told():
                for one in titles:
                    if value := chosen.get(key_of(one.title)):
                        await self._settle(visit, one.title, value, place.show, form)
                        done += 1
                if not done:
                    raise ValueError("pick: choose what at least one title is, then save")
        except Refused as wrong:
            return await self._page(visit, place, problem=wrong, chosen=chosen)
        left, _ = await run_in_threadpool(self._titles, visit, place, 1)
        if left:
            return self._away(f"{TITLES}?{place.query(saved=str(done))}")
        first = _Place(place.name, place.show, place.films)
        rest, _ = await run_in_threadpool(self._titles, visit, first, 1)
        return self._away(f"{TITLES}?{first.query(saved=str(done))}" if rest else FILMS if place.films else REVIEW)

    async def _settle(self, visit: Visit, title: str, value: str, show: str, form: Form) -> None:
        choice, episode = _picked(value)
        of = picked_show(show) if choice is Choice.SHOW else None
        await self._histories.deciding.decide(
            person_of(visit), title, choice, of, for_all=form.flag("for_all"), whole_title=True, episode=episode
        )

    # ------------------------------------------------------------------ telling

    async def _page(
        self,
        visit: Visit,
        place: "_Place",
        asked: str = "",
        problem: Refused | None = None,
        chosen: dict[str, str] | None = None,
        saved: str = "",
    ) -> Response:
        try:
            titles, _ = await run_in_threadpool(self._titles, visit, place, _MOST)
        except ValueError:
            return self._away(f"{TITLES}?{_Place(place.name, place.show, place.films).query()}", 302)
        if not titles:
            return self._away(FILMS if place.films else REVIEW)
        shows = _shows(titles)
        ref, episodes, found = None, None, None
        trouble = problem
        try:
            with told():
                ref = (
                    picked_show(place.show)
                    if place.show
                    else (shows[0].show if len(shows) == 1 and not asked else None)
                )
                if ref is not None:
                    episodes = await self._histories.deciding.episodes(ref)
                asked = asked or (_head(titles[0].title) if ref is None and not shows else "")
                if asked:
                    found = (await self._histories.deciding.search(asked))[:SHOWS]
        except Refused as wrong:
            trouble = problem or wrong
        fit = max(_LEAST, min(_MOST, _OPTIONS // max(episodes.count if episodes else 1, 1)))
        titles, following = await run_in_threadpool(self._titles, visit, place, fit)
        return await run_in_threadpool(
            self._parts.render.answer,
            visit,
            "histories/by_hand.html",
            status=trouble.status if trouble is not None else 200,
            nav="watching",
            here="histories",
            tab="films" if place.films else "review",
            name=_head(titles[0].title),
            titles=titles,
            next=place.query(cursor=following) if following else "",
            place=place,
            shows=shows,
            ref=ref,
            episodes=episodes,
            found=found,
            asked=asked,
            proposed=_proposed(titles, episodes),
            chosen=chosen or {},
            key=key_of,
            sources=SOURCES,
            problem=str(trouble) if trouble is not None else "",
            saved=many(int(saved), "title") if saved.isascii() and saved.isdecimal() and len(saved) < 4 else "",
        )

    def _titles(self, visit: Visit, place: "_Place", limit: int) -> tuple[list[ReviewTitle], str | None]:
        return self._histories.titles(
            person_of(visit).user_id, place.name, limit, place.cursor or None, films=place.films
        )

    def _away(self, path: str, status: int = 303) -> Response:
        return RedirectResponse(f"{self._parts.base}{path}", status_code=status)


class _Place:
    """Which page of it: a group of titles, a show, and how far down."""

    def __init__(self, name: str, show: str = "", films: bool = False, cursor: str = "") -> None:
        self.name, self.show, self.films, self.cursor = name, show, films, cursor

    def query(self, **more: str) -> str:
        """The same in an address, with something else instead."""
        fields = {"name": self.name, "show": self.show, "films": "1" if self.films else "", "cursor": self.cursor}
        return urlencode({key: value for key, value in (fields | more).items() if value})


def _shows(titles: Sequence[ReviewTitle]) -> list[Suggestion]:
    """The shows that the titles may be of, each once."""
    found: dict[ShowRef, Suggestion] = {}
    for title in titles:
        for one in title.suggestions:
            found.setdefault(one.show, one)
    return [*found.values()][:SHOWS]


def _head(title: str) -> str:
    """What a title begins with, as far as it can be a show's name."""
    return title.partition(":")[0].strip() or title


def _proposed(titles: Sequence[ReviewTitle], episodes: ShowEpisodes | None) -> dict[str, str]:
    """What the selects begin with: an episode of the very same title."""
    if episodes is None:
        return {}
    found = {key_of(one.title): likeliest(one.title, episodes) for one in titles}
    return {key: f"s{place[0]}e{place[1]}" for key, place in found.items() if place is not None}


def _picked(value: str) -> tuple[Choice, tuple[int, int] | None]:
    """What was chosen: `film`, `ignore` or `s1e3`. Raises ValueError."""
    if value in {Choice.FILM.value, Choice.IGNORE.value}:
        return Choice(value), None
    season, _, number = value.removeprefix("s").partition("e")
    if not all(one.isascii() and one.isdecimal() and len(one) < 7 for one in (season, number)):
        raise ValueError("pick: choose one of the episodes that are listed")
    return Choice.SHOW, (int(season), int(number))
