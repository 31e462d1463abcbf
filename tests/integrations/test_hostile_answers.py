"""Whatever a service answers, an adapter returns what its port promises or raises a ServiceFailure; nothing else."""

import asyncio
import copy
import json
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episodarr.availability.model import LibraryItemId
from episodarr.connections.failures import ServiceFailure
from episodarr.integrations._http import Answer
from episodarr.integrations.jellyfin import Jellyfin
from episodarr.integrations.plex import Plex
from episodarr.integrations.qbittorrent import QBittorrent
from episodarr.integrations.sonarr import Sonarr
from episodarr.integrations.tmdb import Tmdb
from episodarr.integrations.tvmaze import TVmaze

AT = datetime(2026, 1, 1, tzinfo=UTC)
ITEM = LibraryItemId(f"{71:032x}")

MAKE = {
    "sonarr": lambda: Sonarr("Sonarr", "http://h", "key", None),
    "qbittorrent": lambda: QBittorrent("qBittorrent", "http://h", "u", "p", None),
    "jellyfin": lambda: Jellyfin("Jellyfin", "http://h", "key", None),
    "plex": lambda: Plex("Plex", "http://h", "token", None),
    "tmdb": lambda: Tmdb("TMDB", "http://h", "key", None),
    "tvmaze": lambda: TVmaze("TVmaze", "http://h", None),
}


async def whole(client):
    return [item async for page in client.all_episodes() for item in page]


CALLS = [
    ("sonarr", "status", lambda client: client.check()),
    ("sonarr", "series", lambda client: client.series_exists(7)),
    ("sonarr", "series", lambda client: client.monitor_season(7, 2, monitored=True)),
    ("sonarr", "series", lambda client: client.monitor_series(7, monitored=True)),
    ("sonarr", "series", lambda client: client.rescan_series(7)),
    ("sonarr", "series", lambda client: client.poster(7)),
    ("sonarr", "queue", lambda client: client.queue()),
    ("sonarr", "history", lambda client: client.history_since(AT)),
    ("sonarr", "history", lambda client: client.series_changed_since(AT)),
    ("qbittorrent", "maindata-full", lambda client: client.changes()),
    ("qbittorrent", "files", lambda client: client.files("x")),
    ("qbittorrent", "files", lambda client: client.files_of(["x", "y"])),
    ("jellyfin", "public", lambda client: client.check()),
    ("jellyfin", "series", lambda client: client.all_series()),
    ("jellyfin", "episodes", lambda client: client.episodes_of(ITEM)),
    ("jellyfin", "episodes", lambda client: client.playability(ITEM)),
    ("jellyfin", "episodes", whole),
    ("plex", "listing", lambda client: client.check()),
    ("plex", "listing", lambda client: client.all_series()),
    ("plex", "listing", whole),
    ("plex", "listing", lambda client: client.episodes_of("7")),
    ("plex", "listing", lambda client: client.playability("71")),
    ("plex", "listing", lambda client: client.rescan("/media/x")),
    ("tmdb", "authentication", lambda client: client.check()),
    ("tmdb", "search", lambda client: client.search_shows("Night Desk", year=2011)),
    ("tmdb", "find", lambda client: client.find_show(tvdb_id=7, imdb_id="tt7")),
    ("tmdb", "show", lambda client: client.show(880_001)),
    ("tmdb", "show", lambda client: client.show(880_001, language="ja-JP", seasons=(1, 2))),
    ("tvmaze", "first", lambda client: client.check()),
    ("tvmaze", "search", lambda client: client.search_shows("Night Desk")),
    ("tvmaze", "first", lambda client: client.find_show(tvdb_id=7, imdb_id="tt7")),
    ("tvmaze", "show", lambda client: client.show(770_001, seasons=(1,))),
    ("tvmaze", "show", lambda client: client.show(770_001)),
    ("tvmaze", "episodes", lambda client: client.show(770_001)),
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def places(node, here=()):
    """Where something could be changed: the paths of all members, at any depth."""
    yield here
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, member in members:
        yield from places(member, (*here, name))


@st.composite
def spoiled(draw, answer):
    """`answer` with up to three of its members replaced, removed or doubled."""
    answer = copy.deepcopy(answer)
    for _ in range(draw(st.integers(0, 3))):
        *way, last = draw(st.sampled_from(list(places(answer)))) or (None,)
        if last is None:
            return draw(JSON)
        node = answer
        for name in way:
            node = node[name]
        match draw(st.sampled_from(["replace", "remove", "double"])):
            case "remove":
                del node[last]
            case "double" if isinstance(node, list):
                node.append(copy.deepcopy(node[last]))
            case _:
                node[last] = draw(JSON)
    return answer


async def told(client, call, body):
    """What a call makes of one body, whatever it asks."""

    async def ask(*_, **__):
        return Answer(200, body, "application/json", {}, {})

    client.http.ask = ask
    try:
        return await call(client)
    except ServiceFailure as failure:
        return failure


@pytest.mark.parametrize(("service", "case", "call"), CALLS)
def test_spoiled_answers_end_in_a_value_or_a_service_failure(sample, service, case, call):
    """The call's own exceptions pass through, so anything else than ServiceFailure fails the test."""
    answer = sample(f"{service}/{case}")

    @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
    @given(spoiled(answer))
    def play(body):
        asyncio.run(told(MAKE[service](), call, json.dumps(body).encode()))

    play()


@pytest.mark.parametrize(("service", "case", "call"), CALLS)
def test_damaged_bytes_end_in_a_value_or_a_service_failure(sample, service, case, call):
    body = json.dumps(sample(f"{service}/{case}")).encode()

    @settings(deadline=None, max_examples=30)
    @given(st.integers(0, len(body)), st.binary(max_size=4))
    def play(place, noise):
        asyncio.run(told(MAKE[service](), call, body[:place] + noise + body[place + len(noise) :]))
        asyncio.run(told(MAKE[service](), call, body[:place]))

    play()


@pytest.mark.parametrize(
    ("service", "case", "call", "count"),
    [
        ("sonarr", "queue", Sonarr.queue, 5),
        ("sonarr", "history", partial(Sonarr.history_since, at=AT), 5),
        ("jellyfin", "series", Jellyfin.all_series, 2),
        ("jellyfin", "episodes", partial(Jellyfin.episodes_of, series=ITEM), 4),
        ("plex", "listing", Plex.all_series, 2),
        ("plex", "listing", whole, 2),
    ],
)
def test_a_cut_off_listing_is_never_taken_for_a_complete_one(sample, service, case, call, count):
    body = json.dumps(sample(f"{service}/{case}")).encode()
    assert len(asyncio.run(told(MAKE[service](), call, body))) == count
    for place in range(len(body)):
        assert isinstance(asyncio.run(told(MAKE[service](), call, body[:place])), ServiceFailure)


@pytest.mark.parametrize(("service", "case", "call"), CALLS)
@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 200_000, b'[{"quality":' + b"[" * 200_000])
def test_a_body_that_is_nested_without_end_is_a_service_failure(service, case, call, body):
    if "poster" not in call.__code__.co_names:
        assert isinstance(asyncio.run(told(MAKE[service](), call, body)), ServiceFailure)
