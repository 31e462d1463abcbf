"""Every call of every adapter, in every way a service can fail: the right failure, no secret, and well afterwards."""

import asyncio
import traceback
from datetime import UTC, datetime

import pytest
from aiohttp import web

from episodarr.availability.model import LibraryItemId
from episodarr.connections.failures import Broken, Busy, Offline, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId
from episodarr.integrations import all_integrations
from episodarr.integrations._http import Timeouts

AT = datetime(2026, 1, 1, tzinfo=UTC)
ITEM = LibraryItemId(f"{71:032x}")
SETTINGS = {"api_key": "canary-key", "username": "admin", "password": "canary-password"}


async def whole(client):
    return [item async for page in client.all_episodes() for item in page]


CALLS = {
    "sonarr": {
        "check": lambda client: client.check(),
        "series_listing": lambda client: client.series_listing(),
        "episodes": lambda client: client.episodes(7),
        "series_exists": lambda client: client.series_exists(7),
        "poster": lambda client: client.poster(7),
        "series_changed_since": lambda client: client.series_changed_since(AT),
        "queue": lambda client: client.queue(),
        "history_since": lambda client: client.history_since(AT),
        "monitor_episodes": lambda client: client.monitor_episodes([1], monitored=True),
        "monitor_season": lambda client: client.monitor_season(7, 2, monitored=True),
        "monitor_series": lambda client: client.monitor_series(7, monitored=True),
        "search_episodes": lambda client: client.search_episodes([1]),
        "refresh_downloads": lambda client: client.refresh_downloads(),
        "rescan_series": lambda client: client.rescan_series(7),
    },
    "qbittorrent": {
        "check": lambda client: client.check(),
        "changes": lambda client: client.changes(),
        "files": lambda client: client.files("x"),
        "files_of": lambda client: client.files_of(["x", "y"]),
    },
    "jellyfin": {
        "check": lambda client: client.check(),
        "all_series": lambda client: client.all_series(),
        "episodes_of": lambda client: client.episodes_of(ITEM),
        "playability": lambda client: client.playability(ITEM),
        "rescan": lambda client: client.rescan("/media/x"),
        "all_episodes": whole,
    },
    "plex": {
        "check": lambda client: client.check(),
        "all_series": lambda client: client.all_series(),
        "all_episodes": whole,
        "episodes_of": lambda client: client.episodes_of("7"),
        "playability": lambda client: client.playability("71"),
        "rescan": lambda client: client.rescan("/media/x"),
    },
    "tmdb": {
        "check": lambda client: client.check(),
        "search_shows": lambda client: client.search_shows("Night Desk"),
        "show": lambda client: client.show(7),
        "find_show": lambda client: client.find_show(tvdb_id=7),
    },
    "tvmaze": {
        "check": lambda client: client.check(),
        "search_shows": lambda client: client.search_shows("Night Desk"),
        "show": lambda client: client.show(7),
        "find_show": lambda client: client.find_show(tvdb_id=7),
    },
}

EVERY_CALL = [
    pytest.param(kind, call, id=f"{kind}-{name}") for kind, calls in CALLS.items() for name, call in calls.items()
]

MAY_BE_EMPTY = {("sonarr", "poster"), ("jellyfin", "rescan")}
"""Calls that an empty answer is no failure of: no picture, and 204."""


async def truncated(request):
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'[{"id": 7, "title": "Lighthouse')
    request.transport.close()
    return response


def faults(says):
    """Fault -> (what the server does, the failures it may end in)."""
    return {
        "401": (says(b"", 401), {Refused}),
        "403": (says("Forbidden", 403), {Refused}),
        "429": (says(b"", 429, {"Retry-After": "5"}), {Busy}),
        "500": (says({"message": "database is locked"}, 500), {Broken}),
        "502": (says("<html>Bad Gateway</html>", 502), {Broken}),
        "503": (says("<html>starting</html>", 503), {Busy}),
        "html": (says(b"<!DOCTYPE html><html>Sign in</html>", 200, {"Content-Type": "text/html"}), {WrongPath}),
        "redirect": (says(b"", 302, {"Location": "/login?returnUrl=/"}), {WrongPath}),
        "404": (says(b"", 404), {WrongPath}),
        "truncated": (truncated, {Broken}),
        "garbage": (says(b"\x00\xff{", 200, {"Content-Type": "application/json"}), {Broken, WrongApp}),
        "empty": (says(b""), {Broken}),
        "wrong app": (says({"appName": "Radarr", "version": "5.0"}), {Broken, WrongApp}),
    }


FAULTS = list(faults(lambda *_: None))


def client_of(kind, url, session):
    return all_integrations()[kind].connect(Connection(ConnectionId(1), kind, "Mine", SETTINGS | {"url": url}), session)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("kind", "call"), EVERY_CALL)
def test_a_fault_is_told_as_what_it_is(upstream, says, kind, call, fault):
    answer, expected = faults(says)[fault]
    upstream.otherwise(answer)
    name = next(name for name, known in CALLS[kind].items() if known is call)
    harmless = (fault in {"empty", "wrong app", "garbage"} and (kind, name) in MAY_BE_EMPTY) or (
        # A poster that is not there is not there: Sonarr's own answer to that is an empty 404.
        fault == "404" and name == "poster"
    )

    async def story(url, session):
        client = client_of(kind, url, session)
        try:
            return await call(client)
        except ServiceFailure as failure:
            return failure

    outcome = upstream.run(story)
    if harmless:
        assert outcome is None
        return
    assert type(outcome) in expected
    shown = "".join([*traceback.format_exception(outcome), repr(outcome), outcome.advice])
    assert "canary" not in shown
    assert outcome.service == "Mine"


@pytest.mark.parametrize(("kind", "call"), EVERY_CALL)
def test_a_service_that_does_not_answer_in_time_is_offline(upstream, kind, call):
    async def story(url, session):
        never = asyncio.Event()

        async def wait(_):
            await never.wait()

        upstream.otherwise(wait)
        client = client_of(kind, url, session)
        client.http.timeouts = Timeouts(total=0.03, bulk=0.03)
        with pytest.raises(Offline):
            await call(client)
        never.set()

    upstream.run(story)


@pytest.mark.parametrize(("kind", "call"), EVERY_CALL)
def test_a_service_that_is_gone_is_offline(upstream, kind, call):
    async def story(_, session):
        with pytest.raises(Offline):
            await call(client_of(kind, "http://127.0.0.1:1", session))

    upstream.run(story)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("kind", "path", "case", "call"),
    [
        ("sonarr", "/api/v3/queue", "sonarr/queue", CALLS["sonarr"]["queue"]),
        ("sonarr", "/api/v3/history/since", "sonarr/history", CALLS["sonarr"]["history_since"]),
        ("qbittorrent", "/api/v2/sync/maindata", "qbittorrent/maindata-full", CALLS["qbittorrent"]["changes"]),
        ("jellyfin", "/Items", "jellyfin/series", CALLS["jellyfin"]["all_series"]),
    ],
    ids=["queue", "history", "changes", "series"],
)
def test_a_fault_that_passes_leaves_nothing_behind(upstream, says, sample, kind, path, case, call, fault):
    """The same client answers as before the fault. (A refused sign-in stays refused: that is another test.)"""
    answer, _ = faults(says)[fault]

    async def story(url, session):
        client = client_of(kind, url, session)
        upstream.on("GET", path, says(sample(case)))
        before = await call(client)
        upstream.on("GET", path, answer)
        with pytest.raises(ServiceFailure):
            await call(client)
        upstream.on("GET", path, says(sample(case)))
        assert await call(client) == before

    upstream.run(story)
