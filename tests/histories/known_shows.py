"""Shows as a metadata service would tell them, made for the tests from what they are in fact."""

from datetime import date

from episodarr.histories.metadata import KnownEpisode, KnownSeason, KnownShow, ShowRef

TODAY = date(2026, 7, 1)


def known(
    number: int,
    title: str,
    seasons: dict[int, list[str] | int],
    *,
    names: dict[int, str] | None = None,
    source: str = "tmdb",
    aired_on: date | None = None,
    **more: object,
) -> KnownShow:
    """A show whose episodes have these titles (several languages parted by `|`), or so many that were not read."""
    return KnownShow(
        ShowRef(source, number),
        title,
        seasons=tuple(
            KnownSeason(one, (names or {}).get(one, f"Season {one}"), made if isinstance(made, int) else len(made))
            for one, made in seasons.items()
        ),
        episodes=tuple(
            KnownEpisode(one, at, tuple(words.split("|")), aired_on)
            for one, made in seasons.items()
            if not isinstance(made, int)
            for at, words in enumerate(made, start=1)
        ),
        complete=not any(isinstance(made, int) for made in seasons.values()),
        **more,  # type: ignore[arg-type]  # the fields of KnownShow
    )


DISCOVERY = known(
    67198,
    "Star Trek: Discovery",
    {
        1: ["The Vulcan Hello", "Battle at the Binary Stars", "Context Is for Kings"],
        2: ["Brother", "New Eden", "Point of Light"],
    },
    year=2017,
)
STAR_TREK = known(253, "Star Trek", {1: ["The Man Trap", "Charlie X", "Where No Man Has Gone Before"]}, year=1966)
AMERICAN_HORROR = known(
    1413,
    "American Horror Story",
    {1: ["Pilot", "Home Invasion", "Murder House"], 2: ["Welcome to Briarcliff", "Tricks and Treats"]},
    names={1: "Murder House", 2: "Asylum"},
)
GILMORE_YEAR = known(68254, "Gilmore Girls: A Year in the Life", {1: ["Winter", "Spring", "Summer", "Fall"]})
GILMORE = known(4586, "Gilmore Girls", {1: ["Pilot", "The Lorelais' First Day at Chilton"]})
TROLLHUNTERS = known(
    64198,
    "Trollhunters: Tales of Arcadia",
    {
        1: ["Becoming: Part 1", "Becoming: Part 2", "Gnome Your Enemy"],
        2: ["The Eternal Knight", "Hiss Hiss, Bang Bang"],
    },
)
AVATAR = known(
    246,
    "Avatar: The Last Airbender",
    {1: ["The Boy in the Iceberg", "The Avatar Returns"], 2: ["The Avatar State"]},
    names={1: "Book One: Water", 2: "Book Two: Earth"},
)
OFFICE_US = known(2316, "The Office", {2: ["The Dundies", "Sexual Harassment"]}, year=2005, countries=("US",))
OFFICE_UK = known(2996, "The Office", {2: ["Merger", "Appraisals"]}, year=2001, countries=("GB",))
STRANGER = known(
    66732,
    "Stranger Things",
    {
        1: ["Chapter One: The Vanishing of Will Byers"],
        4: [
            f"Chapter {one}: {name}|Capítulo {uno}: {nombre}"
            for one, name, uno, nombre in (
                ("One", "The Hellfire Club", "uno", "El Club Fuego Infernal"),
                ("Two", "Vecna's Curse", "dos", "La maldición de Vecna"),
                ("Three", "The Monster and the Superhero", "tres", "El monstruo y la superheroína"),
            )
        ],
    },
)
GIGN = known(900, "GIGN", {1: ["Épisode 1", "Épisode 2", "Épisode 3"]})
GREYS = known(
    1416,
    "Grey's Anatomy",
    {12: ["Sledgehammer|Mazazo", "Walking Tall|Con la frente en alto"]},
    other_titles=("Anatomía según Grey", "Grey's Anatomy - Die jungen Ärzte"),
)
