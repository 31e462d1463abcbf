"""System > Freshness: which shows have their episodes kept fresh, why, and how the rounds go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.catalogue.followed import words as because
from episodarr.catalogue.fresh_choices import LIMITS, MINUTE, NAMES, Choices, WrongChoice
from episodarr.catalogue.fresh_ports import ShowFilter
from episodarr.catalogue.freshness import Freshness, KeptNow
from episodarr.catalogue.in_line import Activity
from episodarr.jobs.freshening import KEEP_FRESH
from episodarr.overview.answers import JobView, TaskView
from episodarr.settings import PREFIX, SyncMode
from episodarr.web.form import Form, FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of

PATH = "/system/freshness"
PAGE, NEXT, CHANGES = 40, 10, 10
MODES = (
    (SyncMode.ON_DEMAND, "On demand", "Only shows that somebody follows: opened, played, requested or imported."),
    (SyncMode.GREEDY, "Greedy", "Every season of every show that is not complete. More requests to Sonarr."),
)
SHOWN = (
    ("followed", "Followed"),
    ("stopped", "No longer followed"),
    ("unfollowed", "Not followed"),
    ("lean", "Cleaned up"),
    ("all", "All shows"),
)
SOON = {
    Activity.PLAYING: "watched now",
    Activity.AIRING: "airs this week",
    Activity.OPENED: "opened of late",
    Activity.REST: "",
}
NUMBERS = (
    ("shows_read", "shows read"),
    ("left", "wait for the next rounds"),
    ("shows_failed", "failed"),
    ("new_titles", "new titles"),
    ("moved_air_times", "moved air dates"),
    ("new_overviews", "new summaries"),
    ("followed", "followed anew"),
    ("let_go", "let go"),
    ("prepared", "prepared ahead"),
    ("cleaned", "cleaned up"),
    ("requests", "requests"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A number as the form asks for it."""

    name: str
    words: str
    unit: str
    hint: str


FIELDS = (
    Field("interval", "A round every", "minutes", "What was read within half of it is left out."),
    Field("at_once", "Shows at once", "from each Sonarr", "People who wait for a page go before."),
    Field("per_round", "Shows a round", "from each Sonarr", "The others come with the next rounds, all in their turn."),
    Field("ahead", "Prepare ahead", "shows a round", "Next seasons, and shows like those that are followed. 0: none."),
    Field("abandoned_days", "Let go of a show after", "days", "When nobody opened, played or asked for it."),
    Field("clean_up_days", "Clean up after", "days", "Of shows that nobody follows and nobody touched."),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a choice comes from: `words`, and whether somebody chose it, so that it can be taken back."""

    words: str
    chosen: bool


class FreshPages:
    """Routes of freshness: for admins."""

    def __init__(self, parts: Parts, freshness: Freshness) -> None:
        self._parts = parts
        self._freshness = freshness

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)
        doors.admins("POST", f"{PATH}/mode", self.choose_mode)
        doors.admins("POST", f"{PATH}/choices", self.choose)
        doors.admins("POST", f"{PATH}/run", self.run)

    def page(self, request: Request) -> Response:
        """The page; for the script the list of shows alone, or how the rounds go."""
        visit = visit_of(request)
        if visit.partial and request.query_params.get("part") == "round":
            return self._parts.render.answer(visit, "system/fresh_round.html", self._round())
        return self._answer(visit, request.query_params, None, {})

    def choose_mode(self, request: Request, form: FormOf) -> Response:
        """Switch the mode, or let the environment say it."""
        if form.text("take_back"):
            return self._take_back(request, "mode")
        return self._choose(request, {"mode": form.text("mode")}, {})

    def choose(self, request: Request, form: FormOf) -> Response:
        """Change the numbers and switches, or let the environment say one of them."""
        if name := form.text("take_back"):
            return self._take_back(request, name)
        values: dict[str, object] = {name: form.flag(name) for name in ("enabled", "clean_up")}
        values |= {field.name: _number(form, field.name) for field in FIELDS}
        return self._choose(request, values, {field.name: form.text(field.name) for field in FIELDS})

    def run(self, request: Request) -> Response:
        """Have a round now, of everything that the mode keeps fresh."""
        self._parts.tasks.run(KEEP_FRESH, "person", {"everything": True})
        return self._parts.render.done(visit_of(request), None, "A round begins.", PATH)

    def _take_back(self, request: Request, name: str) -> Response:
        if name not in NAMES:
            raise HTTPException(400)
        self._freshness.take_back([name])
        return self._parts.render.done(visit_of(request), None, "What was chosen here is taken back.", PATH)

    def _choose(self, request: Request, values: Mapping[str, object], typed: Mapping[str, str]) -> Response:
        visit = visit_of(request)
        try:
            self._freshness.choose(values, visit.user.name if visit.user is not None else "")
        except WrongChoice as wrong:
            return self._answer(visit, {}, typed or None, _told(wrong.problems), status=422)
        return self._parts.render.done(visit, None, "It applies from now on.", PATH)

    def _answer(
        self,
        visit: Visit,
        asked: Mapping[str, str],
        typed: Mapping[str, str] | None,
        problems: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        wanted, search, cursor = asked.get("show", "followed"), asked.get("q", "")[:100], asked.get("cursor") or None
        if wanted not in get_args(ShowFilter):
            wanted = "followed"
        try:
            shows, total, following = self._freshness.shows(_filter(wanted), search, PAGE, cursor)
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}", status_code=302)
        listed = {
            "shows": shows,
            "total": total,
            "following": following,
            "wanted": wanted,
            "search": search,
            "cursor": cursor,
            "because": because,
        }
        if visit.partial:
            return self._parts.render.answer(
                visit, "system/fresh_rows.html" if cursor else "system/fresh_list.html", listed
            )
        standing = self._freshness.standing()
        return self._parts.render.answer(
            visit,
            "system/fresh.html",
            listed,
            status=status,
            nav="system",
            standing=standing,
            values=typed or shown(standing.choices),
            problems=problems,
            origins={name: origin(standing, name) for name in NAMES},
            modes=MODES,
            fields=FIELDS,
            filters=SHOWN,
            soon=SOON,
            queue=self._freshness.queue(NEXT),
            waste=self._freshness.waste(),
            changes=self._freshness.log(limit=CHANGES),
            **self._round(),
            greedy=standing.choices.mode is SyncMode.GREEDY,
        )

    def _round(self) -> dict[str, object]:
        choices = self._freshness.standing().choices
        return {"task": self._task(), "last": self._last(), "numbers": NUMBERS, "choices": choices}

    def _task(self) -> TaskView | None:
        return next((one for one in self._parts.tasks.tasks() if one.name == KEEP_FRESH), None)

    def _last(self) -> JobView | None:
        """The last round that has a report."""
        found = self._parts.overview.jobs(KEEP_FRESH, 5, None).items
        return next((one for one in found if one.report), None)


def shown(choices: Choices) -> dict[str, str]:
    """The numbers as the form shows them."""
    found = {field.name: str(getattr(choices, field.name)) for field in FIELDS}
    return found | {"interval": f"{choices.interval / MINUTE:g}"}


def origin(standing: KeptNow, name: str) -> Origin:
    """Which of environment, default and choice applies."""
    chosen = standing.chosen.get(name)
    variable = "EPISODE_SYNC_MODE" if name == "mode" else f"{PREFIX}{NAMES[name].upper()}"
    by_environment = name in standing.by_environment
    if chosen is None:
        return Origin(f"as {variable} says" if by_environment else f"the default; {variable} sets it", chosen=False)
    said = _said(getattr(standing.given, name), name)
    otherwise = f"{variable} says {said}" if by_environment else f"the default is {said}"
    return Origin(f"chosen here by {chosen.by or 'somebody'}; {otherwise}", chosen=True)


def _said(value: object, name: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value / MINUTE:g} minutes" if name == "interval" and isinstance(value, int) else str(value)


def _filter(wanted: str) -> ShowFilter:
    match wanted:
        case "stopped" | "unfollowed" | "lean" | "all":
            return wanted
        case _:
            return "followed"


def _number(form: Form, name: str) -> object:
    """What was typed; the interval in minutes, of which a part may be meant."""
    text = form.text(name).replace(",", ".")
    if not text.isascii() or len(text) > 12:
        return None
    if name == "interval" and text.replace(".", "", 1).isdecimal():
        return round(float(text) * MINUTE)
    return int(text) if text.isdecimal() else None


def _told(problems: Mapping[str, str]) -> dict[str, str]:
    """What is wrong in the words of the form."""
    found = {name: f"It {text}." for name, text in problems.items()}
    if "interval" in found:
        least, most = LIMITS["interval"]
        found["interval"] = f"It must be {least / MINUTE:g} to {most / MINUTE:g} minutes."
    if "mode" in found:
        found["mode"] = problems["mode"] + "."
    return found
