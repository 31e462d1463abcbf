"""What every request system tells of what is available, and how it is had to look again."""

import pytest

from episodarr.connections.failures import Broken, ServiceFailure, WrongPath
from episodarr.deletion.systems import RequestTruth, SeasonTruth

PORT = RequestTruth
PRODUCTS = pytest.mark.parametrize("product", ["Seerr", "Jellyseerr", "Overseerr"])


@pytest.fixture
def requested(world, lighthouse):
    """Both seasons are asked for; the first one is there."""
    desk = world.requests
    request = desk.ask(desk.user("Anna"), lighthouse.tmdb_id, "all")
    desk.scan()
    return request


def orders(stage):
    return [f"{method} {target}" for method, target, _ in stage.stack.seerr.counts.log if method != "GET"]


@PRODUCTS
def test_tells_of_a_show_and_its_seasons(play, world, lighthouse, requested, kind, product):
    async def story(stage):
        told = await stage.client(kind).title_truth("tv", lighthouse.tmdb_id)
        assert told.media_id == requested.media.id
        assert told.status == "partially_available"
        assert told.seasons == (SeasonTruth(1, "available"),)

    play(story, seerr_product=product)


def test_what_nobody_asked_for_is_nothing(play, world, lighthouse, kind):
    film = world.films.add("Dune", 2021)

    async def story(stage):
        client = stage.client(kind)
        assert await client.title_truth("tv", lighthouse.tmdb_id) is None
        assert await client.title_truth("movie", film.tmdb_id) is None
        with pytest.raises(Broken):
            await client.title_truth("tv", 4_711)

    play(story)


@pytest.mark.parametrize(("some", "whole"), [(True, "partially_available"), (False, "deleted")])
@PRODUCTS
def test_looks_again_when_it_is_asked_to(play, world, lighthouse, requested, kind, product, some, whole):
    """Some episodes of a season are gone, or all of the only one."""

    async def story(stage):
        client = stage.client(kind)
        for episode in world.season_of(lighthouse, 1)[: 3 if some else None]:
            world.delete_file(world.files[episode.file_id])
        await stage.go_on(10)
        assert (await client.title_truth("tv", lighthouse.tmdb_id)).seasons[0].status == "available"
        await client.look_again()
        told = await client.title_truth("tv", lighthouse.tmdb_id)
        word = "unknown" if product == "Overseerr" and not some else whole
        assert (told.status, told.seasons[0].status) == (word, word)
        assert orders(stage) == [
            "POST /api/v1/settings/jobs/sonarr-scan/run",
            "POST /api/v1/settings/jobs/radarr-scan/run",
            "POST /api/v1/settings/jobs/availability-sync/run",
        ]

    play(story, seerr_product=product)


def test_one_season_gone_leaves_the_others_and_their_requests(play, world, lighthouse, requested, kind):
    """D20."""
    for episode in world.season_of(lighthouse, 2):
        world.add_file([episode], world.files[1].release)
    world.requests.scan()

    async def story(stage):
        client = stage.client(kind)
        assert (await client.title_truth("tv", lighthouse.tmdb_id)).status == "available"
        for episode in world.season_of(lighthouse, 1):
            world.delete_file(world.files[episode.file_id])
        await stage.go_on(10)
        await client.look_again()
        told = await client.title_truth("tv", lighthouse.tmdb_id)
        assert (told.status, told.seasons) == (
            "partially_available",
            (SeasonTruth(1, "deleted"), SeasonTruth(2, "available")),
        )
        assert requested.id in world.requests.requests

    play(story)


def test_tells_of_a_movie(play, world, kind):
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)
    world.requests.ask_for_film(world.requests.user("demo"), film.tmdb_id)

    async def story(stage):
        client = stage.client(kind)
        await client.look_again()
        told = await client.title_truth("movie", film.tmdb_id)
        assert (told.status, told.seasons) == ("available", ())
        world.films.delete_file(film)
        await stage.go_on(10)
        await client.look_again()
        assert (await client.title_truth("movie", film.tmdb_id)).status == "deleted"
        with pytest.raises(Broken):
            await client.partly_there(told.media_id)

    play(story)


def test_a_show_can_be_called_partly_there(play, world, lighthouse, requested, kind):
    requested.media.status = 5

    async def story(stage):
        client = stage.client(kind)
        before = await client.title_truth("tv", lighthouse.tmdb_id)
        await client.partly_there(before.media_id)
        after = await client.title_truth("tv", lighthouse.tmdb_id)
        assert (before.status, after.status) == ("available", "partially_available")
        assert after.seasons == before.seasons
        assert orders(stage) == [f"POST /api/v1/media/{before.media_id}/partial"]
        with pytest.raises(Broken):
            await client.partly_there(77_777)

    play(story)


@pytest.mark.parametrize("number", [6, 7, 9])
@PRODUCTS
def test_numbers_mean_what_the_product_means(play, world, lighthouse, requested, kind, product, number):
    async def story(stage):
        client = stage.client(kind)
        stage.stack.seerr._resources.media_status = lambda _: number
        told = (await client.title_truth("tv", lighthouse.tmdb_id)).status
        later = {6: "blocklisted", 7: "deleted"} if product != "Overseerr" else {}
        assert told == later.get(number, str(number))

    play(story, seerr_product=product)


@pytest.mark.parametrize("wrong", [0, -1, True, "1", "1/file", None])
def test_takes_only_whole_ids(play, world, kind, wrong):
    """D11."""

    async def story(stage):
        client = stage.client(kind)
        for call in (client.partly_there(wrong), client.title_truth("tv", wrong), client.title_truth("anything", 1)):
            with pytest.raises(ValueError, match=r"not|neither"):
                await call
        assert orders(stage) == []

    play(story)


def test_a_proxys_not_found_says_nothing(play, world, lighthouse, requested, kind):
    async def story(stage):
        client = stage.client(kind)
        stage.stack.seerr._routes = [one for one in stage.stack.seerr._routes if "tv" not in one[1].pattern]
        answer = stage.stack.seerr.answer

        def proxied(ask):
            made = answer(ask)
            made.body = b"gone" if made.status == 404 else made.body
            return made

        stage.stack.seerr.answer = proxied
        with pytest.raises(WrongPath):
            await client.title_truth("tv", lighthouse.tmdb_id)

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "disconnect", "empty", "empty_body"])
def test_a_fault_in_the_middle_is_no_answer(play, world, lighthouse, requested, kind, mode):
    async def story(stage):
        client = stage.client(kind)
        await stage.set_fault(kind, mode, only="/tv/|/jobs/|/media/")
        for call in (client.title_truth("tv", lighthouse.tmdb_id), client.look_again(), client.partly_there(1)):
            with pytest.raises(ServiceFailure):
                await call

    play(story)
