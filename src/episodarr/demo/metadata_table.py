"""What the simulated metadata services know beyond the catalogue: names in other languages, and further shows.

Well-known shows have their usual names; the further shows, with all about them, are invented.
"""

from dataclasses import dataclass, field

NAMES: dict[str, dict[str, str]] = {
    "Frieren: Beyond Journey's End": {
        "ja": "葬送のフリーレン",
        "de": "Frieren: Nach dem Ende der Reise",
        "fr": "Frieren",
    },
    "Spy x Family": {"ja": "スパイファミリー"},
    "One Piece": {"ja": "ワンピース"},
    "Horimiya": {"ja": "ホリミヤ"},
    "Mushishi": {"ja": "蟲師"},
    "Fullmetal Alchemist: Brotherhood": {"ja": "鋼の錬金術師"},
    "Link Click": {"zh": "时光代理人"},
    "Squid Game": {"ko": "오징어 게임", "fr": "Squid Game"},
    "House": {"de": "Dr. House", "fr": "Dr House", "it": "Dr. House: Medical Division"},
    "The Bear": {"de": "The Bear: King of the Kitchen"},
    "Slow Horses": {"de": "Slow Horses - Ein Fall für Jackson Lamb"},
    "Only Murders in the Building": {"es": "Solo asesinatos en el edificio"},
    "Planet Earth": {"de": "Planet Erde", "fr": "Planète Terre"},
    "Lost": {"fr": "Lost : Les Disparus", "es": "Perdidos"},
}
"""Of shows of the catalogue, by language."""

ALIASES: dict[str, tuple[tuple[str, str], ...]] = {
    "House": (("US", "House, M.D."), ("US", "House MD")),
    "Lost": (("FR", "Lost, les disparus"),),
    "Spy x Family": (("US", "SPY×FAMILY"),),
    "Dan Da Dan": (("US", "Dandadan"),),
    "Doctor Who": (("GB", "Doctor Who (2005)"),),
}
"""(country, other title)."""

ONE_SEASON = frozenset({"Spy x Family"})
"""Anime that TMDB keeps as one season with absolute numbers, while Sonarr and TVmaze have several."""

SERIES_BY_NAME = frozenset({"Doctor Who"})
"""British shows, whose seasons are called series."""

SEASON_WORDS = {
    "en": "Season {n}", "de": "Staffel {n}", "fr": "Saison {n}", "es": "Temporada {n}", "it": "Stagione {n}",
    "ja": "シーズン{n}", "ko": "시즌 {n}", "zh": "第 {n} 季", "pt": "{n}ª Temporada", "nl": "Seizoen {n}",
}  # fmt: skip
SPECIALS = {"en": "Specials", "de": "Extras", "fr": "Épisodes spéciaux", "es": "Especiales", "ja": "特別編"}
NUMBERED = {"ja": "第{n}話", "ko": "{n}화", "zh": "第{n}集"}
"""Titles of episodes in the languages of the catalogue's shows that are not English."""
COUNTRY = {"Japanese": "JP", "Korean": "KR", "Chinese": "CN", "French": "FR", "English": "US"}
CODE = {"Japanese": "ja", "Korean": "ko", "Chinese": "zh", "French": "fr", "English": "en", "German": "de"}


@dataclass(frozen=True, slots=True)
class Invented:
    """A show that nobody has in the library. `seasons`: episodes by season; `names`: of the show by language."""

    title: str
    year: int
    country: str
    seasons: dict[int, int]
    language: str = "en"
    names: dict[str, str] = field(default_factory=dict)
    season_names: dict[int, str] = field(default_factory=dict)
    """In its own language, where they are no mere numbers."""
    titles: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Of episodes, in the show's own language; others are made up in English."""
    aliases: tuple[tuple[str, str], ...] = ()
    running: bool = False


INVENTED: tuple[Invented, ...] = (
    Invented("The Glass Harbour", 2012, "US", {0: 2, 1: 10, 2: 10}),
    Invented(
        "Book of Tides",
        2016,
        "US",
        {1: 8, 2: 8},
        season_names={1: "Book One: Water", 2: "Book Two: Salt"},
        aliases=(("US", "The Book of Tides"),),
    ),
    Invented(
        "Kestrel House: Nightfall",
        2021,
        "GB",
        {1: 6},
        season_names={1: "Limited Series"},
        names={"de": "Kestrel House: Die Nacht bricht an"},
    ),
    Invented("Night Desk", 2011, "GB", {1: 6, 2: 6}, names={"de": "Nachtredaktion"}),
    Invented("Night Desk", 2019, "US", {1: 10, 2: 10, 3: 10}, running=True),
    Invented(
        "Das Leuchtfeuer",
        2019,
        "DE",
        {1: 6, 2: 6},
        language="de",
        names={"en": "The Beacon", "fr": "Le phare du nord"},
        titles={
            1: ("Ebbe", "Das letzte Boot", "Nebel", "Wer schweigt", "Sturmflut", "Heimkehr"),
            2: ("Neues Licht", "Der Brief", "Unter dem Eis", "Zwei Inseln", "Die Prüfung", "Flut"),
        },
    ),
    Invented(
        "La bóveda",
        2017,
        "ES",
        {1: 5, 2: 5, 3: 5},
        language="es",
        names={"en": "The Vault", "de": "Der Tresor"},
        season_names={1: "Parte 1", 2: "Parte 2", 3: "Parte 3"},
        titles={
            1: ("El plan", "Dos llaves", "La alarma", "Nadie sale", "Oro"),
            2: ("Otra vez", "El túnel", "La rehén", "Sin salida", "Ceniza"),
            3: ("La deuda", "Viejos amigos", "El pacto", "La traición", "Adiós"),
        },
    ),
    Invented(
        "Grim Parish",
        2015,
        "US",
        {1: 8, 2: 8, 3: 8},
        season_names={1: "Murder Pier", 2: "Asylum Road", 3: "Carnival"},
        names={"de": "Grim Parish: Das Grauen"},
    ),
    Invented("Crown Street", 2016, "GB", {0: 1, 1: 8, 2: 8}, names={"fr": "Rue de la Couronne"}),
    Invented("The Long Year", 2020, "US", {2020: 6, 2021: 6}, season_names={2020: "2020", 2021: "2021"}),
)
