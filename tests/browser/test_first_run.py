"""The first run: admin, wizard with its Test buttons, first sync."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def stack() -> Iterator[StackInThread]:
    world = World(RealClock())
    for title in ("Andor", "Dark"):
        world.add_season(world.add_series(title), 1, 5)
    with run_in_thread(Stack(world)) as running:
        yield running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """An empty service."""
    process = subprocess.Popen(
        [sys.executable, "-m", "episodarr", "serve", "--port", "0", "--data-dir", str(tmp_path)],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process.stdout.readline().split()[-1].rstrip("/")
    process.terminate()
    process.wait(20)
    process.stdout.close()


def test_from_nothing_to_a_library(service: str, stack: StackInThread, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(f"{service}/")
    expect(page).to_have_url(re.compile("/setup"))
    page.fill("input[name=name]", "ada")
    page.fill("input[name=password]", "correct horse")
    page.fill("input[name=again]", "correct horse")
    page.click("text=Create account")
    expect(page.locator("h1")).to_have_text("Connect Sonarr")

    urls = {one.kind: one for one in stack.services}
    result = page.locator("#test-result")

    def test_with(url: str, key: str) -> None:
        page.fill("[name='s.url']", url)
        page.fill("[name='s.api_key']", key)
        page.click("[data-test]")

    test_with("http://127.0.0.1:9", "x")
    expect(result.locator(".c-offline")).to_be_visible()
    test_with(urls["sonarr"].url, "wrong")
    expect(result.locator(".c-refused")).to_be_visible()
    test_with(f"{urls['sonarr'].url}/nowhere", urls["sonarr"].api_key)
    expect(result.locator(".c-wrong_path")).to_be_visible()
    stack.run(lambda: stack.stack.sonarr.faults.set("wrong_app"))
    test_with(urls["sonarr"].url, urls["sonarr"].api_key)
    expect(result.locator(".c-wrong_app")).to_contain_text("Radarr")
    stack.run(stack.stack.sonarr.faults.clear)
    test_with(urls["sonarr"].url, urls["sonarr"].api_key)
    expect(result.locator(".c-ok")).to_contain_text("Sonarr 4")
    page.click("text=Save and go on")

    expect(page.locator("h1")).to_have_text("Connect qBittorrent")
    page.fill("[name='s.url']", urls["qbittorrent"].url)
    page.fill("[name='s.username']", urls["qbittorrent"].username)
    page.fill("[name='s.password']", urls["qbittorrent"].password)
    page.click("text=Save and go on")
    expect(page.locator("h1")).to_have_text("Connect Jellyfin")
    page.click("a.btn.quiet")

    page.goto(f"{service}/")
    expect(page.locator("main")).to_contain_text("Andor", timeout=20_000)
    assert urls["sonarr"].api_key not in page.content()
    page.goto(f"{service}/settings/connections")
    assert urls["sonarr"].api_key not in page.content()
    assert page.goto(f"{service}/setup").status == 404, "setup is dead after the first account"
