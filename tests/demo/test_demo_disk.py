"""A world on a real folder: what the services tell of files is so on the disk of this machine."""

# ruff: noqa: ASYNC240  # looking at a few files of a temporary folder holds nobody up

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from demo_calls import Client, with_stack

from episodarr.demo.clock import ManualClock
from episodarr.demo.disk import RealDisk
from episodarr.demo.model import LANGUAGES, QUALITIES, Release, Series, Torrent
from episodarr.demo.stack import Stack
from episodarr.demo.world import World

API = "/api/v3"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> World:
    """Two seasons of three episodes; the first one is there as plain files."""
    world = World(clock, disk=tmp_path / "world")
    series = world.add_series("Small Show")
    world.add_season(series, 1, 3)
    world.add_season(series, 2, 3)
    for episode in world.season_of(series, 1):
        release = Release(f"Show.{episode.code}", "GRP", QUALITIES["SDTV"], "singleEpisode", 7, LANGUAGES["English"])
        world.add_file([episode], release, size=3_000_000_000 + episode.id)
    return world


@pytest.fixture
def go_on(world: World, clock: ManualClock) -> Callable[[float], None]:
    def go_on(seconds: float) -> None:
        clock.advance(seconds)
        world.advance()

    return go_on


def show(world: World) -> Series:
    return world.named("Small Show")


def imported_pack(world: World, go_on: Callable[[float], None]) -> Torrent:
    torrent = world.arrivals.grab(
        show(world), world.season_of(show(world), 2), kind="pack", seconds=0, extras=(("sample.mkv", 500, 0),)
    )
    world.arrivals.set_progress(torrent, 1.0)
    go_on(30)
    return torrent


def content(torrent: Torrent) -> list[Path]:
    return [Path(f"{torrent.save_path}/{file.name}") for file in torrent.wanted]


def held(world: World, season: int) -> list[Path]:
    return [Path(world.files[one.file_id].path) for one in world.season_of(show(world), season)]


def test_every_file_is_real_and_as_large_as_it_is_told(world: World, tmp_path: Path) -> None:
    for file in world.files.values():
        path = Path(file.path)
        assert path.is_relative_to(tmp_path)
        assert path.stat().st_size == file.size
        assert path.stat().st_blocks * 512 < 100_000, "and costs nothing"
        assert path.stat().st_nlink == 1
    beginnings = set()
    for file in world.files.values():
        with Path(file.path).open("rb") as real:
            beginnings.add(real.read(500))
    assert len(beginnings) == len(world.files), "and differs from the others"


def test_an_import_is_a_hard_link_of_the_download(world: World, go_on: Callable[[float], None]) -> None:
    torrent = imported_pack(world, go_on)
    library = held(world, 2)
    assert len(content(torrent)) == 3, "what nobody wants is not there"
    for download, file in zip(content(torrent), library, strict=True):
        assert os.path.samefile(download, file)
        assert file.stat().st_nlink == 2
    assert not Path(f"{torrent.content_path}/sample.mkv").exists()


def test_what_sonarr_deletes_is_gone_and_the_download_stays(world: World, go_on: Callable[[float], None]) -> None:
    torrent = imported_pack(world, go_on)
    file = held(world, 2)[0]
    world.delete_file(world.files[world.season_of(show(world), 2)[0].file_id])
    assert not file.exists()
    assert all(one.exists() for one in content(torrent))
    assert content(torrent)[0].stat().st_nlink == 1


def test_with_a_recycle_bin_it_lies_there_under_its_own_path(world: World, go_on: Callable[[float], None]) -> None:
    world.recycle_bin = world.disk.folder("/media/bin")
    files = held(world, 1)
    inode, size = files[0].stat().st_ino, files[0].stat().st_size
    world.delete_file(world.files[1])
    inside = Path(world.recycle_bin) / files[0].relative_to(show(world).root)
    assert not files[0].exists()
    assert (inside.stat().st_ino, inside.stat().st_size) == (inode, size)
    again = world.add_file([world.episodes[1]], world.files[2].release, size=5)
    world.rename_file(again, str(files[0].relative_to(show(world).path)))
    world.delete_file(again)
    assert sorted(one.name for one in inside.parent.iterdir()) == sorted([inside.name, f"{inside.stem}_1.mkv"])


def test_a_rename_keeps_the_file(world: World) -> None:
    file = world.files[1]
    before = Path(file.path)
    inode = before.stat().st_ino
    world.rename_file(file, "Season 01/another name.mkv")
    assert not before.exists()
    assert Path(file.path).stat().st_ino == inode


def test_qbittorrent_deletes_its_own_files_and_the_folder_that_is_empty_then(
    world: World, go_on: Callable[[float], None]
) -> None:
    torrent = imported_pack(world, go_on)
    files, downloads = held(world, 2), content(torrent)

    async def act(client: Client) -> None:
        await client.sign_in()
        form = {"hashes": torrent.hash, "deleteFiles": "true"}
        await client.ask("qbittorrent", "/api/v2/torrents/delete", "POST", data=form)
        assert await client.get("qbittorrent", "/api/v2/torrents/info") == []
        assert all(one.exists() for one in downloads), "a moment later"
        go_on(1)

    with_stack(Stack(world), act)
    assert not Path(torrent.content_path).exists()
    assert Path(torrent.save_path).is_dir()
    assert [one.stat().st_nlink for one in files] == [1, 1, 1]


def test_a_folder_that_holds_more_stays(world: World, go_on: Callable[[float], None]) -> None:
    torrent = imported_pack(world, go_on)
    mine = Path(torrent.content_path) / "mine.txt"
    mine.write_text("mine")
    world.remove_torrent(torrent)
    go_on(1)
    assert [*Path(torrent.content_path).iterdir()] == [mine]


def test_without_files_they_stay(world: World, go_on: Callable[[float], None]) -> None:
    torrent = imported_pack(world, go_on)

    async def act(client: Client) -> None:
        await client.sign_in()
        form = {"hashes": torrent.hash, "deleteFiles": "TRUE"}  # anything but "true" counts as false
        await client.ask("qbittorrent", "/api/v2/torrents/delete", "POST", data=form)
        go_on(1)

    with_stack(Stack(world), act)
    assert all(one.exists() for one in content(torrent))


def test_one_of_two_torrents_over_the_same_files_takes_them_from_the_other(
    world: World, go_on: Callable[[float], None]
) -> None:
    """The trap behind D15: the client does not ask who else uses them."""
    torrent = imported_pack(world, go_on)
    twin = world.arrivals.cross_seed(torrent)
    assert (twin.content_path, twin.complete) == (torrent.content_path, True)
    world.arrivals.remove_torrent(twin, with_files=False)
    go_on(1)
    assert all(one.exists() for one in content(torrent))
    other = world.arrivals.cross_seed(torrent)
    world.arrivals.remove_torrent(other)
    go_on(1)
    assert not any(one.exists() for one in content(torrent))
    assert [*world.torrents] == [torrent.hash]


def test_sonarr_deletes_nothing_below_a_root_that_is_missing_or_empty(world: World, tmp_path: Path) -> None:
    """D18."""

    async def act(client: Client) -> None:
        file, root = Path(world.files[1].path), Path(show(world).root)
        aside = root.rename(tmp_path / "aside")
        roots = {one["path"].rstrip("/"): one["accessible"] for one in await client.get("sonarr", f"{API}/rootfolder")}
        assert roots[str(root)] is False
        assert (await client.ask("sonarr", f"{API}/episodefile/1", "DELETE"))[0] == 409
        root.mkdir()
        assert (await client.ask("sonarr", f"{API}/episodefile/1", "DELETE"))[0] == 409
        root.rmdir()
        aside.rename(root)
        assert file.exists()
        assert (await client.ask("sonarr", f"{API}/episodefile/1", "DELETE"))[0] == 200
        assert not file.exists()
        Path(world.files[2].path).unlink()
        assert (await client.ask("sonarr", f"{API}/episodefile/2", "DELETE"))[0] == 200, "gone already: it tidies up"
        assert (await client.ask("sonarr", f"{API}/episodefile/2", "DELETE"))[0] == 404

    with_stack(Stack(world), act)


def test_films_are_real_too(world: World, go_on: Callable[[float], None]) -> None:
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)
    path = Path(film.path)
    assert path.stat().st_size == film.size
    world.films.delete_file(film)
    assert not path.exists()
    assert path.parent.is_dir()


def test_all_services_tell_the_real_paths(world: World, go_on: Callable[[float], None], tmp_path: Path) -> None:
    torrent = imported_pack(world, go_on)

    async def act(client: Client) -> None:
        told = [one["path"] for one in await client.get("sonarr", f"{API}/episodefile?seriesId=1")]
        items = await client.get(
            "jellyfin", "/Items?recursive=true&includeItemTypes=Episode&isMissing=false&fields=Path"
        )
        told += [one["Path"] for one in items["Items"]]
        client.headers["plex"]["Accept"] = "application/json"
        plex = await client.get("plex", "/library/sections/2/all?type=4")
        told += [one["Media"][0]["Part"][0]["file"] for one in plex["MediaContainer"]["Metadata"]]
        sections = await client.get("plex", "/library/sections")
        places = [place["path"] for one in sections["MediaContainer"]["Directory"] for place in one["Location"]]
        await client.sign_in()
        [mine] = await client.get("qbittorrent", "/api/v2/torrents/info")
        assert len(told) == 18
        for path in [*told, *places, mine["content_path"], mine["save_path"]]:
            assert Path(path).is_relative_to(tmp_path)
            assert Path(path).exists()
        assert mine["content_path"] == torrent.content_path

    with_stack(Stack(world), act)


def test_a_simulation_touches_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    disk = RealDisk(tmp_path / "inside")
    outside = tmp_path / "outside.mkv"
    outside.write_text("mine")
    with pytest.raises(ValueError, match="not below"):
        disk[str(outside)] = 7
    with pytest.raises(ValueError, match="not below"):
        disk.drop_content([f"{tmp_path}/inside/../outside.mkv"], str(tmp_path / "inside"))
    assert outside.read_text() == "mine"


def test_a_world_without_a_folder_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    world = World(ManualClock())
    series = world.add_series("Small Show")
    world.add_season(series, 1, 1)
    torrent = world.arrivals.grab(series, world.season_of(series, 1), seconds=0)
    world.arrivals.set_progress(torrent, 1.0)
    world.recycle_bin = "/media/bin"
    assert [*tmp_path.iterdir()] == []
    assert series.path == "/media/tv/Small Show (2024)"
