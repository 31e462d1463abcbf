"""Under which title rows are looked up, and what it turned out to mean: rows that say the same mean the same. Pure."""

from functools import lru_cache
from typing import TypeVar

from episodarr.histories.import_model import Outcome, Saying, Settled
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.names import clean
from episodarr.histories.titles import search_terms

MOST = 20_000
"""Titles that are recalled: more than most histories have."""
_LASTING = frozenset({Outcome.MATCHED, Outcome.FILM, Outcome.UNMATCHED})
_LONGEST_NAME = 300

T = TypeVar("T")


def saying(row: HistoryRow) -> Saying:
    """Rows that say the same mean the same, but for the day."""
    if row.is_plain:
        return row.title
    ids = (row.tmdb_id, row.tvdb_id, row.imdb_id)
    return (row.title, row.season, row.number, row.episode_title, row.year, row.kind, *ids)


def terms_of(row: HistoryRow, company: frozenset[str]) -> list[str]:
    """The names of shows worth searching for, the best first; none of a film. `company`: see `titles.Company`."""
    if row.kind is RowKind.FILM:
        return []
    if row.season is not None or row.number is not None or row.episode_title:
        return [row.title]
    return _searched(row.title, row.kind is RowKind.EPISODE, company)


@lru_cache(maxsize=MOST)
def _searched(title: str, is_episode: bool, company: frozenset[str]) -> list[str]:
    return search_terms(title, is_episode=is_episode, company=company)


class Recalled:
    """For one history; bounded, whatever its length."""

    def __init__(self, company: frozenset[str]) -> None:
        self._company = company
        self._names: dict[Saying, str] = {}
        self._meanings: dict[Saying, Settled] = {}

    def name(self, said: Saying, row: HistoryRow) -> str:
        """The cleaned title by which a row that says so is looked up and reviewed together with others."""
        name = self._names.get(said)
        if name is None:
            terms = terms_of(row, self._company)
            name = clean(terms[0] if terms else row.title)[:_LONGEST_NAME]
            _keep(self._names, said, name)
        return name

    def meaning(self, said: Saying) -> Settled | None:
        """What such a row meant before; None: it is to be found out."""
        return self._meanings.get(said)

    def learn(self, said: Saying, settled: Settled) -> None:
        """Recall what such a row means, whatever its day; what may turn out otherwise is not recalled."""
        if settled.outcome in _LASTING:
            _keep(self._meanings, said, settled)


def _keep(held: dict[Saying, T], said: Saying, value: T) -> None:
    if len(held) >= MOST:
        held.clear()
    held[said] = value
