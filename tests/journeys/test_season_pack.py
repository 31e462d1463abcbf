"""A 13-episode season pack in one torrent, file by file to available (R-D1, R-D2, R-D3, R-D10, R-D11, R-D12)."""

import asyncio
from pathlib import Path

from home import Home, at_home

from episodarr.demo.stories import horimiya
from episodarr.demo.world import World


def furnish(world: World) -> None:
    series = world.add_series("Horimiya", year=2021, kind="anime", ended=True)
    world.add_season(series, 1, 13)


async def journey(folder: Path) -> None:
    async with at_home(folder, furnish) as home:
        world = home.world
        episodes = world.season_of(world.named("Horimiya"), 1)
        await home.first_sync()
        assert home.states(episodes) == ["missing"] * 13

        torrent = horimiya(world)
        await home.live(2)
        assert {row.kind for row in home.timeline(episodes[4])} >= {"grabbed"}
        lane = home.house.board.lanes(active_only=True, limit=5, cursor=None).items[0]
        assert (lane.kind, len(lane.episodes)) == ("season_pack", 13), "the full scope is shown"

        seen = set()
        while not torrent.complete:
            await home.live(1, 1)
            check_every_file(home, torrent, episodes)
            seen |= set(home.states(episodes))
        assert seen >= {"downloading", "downloaded"}, "some files are whole while others still come"
        assert sum(home.progress(episode) == 1 for episode in episodes) == 13

        await home.until(lambda: set(home.states(episodes)) == {"available"})
        show = home.show("Horimiya")
        assert (show.available_count, show.episode_count, show.arriving_count) == (13, 13, 0)
        kinds = [entry.kind for entry in home.timeline(episodes[0])]
        order = [kinds.index(kind) for kind in ("aired", "grabbed", "imported", "in_library")]
        assert order == sorted(order)
        assert {entry.source for entry in home.timeline(episodes[0])} == {"Sonarr", "qBittorrent", "Jellyfin"}
        lane = home.house.board.lanes(active_only=False, limit=5, cursor=None).items[0]
        extra = next(file for file in lane.files if "NCOP" in file.name)
        assert (extra.episodes, extra.confidence, extra.wanted) == ([], "none", False)


def check_every_file(home: Home, torrent, episodes) -> None:
    """Progress is per FILE, never the torrent's percent copied onto every episode."""
    for episode, file in zip(episodes, torrent.files, strict=False):
        shown = home.progress(episode)
        if shown is not None:
            assert abs(shown - file.done / file.size) < 0.02


def test_season_pack(tmp_path: Path) -> None:
    asyncio.run(journey(tmp_path))
