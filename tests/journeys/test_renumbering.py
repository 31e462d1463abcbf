"""TVDB moves episodes around, and Sonarr follows: nothing that was watched, held or told is lost (R-C8)."""

from datetime import timedelta
from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.catalogue.instances import Silent
from episodarr.demo.model import QUALITIES, Episode, Release, Season
from episodarr.demo.world import World
from episodarr.episode.facts import Fact, Watched
from episodarr.episode.identity import EpisodeId, Source

pytestmark = pytest.mark.anyio


def _fill(world: World) -> None:
    series = world.add_series("Lighthouse Keepers", year=2021)
    world.add_season(series, 1, 4)
    world.add_season(series, 2, 4)
    release = Release("Lighthouse", "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, series.language)
    for season in (1, 2):
        for episode in world.season_of(series, season):
            world.add_file([episode], release)


def _watch(home: Home, episode: Episode) -> int:
    """Somebody watched it; our id of the episode."""
    about = home.row(episode).id
    at = home.world.now - timedelta(days=1)
    home.house.ledger.record([Fact(EpisodeId(about), at, Source("Tautulli:9"), Watched(2))])
    return about


async def _told_again(home: Home) -> None:
    """As the rolling re-read does: numbers alone do not show in the list of series."""
    home.world.clock.advance(1000)
    await home.house.instances.series(Silent())
    await home.house.instances.episodes(Silent(), full=True)
    await home.look()


async def test_two_episodes_trade_their_numbers(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        await home.first_sync()
        one, two = home.world.season_of(home.world.named("Lighthouse Keepers"), 1)[:2]
        ids = _watch(home, one), home.row(two).id
        one.number, two.number = two.number, one.number
        await _told_again(home)
        assert (home.row(one).id, home.row(two).id) == ids
        assert home.row(one).episode_number == 2
        assert (home.state(one), home.state(two)) == ("watched", "available")


async def test_an_episode_moves_to_another_season_under_a_new_id(tmp_path: Path) -> None:
    """Sonarr drops its row and makes another: the TVDB id tells that it is the same episode."""
    async with at_home(tmp_path, _fill) as home:
        await home.first_sync()
        world = home.world
        series = world.named("Lighthouse Keepers")
        last = world.season_of(series, 1)[3]
        about, path = _watch(home, last), home.row(last).relative_path
        series.seasons[3] = Season(3)
        del world.episodes[last.id]
        last.id = world.next_id("episode")
        last.season, last.number = 3, 1
        world.episodes[last.id] = last
        world.files[last.file_id].episode_ids = (last.id,)
        await _told_again(home)
        row = home.row(last)
        assert (row.id, row.season_number, row.episode_number, row.state) == (about, 3, 1, "watched")
        assert (row.has_file, row.relative_path) == (True, path)
        kinds = [entry.kind for entry in home.timeline(last)]
        assert "removed" not in kinds, "it never was away"
        assert len(home.overview.episodes(row.series_id, 1, 100, None).items) == 3


async def test_an_episode_vanishes_and_comes_back(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        await home.first_sync()
        world = home.world
        series = world.named("Lighthouse Keepers")
        gone = world.season_of(series, 2)[3]
        about = _watch(home, gone)
        file = world.files[gone.file_id]
        world.drop_file(file)
        world.episodes_of[series.id].remove(gone)
        del world.episodes[gone.id]
        await _told_again(home)
        assert home.overview.find_episode("Lighthouse Keepers", 2, 4) == []
        assert home.overview.episode(about) is not None, "its history is kept"
        gone.id = world.next_id("episode")
        world.episodes[gone.id] = gone
        world.episodes_of[series.id].append(gone)
        await _told_again(home)
        assert home.row(gone).id == about
        assert "watched" in [entry.kind for entry in home.timeline(gone)]
        assert home.state(gone) == "missing", "its file is another matter"


async def test_a_series_that_is_added_anew_goes_on_with_its_history(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        await home.first_sync()
        world = home.world
        series = world.named("Lighthouse Keepers")
        first = world.season_of(series, 1)[0]
        about, show = _watch(home, first), home.show("Lighthouse Keepers").id
        old = series.id
        series.id = world.next_id("series")
        world.series[series.id] = world.series.pop(old)
        world.episodes_of[series.id] = world.episodes_of.pop(old)
        world.files_of[series.id] = world.files_of.pop(old)
        for episode in world.episodes_of[series.id]:
            del world.episodes[episode.id]
            episode.id, episode.series_id = world.next_id("episode"), series.id
            world.episodes[episode.id] = episode
        for file in world.files_of[series.id].values():
            file.series_id = series.id
            file.episode_ids = tuple(e.id for e in world.episodes_of[series.id] if e.file_id == file.id)
        await _told_again(home)
        assert home.show("Lighthouse Keepers").id == show
        assert home.row(first).id == about
        assert home.state(first) == "watched"
        assert home.overview.totals().shows == 1
