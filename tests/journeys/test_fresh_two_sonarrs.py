"""Two Sonarrs that list the same show, one of them down: the other goes on (R-M6, R-M9)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from home import START, connections_of

from episodarr.catalogue.instances import Silent
from episodarr.catalogue.model import EpisodesAnswer
from episodarr.catalogue.open_show import ShowId
from episodarr.catalogue.ports import CatalogueSource
from episodarr.connections.failures import Offline, ServiceFailure
from episodarr.connections.model import Connection
from episodarr.demo.clock import ManualClock
from episodarr.demo.model import Episode
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.overview.answers import ShowCard
from episodarr.overview.questions import LibraryFilter
from episodarr.settings import read

pytestmark = pytest.mark.anyio

SHARED = ShowId("tvdb", 990_001)


class Pair:
    """The house over both; the first Sonarr is called Sonarr, the second UHD."""

    def __init__(self, house: House, clock: ManualClock, stacks: list[Stack]) -> None:
        self.house, self.clock, self.stacks = house, clock, stacks
        self.keep, self.open_show = house.freshening.keep, house.freshening.open_show

    def show(self, connection: str, title: str = "Silo") -> ShowCard:
        listed = self.house.overview.library(LibraryFilter(search=title), 9, None).items
        return next(one for one in listed if one.connection == connection)

    def rename(self, title: str) -> None:
        """TVDB names the first episode anew; either Sonarr has heard of it."""
        for stack in self.stacks:
            self.first(stack).title = title

    def first(self, stack: Stack) -> Episode:
        return stack.world.season_of(stack.world.named("Silo"), 1)[0]

    def told(self, connection: str) -> str:
        return self.house.overview.episodes(self.show(connection).id, 1, 1, None).items[0].title


@asynccontextmanager
async def a_pair(folder: Path) -> AsyncIterator[Pair]:
    clock = ManualClock(START)
    stacks = []
    for other in ("Andor", "Dark"):
        world = World(clock)
        for title in ("Silo", other):
            world.add_season(world.add_series(title), 1, 2, first_air_at=world.now + timedelta(days=20))
        stacks.append(Stack(world))
    for stack in stacks:
        await stack.start()
    first, second = (connections_of(stack, ("sonarr",))[0] for stack in stacks)
    given = [first, Connection(second.id, "sonarr", "UHD", second.settings, from_environment=True)]
    settings = read({"EPISODARR_EPISODE_SYNC_MODE": "GREEDY", "EPISODARR_FRESH_AHEAD": "0"}, data_dir=folder)
    house = House(settings, {}, clock.now, given)
    try:
        async with house.open():
            await house.instances.series(Silent())
            await house.instances.episodes(Silent())
            yield Pair(house, clock, stacks)
    finally:
        house.close()
        for stack in stacks:
            await stack.stop()


async def down(stack: Stack) -> None:
    stack.sonarr.faults.set("refuse")
    await stack.sonarr.follow_refusal()


async def up(stack: Stack) -> None:
    stack.sonarr.faults.clear()
    await stack.sonarr.follow_refusal()


class InFlight:
    """How many shows of one Sonarr are asked for at once, at most."""

    def __init__(self, pair: Pair, name: str, both: list[int]) -> None:
        client = next(one[2] for one in pair.house.connections.offering(CatalogueSource) if one[0].name == name)
        self.now = self.most = 0
        self._ask, self._both = client.episodes, both
        client.episodes = self.episodes  # type: ignore[method-assign]

    async def episodes(self, number: int) -> EpisodesAnswer:
        self.now += 1
        self._both[0] += 1
        self.most, self._both[1] = max(self.most, self.now), max(self._both)
        try:
            return await self._ask(number)
        finally:
            self.now -= 1
            self._both[0] -= 1


async def test_shows_are_read_side_by_side_within_the_limit_of_each_sonarr(tmp_path: Path) -> None:
    """R-M6."""
    async with a_pair(tmp_path) as pair:
        for stack in pair.stacks:
            for number in range(12):
                series = stack.world.add_series(f"Show {number}")
                stack.world.add_season(series, 1, 1, first_air_at=pair.clock.now() + timedelta(days=20))
        await pair.house.instances.series(Silent())
        for stack in pair.stacks:
            stack.sonarr.faults.set("slow", seconds=0.05)
        pair.house.freshening.freshness.choose({"at_once": 3}, "anna")
        both = [0, 0]
        counted = [InFlight(pair, name, both) for name in ("Sonarr", "UHD")]
        pair.clock.advance(3_600)
        assert (await pair.keep.round(Silent()))["shows_read"] == 28
        assert [one.most for one in counted] == [3, 3]
        assert both == [0, 6], "neither waits for the other"


async def test_what_is_prepared_ahead_keeps_to_the_limit_too(tmp_path: Path) -> None:
    """R-M7."""
    async with a_pair(tmp_path) as pair:
        world = pair.stacks[0].world
        alike = {"genres": ("Drama", "Mystery")}
        for number in range(6):
            world.add_season(world.add_series(f"Alike {number}", monitored=False, ended=True, **alike), 1, 1)
        world.series[1].genres = alike["genres"]
        await pair.house.instances.series(Silent())
        pair.house.freshening.freshness.keep(pair.show("Sonarr").id, "anna")
        pair.house.freshening.freshness.choose({"mode": "ON_DEMAND", "ahead": 6, "at_once": 2}, "anna")
        counted = InFlight(pair, "Sonarr", [0, 0])
        pair.clock.advance(3_600)
        assert (await pair.keep.round(Silent()))["prepared"] == 6
        assert counted.most == 2


async def test_a_show_that_two_ask_for_at_once_is_read_once(tmp_path: Path) -> None:
    """R-M9: and whoever gives up waiting takes it from nobody."""
    async with a_pair(tmp_path) as pair:
        pair.clock.advance(3_600)
        pair.rename("The Truth")
        counts = pair.stacks[0].sonarr.counts
        counts.reset()
        impatient = asyncio.create_task(pair.open_show.open(SHARED, None))
        others = [asyncio.create_task(pair.open_show.open(SHARED, None)) for _ in range(5)]
        while counts.matching("GET /api/v3/episode$").requests == 0:
            await asyncio.sleep(0)
        impatient.cancel()
        assert {(await one).problem for one in others} == {""}
        assert counts.matching("GET /api/v3/episode$").requests == 1
        assert pair.told("Sonarr") == "The Truth"


@pytest.mark.parametrize("dead", [0, 1])
async def test_a_round_goes_on_with_the_other(tmp_path: Path, dead: int) -> None:
    async with a_pair(tmp_path) as pair:
        names = ["Sonarr", "UHD"]
        gone, lives = names[dead], names[1 - dead]
        before = pair.show(gone)
        pair.rename("The Truth")
        await down(pair.stacks[dead])
        pair.clock.advance(3_600)
        report = await pair.keep.round(Silent())
        assert (pair.told(lives), pair.told(gone)) == ("The Truth", "Episode 1")
        assert (report["due"], report["shows_read"]) == (4, 2)
        assert report["services"][lives] == "ok"
        assert f"{gone}: no connection to 127.0.0.1" in report["message"], "nobody takes it for done"
        assert pair.show(gone) == before, "nothing of it is reset, and no show is blamed"
        again = await pair.keep.round(Silent())
        assert again["services"] == {gone: "left alone for a while after a failure", lives: "ok"}
        assert again["message"].endswith(f"{gone}: left alone for a while after a failure")
        await up(pair.stacks[dead])
        pair.clock.advance(3_600)
        assert set((await pair.keep.round(Silent()))["services"].values()) == {"ok"}
        assert pair.told(gone) == "The Truth"


async def test_when_neither_answers_the_round_fails_and_the_log_has_its_numbers(tmp_path: Path) -> None:
    """R-M10."""
    async with a_pair(tmp_path) as pair:
        for stack in pair.stacks:
            await down(stack)
        pair.clock.advance(3_600)
        with structlog.testing.capture_logs() as logs, pytest.raises(ServiceFailure):
            await pair.keep.round(Silent())
        line = next(one for one in logs if one["event"] == "episodes were not kept fresh")
        assert (line["log_level"], line["mode"], line["due"], line["shows_read"]) == ("warning", "GREEDY", 4, 0)
        assert line["milliseconds"] >= 0
        assert line["services"].keys() == {"Sonarr", "UHD"}
        report = await pair.keep.round(Silent())
        assert report["message"].startswith("GREEDY: no Sonarr could be asked; "), "that is not: nothing was due"


async def test_an_id_leads_to_the_one_that_can_be_asked(tmp_path: Path) -> None:
    """R-M9: by an own id it stays the show that was meant."""
    async with a_pair(tmp_path) as pair:
        first, second = pair.show("Sonarr"), pair.show("UHD")
        assert (await pair.open_show.open(SHARED, None)).id == first.id
        await down(pair.stacks[0])
        pair.clock.advance(3_600)
        told = await pair.open_show.open(SHARED, None)
        assert (told.id, "no connection" in told.problem) == (first.id, True), "that it is down is seen by this"
        pair.rename("The Truth")
        told = await pair.open_show.open(SHARED, "anna")
        assert (told.id, told.problem, pair.told("UHD")) == (second.id, "", "The Truth")
        assert pair.house.freshening.freshness.show(second.id).watching
        assert "no connection" in (await pair.open_show.open(ShowId("own", first.id), None)).problem


async def test_what_polls_asks_no_more_for_a_show_that_fails_and_a_person_may(tmp_path: Path) -> None:
    """R-M9: else each poll of a show at which Sonarr hangs would wait for the time-out."""
    async with a_pair(tmp_path) as pair:
        own, sonarr = ShowId("own", pair.show("Sonarr").id), pair.stacks[0].sonarr
        sonarr.faults.set("truncated", only=r"/episode\?.*seriesId=1\b")
        pair.clock.advance(3_600)
        first = (await pair.open_show.open(own, None)).problem
        assert first.startswith("Silo: Sonarr: ")
        asked = sonarr.counts.requests
        for _ in range(5):
            assert (await pair.open_show.open(own, None)).problem == first.removeprefix("Silo: ")
        assert sonarr.counts.requests == asked
        sonarr.faults.clear()
        assert (await pair.open_show.open(own, "anna")).problem == ""


async def test_nobody_waits_again_for_a_sonarr_that_is_left_alone(tmp_path: Path) -> None:
    """R-M9: what is known is told at once, with why it is not newer."""
    async with a_pair(tmp_path) as pair:
        own, sonarr = ShowId("own", pair.show("Sonarr").id), pair.stacks[0].sonarr
        sonarr.faults.set("unauthorized")
        pair.clock.advance(3_600)
        assert "HTTP 401" in (await pair.open_show.open(own, None)).problem
        asked = sonarr.counts.requests
        for _ in range(5):
            assert (await pair.open_show.open(own, None)).problem == "Sonarr: it refuses the credentials (HTTP 401)"
        assert sonarr.counts.requests == asked
        sonarr.faults.clear()
        pair.clock.advance(60)
        assert (await pair.open_show.open(own, None)).problem == ""


async def test_what_is_nowhere_is_looked_for_now_and_then_though_one_is_down(tmp_path: Path) -> None:
    """R-M9: a program that asks for it again and again has the lists read once in 30 seconds; unknown is not "no"."""
    async with a_pair(tmp_path) as pair:
        await down(pair.stacks[0])
        counts = pair.stacks[1].sonarr.counts
        counts.reset()
        for _ in range(5):
            with pytest.raises(Offline, match="Not every Sonarr could be asked for it: Sonarr"):
                await pair.open_show.open(ShowId("tvdb", 4_711), None)
        assert counts.matching("GET /api/v3/series$").requests == 1
        pair.clock.advance(31)
        await up(pair.stacks[0])
        with pytest.raises(LookupError, match="No Sonarr lists a show tvdb:4711"):
            await pair.open_show.open(ShowId("tvdb", 4_711), None)
        assert counts.matching("GET /api/v3/series$").requests == 2
