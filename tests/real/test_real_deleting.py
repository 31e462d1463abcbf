"""Deleting what a real qBittorrent seeds: one episode of a pack, all of them, a single, a cross-seed (R-W10, D15)."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from real_home import Bringing, RealHome, grab, open_house
from real_qbittorrent import RealQBittorrent, wait_for
from seeds import Seed, Seeds
from test_real_removal import cross_seeded, download, lying

from episodarr.catalogue.instances import Silent
from episodarr.deletion.journal import PlanRow, PlanStatus
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Wish
from episodarr.demo.clock import RealClock
from episodarr.demo.model import QUALITIES, Episode, Release
from episodarr.demo.stack import Stack
from episodarr.demo.world import World

pytestmark = pytest.mark.slow
Parts = tuple[RealQBittorrent, Seeds]
NAMES = [f"[Kitsune] Alpha - {number:02d} (1080p).mkv" for number in (1, 2, 3)]


class Place:
    """A library on the same disk as the client's downloads, into which what it holds was hard-linked."""

    def __init__(self, folder: Path, client: RealQBittorrent) -> None:
        self.world = World(RealClock(), disk=folder)
        self.world.add_season(self.world.add_series("Alpha", year=2021, kind="anime", ended=True), 1, 3)
        self.client = client
        self.folder = folder

    @property
    def episodes(self) -> list[Episode]:
        return self.world.season_of(self.world.named("Alpha"), 1)

    def imported(self, seed: Seed, names: Sequence[str]) -> None:
        """Sonarr grabbed this torrent for the episodes, and has imported them."""
        episodes = self.episodes[: len(names)]
        held = {name: [episode] for name, episode in zip(names, episodes, strict=True)}
        grab(self.world, self.world.named("Alpha"), Bringing(seed, held), "seasonPack")
        self.world.arrivals.downloads[seed.key.upper()].state = "imported"
        for name, episode in zip(names, episodes, strict=True):
            size = seed.files[name]
            release = Release(name, "Kitsune", QUALITIES["WEBDL-1080p"], "singleEpisode", size, _language(self.world))
            source = self.client.saved / (seed.name if seed.single_file else f"{seed.name}/{name}")
            self.world.add_file([episode], release, size=size, source=str(source))

    def library(self) -> set[str]:
        """Names of the real files in the library."""
        return {one.rpartition("/")[2] for one in lying(self.folder / "media")}


def _language(world: World):
    return world.named("Alpha").language


async def deleted(home: RealHome, episodes: Sequence[Episode], also: Sequence[str] = ()) -> PlanRow:
    """Plan, confirm and carry out that episodes go."""
    rows = [home.row(one) for one in episodes]
    wish = Wish(tuple(Target(one.series_id, None, one.id) for one in rows), also_torrents=tuple(also))
    delete = home.house.delete
    made = await delete.plan(wish, "ada")
    delete.confirm(made.id, delete.token(made), "ada")
    await home.house.carry_out.run()
    return delete.read(made.id)


def lived(place: Place, scenario) -> None:
    """Run a scenario at home, once everything was read."""

    async def run() -> None:
        stack = Stack(place.world)
        await stack.start()
        try:
            async with open_house(place.folder / "data", stack, place.client) as home:
                await home.house.instances.series(Silent())
                await home.house.instances.episodes(Silent())
                await home.house.followers.grabs()
                await scenario(home)
        finally:
            await stack.stop()

    asyncio.run(run())


def test_one_episode_of_a_pack_leaves_the_library_and_goes_on_seeding(parts: Parts, tmp_path: Path) -> None:
    client, seeds = parts
    pack = seeds.share("Alpha S01", {name: 300_000 + place for place, name in enumerate(NAMES)}, 0)
    download(client, seeds, pack)
    place = Place(tmp_path, client)
    place.imported(pack, NAMES)
    before = place.library()

    async def scenario(home: RealHome) -> None:
        row = await deleted(home, place.episodes[1:2])
        assert row.status is PlanStatus.DONE, row.message
        assert [one.freed for one in row.plan.files] == [0], "the torrent holds its bytes under another name"
        assert [(one.torrent, one.may_choose) for one in row.plan.stays] == [(pack.key, True)]
        assert len(before - place.library()) == 1
        assert "E02" in (before - place.library()).pop()

    lived(place, scenario)
    assert client.complete(pack.key), "the pack is whole"
    assert lying(client.saved) == {f"Alpha S01/{name}" for name in NAMES}


def test_all_episodes_and_their_pack_when_somebody_chose_so(parts: Parts, tmp_path: Path) -> None:
    client, seeds = parts
    pack = seeds.share("Alpha S01", {name: 300_000 + place for place, name in enumerate(NAMES)}, 0)
    other = seeds.share("Beta S01", {"Beta - 01.mkv": 200_000}, 0)
    for seed in (pack, other):
        download(client, seeds, seed)
    place = Place(tmp_path, client)
    place.imported(pack, NAMES)

    async def scenario(home: RealHome) -> None:
        row = await deleted(home, place.episodes, also=[pack.key])
        assert row.status is PlanStatus.DONE, row.message
        assert row.plan.freed == row.plan.size == pack.size
        assert place.library() == set()

    lived(place, scenario)
    assert set(client.torrents()) == {other.key}
    wait_for("its data is gone", lambda: lying(client.saved) == {"Beta S01/Beta - 01.mkv"}, 15)


def test_a_single_episodes_torrent(parts: Parts, tmp_path: Path) -> None:
    client, seeds = parts
    single = seeds.share(NAMES[0], {NAMES[0]: 250_000}, 0)
    download(client, seeds, single)
    place = Place(tmp_path, client)
    place.imported(single, NAMES[:1])

    async def scenario(home: RealHome) -> None:
        row = await deleted(home, place.episodes[:1], also=[single.key])
        assert row.status is PlanStatus.DONE, row.message
        assert row.plan.freed == 250_000
        assert place.library() == set()

    lived(place, scenario)
    wait_for("torrent and data are gone", lambda: not client.torrents() and not lying(client.saved), 15)


def test_what_a_cross_seed_shares_is_never_removed(parts: Parts, tmp_path: Path) -> None:
    client, seeds = parts
    one, twin = cross_seeded(seeds)
    download(client, seeds, one)
    client.add(twin.torrent, twin.key)
    wait_for("the second one found its files", lambda: client.complete(twin.key), 30)
    before = lying(client.saved)
    place = Place(tmp_path, client)
    place.imported(one, [name for name in one.files if name.endswith(".mkv")])

    async def scenario(home: RealHome) -> None:
        row = await deleted(home, place.episodes[:2], also=[one.key])
        assert row.status is PlanStatus.DONE, row.message
        assert row.plan.torrents == ()
        assert [(stay.may_choose, "shares its files" in stay.why) for stay in row.plan.stays] == [(False, True)]
        assert place.library() == set()

    lived(place, scenario)
    assert set(client.torrents()) == {one.key, twin.key}
    assert lying(client.saved) == before
