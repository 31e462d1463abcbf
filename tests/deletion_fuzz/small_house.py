"""A small library over real files, with a plan to delete one of its shows: made anew for each interleaving.

Alpha goes: a pack of three episodes (season 1), a file of two episodes (season 2), a single with a cross-seed
(season 3); of the smallest library a pack of two alone. Bystander is never asked to go. Whatever arrives at a server is
checked at the instant of its effect.
"""

import asyncio
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from home import START
from multidict import CIMultiDict, MultiDict
from wire import Asked, Killed, Mishap, Wire

from episodarr.catalogue.instances import Silent
from episodarr.connections.model import Connection
from episodarr.deletion.carry_out import CarryOut
from episodarr.deletion.journal import Caps, PlanRow, StepState
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, Wish, steps_of
from episodarr.demo.clock import ManualClock
from episodarr.demo.model import QUALITIES, Episode, Release
from episodarr.demo.server import Ask
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.main import House
from episodarr.settings import read

KINDS = ("sonarr", "qbittorrent", "jellyfin", "plex", "seerr")
PERSON = "ada"
_FILE = re.compile(r"/api/v3/episodefile/(\d+)")
_FORBIDDEN = (
    ("sonarr", "DELETE", re.compile(r"/api/v3/(?!episodefile/\d+$).*")),
    ("jellyfin", "DELETE", re.compile(r"/Items.*")),
    ("plex", "DELETE", re.compile(r".*")),
    ("seerr", "DELETE", re.compile(r".*")),
)


def furnish(world: World, *, smallest: bool) -> None:
    """The library: everything has arrived."""
    alpha = world.add_series("Alpha", year=2020, kind="standard", ended=True)
    for season, count in ((1, 2),) if smallest else ((1, 3), (2, 2), (3, 1)):
        world.add_season(alpha, season, count)
    bystander = world.add_series("Bystander", year=2019, kind="standard", ended=True)
    world.add_season(bystander, 1, 2)
    pack = world.arrivals.grab(alpha, world.season_of(alpha, 1), kind="pack", size=3_000, seconds=0, metadata_after=0.0)
    other = world.arrivals.grab(
        bystander, world.season_of(bystander, 1), kind="pack", size=5_000, seconds=0, metadata_after=0.0
    )
    brought = [pack, other]
    if not smallest:
        brought.append(world.arrivals.grab(alpha, world.season_of(alpha, 3), size=2_000, seconds=0, metadata_after=0.0))
    for torrent in brought:
        torrent.private = False
        world.arrivals.set_progress(torrent, 1.0)
    world.clock.advance(60)  # type: ignore[attr-defined]  # the manual clock
    world.advance()
    if not smallest:
        world.arrivals.cross_seed(brought[-1])
        double = Release("Alpha.S02E01E02", "Kitsune", QUALITIES["WEBDL-1080p"], "multiEpisode", 7_000, alpha.language)
        world.add_file(world.season_of(alpha, 2), double)
    assert len(world.files) == (4 if smallest else 7)


@dataclass
class Template:
    """A database in which the library was read once, to be copied."""

    folder: Path
    smallest: bool

    @classmethod
    def made(cls, folder: Path, empty: Path, *, smallest: bool = False) -> "Template":
        """Read the library of `furnish` once. `empty`: a database with all tables."""
        folder.mkdir()
        shutil.copyfile(empty, folder / "episodarr.db")
        house = SmallHouse(folder, folder / "disk", smallest)
        house.run(house.first_look())
        house.close()
        return cls(folder, smallest)

    def copy(self, folder: Path) -> "SmallHouse":
        """The same library in another folder."""
        folder.mkdir()
        for one in self.folder.iterdir():
            if one.is_file() and not one.name.endswith(("-wal", "-shm")):
                shutil.copyfile(one, folder / one.name)
        return SmallHouse(folder, folder / "disk", self.smallest)


@dataclass
class SmallHouse:
    """The house over the library, on a wire that does what the test says."""

    folder: Path
    disk: Path
    smallest: bool
    broken: list[str] = field(default_factory=list)
    """What was done although it must not be."""

    def __post_init__(self) -> None:
        self.disk.mkdir()
        self.clock = ManualClock(START)
        self.world = World(self.clock, disk=self.disk)
        furnish(self.world, smallest=self.smallest)
        self.stack = Stack(self.world)
        servers = {number: self.stack.servers[kind] for number, kind in enumerate(KINDS, 9001)}
        for port, server in servers.items():
            server.port = port
        self.wire = Wire(servers, self._arrived)
        for section in self.stack.plex.sections:  # it numbers what it lists as it is first asked for
            asked = Ask("GET", f"/library/sections/{section}/all", MultiDict(type="4"), CIMultiDict())
            asked.headers["X-Plex-Token"] = self.stack.plex.token
            assert self.stack.plex.answer(asked).status == 200
        self.loop = asyncio.new_event_loop()
        connections = [_connection(self.stack, kind) for kind in KINDS]
        self.house = House(read({}, data_dir=self.folder), {}, self.clock.now, connections)
        self.house._session = self.wire  # type: ignore[assignment]  # looks like one
        self.plan: PlanRow | None = None
        self.dead = False
        self.dies_at = 0
        """The call of the journal at which the process dies; 0: at none."""
        self.die_after_write = False
        """Whether it dies once that call has been written down."""
        self.journal_calls = 0
        self.workers = 0
        self.since: dict[tuple[str, int], int] = {}
        """What forbids an episode (Sonarr's id) to go, and since which request: `protected`, `watched`, `monitored`; of
        all of them `paused` and `tagged`, with the id 0."""
        self._looked: dict[int, int] = {}
        """By file: the request with which it was last looked at."""

    def run(self, work: Any) -> Any:
        """Run something to its end."""
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        """Let go of everything."""
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()
        self.house.close()

    async def first_look(self) -> None:
        """What a start reads."""
        house = self.house
        await house.instances.series(Silent())
        await house.instances.episodes(Silent())
        await house.followers.grabs()
        await house.followers.transfers()
        await house.followers.requests()
        await house.followers.verify()
        self.clock.advance(5)
        await house.followers.verify()
        house.deleting.journal.set_caps(Caps(seeding_ratio=0, seeding_hours=0))

    # ------------------------------------------------------------------ what somebody does

    def alpha(self) -> list[Episode]:
        """The world's episodes of the show that goes."""
        return self.world.episodes_of[self.world.named("Alpha").id]

    def make_plan(self) -> PlanRow:
        """Plan and confirm that Alpha goes."""
        self.wait(60)  # what the template read is older than what is done now
        shows = {one.title: one.id for one in self.house.overview.library(_everything(), 10, None).items}
        wish = Wish((Target(shows["Alpha"]),))
        made: PlanRow = self.run(self.house.delete.plan(wish, PERSON))
        labels = ["Alpha S01E01", "Alpha S01E02", "Alpha S01E03", "Alpha S02E01-E02", "Alpha S03E01"]
        assert [one.label for one in made.plan.files] == (labels[:2] if self.smallest else labels)
        assert len(made.plan.torrents) == 1, "the cross-seeded single stays (D15)"
        self.forbid("monitored", *(one.id for one in self.alpha() if one.monitored))
        self.plan = self.house.delete.confirm(made.id, self.house.delete.token(made), PERSON)
        return self.plan

    def worker(self) -> CarryOut:
        """A process that deletes, with a name of its own."""
        self.workers += 1
        held = self.house.carry_out
        journal = _Mortal(self.house.deleting.journal, self)
        return CarryOut(
            journal,  # type: ignore[arg-type]  # it stands for a journal
            held._calls,
            held._watch,
            held._effects,
            self.house.delete.paused,
            f"worker {self.workers}",
            self.clock.now,
        )

    def work(self, script: list[Mishap], workers: int = 1) -> None:
        """Let workers do what they can while `script` happens to their requests. A killed one does nothing more."""
        self.wire.script.clear()
        self.wire.script.extend(script)
        self.dead = False
        several = [self.worker().run() for _ in range(workers)]

        async def all_of() -> None:
            await asyncio.gather(*several, return_exceptions=False)

        try:
            self.run(all_of())
        except Killed:
            self.dead = True
            self.dies_at = 0
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.run(asyncio.sleep(0))
        self.wire.script.clear()

    def forbid(self, what: str, *episodes: int) -> None:
        """Note that something forbids episodes to go from now on; what holds already goes on."""
        for one in episodes:
            self.since.setdefault((what, one), self.wire.requests)

    def allow(self, what: str) -> None:
        """Note that it does not any more."""
        self.since = {key: at for key, at in self.since.items() if key[0] != what}

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.world.advance()

    def poll(self) -> None:
        """Read the library as it is read by the clock: a process that was killed may not have come to it."""
        self.wait(60)
        self.run(self.house.instances.episodes(Silent(), full=True))

    def known(self, episode: Episode) -> Any:
        """The episode as Episodarr has it."""
        title = self.world.series[episode.series_id].title
        return self.house.overview.find_episode(title, episode.season, episode.number)[0]

    # ------------------------------------------------------------------ what must never happen

    def _arrived(self, asked: Asked) -> None:
        """Checked at the instant of each effect."""
        for kind, method, path in _FORBIDDEN:
            if (asked.kind, asked.method) == (kind, method) and path.fullmatch(asked.path):
                self.broken.append(f"{method} {asked.path} of {kind}")
        if asked.kind == "sonarr" and (found := _FILE.fullmatch(asked.path)):
            if asked.method == "GET":
                self._looked[int(found[1])] = self.wire.requests
            elif asked.method == "DELETE":
                self._file_goes(int(found[1]))
        if asked.kind == "qbittorrent" and asked.path.endswith("/torrents/delete"):
            self._torrent_goes(dict(parse_qsl(asked.body.decode())))
        if asked.kind == "sonarr" and asked.method == "PUT" and asked.path.endswith("/episode/monitor"):
            wish = json.loads(asked.body)
            wished = set(wish["episodeIds"])
            self.since = {key: at for key, at in self.since.items() if key[0] != "monitored" or key[1] not in wished}
            if wish["monitored"]:
                self.forbid("monitored", *wished)
            ours = {one.manager_id for file in self._row().plan.files for one in file.episodes}
            if not wished <= ours:
                self.broken.append(f"episodes {wished - ours} were (un)monitored, which no plan names")

    def _row(self) -> PlanRow:
        assert self.plan is not None, "something was asked before there was a plan"
        return self.plan

    def _file_goes(self, number: int) -> None:
        file = self.world.files.get(number)
        if file is None:
            return  # gone already: without effect
        planned = next((one for one in self._row().plan.files if one.file_id == number), None)
        if planned is None:
            self.broken.append(f"file {file.path} was in no plan")
            return
        held = self.world.held_by(file)
        ids = {one.id for one in held}
        # Nobody can ask and delete at the same instant: what came after the last look could not be known.
        looked = self._looked[number]
        since = {what: at for (what, one), at in self.since.items() if one in {0, *ids}}
        # A pause is asked for before a step begins, everything else within it.
        known = {what for what, at in since.items() if at < looked + (what != "paused")}
        for wrong, what in (
            ((planned.path, planned.size) != (file.path, file.size), "is not the file that was planned"),
            (ids != {one.manager_id for one in planned.episodes}, "holds other episodes"),
            (bool(known), f"goes although it is {' and '.join(sorted(known))}"),
            (self._journaled(Deed.DELETE_FILE, number) is not StepState.INTENDED, "was not written down before"),
        ):
            if wrong:
                self.broken.append(f"{planned.label} {what}")

    def _torrent_goes(self, form: dict[str, str]) -> None:
        names = form["hashes"].split("|")
        if len(names) != 1 or names[0] not in {one.hash for one in self._row().plan.torrents}:
            self.broken.append(f"torrents {names} were in no plan")
            return
        torrent = self.world.torrents.get(names[0])
        if torrent is None or form.get("deleteFiles") != "true":
            return
        planned = next(one for one in self._row().plan.torrents if one.hash == names[0])
        files = [self._row().plan.files[place] for place in planned.files]
        if left := [one.label for one in files if one.file_id in self.world.files]:
            self.broken.append(f"the torrent goes while {left} are in the library")
        shared = [one for one in self.world.torrents.values() if one is not torrent and one.name == torrent.name]
        if shared:
            self.broken.append("the torrent's files are another one's, too")

    def _journaled(self, deed: Deed, file_id: int) -> StepState:
        row = self.house.delete.read(self._row().id)
        [step] = [
            one for one in steps_of(row.plan) if one.deed is deed and row.plan.files[one.subject].file_id == file_id
        ]
        return row.state_of(step.number).state

    def agrees(self) -> None:
        """What the journal calls verified is so (D21)."""
        row = self.house.delete.read(self._row().id)
        held = {one.id for one in self.alpha() if one.file_id}
        for step in steps_of(row.plan):
            state = row.state_of(step.number)
            if step.deed is Deed.DELETE_FILE:
                file = row.plan.files[step.subject]
                left = file.file_id in self.world.files or bool(set(file.part_ids) & held)
                assert (state.state is StepState.VERIFIED) <= (not left), (file.label, state)
                assert (state.size > 0) <= (not left), (file.label, state)
            if step.deed is Deed.REMOVE_TORRENT:
                there = row.plan.torrents[step.subject].hash in self.world.torrents
                assert (state.state is StepState.VERIFIED) <= (not there), (step, state)

    def check(self) -> None:
        """What holds after every step."""
        assert self.broken == []
        bystander = Path(self.world.named("Bystander").path)
        assert len(list(bystander.rglob("*.mkv"))) == 2, "a bystander's file is gone"
        downloads = Path(self.world.disk.base, "downloads")
        kept = {one.name for one in downloads.rglob("*.mkv")}
        assert sum("Bystander" in name for name in kept) == 2, "a bystander's download is gone"
        assert self.smallest or any("S03E01" in name for name in kept), "what two torrents share is gone"


class _Mortal:
    """A journal to whom the dead do not write, and at which a process can die: before or after one of its calls."""

    def __init__(self, journal: Any, house: SmallHouse) -> None:
        self._journal, self._house = journal, house

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._journal, name)

        def alive(*values: Any, **more: Any) -> Any:
            house = self._house
            if house.dead:
                raise Killed
            house.journal_calls += 1
            dies = house.journal_calls == house.dies_at
            if dies and not house.die_after_write:
                house.dead = True
                raise Killed
            answer = call(*values, **more)
            if dies:
                house.dead = True
                raise Killed
            return answer

        return alive


def _connection(stack: Stack, kind: str) -> Connection:
    service = next(one for one in stack.services if one.kind == kind)
    secrets = {name: getattr(service, name) for name in ("api_key", "token", "username", "password")}
    settings = {"url": service.url} | {name: value for name, value in secrets.items() if value}
    return Connection(ConnectionId(0), kind, service.name, settings, from_environment=True)


def _everything() -> Any:
    from episodarr.overview.questions import LibraryFilter

    return LibraryFilter()
