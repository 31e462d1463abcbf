"""Deleting when something is in the way, and taking it back (D10, D16, D17, D20, D21, D23; R-W9, R-W11, R-C14)."""

import asyncio
from pathlib import Path

import pytest
from deleting import EVERYONE, arrived, below, files_of, furnish, with_files

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.journal import LogQuestion, PlanStatus, StepState
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, steps_of
from episodarr.deletion.propose import Refused
from episodarr.deletion.systems import RequestTruth
from episodarr.demo import films
from episodarr.demo.world import World
from episodarr.overview.movies import MovieFilter


def furnish_two_seasons(world: World) -> None:
    furnish(world)
    world.add_season(world.named("Horimiya"), 2, 2)


async def refused_midway(folder: Path) -> None:
    """A file that Sonarr cannot delete stays, the others go, and the rest is finished later (D21)."""
    async with with_files(folder, furnish) as remover:
        episodes = await arrived(remover)
        world = remover.home.world
        world.undeletable.add(episodes[2].file_id)
        row = await remover.carry_out(await remover.plan([remover.target(one) for one in episodes[:4]]), 20_000)
        assert row.status is PlanStatus.PARTLY
        assert len(files_of(remover)) == 13 - 3
        failed = [
            one for one in steps_of(row.plan) if row.state_of(one.number).state in {StepState.FAILED, StepState.UNKNOWN}
        ]
        assert [row.plan.files[one.subject].label for one in failed] == ["Horimiya S01E03"]
        assert "HTTP 500" in row.state_of(failed[0].number).answer
        world.undeletable.clear()
        remover.delete.finish_rest(row.id, "ada")
        row = await remover.until_ended(row.id)
        assert row.status is PlanStatus.DONE, row.message
        assert len(files_of(remover)) == 13 - 4


async def forbidden_in_between(folder: Path) -> None:
    """What is protected, watched or replaced after the plan was read stays (D10, D17); it is monitored as before."""
    async with with_files(folder, furnish) as remover:
        home, world = remover.home, remover.home.world
        episodes = await arrived(remover)
        row = await remover.plan([remover.target(one) for one in episodes[:5]])
        home.house.candidates.protect(remover.target(episodes[0]), "for winter", "grace")
        home.stack.jellyfin.running(1000, episodes[1])
        world.named("Horimiya").tags.append(world.tag("other"))
        world.files[episodes[3].file_id].size += 1
        ended = await remover.carry_out(row)
        assert ended.status is PlanStatus.DONE
        assert "3 of 5 files stayed" in ended.message
        assert len(files_of(remover)) == 13 - 2
        answers = {
            one.title[-3:]: one.answer for one in remover.delete.log(LogQuestion(outcome=StepState.STAYED)).items
        }
        assert answers["E01"] == "grace protected it: for winter"
        assert answers["E02"] == "somebody is watching it now"
        assert "another size" in answers["E04"]
        assert [one.monitored for one in episodes[:5]] == [True, True, False, True, False]


async def paused_and_stopped(folder: Path) -> None:
    """A pause holds before the next item, a stop for good; what was done stays done (D23)."""
    async with with_files(folder, furnish) as remover:
        episodes = await arrived(remover)
        row = await remover.plan([remover.target(one) for one in episodes[:2]])
        remover.delete.pause("grace", "moving house")
        with pytest.raises(Refused, match="paused by grace"):
            remover.confirm(row)
        remover.delete.resume("grace")
        remover.confirm(row)
        remover.delete.pause("grace")
        assert "paused by grace" in (await remover.home.house.carry_out.run())["message"]
        assert len(files_of(remover)) == 13
        remover.delete.cancel(row.id, "ada")
        remover.delete.resume("grace")
        await remover.home.house.carry_out.run()
        assert len(files_of(remover)) == 13
        assert remover.delete.read(row.id).status is PlanStatus.CANCELLED


async def sonarr_is_away(folder: Path) -> None:
    """Nobody can be asked: there is no plan; in the middle it waits and goes on (D1, D3)."""
    async with with_files(folder, furnish) as remover:
        episodes = await arrived(remover)
        sonarr = remover.home.stack.sonarr
        sonarr.faults.set("error")
        with pytest.raises(ServiceFailure):
            await remover.plan([remover.target(episodes[0])])
        sonarr.faults.clear()
        row = await remover.plan([remover.target(episodes[0])])
        remover.confirm(row)
        sonarr.faults.set("html")
        await remover.home.house.carry_out.run()
        waiting = remover.delete.read(row.id)
        assert (waiting.status, waiting.message) == (PlanStatus.WAITING, "waiting for Sonarr")
        assert len(files_of(remover)) == 13
        sonarr.faults.clear()
        assert (await remover.until_ended(row.id)).status is PlanStatus.DONE
        assert len(files_of(remover)) == 12


async def taken_back(folder: Path) -> None:
    """Undone, an episode is monitored and searched for again, and arrives (D16)."""
    async with with_files(folder, furnish) as remover:
        home, world = remover.home, remover.home.world
        world.recycle_bin = world.disk.folder("/media/bin")
        episodes = await arrived(remover)
        row = await remover.plan([remover.target(one) for one in episodes[:2]])
        assert "recycle bin" in row.plan.notes[0]
        await home.house.deleting.bins.look()
        assert [one.problem for one in remover.delete.bins()] == [""]
        row = await remover.carry_out(row)
        assert len(below(world.recycle_bin)) == 2
        with pytest.raises(Refused, match="none of these was deleted"):
            await remover.delete.undo(row.id, "ada", [10**6])
        undone = await remover.delete.undo(row.id, "ada", [home.row(episodes[0]).id])
        assert undone.asked == ("Horimiya S01E01",)
        assert [one.monitored for one in episodes[:2]] == [True, False]
        await home.until(lambda: home.state(episodes[0]) == "available", 2_000, 10)
        assert home.state(episodes[1]) == "deleted"
        assert remover.delete.log(LogQuestion(episode_id=home.row(episodes[0]).id)).items[0].deed == "undone"


async def a_season_and_a_show(folder: Path) -> None:
    """Seerr tells what is so: a season that is gone is deleted, the others are untouched (D20)."""
    async with with_files(folder, furnish_two_seasons) as remover:
        home, world = remover.home, remover.home.world
        series = world.named("Horimiya")
        await arrived(remover)
        second = world.season_of(series, 2)
        torrent = world.arrivals.grab(series, second, kind="pack", size=5_000, seconds=2.0)
        torrent.private = False
        await home.until(lambda: set(home.states(second)) == {"available"})
        truth = home.house.deleting.carry_out._calls

        async def told():
            seerr = next(one for one in home.house.connections.all() if one.kind == "seerr")
            return await truth.call(seerr.id, RequestTruth, lambda one: one.title_truth("tv", series.tmdb_id))

        world.requests.ask(world.requests.user("Anna"), series.tmdb_id, "all")
        world.requests.scan()
        assert (await told()).status == "available"
        row = await remover.carry_out(await remover.plan([remover.show("Horimiya", 1)]))
        assert row.status is PlanStatus.DONE, row.message
        assert {one.season for file in row.plan.files for one in file.episodes} == {1}
        assert len(below(series.path)) == 2
        after = await told()
        assert {one.number: one.status for one in after.seasons} == {1: "deleted", 2: "available"}
        assert after.status == "partially_available"
        requests = {number for one in world.requests.requests.values() for number in one.seasons}
        assert requests == {1, 2}, "nobody's request is cleared"
        row = await remover.carry_out(await remover.plan([remover.show("Horimiya")]))
        assert row.status is PlanStatus.DONE, row.message
        assert below(series.path) == set()
        assert (await told()).status == "deleted"


def with_films(world: World) -> None:
    furnish(world)
    films.fill(world)


async def a_movie(folder: Path) -> None:
    """A movie goes through Radarr, and only that one (R-C14)."""
    async with with_files(folder, with_films, kinds=(*EVERYONE, "radarr")) as remover:
        home, world = remover.home, remover.home.world
        await home.first_sync()
        await home.house.movies.sync(Silent(), everything=True)
        before = below(world.disk.folder("/media/movies"))
        movie = next(one for one in home.house.movie_overview.movies(MovieFilter(), 50, None).items if one.has_file)
        row = await remover.carry_out(await remover.plan([Target(movie_id=movie.id)]))
        assert row.status is PlanStatus.DONE, row.message
        assert len(before - below(world.disk.folder("/media/movies"))) == 1
        assert [one.deed for one in remover.delete.log(LogQuestion(movie_id=movie.id, deed=Deed.DELETE_FILE)).items]


JOURNEYS = [
    refused_midway,
    forbidden_in_between,
    paused_and_stopped,
    sonarr_is_away,
    taken_back,
    a_season_and_a_show,
    a_movie,
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda one: one.__name__)
def test_deleting_on_bad_days(tmp_path: Path, journey) -> None:
    asyncio.run(journey(tmp_path))
