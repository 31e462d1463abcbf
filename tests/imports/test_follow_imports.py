"""Following an importer: what is asked, how often, and what an answer means (R-D9)."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from episodarr.connections.failures import Offline
from episodarr.episode.facts import Fact, Recognition, RecognitionPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, Source
from episodarr.imports.follow import FollowImports
from episodarr.imports.model import CrossReference, ImporterFile, ImporterFolder
from episodarr.imports.paths import PathMapping
from episodarr.imports.ports import ImportedFile

pytestmark = pytest.mark.anyio
START = datetime(2026, 1, 20, 12, tzinfo=UTC)
SERIES = SeriesId(7)


class FakeImporter:
    """A small importer."""

    def __init__(self) -> None:
        self.mappings: list[PathMapping] = []
        self.held: list[ImporterFile] = []
        self.working = False
        self.down = False
        self.asked: list[str] = []

    async def folders(self) -> list[ImporterFolder]:
        if self.down:
            raise Offline("Shoko", "gone")
        return [ImporterFolder(1, "/data/anime")]

    async def files(self, folder: int) -> AsyncIterator[list[ImporterFile]]:
        self.asked.append("all")
        yield list(self.held)

    async def files_ending(self, path_end: str) -> list[ImporterFile]:
        self.asked.append(path_end)
        return [one for one in self.held if any(place.endswith(path_end) for _, place in one.locations)]

    async def busy(self) -> bool:
        return self.working

    async def look_again(self, file: int) -> None:
        self.asked.append(f"again {file}")

    async def scan(self, folder: int) -> None:
        self.asked.append(f"scan {folder}")


class FakeStore:
    """Imported files, and the last word on each."""

    def __init__(self) -> None:
        self.files: dict[str, ImportedFile] = {}
        self.references: dict[EpisodeId, tuple[int, tuple[CrossReference, ...]]] = {}

    def add(self, name: str, episode: int, size: int = 10) -> str:
        path = f"/media/anime/Show/{name}"
        self.files[path] = ImportedFile(path, size, SERIES, (EpisodeId(episode),))
        return path

    def imported_under(
        self, source: Source, roots: Collection[str], after: int, limit: int
    ) -> tuple[list[ImportedFile], int]:
        found = [file for path, file in self.files.items() if not roots or any(path.startswith(r) for r in roots)]
        return (found[after : after + 1], after + 1 if after + 1 < len(found) else 0)

    def awaiting(self, source: Source, series: Collection[SeriesId]) -> list[ImportedFile]:
        return [f for f in self.files.values() if f.phase is not RecognitionPhase.RECOGNIZED and f.series_id in series]

    def refer(self, connection: ConnectionId, found: Mapping) -> int:
        self.references |= found
        return len(found)


class FakeLedger:
    def __init__(self, store: FakeStore) -> None:
        self.store, self.said = store, []

    def observe(self, facts: Collection[Fact]) -> int:
        import msgspec

        for fact in facts:
            assert isinstance(fact.what, Recognition)
            self.said.append((fact.about, fact.what.phase))
            for path, file in self.store.files.items():
                if fact.about in file.episodes:
                    self.store.files[path] = msgspec.structs.replace(file, phase=fact.what.phase)
        return len(facts)


class Bench:
    def __init__(self) -> None:
        self.now = START
        self.shoko, self.store = FakeImporter(), FakeStore()
        self.ledger = FakeLedger(self.store)
        self.recognized: list[set[SeriesId]] = []
        self.follow = FollowImports(
            ConnectionId(3),
            "Shoko",
            self.shoko,  # type: ignore[arg-type]  # as far as the follower goes
            self.store,  # type: ignore[arg-type]  # see above
            self.ledger,  # type: ignore[arg-type]  # see above
            lambda series: self.recognized.append(set(series)),
            lambda: self.now,
        )

    def knows(self, name: str, number: int, *, recognized: bool = True, size: int = 10) -> None:
        references = (CrossReference(501, 60_000 + number, 240_000 + number),) if recognized else ()
        self.shoko.held = [one for one in self.shoko.held if one.id != number]
        self.shoko.held.append(ImporterFile(number, size, ((1, f"Show/{name}"),), references))

    async def poll(self, seconds: float = 60) -> list[tuple[int, RecognitionPhase]]:
        before = len(self.ledger.said)
        self.now += timedelta(seconds=seconds)
        await self.follow.poll()
        return self.ledger.said[before:]


P, R, U = RecognitionPhase.PENDING, RecognitionPhase.RECOGNIZED, RecognitionPhase.UNRECOGNIZED


async def test_the_first_look_compares_everything_in_big_pages() -> None:
    bench = Bench()
    for number in (1, 2, 3):
        bench.store.add(f"E{number}.mkv", number)
    bench.store.files["/media/tv/Other/E1.mkv"] = ImportedFile(
        "/media/tv/Other/E1.mkv", 5, SeriesId(8), (EpisodeId(9),)
    )
    bench.knows("E1.mkv", 1)
    bench.knows("E2.mkv", 2, recognized=False)
    assert await bench.poll() == [(1, R), (2, U), (3, P)]
    assert bench.shoko.asked == ["all"]
    assert bench.recognized == [{SERIES}]
    assert bench.store.references[EpisodeId(1)] == (1, (CrossReference(501, 60_001, 240_001),))
    assert bench.store.references[EpisodeId(2)] == (2, ())


async def test_what_is_open_is_asked_for_with_growing_pauses() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1)
    bench.store.add("E2.mkv", 2)
    bench.knows("E1.mkv", 1)
    await bench.poll()
    del bench.shoko.asked[:]
    for _ in range(60):
        await bench.poll(10)
    assert set(bench.shoko.asked) == {"Show/E2.mkv"}
    assert 4 <= len(bench.shoko.asked) <= 8
    bench.knows("E2.mkv", 2)
    assert await bench.poll(1800) == [(2, R)]
    del bench.shoko.asked[:]
    await bench.poll(1800)
    assert bench.shoko.asked == []


async def test_busy_means_wait_and_an_unrecognised_file_stays_so() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1)
    bench.knows("E0.mkv", 9)
    bench.store.add("E0.mkv", 9)
    await bench.poll()
    bench.shoko.working = True
    bench.knows("E1.mkv", 1, recognized=False)
    assert await bench.poll() == [(1, P)]
    bench.shoko.working = False
    assert await bench.poll(3600) == [(1, U)]
    bench.shoko.working = True
    assert await bench.poll(3600) == [], "it works on something else"


async def test_a_file_of_another_size_is_what_lay_there_before() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1, size=20)
    bench.store.add("E2.mkv", 2)
    bench.knows("E1.mkv", 1, size=10)
    bench.knows("E2.mkv", 2)
    assert (1, P) in await bench.poll()


async def test_a_folder_is_learned_by_a_later_file() -> None:
    bench = Bench()
    await bench.poll()
    bench.store.add("E1.mkv", 1)
    bench.knows("E1.mkv", 1)
    bench.follow.expect([SERIES])
    assert await bench.poll(30) == [(1, R)]


async def test_a_show_that_is_none_of_its_business_is_left_alone() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1)
    bench.knows("E1.mkv", 1)
    await bench.poll()
    bench.store.files["/media/tv/Other/E1.mkv"] = ImportedFile("/media/tv/Other/E1.mkv", 5, SERIES, (EpisodeId(9),))
    bench.follow.expect([SERIES])
    del bench.shoko.asked[:]
    for _ in range(100):
        assert await bench.poll(100) == []
    assert bench.shoko.asked.count("Other/E1.mkv") <= 6


async def test_a_western_show_beside_the_anime_is_not_expected_to_be_recognised() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1)
    bench.knows("E1.mkv", 1)
    path = bench.store.add("West E1.mkv", 2)
    western = ImportedFile(path, 10, SeriesId(8), (EpisodeId(2),), anime=False)
    bench.store.files[path] = western
    bench.knows("West E1.mkv", 2, recognized=False)
    assert await bench.poll() == [(1, R)]
    bench.knows("West E1.mkv", 2)
    bench.follow.expect([SeriesId(8)])
    assert await bench.poll() == [(2, R)], "what it does recognise is told"


async def test_a_western_show_beside_the_anime_is_looked_for_a_few_times_only() -> None:
    bench = Bench()
    bench.store.add("E1.mkv", 1)
    bench.knows("E1.mkv", 1)
    await bench.poll()
    path = bench.store.add("West E1.mkv", 2)
    bench.store.files[path] = ImportedFile(path, 10, SeriesId(8), (EpisodeId(2),), anime=False)
    bench.follow.expect([SeriesId(8)])
    for _ in range(60):
        assert await bench.poll(300) == []
    assert 1 <= bench.shoko.asked.count("Show/West E1.mkv") <= 6


async def test_many_unrecognised_files_keep_no_new_one_and_none_of_themselves_waiting() -> None:
    bench = Bench()
    for number in range(1, 51):
        bench.store.add(f"E{number}.mkv", number)
        bench.knows(f"E{number}.mkv", number, recognized=False)
    bench.knows("E0.mkv", 99)
    bench.store.add("E0.mkv", 99)
    await bench.poll()
    bench.store.add("E60.mkv", 60)
    bench.knows("E60.mkv", 60)
    bench.follow.expect([SERIES])
    assert (60, R) in await bench.poll(), "a new file is asked for first"
    del bench.shoko.asked[:]
    for _ in range(4):
        await bench.poll(2000)
    assert set(bench.shoko.asked) >= {f"Show/E{number}.mkv" for number in range(1, 51)}


async def test_mappings_decide_what_concerns_it() -> None:
    bench = Bench()
    bench.shoko.mappings = [PathMapping("/media/anime", "/data/anime")]
    bench.store.add("E1.mkv", 1)
    assert await bench.poll() == [(1, P)], "it should know it, says the mapping"
    bench.store.files["/media/tv/X/E1.mkv"] = ImportedFile("/media/tv/X/E1.mkv", 5, SERIES, (EpisodeId(9),))
    bench.follow.expect([SERIES])
    assert await bench.poll() == [(1, P)]


async def test_gone_for_a_while_says_nothing_and_forgets_nothing() -> None:
    bench = Bench()
    bench.shoko.down = True
    bench.follow.expect([SERIES])
    bench.store.add("E1.mkv", 1)
    with pytest.raises(Offline):
        await bench.poll()
    assert bench.ledger.said == []
    bench.shoko.down = False
    bench.knows("E1.mkv", 1)
    assert await bench.poll() == [(1, R)]


async def test_looking_again_asks_for_the_file_or_scans_for_new_ones() -> None:
    bench = Bench()
    await bench.follow.look_again([5], SERIES)
    await bench.follow.look_again([], SERIES)
    assert bench.shoko.asked == ["again 5", "scan 1"]
