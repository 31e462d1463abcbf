"""What journeys of deletion share: a home whose files are real ones, and a person who deletes."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from home import START, Home, connections_of

from episodarr.deletion.journal import PlanRow, PlanStatus
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Wish
from episodarr.demo.clock import ManualClock
from episodarr.demo.model import Episode
from episodarr.demo.stack import Stack
from episodarr.demo.stories import horimiya
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read

EVERYONE = ("sonarr", "qbittorrent", "jellyfin", "plex", "seerr")


class Remover:
    """Somebody who deletes, at a home whose files are real ones."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @property
    def delete(self) -> Any:
        return self.home.house.delete

    def target(self, episode: Episode) -> Target:
        """An episode, by Episodarr's ids."""
        row = self.home.row(episode)
        return Target(row.series_id, None, row.id)

    def show(self, title: str, season: int | None = None) -> Target:
        """A show, or a season of it."""
        return Target(self.home.show(title).id, season)

    async def plan(self, targets: Sequence[Target], **wish: Any) -> PlanRow:
        return await self.delete.plan(Wish(tuple(targets), **wish), "ada")

    def confirm(self, row: PlanRow) -> PlanRow:
        count = row.plan.episode_count if self.delete.must_count(row) else None
        return self.delete.confirm(row.id, self.delete.token(row), "ada", count)

    async def carry_out(self, row: PlanRow, seconds: float = 600) -> PlanRow:
        """Confirm a plan and let time pass until it has ended."""
        self.confirm(row)
        return await self.until_ended(row.id, seconds)

    async def until_ended(self, plan_id: int, seconds: float = 600) -> PlanRow:
        passed = 0.0
        while True:
            await self.home.house.carry_out.run()
            row = self.delete.read(plan_id)
            if row.status not in {PlanStatus.RUNNING, PlanStatus.WAITING}:
                return row
            assert passed < seconds, [(one.number, one.state, one.answer) for one in row.steps]
            await self.home.live(10, 10)
            passed += 10


@asynccontextmanager
async def with_files(
    folder: Path, fill: Callable[[World], None], *, kinds: tuple[str, ...] = EVERYONE, **options: Any
) -> AsyncIterator[Remover]:
    """A home whose library and downloads lie in a folder of this machine."""
    disk = folder / "disk"
    disk.mkdir()
    world = World(ManualClock(START), disk=disk)
    fill(world)
    stack = Stack(world, **options)
    await stack.start()
    house = House(read({}, data_dir=folder), {}, world.clock.now, connections_of(stack, kinds))
    try:
        async with house.open():
            yield Remover(Home(world, stack, house))
    finally:
        house.close()
        await stack.stop()


def furnish(world: World) -> None:
    series = world.add_series("Horimiya", year=2021, kind="anime", ended=True)
    world.add_season(series, 1, 13)


async def arrived(remover: Remover) -> list:
    """The pack has arrived and can be played; the world's 13 episodes."""
    home = remover.home
    episodes = home.world.season_of(home.world.named("Horimiya"), 1)
    await home.first_sync()
    horimiya(home.world)
    await home.until(lambda: set(home.states(episodes)) == {"available"})
    return episodes


def below(folder: str) -> set[str]:
    """Names of the real files below a folder."""
    return {one.name for one in Path(folder).rglob("*") if one.is_file()}


def files_of(remover: Remover) -> set[str]:
    """Names of the real video files in the library."""
    return {one for one in below(remover.home.world.named("Horimiya").path) if one.endswith(".mkv")}


def downloads_of(remover: Remover) -> set[str]:
    """Names of the real files in the download folder."""
    return below(remover.home.world.disk.folder("/downloads"))
