"""A season is requested in Seerr, and each of its episodes goes its way; the request tells the truth of them (R-D8)."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from home import Home, at_home

from episodarr.catalogue.instances import Silent
from episodarr.connections.model import Status
from episodarr.demo.world import World
from episodarr.overview.requests import RequestCard, RequestDetail, RequestFilter

KINDS = ("sonarr", "qbittorrent", "jellyfin", "seerr")


def furnish(world: World) -> None:
    silo = world.add_series("Silo", year=2023)
    for season in (1, 2):
        for episode in world.add_season(silo, season, 5):
            episode.monitored = False
    andor = world.add_series("Andor", year=2022)
    world.add_season(andor, 1, 2)
    world.requests.add_title(7_001, 8_001, "Salt and Starlight", 2025, {1: 3})


def card(home: Home, title: str) -> RequestCard:
    """The only request for a title."""
    found = home.house.requests.requests(RequestFilter(search=title), 10, None).items
    assert len(found) == 1, found
    return found[0]


def detail(home: Home, title: str) -> RequestDetail:
    found = home.house.requests.request(card(home, title).id)
    assert found is not None
    return found


def story(home: Home, title: str) -> list[str]:
    """The request's own timeline, in words."""
    return [entry.text for entry in home.house.requests.request_timeline(card(home, title).id, 200, None).items]


async def arriving(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        first, second = world.season_of(silo, 1), world.season_of(silo, 2)
        await home.first_sync()
        assert home.states(second) == ["unmonitored"] * 5
        asked = desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        await home.look()
        assert home.states(second) == ["requested"] * 5
        assert home.states(first) == ["unmonitored"] * 5, "the other season was not asked for"
        row = home.row(second[0])
        assert (row.because, row.waiting_for) == (
            "Anna requested it; Seerr awaits an approval",
            "somebody to approve it in Seerr",
        )
        assert (card(home, "Silo").state, card(home, "Silo").requester) == ("pending", "Anna")
        await home.house.decide.decide(card(home, "Silo").id, "approve")
        assert asked.status == 2, "Seerr was really told"
        assert home.row(second[0]).because == "Anna requested it"
        await home.until(lambda: "downloading" in home.states(second))
        assert card(home, "Silo").state == "arriving"
        assert card(home, "Silo").arriving_count >= 1
        await home.until(lambda: set(home.states(second)) == {"available"})
        assert (card(home, "Silo").state, card(home, "Silo").words) == ("available", "All 5 available")
        assert home.states(first) == ["unmonitored"] * 5
        told = [entry.text for entry in home.timeline(second[0])]
        assert told.index("Requested, awaits an approval") < told.index("Requested")
        assert [entry.detail for entry in home.timeline(second[0]) if entry.kind == "requested"] == ["Anna", "Anna"]
        request = story(home, "Silo")
        assert request[0] == "Requested"
        assert request.index("Approved") < next(i for i, text in enumerate(request) if text.startswith("Grabbed:"))
        assert any(text.startswith("Can be played:") for text in request)


def test_a_requested_season_goes_its_way_episode_by_episode(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(arriving(tmp_path))


async def partly(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        second = world.season_of(silo, 2)
        await home.first_sync()
        asked = desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        world.arrivals.grab(silo, second[:3], kind="pack", seconds=4)
        asked.status, asked.updated_at = 2, world.now
        for episode in second:
            episode.monitored = True
        await home.house.instances.episodes(Silent(), full=True)
        await home.until(lambda: home.states(second).count("available") == 3)
        held = card(home, "Silo")
        assert (held.state, held.words) == ("partially_available", "3 of 5 available, 2 missing")
        world.clock.advance(700)
        world.advance()
        asked.media.status, asked.media.updated_at = 5, world.now
        await home.look()
        held = card(home, "Silo")
        assert held.state == "partially_available", "never available while an aired episode is not"
        assert held.disagreement == "Seerr says available, but 2 episodes are not in the library"
        rows = detail(home, "Silo").episodes
        assert [row.state for row in rows] == ["available"] * 3 + ["requested"] * 2
        assert {row.waiting_for for row in rows[3:]} == {"Sonarr to find a release"}


def test_partially_available_is_told_truthfully(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(partly(tmp_path))


async def declined(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        first, second = world.season_of(silo, 1), world.season_of(silo, 2)
        await home.first_sync()
        one = desk.ask(desk.user("Anna"), silo.tmdb_id, [1, 2])
        await home.look()
        world.clock.advance(60)
        desk.decline(one, desk.user("demo"))
        await home.look()
        assert home.states([*first, *second]) == ["unmonitored"] * 10
        assert (card(home, "Silo").state, story(home, "Silo")[-1]) == ("declined", "Declined")
        other = desk.ask(desk.user("Ben"), silo.tmdb_id, [2])
        await home.look()
        assert home.row(second[0]).because.startswith("Ben requested it")
        desk.delete(other)
        world.clock.advance(60)
        await home.look()
        assert home.states(second) == ["requested"] * 5, "only a whole reading tells that it is gone"
        world.clock.advance(700)
        await home.look()
        assert home.states(second) == ["unmonitored"] * 5
        gone = home.house.requests.requests(RequestFilter(state="gone"), 10, None).items
        assert [(one.requester, one.words) for one in gone] == [("Ben", "Seerr no longer has this request")]


def test_what_is_declined_or_gone_withdraws(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(declined(tmp_path))


async def later(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        await home.first_sync()
        desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        desk.ask(desk.user("demo"), 7_001, "all")
        await home.look()
        unlisted = card(home, "Salt")
        assert (unlisted.title, unlisted.year, unlisted.series_id) == ("Salt and Starlight", 2025, None)
        assert (unlisted.state, unlisted.words) == ("unlisted", "Sonarr does not list it yet")
        await home.live(10)
        sixth = world.add_episode(silo, 2, 6, air_at=world.now)
        special = world.add_episode(silo, 0, 1, air_at=world.now, monitored=False)
        home.stack.seerr.faults.set("refuse")
        await home.stack.seerr.follow_refusal()
        await home.first_sync()
        assert home.row(sixth).because.startswith("Anna requested it"), "also while Seerr does not answer"
        assert home.state(special) == "unmonitored", "specials only when they were asked for"
        listed = card(home, "Salt")
        assert listed.series_id is not None
        assert listed.episode_count == 3
        assert {row.because for row in detail(home, "Salt").episodes if row.state == "requested"} <= {
            "demo requested it"
        }


def test_an_episode_that_comes_later_joins(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(later(tmp_path))


async def silent(folder: Path, mode: str) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo, andor = world.named("Silo"), world.named("Andor")
        await home.first_sync()
        desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        desk.ask_for_film(desk.user("Ben"), 99)
        await home.look()
        assert home.house.requests.films() == 1
        before = (home.states(world.season_of(silo, 2)), card(home, "Silo"))
        home.stack.seerr.faults.set(mode)
        await home.stack.seerr.follow_refusal()
        for _ in range(5):
            world.clock.advance(700)
            await home.look()
        assert (home.states(world.season_of(silo, 2)), card(home, "Silo")) == before
        connection = next(one for one in home.house.connections.all() if one.kind == "seerr")
        assert home.house.connections.health(connection.id).status is not Status.OK
        assert home.states(world.season_of(andor, 1)) == ["missing"] * 2, "followed all the same, without any request"


@pytest.mark.parametrize(
    "mode", ["refuse", "unauthorized", "error", "html", "truncated", "empty", "empty_body", "truncated_page"]
)
def test_a_seerr_in_trouble_resets_nothing(tmp_path: Path, mode: str) -> None:
    """R-D8."""
    asyncio.run(silent(tmp_path, mode))


async def fresh(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        await home.first_sync()
        desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        await home.look()
        held = dict(desk.requests)
        desk.requests.clear()
        for _ in range(2):
            world.clock.advance(700)
            await home.look()
            assert home.states(world.season_of(silo, 2)) == ["requested"] * 5, "an empty list is doubted"
        desk.requests.update(held)
        world.clock.advance(700)
        await home.look()
        desk.requests.clear()
        for _ in range(3):
            world.clock.advance(700)
            await home.look()
        assert home.states(world.season_of(silo, 2)) == ["unmonitored"] * 5, "and believed when it stays so"


def test_an_empty_list_after_a_full_one_is_doubted(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(fresh(tmp_path))


async def switched_off(folder: Path) -> None:
    async with at_home(folder, furnish, kinds=KINDS) as home:
        world, desk = home.world, home.world.requests
        silo = world.named("Silo")
        await home.first_sync()
        desk.ask(desk.user("Anna"), silo.tmdb_id, [2])
        await home.look()
        connections = home.house.connections
        held = next(one for one in connections.all() if one.kind == "seerr")
        connections._store.change(msgspec.structs.replace(held, enabled=False), world.now)
        connections.reload()
        await home.look()
        assert home.states(world.season_of(silo, 2)) == ["requested"] * 5


def test_a_seerr_that_is_switched_off_keeps_its_word(tmp_path: Path) -> None:
    """R-D8."""
    asyncio.run(switched_off(tmp_path))
