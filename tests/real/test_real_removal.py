"""Removing torrents of a real qBittorrent: what it does with their files, and what it is never asked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from real_qbittorrent import PASSWORD, USERNAME, RealQBittorrent, wait_for
from seeds import Seed, Seeds

from episodarr.deletion.systems import HeldTorrent, TorrentKeeper
from episodarr.integrations._http import make_session
from episodarr.integrations.qbittorrent import QBittorrent

Parts = tuple[RealQBittorrent, Seeds]
FILES = {"Show - 01.mkv": 300_000, "Show - 02.mkv": 200_007, "notes.nfo": 900}


def download(client: RealQBittorrent, seeds: Seeds, seed: Seed) -> None:
    """Let the client have the whole torrent."""
    client.add(seed.torrent, seed.key)
    client.meet(seed.key, seeds.address)
    wait_for("the torrent is complete", lambda: client.complete(seed.key), 30)


def asked(client: RealQBittorrent, ask: Callable[[QBittorrent], Awaitable[None]], password: str = PASSWORD) -> None:
    """Ask the real program with our adapter."""

    async def run() -> None:
        async with make_session() as session:
            keeper = QBittorrent("qBittorrent", client.url, USERNAME, password, session)
            assert isinstance(keeper, TorrentKeeper)
            await ask(keeper)

    asyncio.run(run())


def lying(folder: Path) -> set[str]:
    """The files below a folder."""
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def one_of(found: list[HeldTorrent], seed: Seed) -> HeldTorrent:
    return next(one for one in found if one.hash == seed.key)


def test_tells_what_it_keeps(parts: Parts) -> None:
    client, seeds = parts
    pack, single = seeds.share("Show S01", FILES, 0), seeds.share("Film.mkv", {"Film.mkv": 400_000}, 0)
    waiting = seeds.share("Never comes", {"a.mkv": 500_000, "b.mkv": 7}, 0)
    for seed in (pack, single):
        download(client, seeds, seed)
    client.add(waiting.torrent, waiting.key)

    async def ask(keeper: QBittorrent) -> None:
        found = await keeper.torrents()
        assert {one.hash for one in found} == {pack.key, single.key, waiting.key}
        held = one_of(found, pack)
        assert (held.complete, held.size, held.name) == (True, pack.size, "Show S01")
        assert (held.save_path, held.content_path) == (str(client.saved), f"{client.saved}/Show S01")
        assert held.private in {True, None}, "told since version 5"
        assert held.ratio == 0
        assert one_of(found, single).content_path == f"{client.saved}/Film.mkv"
        assert not one_of(found, waiting).complete
        files = await keeper.torrent_files(pack.key) or []
        assert {file.name: (file.size, file.wanted) for file in files} == {
            f"Show S01/{name}": (size, True) for name, size in FILES.items()
        }
        assert await keeper.torrent_files("f" * 40) is None

    asked(client, ask)


@pytest.mark.parametrize("with_files", [True, False])
def test_removes_one_torrent(parts: Parts, with_files: bool) -> None:
    client, seeds = parts
    gone, kept = seeds.share("Show S01", FILES, 0), seeds.share("Show S02", FILES, 0)
    for seed in (gone, kept):
        download(client, seeds, seed)
    before = lying(client.saved)

    async def ask(keeper: QBittorrent) -> None:
        await keeper.remove_torrent(gone.key.upper(), with_files=with_files)

    asked(client, ask)
    wait_for("the torrent is gone", lambda: set(client.torrents()) == {kept.key}, 15)
    after = {path for path in before if not (with_files and path.startswith("Show S01/"))}
    wait_for("its files are as they shall be", lambda: lying(client.saved) == after, 15)
    assert (client.saved / "Show S01").exists() is not with_files, "with its folder"
    assert client.complete(kept.key)


def cross_seeded(seeds: Seeds) -> tuple[Seed, Seed]:
    """Two torrents over the very same files, as of two trackers."""
    one = seeds.share("Show S01", FILES, 0)
    lt = seeds._lt
    whole = lt.bdecode(one.torrent)
    whole[b"info"][b"source"] = b"elsewhere"
    torrent = lt.bencode(whole)
    key = str(lt.torrent_info(whole).info_hashes().v1)
    return one, Seed(key, one.name, torrent, one.files, one.handle)


@pytest.mark.parametrize("with_files", [True, False])
def test_a_torrent_over_the_files_of_another_takes_them_along_only_with_files(
    parts: Parts,
    with_files: bool,
) -> None:
    """D15: the client does not ask who else uses them."""
    client, seeds = parts
    one, twin = cross_seeded(seeds)
    assert one.key != twin.key
    download(client, seeds, one)
    client.add(twin.torrent, twin.key)
    wait_for("the second one found its files", lambda: client.complete(twin.key), 30)
    before = lying(client.saved)

    async def ask(keeper: QBittorrent) -> None:
        found = await keeper.torrents()
        assert len({torrent.content_path for torrent in found}) == 1
        assert len(found) == 2
        await keeper.remove_torrent(twin.key, with_files=with_files)

    asked(client, ask)
    wait_for("the torrent is gone", lambda: set(client.torrents()) == {one.key}, 15)
    if with_files:
        wait_for("the files are gone for both", lambda: lying(client.saved) == set(), 15)
    else:
        assert lying(client.saved) == before
        assert client.complete(one.key)


def test_never_asks_for_more_than_one(parts: Parts) -> None:
    """D11: `all`, lists and parts of hashes; and a hash of nothing removes nothing."""
    client, seeds = parts
    held = [seeds.share(name, FILES, 0) for name in ("Show S01", "Show S02")]
    for seed in held:
        download(client, seeds, seed)
    before = lying(client.saved)

    async def ask(keeper: QBittorrent) -> None:
        for wrong in ("all", "", held[0].key[:39], f"{held[0].key}|{held[1].key}", f"{held[0].key} "):
            with pytest.raises(ValueError, match="hash"):
                await keeper.remove_torrent(wrong, with_files=True)
        for nothing in ("0" * 40, "0" * 64):
            await keeper.remove_torrent(nothing, with_files=True)
        assert {one.hash for one in await keeper.torrents()} == {seed.key for seed in held}

    asked(client, ask)
    assert lying(client.saved) == before
    assert all(client.complete(seed.key) for seed in held)


def test_signs_in_by_itself_after_a_restart(parts: Parts) -> None:
    client, seeds = parts
    seed = seeds.share("Show S01", FILES, 0)
    download(client, seeds, seed)

    async def ask(keeper: QBittorrent) -> None:
        assert len(await keeper.torrents()) == 1
        await asyncio.to_thread(client.stop)
        await asyncio.to_thread(client.start)
        await keeper.remove_torrent(seed.key, with_files=True)

    asked(client, ask)
    wait_for("the torrent is gone", lambda: client.torrents() == {}, 15)
