"""What every source of requests does (R-D8)."""

import pytest

from episodarr.connections.failures import Broken, Refused, WrongApp
from episodarr.integrations import all_integrations
from episodarr.requests.model import MediaStatus, RequestStatus, Title, TmdbId
from episodarr.requests.ports import RequestSource

PORT = RequestSource


@pytest.fixture
def desk(world):
    return world.requests


def test_tells_who_asked_for_which_seasons_of_what(play, world, lighthouse, desk, kind):
    async def story(stage):
        asked = desk.ask(desk.user("Anna"), lighthouse.tmdb_id, [2])
        (read,) = (await stage.client(kind).all_requests()).series
        assert (read.number, read.requester, read.seasons) == (asked.id, "Anna", (2,))
        assert read.requester_number == desk.user("Anna").id
        assert (read.tvdb_id, read.tmdb_id) == (lighthouse.tvdb_id, lighthouse.tmdb_id)
        assert (read.status, read.media_status) == (RequestStatus.PENDING, MediaStatus.PENDING)
        assert abs((read.created_at - world.now).total_seconds()) < 2

    play(story)


def test_reads_all_pages_and_counts_films_apart(play, world, desk, kind):
    series = [world.add_series(f"Show {number}") for number in range(230)]
    for one in series:
        world.add_season(one, 1, 1)

    async def story(stage):
        for one in series:
            desk.ask(desk.user("Anna"), one.tmdb_id, "all")
        desk.ask_for_film(desk.user("Ben"), 5_000_001)
        read = await stage.client(kind).all_requests()
        assert [one.tmdb_id for one in read.series] == [one.tmdb_id for one in reversed(series)]
        assert read.films == 1
        assert [(one.tmdb_id, one.standing) for one in read.asked_films] == [(5_000_001, True)]

    play(story)


def test_pages_that_lack_something_are_read_again_and_then_not_believed(play, world, lighthouse, desk, kind):
    """A truncated page never means that a request is gone."""

    async def story(stage):
        for season in (1, 2):
            desk.ask(desk.user("Anna"), lighthouse.tmdb_id, [season])
        await stage.set_fault(kind, "truncated_page", only=r"/request\?")
        with pytest.raises(Broken, match="add up"):
            await stage.client(kind).all_requests()

    play(story)


def test_what_changed_is_told_without_the_rest(play, world, desk, kind):
    series = [world.add_series(f"Show {number}") for number in range(120)]
    for one in series:
        world.add_season(one, 1, 1)

    async def story(stage):
        made = [desk.ask(desk.user("Anna"), one.tmdb_id, [1]) for one in series]
        await stage.go_on(3600)
        desk.decline(made[7], desk.user("demo"))
        (read,) = (await stage.client(kind).requests_since(made[7].updated_at.replace(microsecond=0))).series
        assert (read.number, read.status, read.modified_by) == (made[7].id, RequestStatus.DECLINED, "demo")
        everything = await stage.client(kind).requests_since(made[0].created_at.replace(microsecond=0))
        assert len(everything.series) == 120

    play(story)


def test_tells_the_sonarr_that_a_request_was_handed_on_to(play, world, lighthouse, desk, kind):
    async def story(stage):
        desk.ask(desk.user("demo"), lighthouse.tmdb_id, [2])
        await stage.go_on(30)
        (read,) = (await stage.client(kind).all_requests()).series
        sonarr = stage.stack.sonarr
        assert (read.sonarr.address, read.sonarr.series) == (f"http://127.0.0.1:{sonarr.port}", lighthouse.id)
        assert (read.status, read.modified_by) == (RequestStatus.APPROVED, "demo")

    play(story)


def test_decisions_are_really_made(play, world, lighthouse, desk, kind):
    async def story(stage):
        client = stage.client(kind)
        asked = desk.ask(desk.user("Anna"), lighthouse.tmdb_id, [2])
        assert (await client.decline(asked.id)).status is RequestStatus.DECLINED
        assert asked.status == 3
        assert (await client.approve(asked.id)).status is RequestStatus.APPROVED
        desk.refuses = True
        await stage.go_on(5)
        assert (await client.all_requests()).series[0].status is RequestStatus.FAILED
        desk.refuses = False
        assert (await client.retry(asked.id)).status is RequestStatus.APPROVED
        desk.delete(asked)
        for decide in (client.approve, client.decline, client.retry):
            with pytest.raises(LookupError):
                await decide(asked.id)

    play(story)


def test_knows_what_a_title_is_called_that_sonarr_does_not_list(play, world, desk, kind):
    desk.add_title(990, 991, "Nowhere Yet", 2025, {1: 8})

    async def story(stage):
        client = stage.client(kind)
        assert await client.title(TmdbId(990)) == Title("Nowhere Yet", 2025)
        with pytest.raises(Broken, match="Unable to retrieve"):
            await client.title(TmdbId(1))

    play(story)


@pytest.mark.parametrize(
    ("product", "version", "believed", "decided"),
    [
        ("Seerr", "3", MediaStatus.DELETED, RequestStatus.COMPLETED),
        ("Jellyseerr", "2", MediaStatus.DELETED, RequestStatus.COMPLETED),
        ("Overseerr", "1", MediaStatus.UNKNOWN, RequestStatus.APPROVED),
    ],
)
def test_each_product_is_told_by_its_version(play, world, lighthouse, desk, product, version, believed, decided):
    async def story(stage):
        client = stage.client("seerr")
        checked = await client.check()
        assert (checked.application, checked.version[0]) == (product, version)
        asked = desk.ask(desk.user("demo"), lighthouse.tmdb_id, [2])
        asked.media.status, asked.status = 7, 5
        (read,) = (await client.all_requests()).series
        assert (read.media_status, read.status) == (believed, decided)

    play(story, seerr_product=product)


def test_the_test_button_wants_a_finished_setup_and_everybodys_requests(play, world, desk):
    async def story(stage):
        seerr = stage.stack.seerr
        seerr.initialized = False
        with pytest.raises(Broken, match="setup"):
            await all_integrations()["seerr"].check(stage.client("seerr"))
        seerr.initialized = True
        desk.users = desk.users[1:]
        with pytest.raises(Refused, match="other people"):
            await all_integrations()["seerr"].check(stage.client("seerr"))
        await stage.set_fault("seerr", "wrong_app")
        with pytest.raises(WrongApp):
            await all_integrations()["seerr"].check(stage.client("seerr"))

    play(story)
