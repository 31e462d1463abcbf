"""Who watched what, told by Jellyfin or by Plex itself, alone and beside Tautulli (R-W1, R-W2)."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from home import Home, at_home
from sqlalchemy import select
from test_watched import furnish, put_files, watching

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.database.schema_play_states import playing_now
from episodarr.demo.jellyfin_system import USERS
from episodarr.demo.world import World

DAY = 90_000.0
"""Seconds, and some more than a day: everything is read whole again."""


async def sync(home: Home) -> dict:
    home.world.advance()
    return await home.house.play_followers.sync(Silent())


async def sessions(home: Home) -> dict:
    home.world.advance()
    return await home.house.play_followers.sessions()


def go_on(home: Home, seconds: float) -> None:
    home.world.clock.advance(seconds)  # type: ignore[attr-defined]  # the manual clock
    home.world.advance()


def connection(home: Home, kind: str):
    return next(one for one in home.house.connections.all() if one.kind == kind)


def count(home: Home, episode) -> tuple[int, int, int]:
    found = watching(home, episode).watching
    return found.plays, found.watched_plays, found.viewers


async def jellyfin_alone(folder: Path, plugin: bool) -> None:
    async with at_home(folder, furnish, kinds=("sonarr", "jellyfin")) as home:
        world, jellyfin = home.world, home.stack.jellyfin
        jellyfin.watching.reporting = plugin
        first, second, third = world.season_of(world.named("Silo"), 1)
        await home.first_sync()
        assert home.house.watching.readings([connection(home, "jellyfin").id]) == {
            connection(home, "jellyfin").id: None
        }
        jellyfin.play(1, first)
        jellyfin.play(1000, first)
        jellyfin.play(1000, second, percent=40)
        report = await sync(home)
        assert report["message"] == ""
        assert count(home, first) == (2, 2, 2)
        assert count(home, second) == (1, 0, 1)
        assert home.states([first, second]) == ["watched", "available"]
        assert watching(home, first).viewers == ["anna", "demo"]
        assert len(watching(home, first).plays) == (2 if plugin else 0)
        assert watching(home, first).synced_at == world.now

        go_on(home, 3_600)
        jellyfin.play(1, first)
        jellyfin.watching.mark(USERS[1], first, played=False)
        await sync(home)
        assert count(home, first) == (3, 3, 2)
        go_on(home, DAY)
        await sync(home)
        assert count(home, first) == (3, 3, 2), "what was marked as not played was played all the same"
        home.house.plays.rebuild()
        assert count(home, first) == (3, 3, 2)

        before = [count(home, one) for one in (first, second, third)]
        path = world.files[first.file_id].path
        world.library.forget(path)
        go_on(home, DAY)
        await sync(home)
        world.library.told(path)
        go_on(home, DAY)
        await sync(home)
        assert [count(home, one) for one in (first, second, third)] == before, "added again, it has its history"


async def nothing_is_lost(folder: Path, kind: str, mode: str) -> None:
    async with at_home(folder, furnish, kinds=("sonarr", kind)) as home:
        world, server = home.world, home.stack.servers[kind]
        home.stack.jellyfin.watching.reporting = True
        first = world.season_of(world.named("Silo"), 1)[0]
        await home.first_sync()
        server.play(1, first)
        server.running(1000, first)
        await sync(home)
        await sessions(home)
        kept, playing = watching(home, first), now_playing(home)
        assert (kept.watching.watched_plays, len(playing)) == (1, 1)
        go_on(home, DAY)
        server.faults.set(mode)
        with pytest.raises(ServiceFailure):
            await sync(home)
        go_on(home, 600)
        if (kind, mode) != ("jellyfin", "empty"):  # an empty list of sessions is how Jellyfin says that nobody plays
            assert (await sessions(home))["message"]
        assert watching(home, first) == kept, "with the time it was read"
        assert now_playing(home) == playing
        assert home.state(first) == "watched"
        server.faults.clear()
        go_on(home, DAY)
        await sync(home)
        assert watching(home, first).watching.watched_plays == 1
        assert watching(home, first).synced_at == world.now


def now_playing(home: Home) -> list:
    with home.house.database.reading() as db:
        return [tuple(row) for row in db.execute(select(playing_now))]


async def plex_alone_and_then_tautulli(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=("sonarr", "plex", "tautulli")) as home:
        world, plex, tautulli = home.world, home.stack.plex, home.stack.tautulli
        first, second, third = world.season_of(world.named("Silo"), 1)
        house, of_tautulli = home.house, connection(home, "tautulli")
        await home.first_sync()
        switch(home, of_tautulli, on=False)
        plex.play(1, first)
        go_on(home, 7_200)
        plex.play(1000, first)
        assert (await sync(home))["new"] == 2
        assert count(home, first) == (2, 2, 2)
        assert watching(home, first).viewers == ["anna", "demo"]
        assert home.state(first) == "watched"

        switch(home, of_tautulli, on=True)
        plex.play(1, second)
        tautulli.log.follow(tautulli._shelf())
        tautulli.lose_first()  # it was set up later than Plex
        asked = plex.counts.matching("history").requests
        await sync(home)
        assert plex.counts.matching("history").requests == asked, "Tautulli tells it all"
        assert count(home, first)[:2] == (2, 2), "one of them both tell, one only Plex has seen"
        assert count(home, second)[:2] == (1, 1)
        assert house.watching.readings([connection(home, "plex").id])[connection(home, "plex").id] == world.now

        switch(home, of_tautulli, on=False)
        go_on(home, 3_600)
        plex.play(1, third)
        await sync(home)
        assert [count(home, one)[:2] for one in (first, second, third)] == [(2, 2), (1, 1), (1, 1)]
        house.plays.rebuild()
        assert [count(home, one)[:2] for one in (first, second, third)] == [(2, 2), (1, 1), (1, 1)]


def switch(home: Home, one, *, on: bool) -> None:
    """Switch a connection on or off, as its form does."""
    connections = home.house.connections
    held = connections.get(one.id)
    connections._store.change(msgspec.structs.replace(held, enabled=on), home.world.now)
    connections.reload()


async def two_servers(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=("sonarr", "jellyfin", "tautulli", "plex")) as home:
        first = home.world.season_of(home.world.named("Silo"), 1)[0]
        await home.first_sync()
        home.stack.jellyfin.play(1, first)
        home.stack.tautulli.play(1000, first)
        await sync(home)
        assert count(home, first)[:2] == (2, 2), "one on each server"
        home.stack.plex.running(1, first)
        home.stack.jellyfin.running(1000, first)
        assert (await sessions(home)) == {"playing": 2, "message": ""}
        assert len(now_playing(home)) == 2, "Plex's own are told by Tautulli"
        home.world.plex.end("1")
        go_on(home, 60)
        await sessions(home)
        assert len(now_playing(home)) == 1


async def later_listed(folder: Path) -> None:
    def empty(world: World) -> None:
        world.add_season(world.add_series("Silo", year=2023), 1, 3)

    async with at_home(folder, empty, kinds=("sonarr", "jellyfin")) as home:
        await sync(home)
        put_files(home.world, home.world.named("Silo"))
        first = home.world.season_of(home.world.named("Silo"), 1)[0]
        home.stack.jellyfin.play(1, first)
        await sync(home)
        await home.first_sync()
        assert await home.house.play_followers.match() == 1
        assert count(home, first) == (1, 1, 1)


@pytest.mark.parametrize("plugin", [False, True], ids=["alone", "with its plugin"])
def test_jellyfin_tells_who_watched(tmp_path: Path, plugin: bool) -> None:
    asyncio.run(jellyfin_alone(tmp_path, plugin))


@pytest.mark.parametrize("mode", ["error", "empty", "empty_body", "html", "truncated"])
@pytest.mark.parametrize("kind", ["jellyfin", "plex", "tautulli"])
def test_whoever_fails_loses_and_resets_nothing(tmp_path: Path, kind: str, mode: str) -> None:
    asyncio.run(nothing_is_lost(tmp_path, kind, mode))


def test_plex_by_itself_and_with_tautulli_added_later(tmp_path: Path) -> None:
    asyncio.run(plex_alone_and_then_tautulli(tmp_path))


def test_jellyfin_and_tautulli_beside_each_other(tmp_path: Path) -> None:
    asyncio.run(two_servers(tmp_path))


def test_what_was_watched_before_sonarr_was_read(tmp_path: Path) -> None:
    asyncio.run(later_listed(tmp_path))
