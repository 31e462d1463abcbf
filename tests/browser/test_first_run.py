"""From an empty folder to a library: the first account, the wizard with its Test buttons, the first sync."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_process import Service
from playwright.sync_api import Page, expect
from visitors import Visitors

from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World

pytestmark = pytest.mark.slow

TITLES = [f"Show {letter}" for letter in "ABCDEFGHIJKLMNOP"]
PASSWORD = "correct horse"


@pytest.fixture
def stack() -> Iterator[StackInThread]:
    """A Sonarr with some shows, a qBittorrent and a Jellyfin."""
    world = World(RealClock())
    for title in TITLES:
        world.add_season(world.add_series(title), 1, 5)
    with run_in_thread(Stack(world)) as running:
        yield running


@pytest.fixture
def empty(browser: object, tmp_path: Path) -> Iterator[Service]:
    """A service that knows nothing yet."""
    running = Service("serve", "--port", "0", "--data-dir", str(tmp_path))
    yield running
    running.stop()


def test_from_nothing_to_a_library(empty: Service, stack: StackInThread, visitors: Visitors) -> None:
    visitors.expected = {"422", "404"}
    page = visitors.window()
    page.goto(empty.url)
    expect(page).to_have_url(re.compile(r"/setup$"))
    create_the_first_account(page)

    sonarr, qbittorrent, jellyfin = stack.services[:3]
    expect(page.locator("h1")).to_have_text("Connect Sonarr")
    try_sonarr(page, stack)
    stack.run(lambda: stack.stack.sonarr.faults.set("slow", only=r"/api/v3/episode\?", seconds=4.0))
    page.get_by_role("button", name="Save and go on").click()

    expect(page.locator("h1")).to_have_text("Connect qBittorrent")
    page.fill("[name='s.url']", qbittorrent.url)
    page.fill("[name='s.username']", qbittorrent.username)
    page.fill("[name='s.password']", "wrong")
    told_by_test(page, "refused", "password")
    page.fill("[name='s.password']", qbittorrent.password)
    told_by_test(page, "ok", "It works")
    page.get_by_role("button", name="Save and go on").click()

    expect(page.locator("h1")).to_have_text("Connect Jellyfin")
    page.fill("[name='s.url']", jellyfin.url)
    page.fill("[name='s.api_key']", jellyfin.api_key)
    told_by_test(page, "ok", "Jellyfin")
    page.get_by_role("button", name="Save and go on").click()

    for other in ("Plex", "Seerr", "Shoko", "Radarr", "Tautulli", "TMDB", "TVmaze"):  # this house does without
        expect(page.locator("h1")).to_have_text(f"Connect {other}")
        page.get_by_role("link", name="Skip", exact=True).click()
    expect(page.locator("h1")).to_have_text("Ready for the first sync")
    page.get_by_role("button", name="Start the first sync").click()
    expect(page.locator("h1")).to_have_text("The first sync is running")
    page.evaluate("window.sameAsEver = true")
    expect(page.locator("#first-sync .meter:not([aria-valuenow='0'])").first).to_be_visible(timeout=20_000)
    expect(page.locator("#first-sync [data-part=message]").first).not_to_be_empty()
    stack.run(stack.stack.sonarr.faults.clear)
    expect(page.locator("#first-sync")).to_contain_text("everything is read", timeout=30_000)
    expect(page.locator("#first-sync")).to_contain_text(f"{len(TITLES) * 5} episodes")
    assert page.evaluate("window.sameAsEver"), "the page followed by itself"
    page.get_by_role("link", name="To the library").click()
    expect(page.locator(".show-title")).to_have_text(TITLES)

    assert page.goto(f"{empty.url}/setup").status == 404, "the first account is made once"
    assert page.request.post(f"{empty.url}/setup", form={"name": "eve", "password": PASSWORD}).status in {403, 404}
    for path in ("/settings/connections", "/wizard?step=sonarr", "/system/users"):
        page.goto(empty.url + path)
        for secret in (sonarr.api_key, qbittorrent.password, jellyfin.api_key):
            assert secret not in page.content()


def create_the_first_account(page: Page) -> None:
    """A short password and two different ones are told, by the browser and by the server."""
    page.fill("input[name=name]", "ada")
    page.fill("input[name=password]", "short")
    page.fill("input[name=again]", "other")
    expect(page.locator("[data-mismatch]")).to_be_visible()
    page.fill("input[name=again]", "short")
    expect(page.locator("[data-mismatch]")).to_be_hidden()
    page.get_by_role("button", name="Create account").click()
    assert page.locator("input[name=password]").evaluate("one => one.validity.tooShort")
    expect(page).to_have_url(re.compile(r"/setup$"))
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_have_text("The password needs at least 8 characters.")
    expect(page.locator("input[name=name]")).to_have_value("ada")
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile(r"/wizard$"))


def try_sonarr(page: Page, stack: StackInThread) -> None:
    """Each way to be wrong is told apart from the others; the right one says who answers."""
    sonarr, qbittorrent, jellyfin = stack.services[:3]

    def fill(url: str, key: str) -> None:
        page.fill("[name='s.url']", url)
        page.fill("[name='s.api_key']", key)

    fill("http://127.0.0.1:9", "x")
    told_by_test(page, "offline", "host and port")
    fill(sonarr.url, "wrong")
    told_by_test(page, "refused", "API key")
    fill(f"{sonarr.url}/nowhere", sonarr.api_key)
    told_by_test(page, "wrong_path", "URL base")
    for other in (jellyfin.url, qbittorrent.url):
        fill(other, sonarr.api_key)
        page.locator("[data-test]").click()
        expect(page.locator("#test-result .result:is(.c-wrong_app, .c-wrong_path, .c-refused)")).to_be_visible()
        page.locator("#test-result").evaluate("place => place.replaceChildren()")
    stack.run(lambda: stack.stack.sonarr.faults.set("wrong_app"))
    fill(sonarr.url, sonarr.api_key)
    told_by_test(page, "wrong_app", "Radarr")
    stack.run(stack.stack.sonarr.faults.clear)
    fill(sonarr.url, sonarr.api_key)
    told_by_test(page, "ok", "Sonarr 4.0.15")


def told_by_test(page: Page, status: str, words: str) -> None:
    """Press Test and read what it says."""
    page.locator("[data-test]").click()
    expect(page.locator(f"#test-result .c-{status}")).to_contain_text(words)
