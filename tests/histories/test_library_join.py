"""Which show of the library another source means, and which episode is which."""

from datetime import date

from episodarr.histories.language import LanguageEar, language_of
from episodarr.histories.library_join import LibraryEpisode, LibraryIndex, LibraryShow, LibraryTitle, episode_in
from episodarr.histories.metadata import KnownEpisode, KnownShow, ShowRef

SPY = LibraryTitle(7, "Spy x Family", ("SPY×FAMILY",), 2022, "running", tvdb_id=405920, tmdb_id=120089)
SHOW = LibraryShow(
    SPY,
    (
        LibraryEpisode(1, 0, 1, "Special", date(2022, 1, 1)),
        LibraryEpisode(11, 1, 1, "Operation Strix", date(2022, 4, 9)),
        LibraryEpisode(12, 1, 2, "Secure a Wife", date(2022, 4, 16)),
        LibraryEpisode(21, 2, 1, "Follow Mama and Papa", date(2023, 10, 7)),
        LibraryEpisode(22, 2, 2, "", None),
    ),
)


def of(season: int, number: int, *titles: str, on: date | None = None) -> int | None:
    found = episode_in(SHOW, KnownEpisode(season, number, titles, on))
    return found.id if found is not None else None


def test_an_episode_is_found_by_number_day_and_title():
    assert of(1, 1, "Operation Strix", on=date(2022, 4, 9)) == 11
    assert of(1, 1, "OPERATION: STRIX") == 11
    assert of(1, 1, "Unternehmen Strix", on=date(2022, 4, 10)) == 11, "another time zone"
    assert of(1, 1, "Unternehmen Strix") == 11, "nothing speaks against it"
    assert of(2, 2, "Other", on=date(2020, 1, 1)) == 22, "the library knows no day"
    assert of(1, 26, "Follow Mama and Papa", on=date(2023, 10, 7)) == 21, "one season there, two here"
    assert of(1, 26, "Follow Mama and Papa") == 21
    assert of(1, 2, "Follow Mama and Papa", on=date(2023, 10, 7)) == 21, "title and day are against the number"
    assert of(1, 2, "What Nobody Knows", on=date(2029, 1, 1)) is None
    assert of(9, 9, "Special") is None, "a special is no regular episode"
    assert of(0, 9, "Special") == 1


def test_a_show_is_found_by_ids_before_names():
    index = LibraryIndex([SPY, LibraryTitle(8, "The Office (US)", year=2005, imdb_id="tt0386676", tvmaze_id=526)])
    assert index.of_show(KnownShow(ShowRef("tmdb", 120089), "?")) == SPY
    assert index.of_show(KnownShow(ShowRef("tvmaze", 1), "?", tvdb_id=405920)) == SPY
    assert index.of_show(KnownShow(ShowRef("tvmaze", 526), "?")).series_id == 8
    assert index.of_show(KnownShow(ShowRef("library", 7), "?")) == SPY
    assert index.of_show(KnownShow(ShowRef("tmdb", 1), "Spy x Family")) is None
    assert index.of_ids(imdb_id="tt0386676").series_id == 8
    assert index.of_ids() is None
    assert [one.series_id for one in index.named(["the office", "SPY×FAMILY", "Nobody"])] == [8, 7]
    assert SHOW.known().aired(date(2023, 1, 1)) == 2


def test_the_language_of_a_file():
    assert language_of(["Dark: Staffel 1: Geheimnisse", "Heat"]) == "de-DE"
    assert language_of(["Dark: Season 1: Secrets", "Dark: Season 1: Lies", "Lupin: Saison 1: X"]) == ""
    assert language_of(["Dark: Temporada 1: Secretos"]) == "es-ES"
    assert language_of(["Dark: Temporada 1: Ilusões"]) == "pt-BR"
    assert language_of(["Heat", "Alien: Romulus"]) == ""
    assert LanguageEar().language() == ""
