"""Somebody watches an episode in Plex, Tautulli has it on record, and Episodarr says so (R-W1, R-W2)."""

import asyncio
from pathlib import Path

from home import Home, at_home

from episodarr.catalogue.instances import Silent
from episodarr.demo.model import LANGUAGES, QUALITIES, Release, Series
from episodarr.demo.world import World

KINDS = ("sonarr", "qbittorrent", "jellyfin", "tautulli")


def furnish(world: World) -> None:
    silo = world.add_series("Silo", year=2023)
    world.add_season(silo, 1, 3)
    put_files(world, silo)
    world.add_series("Andor", year=2022)


def put_files(world: World, series: Series) -> None:
    for episode in world.season_of(series, 1):
        title = f"{series.title}.{episode.code}.1080p"
        release = Release(title, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, LANGUAGES["English"])
        world.add_file([episode], release)


def watching(home: Home, episode):
    return home.house.watching.episode(home.row(episode).id, names=True, limit=10)


async def plays(home: Home) -> dict:
    home.world.advance()
    return await home.house.play_followers.sync(Silent())


async def watched(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, tautulli = home.world, home.stack.tautulli
        first, second, third = world.season_of(world.named("Silo"), 1)
        await home.first_sync()
        await plays(home)
        before = home.state(first)
        assert before in {"available", "imported"}
        tautulli.play(1, first)
        tautulli.play(1000, second, percent=30)
        tautulli.running(1000, third)
        report = await plays(home)
        assert (report["new"], report["message"]) == (2, "")
        assert home.states([first, second, third]) == ["watched", before, before]
        assert watching(home, first).viewers == ["Demo"]
        assert watching(home, second).watching.partial_plays == 1
        assert watching(home, third).watching.plays == 0, "it still runs"
        assert any(entry.kind == "watched" for entry in home.timeline(first))

        await home.live(3_600, 1_800)
        tautulli.play(1000, second)
        asked = tautulli.counts.requests
        await plays(home)
        assert tautulli.counts.requests == asked + 1, "one page tells what is new"
        assert home.state(second) == "watched"
        assert watching(home, second).watching.plays == 1, "it went on with what it had begun"
        asked = tautulli.counts.requests
        assert (await plays(home))["new"] == 0
        assert tautulli.counts.requests == asked + 1

        tautulli.faults.set("error")
        kept = watching(home, first)
        assert "Tautulli" in (await plays(home))["message"], "it was down, and Jellyfin was not"
        assert watching(home, first) == kept, "what is known stays, with the time it was read"
        tautulli.faults.clear()


async def added_later(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=("tautulli",)) as home:
        world = home.world
        episode = world.season_of(world.named("Silo"), 1)[0]
        home.stack.tautulli.play(1, episode)
        assert (await plays(home))["matched"] == 0
        assert home.house.plays.count(home.house.connections.all()[0].id) == 1


def test_who_watched_an_episode_to_its_end(tmp_path: Path) -> None:
    asyncio.run(watched(tmp_path))


def test_plays_of_what_no_sonarr_lists_are_kept(tmp_path: Path) -> None:
    asyncio.run(added_later(tmp_path))
