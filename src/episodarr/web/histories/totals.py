"""How far the signed-in user is with the shows of the library, by their histories and the media servers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from episodarr.histories.totals import ShowTotals
from episodarr.overview.answers import ShowCard
from episodarr.web.histories.told import totals_words
from episodarr.web.parts import Parts
from episodarr.web.visit import Visit

STRIP = 8


@dataclass(frozen=True, slots=True)
class Mine:
    """A show as far as somebody has seen it."""

    text: str
    """`45/276 episodes`."""
    words: str
    """The same in full, with what is not counted."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """A show that somebody may go on with."""

    show: ShowCard
    season: int
    number: int
    mine: Mine | None


def mine_of(parts: Parts, visit: Visit, series_ids: Collection[int]) -> Mapping[int, Mine]:
    """Of those shows of which the user saw anything; empty as well when nobody imports histories."""
    if parts.histories is None or visit.user is None or not series_ids:
        return {}
    seen = parts.histories.counts(visit.user.id, series_ids)
    found: dict[int, Mine] = {}
    for one in seen:
        try:
            told = _mine(parts.histories.totals(visit.user.id, one))
        except LookupError as gone:
            if type(gone) is not LookupError:
                raise  # a KeyError or IndexError is a mistake of ours, not a show that went meanwhile
            continue
        if told is not None:
            found[one] = told
    return found


def go_on(parts: Parts, visit: Visit) -> list[GoOn]:
    """What the user may go on with, those seen last first."""
    if parts.histories is None or visit.user is None:
        return []
    found: list[GoOn] = []
    for one in parts.histories.go_on(visit.user.id, STRIP):
        show = parts.overview.show(one.series_id) if one.series_id is not None else None
        if show is not None and one.next_season is not None and one.next_number is not None:
            found.append(GoOn(show, one.next_season, one.next_number, _mine(one.totals)))
    return found


def _mine(of: ShowTotals) -> Mine | None:
    return Mine(of.text, totals_words(of)) if of.text else None
