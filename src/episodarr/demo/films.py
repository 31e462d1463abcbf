"""The movies of the simulated world: in Radarr, on disk, and in the media servers, each a while after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from episodarr.demo.model import QUALITIES, Quality

if TYPE_CHECKING:
    from episodarr.demo.world import World

ROOT = "/media/movies"
LOOK_AFTER = 8.0
"""Story seconds from a change on disk to the media servers having it in their listings."""
ARRIVES_AFTER = 18.0
"""Story seconds from a search to the file."""
PER_MINUTE = {720: 20_000_000, 1080: 55_000_000, 2160: 190_000_000}
"""Bytes of a minute by resolution."""


@dataclass(slots=True)
class Film:
    """A movie. `path`: of its file, empty without one; `wanted`: it is in Radarr."""

    id: int
    title: str
    year: int
    tmdb_id: int
    imdb_id: str
    runtime: int
    genres: tuple[str, ...] = ()
    studio: str = ""
    overview: str = ""
    rating: float = 7.0
    monitored: bool = True
    wanted: bool = True
    tags: tuple[int, ...] = ()
    added_at: datetime | None = None
    path: str = ""
    size: int = 0
    quality: Quality = QUALITIES["Bluray-1080p"]
    file_added_at: datetime | None = None
    file_id: int = 0
    root: str = ROOT
    listed_path: str = ""
    """Of the file as the media servers have it, which outlives the file until they look."""
    listed_size: int = 0
    listed_file_id: int = 0
    views: list[tuple[int, datetime]] = field(default_factory=list)
    """(account of Plex, when) of each play to the end there."""

    @property
    def folder(self) -> str:
        """Its folder below the root."""
        return f"{self.root}/{self.title} ({self.year})"


Told = Callable[[str, Film], None]


class Films:
    """All movies, and which of them the media servers list since when."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.root = world.disk.folder(ROOT)
        self.arriving: set[int] = set()
        """Movies in Radarr's queue."""
        self.all: dict[int, Film] = {}
        self.plex: dict[int, datetime] = {}
        self.jellyfin: dict[int, datetime] = {}
        self.hidden_in: set[str] = set()
        """Servers that list no movies anew: `plex`, `jellyfin`."""
        self.listeners: list[Told] = []
        """Told of what Radarr would post: (event type, movie)."""

    @property
    def managed(self) -> list[Film]:
        """What Radarr holds."""
        return [film for film in self.all.values() if film.wanted]

    def named(self, title: str) -> Film:
        """The movie of that title. Raises KeyError when there is none."""
        for film in self.all.values():
            if film.title == title:
                return film
        raise KeyError(title)

    def add(
        self,
        title: str,
        year: int,
        *,
        runtime: int = 110,
        genres: tuple[str, ...] = (),
        studio: str = "",
        overview: str = "",
        rating: float = 7.0,
        monitored: bool = True,
        wanted: bool = True,
        tags: tuple[str, ...] = (),
    ) -> Film:
        """A movie without a file; with `wanted` it is added to Radarr."""
        number = self._world.next_id("film")
        film = Film(
            number,
            title,
            year,
            800_000 + number,
            f"tt97{number:05d}",
            runtime,
            genres,
            studio,
            overview,
            rating,
            monitored,
            wanted,
            tuple(self._world.tag(label) for label in tags),
            self._world.now,
            root=self.root,
        )
        self.all[number] = film
        if wanted:
            self._tell("MovieAdded", film)
        return film

    def import_file(
        self, film: Film, quality: str = "Bluray-1080p", *, size: int = 0, at: datetime | None = None
    ) -> None:
        """Put its file into its folder; the media servers list it a while later, or at once when it was long ago."""
        film.quality = QUALITIES[quality]
        film.path = f"{film.folder}/{film.title} ({film.year}) {quality}.mkv"
        film.size = size or film.runtime * PER_MINUTE[film.quality.resolution]
        film.file_added_at = at or self._world.now
        film.file_id = self._world.next_id("film_file")
        film.listed_path, film.listed_size, film.listed_file_id = film.path, film.size, film.file_id
        self._world.disk[film.path] = film.size
        if at is not None:
            self._look(film.id)
        else:
            self._world.after(LOOK_AFTER, lambda: self._look(film.id))
            self._tell("Download", film)

    def delete_file(self, film: Film) -> None:
        """Take its file away."""
        self._tell("MovieFileDelete", film)
        self._world.disk.throw(film.path, self._world.recycle_bin, film.root)
        film.path, film.size, film.file_added_at, film.file_id = "", 0, None, 0
        film.monitored = film.monitored and not self._world.unmonitors_deleted
        self._world.after(LOOK_AFTER, lambda: self._look(film.id))

    def remove(self, film: Film) -> None:
        """Take it out of Radarr, with its file."""
        if film.path:
            self.delete_file(film)
        film.wanted = False
        self._tell("MovieDelete", film)

    def search(self, film: Film) -> None:
        """Let Radarr look for a release; it finds one for a movie without a file, which arrives after a while."""
        if film.path or film.id in self.arriving:
            return
        self.arriving.add(film.id)

        def arrive() -> None:
            self.arriving.discard(film.id)
            if film.wanted and not film.path:
                self.import_file(film)

        self._world.after(ARRIVES_AFTER, arrive)

    def told(self, path: str) -> None:
        """Somebody told the media servers that a file or folder has changed."""
        for film in self.all.values():
            if path in {film.folder, film.listed_path} or path.startswith(f"{film.folder}/"):
                self._world.after(1.0, partial(self._look, film.id))

    def view(self, account: int, film: Film, at: datetime | None = None) -> None:
        """Let an account of Plex watch it to its end."""
        film.views.append((account, at or self._world.now))

    def _look(self, number: int) -> None:
        film = self.all[number]
        for name, listed in (("plex", self.plex), ("jellyfin", self.jellyfin)):
            if not film.path:
                listed.pop(number, None)
            elif name not in self.hidden_in:
                listed.setdefault(number, self._listed_at(film))

    def _listed_at(self, film: Film) -> datetime:
        at = film.file_added_at or self._world.now
        return min(at + timedelta(seconds=LOOK_AFTER), self._world.now)

    def _tell(self, kind: str, film: Film) -> None:
        for listener in self.listeners:
            listener(kind, film)


def fill(world: "World") -> None:
    """A dozen movies as they stand before the stories begin; titles are well known, all else is invented."""
    films = world.films
    for title, year, runtime, genres, studio, rating, days, quality, overview in _TABLE:
        film = films.add(
            title,
            year,
            runtime=runtime,
            genres=genres,
            studio=studio,
            overview=overview,
            rating=rating,
            monitored=title != "Heat",
            wanted=title != "Stalker",
            tags=("keep",) if title == "Spirited Away" else (),
        )
        film.added_at = world.now - timedelta(days=abs(days) + 1)
        if days >= 0:
            films.import_file(film, quality, at=world.now - timedelta(days=days))
    films.jellyfin.pop(films.named("Whiplash").id, None)
    for title, account, ago in _WATCHED:
        films.view(account, films.named(title), world.now - timedelta(days=ago))
    world.after(60.0, lambda: films.import_file(films.named("Dune")))
    world.after(150.0, lambda: films.view(1000, films.named("Dune")))


_DRAMA = ("Drama",)
_TABLE = (
    (
        "Spirited Away",
        2001,
        125,
        ("Animation", "Fantasy"),
        "Studio Ghibli",
        8.5,
        900,
        "Bluray-1080p",
        "A girl takes a job in a bathhouse whose guests are not people, and has to remember her own name.",
    ),
    (
        "Heat",
        1995,
        170,
        ("Crime", "Drama"),
        "Regency",
        8.0,
        700,
        "Bluray-1080p",
        "A thief who lives by one rule and the detective after him find that they have the rule in common.",
    ),
    (
        "Blade Runner 2049",
        2017,
        164,
        ("Science Fiction", "Drama"),
        "Alcon",
        7.9,
        620,
        "WEBDL-2160p",
        "A policeman finds something buried that should not exist, and begins to wonder about himself.",
    ),
    (
        "Arrival",
        2016,
        116,
        ("Science Fiction", "Drama"),
        "FilmNation",
        7.8,
        540,
        "Bluray-1080p",
        "A linguist learns a language that changes what she remembers, and when.",
    ),
    (
        "The Grand Budapest Hotel",
        2014,
        100,
        ("Comedy", "Drama"),
        "Fox Searchlight",
        8.0,
        430,
        "Bluray-1080p",
        "A concierge, his lobby boy and a painting travel through a country that is about to disappear.",
    ),
    (
        "Parasite",
        2019,
        133,
        ("Thriller", "Drama"),
        "Barunson",
        8.3,
        365,
        "WEBDL-1080p",
        "A family moves into another family's house, one job at a time.",
    ),
    (
        "Mad Max: Fury Road",
        2015,
        120,
        ("Action",),
        "Village Roadshow",
        7.7,
        300,
        "WEBDL-2160p",
        "A truck drives away, a truck drives back.",
    ),
    (
        "Paddington 2",
        2017,
        104,
        ("Comedy", "Family"),
        "StudioCanal",
        7.6,
        210,
        "WEBDL-720p",
        "A bear goes to prison for a book that he only wanted to give away.",
    ),
    (
        "Whiplash",
        2014,
        107,
        _DRAMA,
        "Bold Films",
        8.3,
        120,
        "WEBDL-1080p",
        "A drummer and his teacher agree on what greatness costs, and on nothing else.",
    ),
    (
        "Stalker",
        1979,
        162,
        ("Science Fiction", "Drama"),
        "Mosfilm",
        7.9,
        90,
        "Bluray-1080p",
        "Three men walk to a room that grants wishes, and stop at its door.",
    ),
    (
        "The Handmaiden",
        2016,
        145,
        ("Romance", "Thriller"),
        "Moho Film",
        8.0,
        30,
        "WEBDL-1080p",
        "A maid is hired to deceive her lady, who has plans of her own.",
    ),
    (
        "Dune",
        2021,
        155,
        ("Science Fiction",),
        "Legendary",
        7.8,
        -3,
        "",
        "A family is given a desert that everybody wants.",
    ),
    (
        "Perfect Days",
        2023,
        124,
        _DRAMA,
        "Master Mind",
        7.7,
        -2,
        "",
        "A man cleans toilets, listens to cassettes and looks at trees.",
    ),
)
"""Title, year, minutes, genres, studio, rating, days since its file came (negative: none has), quality, overview."""
_WATCHED = (
    ("Spirited Away", 1, 800.0),
    ("Spirited Away", 1000, 45.0),
    ("Heat", 1, 650.0),
    ("Arrival", 1001, 400.0),
    ("Parasite", 1000, 200.0),
    ("Parasite", 1, 150.0),
    ("Paddington 2", 1000, 20.0),
    ("The Handmaiden", 1, 6.0),
)
"""Title, account of Plex, days ago."""
