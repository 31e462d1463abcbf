"""Somebody's own history, in a real browser: a file is dropped, read, imported, reviewed, and taken back."""

import re
from pathlib import Path

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Visitors

import episodarr.demo

pytestmark = pytest.mark.slow

SAMPLES = Path(episodarr.demo.__file__).parent / "histories"
DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type: "text/csv" }));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def page(demo: Demo, visitors: Visitors) -> Page:
    """The page of histories, once the library was read."""
    until(lambda: demo.show("Severance"), 60)
    made = visitors.at_demo(demo)
    made.goto(f"{demo.url}/histories")
    return made


def report(page: Page) -> None:
    """Start what is shown, and wait for its report."""
    page.get_by_role("button", name=re.compile("^Import [0-9]")).click()
    expect(page.locator(".progress .fate-word")).to_have_text("Imported", timeout=60_000)


def test_a_dropped_file_becomes_a_history(page: Page) -> None:
    """R-T1, R-T6, R-T8."""
    page.evaluate(DROP, ["netflix.csv", (SAMPLES / "netflix.csv").read_text()])
    expect(page.get_by_role("heading", name="netflix.csv")).to_be_visible()
    expect(page.locator(".understood")).to_contain_text("month/day/year")
    expect(page.locator(".sample tbody tr")).to_have_count(20)
    report(page)
    expect(page.locator(".came")).to_contain_text("Episodes")
    expect(page.locator(".came")).to_contain_text("Films")
    page.get_by_role("link", name=re.compile("^Review")).first.click()
    groups = page.locator(".review-group")
    expect(groups.first).to_be_visible()
    before, name = groups.count(), groups.first.locator("h2").inner_text()
    groups.first.focus()
    page.keyboard.press("l")
    expect(page.locator(".settled").first).to_contain_text(name)
    expect(groups).to_have_count(before - 1)
    if before > 1:
        expect(groups.first).to_be_focused()
    page.goto(page.url)
    expect(page.locator(".review-group h2", has_text=name)).to_have_count(0)


def test_a_file_of_the_demo_is_tried_and_an_episode_chosen_by_hand(page: Page, visitors: Visitors, demo: Demo) -> None:
    """R-T6: two clicks to a report, and without the script as well."""
    page.get_by_role("button", name="Try netflix.csv").click()
    report(page)
    imported = page.url
    plain = visitors.at_demo(demo, java_script_enabled=False)
    plain.goto(f"{demo.url}/histories/review")
    house = plain.locator(".review-group", has=plain.get_by_role("heading", name="House", exact=True))
    house.get_by_role("link", name="Episode by episode").click()
    choice = plain.get_by_label("House: Season 1: Everybody Lies Twice")
    choice.select_option("s1e2")
    plain.get_by_role("button", name="Save what is chosen").click()
    expect(plain.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    expect(house).to_have_count(0)
    plain.goto(f"{demo.url}/histories/mappings")
    expect(plain.locator(".mappings tr", has_text="Everybody Lies Twice")).to_contain_text("S01E02")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/histories/films", "/histories/review/titles?name=quiet+rivers", "/histories/mappings"):
        page.goto(f"{demo.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(imported)  # the other tests find the demo as it was
    page.get_by_text("Undo…").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".progress .fate-word")).to_have_text("Taken back")


def test_a_table_of_no_known_kind_is_named_by_hand(page: Page, demo: Demo) -> None:
    """R-T1, R-T8."""
    page.set_input_files("#upload-file", SAMPLES / "watch-log.csv")
    expect(page.locator("select[name='c.show']")).to_have_value("Show")
    page.get_by_role("button", name="Show its rows").click()
    expect(page.locator(".sample")).to_contain_text("Mushishi")
    report(page)
    page.goto(f"{demo.url}/shows/{demo.show('Severance')['id']}")
    expect(page.locator(".mine-line")).to_contain_text(re.compile("6/[0-9]+ episodes seen by you"))
    page.goto(f"{demo.url}/watching")
    expect(page.locator(".go-on")).to_contain_text("Severance")
    page.goto(f"{demo.url}/histories")
    row = page.locator(".imports tr", has_text="watch-log.csv")
    row.get_by_text("Undo…").click()
    row.get_by_role("button", name="Take it back").click()
    expect(page.locator(".progress .fate-word")).to_have_text("Taken back")


def test_a_wrong_file_is_told_at_the_field(page: Page, visitors: Visitors) -> None:
    visitors.expected.add("422")
    page.set_input_files(
        "#upload-file", {"name": "poster.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    expect(page.locator("#upload-problem")).to_be_visible()
    expect(page.locator("#upload-file")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (320, "dark")])
def test_nothing_sticks_out_on_a_phone(demo: Demo, visitors: Visitors, width: int, scheme: str) -> None:
    page = visitors.at_demo(demo, width=width, height=844, scheme=scheme)
    page.goto(f"{demo.url}/histories")
    page.set_input_files("#upload-file", SAMPLES / "netflix-de.csv")
    page.wait_for_selector("#import")
    paths = [page.url, f"{demo.url}/histories", f"{demo.url}/histories/review", f"{demo.url}/histories/mappings"]
    paths += page.eval_on_selector_all(".imports a.title", "links => links.map(one => one.href)")
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(paths[0])
    page.get_by_role("button", name="Discard").click()
