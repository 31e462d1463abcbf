"""A movie from Radarr to the screen: wanted, imported, listed in the media servers, watched, gone; and the bad days."""

from pathlib import Path
from typing import Any

import pytest
from home import Home, at_home
from sqlalchemy import select, update

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.database.schema import cursors
from episodarr.database.schema_movies import movie_copies, movies, watched_movies
from episodarr.demo.films import LOOK_AFTER
from episodarr.demo.world import World

pytestmark = pytest.mark.anyio

ALL = ("sonarr", "radarr", "jellyfin", "plex", "tautulli")


def a_few(world: World) -> None:
    for number in range(1, 13):
        film = world.films.add(f"Film {number}", 2000 + number, tags=("keep",) if number == 1 else ())
        world.films.import_file(film, at=world.now)


async def sync(home: Home, *, everything: bool = True) -> dict[str, Any]:
    home.world.advance()
    return await home.house.movies.sync(Silent(), everything=everything)


def row(home: Home, title: str) -> Any:
    with home.house.database.reading() as db:
        return db.execute(select(movies).where(movies.c.title == title)).one()


def count(home: Home) -> int:
    with home.house.database.reading() as db:
        return len(db.execute(select(movies.c.id).where(movies.c.gone_at.is_(None))).all())


async def pass_time(home: Home, seconds: float) -> None:
    home.world.clock.advance(seconds)  # type: ignore[attr-defined]  # the manual clock
    home.world.advance()


async def test_a_movie_is_wanted_imported_listed_watched(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=ALL) as home:
        await sync(home)
        assert count(home) == 12
        film = home.world.films.add("Dune", 2021)
        await sync(home)
        new = row(home, "Dune")
        assert (new.monitored, new.has_file, new.available) == (True, False, False)

        home.world.films.import_file(film)
        await sync(home)
        filed = row(home, "Dune")
        assert (filed.id, filed.has_file, filed.available) == (new.id, True, False)
        assert filed.size_on_disk == film.size

        await pass_time(home, LOOK_AFTER + 1)
        await sync(home)
        listed = row(home, "Dune")
        assert (listed.id, listed.available) == (new.id, True)
        with home.house.database.reading() as db:
            held = db.execute(select(movie_copies).where(movie_copies.c.movie_id == new.id)).all()
        assert sorted((one.manager, one.joined_by) for one in held) == [
            (False, "tmdb"),
            (False, "tmdb"),
            (True, "tmdb"),
        ]

        home.world.films.view(1000, film)
        await home.house.play_followers.sync(Silent())
        with home.house.database.reading() as db:
            sums = db.execute(select(watched_movies).where(watched_movies.c.movie_id == new.id)).one()
        assert (sums.plays, sums.watched_plays, sums.viewers) == (1, 1, 1)


async def test_what_is_only_in_a_media_server_is_a_movie_too(tmp_path: Path) -> None:
    def fill(world: World) -> None:
        film = world.films.add("Stalker", 1979, wanted=False)
        world.films.import_file(film, at=world.now)

    async with at_home(tmp_path, fill, kinds=("jellyfin", "plex")) as home:
        await sync(home)
        held = row(home, "Stalker")
        assert (held.monitored, held.has_file, held.available, count(home)) == (None, True, True, 1)


async def test_a_removed_movie_is_gone_with_its_history_and_comes_back_as_itself(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=ALL) as home:
        await sync(home)
        film = home.world.films.named("Film 3")
        home.world.films.view(1, film)
        await home.house.play_followers.sync(Silent())
        before = row(home, "Film 3")
        home.world.films.remove(film)
        await pass_time(home, LOOK_AFTER + 1)
        await sync(home)
        assert row(home, "Film 3").gone_at is not None
        film.wanted = True
        home.world.films.import_file(film)
        await pass_time(home, LOOK_AFTER + 1)
        await sync(home)
        again = row(home, "Film 3")
        assert (again.id, again.gone_at) == (before.id, None)
        with home.house.database.reading() as db:
            assert (
                db.execute(select(watched_movies.c.plays).where(watched_movies.c.movie_id == before.id)).scalar() == 1
            )


async def test_nothing_new_writes_nothing_and_asks_the_media_servers_rarely(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=ALL) as home:
        await sync(home)
        with home.house.database.reading() as db:
            before = db.execute(select(movie_copies).order_by(movie_copies.c.external_id)).all()
        home.stack.plex.counts.reset()
        home.stack.radarr.counts.reset()
        await pass_time(home, 900)
        report = await sync(home, everything=False)
        assert report["message"] == "Nothing has changed"
        assert home.stack.plex.counts.requests == 0
        assert home.stack.radarr.counts.requests <= 3
        with home.house.database.reading() as db:
            assert db.execute(select(movie_copies).order_by(movie_copies.c.external_id)).all() == before


async def test_a_list_that_lost_many_is_believed_only_when_it_says_so_again(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=("radarr",)) as home:
        await sync(home)
        for number in (2, 3, 4):
            home.world.films.named(f"Film {number}").wanted = False
        for _ in range(2):
            with pytest.raises(ServiceFailure, match="3 of 12 known movies are missing"):
                await sync(home)
            assert count(home) == 12
        await pass_time(home, 700)
        await sync(home)
        assert count(home) == 9


async def test_an_empty_list_is_never_believed(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=("radarr",)) as home:
        await sync(home)
        home.stack.radarr.faults.set("empty", only="/movie$")
        for _ in range(3):
            with pytest.raises(ServiceFailure, match="no movies at all"):
                await sync(home)
            await pass_time(home, 3600)
        assert count(home) == 12


@pytest.mark.parametrize(
    "mode", ["unauthorized", "error", "html", "truncated", "empty_body", "wrong_app", "refuse", "truncated_page"]
)
async def test_a_service_in_trouble_takes_nothing_away(tmp_path: Path, mode: Any) -> None:
    async with at_home(tmp_path, a_few, kinds=("radarr", "plex", "jellyfin")) as home:
        await sync(home)
        assert count(home) == 12
        for film in home.world.films.all.values():  # whatever they say now must not be believed in part
            film.monitored = False
        with home.house.database.writing() as db:  # nothing is "the same as last time"
            db.execute(update(cursors).where(cursors.c.name.like("movies:%")).values(value="{}"))
        for server in (home.stack.radarr, home.stack.plex, home.stack.jellyfin):
            server.faults.set(mode)
            await server.follow_refusal()
        if mode != "truncated_page":  # Radarr's list has no pages
            report = await sync(home)
            assert set(report["services"].values()).isdisjoint({"ok"})
            assert all(row(home, f"Film {number}").monitored for number in range(1, 13))
        else:
            await sync(home)
        with home.house.database.reading() as db:
            gone = db.execute(select(movie_copies).where(movie_copies.c.gone_at.is_not(None))).all()
        assert (gone, count(home)) == ([], 12)


async def test_one_failing_system_does_not_stop_the_others(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=("radarr", "plex", "jellyfin")) as home:
        home.stack.radarr.faults.set("error")
        report = await sync(home)
        assert (report["services"]["Plex"], report["services"]["Jellyfin"]) == ("ok", "ok")
        assert count(home) == 12
        assert row(home, "Film 1").monitored is None
        home.stack.radarr.faults.clear()
        await sync(home)
        assert count(home) == 12
        assert (row(home, "Film 1").monitored, row(home, "Film 1").tags) == (True, '["keep"]')


async def test_a_removed_connection_leaves_what_the_others_say(tmp_path: Path) -> None:
    async with at_home(tmp_path, a_few, kinds=("jellyfin",)) as home:
        server = home.stack.radarr
        radarr = home.house.connections.save("radarr", "Radarr", {"url": server.url, "api_key": server.api_key})
        await sync(home)
        lone = home.world.films.add("Only wanted", 2024)
        await sync(home)
        number = row(home, lone.title).id
        assert row(home, "Film 1").monitored
        home.house.connections.remove(radarr)
        held = row(home, "Film 1")
        assert (held.monitored, held.available, held.gone_at) == (None, True, None)
        assert (row(home, lone.title).id, row(home, lone.title).gone_at is not None) == (number, True)
