"""Which episode a row means, against shows as metadata services know them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_shows import (
    AMERICAN_HORROR,
    AVATAR,
    DISCOVERY,
    GIGN,
    GILMORE,
    GILMORE_YEAR,
    GREYS,
    OFFICE_UK,
    OFFICE_US,
    STAR_TREK,
    STRANGER,
    TODAY,
    TROLLHUNTERS,
    known,
)

from episodarr.histories.match import Ambiguous, Film, Match, Result, Unmatched, hypotheses_of, match
from episodarr.histories.metadata import KnownShow
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.shelf import Way

SEEN_ON = date(2024, 5, 1)
EVERY = (AMERICAN_HORROR, AVATAR, DISCOVERY, GIGN, GILMORE, GILMORE_YEAR, GREYS, STAR_TREK, STRANGER, TROLLHUNTERS)


def row_of(title: str, **more: object) -> HistoryRow:
    return HistoryRow(2, title, SEEN_ON, **more)  # type: ignore[arg-type]  # the fields of HistoryRow


def told(title: str, *shows: KnownShow, **more: object) -> Result:
    row = row_of(title, **more)
    return match(row, hypotheses_of(row), shows or EVERY, TODAY)


@pytest.mark.parametrize(
    ("title", "show", "season", "number", "way"),
    [
        ("Star Trek: Discovery: Season 1: The Vulcan Hello", DISCOVERY, 1, 1, Way.EXACT),
        ("American Horror Story: Murder House: Pilot", AMERICAN_HORROR, 1, 1, Way.EXACT),
        ("American Horror Story: Asylum: Tricks and Treats", AMERICAN_HORROR, 2, 2, Way.EXACT),
        ("Gilmore Girls: A Year in the Life: Limited Series: Winter", GILMORE_YEAR, 1, 1, Way.EXACT),
        ("Trollhunters: Tales of Arcadia: Part 2: Hiss Hiss, Bang Bang", TROLLHUNTERS, 2, 2, Way.EXACT),
        ("Trollhunters: Tales of Arcadia: Part 1: Becoming: Part 2", TROLLHUNTERS, 1, 2, Way.EXACT),
        ("Avatar: The Last Airbender: Book One: Water: The Boy in the Iceberg", AVATAR, 1, 1, Way.EXACT),
        ("Stranger Things: Stranger Things 4: Chapter Two: Vecna's Curse (Episode 2)", STRANGER, 4, 2, Way.EXACT),
        ("Stranger Things: Stranger Things 4: Capítulo dos: La maldición de Vecna", STRANGER, 4, 2, Way.EXACT),
        ("Stranger Things: Stranger Things 4: Vecnas Curs", STRANGER, 4, 2, Way.FUZZY),
        ("GIGN: Épisode 3", GIGN, 1, 3, Way.NUMBERS),
        ("Anatomía según Grey: Temporada 12: Mazazo", GREYS, 12, 1, Way.ALTERNATIVE),
        ("Greys Anatomy: Season 12: Walking Tall", GREYS, 12, 2, Way.EXACT),
        ("Trollhuntrs: Tales of Arcadia: Part 2: The Eternal Knight", TROLLHUNTERS, 2, 1, Way.FUZZY),
        ("Trollhuntrs: Tales of Arcadia: Season 2: Episode 1", TROLLHUNTERS, 2, 1, Way.FUZZY),
        ("Star Trek: Discovery: New Eden", DISCOVERY, 2, 2, Way.EXACT),
    ],
)
def test_the_episode_that_is_meant(title: str, show: KnownShow, season: int, number: int, way: Way) -> None:
    found = told(title)
    assert isinstance(found, Match), found
    assert (found.show, found.season, found.number, found.way) == (show.ref, season, number, way)
    assert 0.5 < found.confidence <= 1


def test_the_title_counts_more_than_the_season() -> None:
    """“Brother” opens season 2 of Star Trek: Discovery; the row says season 1. Somebody may look at it."""
    found = told("Star Trek: Discovery: Season 1: Brother")
    assert isinstance(found, Match)
    assert (found.season, found.number, found.confidence) == (2, 1, 0.6)
    assert found.why == "the title is that of season 2, not of Season 1"


def test_parts_are_counted_differently_more_often() -> None:
    found = told("Trollhunters: Tales of Arcadia: Part 1: The Eternal Knight")
    assert isinstance(found, Match)
    assert (found.season, found.number, found.confidence) == (2, 1, 0.75)


def test_a_title_that_many_have_crosses_no_season() -> None:
    show = known(1, "Two Towns", {1: ["Pilot"], 2: ["Arrival"]})
    found = told("Two Towns: Season 2: Pilot", show)
    assert found == Unmatched("season 2 of “Two Towns” has no episode “Pilot” among its 1", show.ref)


@pytest.mark.parametrize(
    "title",
    [
        "Mission: Impossible - Fallout",
        "The Lord of the Rings: The Return of the King",
        "Stranger Things",
        "Gilmore Girls: Reunited",
    ],
)
def test_films_stay_films(title: str) -> None:
    assert isinstance(told(title), Film)


def test_a_film_with_a_chapter_is_no_episode_of_a_show_of_that_name() -> None:
    assert isinstance(told("GIGN: Chapter 2"), Film)


def test_what_the_file_calls_a_film_is_one() -> None:
    assert told("GIGN: Épisode 3", kind=RowKind.FILM) == Film("the file says that it is a film")


def test_a_row_that_names_nothing() -> None:
    assert isinstance(told("New Amsterdam: : "), Unmatched)
    assert isinstance(told("GIGN", kind=RowKind.EPISODE), Unmatched)


def test_two_shows_of_one_name_stay_two() -> None:
    both = told("The Office: Season 2: Episode 1", OFFICE_US, OFFICE_UK)
    assert isinstance(both, Ambiguous)
    assert [one.show for one in both.candidates] == [OFFICE_US.ref, OFFICE_UK.ref]
    neither = told("The Office: Season 2: An Unknown Title", OFFICE_US, OFFICE_UK)
    assert isinstance(neither, Ambiguous)
    assert [(one.season, one.why) for one in neither.candidates] == [(None, "2005, US"), (None, "2001, GB")]


@pytest.mark.parametrize(
    ("title", "show"),
    [
        ("The Office: Season 2: The Dundies", OFFICE_US),
        ("The Office: Season 2: Merger", OFFICE_UK),
        ("The Office (US): Season 2: Episode 1", OFFICE_US),
        ("The Office (2001): Season 2: Episode 1", OFFICE_UK),
    ],
)
def test_unless_something_tells_them_apart(title: str, show: KnownShow) -> None:
    found = told(title, OFFICE_US, OFFICE_UK)
    assert isinstance(found, Match), found
    assert found.show == show.ref


def test_what_had_not_aired_yet_was_not_watched() -> None:
    old = known(1, "Twins", {1: ["Arrival"]}, aired_on=date(2010, 1, 1))
    new = known(2, "Twins", {1: ["Arrival"]}, aired_on=date(2025, 1, 1))
    found = told("Twins: Season 1: Arrival", new, old)
    assert isinstance(found, Match)
    assert found.show == old.ref
    unaired = known(3, "Soon", {1: ["Arrival"]}, aired_on=date(2027, 1, 1))
    assert isinstance(told("Soon: Season 1: Arrival", unaired), Unmatched)
    assert isinstance(told("Soon: Season 1: Episode 1", unaired), Unmatched)
    assert isinstance(told("Soon: Season 1: Arrivall", unaired), Unmatched)


def test_one_show_of_two_services_is_no_ambiguity() -> None:
    one = known(1, "Twins", {1: ["Arrival"]}, tvdb_id=7)
    two = known(9, "Twins", {1: ["Arrival"]}, tvdb_id=7, source="tvmaze")
    assert isinstance(told("Twins: Season 1: Arrival", one, two), Match)
    assert isinstance(told("Twins: Season 1: Departure", one, two), Unmatched)


def test_titles_that_a_season_has_twice() -> None:
    show = known(1, "Twins", {1: ["Home Again", "Home Again", "Away"]})
    found = told("Twins: Season 1: Home Again", show)
    assert isinstance(found, Ambiguous)
    assert [one.number for one in found.candidates] == [1, 2]
    numbered = told("Twins: Season 1: Home Again (Episode 2)", show)
    assert isinstance(numbered, Match)
    assert numbered.number == 2


def test_a_number_that_contradicts_the_title() -> None:
    found = told("Star Trek: Discovery: Season 2: New Eden (Episode 3)")
    assert isinstance(found, Match)
    assert (found.number, found.why) == (2, "the title is the same; the file says episode 3")


def test_a_title_of_another_language_is_found_by_its_number() -> None:
    found = told("Star Trek: Discovery: Season 2: Nuevo Edén (Capítulo 2)")
    assert isinstance(found, Match)
    assert (found.number, found.way) == (2, Way.NUMBERS)
    assert found.confidence < 0.8


def test_two_stories_in_one_episode() -> None:
    show = known(
        1, "Patrol", {2: ["Pups Save the Penguins", "Pups Save a Dolphin Pup", "Pups Save a Train / Pups Save a Bus"]}
    )
    one = told("Patrol: Season 2: Pups Save the Penguins / Something Else", show)
    assert isinstance(one, Match)
    assert one.number == 1
    both = told("Patrol: Season 2: Pups Save the Penguins / Pups Save a Dolphin Pup", show)
    assert isinstance(both, Ambiguous)
    whole = told("Patrol: Season 2: Pups Save a Train / Pups Save a Bus", show)
    assert isinstance(whole, Match)
    assert whole.number == 3
    assert isinstance(told("Patrol: Season 2: Nothing at all / Nobody", show), Unmatched)


def test_a_title_that_is_nearly_that_of_another_season() -> None:
    show = known(1, "Patrol", {1: ["The Long Way Home"], 2: ["Something Else"]})
    assert isinstance(told("Patrol: Season 2: The Long Way Hom", show), Unmatched)
    two = known(1, "Patrol", {1: ["The Long Way Home|The Long Way Homes"]})
    assert isinstance(told("Patrol: Season 1: The Long Way Hom", two), Match)


def test_titles_that_are_nearly_two() -> None:
    show = known(1, "Patrol", {1: ["The Long Way Home Now", "The Long Way Home Nov"]})
    assert isinstance(told("Patrol: Season 1: The Long Way Home No", show), Unmatched)


def test_a_season_by_a_name_that_nobody_knows() -> None:
    found = told("American Horror Story: Hotel: Tricks and Treats")
    assert isinstance(found, Match)
    assert found.season == 2
    nothing = told("American Horror Story: Hotel: Checking In")
    assert isinstance(nothing, Unmatched)
    assert nothing.show == AMERICAN_HORROR.ref


def test_a_season_by_the_end_of_its_name() -> None:
    show = known(
        1,
        "Monster",
        {1: ["Bad Meat"], 2: ["Blame It on the Rain"]},
        names={1: "DAHMER - Monster: The Jeffrey Dahmer Story", 2: "Monsters of Two Brothers"},
    )
    found = told("Monster: The Jeffrey Dahmer Story: Bad Meat", show)
    assert isinstance(found, Match)
    assert found.confidence > 0.9
    alike = told("Monster: Monsters of Two Brother: Blame It on the Rain", show)
    assert isinstance(alike, Match)
    assert alike.season == 2


def test_words_left_out_before_the_season() -> None:
    show = known(1, "Cheer", {2: ["Daytona", "Gods of Cheer"]})
    found = told("Cheer: Teksasin ihme: Kausi 2: Gods of Cheer", show)
    assert isinstance(found, Match)
    assert found.season == 2
    assert isinstance(told("Star Trek: Discovery: Season 1: Episode 3", STAR_TREK), Unmatched)


def test_words_left_out_behind_the_season() -> None:
    found = told("Star Trek: Discovery: Season 1: The Battle: Part 2")
    assert isinstance(found, Unmatched)
    named = told("Avatar: The Last Airbender: Book One: Water: Episode 2")
    assert isinstance(named, Match)
    assert (named.season, named.number, named.way) == (1, 2, Way.NUMBERS)


def test_seasons_that_were_not_read() -> None:
    show = known(1, "Long One", {1: ["Arrival"], 2: 10, 3: 2})
    found = told("Long One: Season 2: Episode 7", show)
    assert isinstance(found, Match)
    assert (found.season, found.number) == (2, 7)
    assert told("Long One: Season 3: Episode 7", show) == Unmatched(
        "season 3 of “Long One” has not been read", show.ref
    )
    assert told("Long One: Season 4: Episode 7", show) == Unmatched("“Long One” has no season 4", show.ref)
    assert told("Long One: Episode 7", show) == Unmatched(
        "“Long One” has no episode “Episode 7” in the seasons that were read", show.ref
    )
    assert isinstance(told("Long One: Limited Series: Arrival", show), Match)
    assert isinstance(told("Other One: Season 3: Episode 7", show), Unmatched)
    lone = known(2, "Lone", {3: ["Arrival"]})
    assert isinstance(told("Lone: Limited Series: Arrival", lone), Match)
    assert told("Lone: Limited Series: Departure", lone) == Unmatched(
        "“Lone” has no season “Limited Series” and no episode “Departure”", lone.ref
    )
    assert told("Lone: Episode 9", lone) == Unmatched("“Lone” has no episode “Episode 9”", lone.ref)


def test_specials_only_where_no_season_has_the_title() -> None:
    show = known(1, "Twins", {0: ["Making of It", "Arrival"], 1: ["Arrival"]})
    found = told("Twins: Arrival Day: Arrival", show)
    assert isinstance(found, Match)
    assert found.season == 1
    special = told("Twins: Specials: Making of It", show)
    assert isinstance(special, Match)
    assert special.season == 0


def test_rows_with_ids_and_numbers() -> None:
    show = known(121, "Friends", {1: ["The One", "The Two"]}, tvdb_id=79168, imdb_id="tt0108778", year=1994)
    other = known(122, "Friends", {1: ["Start"]}, year=2011)
    for ids in ({"tmdb_id": 121}, {"tvdb_id": 79168}, {"imdb_id": "tt0108778"}):
        found = told("Amis", show, other, season=1, number=2, kind=RowKind.EPISODE, **ids)
        assert isinstance(found, Match)
        assert (found.show, found.season, found.number, found.way) == (show.ref, 1, 2, Way.IDS)
    missing = told("Friends", show, season=1, number=9, kind=RowKind.EPISODE, tmdb_id=121)
    assert missing == Unmatched("season 1 of “Friends” has no episode 9 among its 2", show.ref)
    stranger = told("Friends", show, season=1, number=2, kind=RowKind.EPISODE, tmdb_id=7)
    assert isinstance(stranger, Unmatched)


def test_rows_with_numbers_and_a_name() -> None:
    first = known(121, "Friends", {1: ["The One", "The Two"]}, year=1994)
    second = known(122, "Friends", {1: ["Start", "Go"]}, year=2011)
    by_year = told("Friends", first, second, season=1, number=2, kind=RowKind.EPISODE, year=2011)
    assert isinstance(by_year, Match)
    assert (by_year.show, by_year.way) == (second.ref, Way.NUMBERS)
    assert isinstance(told("Friends", first, second, season=1, number=2, kind=RowKind.EPISODE), Ambiguous)
    by_title = told("Friends", first, second, season=1, number=2, kind=RowKind.EPISODE, episode_title="Go")
    assert isinstance(by_title, Match)
    assert by_title.show == second.ref
    titled = told("Friends", first, episode_title="The Two", kind=RowKind.EPISODE)
    assert isinstance(titled, Match)
    assert titled.number == 2


def test_shows_of_which_nothing_is_known() -> None:
    one, two = known(1, "Empty", {}), known(2, "Empty", {})
    found = told("Empty: Season 1: Arrival", one, two)
    assert isinstance(found, Ambiguous)
    assert found.candidates[0].why == "nothing else is known of it"


def test_a_name_is_asked_for_again_and_again() -> None:
    for at in range(600):  # more than are remembered
        assert isinstance(told(f"Name {at:03} of: Season 1: Up", GIGN), Unmatched)


@given(
    st.lists(
        st.sampled_from(
            [
                "GIGN",
                "The Office",
                "Season 2",
                "Part 1",
                "Pilot",
                "Episode 1",
                "Brother",
                "Star Trek",
                "Discovery",
                "(US)",
            ]
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([": ", " - ", " : "]),
)
def test_a_match_is_always_an_episode_that_exists(parts: list[str], separator: str) -> None:
    shows = (*EVERY, OFFICE_US, OFFICE_UK)
    row = row_of(separator.join(parts))
    found = match(row, hypotheses_of(row), shows, TODAY)
    if isinstance(found, Match):
        show = next(one for one in shows if one.ref == found.show)
        assert any((one.season, one.number) == (found.season, found.number) for one in show.episodes)


def test_a_show_of_tmdb_and_one_that_names_its_tmdb_id_are_one() -> None:
    """Sonarr tells the id of a show that TMDB itself knows by nothing else."""
    listed = known(5, "Dark", {1: ["Secrets"]}, source="library", tmdb_id=1)
    assert isinstance(told("Dark: Season 1: Secrets", known(1, "Dark", {1: ["Secrets"]}), listed), Match)
