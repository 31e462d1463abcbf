"""Columns of a list that each account chooses and orders for itself.

A list that offers it:

    COLUMNS = (ListColumn("title", "Title", fixed=True), ListColumn("path", "Path", usual=False))
    chosen = chosen_columns(chosen_by(parts, visit, "candidates"), "candidates", COLUMNS)

and in its template, where `columns` and `chosen` are these two and `back` is the path that the form leads back to:

    {% from "layout/columns.html" import columns_menu with context %}
    {{ columns_menu("candidates", columns, chosen, back) }}
    {% for column in chosen %}<th>{{ column.title }}</th>{% endfor %}
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, local_path, visit_of

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_MOST = 60
_decoder = msgspec.json.Decoder(list[str])


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column that may be chosen."""

    key: str
    title: str
    usual: bool = True
    """Whether it is shown to who chose nothing."""
    fixed: bool = False
    """It cannot be left out: it says what the row is."""
    numeric: bool = False


C = TypeVar("C", bound=ListColumn)


def chosen_columns(preferences: Mapping[str, str], list_name: str, columns: Sequence[C]) -> list[C]:
    """The columns to show, in the chosen order. `preferences`: list -> JSON of keys, as it was kept.

    Keys that are unknown or twice are left aside, fixed columns always shown; without a choice, or with one that
    cannot be read, it is what is usual.
    """
    usual = [column for column in columns if column.usual or column.fixed]
    try:
        keys = _decoder.decode(preferences.get(list_name, "[]"))
    except msgspec.DecodeError:
        return usual
    known = {column.key: column for column in columns}
    chosen = [known[key] for key in dict.fromkeys(keys) if key in known]
    if not chosen:
        return usual
    return [column for column in columns if column.fixed and column not in chosen] + chosen


def chosen_by(parts: Parts, visit: Visit, list_name: str) -> dict[str, str]:
    """What the visitor chose for a list."""
    if visit.user is None:
        return {}
    kept = parts.preferences.preference(visit.user.id, f"columns:{list_name}")
    return {} if kept is None else {list_name: kept}


class ColumnPages:
    """The route by which columns are chosen."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the route."""
        doors.people("POST", "/preferences/columns", self.choose)

    def choose(self, request: Request, form: FormOf) -> Response:
        """Keep the ticked columns in the order of their numbers; `usual` goes back to what is usual."""
        visit, name = visit_of(request), form.text("list")
        back = local_path(form.text("back"), "/")
        if visit.user is None or not _KEY.fullmatch(name):
            raise HTTPException(422, "list: this is not the name of a list")
        places = form.starting_with("place.")
        ticked = [key for key in form.starting_with("show.") if _KEY.fullmatch(key)][:_MOST]
        ticked.sort(key=lambda key: _place(places.get(key, "")))
        value = None if form.flag("usual") or not ticked else msgspec.json.encode(ticked).decode()
        try:
            self._parts.preferences.set_preference(visit.user.id, f"columns:{name}", value)
        except ValueError as problem:
            raise HTTPException(422, str(problem)) from problem
        target = back if back.startswith(f"{self._parts.base}/") else f"{self._parts.base}/"
        if visit.partial:
            return Response(status_code=204, headers={"hx-redirect": target})
        return RedirectResponse(target, status_code=303)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else _MOST
