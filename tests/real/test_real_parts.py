"""Real parts: a real qBittorrent that loads real torrents, file by file as Episodarr shows it (R-D1..R-D4, R-D11)."""

import asyncio
import warnings
from pathlib import Path
from typing import Any

import pytest
from real_home import API_KEY, Bringing, RealHome, begin, grab, open_house, simulated_sonarr
from real_qbittorrent import RealQBittorrent, wait_for
from seeds import Seeds

from episodarr.connections.model import Status
from episodarr.demo.stack import Stack
from episodarr.demo.world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client moves to another HTTP library in a later release
    from starlette.testclient import TestClient

pytestmark = pytest.mark.slow
Parts = tuple[RealQBittorrent, Seeds]
MEGABYTE = 1_000_000


def lanes_of(home: RealHome) -> dict[str, Any]:
    return {lane.download_id: lane for lane in home.house.board.lanes(False, 50, None).items}


def over_the_api(home: RealHome, one: Bringing) -> None:
    """The API tells the same numbers, as shares of 1."""
    api = TestClient(home.house.app(), headers={"X-Api-Key": API_KEY})
    lanes = api.get("/api/v1/downloads", params={"active": True}).json()["items"]
    lane = next(lane for lane in lanes if lane["download_id"] == one.key)
    files = {file["name"].rpartition("/")[2]: file for file in lane["files"]}
    assert 0 < lane["progress"] < 1
    for name, (episode, *_) in one.holds.items():
        shown = home.progress(episode)
        assert files[name]["progress"] == shown
        assert [each["id"] for each in files[name]["episodes"]] == [home.row(episode).id]
        told = api.get(f"/api/v1/episodes/{home.row(episode).id}").json()
        assert [each["progress"] for each in told["downloads"]] == [shown]
        assert told["episode"]["progress"] == (shown if shown < 1 else None)
        assert told["episode"]["state"] == home.state(episode)


# ---------------------------------------------------------------------- a season pack


def horimiya(world: World) -> None:
    world.add_season(world.add_series("Horimiya", year=2021, kind="anime", ended=True), 1, 12)


async def season_pack(folder: Path, client: RealQBittorrent, seeds: Seeds) -> None:
    async with simulated_sonarr(horimiya) as stack, open_house(folder, stack, client) as home:
        series = stack.world.named("Horimiya")
        episodes = stack.world.season_of(series, 1)
        names = [f"[Kitsune] Horimiya - {each.number:02d} (1080p).mkv" for each in episodes]
        sizes = {name: 900_000 + 40_007 * place for place, name in enumerate(names)}
        seed = seeds.share("[Kitsune] Horimiya S01 (BD 1080p)", sizes, 2 * MEGABYTE)
        pack = Bringing(seed, {name: [each] for name, each in zip(names, episodes, strict=True)})
        await home.first_sync()
        assert home.states(episodes) == ["missing"] * 12

        begin(client, seeds, pack)
        grab(stack.world, series, pack, "seasonPack", episodes[:3])  # Sonarr writes its history row by row
        await home.house.followers.grabs()
        await home.house.followers.transfers()
        grab(stack.world, series, pack, "seasonPack")
        await home.follow(pack, until=lambda: home.share(pack) > 0.3)
        lane = lanes_of(home)[pack.key]
        assert (lane.kind, len(lane.episodes), len(lane.files)) == ("season_pack", 12, 12), "the full scope is shown"
        assert len(set(home.numbers(pack).values())) > 4, "each file has its own progress, not that of the torrent"
        over_the_api(home, pack)

        await home.follow(pack, until=lambda: home.whole(pack))
        assert home.moves >= 5, "the numbers were followed on their way, not only at the end"
        assert set(home.numbers(pack).values()) == {1.0}
        assert {home.row(each).because for each in episodes} == {"qBittorrent has the whole file"}
        assert {lane.progress for lane in lanes_of(home).values()} == {1.0}


def test_season_pack(tmp_path: Path, parts: Parts) -> None:
    """R-D3, R-D11."""
    asyncio.run(season_pack(tmp_path / "data", *parts))


# ---------------------------------------------------------------------- packs, singles, extras, a deselected file


def mixed_shows(world: World) -> None:
    world.add_season(world.add_series("Silo", year=2023), 1, 8)
    link = world.add_series("Link Click", year=2021, kind="anime")
    for number in (1, 2, 3):
        world.add_season(link, number, 6)


async def mixture(folder: Path, client: RealQBittorrent, seeds: Seeds) -> None:
    async with simulated_sonarr(mixed_shows) as stack, open_house(folder, stack, client) as home:
        world = stack.world
        silo, link = world.named("Silo"), world.named("Link Click")
        first, third = world.season_of(silo, 1), world.season_of(link, 3)

        def single(name: str, *episodes: Any) -> Bringing:
            return Bringing(seeds.share(name, {name: MEGABYTE}, MEGABYTE // 5), {name: episodes})

        dashed = single("[Kitsune] Link Click S3 - 05 (1080p).mkv", third[4])
        dotted = single("Link.Click.S03E06.1080p.WEB-DL.DDP5.1.H.264-Kitsune.mkv", third[5])
        double = single("Silo.S01E01E02.1080p.WEB-DL.DDP5.1.H.264-Kitsune.mkv", first[0], first[1])
        lone = single("Silo.S01E08.1080p.WEB-DL.DDP5.1.H.264-Kitsune.mkv", first[7])

        names = {f"Silo.{each.code}.1080p.WEB-DL.DDP5.1.H.264-Kitsune.mkv": each for each in first[2:7]}
        sizes = {name: 800_000 + 30_011 * place for place, name in enumerate(names)}
        others = {"Sample/silo.s01e03.sample.mkv": 300_000, "Extras/Trailer.mkv": 250_000, "Silo.S01.nfo": 900}
        shared = seeds.share("Silo.S01.PART.1080p.WEB-DL.DDP5.1.H.264-Kitsune", {**sizes, **others}, MEGABYTE)
        pack = Bringing(shared, {name: [each] for name, each in names.items()})
        deselected = first[4]
        left_out = next(name for name, each in names.items() if each is deselected)

        await home.first_sync()
        everything = (dashed, dotted, double, lone, pack)
        for one in everything:
            begin(client, seeds, one, *([left_out] if one is pack else []))
        for one, series in ((dashed, link), (dotted, link), (lone, silo)):
            grab(world, series, one, "singleEpisode")
        grab(world, silo, double, "multiEpisode")
        grab(world, silo, pack, "seasonPack")

        await home.poll(*everything)
        bringing = [*first[:4], *first[5:], third[4], third[5]]
        check_deselected(home, deselected, 7)
        kinds = {one.key: lanes_of(home)[one.key].kind for one in everything}
        assert list(kinds.values()) == ["single", "single", "multi_episode", "single", "partial_pack"]
        await home.follow(*everything, until=lambda: home.share(dashed, dotted, double, lone) > 0.4)
        assert home.progress(first[0]) == home.progress(first[1]), "one file, two episodes"
        check_deselected(home, deselected, 7)
        await home.follow(
            *everything,
            until=lambda: all(home.progress(one) == 1 and home.state(one) == "downloaded" for one in bringing),
        )
        check_deselected(home, deselected, 7)
        assert (home.progress(deselected) or 0) < 1
        assert home.states(third[:4]) == ["missing"] * 4
        files = {file.name.rpartition("/")[2]: file for file in lanes_of(home)[pack.key].files}
        for name in ("silo.s01e03.sample.mkv", "Trailer.mkv", "Silo.S01.nfo"):
            assert (files[name].episodes, files[name].confidence) == ([], "none"), name
        assert files[left_out].wanted is False


def check_deselected(home: RealHome, episode: Any, arriving: int) -> None:
    """It says so, and is no part of what arrives."""
    row = home.row(episode)
    assert (row.state.value, row.because) == ("failed", "Its file is deselected in qBittorrent")
    show = home.show("Silo")
    assert row.id not in home.house.board.of_series(show.id)
    assert show.arriving_count == arriving


def test_mixture(tmp_path: Path, parts: Parts) -> None:
    """R-D1, R-D2, R-D4."""
    asyncio.run(mixture(tmp_path / "data", *parts))


# ---------------------------------------------------------------------- restarts and removals


def two_shows(world: World) -> None:
    for title in ("Andor", "Severance"):
        world.add_season(world.add_series(title, year=2022), 1, 6)


def picture(home: RealHome, *brought: Bringing) -> list[Any]:
    """What must not change while qBittorrent is away."""
    rows = [home.row(episode) for one in brought for episode in one.episodes]
    return [[(row.id, row.state, row.because, row.since) for row in rows], [home.numbers(one) for one in brought]]


def pack_of(stack: Stack, client: RealQBittorrent, seeds: Seeds, title: str) -> Bringing:
    """A pack that loads from its first piece on: its first episodes are whole while the others still come."""
    episodes = stack.world.season_of(stack.world.named(title), 1)
    names = {f"{title}.{each.code}.1080p.WEB-DL.H.264-Kitsune.mkv": [each] for each in episodes}
    sizes = {name: 700_000 + 50_021 * place for place, name in enumerate(names)}
    pack = Bringing(seeds.share(f"{title}.S01.1080p.WEB-DL.H.264-Kitsune", sizes, MEGABYTE), names)
    begin(client, seeds, pack, in_order=True)
    return pack


async def restarts(folder: Path, client: RealQBittorrent, seeds: Seeds) -> None:
    async with simulated_sonarr(two_shows) as stack:
        async with open_house(folder, stack, client) as home:
            await home.first_sync()
            pack = pack_of(stack, client, seeds, "Andor")
            await home.house.followers.transfers()  # it sees the torrent before Sonarr's queue tells of it
            grab(stack.world, stack.world.named("Andor"), pack, "seasonPack")
            await home.follow(pack, until=lambda: "downloaded" in home.states(pack.episodes))
            pack.seed.limit(200_000)
            left = picture(home, pack)

        async with open_house(folder, stack, client) as home:
            assert picture(home, pack)[0] == left[0], "a restart of Episodarr forgets no state"
            assert set(home.numbers(pack).values()) == {None}, "progress is asked anew"
            await home.poll(pack)
            for name, number in home.numbers(pack).items():
                assert number is not None
                assert number >= left[1][0][name]

            await qbittorrent_away(home, client, seeds, pack)
            pack.seed.limit(500_000)
            await home.follow(pack, until=lambda: home.share(pack) > 0.6)
            pack.seed.limit(0)
            await cut_off_at_the_end(home, client, pack)


async def cut_off_at_the_end(home: RealHome, client: RealQBittorrent, pack: Bringing) -> None:
    """The look that is told of the end fails between two answers: the next one makes up for it."""
    wait_for("it is complete", lambda: client.complete(pack.key), 20)
    home.cut_off = True
    report = await home.house.followers.transfers()
    assert report["message"] == "qBittorrent: cut off by the test"
    assert not home.whole(pack)
    await home.press_test()
    await home.poll(pack)
    assert home.whole(pack)


async def qbittorrent_away(home: RealHome, client: RealQBittorrent, seeds: Seeds, pack: Bringing) -> None:
    """Stopped and started again in the middle of a download."""
    left = picture(home, pack)
    await asyncio.to_thread(client.stop)
    for _ in range(3):
        report = await home.house.followers.transfers()
        assert home.health.status is Status.OFFLINE
        assert report["message"] in {"", f"qBittorrent: {home.health.message}"}, "asked, or left alone for a while"
        await home.house.followers.grabs()
        assert picture(home, pack) == left
    assert home.health.fix
    await asyncio.to_thread(client.start)
    assert client.refuses_strangers(), "so that an answer means a new sign-in"
    await home.press_test()
    await home.poll(pack)
    for name, number in home.numbers(pack).items():
        assert number >= left[1][0][name]
    client.meet(pack.key, seeds.address)


def test_restarts(tmp_path: Path, parts: Parts) -> None:
    """R-D1, R-D3, R-D14."""
    asyncio.run(restarts(tmp_path / "data", *parts))


# ---------------------------------------------------------------------- removed in qBittorrent

NO_LONGER = ("failed", "qBittorrent no longer has the download")


async def removal(folder: Path, client: RealQBittorrent, seeds: Seeds, *, away: bool) -> None:
    """`away`: it happens while Episodarr does not run."""
    async with simulated_sonarr(two_shows) as stack:
        world = stack.world
        async with open_house(folder, stack, client) as home:
            await home.first_sync()
            kept, lost = (pack_of(stack, client, seeds, title) for title in ("Andor", "Severance"))
            await home.house.followers.transfers()  # it sees the torrents before Sonarr's queue tells of them
            for title, one in (("Andor", kept), ("Severance", lost)):
                grab(world, world.named(title), one, "seasonPack")
            await home.follow(kept, lost, until=lambda: "downloaded" in home.states(lost.episodes))
            kept.seed.limit(200_000)
            lost.seed.limit(100_000)
            if not away:
                client.remove(lost.key)
                await check_removed(home, kept, lost)
        if away:
            client.remove(lost.key)
            async with open_house(folder, stack, client) as home:
                await check_removed(home, kept, lost)


async def check_removed(home: RealHome, kept: Bringing, lost: Bringing) -> None:
    """The episodes say so from the first look on, whatever Sonarr's queue still tells; the other pack goes on."""
    for _ in range(3):
        await home.poll(kept)
        told = {(home.state(each), home.row(each).because) for each in lost.episodes}
        assert told == {NO_LONGER}
        assert set(home.numbers(lost).values()) == {None}
    home.world.torrents.pop(lost.key)  # Sonarr looks at its client once a minute, and drops it then
    for _ in range(3):
        await home.poll(kept)
        told = {(home.state(each), home.row(each).because) for each in lost.episodes}
        assert told == {NO_LONGER}
    assert home.show("Severance").arriving_count == 0
    kept.seed.limit(0)
    await home.follow(kept, until=lambda: home.whole(kept))


def test_removed_in_the_client(tmp_path: Path, parts: Parts) -> None:
    """R-D1, R-D12."""
    asyncio.run(removal(tmp_path / "data", *parts, away=False))


def test_removed_in_the_client_while_away(tmp_path: Path, parts: Parts) -> None:
    """R-D1, R-D12."""
    asyncio.run(removal(tmp_path / "data", *parts, away=True))
