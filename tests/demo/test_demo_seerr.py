"""The simulated Seerr: it hands requests on to Sonarr, and notices late what has become of them."""

import json

import pytest
from demo_calls import small_world, with_stack

from episodarr.demo.seerr_desk import APPROVED, ASKED, AVAILABLE, COMPLETED, DELETED, FAILED, PARTIAL, Refusal
from episodarr.demo.stack import Stack


def test_an_approved_season_is_monitored_searched_and_noticed_late():
    world, clock = small_world()
    series, desk = world.named("Small Show"), world.requests
    world.add_season(series, 2, 3)
    for episode in world.episodes_of[series.id]:
        episode.monitored = False
    request = desk.ask(desk.user("Anna"), series.tmdb_id, [2])
    clock.advance(60)
    world.advance()
    assert request.status == ASKED
    assert not world.torrents, "nothing happens before the approval"
    desk.approve(request, desk.user("demo"))
    clock.advance(4)
    world.advance()
    assert all(episode.monitored for episode in world.season_of(series, 2))
    assert not any(episode.monitored for episode in world.season_of(series, 1))
    assert len(world.torrents) == 1
    clock.advance(60)
    world.advance()
    assert (request.status, request.media.seasons, request.media.status) == (COMPLETED, {2: AVAILABLE}, PARTIAL)


def test_a_series_that_sonarr_does_not_have_is_added():
    world, clock = small_world()
    desk = world.requests
    desk.add_title(990, 991, "Nowhere Yet", 2025, {0: 1, 1: 3, 2: 2})
    request = desk.ask(desk.user("Mia"), 990, [1])
    assert request.status == APPROVED, "Mia needs no approval"
    clock.advance(60)
    world.advance()
    series = world.named("Nowhere Yet")
    assert (series.tvdb_id, series.tmdb_id) == (991, 990)
    assert [one.monitored for one in world.season_of(series, 1)] == [True] * 3
    assert [one.monitored for one in world.season_of(series, 2)] == [False] * 2
    assert all(world.library.lists(one) for one in world.season_of(series, 1))


def test_some_of_a_season_is_partly_available_and_what_is_gone_is_deleted():
    world, clock = small_world()
    series, desk = world.named("Small Show"), world.requests
    world.arrivals.grab(series, world.season_of(series, 1)[:2], kind="pack", seconds=2)
    request = desk.ask(desk.user("Anna"), series.tmdb_id, "all")
    clock.advance(60)
    world.advance()
    assert (request.media.status, request.media.seasons) == (PARTIAL, {1: PARTIAL})
    for file in list(world.files.values()):
        world.delete_file(file)
    clock.advance(60)
    world.advance()
    assert (request.media.status, request.media.seasons) == (DELETED, {1: DELETED})


def test_nobody_asks_twice_for_the_same_and_a_failure_is_retried():
    world, clock = small_world()
    series, desk = world.named("Small Show"), world.requests
    desk.refuses = True
    request = desk.ask(desk.user("demo"), series.tmdb_id, [1])
    with pytest.raises(Refusal, match="No seasons available"):
        desk.ask(desk.user("Anna"), series.tmdb_id, [1])
    clock.advance(5)
    world.advance()
    assert request.status == FAILED
    desk.refuses = False
    desk.retry(request, desk.user("demo"))
    clock.advance(10)
    world.advance()
    assert (request.status, len(world.torrents)) == (APPROVED, 1)
    desk.delete_media(request.media)
    assert (desk.requests, desk.media) == ({}, {})
    with pytest.raises(Refusal) as refused:
        desk.ask(desk.user("Anna"), 1, [1])
    assert refused.value.status == 500
    desk.ask_for_film(desk.user("Anna"), 5)
    with pytest.raises(Refusal) as refused:
        desk.ask_for_film(desk.user("Ben"), 5)
    assert refused.value.status == 409


def test_titles_are_managed_and_webhooks_sent_over_the_network():
    world, _ = small_world()
    series, desk = world.named("Small Show"), world.requests
    stack = Stack(world)

    async def act(client):
        client.headers["seerr"] = {"X-Api-Key": stack.seerr.api_key}
        seerr = stack.seerr
        status, body = await client.ask("seerr", "/_demo/webhook", "POST", json={"url": f"{seerr.url}/nobody"})
        assert (status, json.loads(body)) == (200, {"webhooks": 1})
        wish = {"mediaType": "tv", "mediaId": series.tmdb_id, "seasons": [1]}
        status, body = await client.ask("seerr", "/api/v1/request", "POST", json=wish)
        assert status == 201
        await seerr.webhooks_sent()
        assert [one["notification_type"] for one in seerr.sent] == ["MEDIA_AUTO_APPROVED", "MEDIA_APPROVED"]
        media = json.loads(body)["media"]["id"]
        for path, expected in (
            (f"/media/{media}/partial", 4),
            (f"/media/{media}/available", 5),
            (f"/media/{media}/unknown", 1),
        ):
            status, body = await client.ask(
                "seerr", f"/api/v1{path}", "POST", json={"is4k": False, "seasons": [{"seasonNumber": 1}]}
            )
            assert (status, json.loads(body)["status"]) == (200, expected)
        assert (await client.ask("seerr", f"/api/v1/media/{media}/nonsense", "POST", json={}))[0] == 400
        assert (await client.ask("seerr", "/api/v1/request/1/pending", "POST"))[0] == 200
        assert (await client.ask("seerr", "/api/v1/request/1/explode", "POST"))[0] == 404
        assert (await client.ask("seerr", "/api/v1/settings/jobs/none/run", "POST"))[0] == 404
        assert [len((await client.get("seerr", f"/api/v1/{what}"))["results"]) for what in ("user", "media")] == [4, 1]
        ordered = "/api/v1/request?mediaType=tv&requestedBy=1&sortDirection=asc&filter=pending"
        assert (await client.get("seerr", ordered))["pageInfo"]["results"] == 1
        assert (await client.ask("seerr", f"/api/v1/media/{media}/file", "DELETE"))[0] == 204
        assert (await client.ask("seerr", f"/api/v1/media/{media}/file", "DELETE"))[0] == 404
        assert (await client.ask("seerr", f"/api/v1/media/{media}", "DELETE"))[0] == 204
        assert (await client.ask("seerr", "/", "GET"))[0] == 200
        assert (await client.ask("seerr", "/api/v1/nothing", "GET"))[0] == 404

    with_stack(stack, act)
    assert desk.requests == {}
    assert series.id not in world.series
