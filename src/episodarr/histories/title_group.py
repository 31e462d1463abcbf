"""The rows of a history that tell of one title, and what is known of it by now."""

from collections.abc import Mapping

import msgspec

from episodarr.histories.asking import Unknown
from episodarr.histories.import_model import Saying, StoredRow, TitleMapping
from episodarr.histories.library_join import LibraryShow, LibraryTitle
from episodarr.histories.match import Film, Match, Result
from episodarr.histories.metadata import KnownShow, ShowRef
from episodarr.histories.titles import Hypothesis

_FAIR = 0.7
"""A match in the library that does while nobody else can be asked."""
_LEAST = 0.55
"""Below it a person is asked."""


class TitleGroup(msgspec.Struct):
    """The rows of one title."""

    name: str
    rows: list[StoredRow]
    made: dict[Saying, tuple[Hypothesis, ...]]
    terms: list[str]
    seasons: tuple[int, ...] | None
    """That are told; None: all of them may be meant."""
    local: list[LibraryTitle]
    mapping: TitleMapping | None
    shows: dict[ShowRef, KnownShow] = {}
    held: dict[int, LibraryShow] = {}
    """Those of them that the library lists, by its ids."""
    results: Mapping[int, Result] = {}
    """What each row means by the shows."""
    unknown: Unknown | None = None
    by_day: set[Saying] = set()
    """What may mean one of several, of which only the day of a row decides."""

    @property
    def asks(self) -> bool:
        """Whether anybody knows more of it than its rows tell."""
        return bool(self.terms or self.local or self.mapping is not None)

    def match_of(self, row_id: int) -> Match | None:
        """The episode that a row is as far as can be told; None: nobody is sure enough."""
        result = self.results[row_id]
        least = _FAIR if self.unknown is not None else _LEAST
        return result if isinstance(result, Match) and result.confidence >= least else None

    @property
    def year(self) -> int:
        """The year that a title tells in brackets or a column; 0: none, or several."""
        years = {one.row.year for one in self.rows}
        return years.pop() if len(years) == 1 else 0

    @property
    def all_found(self) -> bool:
        """Whether every row is an episode or a film, and some are episodes."""
        found = [one for one in self.results.values() if isinstance(one, Match)]
        films = sum(isinstance(one, Film) for one in self.results.values())
        sure = sum(one.confidence >= _LEAST for one in found)
        return bool(found) and sure + films == len(self.results)
