"""Rules of what could go, in a real browser: tried out while they are typed, kept, and things protected from them."""

import re

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Visitors

pytestmark = pytest.mark.slow

EVERYTHING = (
    "/candidates?level=show&b0.0.is=added&b0.0.v=0&safe=1&keep_first=0&keep_last=0"
    "&in_progress_days=0&next_up_days=0&requested_days=0&tags=&sort=title"
)
CANDIDATES = "/candidates?added_days=0&keep_first=0&sort=title&outcome=candidate"


@pytest.fixture
def page(demo: Demo, visitors: Visitors) -> Page:
    """The page with a rule that takes every show that is at rest."""
    until(lambda: all_read(demo), 60)
    made = visitors.at_demo(demo)
    made.goto(f"{demo.url}{EVERYTHING}")
    expect(rows(made).first).to_be_visible()
    return made


def all_read(demo: Demo) -> bool:
    """Whether every show was read: from then on only what goes on in the demo moves rows."""
    shows = demo.api("/library?limit=200")["items"]
    return len(shows) > 3 and all(one["synced_at"] for one in shows) and not demo.api(CANDIDATES)["counting"]


def rows(page: Page):
    return page.locator("#found tbody tr[id]")


def test_the_list_follows_the_typing_and_the_focus_stays(page: Page) -> None:
    page.evaluate("window.sameAsEver = true")
    value = page.locator("#v0-0")
    value.click()
    value.fill("soon")
    expect(page.locator("#found")).to_contain_text("type a whole number from 0 to 36,500")
    expect(value).to_have_value("soon")
    value.fill("9999")
    expect(page.locator("#found .empty")).to_be_visible()
    expect(value).to_be_focused()
    expect(page).to_have_url(re.compile("b0.0.v=9999"))
    value.fill("0")
    expect(rows(page).first).to_be_visible()
    expect(value).to_be_focused()
    assert page.evaluate("window.sameAsEver === true"), "the page was loaded anew"


def test_conditions_are_added_with_the_focus_on_them_and_a_rule_is_saved(page: Page) -> None:
    page.get_by_role("button", name="Condition", exact=True).click()
    added = page.locator(".rule-row").nth(1).locator(".rule-kind")
    expect(added).to_be_focused()
    added.select_option("larger")
    expect(page.locator("#v0-1")).to_have_value("10")
    page.locator("details.menu summary", has_text="Save rule").click()
    page.locator(".keep-rule input[name=name]").fill("Large ones")
    page.locator(".keep-rule input[name=name]").press("Enter")
    named = page.locator(".kept-rules a[aria-current=page]")
    expect(named).to_have_text("Large ones")
    page.locator("details.confirm summary", has_text="Forget rule").click()
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator(".kept-rules")).to_have_count(0)


def test_what_is_protected_leaves_the_list_and_the_next_row_has_the_focus(page: Page, demo: Demo) -> None:
    page.evaluate("window.sameAsEver = true")
    first, second = (rows(page).nth(place).get_attribute("id") for place in (0, 1))
    page.locator(f"#{first}").get_by_role("button", name="Protect").press("Enter")
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(page.locator(f"#{second}").get_by_role("button", name="Protect")).to_be_focused()
    assert page.evaluate("window.sameAsEver === true"), "the page was loaded anew"

    page.goto(f"{demo.url}/shows/{(first or '').rpartition('-')[2]}")
    shield = page.locator("#show-head .shield")
    expect(shield).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".season-acts .shielded").first).to_be_visible()
    shield.click()
    expect(shield).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".season-acts button.shield").first).to_have_attribute("aria-pressed", "false")
    assert demo.api("/protections") == []


def test_why_is_a_click_away(page: Page, demo: Demo) -> None:
    rows(page).first.locator("a.title").click()
    page.get_by_role("link", name="Could it go?").click()
    expect(page.locator("h1")).to_contain_text("go?")
    expect(page.locator(".judged .reasons-list li").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, demo: Demo, visitors: Visitors, width: int) -> None:
    phone = visitors.at_demo(demo, width=width, height=844, scheme="dark")
    show = (rows(page).first.get_attribute("id") or "").rpartition("-")[2]
    kept = demo.send("POST", "/protections", {"series_id": int(show), "reason": "We watch it again every winter"})
    for path in (EVERYTHING, "/candidates/protected", f"/candidates/why?series_id={show}", f"/shows/{show}"):
        phone.goto(f"{demo.url}{path}")
        phone.locator("h1").first.wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    demo.send("DELETE", f"/protections/{kept['id']}")
