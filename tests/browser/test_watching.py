"""Who watched what, in a real browser: filtered without a reload, with chosen columns, saved, and people joined."""

import re
from pathlib import Path

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Unmoved, Visitors

pytestmark = pytest.mark.slow


@pytest.fixture
def page(demo: Demo, visitors: Visitors) -> Page:
    """The Watching page, once plays are there."""
    until(lambda: demo.api("/watching/plays")["total"] > 5, 60)
    made = visitors.at_demo(demo)
    made.goto(f"{demo.url}/watching")
    return made


def test_plays_are_filtered_without_a_reload(page: Page) -> None:
    page.evaluate("window.sameAsEver = true")
    rows = page.locator("#plays-part li.play")
    expect(rows.first).to_be_visible()
    page.select_option("select[name=end]", "no")
    expect(page).to_have_url(re.compile("end=no"))
    expect(page.locator("#plays-part .play-bar.seen")).to_have_count(0)
    page.select_option("select[name=end]", "")
    expect(page).to_have_url(re.compile("end=$"))
    page.fill("#plays-search", "breaking")
    expect(page).to_have_url(re.compile("q=breaking"))
    expect(rows.locator("a.title", has_not_text="Breaking Bad")).to_have_count(0)
    expect(rows.first).to_contain_text("Breaking Bad")
    assert page.evaluate("window.sameAsEver === true"), "the page was loaded anew"


def test_columns_are_chosen_by_keyboard_and_remembered(page: Page) -> None:
    page.get_by_role("link", name="Table").click()
    heads = page.locator(".plays-table thead th")
    expect(heads).to_have_text(["When", "Who", "What", "Episode", "How far", "Watched for", "Server"])
    page.locator("details.columns-menu summary").press("Enter")
    page.get_by_role("button", name="What up").press("Enter")
    page.get_by_role("button", name="What up").press("Enter")
    page.get_by_role("checkbox", name="Server").press("Space")
    page.get_by_role("button", name="Show these").press("Enter")
    expect(heads).to_have_text(["What", "When", "Who", "Episode", "How far", "Watched for"])
    page.reload()
    expect(heads).to_have_text(["What", "When", "Who", "Episode", "How far", "Watched for"])
    page.locator("details.columns-menu summary").click()
    page.get_by_role("button", name="As usual").click()
    expect(heads).to_have_count(7)


def test_the_list_is_saved_as_it_is_filtered(page: Page, tmp_path: Path) -> None:
    page.goto(f"{page.url}?q=breaking")
    page.locator("details.export-menu summary").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV", exact=True).click()
    saved.value.save_as(tmp_path / "plays.csv")
    lines = (tmp_path / "plays.csv").read_text().splitlines()
    assert saved.value.suggested_filename == "plays.csv"
    assert lines[0].startswith("Started,Stopped,Viewer")
    assert len(lines) > 1
    assert all("Breaking Bad" in line for line in lines[1:])


def test_accounts_of_one_person_are_joined_and_split(page: Page) -> None:
    page.get_by_role("link", name="People").click()
    still = Unmoved(page)
    maybe = page.locator(".people.maybe > li", has_text=re.compile("ben", re.IGNORECASE)).first
    maybe.get_by_role("button", name="Join").click()
    joined = page.locator(".people > li", has_text="joined by demo").last
    expect(joined).to_contain_text("Ben")
    joined.get_by_role("button", name="Split").first.click()
    expect(page.locator(".people small", has_text="joined by demo")).to_have_count(0)
    still.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_a_phone(demo: Demo, visitors: Visitors, scheme: str) -> None:
    page = visitors.at_demo(demo, width=390, height=844, scheme=scheme)
    for path in ("/watching", "/watching?view=table", "/watching/people", "/watching/syncs"):
        page.goto(f"{demo.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
