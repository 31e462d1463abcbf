"""Stuck help: each waiting state offers an action that really calls the service (R-D12)."""

from datetime import timedelta
from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.catalogue.control import NotConnected
from episodarr.connections.failures import ServiceFailure
from episodarr.demo.model import Episode
from episodarr.demo.world import World
from episodarr.overview.answers import Action
from episodarr.overview.whole import episode_detail

pytestmark = pytest.mark.anyio
KINDS = ("sonarr", "qbittorrent", "jellyfin", "shoko")


def _fill(world: World) -> None:
    world.add_season(world.add_series("Blue Lantern", kind="anime", year=2023), 1, 3)


def _advice(home: Home, episode: Episode):
    kinds = home.house.remedies.kinds()
    return episode_detail(home.overview, home.house.board, home.row(episode).id, home.world.now, kinds).advice


async def _do(home: Home, action: Action, episode: Episode) -> str:
    return await home.house.remedies.do(action, home.row(episode).id)


async def test_a_missing_episode_is_searched_for(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        first = home.world.season_of(home.world.named("Blue Lantern"), 1)[0]
        await home.first_sync()
        advice = _advice(home, first)
        assert (advice.unusual, advice.actions[0]) == (True, Action.SEARCH), "it aired a year ago"
        assert await _do(home, Action.SEARCH, first) == "Sonarr searches for it."
        await home.until(lambda: home.state(first) in {"grabbed", "downloading"}, 60)
        assert not _advice(home, first).unusual


async def test_a_blocked_import_is_tried_again(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        first = world.season_of(world.named("Blue Lantern"), 1)[0]
        await home.first_sync()
        torrent = world.arrivals.grab(world.named("Blue Lantern"), [first], seconds=5)
        world.arrivals.block_import(torrent, "Not enough free space")
        await home.until(lambda: home.state(first) == "import_blocked")
        advice = _advice(home, first)
        assert advice.unusual
        assert advice.actions[:2] == (Action.OPEN_IMPORT, Action.RETRY_IMPORT)
        address = await home.house.remedies.address(Action.OPEN_IMPORT, home.row(first).id)
        assert address == f"{home.stack.sonarr.url}/activity/queue"
        await _do(home, Action.RETRY_IMPORT, first)
        await home.until(lambda: home.state(first) == "available", 120)


async def test_the_library_looks_again(tmp_path: Path) -> None:
    """R-D10: hidden until somebody has the media server look at the folder."""
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        first = world.season_of(world.named("Blue Lantern"), 1)[0]
        world.library.hide(first, until_told=True)
        await home.first_sync()
        world.arrivals.grab(world.named("Blue Lantern"), [first], seconds=5)
        await home.until(lambda: home.state(first) == "imported")
        assert not _advice(home, first).unusual
        await home.live(timedelta(minutes=16).total_seconds(), 30)
        assert _advice(home, first).unusual
        assert Action.RECHECK_LIBRARY in _advice(home, first).actions
        assert "Jellyfin looks at the show's folder" in await _do(home, Action.RECHECK_LIBRARY, first)
        await home.until(lambda: home.state(first) == "available", 60)


async def test_shoko_is_asked_again_and_opened(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        first = world.season_of(world.named("Blue Lantern"), 1)[0]
        home.stack.shoko.unknown.add(first.id)
        world.library.hide(first)
        await home.first_sync()
        world.arrivals.grab(world.named("Blue Lantern"), [first], seconds=5)
        await home.until(lambda: home.state(first) == "import_blocked")
        assert _advice(home, first).actions[:2] == (Action.OPEN_SHOKO, Action.RECOGNIZE)
        assert await _do(home, Action.RECOGNIZE, first) == "Shoko looks at the file once more."
        assert len(home.stack.shoko.asked_again) == 1
        address = await home.house.remedies.address(Action.OPEN_SHOKO, home.row(first).id)
        assert address.startswith(home.stack.shoko.url)


async def test_what_cannot_be_done_says_why(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill, kinds=("sonarr",)) as home:
        first = home.world.season_of(home.world.named("Blue Lantern"), 1)[0]
        await home.first_sync()
        for action in (Action.RECHECK_LIBRARY, Action.RECOGNIZE):
            with pytest.raises(NotConnected):
                await _do(home, action, first)
        with pytest.raises(ValueError, match="opens a page"):
            await _do(home, Action.OPEN_IMPORT, first)
        with pytest.raises(LookupError):
            await home.house.remedies.do(Action.SEARCH, 99_999)
        with pytest.raises(NotConnected):
            await home.house.remedies.address(Action.OPEN_CLIENT, home.row(first).id)
        home.stack.sonarr.faults.set("error")
        with pytest.raises(ServiceFailure):
            await _do(home, Action.RESCAN, first)
