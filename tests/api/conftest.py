"""A running house over the simulated stack, and a client of its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from home import connections_of
from running_house import KEY, Running, furnish
from starlette.testclient import TestClient

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = World(RealClock())
    furnish(world)
    with run_in_thread(Stack(world)) as stack:
        pace = {"downloads_interval": 0.2, "queue_interval": 1, "verify_interval": 1}
        settings = read({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path, **pace)
        house = House(settings, {}, extra_connections=connections_of(stack.stack))
        with TestClient(house.app()) as client:
            yield Running(client, house, stack).synced()
        house.close()
