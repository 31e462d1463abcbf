"""Whole titles that were settled by hand, and the episodes that can be chosen of a show."""

from datetime import date

import msgspec
import pytest
from known_shows import known

from episodarr.histories.chosen import (
    Chosen,
    EpisodeChoice,
    SeasonChoice,
    episodes_of,
    likeliest,
    settled_by_hand,
    whole_title,
)
from episodarr.histories.import_model import Choice, Outcome, Settled, StoredRow
from episodarr.histories.library_join import LibraryEpisode, LibraryShow, LibraryTitle
from episodarr.histories.metadata import KnownSeason
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.recalled import saying

TODAY = date(2026, 7, 1)
SHOW = known(1, "Dark", {0: ["Recap"], 1: ["Secrets", "Lies"], 2: ["Later"]}, aired_on=date(2020, 1, 1), year=2017)


def row(number: int, title: str, **more: object) -> StoredRow:
    row = HistoryRow(number, title, TODAY, **more)
    return StoredRow(number, title.lower(), row, saying(row))


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"title": "Dark: Recap"}, "Dark: Recap"),
        ({"title": "Dark", "season": 2, "number": 5, "episode_title": "Lies"}, "Dark: S02E05: Lies"),
        ({"title": "Dark", "season": 0, "number": 0}, "Dark: S00E00"),
        ({"title": "Dark", "season": 2}, "Dark: S02"),
        ({"title": "Dark", "number": 12}, "Dark: E12"),
        ({"title": "Dark", "episode_title": "Lies"}, "Dark: Lies"),
    ],
)
def test_all_that_a_row_tells(told, text):
    assert whole_title(HistoryRow(1, watched_on=TODAY, **told)) == text


def test_what_was_said_of_a_whole_title_counts_before_all_else():
    rows = [
        row(1, "Dark: Recap"),
        row(2, "Dark: Season 1: Secrets"),
        row(3, "Heat", kind=RowKind.FILM),
        row(4, "Trailer"),
    ]
    chosen = {
        "Dark: Recap": Chosen(Choice.SHOW, "ada", 7, 0, 1, 70),
        "Heat": Chosen(Choice.FILM, "ada"),
        "Trailer": Chosen(Choice.IGNORE, "root"),
    }
    settled, others = settled_by_hand(rows, chosen)
    assert settled == [
        Settled(1, Outcome.MATCHED, "mapping", 1.0, "ada said so", 7, 0, 1, 70),
        Settled(3, Outcome.FILM, "mapping", 1.0, "ada said so"),
        Settled(4, Outcome.IGNORED, "mapping", 1.0, "root said so"),
    ]
    assert others == [rows[1]]
    assert settled_by_hand(rows, {}) == ([], rows)


def test_the_episodes_of_a_show_are_offered_by_season_the_specials_last():
    found = episodes_of(SHOW.ref, SHOW, None, TODAY)
    assert (found.title, found.year, found.count) == ("Dark", 2017, 4)
    assert [(one.number, [each.title for each in one.episodes]) for one in found.seasons] == [
        (1, ["Secrets", "Lies"]),
        (2, ["Later"]),
        (0, ["Recap"]),
    ]
    assert (found.has(2, 1), found.has(2, 2), found.has(3, 1)) == (True, False, False)


def test_what_has_not_aired_is_not_offered():
    later = known(1, "Dark", {1: ["Secrets"], 2: ["Later"]}, aired_on=date(2026, 7, 3))
    assert episodes_of(later.ref, later, None, TODAY).seasons == ()
    assert episodes_of(later.ref, later, None, date(2026, 7, 2)).count == 2, "air dates are those of one country"


def test_seasons_have_the_names_that_are_their_own():
    named = msgspec.structs.replace(
        SHOW, seasons=(KnownSeason(0, "Specials"), KnownSeason(1, "Season 1"), KnownSeason(2, "Book Two"))
    )
    assert [one.name for one in episodes_of(SHOW.ref, named, None, TODAY).seasons] == ["", "Book Two", ""]


def test_the_library_numbers_what_it_lists():
    """So that what is chosen is the episode that Sonarr has."""
    listed = LibraryShow(
        LibraryTitle(5, "Dark"), (LibraryEpisode(51, 1, 1, "Secrets"), LibraryEpisode(52, 1, 2, "", date(2020, 1, 2)))
    )
    found = episodes_of(SHOW.ref, SHOW, listed, TODAY)
    assert (found.show, found.title) == (SHOW.ref, "Dark")
    assert found.seasons == (
        SeasonChoice(1, "", (EpisodeChoice(1, "Secrets"), EpisodeChoice(2, "", date(2020, 1, 2)))),
    )
    unread = LibraryShow(LibraryTitle(5, "Dark"))
    assert episodes_of(SHOW.ref, SHOW, unread, TODAY).count == 4, "its episodes were not read yet"


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Dark: Secrets", (1, 1)),
        ("Dark: Season 9: later", (2, 1)),
        ("Dark: Recap", (0, 1)),
        ("Dark: Twice", None),
        ("Secrets", None),
        ("Dark", None),
        ("Dark: Else", None),
        ("Dark: Act One: The End", (3, 3)),
    ],
)
def test_an_episode_of_the_very_same_title_is_proposed(title, place):
    show = known(1, "Dark", {0: ["Recap"], 1: ["Secrets", "Twice"], 2: ["Later"], 3: ["Twice", "", "Act One: The End"]})
    assert likeliest(title, episodes_of(show.ref, show, None, TODAY)) == place
