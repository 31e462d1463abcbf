"""What the simulated metadata services know: the world's series, and invented shows that nobody has."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from episodarr.demo.catalogue_words import ADJECTIVES, NOUNS
from episodarr.demo.metadata_table import (
    ALIASES,
    CODE,
    COUNTRY,
    INVENTED,
    NAMES,
    NUMBERED,
    ONE_SEASON,
    SEASON_WORDS,
    SERIES_BY_NAME,
    SPECIALS,
    Invented,
)
from episodarr.demo.model import Series
from episodarr.demo.world import World


@dataclass(frozen=True, slots=True)
class MetaEpisode:
    """An episode. `titles` by language; `air` None: not announced."""

    id: int
    season: int
    number: int
    titles: dict[str, str]
    air: date | None
    tvdb_id: int
    absolute: int | None = None
    overview: str = ""
    runtime: int = 45


@dataclass(frozen=True, slots=True)
class MetaShow:
    """A show as metadata services keep it. `names` by language, its own among them."""

    tmdb_id: int
    tvmaze_id: int
    tvdb_id: int
    imdb_id: str
    title: str
    language: str
    names: dict[str, str]
    country: str
    year: int
    ended: bool
    network: str
    read_episodes: Callable[[], Sequence[MetaEpisode]]
    aliases: tuple[tuple[str, str], ...] = ()
    season_names: dict[int, str] = field(default_factory=dict)
    season_word: str = ""
    """The word of its seasons in English, where it is another one."""
    overview: str = ""
    genres: tuple[str, ...] = ("Drama",)
    one_season: bool = False
    """TMDB keeps it as one season with absolute numbers."""

    def episodes(self, *, as_tmdb: bool = False) -> list[MetaEpisode]:
        """Its episodes, specials first, as either service numbers them."""
        found = sorted(self.read_episodes(), key=lambda one: (one.season, one.number))
        if not (as_tmdb and self.one_season):
            return found
        return [
            MetaEpisode(
                one.id, 1, one.absolute or one.number, one.titles, one.air, one.tvdb_id, one.absolute, one.overview
            )
            if one.season > 0
            else one
            for one in found
        ]

    def season_name(self, number: int, language: str) -> str:
        """What a season is called; in a language without a word for it as in English."""
        if number == 0:
            return SPECIALS.get(language, SPECIALS["en"])
        if number in self.season_names and language in {self.language, "en"}:
            return self.season_names[number]
        if self.season_word and language == "en":
            return self.season_word.format(n=number)
        return SEASON_WORDS.get(language, SEASON_WORDS["en"]).format(n=number)

    @property
    def all_names(self) -> list[str]:
        """Every name that a search may find it by."""
        return [self.title, *self.names.values(), *(title for _, title in self.aliases)]


class Metadata:
    """All shows that are known."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._invented = [_invented(number, one) for number, one in enumerate(INVENTED, 1)]
        self.removed: set[int] = set()
        """Shows that the services do not have any more, by the id of TVDB."""

    def shows(self) -> list[MetaShow]:
        """The world's series as they are now, and the invented shows."""
        found = [*map(self._of_series, self._world.series.values()), *self._invented]
        return [one for one in found if one.tvdb_id not in self.removed]

    def search(self, words: str) -> list[MetaShow]:
        """What a title finds: the name itself, then names that begin with it, then those that hold it."""
        wanted = _plain(words)
        ranked = [(rank, -one.year, one) for one in self.shows() if (rank := _rank(wanted, one)) is not None]
        return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])] if wanted else []

    def _of_series(self, series: Series) -> MetaShow:
        language = CODE.get(series.language.name, "en")
        names = {"en": series.title, **NAMES.get(series.title, {})}

        def episodes() -> list[MetaEpisode]:
            return [
                MetaEpisode(
                    id=5_000_000 + one.id,
                    season=one.season,
                    number=one.number,
                    titles={"en": one.title}
                    | ({language: NUMBERED[language].format(n=one.number)} if language in NUMBERED else {}),
                    air=one.air_at.date() if one.air_at is not None else None,
                    tvdb_id=one.tvdb_id,
                    absolute=one.absolute,
                    overview=one.overview,
                    runtime=one.runtime,
                )
                for one in self._world.episodes_of[series.id]
            ]

        return MetaShow(
            tmdb_id=series.tmdb_id,
            tvmaze_id=series.tvmaze_id,
            tvdb_id=series.tvdb_id,
            imdb_id=series.imdb_id,
            title=series.title,
            language=language,
            names=names,
            country="GB" if series.network.startswith("BBC") else COUNTRY.get(series.language.name, "US"),
            year=series.year,
            ended=series.ended,
            network=series.network,
            read_episodes=episodes,
            aliases=ALIASES.get(series.title, ()),
            season_word="Series {n}" if series.title in SERIES_BY_NAME else "",
            overview=series.overview,
            genres=series.genres,
            one_season=series.title in ONE_SEASON,
        )


def _invented(number: int, one: Invented) -> MetaShow:
    found: list[MetaEpisode] = []
    for place, (season, count) in enumerate(sorted(one.seasons.items())):
        own = one.titles.get(season, ())
        premiere = date(season if season > 1000 else one.year + max(place - (0 in one.seasons), 0), 3, 4)
        for index in range(count):
            # Seeded by the episode itself: a longer season changes none of those before it.
            dice = random.Random(f"{one.title}:{one.year}:{season}:{index}")
            titles = {"en": f"The {dice.choice(ADJECTIVES)} {dice.choice(NOUNS)}"}
            if own:
                titles[one.language] = own[index]
            later = timedelta(days=180 + index * 200 if season == 0 else 7 * index)
            found.append(
                MetaEpisode(
                    id=7_000_000 + number * 1_000 + len(found),
                    season=season,
                    number=index + 1,
                    titles=titles,
                    air=premiere + later,
                    tvdb_id=9_900_000 + number * 1_000 + len(found),
                )
            )
    return MetaShow(
        tmdb_id=890_000 + number,
        tvmaze_id=number,
        tvdb_id=995_000 + number,
        imdb_id=f"tt98{number:05d}",
        title=one.title,
        language=one.language,
        names={one.language: one.title, "en": one.title, **one.names},
        country=one.country,
        year=one.year,
        ended=not one.running,
        network="Demo TV",
        read_episodes=lambda: found,
        aliases=one.aliases,
        season_names=one.season_names,
    )


def _plain(text: str) -> str:
    return " ".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())


def _rank(wanted: str, show: MetaShow) -> int | None:
    names = [_plain(name) for name in show.all_names]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(f" {wanted} " in f" {name} " for name in names) else None
