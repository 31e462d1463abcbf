"""Case 21: a viewing history imported: rows a second, lookups, and the memory of a very long file.

The floor reads the same file with `csv` and writes each row into the same table with the same indexes; it decides no
form of dates, takes no title apart, looks nothing up, and keeps no history of anybody.
"""

import asyncio
import csv
import gc
import io
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from bench.child import in_child
from bench.lines import Line, say, within
from bench.size import Size
from episodarr.database.accounts import StoredAccounts
from episodarr.database.engine import Database
from episodarr.database.history_imports import StoredHistoryImports
from episodarr.database.history_review import StoredMappings
from episodarr.database.history_shows import StoredLibrary
from episodarr.histories.asking import Known
from episodarr.histories.import_history import ImportHistory
from episodarr.histories.kept_files import KeptFiles
from episodarr.histories.metadata import FoundShow, KnownEpisode, KnownSeason, KnownShow, ShowRef

NOW = datetime(2026, 7, 1, tzinfo=UTC)
_EPISODES = 12
_LONGEST = 1_000_000


class Answers:
    """A metadata service whose answers are there already."""

    def __init__(self, shows: int) -> None:
        self.shows = {name_of(number).casefold(): known(number) for number in range(shows)}
        self.by_ref = {show.ref: show for show in self.shows.values()}
        self.searches: set[str] = set()
        self.reads: set[ShowRef] = set()
        """What was asked, each once: Lookups answers it again out of its memory."""

    async def search(self, title: str, year: int = 0, language: str = "") -> Known[list[FoundShow]]:  # noqa: ARG002
        """See Lookups."""
        self.searches.add(title)
        show = self.shows.get(title.casefold())
        return Known([FoundShow(show.ref, show.title)] if show is not None else [])

    async def show(self, ref: ShowRef, language: str = "", seasons: Any = None) -> Known[KnownShow | None]:  # noqa: ARG002
        """See Lookups."""
        self.reads.add(ref)
        return Known(self.by_ref.get(ref))

    async def by_id(self, **_: Any) -> Known[ShowRef | None]:
        """See Lookups."""
        return Known(None)

    def held(self) -> "Answers":
        """See Lookups."""
        return self


def name_of(number: int) -> str:
    """The title of a show."""
    return f"Harbour {number} Lights"


def known(number: int) -> KnownShow:
    """A show of three seasons."""
    return KnownShow(
        ShowRef("tmdb", number + 1),
        name_of(number),
        seasons=tuple(KnownSeason(one, f"Season {one}", _EPISODES) for one in (1, 2, 3)),
        episodes=tuple(
            KnownEpisode(one, at, (f"Chapter of {one} and {at}",), date(2020, 1, 1))
            for one in (1, 2, 3)
            for at in range(1, _EPISODES + 1)
        ),
    )


def history(file: BinaryIO, rows: int, shows: int) -> None:
    """A file of Netflix, the newest view first."""
    dice = random.Random(5)  # noqa: S311  # invented data
    file.write(b"Title,Date\n")
    day = date(2026, 6, 30)
    for row in range(rows):
        if row % (rows // 6_000 + 1) == 0:
            day -= timedelta(days=1)
        if dice.random() < 0.1:
            title = f"A Film of {dice.randrange(5_000)}"
        else:
            season, at = dice.randrange(1, 4), dice.randrange(1, _EPISODES + 1)
            title = f"{name_of(dice.randrange(shows))}: Season {season}: Chapter of {season} and {at}"
        file.write(f'"{title}",{day.isoformat()}\n'.encode())


def imported(rows: int, shows: int, again: bool = False) -> dict[str, Any]:
    """A file imported into an empty database; `again`: once more, when everything is known."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/episodarr.db")
        database.migrate()
        user = StoredAccounts(database).add_user("ada", "hash", "viewer", NOW)
        store, answers = StoredHistoryImports(database, lambda: NOW), Answers(shows)
        importing = ImportHistory(
            store,
            StoredMappings(database),
            KeptFiles(Path(folder) / "histories"),
            StoredLibrary(database),
            answers,
            lambda: NOW,
        )
        path = Path(folder) / "NetflixViewingHistory.csv"
        with path.open("wb") as made:
            history(made, rows, shows)
        walls = []
        one: Any = None
        gc.collect()
        gc.freeze()  # as the service does at its start
        for _ in range(2 if again else 1):
            started = time.perf_counter()
            with path.open("rb") as content:
                preview = importing.upload(user.id, path.name, content, "ada")
            importing.start(preview.import_id)
            one = asyncio.run(importing.run(preview.import_id, lambda _progress, _message: None))
            walls.append(time.perf_counter() - started)
        told = {
            "walls": walls,
            "counts": dict(one.counts),
            "searches": len(answers.searches),
            "reads": len(answers.reads),
        }
        told["status"] = one.status.value
        database.close()
    return told


def bare(rows: int, shows: int) -> dict[str, Any]:
    """Read by csv, and executemany into the same table."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/episodarr.db")
        database.migrate()
        StoredAccounts(database).add_user("ada", "hash", "viewer", NOW)
        import_id = StoredHistoryImports(database, lambda: NOW).add(1, "x.csv", "ada", NOW.date(), NOW)
        database.close()
        content = io.BytesIO()
        history(content, rows, shows)
        content.seek(0)
        db = sqlite3.connect(Path(folder) / "episodarr.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768"):
            db.execute(f"PRAGMA {pragma}")
        columns = "import_id,line,title,name,watched_on,member,kind,episode_title,year,tmdb_id,tvdb_id,imdb_id"
        insert = (
            f"INSERT INTO history_rows ({columns},plays,outcome,way,why,suggestions) "  # noqa: S608  # names of our own
            "VALUES (?,?,?,?,?,'','unknown','',0,0,0,'',1,'matched','','','')"
        )
        started = time.perf_counter()
        read = csv.reader(io.TextIOWrapper(content, "utf-8", newline=""))
        next(read)
        batch: list[Any] = []
        for line, (title, day) in enumerate(read, 2):
            batch.append((import_id, line, title, title.partition(":")[0], day))
            if len(batch) == 2_000:
                _write(db, insert, batch)
                batch = []
        _write(db, insert, batch)
        wall = time.perf_counter() - started
        db.close()
    return {"wall": wall}


def _write(db: sqlite3.Connection, insert: str, batch: list[Any]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.executemany(insert, batch)
    db.execute("COMMIT")


def histories(size: Size, folder: Path) -> Iterator[Line]:  # noqa: ARG001  # it has a database of its own
    """Rows a second, lookups, memory."""
    rows = 200_000 if size.series > 500 else 10_000
    say("histories: floor")
    floor = in_child("case_histories", "bare", rows=rows, shows=100)
    say("histories: ours")
    ours = in_child("case_histories", "imported", rows=rows, shows=100, again=True)
    least = floor["wall"]
    for name, wall in zip(("histories-warm", "histories-again"), ours["walls"], strict=True):
        extra = {"rows": rows, "rows_per_s": round(rows / wall)}
        yield Line(name, size.name, wall, least, "<= 4x", within(wall, least, 4), extra)
    few = in_child("case_histories", "imported", rows=10_000, shows=100)
    lookups = {"searches": few["searches"], "reads": few["reads"], "counts": few["counts"]}
    least_asked = few["searches"] <= 100 and few["reads"] <= 100
    yield Line("histories-lookups", size.name, few["walls"][0], None, "1 search a show", least_asked, lookups)
    if size.series > 500:
        say("histories: a million rows")
        long = in_child("case_histories", "imported", rows=_LONGEST, shows=1_000)
        told = {"peak_mb": long["peak_mb"], "rows_per_s": round(_LONGEST / long["walls"][0])}
        yield Line("histories-million", size.name, long["walls"][0], None, "<= 200 MB", long["peak_mb"] <= 200, told)
