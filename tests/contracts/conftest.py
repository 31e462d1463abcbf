"""A running stack in the middle of its stories, and the contract files that its answers are held against."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_calls import Caller
from contract_schemas import OpenApi

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, StackInThread, living_world, run_in_thread

BESIDE = Path(__file__).parents[3] / "shared" / "contracts"


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of the contract files: beside the repository, or where EPISODARR_CONTRACTS says."""
    folder = Path(os.environ.get("EPISODARR_CONTRACTS") or BESIDE)
    if not (folder / "sonarr" / "openapi-v3.json").is_file():
        pytest.skip(f"contracts not here: {folder} (set EPISODARR_CONTRACTS to the folder that holds them)")
    return folder


@pytest.fixture(scope="session")
def sonarr_api(contracts: Path) -> OpenApi:
    """Sonarr's OpenAPI description."""
    api = OpenApi(contracts / "sonarr" / "openapi-v3.json")
    # The description calls the link an object; the server writes a plain address (recorded/exportarr-v3_health.json).
    api.schemas["HttpUri"] = {"type": "string"}
    return api


@pytest.fixture(scope="session")
def jellyfin_api(contracts: Path) -> OpenApi:
    """Jellyfin's OpenAPI description."""
    return OpenApi(contracts / "jellyfin" / "openapi-10.11.8.json")


@pytest.fixture(scope="session")
def plex_api(contracts: Path) -> OpenApi:
    """The OpenAPI description of the Plex Media Server."""
    api = OpenApi(contracts / "plex" / "openapi-pms-1.2.0.json")
    # The description takes the ids of other systems for tags with numbers; servers write texts such as "tvdb://1"
    # (recorded-json/watchstate-plex.json, library_show_get_200).
    guid = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    api.schemas["metadata"]["properties"]["Guid"] = {"type": "array", "items": guid}
    return api


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    """The clock of the stack."""
    return ManualClock()


@pytest.fixture(scope="module")
def running(contracts: Path, clock: ManualClock) -> Iterator[StackInThread]:
    """The demo's stack 30 s after its start: something loads, imports and is blocked."""
    with run_in_thread(Stack(living_world(clock))) as stack:
        clock.advance(30)
        stack.settle()
        yield stack


@pytest.fixture
def sonarr(running: StackInThread) -> Caller:
    """Calls to Sonarr with its key."""
    return Caller(running.services[0].url, {"X-Api-Key": running.services[0].api_key})


@pytest.fixture
def jellyfin(running: StackInThread) -> Caller:
    """Calls to Jellyfin with its key."""
    service = running.services[2]
    return Caller(service.url, {"Authorization": f'MediaBrowser Token="{service.api_key}"'})


@pytest.fixture
def plex(running: StackInThread) -> Caller:
    """Calls to Plex with its token, in JSON."""
    service = next(service for service in running.services if service.kind == "plex")
    return Caller(service.url, {"X-Plex-Token": service.token, "Accept": "application/json"})


@pytest.fixture
def qbittorrent(running: StackInThread) -> Caller:
    """Calls to qBittorrent in a session."""
    service = running.services[1]
    caller = Caller(service.url, {})
    answer = caller.post_form("/api/v2/auth/login", {"username": service.username, "password": service.password})
    assert answer.text == "Ok."
    caller.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
    return caller
