"""How far the signed-in user is with the shows of the library, by their histories and the media servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodarr.histories.personal import Tally
from episodarr.histories.totals import Counted, ShowTotals, told
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


def mine_of(parts: Parts, visit: Visit, series_id: int) -> Mine | None:
    """Of a show of which the user saw anything; None as well when nobody imports histories."""
    if parts.histories is None or visit.user is None:
        return None
    if not parts.histories.counts(visit.user.id, [series_id]):
        return None
    try:
        return _mine(parts.histories.totals(visit.user.id, series_id))
    except LookupError as gone:
        if type(gone) is not LookupError:
            raise  # a KeyError or IndexError is a mistake of ours, not a show that went meanwhile
        return None


def mine_of_cards(parts: Parts, visit: Visit, cards: Sequence[ShowCard]) -> Mapping[int, Mine]:
    """The same for a page of shows, in one question: the cards have Sonarr's own numbers already."""
    if parts.histories is None or visit.user is None or not cards:
        return {}
    seen = parts.histories.tallies(visit.user.id, [card.id for card in cards])
    found = {card.id: _of_card(parts, visit, card, seen[card.id]) for card in cards if card.id in seen}
    return {one: mine for one, mine in found.items() if mine is not None}


def _of_card(parts: Parts, visit: Visit, card: ShowCard, seen: Tally) -> Mine | None:
    if card.synced_at is None:  # how many there are is known to a metadata service at best
        return mine_of(parts, visit, card.id)
    has = Counted(episodes=card.aired_count, specials=seen.total_specials)
    return _mine(told(has, seen.episodes, seen.specials, "sonarr", card.synced_at))


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
