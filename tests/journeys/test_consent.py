"""A rule from its dry run to what it deletes, over simulated services and real files (R-W7, D4 to D7, D24)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from deleting import Remover, with_files
from home import Home

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.arming import RunKind
from episodarr.deletion.holding import Level
from episodarr.deletion.journal import PlanStatus
from episodarr.deletion.model import NamedRule
from episodarr.deletion.propose import Refused
from episodarr.deletion.rules import Added, All, Rule, UnwatchedFor
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.world import World
from episodarr.jobs.consenting import Consenting
from episodarr.jobs.engine import Run
from episodarr.settings import Settings, read

pytestmark = pytest.mark.anyio

KINDS = ("sonarr", "jellyfin", "tautulli", "radarr")
OLD = Rule(Level.SHOW, All((Added(30), UnwatchedFor(60))))


def furnish(world: World) -> None:
    """Shows that came a hundred days ago, each with an episode."""
    at = world.now - timedelta(days=100)
    for title in ("Silo", "Andor", *(f"Filler {number}" for number in range(1, 11))):
        show = world.add_series(title, year=2020, ended=True)
        world.add_season(show, 1, 1)
        (episode,) = world.season_of(show, 1)
        name = f"{title.replace(' ', '.')}.S01E01"
        release = Release(name, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**6, LANGUAGES["English"])
        world.add_file([episode], release, added_at=world.now if title.startswith("Filler") else at)


async def read_all(home: Home) -> None:
    """Everything that rules rest on is read, as far as it answers."""
    home.world.advance()
    instances, plays = home.house.instances, home.house.play_followers
    for task in (
        lambda: instances.series(Silent()),
        lambda: instances.episodes(Silent()),
        home.look,
        lambda: home.house.movies.sync(Silent(), everything=True),
        lambda: plays.sync(Silent()),
        plays.sessions,
    ):
        with suppress(ServiceFailure):  # its job says so, and the others go on
            await task()


class Household:
    """A remover whose rules are observed and armed."""

    def __init__(self, remover: Remover, settings: Settings) -> None:
        self.remover, self.home, house = remover, remover.home, remover.home.house
        self.consenting = Consenting(
            settings=settings,
            database=house.database,
            connections=house.connections,
            session=house._http_session,
            propose=house.candidates,
            ledger=house.ledger,
            journal=house.deleting.journal,
            delete=house.delete,
            changed=lambda: None,
            clock=house.clock,
        )
        self.consent = self.consenting.consent

    async def observe(self, **time: float) -> Mapping[str, Any]:
        """Time passes, everything is read, and the rules are observed."""
        self.home.world.clock.advance(timedelta(**time).total_seconds())  # type: ignore[attr-defined]
        await read_all(self.home)
        return await self.consenting.observe_now()

    def keep(self) -> NamedRule:
        return self.home.house.candidates.keep_rule("Old", OLD, "anna")

    def leaving(self) -> list[str]:
        return sorted(one.label for one in self.consent.leaving()[0])

    def episode(self, title: str):
        return self.home.world.season_of(self.home.world.named(title), 1)[0]

    def state(self, title: str) -> str:
        return self.home.state(self.episode(title))

    def wait(self, **time: float) -> None:
        self.home.world.clock.advance(timedelta(**time).total_seconds())  # type: ignore[attr-defined]


@asynccontextmanager
async def household(folder: Path, **settings: str) -> AsyncIterator[Household]:
    async with with_files(folder, furnish, kinds=KINDS) as remover:
        yield Household(remover, read({f"EPISODARR_{k.upper()}": v for k, v in settings.items()}, data_dir=folder))


async def test_from_dry_run_to_deletion(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []

    async def hear(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response(text="<html>thanks</html>", content_type="text/html")

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        async with household(
            tmp_path, notify_url=f"http://127.0.0.1:{port}/hook?token=abc", leaving_collection="true"
        ) as here:
            await run_to_the_end(here)
    finally:
        await runner.cleanup()
    assert [one["event"] for one in told] == ["leaving_soon"]
    assert {one["title"] for one in told[0]["items"]} == {"Silo", "Andor"}


async def run_to_the_end(here: Household) -> None:
    named = here.keep()
    await here.observe()
    run = here.consent.standing(named.id).complete
    assert run is not None, here.consent.standing(named.id).last
    assert run.candidates == 2
    await here.observe(hours=25)
    assert here.consent.standing(named.id).progress.matured.count == 2
    assert here.state("Silo") == "available", "D7: in dry run nothing leaves"
    await here.consenting.due.run()
    assert here.remover.delete.plans()[0] == []

    here.consent.arm(named.id, "anna", 2, person=True)
    here.wait(seconds=5)
    assert here.leaving() == ["Andor", "Silo"]
    assert here.state("Silo") == here.state("Andor") == "leaving"
    await here.observe(hours=1)
    collections = here.home.stack.jellyfin.collections.all
    assert [one.name for one in collections.values()] == ["Leaving soon"]

    # Somebody wants to keep one of them; the other one goes once its days are over, and not before.
    kept = next(one for one in here.consent.leaving()[0] if one.label == "Andor")
    here.consent.keep(kept.id, "vito")
    assert here.state("Andor") == "available"
    await here.observe(hours=23)
    await here.consenting.due.run()
    assert here.remover.delete.plans()[0] == []
    await here.observe(hours=25)
    report = await here.consenting.due.run()
    assert report["plans"] == 1, here.consent.standing(named.id)
    (plan,) = here.remover.delete.plans()[0]
    row = await here.remover.until_ended(plan.id)
    assert row.status is PlanStatus.DONE, row.message
    assert [one.label for one in row.plan.files] == ["Silo S01E01"]
    assert (row.made_by, row.confirmed_by, row.rule) == ("rule Old", "anna", "Old")
    assert here.state("Silo") == "deleted"
    assert here.state("Andor") == "available"

    await here.consenting.due.run()
    await here.observe(hours=6)
    await here.consenting.due.run()
    assert len(here.remover.delete.plans()[0]) == 1, "nothing twice"
    assert here.leaving() == []
    assert here.consent.standing(named.id).arming is not None, "what it deleted itself is no loss (D4)"


async def test_the_tasks_and_a_media_server_that_fails(tmp_path: Path) -> None:
    """R-L1: the collection is shown when it can be; without it everything goes on."""
    async with household(tmp_path, leaving_collection="true") as here:
        here.keep()
        await here.observe()
        observing, deleting, sending = here.consenting.tasks()
        here.home.stack.jellyfin.faults.set("error")
        told: list[str] = []
        report = await observing.work(Run(0, {}, lambda _progress, message: told.append(message)))
        assert (report["rules"], report["complete"], report["collections"]) == (1, 1, 0)
        assert told == ["0 of 1 rules"]
        here.home.stack.jellyfin.faults.clear()
        here.wait(minutes=10)
        report = await observing.work(Run(0, {}, lambda _progress, message: None))
        assert report["collections"] == 1
        assert (await deleting.work(Run(0, {}, lambda _progress, message: None)))["armed"] == 0
        assert await sending.work(Run(0, {}, lambda _progress, message: None)) == {"delivered": 0}


async def test_a_bad_day_neither_matures_nor_resets(tmp_path: Path) -> None:
    """D1, D5: a history that cannot be read for days."""
    async with household(tmp_path) as here:
        named = here.keep()
        await here.observe()
        here.home.stack.tautulli.faults.set("error")
        await here.observe(hours=48)
        last = here.consent.standing(named.id).last
        assert last is not None
        assert last.kind is RunKind.INCOMPLETE
        assert here.consent.standing(named.id).progress.matured.count == 0
        assert here.consent.standing(named.id).progress.candidates.count == 2
        here.home.stack.tautulli.faults.clear()
        await here.observe(hours=1)
        assert here.consent.standing(named.id).progress.matured.count == 2


async def test_d4_d24_a_sonarr_that_lost_its_library_or_moved(tmp_path: Path) -> None:
    async with household(tmp_path) as here:
        named = here.keep()
        await here.observe()
        await here.observe(hours=25)
        here.consent.arm(named.id, "anna", 2, person=True)
        world = here.home.world
        for number in range(1, 4):
            world.series.pop(world.named(f"Filler {number}").id)
        await here.observe(hours=6)
        standing = here.consent.standing(named.id)
        assert standing.arming is None
        assert standing.last is not None
        assert standing.last.why == "there were 12 files in the library, and now there are 9"
        here.wait(days=3)
        await here.consenting.due.run()
        assert here.remover.delete.plans()[0] == []
        with pytest.raises(Refused):
            here.consent.arm(named.id, "anna", 2, person=True)
        await here.observe(hours=1)
        here.consent.arm(named.id, "anna", 2, person=True)

        sonarr = next(one for one in here.home.house.connections.all() if one.kind == "sonarr")
        moved = sonarr.settings | {"url": sonarr.url.replace("127.0.0.1", "localhost")}
        here.home.house.connections._store.change(
            type(sonarr)(sonarr.id, sonarr.kind, sonarr.name, moved, from_environment=True), here.home.house.clock()
        )
        here.home.house.connections.reload()
        here.consent.check()
        assert here.consent.standing(named.id).arming is None
        assert "a connection, its address" in here.consent.events(named.id)[0].why
