"""The API as tests see it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from home import connections_of
from starlette.testclient import TestClient

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read

KEY = "k" * 32


def wait_for(reached: Callable[[], object], seconds: float = 20) -> object:
    """Wait for a condition; the pauses are only to let others work."""
    until = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.02)
    return found


def furnish(world: World) -> None:
    pack = world.add_series("Horimiya", year=2021, kind="anime", ended=True)
    world.add_season(pack, 1, 4)
    other = world.add_series("Dark", year=2017)
    world.add_season(other, 1, 3)
    world.add_season(other, 2, 2)


class Running:
    """The API as a program sees it."""

    def __init__(self, client: TestClient, house: House, stack: StackInThread) -> None:
        self.client, self.house, self.stack = client, house, stack
        client.headers["X-Api-Key"] = KEY

    def get(self, path: str, **more):
        answer = self.client.get(f"/api/v1{path}", **more)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def synced(self) -> "Running":
        """Wait until the first sync is done."""

        def done() -> bool:
            shows = self.get("/library")["items"]
            return bool(shows) and all(show["synced_at"] for show in shows)

        wait_for(done)
        return self

    def show(self, title: str) -> dict:
        return self.get("/library", params={"search": title})["items"][0]

    def episode(self, title: str, season: int, number: int) -> dict:
        page = self.get(f"/library/{self.show(title)['id']}/seasons/{season}/episodes")
        return next(row for row in page["items"] if row["episode_number"] == number)

    def webhook(self, body, secret: str | None = None, **more):
        connection = next(one for one in self.get("/connections")["items"] if one["kind"] == "sonarr")
        path = self.get(f"/connections/{connection['id']}/webhook")["path"]
        plain, _, right = path.partition("?secret=")
        headers = {"X-Webhook-Secret": right if secret is None else secret}
        return self.client.post(plain, content=body, headers=headers, **more)


@contextmanager
def a_running_house(folder: Path) -> Iterator[Running]:
    """Opened, synced and asked."""
    world = World(RealClock())
    furnish(world)
    with run_in_thread(Stack(world)) as stack:
        pace = {"downloads_interval": 0.2, "queue_interval": 1, "verify_interval": 1}
        settings = read({"EPISODARR_API_KEY": KEY}, data_dir=folder, **pace)
        house = House(settings, {}, extra_connections=connections_of(stack.stack))
        with TestClient(house.app()) as client:
            yield Running(client, house, stack).synced()
        house.close()
