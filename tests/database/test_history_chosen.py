"""Episodes that were chosen by hand: for all rows of the very title, in every import, until it is taken back."""

import asyncio
from pathlib import Path

import pytest
from history_place import DARK, OFFICE_UK, OFFICE_US, HistoryPlace, netflix, show

from episodarr.histories.histories import MetadataUnknown, NotAllowed
from episodarr.histories.import_model import Choice, MappingWire, Outcome
from episodarr.histories.metadata import ShowRef

CHERNOBYL = show(8, "Chernobyl", {1: ["1:23:45", "Please Remain Calm"]}, year=2019, countries=("US",))
RECAP, UNLIKE = "Dark: Season 1: Recap", "Dark: Season 1: Nothing Like It"
SOME = netflix(
    (RECAP, "2026-01-03"),
    (RECAP, "2026-01-04"),
    (UNLIKE, "2026-01-05"),
    ("Dark: Season 1: Secrets", "2026-01-06"),
    ("Chernobyl", "2026-01-07"),
    ("Heat", "2026-01-08"),
)
DARK_REF = ShowRef("tmdb", 1)


@pytest.fixture
def place(database, clock, tmp_path: Path) -> HistoryPlace:
    return HistoryPlace(database, clock, tmp_path, DARK, OFFICE_US, OFFICE_UK, CHERNOBYL)


def choose(place, who, title, show=DARK_REF, episode=(1, 3), choice=Choice.SHOW, **more):
    return asyncio.run(
        place.histories.deciding.decide(who, title, choice, show, whole_title=True, episode=episode, **more)
    )


def test_the_titles_of_a_group_are_told_one_by_one(place):
    ada, ben = place.user("ada"), place.user("ben")
    place.imported(ada, SOME)
    place.imported(ben, SOME)
    (group,), _ = place.histories.review(ada.user_id)
    assert (group.name, group.rows, group.films) == ("dark", 3, 0)
    first, following = place.histories.titles(ada.user_id, "dark", 1)
    assert [(one.title, one.rows, one.outcome, one.first_on.day, one.last_on.day) for one in first] == [
        (RECAP, 2, Outcome.UNMATCHED, 3, 4)
    ]
    second, end = place.histories.titles(ada.user_id, "dark", 1, following)
    assert ([one.title for one in second], end) == ([UNLIKE], None)
    assert (second[0].suggestions[0].show, second[0].suggestions[0].year) == (DARK_REF, 2017)
    with pytest.raises(ValueError, match="cursor"):
        place.histories.titles(ada.user_id, "dark", 1, "odd")


def test_an_episode_that_is_chosen_settles_all_rows_of_the_title(place):
    ada, ben = place.user("ada"), place.user("ben")
    report, bens = place.imported(ada, SOME), place.imported(ben, SOME)
    decided = choose(place, ada, RECAP)
    assert (decided.imports, decided.mapping.name, decided.mapping.show_title) == (1, RECAP, "Dark")
    assert (decided.mapping.whole_title, decided.mapping.season, decided.mapping.number) == (True, 1, 3)
    after = place.histories.report(ada.user_id, report.import_id)
    assert (after.unmatched, after.episodes, after.ways["mapping"]) == (1, 3, 2)
    assert {day[1:] for day in place.days(ada)} == {(1, 1, "2026-01-06"), (1, 3, "2026-01-03"), (1, 3, "2026-01-04")}
    assert place.histories.report(ben.user_id, bens.import_id).unmatched == 3, "that was hers alone"
    choose(place, ada, RECAP, episode=(2, 1))
    assert {day[1:3] for day in place.days(ada)} == {(1, 1), (2, 1)}, "what was chosen before is not kept beside"
    assert len(place.histories.deciding.mappings(ada.user_id)) == 1


def test_it_is_remembered_and_can_be_taken_back(place):
    ada = place.user()
    place.imported(ada, SOME)
    decided = choose(place, ada, RECAP)
    place.lookup.down = "TMDB does not answer"
    later = place.imported(ada, netflix((RECAP, "2026-01-09")), "later.csv")
    assert (later.episodes, later.ways) == (1, {"mapping": 1}), "nobody has to be asked for it"
    place.lookup.down = ""
    asyncio.run(place.histories.deciding.remove(ada, decided.mapping.id))
    place.complete()
    assert place.histories.deciding.mappings(ada.user_id) == []
    assert {day[1:] for day in place.days(ada)} == {(1, 1, "2026-01-06")}
    titles, _ = place.histories.titles(ada.user_id, "dark")
    assert [(one.title, one.rows) for one in titles] == [(RECAP, 3), (UNLIKE, 1)]


def test_a_title_is_left_out_or_a_film_and_its_show_stays_what_it_is(place):
    ada = place.user()
    report = place.imported(ada, SOME)
    choose(place, ada, RECAP, None, None, Choice.IGNORE)
    choose(place, ada, UNLIKE, None, None, Choice.FILM)
    asyncio.run(place.histories.deciding.decide(ada, "Dark", Choice.SHOW, DARK_REF))
    after = place.histories.report(ada.user_id, report.import_id)
    assert (after.ignored, after.films, after.episodes, after.unmatched) == (2, 3, 1, 0)
    assert len(place.histories.deciding.mappings(ada.user_id)) == 3
    assert place.histories.taken_for_films(ada.user_id)[0][0].name == "chernobyl", "what a person said stays said"


def test_the_library_numbers_what_it_lists(place):
    series_id = place.listed("Dark", {1: ["Secrets", "Lies"], 2: ["Beginnings and Endings"]}, tmdb_id=1)
    ada = place.user()
    place.imported(ada, SOME)
    found = asyncio.run(place.histories.deciding.episodes(DARK_REF))
    assert [(one.number, len(one.episodes)) for one in found.seasons] == [(1, 2), (2, 1)]
    assert asyncio.run(place.histories.deciding.episodes(ShowRef("library", series_id))).seasons == found.seasons
    choose(place, ada, RECAP, episode=(2, 1))
    rows, _ = place.histories.rows(ada.user_id, 1, [Outcome.MATCHED])
    assert {row.episode_id for row in rows if row.title == RECAP} == {place.episode(series_id, 2, 1)}
    choose(place, ada, UNLIKE, ShowRef("library", series_id), (1, 2))
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 3}
    assert next(one.show for one in place.histories.deciding.mappings(ada.user_id)) is not None


def test_a_film_that_is_none_is_corrected(place):
    ada = place.user()
    report = place.imported(ada, SOME)
    groups, following = place.histories.taken_for_films(ada.user_id, 1)
    assert [(one.name, one.title, one.rows, one.films) for one in groups] == [("chernobyl", "Chernobyl", 1, 1)]
    assert [one.name for one in place.histories.taken_for_films(ada.user_id, 1, following)[0]] == ["heat"]
    titles, _ = place.histories.titles(ada.user_id, "chernobyl", films=True)
    assert [(one.title, one.outcome) for one in titles] == [("Chernobyl", Outcome.FILM)]
    assert place.films(ada) == {("Chernobyl", "2026-01-07"), ("Heat", "2026-01-08")}
    choose(place, ada, "Chernobyl", CHERNOBYL.ref, (1, 1))
    assert place.films(ada) == {("Heat", "2026-01-08")}
    after = place.histories.report(ada.user_id, report.import_id)
    assert (after.films, after.episodes) == (1, 2)


def test_a_table_with_columns_is_told_by_all_of_them(place):
    ada = place.user()
    table = (
        "Show,Season,Episode,Title,Day\n"
        "Dark,7,1,Who Knows,2026-01-03\nDark,7,1,Who Knows,2026-01-04\nDark,7,2,Else,2026-01-05\n"
    )
    from episodarr.histories.model import Columns

    columns = Columns("Day", show="Show", season="Season", number="Episode", episode_title="Title")
    report = place.imported(ada, table, columns=columns)
    assert report.unmatched == 3
    titles, _ = place.histories.titles(ada.user_id, "dark")
    assert [(one.title, one.rows) for one in titles] == [("Dark: S07E01: Who Knows", 2), ("Dark: S07E02: Else", 1)]
    assert choose(place, ada, "Dark: S07E01: Who Knows").imports == 1
    assert place.histories.report(ada.user_id, report.import_id).episodes == 2


def test_only_an_admin_chooses_for_everybody_and_ones_own_word_counts_before(place):
    ada, ben, root = place.user("ada"), place.user("ben"), place.user("root", "admin")
    place.imported(ada, SOME)
    report = place.imported(ben, SOME)
    with pytest.raises(NotAllowed):
        choose(place, ada, RECAP, for_all=True)
    choose(place, ada, RECAP, episode=(1, 2))
    assert choose(place, root, RECAP, for_all=True).imports == 2
    assert place.histories.report(ben.user_id, report.import_id).episodes == 3
    assert {day[2] for day in place.days(ada)} == {1, 2}
    assert {day[2] for day in place.days(ben)} == {1, 3}


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"episode": (1, 9)}, ValueError, "number: season 1 of “Dark” has no episode 9"),
        ({"episode": None}, ValueError, "number: say which season"),
        ({"show": None}, ValueError, "show: say which show"),
        ({"show": ShowRef("tmdb", 99)}, LookupError, "tmdb has no show 99"),
        ({"show": ShowRef("library", 99)}, LookupError, "There is no show 99"),
        ({"title": ""}, ValueError, "name: there is no title"),
        ({"title": "x" * 601}, ValueError, "title: it has more than 600 characters"),
    ],
)
def test_what_cannot_be_chosen_is_told(place, given, error, text):
    ada = place.user()
    with pytest.raises(error, match=text):
        choose(place, ada, **({"title": RECAP} | given))
    assert place.histories.deciding.mappings(ada.user_id) == []


def test_a_service_that_is_down_is_no_show_without_episodes(place):
    place.lookup.down = "TMDB does not answer"
    with pytest.raises(MetadataUnknown, match=r"does not answer \(Wait.\)"):
        asyncio.run(place.histories.deciding.episodes(DARK_REF))


def test_choices_are_carried_to_another_episodarr(place):
    ada, ben = place.user("ada"), place.user("ben")
    report = place.imported(ben, SOME)
    choose(place, ada, RECAP)
    choose(place, ada, UNLIKE, None, None, Choice.IGNORE)
    exported = place.histories.deciding.exported(ada.user_id)
    assert exported == [
        MappingWire(UNLIKE, Choice.IGNORE, whole_title=True),
        MappingWire(RECAP, Choice.SHOW, DARK_REF, whole_title=True, season=1, number=3),
    ]
    wrong = MappingWire("Dark: Else", Choice.SHOW, DARK_REF, whole_title=True, season=9, number=9)
    problems = asyncio.run(place.histories.deciding.take_over(ben, [*exported, wrong]))
    assert [problem.partition(": number")[0] for problem in problems] == ["Dark: Else"]
    place.complete()
    after = place.histories.report(ben.user_id, report.import_id)
    assert (after.episodes, after.ignored, after.unmatched) == (3, 1, 0)


def test_shows_of_the_library_alone_are_carried_by_their_tvdb_ids(place):
    """Who has a Sonarr and no metadata service loses nothing either."""
    listed = place.listed("Only Here", {1: ["One", "Two", "Three"]}, tvdb_id=4711)
    unnamed = place.listed("Nobody's", {1: ["One"]}, tvdb_id=0)
    ada, ben = place.user("ada"), place.user("ben")
    choose(place, ada, "Only here: the third", ShowRef("library", listed), (1, 3))
    choose(place, ada, "Somebody's", ShowRef("library", unnamed), (1, 1))
    (wire,) = place.histories.deciding.exported(ada.user_id)
    assert (wire.show, wire.season, wire.number) == (ShowRef("tvdb", 4711), 1, 3)
    assert asyncio.run(place.histories.deciding.take_over(ben, [wire])) == []
    (taken,) = place.histories.deciding.mappings(ben.user_id)
    assert (taken.show, taken.show_title, taken.number) == (ShowRef("library", listed), "Only Here", 3)


def test_a_tvdb_id_that_the_library_does_not_list_is_looked_up(place):
    ada = place.user()
    wire = MappingWire("the office", Choice.SHOW, ShowRef("tvdb", OFFICE_US.tvdb_id))
    unknown = MappingWire("else", Choice.SHOW, ShowRef("tvdb", 999_999))
    foreign = MappingWire("foreign", Choice.SHOW, ShowRef("library", 1))
    problems = asyncio.run(place.histories.deciding.take_over(ada, [wire, unknown, foreign]))
    assert problems == [
        "else: no show has the TVDB id 999999",
        "foreign: show: 1 is a number of another library; name its TVDB id",
    ]
    (taken,) = place.histories.deciding.mappings(ada.user_id)
    assert taken.show == OFFICE_US.ref
    place.lookup.down = "TMDB does not answer"
    assert "does not answer" in asyncio.run(place.histories.deciding.take_over(ada, [unknown]))[0]


def test_specials_are_counted_apart(place):
    one = place.listed("Dark", {0: ["Recap"], 1: ["Secrets", "Lies"]}, tmdb_id=1)
    other = place.listed("Else", {1: ["One"]})
    place.seasons_of(one, {0: 4, 1: 2})
    ada = place.user()
    place.imported(ada, SOME)
    assert place.histories.totals(ada.user_id, one).total_specials == 4
    assert place.histories.totals(ada.user_id, other).total_specials is None, "its seasons were not listed yet"
    choose(place, ada, RECAP, episode=(0, 1))
    tally = place.histories.tallies(ada.user_id, [one, other])
    assert {key: (of.episodes, of.specials, of.total_specials) for key, of in tally.items()} == {one: (1, 1, 4)}
    seen = place.histories.seen(ada.user_id, series_id=one)
    assert (seen.totals.watched_specials, seen.totals.total_specials, seen.totals.note) == (1, 4, "")
