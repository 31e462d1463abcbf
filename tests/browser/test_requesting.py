"""Requests in a real browser: found, approved, and followed until their episodes are there (R-D8)."""

import re
from collections.abc import Iterator

import pytest
from demo_process import Demo, until
from playwright.sync_api import Browser, expect
from visitors import Unmoved, Visitors

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[Demo]:
    """A demo whose downloads are quick: a request is followed to its end, which is not near."""
    running = Demo(speed=4)
    yield running
    running.stop()


def request_for(demo: Demo, title: str) -> dict:
    """A request as the API tells it, once it is known."""

    def found() -> dict | None:
        items = demo.api(f"/requests?search={title.replace(' ', '%20')}")["items"]
        return items[0] if items else None

    return until(found, 60)


def test_a_request_is_found_approved_and_followed_without_a_reload(demo: Demo, visitors: Visitors) -> None:
    held = request_for(demo, "Salt and Starlight")
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/requests")
    page.fill("#request-search", "salt")
    expect(page.locator("li.request")).to_have_count(1)
    page.click("li.request a.title")
    expect(page).to_have_url(f"{demo.url}/requests/{held['id']}")
    still = Unmoved(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#request-head")).to_contain_text("approved by demo")
    expect(page.locator("#request-timeline")).to_contain_text("Approved")
    expect(page.locator("#request-episodes .season-title")).to_contain_text("8 episodes", timeout=120_000)
    expect(page.locator("tr.episode.s-available")).to_have_count(8, timeout=120_000)
    expect(page.locator("#request-head")).to_contain_text("All 8 available")
    still.check()


def test_each_episode_of_a_request_moves_by_itself(demo: Demo, visitors: Visitors) -> None:
    held = until(lambda: request_for(demo, "Horimiya"))
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/requests/{held['id']}")
    expect(page.locator("tr.episode")).to_have_count(13)
    expect(page.locator("#request-head")).to_contain_text(re.compile(r"\d+ of 13 available|All 13 available"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_a_phone(demo: Demo, visitors: Visitors, scheme: str) -> None:
    held = request_for(demo, "The Bear")
    page = visitors.at_demo(demo, width=360, height=740, scheme=scheme)
    for path in ("/requests", f"/requests/{held['id']}"):
        page.goto(demo.url + path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_it_reads_without_a_script(demo: Demo, visitors: Visitors) -> None:
    request_for(demo, "The Bear")
    page = visitors.at_demo(demo, java_script_enabled=False)
    page.goto(f"{demo.url}/requests?state=declined")
    expect(page.locator("li.request")).to_have_count(1)
    page.click("li.request a.title")
    expect(page.locator("#request-head")).to_contain_text("Declined in Seerr")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
