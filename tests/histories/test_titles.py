"""What a title may mean, and what is worth asking for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.histories.marks import MarkKind, mark_of
from episodarr.histories.names import clean, clean_episode, likeness, name_of
from episodarr.histories.numerals import is_roman, value_of
from episodarr.histories.titles import (
    Hypothesis,
    Shape,
    behind_mark,
    episode_of,
    hypotheses,
    search_terms,
    shows_by_company,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("02", 2),
        ("iv", 4),
        ("XIV", 14),
        ("two", 2),
        ("deuxième", 2),
        ("segunda", 2),
        ("zweite", 2),
        ("второй", 2),
        ("sixty-four", 64),
        ("twenty", 20),
        ("forty", 40),
        ("二", 2),
        ("十二", 12),
        ("二十三", 23),
        ("十", 10),
        ("12345", None),
        ("", None),
        ("word", None),
        ("sixty-x", None),
        ("二x", None),
        ("x十", None),
    ],
)
def test_numbers_in_every_writing(text: str, number: int | None) -> None:
    assert value_of(text) == number


def test_roman_numerals() -> None:
    assert is_roman("IV")
    assert not is_roman("4")


@pytest.mark.parametrize(
    "text",
    [
        "Season 2",
        "Season Two",
        "Season II",
        "The Second Season",
        "2nd Season",
        "Series 2",
        "Staffel 2",
        "Saison\xa02",
        "Temporada 2",
        "2ª temporada",
        "Segunda temporada",
        "Stagione 2",
        "Kausi 2",
        "Sezon 2",
        "2. Sezon",
        "Säsong 2",
        "Sesong 2",
        "Sæson 2",
        "Seizoen 2",
        "Évad 2",
        "2. évad",
        "Сезон 2",
        "シーズン2",
        "第2シリーズ",
        "第二季",
        "시즌 2",
        "الموسم 2",
        "עונה 2",
        "Mùa 2",
        "Cycle 2",
        "SEASON 02",
    ],
)
def test_seasons_of_many_languages(text: str) -> None:
    mark = mark_of(text)
    assert mark is not None
    assert (mark.kind, mark.number) == (MarkKind.SEASON, 2)


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("Part 2", MarkKind.PART, 2),
        ("Volume 3", MarkKind.PART, 3),
        ("Vol. 2", MarkKind.PART, 2),
        ("パート4", MarkKind.PART, 4),
        ("Book One", MarkKind.PART, 1),
        ("Libro 2", MarkKind.PART, 2),
        ("Teil 2", MarkKind.PART, 2),
        ("Collection 5", MarkKind.PART, 5),
        ("Chapter Eight", MarkKind.CHAPTER, 8),
        ("Capítulo Dos", MarkKind.CHAPTER, 2),
        ("Luku 7", MarkKind.CHAPTER, 7),
        ("Chapter Sixty-Four", MarkKind.CHAPTER, 64),
        ("Limited Series", MarkKind.LIMITED, 1),
        ("Miniserie", MarkKind.LIMITED, 1),
        ("Minisarja", MarkKind.LIMITED, 1),
        ("Mini-série", MarkKind.LIMITED, 1),
        ("Minissérie", MarkKind.LIMITED, 1),
        ("リミテッドシリーズ", MarkKind.LIMITED, 1),
        ("Specials", MarkKind.SPECIALS, 0),
        ("The Final Season", MarkKind.SEASON, None),
        ("Episode 6", MarkKind.EPISODE, 6),
        ("Épisode 6", MarkKind.EPISODE, 6),
        ("エピソード3", MarkKind.EPISODE, 3),
        ("第3話", MarkKind.EPISODE, 3),
        ("Folge 12", MarkKind.EPISODE, 12),
        ("Season 4 Remix", MarkKind.SEASON, 4),
    ],
)
def test_other_counts(text: str, kind: MarkKind, number: int | None) -> None:
    mark = mark_of(text)
    assert mark is not None
    assert (mark.kind, mark.number) == (kind, number)


@pytest.mark.parametrize(
    "text",
    [
        "Murder House",
        "Part of Me",
        "Seasons",
        "The End",
        "Series Finale",
        "Two Parts of Me",
        "Second Season of Love",
        "",
        "365 Days",
    ],
)
def test_words_that_count_nothing(text: str) -> None:
    assert mark_of(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Office", "office"),
        ("Élite", "elite"),
        ("Love, Death & Robots", "Love Death and Robots"),
        ("S.W.A.T.", "SWAT"),
        ("Grey’s Anatomy", "Grey's Anatomy"),
        ("L'Attaque", "Attaque"),
        ("Übermensch", "ubermensch"),
        ("???", "???"),
    ],
)
def test_names_are_compared_without_what_does_not_matter(one: str, other: str) -> None:
    assert clean(one) == clean(other)


def test_what_stands_behind_a_name() -> None:
    assert name_of("The Office (US)") == ("office", 0, "US", "")
    assert name_of("Doctor Who (2005)") == ("doctor who", 2005, "", "")
    assert name_of("De celles qui osent (The Bold Type)") == ("de celles qui osent", 0, "", "bold type")
    assert name_of("A (One Two) (Three Four)") == ("a", 0, "", "three four")
    assert name_of("(2019)") == ("2019", 0, "", "")


def test_parts_of_an_episode_are_written_in_many_ways() -> None:
    same = {
        clean_episode(one)
        for one in ("Fear Itself, Part One", "Fear Itself (1)", "Fear Itself (1/2)", "Fear Itself Pt. 1")
    }
    assert same == {"fear itself 1"}
    assert clean_episode("L’épée, deuxième partie") == clean_episode("L'épée (2)")
    assert clean_episode("For My Part") == "for my part"
    assert clean_episode("Part 2") == "2"


def test_names_with_other_numbers_are_not_alike() -> None:
    assert likeness("stranger things 4", "stranger things 5", 80) == 0
    assert likeness("dark", "bark", 50) == 0
    assert likeness("brooklyn nine nine", "broklyn nine nine", 90) > 90


def best(title: str) -> Hypothesis:
    return hypotheses(title)[0]


@pytest.mark.parametrize(
    ("title", "show", "season", "episode", "number"),
    [
        ("Star Trek: Discovery: Season 1: Brother", "Star Trek: Discovery", 1, "Brother", None),
        (
            "Trollhunters: Tales of Arcadia: Part 2: Hiss Hiss, Bang Bang",
            "Trollhunters: Tales of Arcadia",
            2,
            "Hiss Hiss, Bang Bang",
            None,
        ),
        (
            "Trollhunters: Tales of Arcadia: Part 1: Becoming: Part 1",
            "Trollhunters: Tales of Arcadia",
            1,
            "Becoming: Part 1",
            None,
        ),
        (
            "Gilmore Girls: A Year in the Life: Limited Series: Winter",
            "Gilmore Girls: A Year in the Life",
            1,
            "Winter",
            None,
        ),
        ("GIGN: Épisode 6", "GIGN", None, "Épisode 6", 6),
        ("Uncoupled: Capítulo 8", "Uncoupled", None, "Capítulo 8", 8),
        ("ザ・コード: シーズン1: エピソード3", "ザ・コード", 1, "エピソード3", 3),
        ("キングダム： 第3シリーズ： 二つの戦場", "キングダム", 3, "二つの戦場", None),
        (
            "Stranger Things: Stranger Things 4: Chapter Eight: Papa (Episode 8)",
            "Stranger Things",
            4,
            "Chapter Eight: Papa",
            8,
        ),
        ("Tyttövangit: Kausi 1: Luku 7: Nimi", "Tyttövangit", 1, "Luku 7: Nimi", 7),
        (
            "The Handmaid's Tale : La Servante écarlate: Saison 3: Mayday",
            "The Handmaid's Tale : La Servante écarlate",
            3,
            "Mayday",
            None,
        ),
        ("Friends S01E02", "Friends", 1, "", 2),
        ("Friends - 1x02 - The One", "Friends", 1, "The One", 2),
        ("Desde cero: Miniserie: Carne e ossa (Capítulo 2)", "Desde cero", 1, "Carne e ossa", 2),
        (
            "La vida en nuestro planeta: Capítulo 2: La primera frontera",
            "La vida en nuestro planeta",
            None,
            "Capítulo 2: La primera frontera",
            2,
        ),
        (
            "Arrested Development: Season 4 Remix: Fateful Consequences: Re Cap'n Bluth (Episode 1)",
            "Arrested Development",
            4,
            "Fateful Consequences: Re Cap'n Bluth",
            1,
        ),
    ],
)
def test_the_likeliest_way_to_read_a_title(
    title: str, show: str, season: int | None, episode: str, number: int | None
) -> None:
    one = best(title)
    assert (one.show, one.season_number, one.episode_words, one.episode_number) == (show, season, episode, number)


def test_every_way_is_kept() -> None:
    made = hypotheses("Avatar: The Last Airbender: Book One: Water: The Boy in the Iceberg")
    ways = {(one.show, one.season_words, one.episode_words) for one in made}
    assert ("Avatar: The Last Airbender", "Book One: Water", "The Boy in the Iceberg") in ways
    assert ("Avatar", "The Last Airbender", "Book One: Water: The Boy in the Iceberg") in ways
    assert made[-1].shape is Shape.ALONE


def test_words_between_show_and_season_may_belong_to_neither() -> None:
    made = hypotheses("Cheer: Teksasin ihme: Kausi 2: Nimi")
    assert [(one.show, one.shortened) for one in made] == [("Cheer: Teksasin ihme", False), ("Cheer", True)]


@pytest.mark.parametrize(
    "title",
    [
        "Mission: Impossible - Fallout",
        "The Lord of the Rings: The Return of the King",
        "Harry Potter and the Deathly Hallows: Part 2",
        "Kill Bill: Vol. 2",
        "John Wick: Chapter 2",
        "John Wick: Chapter 3 - Parabellum",
        "It: Capítulo dos",
        "Rebel Moon - Part One: A Child of Fire",
        "Star Wars: Episode IV - A New Hope",
        "Star Wars: Episode IV: A New Hope",
        "Les Couleurs du mal : Noir",
        "Blade Runner 2049",
        "タイラー・レイク －命の奪還－",
        "365 Days",
        "New Amsterdam: : ",
        "",
        ":",
    ],
)
def test_films_are_never_looked_up(title: str) -> None:
    assert search_terms(title) == []


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        (
            "Gilmore Girls: A Year in the Life: Limited Series: Winter",
            ["Gilmore Girls: A Year in the Life", "Gilmore Girls"],
        ),
        (
            "American Horror Story: Murder House: Pilot",
            ["American Horror Story: Murder House", "American Horror Story"],
        ),
        (
            "De celles qui osent (The Bold Type): Saison 1: Pilote",
            ["De celles qui osent", "De celles qui osent (The Bold Type)", "The Bold Type"],
        ),
        (
            "How to Sell Drugs Online (Fast): Season 1: Nerd Today",
            ["How to Sell Drugs Online", "How to Sell Drugs Online (Fast)"],
        ),
        ("The Office (US): Season 2: The Dundies", ["The Office (US)", "The Office"]),
        ("A: B: C: D: E: F", ["A: B: C: D: E", "A: B: C: D", "A: B: C", "A: B"]),
        ("GIGN: Épisode 6", ["GIGN"]),
    ],
)
def test_few_names_are_worth_asking_for(title: str, terms: list[str]) -> None:
    assert search_terms(title) == terms


def test_what_a_file_calls_an_episode_is_looked_up() -> None:
    assert search_terms("Shrek", is_episode=True) == ["Shrek"]


def test_many_titles_behind_one_name_are_a_show() -> None:
    titles = [f"Recalé: Leçon {word}" for word in ("A", "B", "C", "D", "E")] + [
        "Toy Story: One",
        "Toy Story: Two",
        "X",
        "X: ",
    ]
    company = shows_by_company(titles)
    assert company == {"recale"}
    assert search_terms(titles[0]) == []
    assert search_terms(titles[0], company=company) == ["Recalé"]
    assert hypotheses(titles[0], company)[0].shape is Shape.COMPANY


def test_a_trilogy_is_none() -> None:
    assert shows_by_company(f"The Lord of the Rings: {one}" for one in ("A", "B", "C", "C", "c")) == frozenset()


def test_what_an_episodes_words_tell() -> None:
    assert episode_of("Papa (Episode 8)") == ("Papa", 8, True, False)
    assert episode_of("Piloto (Partes 1 y 2) (Capítulo 1)") == ("Piloto (Partes 1 y 2)", 1, True, False)
    assert episode_of("Chapter Eight: Papa") == ("Chapter Eight: Papa", 8, False, False)
    assert episode_of("Chapter 8: Papa") == ("Chapter 8: Papa", 8, True, False)
    assert episode_of("Part 2") == ("Part 2", 2, False, True)
    assert episode_of("Part 2: Up") == ("Part 2: Up", None, False, False)
    assert episode_of("Nerds (Fast)") == ("Nerds (Fast)", None, False, False)
    assert episode_of("Episode 3 (Episode 4)") == ("Episode 3", 4, True, True)
    assert behind_mark("Chapter Eight: Papa") == "Papa"
    assert behind_mark("One: Two") == ""
    assert behind_mark("Papa") == ""


def test_a_title_of_very_many_parts_is_bounded() -> None:
    title = ": ".join("abcdefghijklmnop")
    made = hypotheses(title)
    assert len(made) < 50
    assert made[0].show == "a: b: c: d: e: f: g"


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(["Season 2", ": ", " - ", "：", "A", "(Episode 4)", " : ", "Part 1", "(US)", "S1E2 "])
    ).map("".join)
)
def test_any_title_is_understood_somehow(title: str) -> None:
    made = hypotheses(title)
    assert made
    assert all(one.episode_words or one.episode_number is not None for one in made[:-1])
    assert len(search_terms(title)) <= 4
    assert all(term.strip() for term in search_terms(title, is_episode=True))
