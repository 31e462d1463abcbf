"""Every port call of every adapter against a simulated service that misbehaves, and once it is well again."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from episodarr.availability.ports import MediaLibrary
from episodarr.capacity.ports import DiskSource
from episodarr.catalogue.movies import MovieLibrary, MovieManager
from episodarr.catalogue.ports import CatalogueControl, CatalogueSource
from episodarr.connections.failures import Broken, Offline, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.deletion.systems import (
    FileManager,
    FileRecords,
    LeavingShelf,
    LibraryShelf,
    RequestTruth,
    TorrentKeeper,
)
from episodarr.demo.jellyfin_system import USERS
from episodarr.downloads.ports import GrabSource, NameReader, TransferClient
from episodarr.histories.metadata import MetadataSource
from episodarr.imports.ports import FileMatcher
from episodarr.integrations import all_integrations
from episodarr.integrations._http import Timeouts
from episodarr.requests.ports import RequestControl, RequestSource
from episodarr.watching.model import Viewer
from episodarr.watching.ports import PlaySource, PlayStateSource, SessionSource

AT = datetime(2026, 1, 1, tzinfo=UTC)
GONE = "/media/tv/Lighthouse Keepers (2024)/Season 01/Lighthouse Keepers - S01E01.mkv"
ANIME = 50_006
"""What the numbers of Shoko's records of the anime begin above."""
METADATA_IDS = {"Tmdb": 880_001, "TVmaze": 770_001}
numbers = count(1)
"""What can be deleted only once is another one each time."""


async def _pages(listing):
    return [page async for page in listing]


CALLS = {
    RequestSource: {
        "all_requests": lambda client: client.all_requests(),
        "requests_since": lambda client: client.requests_since(AT),
        "title": lambda client: client.title(880_001),
    },
    RequestControl: {
        "approve": lambda client: client.approve(1),
        "decline": lambda client: client.decline(1),
        "retry": lambda client: client.retry(1),
    },
    FileMatcher: {
        "folders": lambda client: client.folders(),
        "files": lambda client: _pages(client.files(1)),
        "files_ending": lambda client: client.files_ending("Season 1/file.mkv"),
        "busy": lambda client: client.busy(),
    },
    PlaySource: {
        "plays": lambda client: _pages(client.plays(None)),
        "series_ids": lambda client: client.series_ids("52001"),
    },
    PlayStateSource: {
        "viewers": lambda client: client.viewers(),
        "states": lambda client: client.states(Viewer(USERS[0].id), None),
        "states_of": lambda client: client.states_of(Viewer(USERS[0].id), ["0" * 32]),
    },
    SessionSource: {"sessions": lambda client: client.sessions()},
    CatalogueSource: {
        "series_listing": lambda client: client.series_listing(),
        "episodes": lambda client: client.episodes(1),
        "series_exists": lambda client: client.series_exists(1),
        "series_changed_since": lambda client: client.series_changed_since(AT),
    },
    MovieManager: {"movies": lambda client: client.movies()},
    MovieLibrary: {"movies": lambda client: client.movies()},
    CatalogueControl: {
        "monitor_episodes": lambda client: client.monitor_episodes([1], monitored=True),
        "monitor_season": lambda client: client.monitor_season(1, 1, monitored=True),
        "monitor_series": lambda client: client.monitor_series(1, monitored=True),
    },
    GrabSource: {
        "queue": lambda client: client.queue(),
        "history_since": lambda client: client.history_since(AT),
    },
    DiskSource: {"disks": lambda client: client.disks()},
    NameReader: {"read_name": lambda client: client.read_name("Show S01E01 1080p")},
    TransferClient: {
        "changes": lambda client: client.changes(),
        "files_of": lambda client: client.files_of(["0" * 40]),
    },
    FileManager: {
        "managed_file": lambda client: client.managed_file(1),
        "managed_files": lambda client: client.managed_files(1),
        "managed_file_gone": lambda client: client.managed_file(77_777),
        "owner": lambda client: client.owner(1),
        "owner_gone": lambda client: client.owner(77_777),
        "roots": lambda client: client.roots(),
        "waste_bin": lambda client: client.waste_bin(),
        "arriving": lambda client: client.arriving(1),
        "set_monitored": lambda client: client.set_monitored(1, [1], monitored=False),
        "search": lambda client: client.search(1, [1]),
        "delete_file": lambda client: client.delete_file(next(numbers)),
    },
    TorrentKeeper: {
        "torrents": lambda client: client.torrents(),
        "torrent_files": lambda client: client.torrent_files("0" * 40),
        "remove_torrent": lambda client: client.remove_torrent("0" * 40, with_files=True),
    },
    LibraryShelf: {
        "files_gone": lambda client: client.files_gone([GONE]),
        "listed": lambda client: client.listed(["52001"]),
        "paths_of": lambda client: client.paths_of(["52001"]),
        "listed_many": lambda client: client.listed(["1" * 32, "2" * 32]),
    },
    LeavingShelf: {"show_leaving": lambda client: client.show_leaving("Leaving soon", ["0" * 32])},
    RequestTruth: {
        "title_truth": lambda client: client.title_truth("tv", 880_001),
        "film_truth": lambda client: client.title_truth("movie", 800_001),
        "look_again": lambda client: client.look_again(),
        "partly_there": lambda client: client.partly_there(1),
    },
    FileRecords: {
        "records_of": lambda client: client.records_of("Season 01/file.mkv"),
        "record": lambda client: client.record(77_777),
        "forget_record": lambda client: client.forget_record(ANIME + next(numbers)),
    },
    MetadataSource: {
        "search_shows": lambda client: client.search_shows("Lighthouse Keepers"),
        "show": lambda client: client.show(METADATA_IDS[type(client).__name__], language="de-DE"),
        "show_gone": lambda client: client.show(77_777),
        "find_show": lambda client: client.find_show(tvdb_id=700_007),
        "find_none": lambda client: client.find_show(tvdb_id=77_777, imdb_id="tt77777"),
    },
    MediaLibrary: {
        "all_series": lambda client: client.all_series(),
        "all_episodes": lambda client: _pages(client.all_episodes()),
        "episodes_of": lambda client: client.episodes_of("0" * 32),
        "playability": lambda client: client.playability("0" * 32),
    },
}

EVERY = [
    pytest.param(kind, call, id=f"{kind}-{name}")
    for kind, integration in all_integrations().items()
    for port in integration.ports
    for name, call in CALLS[port].items()
]

MEANS = {
    "slow": {Offline},
    "unauthorized": {Refused},
    "error": {Broken},
    "html": {WrongPath},
    "truncated": {Broken},
    "empty_body": {Broken},
    "wrong_app": {WrongApp, WrongPath, Broken},
    "refuse": {Offline},
    "disconnect": {Broken, Offline},
}


@pytest.fixture(autouse=True)
def something_there(world, lighthouse):
    world.requests.ask(world.requests.user("Anna"), lighthouse.tmdb_id, [2])
    world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2), kind="pack")
    for year in (1995, 2008, 2021):
        world.films.import_file(world.films.add("Film", year), at=world.now)
    anime = world.add_series("Foxfire", kind="anime")
    release = world.files[world.season_of(lighthouse, 1)[0].file_id].release
    for episode in world.add_season(anime, 1, 3):
        world.add_file([episode], release, added_at=world.now - timedelta(days=1))
    global numbers  # noqa: PLW0603  # every test begins anew
    numbers = count(1)


@pytest.mark.parametrize("mode", MEANS)
@pytest.mark.parametrize(("kind", "call"), EVERY)
def test_a_fault_means_the_same_for_every_call_and_passes(play, kind, call, mode):
    async def story(stage):
        client = stage.client(kind)
        # A server that is to be gone would wait for a connection that is kept alive.
        before = None if mode == "refuse" else await call(client)
        await stage.set_fault(kind, mode, seconds=0.2)
        if mode == "slow":
            client.http.timeouts = Timeouts(total=0.05, bulk=0.05)
        with pytest.raises(ServiceFailure) as failure:
            await call(client)
        assert type(failure.value) in MEANS[mode]
        await stage.clear_faults(kind)
        client.http.timeouts = Timeouts(total=5, bulk=5)
        after = await call(client)
        assert before is None or type(after) is type(before)

    play(story)


@pytest.mark.parametrize("kind", all_integrations())
def test_the_test_button_says_what_it_found(play, kind):
    async def story(stage):
        found = await all_integrations()[kind].check(stage.client(kind))
        assert found.application == all_integrations()[kind].label
        assert found.version[0].isdecimal()

    play(story)


@pytest.mark.parametrize("mode", MEANS)
@pytest.mark.parametrize("kind", all_integrations())
def test_the_test_button_says_what_is_wrong(play, kind, mode):
    async def story(stage):
        client = stage.client(kind)
        await stage.set_fault(kind, mode, seconds=0.2)
        if mode == "slow":
            client.http.timeouts = Timeouts(total=0.05, bulk=0.05)
        with pytest.raises(ServiceFailure) as failure:
            await all_integrations()[kind].check(client)
        assert type(failure.value) in ({WrongApp} if mode == "wrong_app" else MEANS[mode])

    play(story)


KEYLESS = {"tvmaze"}


@pytest.mark.parametrize("kind", [kind for kind in all_integrations() if kind not in KEYLESS])
def test_wrong_credentials_are_refused_and_not_shown(play, kind):
    async def story(stage):
        client = stage.client(kind, api_key="canary-key", token="canary-token", password="canary-password")
        for _ in range(6):
            with pytest.raises(Refused) as failure:
                await all_integrations()[kind].check(client)
            assert "canary" not in f"{failure.value!r}{failure.value}{failure.value.advice}"
        assert stage.stack.qbittorrent.banned_until is None
        assert stage.stack.qbittorrent.failures <= 1

    play(story)


@pytest.mark.parametrize("kind", ["sonarr", "jellyfin"])
def test_a_missing_url_base_is_told_with_the_right_one(play, kind):
    async def story(stage):
        await all_integrations()[kind].check(stage.client(kind))
        url = stage.stack.servers[kind].url.removesuffix("/media-base")
        with pytest.raises(WrongPath) as failure:
            await all_integrations()[kind].check(stage.client(kind, url=url))
        assert "/media-base" in failure.value.advice

    play(story, sonarr_base="/media-base", jellyfin_base="/media-base")


@pytest.mark.parametrize(
    ("kind", "path", "call"),
    [
        ("sonarr", "/queue", lambda client: client.queue()),
        ("jellyfin", "/Items", lambda client: client.all_series()),
        ("seerr", "/request", lambda client: client.all_requests()),
        ("plex", "/all", lambda client: client.all_series()),
        ("plex", "/sections/1/all", lambda client: client.movies()),
        ("jellyfin", "includeItemTypes=Movie", lambda client: client.movies()),
    ],
)
def test_a_page_that_holds_less_than_it_counts_is_never_taken_for_the_whole(play, world, kind, path, call):
    async def story(stage):
        client = stage.client(kind)
        whole = await call(client)
        await stage.set_fault(kind, "truncated_page", only=path)
        with pytest.raises(Broken, match="add up"):
            await call(client)
        await stage.clear_faults(kind)
        await stage.set_fault(kind, "truncated_page", only=path, times=1)
        assert await call(client) == whole

    play(story)


@pytest.mark.parametrize("kind", all_integrations())
def test_each_others_addresses_are_told_apart(play, kind):
    """Every service tested at the address of every other one."""

    async def story(stage):
        for other, server in stage.stack.servers.items():
            if other != kind:
                with pytest.raises(ServiceFailure) as failure:
                    await all_integrations()[kind].check(stage.client(kind, url=server.url))
                assert type(failure.value) in {WrongApp, WrongPath, Refused}

    play(story)
