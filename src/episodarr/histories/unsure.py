"""What is told of a row that is no certain episode: what it may mean, so that a person can tell shows apart. Pure."""

from collections.abc import Mapping

from episodarr.histories.import_model import Outcome, Settled, Suggestion
from episodarr.histories.match import Ambiguous, Candidate, Film, Match, Result
from episodarr.histories.metadata import KnownShow, ShowRef

_MOST_SUGGESTIONS = 6


def unsure(row_id: int, result: Result, shows: Mapping[ShowRef, KnownShow]) -> Settled:
    """A row that is no certain episode: a film, or with what it may mean. `shows`: those that were looked at."""
    if isinstance(result, Film):
        return Settled(row_id, Outcome.FILM, why=result.why)
    if isinstance(result, Match):
        return Settled(row_id, Outcome.AMBIGUOUS, why="it is too unsure", suggestions=(_suggested(result, shows),))
    if isinstance(result, Ambiguous):
        of = tuple(_suggested(one, shows) for one in result.candidates)
        return Settled(row_id, Outcome.AMBIGUOUS, why=result.why[:500], suggestions=of[:_MOST_SUGGESTIONS])
    named = [result.show] if result.show is not None else [*shows]
    about = tuple(_suggestion(shows[ref]) for ref in named if ref in shows)
    return Settled(row_id, Outcome.UNMATCHED, why=result.why[:500], suggestions=about[:_MOST_SUGGESTIONS])


def _suggested(one: Match | Candidate, shows: Mapping[ShowRef, KnownShow]) -> Suggestion:
    return _suggestion(shows[one.show], one.season, one.number, one.why if one.number is not None else "")


def _suggestion(show: KnownShow, season: int | None = None, number: int | None = None, why: str = "") -> Suggestion:
    return Suggestion(show.ref, show.title, season, number, why, show.year, show.countries)
