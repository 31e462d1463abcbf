"""Whatever overtakes what on its way to a page: what was known last is what stays."""

import json
from typing import Any

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, Route, expect
from visitors import Visitors

pytestmark = pytest.mark.slow

STREAM_IN_HAND = """() => {
  window.EventSource = class extends EventTarget {
    constructor() { super(); window.stream = this; this.readyState = 1; }
    close() {}
  };
}"""
TELL = """([name, data]) => window.stream.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))"""
LATER = 3_600_000.0
"""Milliseconds: an hour behind anything that the page itself was drawn as of."""


@pytest.fixture
def page(demo: Demo, visitors: Visitors) -> Page:
    opened = visitors.at_demo(demo)
    opened.add_init_script(f"({STREAM_IN_HAND})()")
    opened.goto(f"{demo.url}/shows/{demo.show('Horimiya')['id']}")
    opened.wait_for_function("() => window.stream")
    return opened


def told(page: Page, episode: int, state: str, at: float) -> None:
    one: dict[str, Any] = {"id": episode, "series_id": 0, "season_number": 1, "state": state, "because": "of a test"}
    one |= {"waiting_for": None, "since": None, "at": at}
    page.evaluate(TELL, ["episodes", {"episodes": [one]}])


def states(page: Page, episode: int) -> set[str]:
    shown = page.locator(f'#dna .cell[data-episode="{episode}"], #row-{episode}')
    assert shown.count() == 2
    return {name[2:] for one in shown.all() for name in one.get_attribute("class").split() if name.startswith("s-")}


def an_episode(page: Page) -> int:
    return int(page.locator("tr.episode").first.get_attribute("data-episode"))


def test_an_event_that_is_overtaken_by_a_later_one_says_nothing(page: Page) -> None:
    episode, now = an_episode(page), page.evaluate("Date.now()") + LATER
    told(page, episode, "importing", now + 10)
    told(page, episode, "downloaded", now + 5)
    assert states(page, episode) == {"importing"}
    told(page, episode, "grabbed", now + 10.5)
    assert states(page, episode) == {"grabbed"}


def test_what_the_tip_says_moves_on_with_what_it_is_over(page: Page) -> None:
    cell = page.locator("#dna a.cell").first
    cell.focus()
    expect(page.locator("#tip")).to_have_text(cell.get_attribute("aria-label"))
    cell.evaluate("(one) => one.setAttribute('aria-label', 'S01E01: Watched by a test')")
    expect(page.locator("#tip")).to_have_text("S01E01: Watched by a test")
    cell.blur()
    expect(page.locator("#tip")).to_be_hidden()


def test_an_answer_from_before_an_event_is_not_drawn_over_it(page: Page) -> None:
    episode, now = an_episode(page), page.evaluate("Date.now()") + LATER
    with page.expect_response("**/rows?ids=*") as answered:
        told(page, episode, "imported", now)
    answered.value.finished()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert states(page, episode) == {"imported"}
    told(page, episode, "available", now + 1)
    assert states(page, episode) == {"available"}


def test_an_answer_that_is_overtaken_by_a_later_one_is_not_drawn(page: Page) -> None:
    episode, held = an_episode(page), []

    def rows(route: Route) -> None:
        drawn = route.fetch()
        state = "failed" if not held else "stalled"
        text = drawn.text().replace(
            f'class="episode s-{drawn_state(drawn.text(), episode)}"', f'class="episode s-{state}"'
        )
        held.append((route, drawn, text))
        if len(held) == 2:  # the later question is answered first
            route.fulfill(response=drawn, body=text)

    page.route("**/rows?ids=*", rows)
    now = page.evaluate("Date.now()") - LATER  # nothing of these events is drawn: they only have the row asked for
    told(page, episode, "missing", now)
    wait_for(page, held, 1)
    told(page, episode, "missing", now)
    wait_for(page, held, 2)
    page.wait_for_function(f"() => document.getElementById('row-{episode}').classList.contains('s-stalled')")
    first, drawn, text = held[0]
    with page.expect_response("**/rows?ids=*") as answered:
        first.fulfill(response=drawn, body=text)
    answered.value.finished()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.locator(f"#row-{episode}.s-stalled").count() == 1


def test_what_was_asked_for_before_a_filter_was_chosen_is_not_drawn_over_it(demo: Demo, visitors: Visitors) -> None:
    page, held = visitors.at_demo(demo), []
    page.add_init_script(f"({STREAM_IN_HAND})()")
    page.goto(f"{demo.url}/watching")
    rows = page.locator("#plays-part li.play a.title")
    page.wait_for_function("() => window.stream && document.querySelector('#plays-part li.play')")
    page.route("**/watching", lambda route: held.append((route, route.fetch())))
    page.evaluate(TELL, ["jobs", {"id": 1, "task": "sync-plays", "status": "done", "progress": 1, "message": ""}])
    wait_for(page, held, 1)
    page.fill("#plays-search", "breaking")
    expect(rows.filter(has_not_text="Breaking Bad")).to_have_count(0)
    (late, drawn) = held[0]
    with page.expect_response("**/watching") as answered:
        late.fulfill(response=drawn)
    answered.value.finished()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(rows.filter(has_not_text="Breaking Bad")).to_have_count(0)
    expect(rows.first).to_contain_text("Breaking Bad")


def test_what_happens_before_the_stream_is_there_is_seen_all_the_same(demo: Demo, visitors: Visitors) -> None:
    page, held = visitors.at_demo(demo), []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/events*", hold)
    page.goto(f"{demo.url}/settings/connections")
    wait_for(page, held, 1)
    settings = {"url": "http://127.0.0.1:9", "api_key": "x"}
    added = demo.send("POST", "/connections", {"kind": "sonarr", "name": "Unplugged", "settings": settings})["id"]
    until(lambda: demo.api(f"/connections/{added}")["status"] == "offline")
    expect(page.locator("#connections")).not_to_contain_text("Unplugged")
    held[0].continue_()
    expect(page.locator("#connections")).to_contain_text("Unplugged")
    demo.send("DELETE", f"/connections/{added}")


def drawn_state(text: str, episode: int) -> str:
    return text.split(f'id="row-{episode}"', maxsplit=1)[0].rpartition('class="episode s-')[2].partition('"')[0]


def wait_for(page: Page, held: list[Any], count: int) -> None:
    """Routes are heard of while the page is asked for something."""
    for _ in range(200):
        if len(held) >= count:
            return
        page.evaluate("() => new Promise((later) => setTimeout(later, 50))")
    raise AssertionError(json.dumps([len(held), count]))
