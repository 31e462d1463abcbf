"""The table of the simulated library's series."""

from collections.abc import Callable
from dataclasses import dataclass, field

from episodarr.demo.model import SeriesKind

Have = Callable[[int], bool]
"""Tells by its number whether an aired episode has a file."""


def everything(number: int) -> bool:
    """All aired episodes are there."""
    return number > 0


def nothing(number: int) -> bool:
    """No episode is there."""
    return number < 0


def only(*numbers: int) -> Have:
    """Just these are there."""
    return lambda number: number in numbers


def all_but(*numbers: int) -> Have:
    """All but these are there."""
    return lambda number: number not in numbers


@dataclass(frozen=True, slots=True)
class Running:
    """The season that is on air: which episode is next, and in how many hours."""

    season: int
    next_number: int
    in_hours: float


@dataclass(frozen=True, slots=True)
class Show:
    """One line of the table. `seasons` is the number of episodes by season; `hour` is UTC."""

    title: str
    year: int
    network: str
    runtime: int
    genres: tuple[str, ...]
    overview: str
    seasons: dict[int, int]
    kind: SeriesKind = "standard"
    ended: bool = True
    language: str = "English"
    month: int = 3
    hour: int = 20
    quality: str = "WEBDL-1080p"
    have_by_default: Have = everything
    have: dict[int, Have] = field(default_factory=dict)
    unmonitored: tuple[int, ...] = (0,)
    unannounced: tuple[int, ...] = ()
    running: Running | None = None


ONE_PIECE = (61, 16, 15, 38, 13, 52, 33, 35, 73, 45, 26, 14, 101, 58, 62, 49, 118, 33, 98, 14, 197, 21)
ANIME = ("Animation", "Anime")

SHOWS: tuple[Show, ...] = (
    Show(
        "Horimiya",
        2021,
        "Tokyo MX",
        24,
        (*ANIME, "Romance"),
        "Two classmates find that neither is who the other took them for, and keep it to themselves.",
        {0: 2, 1: 13},
        kind="anime",
        language="Japanese",
        hour=15,
        have_by_default=nothing,
    ),
    Show(
        "Link Click",
        2021,
        "bilibili",
        24,
        (*ANIME, "Mystery"),
        "Two friends step into photographs to settle what the people in them left undone.",
        {0: 1, 1: 11, 2: 12, 3: 6},
        kind="anime",
        ended=False,
        language="Chinese",
        hour=3,
        have={3: nothing, 0: nothing},
    ),
    Show(
        "One Piece",
        1999,
        "Fuji TV",
        24,
        (*ANIME, "Adventure"),
        "A boy made of rubber sets sail to find the treasure that would make him king of the pirates.",
        {0: 12, **dict(enumerate(ONE_PIECE, 1))},
        kind="anime",
        ended=False,
        language="Japanese",
        hour=0,
        month=10,
        have={7: all_but(*range(9, 17)), 18: all_but(4, 5, 31)},
        running=Running(22, 18, 62),
    ),
    Show(
        "Frieren: Beyond Journey's End",
        2023,
        "Nippon TV",
        24,
        (*ANIME, "Fantasy"),
        "An elf mage who outlives her friends walks the old road again to learn what they meant to her.",
        {0: 11, 1: 28, 2: 10},
        kind="anime",
        ended=False,
        language="Japanese",
        hour=14,
        month=9,
        have={0: nothing},
        running=Running(2, 8, 26),
    ),
    Show(
        "Fullmetal Alchemist: Brotherhood",
        2009,
        "MBS",
        24,
        (*ANIME, "Action"),
        "Two brothers look for the stone that could undo what their alchemy cost them.",
        {0: 4, 1: 64},
        kind="anime",
        language="Japanese",
        quality="Bluray-1080p",
        hour=8,
        unmonitored=(),
    ),
    Show(
        "Odd Taxi",
        2021,
        "TV Tokyo",
        24,
        (*ANIME, "Mystery"),
        "A walrus drives a cab through the night, and every fare leads back to a missing girl.",
        {1: 13},
        kind="anime",
        language="Japanese",
        hour=17,
        have={1: only(1)},
    ),
    Show(
        "Dan Da Dan",
        2024,
        "MBS",
        24,
        (*ANIME, "Comedy"),
        "She believes in ghosts, he believes in aliens; both turn out to be right on the same night.",
        {1: 12, 2: 12, 3: 1},
        kind="anime",
        ended=False,
        language="Japanese",
        hour=15,
        month=10,
        unannounced=(3,),
    ),
    Show(
        "Spy x Family",
        2022,
        "TV Tokyo",
        24,
        (*ANIME, "Comedy"),
        "A spy, an assassin and a mind reader play family, each for reasons of their own.",
        {0: 1, 1: 25, 2: 12, 3: 13},
        kind="anime",
        ended=False,
        language="Japanese",
        hour=14,
        month=4,
        running=Running(3, 9, 98),
    ),
    Show(
        "Cowboy Bebop",
        1998,
        "WOWOW",
        25,
        (*ANIME, "Science Fiction"),
        "Bounty hunters drift through the solar system, short of money and long on past.",
        {1: 26},
        kind="anime",
        language="Japanese",
        quality="Bluray-1080p",
        hour=16,
    ),
    Show(
        "Mushishi",
        2005,
        "Fuji TV",
        24,
        (*ANIME, "Mystery"),
        "A wanderer helps people who have met with things older than life.",
        {0: 3, 1: 26, 2: 20},
        kind="anime",
        language="Japanese",
        hour=18,
        month=10,
        quality="Bluray-720p",
        have={2: nothing},
        unmonitored=(0, 2),
    ),
    Show(
        "Severance",
        2022,
        "Apple TV",
        50,
        ("Drama", "Mystery"),
        "Office workers had their memories cut in two: one half for work, one half for everything else.",
        {1: 9, 2: 10, 3: 1},
        ended=False,
        hour=8,
        month=2,
        quality="WEBDL-2160p",
        unannounced=(3,),
    ),
    Show(
        "The Bear",
        2022,
        "FX",
        32,
        ("Comedy", "Drama"),
        "A fine-dining chef comes home to run the family's sandwich shop.",
        {1: 8, 2: 10, 3: 10, 4: 10},
        ended=False,
        hour=2,
        month=6,
        have={4: all_but(9, 10)},
    ),
    Show(
        "House",
        2004,
        "FOX",
        44,
        ("Drama", "Mystery"),
        "A doctor without manners solves what others cannot name.",
        {0: 6, 1: 22, 2: 24, 3: 24, 4: 16, 5: 24, 6: 22, 7: 23, 8: 22},
        hour=1,
        month=11,
        quality="HDTV-720p",
        unmonitored=(0, 3, 4, 5, 6, 7, 8),
        have=dict.fromkeys((0, 3, 4, 5, 6, 7, 8), nothing),
    ),
    Show(
        "The Wire",
        2002,
        "HBO",
        59,
        ("Crime", "Drama"),
        "One city, seen from its corners, docks, halls, schools and newsroom.",
        {1: 13, 2: 12, 3: 12, 4: 13, 5: 10},
        hour=1,
        month=6,
        quality="Bluray-1080p",
    ),
    Show(
        "Breaking Bad",
        2008,
        "AMC",
        48,
        ("Crime", "Drama"),
        "A chemistry teacher takes up a second trade.",
        {0: 9, 1: 7, 2: 13, 3: 13, 4: 13, 5: 16},
        hour=2,
        month=1,
        quality="WEBDL-720p",
        have={0: only(1, 2, 3)},
    ),
    Show(
        "Lost",
        2004,
        "ABC",
        43,
        ("Adventure", "Drama"),
        "The survivors of a plane crash learn that their island has plans of its own.",
        {0: 5, 1: 25, 2: 24, 3: 23, 4: 14, 5: 17, 6: 18},
        hour=1,
        month=9,
        quality="Bluray-1080p",
        unmonitored=(0, 5, 6),
        have={0: nothing, 5: nothing, 6: nothing},
    ),
    Show(
        "Slow Horses",
        2022,
        "Apple TV",
        47,
        ("Drama", "Thriller"),
        "Spies who failed are sent to an office across the river, where cases find them all the same.",
        {1: 6, 2: 6, 3: 6, 4: 6, 5: 6},
        ended=False,
        hour=8,
        month=4,
        running=Running(5, 4, 9),
    ),
    Show(
        "Silo",
        2023,
        "Apple TV",
        52,
        ("Drama", "Science Fiction"),
        "Ten thousand people live below ground, and asking why is against the law.",
        {1: 10, 2: 10, 3: 10},
        ended=False,
        hour=8,
        month=5,
        running=Running(3, 2, 45),
    ),
    Show(
        "Andor",
        2022,
        "Disney+",
        48,
        ("Science Fiction", "Thriller"),
        "How a thief became a rebel.",
        {1: 12, 2: 12},
        hour=7,
        month=9,
        quality="WEBDL-2160p",
    ),
    Show(
        "Doctor Who",
        2005,
        "BBC One",
        45,
        ("Adventure", "Science Fiction"),
        "An old traveller with a new face and a blue box picks up company.",
        {0: 24, 1: 13, 2: 13, 3: 13, 4: 13, 5: 13, 6: 13},
        hour=18,
        month=3,
        quality="HDTV-720p",
        unmonitored=(),
        have={0: all_but(3, 7, 8, 15), 5: all_but(6, 7), 6: nothing},
    ),
    Show(
        "The Expanse",
        2015,
        "Syfy",
        45,
        ("Drama", "Science Fiction"),
        "Earth, Mars and the Belt drift to war while something wakes that none of them made.",
        {1: 10, 2: 13, 3: 13, 4: 10, 5: 10, 6: 6},
        hour=2,
        month=12,
        quality="WEBDL-720p",
    ),
    Show(
        "Only Murders in the Building",
        2021,
        "Hulu",
        34,
        ("Comedy", "Crime"),
        "Three neighbours make a podcast about the deaths in their own house.",
        {1: 10, 2: 10, 3: 10, 4: 10, 5: 10},
        ended=False,
        hour=4,
        month=8,
        running=Running(5, 7, 0.04),
    ),
    Show(
        "Squid Game",
        2021,
        "Netflix",
        55,
        ("Drama", "Thriller"),
        "People in debt play children's games for a fortune and their lives.",
        {1: 9, 2: 7, 3: 6},
        language="Korean",
        hour=8,
        month=9,
        have={2: nothing},
    ),
    Show(
        "The Daily Show",
        1996,
        "Comedy Central",
        30,
        ("Comedy", "News"),
        "The day's news and what is left of it.",
        {30: 160, 31: 80},
        kind="daily",
        ended=False,
        hour=3,
        unmonitored=(30,),
        have={30: nothing, 31: all_but(37)},
        running=Running(31, 42, 15),
    ),
    Show(
        "Planet Earth",
        2006,
        "BBC One",
        50,
        ("Documentary",),
        "The living world, seen from where nobody stood before.",
        {0: 3, 1: 11},
        hour=20,
        quality="Bluray-1080p",
        have={0: only(1)},
    ),
)
