"""Deleting, in a real browser: selected with the keyboard and the mouse, read, confirmed, seen to its end."""

import json
import re

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Visitors

pytestmark = pytest.mark.slow


def complete_season(demo: Demo) -> tuple[int, int]:
    """A show and a season of which at least six episodes have a file."""

    def found() -> tuple[int, int] | None:
        for show in demo.api("/library?limit=200&sort=size")["items"]:
            for season in demo.api(f"/library/{show['id']}/seasons")["items"]:
                if show["synced_at"] and season["number"] and season["episode_file_count"] >= 6:
                    return show["id"], season["number"]
        return None

    return until(found, 60)


@pytest.fixture
def page(demo: Demo, visitors: Visitors) -> Page:
    """The page of such a show, with that season open."""
    show, season = complete_season(demo)
    made = visitors.at_demo(demo)
    made.goto(f"{demo.url}/shows/{show}?season={season}")
    expect(boxes(made).first).to_be_visible()
    return made


def boxes(page: Page):
    return page.locator("details[open] input[data-pick]")


def selected(page: Page, number: int) -> None:
    words = f"{number:,} episode{'' if number == 1 else 's'} selected"
    expect(page.locator("[data-selected]")).to_have_text(words)


def test_a_range_by_mouse_and_by_keyboard(page: Page) -> None:
    bar = page.locator("form.selection")
    expect(bar).to_be_hidden()
    boxes(page).nth(0).click()
    selected(page, 1)
    boxes(page).nth(2).click(modifiers=["Shift"])
    selected(page, 3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    selected(page, 5)
    page.keyboard.press("Shift+ArrowDown")
    selected(page, 6)
    page.keyboard.press("Space")
    selected(page, 5)
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    expect(page.locator("input[data-pick]:checked")).to_have_count(0)


def test_what_is_selected_outlives_rows_that_are_drawn_anew(page: Page) -> None:
    chosen = [boxes(page).nth(place).get_attribute("data-pick") for place in (0, 3)]
    known = {"id": int(chosen[0] or 0), "series_id": 0, "season_number": 0, "waiting_for": None, "since": None}
    settled = {"episodes": [known | {"state": "available", "because": "it can be played"}]}
    told = f"retry: 200\nevent: hello\ndata: {{}}\n\nevent: episodes\ndata: {json.dumps(settled)}\n\n"
    page.route("**/api/v1/events*", lambda route: route.fulfill(body=told, content_type="text/event-stream"))
    with page.expect_response(re.compile(r"/rows\?ids=")):
        page.reload()
        for one in chosen:
            page.locator(f"[data-pick='{one}']").check()
    for _ in range(3):
        with page.expect_response(re.compile(r"/rows\?ids=")):
            selected(page, 2)
    expect(page.locator("input[data-pick]:checked")).to_have_count(2)
    page.locator(f"[data-pick='{chosen[0]}']").focus()
    with page.expect_response(re.compile(r"/rows\?ids=")):
        page.keyboard.press("Space")
    selected(page, 1)
    expect(page.locator(f"[data-pick='{chosen[0]}']")).to_be_focused()
    page.unroute_all(behavior="ignoreErrors")


def test_all_of_a_season_and_of_the_show(page: Page) -> None:
    files = int(page.locator("section.season:has(details[open])").first.get_attribute("data-files") or 0)
    page.locator("details[open] input[data-pick-all]").first.check()
    selected(page, files)
    whole = sum(int(one.get_attribute("data-files") or 0) for one in page.locator("section.season").all())
    page.get_by_label("Select all", exact=True).check()
    selected(page, whole)
    page.get_by_label("Select all", exact=True).uncheck()
    expect(page.locator("form.selection")).to_be_hidden()


def test_read_confirmed_and_verified_to_its_end(page: Page, demo: Demo) -> None:
    ids = [boxes(page).nth(place).get_attribute("data-pick") for place in (0, 1)]
    for place in (0, 1):
        boxes(page).nth(place).check()
    page.locator("form.selection .danger").click()
    expect(page.locator("h1")).to_contain_text("Delete ")
    expect(page.locator(".totals")).to_contain_text("2 episodes")
    for file in demo.api(f"/deletion/plans/{page.url.rpartition('/')[2]}")["plan"]["files"]:
        page.locator("details.goes").first.evaluate("one => one.open = true")
        expect(page.locator(".plan-files").first).to_contain_text(file["path"])
    page.get_by_role("button", name="Delete 2 episodes").dblclick()
    expect(page.locator(".progress .fate-word")).to_have_text("Done", timeout=60_000)
    expect(page.locator("h1")).to_contain_text("Deleted: ")
    expect(page.locator(".plan-files > li.x-verified")).to_have_count(2)
    for episode in ids:
        until(lambda episode=episode: not demo.episode(int(episode or 0))["has_file"])
    page.goto(f"{demo.url}/deletion/log?deed=delete_file")
    expect(page.locator("tr[id^='log-']")).to_have_count(2)
    page.goto(f"{demo.url}/episodes/{ids[0]}")
    expect(page.locator("#deletion-lines")).to_contain_text("Delete the file")


def test_paused_it_cannot_be_confirmed(page: Page, demo: Demo) -> None:
    boxes(page).nth(0).check()
    page.locator("form.selection .danger").click()
    expect(page.locator("#confirm")).to_be_visible()
    plan = page.url
    page.goto(f"{demo.url}/deletion/limits")
    page.locator("form.brake input[name=reason]").fill("moving disks")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".notice.paused")).to_contain_text("moving disks")
    page.goto(plan)
    expect(page.locator("#confirm")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#confirm")).to_be_visible()
    page.get_by_role("button", name="Do not delete").click()
    expect(page.locator("h1")).to_contain_text("Stopped: ")


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_is_wider_than_the_screen(demo: Demo, visitors: Visitors, width: int) -> None:
    phone = visitors.at_demo(demo, width=width, height=844, scheme="dark")
    show, season = complete_season(demo)
    plan = demo.send("POST", "/deletion/plans", {"targets": [{"series_id": show, "season_number": season}]})
    pages = ("/deletion/plans", f"/deletion/plans/{plan['id']}", "/deletion/log", "/deletion/limits")
    for path in (*pages, f"/shows/{show}?season={season}"):
        phone.goto(f"{demo.url}{path}")
        phone.locator("h1").first.wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    boxes(phone).first.check()
    bar = phone.locator("form.selection")
    expect(bar).to_be_visible()
    nav = phone.locator("nav.main-nav").bounding_box()
    held = bar.bounding_box()
    assert nav
    assert held
    assert held["y"] + held["height"] <= nav["y"], "the bar stands above the navigation"
    assert held["x"] >= 0
    assert held["x"] + held["width"] <= width
