"""Under which title rows are looked up, and what it turned out to mean: rows that say the same mean the same. Pure."""

from functools import lru_cache

from episodarr.histories.import_model import Outcome, Saying, Settled
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.names import clean
from episodarr.histories.titles import search_terms

MOST = 60_000
"""Titles that are recalled, in some 30 MB: more than most histories have."""
_LASTING = frozenset({Outcome.MATCHED, Outcome.FILM, Outcome.UNMATCHED})
_LONGEST_NAME = 300


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


@lru_cache(maxsize=8192)
def _searched(title: str, is_episode: bool, company: frozenset[str]) -> list[str]:
    return search_terms(title, is_episode=is_episode, company=company)


class Recalled:
    """For one history; bounded, whatever its length."""

    def __init__(self, company: frozenset[str]) -> None:
        self._company = company
        self._held: dict[Saying, tuple[str, Settled | None]] = {}

    def name(self, said: Saying, row: HistoryRow) -> str:
        """The cleaned title by which a row that says so is looked up and reviewed together with others."""
        held = self._held.get(said)
        if held is not None:
            return held[0]
        terms = terms_of(row, self._company)
        name = clean(terms[0] if terms else row.title)[:_LONGEST_NAME]
        self._keep(said, name, None)
        return name

    def meaning(self, said: Saying) -> Settled | None:
        """What such a row meant before; None: it is to be found out."""
        held = self._held.get(said)
        return held[1] if held is not None else None

    def learn(self, said: Saying, name: str, settled: Settled) -> None:
        """Recall what such a row means, whatever its day; what may turn out otherwise is not recalled."""
        if settled.outcome in _LASTING:
            self._keep(said, name, settled)

    def _keep(self, said: Saying, name: str, settled: Settled | None) -> None:
        if len(self._held) >= MOST and said not in self._held:
            self._held.clear()
        self._held[said] = name, settled
