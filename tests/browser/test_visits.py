"""Visits of a person: pages at all widths, why, keyboard, tasks, connections in trouble."""

import json
import re
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/shows/1",
    "/episodes/5",
    "/downloads",
    "/calendar",
    "/settings/connections",
    "/system/tasks",
    "/system/users",
)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")])
def test_no_page_overflows_or_complains(demo, visit: Callable[..., Page], width: int, scheme: str) -> None:
    page = demo.signed_in(visit(width, 844, scheme))
    for path in PAGES:
        page.goto(demo.url + path)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_episode_page_tells_why(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.goto(f"{demo.url}/episodes/5")
    words = page.inner_text("main")
    for word in ("Because", "The life of this episode", "What happened", "Sonarr"):
        assert word in words
    assert page.locator("svg.life, .life svg").count() >= 1


def test_a_blocked_import_shows_sonarrs_own_words(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.fill("#jump-box", "Squid")
    expect(page.locator("#jump-list [role=option]").first).to_contain_text("Squid Game")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Squid Game")
    page.locator("#dna a.cell.s-import_blocked").first.click()
    expect(page.locator("main")).to_contain_text("Sonarr cannot import it:")


def test_the_keyboard_reaches_everything(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.goto(f"{demo.url}/shows/1")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    cells = page.locator("#dna a.cell")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/episodes/\d+"))
    page.keyboard.press("/")
    expect(page.locator("#jump-box")).to_be_focused()


def test_the_theme_is_remembered(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    before = page.evaluate("document.documentElement.dataset.theme")
    page.click("[data-theme-toggle]")
    changed = page.evaluate("document.documentElement.dataset.theme")
    assert changed != before
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == changed


def test_a_task_runs_now_and_says_how_it_went(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.goto(f"{demo.url}/system/tasks")
    page.evaluate("window.neverReloaded = true")
    page.locator("form[action$='/sweep-episodes/run'] button").dblclick()
    expect(page.locator("main")).to_contain_text("Re-read everything, in turn")
    page.wait_for_function("""() => /person/.test(document.querySelector("main").innerText)""", timeout=20_000)
    assert page.evaluate("window.neverReloaded")


def test_monitoring_is_toggled_and_back(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.goto(f"{demo.url}/shows/1")
    row = page.locator("tr.episode").first
    number = row.get_attribute("data-episode")
    for wanted in (False, True):
        row.locator("button[data-monitor]").click()
        page.wait_for_function(
            """async ([number, wanted]) => {
                const answer = await fetch(`${document.documentElement.dataset.base}/api/v1/episodes/${number}`);
                return (await answer.json()).episode.monitored === wanted;
            }""",
            arg=[number, wanted],
        )


def test_a_service_that_goes_and_comes_back_is_seen_without_a_reload(demo, visit: Callable[..., Page]) -> None:
    page = demo.signed_in(visit())
    page.goto(f"{demo.url}/settings/connections")
    url = page.locator("#connections").inner_text()
    jellyfin = re.findall(r"http://127\.0\.0\.1:\d+", url)[2]
    steer(jellyfin, {"mode": "error"})
    card = page.locator("section.connection", has_text="Jellyfin")
    expect(card.locator(".problem")).to_be_visible(timeout=60_000)
    steer(jellyfin, {"mode": "none"})
    card.locator("form[action$='/test'] button").click()
    expect(card).to_contain_text("It works.")
    expect(card.locator(".problem")).to_have_count(0, timeout=60_000)


def steer(service: str, fault: dict) -> None:
    """Have a simulated service misbehave."""
    body = json.dumps(fault).encode()
    asked = urllib.request.Request(f"{service}/_demo/faults", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        answer.read()
