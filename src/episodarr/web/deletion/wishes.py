"""What somebody wants to go, as a form names it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from fastapi import HTTPException

from episodarr.deletion.holding import Level
from episodarr.deletion.model import Candidate, Question, Target
from episodarr.deletion.plan import TorrentChoice, Wish
from episodarr.deletion.propose import Propose, Refused
from episodarr.deletion.rules import InvalidRule, Outcome, read_rule
from episodarr.web.form import Form
from episodarr.web.visit import local_path

MOST_TARGETS = 2_000
ROWS_AT_ONCE = 500
_LARGEST = 2**62


class Asked(NamedTuple):
    """What a form asks for."""

    wish: Wish
    rule: str
    """Name of the rule whose list it was taken from; empty: of none."""
    back: str
    """The page that it was asked from."""


def asked_of(form: Form, candidates: Propose) -> Asked:
    """The wish of a form. Raises Refused with the field and the mend."""
    back = local_path(form.text("back"), "/deletion/plans")
    if form.text("trial"):
        rule, targets = _of_rule(form, candidates)
    else:
        rule, targets = "", list(_of_fields(form))
    if not targets:
        raise Refused("targets: is empty; select at least one episode, season, show or movie")
    if len(targets) > MOST_TARGETS:
        raise Refused(f"targets: holds more than {MOST_TARGETS:,}; narrow the list, or choose whole seasons or shows")
    return Asked(Wish(tuple(dict.fromkeys(targets)), torrents_of(form)), rule, back)


def torrents_of(form: Form) -> TorrentChoice:
    """What becomes of the torrents."""
    return TorrentChoice.KEEP if form.text("torrents") == TorrentChoice.KEEP.value else TorrentChoice.WHERE_SAFE


def also_of(form: Form) -> tuple[str, ...]:
    """The torrents that go all the same: one field for each, `also.HASH`."""
    return tuple(sorted(one for one in form.starting_with("also.") if form.flag(f"also.{one}")))


def _of_fields(form: Form) -> Iterator[Target]:
    movie, series = _number(form.text("movie_id")), _number(form.text("series_id"))
    if movie is not None:
        yield Target(movie_id=movie)
        return
    if series is None:
        return
    # Without the script each ticked box is a field of its own.
    ticked = [one for one in form.starting_with("e.") if form.flag(f"e.{one}")]
    episodes = [_number(one) for one in (*form.text("episodes").split(","), *ticked)]
    seasons = [_number(one) for one in form.text("seasons").split(",")]
    some = False
    for number in seasons:
        if number is not None:
            some = True
            yield Target(series, number)
    for episode in episodes:
        if episode is not None:
            some = True
            yield Target(series, None, episode)
    if not some and form.flag("whole"):
        yield Target(series, _number(form.text("season_number")), _number(form.text("episode_id")))


def _of_rule(form: Form, candidates: Propose) -> tuple[str, list[Target]]:
    """Everything that a rule's list holds now: what is shown to be confirmed is what it holds by then."""
    try:
        rule = read_rule(form.text("trial").encode())
        asked = Question(Outcome.CANDIDATE, search=form.text("q")[:100], limit=ROWS_AT_ONCE)
        found = (target for one in candidates.every(rule, asked) for target in targets_of(one))
        targets = list(islice(found, MOST_TARGETS + 1))
    except InvalidRule as wrong:
        raise Refused(f"rule: {wrong}") from wrong
    return _rule_name(form, candidates), targets


def _rule_name(form: Form, candidates: Propose) -> str:
    number = _number(form.text("rule"))
    if number is None:
        return ""
    try:
        return candidates.rule(number).name
    except LookupError as gone:
        raise HTTPException(404, "There is no such rule any more.") from gone


def targets_of(one: Candidate) -> Iterable[Target]:
    """What a candidate is: a show, a season, a movie, or each episode of a file."""
    held = one.held
    if held.holding.level is Level.MOVIE:
        return (Target(movie_id=held.movie_id),)
    if held.holding.level is Level.EPISODE:
        return tuple(Target(held.series_id, held.season_number, episode) for episode, _, _ in held.episodes)
    return (Target(held.series_id, held.season_number),)


def _number(text: str) -> int | None:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
    return number if number is not None and number < _LARGEST else None
