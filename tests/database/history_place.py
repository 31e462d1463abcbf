"""A place for imports of viewing histories: users, a library, and a metadata service in the hand of the test."""

import asyncio
import io
from datetime import UTC, date, datetime
from pathlib import Path

from hand import Hand
from sqlalchemy import insert, select

from episodarr.database.accounts import StoredAccounts
from episodarr.database.engine import Database
from episodarr.database.history_imports import StoredHistoryImports
from episodarr.database.history_personal import StoredPersonal
from episodarr.database.history_review import StoredMappings
from episodarr.database.history_shows import StoredLibrary
from episodarr.database.schema import connections, episodes, seasons, series
from episodarr.database.schema_history_imports import watched_days, watched_films
from episodarr.histories.asking import Known, Unknown
from episodarr.histories.histories import Histories, Person
from episodarr.histories.import_history import ImportHistory
from episodarr.histories.import_model import Choices, Report, report_of
from episodarr.histories.kept_files import KeptFiles
from episodarr.histories.metadata import FoundShow, KnownEpisode, KnownSeason, KnownShow, ShowRef
from episodarr.histories.names import clean


def show(number: int, title: str, seasons: dict[int, list[str]], **more: object) -> KnownShow:
    """A show of TMDB whose episodes have these titles."""
    return KnownShow(
        ShowRef("tmdb", number),
        title,
        seasons=tuple(KnownSeason(one, f"Season {one}", len(titles)) for one, titles in seasons.items()),
        episodes=tuple(
            KnownEpisode(one, at, (title,), date(2018, 1, 1))
            for one, titles in seasons.items()
            for at, title in enumerate(titles, 1)
        ),
        **more,
    )


DARK = show(
    1, "Dark", {1: ["Secrets", "Lies", "Past and Present"], 2: ["Beginnings and Endings", "Dark Matter"]}, year=2017
)
OFFICE_US = show(2, "The Office", {1: ["Pilot", "Diversity Day"]}, year=2005, countries=("US",), tvdb_id=73244)
OFFICE_UK = show(3, "The Office", {1: ["Downsize", "Work Experience"]}, year=2001, countries=("GB",), tvdb_id=78107)


class HandLookup:
    """A metadata service; `down` says why it cannot be asked."""

    def __init__(self, *shows: KnownShow) -> None:
        self.shows = list(shows)
        self.down = ""
        self.warm = False
        """Whether everything was asked for before."""
        self.asked: list[tuple[str, str]] = []

    async def search(self, title, year=0, language=""):
        await asyncio.sleep(0)
        self.asked.append(("search", title))
        if self.down:
            return Unknown(self.down, fix="Wait.")
        wanted = clean(title)
        found = [one for one in self.shows if wanted in clean(one.title)]
        return Known([FoundShow(one.ref, one.title, year=one.year, countries=one.countries) for one in found])

    async def show(self, ref, language="", seasons=None):
        await asyncio.sleep(0)
        self.asked.append(("show", str(ref.id)))
        if self.down:
            return Unknown(self.down, fix="Wait.")
        return Known(next((one for one in self.shows if one.ref == ref), None))

    async def by_id(self, *, tvdb_id=0, imdb_id="", tmdb_id=0):
        self.asked.append(("find", str(tvdb_id or imdb_id or tmdb_id)))
        if self.down:
            return Unknown(self.down, fix="Wait.")
        found = (one.ref for one in self.shows if (tvdb_id and one.tvdb_id == tvdb_id) or one.ref.id == tmdb_id)
        return Known(next(found, None))

    def held(self):
        return self if self.warm else NothingHeld()

    def rates(self):
        return {}

    def latest(self, limit=100):
        return []

    def times(self, kind: str) -> int:
        return sum(one == kind for one, _ in self.asked)


class NothingHeld:
    async def search(self, title, year=0, language=""):
        return Unknown("it was not asked for yet")

    async def show(self, ref, language="", seasons=None):
        return Unknown("it was not asked for yet")

    async def by_id(self, *, tvdb_id=0, imdb_id="", tmdb_id=0):
        return Unknown("it was not asked for yet")


class HistoryPlace:
    """Everything about histories on one database."""

    def __init__(self, database: Database, clock: Hand, folder: Path, *shows: KnownShow) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.lookup = HandLookup(*shows)
        self.store = StoredHistoryImports(database, clock)
        self.mappings = StoredMappings(database)
        self.personal = StoredPersonal(database)
        self.files = KeptFiles(folder / "histories")
        self.library = StoredLibrary(database)
        self.changes: list[tuple[int, bool]] = []
        self.importing = self.another_importing()
        self.started: list[int] = []
        self.histories = Histories(
            self.importing,
            self.store,
            self.mappings,
            self.personal,
            self.library,
            self.lookup,
            self.lookup,
            lambda one: self.started.append(one) or len(self.started),
            lambda: None,
            clock,
        )

    def another_importing(self) -> ImportHistory:
        """As a process would have it that is started anew."""

        def changed(user: int, taken_back: bool) -> None:
            self.changes.append((user, taken_back))

        return ImportHistory(
            self.store, self.mappings, self.files, self.library, self.lookup, self.clock, changed, 4 << 20
        )

    def user(self, name: str = "ada", role: str = "viewer") -> Person:
        made = StoredAccounts(self.database).add_user(name, "hash", role, self.clock())
        return Person(made.id, made.name, made.is_admin)

    def listed(self, title: str, titles: dict[int, list[str]], **more: object) -> int:
        """A show that a Sonarr lists; its id."""
        now = self.clock()
        row = {
            column.name: _nothing(column) for column in series.columns if not column.nullable and column.name != "id"
        }
        row |= {"title": title, "sort_title": title.lower(), "synced_at": now, "created_at": now, "updated_at": now}
        row |= {
            "alternate_titles": "[]",
            "states": "{}",
            "genres": "[]",
            "season_count": sum(one > 0 for one in titles),
        }
        row["aired_count"] = row["episode_count"] = sum(len(of) for one, of in titles.items() if one)
        with self.database.writing() as db:
            connection = db.execute(select(connections.c.id).limit(1)).scalar()
            if connection is None:
                about = {"kind": "sonarr", "name": "Sonarr", "settings": "{}", "enabled": True}
                about |= {"from_environment": False, "created_at": now, "updated_at": now}
                connection = db.execute(insert(connections).values(about)).inserted_primary_key[0]
            count = len(db.execute(select(series.c.id)).all())
            row |= {"connection_id": connection, "sonarr_id": count + 1} | more
            series_id = db.execute(insert(series).values(row)).inserted_primary_key[0]
            for season, names in titles.items():
                for number, name in enumerate(names, 1):
                    one = {c.name: _nothing(c) for c in episodes.columns if not c.nullable and c.name != "id"}
                    one |= {"series_id": series_id, "season_number": season, "episode_number": number, "title": name}
                    one |= {"connection_id": connection, "sonarr_id": series_id * 1000 + season * 100 + number}
                    one |= {"air_date": "2018-01-01", "airs_at": datetime(2018, 1, 1, tzinfo=UTC), "created_at": now}
                    db.execute(insert(episodes).values(one | {"updated_at": now, "state": "unaired", "because": ""}))
        return series_id

    def seasons_of(self, series_id: int, sizes: dict[int, int]) -> None:
        """How many episodes Sonarr counts in each season of a show."""
        row = {column.name: _nothing(column) for column in seasons.columns if column.name not in {"id", "series_id"}}
        row |= {"created_at": self.clock(), "updated_at": self.clock()}
        rows = [row | {"series_id": series_id, "number": one, "total_episode_count": n} for one, n in sizes.items()]
        with self.database.writing() as db:
            db.execute(insert(seasons), rows)

    def episode(self, series_id: int, season: int, number: int) -> int:
        e = episodes.c
        asked = select(e.id).where(e.series_id == series_id, e.season_number == season, e.episode_number == number)
        with self.database.reading() as db:
            return db.execute(asked).scalar_one()

    def upload(self, who: Person, rows: str | bytes, name: str = "history.csv", **choices: object) -> int:
        content = rows if isinstance(rows, bytes) else rows.encode()
        return self.histories.upload(who, name, io.BytesIO(content), Choices(**choices)).import_id

    def imported(self, who: Person, rows: str | bytes, name: str = "history.csv", **choices: object) -> Report:
        """Uploaded, started and run to its end."""
        import_id = self.upload(who, rows, name, **choices)
        self.histories.start(who.user_id, import_id)
        return self.run(import_id)

    def run(self, import_id: int) -> Report:
        return report_of(asyncio.run(self.importing.run(import_id, lambda _progress, _message: None)))

    def complete(self) -> int:
        return asyncio.run(self.importing.complete(lambda _progress, _message: None))

    def days(self, who: Person) -> set[tuple[int, int, int, str]]:
        """The personal history: show, season, number and day."""
        d = watched_days.c
        with self.database.reading() as db:
            rows = db.execute(select(d.show_id, d.season, d.number, d.watched_on).where(d.user_id == who.user_id))
            return {tuple(row) for row in rows}

    def films(self, who: Person) -> set[tuple[str, str]]:
        f = watched_films.c
        with self.database.reading() as db:
            return {tuple(row) for row in db.execute(select(f.title, f.watched_on).where(f.user_id == who.user_id))}


def _nothing(column):
    kind = column.type.python_type
    if kind is datetime:
        return datetime(2020, 1, 1, tzinfo=UTC)
    return kind()


def netflix(*rows: tuple[str, str]) -> str:
    """A simple file of Netflix: titles and days, which are `2026-01-05`."""
    return "Title,Date\n" + "".join(f'"{title}",{day}\n' for title, day in rows)
