"""Plans of an invented library, the planner that makes them, and a worker that carries them out step by step."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memory_journal import MemoryJournal

from episodarr.connections.failures import Offline, ServiceFailure
from episodarr.deletion.delete import Delete, lines_of
from episodarr.deletion.journal import PlanStatus, StepRow, StepState
from episodarr.deletion.limits import exceeded
from episodarr.deletion.plan import (
    Deed,
    Plan,
    PlannedEpisode,
    PlannedFile,
    PlannedRecord,
    PlannedShelf,
    PlannedTitle,
    PlannedTorrent,
    ShelfItem,
    Stay,
    TorrentChoice,
    Wish,
    steps_of,
)

GIB = 2**30
HOSTILE = "</script><script>alert(1)</script> & Söhne"
PACK, SINGLE = "a" * 40, "b" * 40


def a_file(
    number: int, *, title: str = "Horimiya", series: int = 1, season: int = 1, freed: int | None = GIB
) -> PlannedFile:
    """The file of an episode; its id is a hundred a season on from the number."""
    one = PlannedEpisode(100 * season + number, 9000 + number, season, number, f"Chapter {number}")
    return PlannedFile(
        connection=1,
        manager="Sonarr",
        owner_id=series,
        owner_ids=(70 + series, 80 + series),
        title=title,
        label=f"{title} S{season:02}E{number:02}",
        file_id=500 + number,
        path=f"/tv/{title}/Season {season:02}/{title} - S{season:02}E{number:02} - Chapter {number} WEBDL-1080p.mkv",
        size=GIB,
        series_id=series,
        episodes=(one,),
        monitored=(one.manager_id,),
        freed=freed,
        cautions=("it was requested 12 days ago",) if number == 2 else (),
    )


def a_movie() -> PlannedFile:
    """The file of a movie."""
    return PlannedFile(
        connection=5,
        manager="Radarr",
        owner_id=3,
        owner_ids=(0, 603),
        title="Heat",
        label="Heat",
        file_id=77,
        path="/movies/Heat (1995)/Heat.mkv",
        size=9 * GIB,
        movie_id=3,
        monitored=(3,),
    )


@dataclass
class FakePlanner:
    """Makes a plan of `files` files, or says why it cannot."""

    clock: Callable[[], datetime]
    journal: MemoryJournal
    files: int = 13
    title: str = "Horimiya"
    trouble: Exception | None = None
    asked: list[Wish] = field(default_factory=list)
    unknown: Collection[int] = (3,)
    """Numbers of episodes of which it is not known what they free."""

    async def plan(self, wish: Wish, *, rule_id: int | None) -> Plan:
        self.asked.append(wish)
        if self.trouble is not None:
            raise self.trouble
        now = self.clock()
        files = tuple(self._file(number) for number in range(1, self.files + 1))
        if any(one.movie_id for one in wish.targets):
            files = (a_movie(),)
        places = tuple(range(len(files)))
        chosen = PACK in wish.also_torrents
        goes = (
            PlannedTorrent(
                2,
                "qBittorrent",
                SINGLE,
                "[GRP] Horimiya S01 (1080p)",
                "/dl/h",
                13 * GIB,
                14,
                places,
                "everything in it goes",
            ),
        )
        if chosen:
            also = ("Horimiya - OVA.mkv", "Horimiya - Extras.mkv")
            goes += (
                PlannedTorrent(
                    2,
                    "qBittorrent",
                    PACK,
                    "Horimiya complete",
                    "/dl/c",
                    40 * GIB,
                    40,
                    places,
                    "you chose so",
                    also,
                    chosen=True,
                ),
            )
        stays = [Stay(f"{self.title} S01E00", "it is protected by the tag “keep”", size=GIB)]
        if not chosen:
            stays.append(Stay("Horimiya complete", "it also holds Horimiya - OVA.mkv", PACK, True, 40 * GIB))
        if wish.torrents is TorrentChoice.KEEP:
            goes = ()
        made = Plan(
            title="Heat"
            if files and files[0].movie_id
            else f"{self.title}, season 1"
            if files
            else f"Nothing of {self.title}",
            wish=wish,
            made_at=now,
            expires_at=now + timedelta(minutes=30),
            files=files,
            torrents=goes if files else (),
            shelves=(PlannedShelf(3, "Jellyfin", tuple(ShelfItem(place, f"item-{place}") for place in places)),)
            if files
            else (),
            titles=(PlannedTitle(4, "Seerr", "tv", 81, self.title, places, False, (1,)),) if files else (),
            records=tuple(PlannedRecord(6, "Shoko", place, f"Season 01/{place}.mkv") for place in places),
            stays=tuple(stays),
            notes=("Sonarr moves the files into its recycle bin, /bin, which it empties after 7 days",)
            if files
            else (),
        )
        over = exceeded(made, self.journal.caps(), self.journal.spent_since, now, by_rule=rule_id is not None)
        return Plan(**{name: getattr(made, name) for name in made.__struct_fields__} | {"exceeded": tuple(over)})

    def _file(self, number: int) -> PlannedFile:
        freed = None if number in self.unknown else 0 if number == 4 else GIB
        return a_file(number, title=self.title, freed=freed)


@dataclass
class FakeUndoer:
    """Notes what is asked for again; `broken`: nobody answers."""

    asked: list[str] = field(default_factory=list)
    broken: bool = False

    async def bring_back(self, file: PlannedFile) -> None:
        if self.broken:
            raise Offline("Sonarr", "nobody answers at sonarr:8989")
        self.asked.append(file.label)


class Deletion:
    """The real facade over all of these."""

    def __init__(self, clock: Callable[[], datetime], *, paused_by_environment: bool = False) -> None:
        self.clock = clock
        self.journal = MemoryJournal()
        self.planner = FakePlanner(clock, self.journal)
        self.undoer = FakeUndoer()
        self.begun = 0
        self.delete = Delete(
            self.journal,
            self.planner,
            self.undoer,
            b"a secret of this test",
            clock,
            self._begin,
            paused_by_environment=paused_by_environment,
        )

    def _begin(self) -> None:
        self.begun += 1

    def carry_out(
        self,
        plan_id: int,
        steps: int | None = None,
        states: Callable[[int], tuple[StepState, str]] | None = None,
    ) -> None:
        """Do the first steps of a plan, or all, each with the outcome that is said for its number."""
        row = self.journal.rows[plan_id]
        for step in steps_of(row.plan)[:steps]:
            state, answer = states(step.number) if states else (StepState.VERIFIED, "")
            self.journal.intend("test", plan_id, step.number, self.clock())
            file = row.plan.files[step.files[0]]
            size = file.size if step.deed is Deed.DELETE_FILE and state is StepState.VERIFIED else 0
            ended = StepRow(
                step.number, state, 1, ended_at=self.clock(), answer=answer or f"{step.system} says so", size=size
            )
            lines = [
                line
                for place in step.files
                for line in lines_of(
                    row, row.plan.files[place], deed=step.deed.value, now=self.clock(), by=row.confirmed_by
                )
            ]
            told = [
                _as(line, system=step.system, outcome=state, answer=ended.answer, step=step.number, size=size)
                for line in lines
            ]
            self.journal.result("test", plan_id, ended, told)

    def end(self, plan_id: int, status: PlanStatus = PlanStatus.DONE, message: str = "") -> None:
        """Say how it ended."""
        self.journal.end(plan_id, status, message, self.clock())


def _as(line, **changed):
    return type(line)(**{name: getattr(line, name) for name in line.__struct_fields__} | changed)


def offline() -> ServiceFailure:
    """A manager that cannot be asked."""
    return Offline("Sonarr", "nobody answers at sonarr:8989")
