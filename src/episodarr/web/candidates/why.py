"""What the rules make of one thing, and whether it stays whatever they say."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from episodarr.deletion.model import Target
from episodarr.deletion.propose import Refused
from episodarr.overview.candidates import candidate_view
from episodarr.web.candidates.draft import usual_draft
from episodarr.web.candidates.stays import Stay
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of
from episodarr.web.words import number_of, season_name, sentence

OUTCOME_WORDS = {"candidate": "Could go", "kept": "Kept back", "unknown": "Not known", "no": "Stays"}
_LARGEST = 2**62


class _Named(NamedTuple):
    """A thing that exists, with what it is called and where its page is."""

    target: Target
    label: str
    back: str


class WhyPages:
    """Routes of one thing's verdicts and protection: for admins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", "/candidates/why", self.why)
        doors.admins("POST", "/candidates/stay", self.stay)

    def why(self, request: Request) -> Response:
        """Why it is, or is not, a candidate: by each kept rule, or by the usual one."""
        named = self._named(target_of(request.query_params))
        judged = self._parts.candidates.judged(named.target, usual_draft().rule())
        now = self._parts.clock()
        return self._parts.render.answer(
            visit_of(request),
            "candidates/why.html",
            nav="candidates",
            label=named.label,
            back=named.back,
            stay=Stay(named.target, self._parts.candidates.shield(named.target), "it"),
            kept_rules=any(one.named for one in judged),
            judged=[(candidate_view(one.candidate, now), one.named) for one in judged if one.candidate is not None],
            words=OUTCOME_WORDS,
        )

    async def stay(self, request: Request, form: FormOf) -> Response:
        """Have a thing stay, or let the rules decide again. Asked twice for the same, nothing more happens."""
        return await run_in_threadpool(self._stay, request, form)

    def _stay(self, request: Request, form: FormOf) -> Response:
        visit, named = visit_of(request), self._named(target_of({name: form.text(name) for name in _FIELDS}))
        stays = form.flag("stays")
        try:
            if stays:
                self._parts.candidates.protect(named.target, "", visit.user.name if visit.user is not None else "")
            else:
                self._parts.candidates.let_go(named.target)
        except Refused as wrong:
            raise HTTPException(422, sentence(str(wrong).partition(": ")[2])) from wrong
        except LookupError as gone:
            raise HTTPException(404, "It is not in the library any more.") from gone
        what = form.text("what")[:100] or "it"
        stay = Stay(named.target, self._parts.candidates.shield(named.target), what)
        part = None
        if visit.partial:
            part = self._parts.render.answer(visit, "candidates/stay_part.html", stay=stay, iconic=form.flag("iconic"))
        said = "It stays, whatever the rules say." if stays else "The rules decide again."
        changed = [f"show:{named.target.series_id}"] if named.target.series_id is not None else []
        return self._parts.render.done(visit, part, said, named.back, changed)

    def _named(self, target: Target) -> _Named:
        """Raises 404 when there is no such thing."""
        if target.movie_id is not None:
            movie = self._parts.movies.movie(target.movie_id)
            if movie is not None:
                year = f" ({movie.movie.year})" if movie.movie.year else ""
                return _Named(
                    Target(movie_id=target.movie_id), f"{movie.movie.title}{year}", f"/movies/{movie.movie.id}"
                )
        elif target.episode_id is not None:
            detail = self._parts.overview.episode(target.episode_id)
            if detail is not None and target.series_id in {None, detail.show.id}:
                whole = Target(detail.show.id, detail.episode.season_number, target.episode_id)
                label = f"{detail.show.title} {number_of(detail.episode)}"
                return _Named(whole, label, f"/episodes/{target.episode_id}")
        elif target.series_id is not None:
            show = self._parts.overview.show(target.series_id)
            if show is not None and target.season_number is None:
                return _Named(target, show.title, f"/shows/{show.id}")
            if show is not None and target.season_number is not None:
                label = f"{show.title}, {season_name(target.season_number).lower()}"
                return _Named(target, label, f"/shows/{show.id}?season={target.season_number}")
        raise HTTPException(404, "There is no such thing in the library.")


_FIELDS = Target.__struct_fields__


def target_of(fields: Mapping[str, str]) -> Target:
    """The thing that an address or a form names; what is no number is left aside."""
    return Target(*(_number(fields.get(name, "")) for name in _FIELDS))


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    return number if number is not None and number < _LARGEST else None
