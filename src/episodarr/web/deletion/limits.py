"""How much may go at most, and the brake that stops everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from fastapi import Request
from starlette.responses import Response

from episodarr.deletion.delete import ENVIRONMENT_PAUSE
from episodarr.deletion.journal import Caps
from episodarr.deletion.propose import Refused
from episodarr.web.form import Form, FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, local_path, visit_of
from episodarr.web.words import sentence

PATH = "/deletion/limits"
GB, TB = 10**9, 10**12
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class Field:
    """A cap as the form asks for it: `words` VALUE `unit`."""

    name: str
    words: str
    unit: str
    kind: str = "number"
    """number, decimal, percent or size."""
    hint: str = ""


GROUPS: tuple[tuple[str, str, tuple[Field, ...]], ...] = (
    (
        "In one run",
        "A plan that exceeds one of these does not begin, whoever made it.",
        (
            Field("run_files", "Files", "files"),
            Field("run_bytes", "Size", "", "size"),
            Field("run_percent", "Share of the library", "% of all files", "percent", "Not for fewer than 50 files."),
            Field("run_seasons", "Seasons of one show", "seasons"),
        ),
    ),
    (
        "Within 24 hours",
        "All plans together.",
        (Field("day_files", "Files", "files"), Field("day_bytes", "Size", "", "size")),
    ),
    (
        "In one run of a rule",
        "For plans that a rule makes by itself, beside those above.",
        (
            Field("rule_files", "Files", "files"),
            Field("rule_bytes", "Size", "", "size"),
            Field("rule_percent", "Share of the library", "% of all files", "percent"),
            Field("rule_seasons", "Seasons of one show", "seasons"),
        ),
    ),
    (
        "Confirming",
        "Whoever confirms much has to type how much it is.",
        (Field("count_from", "Type the number from", "episodes on", hint="0: never."),),
    ),
    (
        "Torrents",
        "A torrent stays until it has reached one of these, unless somebody chooses otherwise for it.",
        (
            Field("seeding_ratio", "Ratio", "", "decimal"),
            Field("seeding_hours", "Seeded for", "hours"),
        ),
    ),
)
_FIELDS = tuple(one for _, _, fields in GROUPS for one in fields)


class LimitPages:
    """Routes of the caps and of the pause: for admins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._delete = parts.delete

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)
        doors.admins("POST", PATH, self.change)
        doors.admins("POST", "/deletion/pause", self.pause)
        doors.admins("POST", "/deletion/resume", self.resume)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._answer(visit_of(request), shown(self._delete.caps()), {})

    def change(self, request: Request, form: FormOf) -> Response:
        """Change the caps."""
        visit = visit_of(request)
        values = {name: form.text(name) for name in shown(self._delete.caps())}
        caps, problems = read(form, self._delete.caps())
        if not problems:
            try:
                self._delete.set_caps(caps)
            except Refused as wrong:
                name, _, text = str(wrong).partition(": ")
                problems = {name: sentence(text)}
        if problems:
            return self._answer(visit, values, problems, status=422)
        return self._parts.render.done(visit, None, "The limits are saved.", PATH)

    def pause(self, request: Request, form: FormOf) -> Response:
        """Delete nothing from now on."""
        return self._switch(
            request, form, lambda by: self._delete.pause(by, form.text("reason")), "Deleting is paused."
        )

    def resume(self, request: Request, form: FormOf) -> Response:
        """Go on."""
        return self._switch(request, form, self._delete.resume, "Deleting goes on.")

    def _switch(self, request: Request, form: Form, act: Callable[[str], None], said: str) -> Response:
        visit, back = visit_of(request), local_path(form.text("back"), PATH)
        try:
            act(visit.user.name if visit.user is not None else "")
        except Refused as wrong:
            return self._parts.render.failed(visit, sentence(str(wrong).partition(": ")[2]), "", back, status=422)
        return self._parts.render.done(visit, None, said, back)

    def _answer(
        self, visit: Visit, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200
    ) -> Response:
        return self._parts.render.answer(
            visit,
            "deletion/limits.html",
            status=status,
            nav="deletion",
            here="limits",
            groups=GROUPS,
            values=values,
            problems=problems,
            caps=msgspec.structs.asdict(self._delete.caps()),
            paused=self._delete.paused(),
            bins=self._delete.bins(),
            environment=ENVIRONMENT_PAUSE,
        )


def shown(caps: Caps) -> dict[str, str]:
    """The caps as the form shows them; a size has its unit in a field of its own."""
    found: dict[str, str] = {}
    for one in _FIELDS:
        value = getattr(caps, one.name)
        if one.kind == "size":
            unit = TB if value and value % (TB // 10) == 0 else GB
            found[f"{one.name}.unit"] = "TB" if unit == TB else "GB"
            value = value / unit
        found[one.name] = f"{value:.10g}"
    return found


def read(form: Form, held: Caps) -> tuple[Caps, dict[str, str]]:
    """The caps of a form, and what is wrong with which field."""
    values: dict[str, int | float] = {}
    problems: dict[str, str] = {}
    for one in _FIELDS:
        number = _number(form.text(one.name), decimal=one.kind in {"decimal", "size"})
        if one.kind == "size" and number is not None:
            number = round(number * (TB if form.text(f"{one.name}.unit") == "TB" else GB))
        if number is None or number > (100 if one.kind == "percent" else _MOST):
            whole = "a number" if one.kind in {"decimal", "size"} else "a whole number"
            problems[one.name] = f"Type {whole}{' up to 100' if one.kind == 'percent' else ''}; 0 means no limit."
        else:
            values[one.name] = number
    if problems:
        return held, problems
    return msgspec.convert(msgspec.structs.asdict(held) | values, Caps), {}


def _number(text: str, *, decimal: bool) -> int | float | None:
    plain = text.replace(",", ".") if decimal else text
    if not plain.isascii() or len(plain) > 15:
        return None
    if plain.isdecimal():
        return int(plain)
    return float(plain) if decimal and plain.replace(".", "", 1).isdecimal() else None
