"""What is told of a row that is no certain episode."""

from known_shows import known

from episodarr.histories.import_model import Outcome, Settled, Suggestion
from episodarr.histories.match import Ambiguous, Candidate, Film, Match, Unmatched
from episodarr.histories.shelf import Way
from episodarr.histories.unsure import unsure

US = known(2, "The Office", {1: ["Pilot"]}, year=2005, countries=("US",))
GB = known(3, "The Office", {1: ["Downsize"]}, year=2001, countries=("GB",))
SHOWS = {one.ref: one for one in (US, GB)}


def test_shows_of_one_name_are_told_apart_by_year_and_country():
    result = Ambiguous(
        (Candidate(US.ref, US.title, None, None, "2005, US"), Candidate(GB.ref, GB.title, 1, 1, "it")), "why"
    )
    assert unsure(7, result, SHOWS) == Settled(
        7,
        Outcome.AMBIGUOUS,
        why="why",
        suggestions=(
            Suggestion(US.ref, "The Office", year=2005, countries=("US",)),
            Suggestion(GB.ref, "The Office", 1, 1, "it", 2001, ("GB",)),
        ),
    )


def test_what_is_too_unsure_is_suggested():
    found = unsure(7, Match(US.ref, US.title, 1, 1, Way.FUZZY, 0.4, "nearly"), SHOWS)
    assert (found.outcome, found.why) == (Outcome.AMBIGUOUS, "it is too unsure")
    assert found.suggestions == (Suggestion(US.ref, "The Office", 1, 1, "nearly", 2005, ("US",)),)


def test_an_episode_that_nobody_knows_suggests_its_show_or_all_that_were_looked_at():
    one = unsure(7, Unmatched("why", GB.ref), SHOWS)
    assert (one.outcome, [each.show for each in one.suggestions]) == (Outcome.UNMATCHED, [GB.ref])
    assert [each.year for each in unsure(7, Unmatched("why"), SHOWS).suggestions] == [2005, 2001]
    assert unsure(7, Unmatched("why", GB.ref), {}).suggestions == ()


def test_a_film_is_one():
    assert unsure(7, Film("why"), SHOWS) == Settled(7, Outcome.FILM, why="why")
