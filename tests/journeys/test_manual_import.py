"""A file that somebody imports by hand, with no webhook and no download behind it (R-D9)."""

from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.demo.history import write
from episodarr.demo.model import QUALITIES, Episode, Release
from episodarr.demo.world import World

pytestmark = pytest.mark.anyio


def _fill(world: World) -> None:
    series = world.add_series("Lighthouse Keepers", year=2021)
    world.add_season(series, 1, 3)


def _import_by_hand(home: Home, episodes: list[Episode], download_id: str | None = None) -> None:
    """What Sonarr's manual import leaves behind: a file, and a history row an episode."""
    world = home.world
    series = world.series[episodes[0].series_id]
    release = Release("Keepers.WEB", "GRP", QUALITIES["WEBDL-1080p"], "unknown", 10**9, series.language)
    file = world.add_file(episodes, release, listed=False)
    world.library.look_later(file.path)
    for episode in episodes:
        write(world, "downloadFolderImported", episode, release, download_id, file=file)


async def test_an_import_without_any_download_is_seen_by_polling_alone(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        first, second, third = home.world.season_of(home.world.named("Lighthouse Keepers"), 1)
        await home.first_sync()
        assert home.state(first) == "missing"
        _import_by_hand(home, [first])
        await home.until(lambda: home.state(first) == "available", 120)
        assert {"imported", "in_library"} <= {entry.kind for entry in home.timeline(first)}
        _import_by_hand(home, [second, third])
        await home.until(lambda: home.states([second, third]) == ["available"] * 2, 120)


async def test_a_blocked_import_that_is_decided_by_hand_goes_on(tmp_path: Path) -> None:
    """What Sonarr would not import is imported by hand from the same download; the download leaves the queue."""
    async with at_home(tmp_path, _fill) as home:
        world = home.world
        series = world.named("Lighthouse Keepers")
        first = world.season_of(series, 1)[0]
        await home.first_sync()
        torrent = world.arrivals.grab(series, [first], seconds=5)
        world.arrivals.block_import(torrent, "Unable to parse file")
        await home.until(lambda: home.state(first) == "import_blocked")
        download = world.arrivals.downloads[torrent.hash.upper()]
        _import_by_hand(home, [first], download.id)
        download.state = "imported"
        await home.until(lambda: home.state(first) == "available", 120)


async def test_a_file_in_the_folder_that_only_a_rescan_finds(tmp_path: Path) -> None:
    """Copied into the folder by hand: the rescan lists it, no history tells of it; the next series list does."""
    async with at_home(tmp_path, _fill) as home:
        world = home.world
        first = world.season_of(world.named("Lighthouse Keepers"), 1)[0]
        await home.first_sync()
        release = Release("Keepers", "", QUALITIES["WEBDL-1080p"], "unknown", 10**9, world.series[1].language)
        file = world.add_file([first], release, listed=False)
        world.library.look_later(file.path)
        await home.live(10)
        await home.first_sync()
        await home.until(lambda: home.state(first) == "available", 120)
