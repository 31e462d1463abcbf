"""Jellyfin, Plex, or both: an episode is available when a server has the episode itself (R-D10)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from home import Home, at_home
from sqlalchemy import select

from episodarr.connections.model import Status
from episodarr.database.schema import evidence
from episodarr.demo.model import LANGUAGES, QUALITIES, Episode, Release
from episodarr.demo.world import World
from episodarr.episode.facts import InLibrary, decode

pytestmark = pytest.mark.anyio
PLEX = ("sonarr", "qbittorrent", "plex")
BOTH = ("sonarr", "qbittorrent", "jellyfin", "plex")
SHOKO = ("sonarr", "qbittorrent", "jellyfin", "shoko")


def furnish(world: World) -> None:
    world.add_season(world.add_series("Severance", year=2022), 1, 3)
    world.add_season(world.add_series("Frieren", year=2023, kind="anime"), 1, 3)


def release(episode: Episode) -> Release:
    title = f"Show.{episode.code}.1080p.WEB"
    return Release(title, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, LANGUAGES["English"])


def with_files(world: World, title: str, count: int, **more: Any) -> list[Episode]:
    series = world.add_series(title, **more)
    episodes = world.add_season(series, 1, count)
    for episode in episodes:
        world.add_file([episode], release(episode))
    return episodes


def said(home: Home, episode: Episode) -> dict[str, InLibrary]:
    """What each media server said last of an episode."""
    with home.house.database.reading() as db:
        asked = select(evidence.c.source, evidence.c.what).where(
            evidence.c.episode_id == home.row(episode).id, evidence.c.kind == "in_library"
        )
        return {row[0].partition(":")[0]: decode(row[1]) for row in db.execute(asked)}


def health(home: Home, kind: str) -> Status:
    connection = next(one for one in home.house.connections.all() if one.kind == kind)
    return home.house.connections.health(connection.id).status


async def test_with_plex_alone_an_import_is_asked_for_until_it_is_listed(tmp_path: Path) -> None:
    """R-D10: never stuck at importing; several libraries of one server."""
    async with at_home(tmp_path, furnish, kinds=PLEX) as home:
        world = home.world
        first, second, _ = world.season_of(world.named("Severance"), 1)
        anime = world.season_of(world.named("Frieren"), 1)[0]
        world.plex.hide(first)
        await home.first_sync()
        for episode in (first, second, anime):
            world.arrivals.grab(world.series[episode.series_id], [episode], seconds=5)
        await home.until(lambda: home.states([second, anime]) == ["available"] * 2)
        assert home.row(second).because == "Plex lists it and can play it"
        await home.live(60, 5)
        assert (home.state(first), home.row(first).waiting_for) == ("imported", "Plex to list it")
        world.plex.show(first)
        await home.until(lambda: home.state(first) == "available", seconds=4000, step=10)
        keys = {said(home, one)["Plex"].item_id for one in (first, second, anime)}
        assert len(keys) == 3, "an item of its own for each episode"


async def test_available_when_either_server_has_it_and_both_words_are_kept(tmp_path: Path) -> None:
    """R-D10: Plex beside Jellyfin."""
    async with at_home(tmp_path, furnish, kinds=BOTH) as home:
        world = home.world
        one, other, _ = episodes = world.season_of(world.named("Severance"), 1)
        world.plex.hide(one)
        await home.first_sync()
        for episode in episodes:
            world.arrivals.grab(world.named("Severance"), [episode], seconds=5)
        await home.until(lambda: home.states(episodes) == ["available"] * 3)
        await home.live(20)
        assert said(home, one)["Jellyfin"].playable
        assert said(home, one)["Plex"] == InLibrary(), "what Plex says is kept, too"
        assert {name for name, what in said(home, other).items() if what.playable} == {"Jellyfin", "Plex"}
        world.plex.show(one)
        await home.until(lambda: said(home, one)["Plex"].playable, seconds=4000, step=10)


async def test_gone_from_one_server_it_is_still_available_in_the_other(tmp_path: Path) -> None:
    """R-D10: an episode that a complete listing no longer holds is absent there, and only there."""
    held: list[Episode] = []

    def fill(world: World) -> None:
        held.extend(with_files(world, "Andor", 4))

    async with at_home(tmp_path, fill, kinds=BOTH) as home:
        world = home.world
        await home.first_sync()
        assert home.states(held) == ["available"] * 4
        world.plex.hide(held[0])
        await home.live(60, 20)
        assert said(home, held[0])["Plex"].playable, "nobody has asked since"
        world.clock.advance(25 * 3600)
        await home.look()
        assert said(home, held[0])["Plex"] == InLibrary()
        assert said(home, held[0])["Jellyfin"].playable
        assert home.states(held) == ["available"] * 4
        world.library.hidden.add(held[0].id)
        world.library.look(world.files[held[0].file_id].path)
        world.clock.advance(25 * 3600)
        await home.look()
        assert home.states(held) == ["imported", *["available"] * 3]


async def test_a_server_that_is_off_for_an_hour_changes_nothing_and_catches_up(tmp_path: Path) -> None:
    """R-D10: unknown is not no; what was imported meanwhile is asked for once the server is back."""
    async with at_home(tmp_path, furnish, kinds=BOTH) as home:
        world = home.world
        first, second, _ = world.season_of(world.named("Severance"), 1)
        await home.first_sync()
        world.arrivals.grab(world.named("Severance"), [first], seconds=5)
        await home.until(lambda: home.state(first) == "available")
        await home.until(lambda: said(home, first)["Plex"].playable)
        before = said(home, first)
        home.stack.plex.faults.set("refuse")
        await home.stack.plex.follow_refusal()
        world.arrivals.grab(world.named("Severance"), [second], seconds=5)
        await home.until(lambda: home.state(second) == "available")
        await home.live(3600, 60)
        assert health(home, "plex") is Status.OFFLINE
        assert said(home, first) == before
        assert set(said(home, second)) == {"Jellyfin"}, "Plex has said nothing"
        home.stack.plex.faults.clear()
        await home.stack.plex.follow_refusal()
        await home.until(lambda: said(home, second).get("Plex", InLibrary()).playable, seconds=1200, step=30)
        assert health(home, "plex") is Status.OK


@pytest.mark.parametrize("kind", ["jellyfin", "plex"])
@pytest.mark.parametrize("mode", ["empty", "truncated_page", "error", "truncated"])
async def test_a_listing_that_is_no_whole_one_says_nothing(tmp_path: Path, kind: str, mode: Any) -> None:
    """R-D10: cut short, empty though it was not, or failing: no episode is called absent by it."""
    held: list[Episode] = []

    def fill(world: World) -> None:
        held.extend(with_files(world, "Andor", 4))

    async with at_home(tmp_path, fill, kinds=("sonarr", "qbittorrent", kind)) as home:
        await home.first_sync()
        before = [said(home, episode) for episode in held]
        home.stack.servers[kind].faults.set(mode, only=r"/Items|/Episodes|/all|/allLeaves|/sections")
        for _ in range(3):
            home.world.clock.advance(25 * 3600)
            home.house.followers.verify_soon({home.show("Andor").id})
            await home.look()
        assert [said(home, episode) for episode in held] == before
        assert home.states(held) == ["available"] * 4
        assert health(home, kind) is not Status.OK


async def test_an_item_without_anything_to_play_is_not_available(tmp_path: Path) -> None:
    """R-D10: a media source is asked for; a file that is gone from disk stays listed in Plex, or lies in its trash."""
    async with at_home(tmp_path, furnish, kinds=PLEX) as home:
        world = home.world
        first = world.season_of(world.named("Severance"), 1)[0]
        world.plex.look_after, world.plex.keeps_trash = 10**6, True
        await home.first_sync()
        world.arrivals.grab(world.named("Severance"), [first], seconds=5)
        await home.until(lambda: home.state(first) == "imported")
        file = world.files[first.file_id]
        world.plex.list_file(file, world.now)
        size = world.disk.pop(file.path)
        await home.live(30)
        cannot = "Plex lists it but cannot play it: its file is unavailable"
        in_trash = "Plex lists it but cannot play it: no media source"
        assert home.row(first).because.endswith(cannot), "Plex was asked to look at the disk"
        world.clock.advance(25 * 3600)
        await home.look()
        assert home.row(first).because.endswith(cannot), "a listing does not overrule what the item itself said"
        world.plex.look(file.path)
        assert file.path in world.plex.trash
        await home.live(120, 10)
        assert home.row(first).because.endswith(in_trash)
        world.disk[file.path] = size
        world.plex.look(file.path)
        await home.until(lambda: home.state(first) == "available", seconds=4000, step=10)


async def test_shokofin_splits_a_season_into_series_and_each_episode_is_found(tmp_path: Path) -> None:
    """R-D10: items of Shokofin are told by Shoko's ids, never by season and number."""

    def fill(world: World) -> None:
        series = world.add_series("Blue Lantern", kind="anime", year=2023, runtime=24)
        world.add_season(series, 1, 12)
        world.add_season(series, 2, 12)

    async with at_home(tmp_path, fill, kinds=SHOKO, shokofin=True) as home:
        world = home.world
        series = world.named("Blue Lantern")
        home.stack.shoko.cours[series.id, 2] = 4
        await home.first_sync()
        wanted = world.season_of(series, 2)[:6]
        for episode in wanted:
            world.arrivals.grab(series, [episode], seconds=5)
        await home.until(lambda: home.states(wanted) == ["available"] * 6, seconds=1200, step=5)
        items = [said(home, episode)["Jellyfin"].item_id for episode in wanted]
        assert len(set(items)) == 6, "no two episodes are one item"
        shelf = home.stack.jellyfin._items_now()
        numbers = [(found["SeriesName"], found["IndexNumber"]) for item in items if (found := shelf.find(item))]
        assert [number for _, number in numbers] == [1, 2, 3, 1, 2, 3]
        assert len({name for name, _ in numbers}) == 2
        first_season = world.season_of(series, 1)[:6]
        assert home.states(first_season) == ["missing"] * 6, "their numbers are listed, they are not"
        world.clock.advance(25 * 3600)
        await home.look()
        assert [said(home, episode)["Jellyfin"].item_id for episode in wanted] == items
        assert home.states(wanted) == ["available"] * 6


async def test_a_whole_library_is_verified_in_few_requests(tmp_path: Path) -> None:
    """R-D10: in bulk, not one call for each episode or series."""
    held: list[Episode] = []

    def fill(world: World) -> None:
        for number in range(120):
            held.extend(with_files(world, f"Show {number:03d}", 10, kind="anime" if number % 3 else "standard"))

    async with at_home(tmp_path, fill, kinds=BOTH) as home:
        await home.house.instances.series(_silent())
        await home.house.instances.episodes(_silent())
        servers = [home.stack.jellyfin, home.stack.plex]
        await home.house.followers.verify()
        for server in servers:
            assert server.counts.requests <= 8, server.counts.by_path
        assert all(what.playable for episode in held[::100] for what in said(home, episode).values())
        assert {len(said(home, episode)) for episode in held[::100]} == {2}
        for server in servers:
            server.counts.reset()
        await home.live(600, 60)
        assert [server.counts.requests for server in servers] == [0, 0], "nothing is awaited: nobody asks"
        home.world.clock.advance(timedelta(days=1).total_seconds())
        await home.house.followers.verify()
        assert all(0 < server.counts.requests <= 8 for server in servers)


def _silent() -> Any:
    from episodarr.catalogue.instances import Silent

    return Silent()
