"""The demo's two stories, watched from their beginning on pages that are never loaded anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Unmoved, Visitors, sign_in

pytestmark = pytest.mark.slow

WATCH = """() => {
  const seen = (window.seen = { cell: {}, row: {} });
  const note = (list, value) => { if (value && list.at(-1) !== value) list.push(value); };
  const look = () => {
    for (const place of document.querySelectorAll("#dna .cell, tr.episode")) {
      const cell = place.classList.contains("cell");
      const one = (seen[cell ? "cell" : "row"][place.dataset.episode] ??= { states: [], percents: [], fills: [] });
      note(one.states, [...place.classList].find((name) => name.startsWith("s-"))?.slice(2));
      if (!["downloading", "queued", "stalled"].includes(one.states.at(-1))) continue;
      note(one.percents, place.querySelector(cell ? "b" : ".pct")?.textContent.replace(" %", ""));
      const bar = place.querySelector(cell ? "i" : ".meter i");
      note(one.fills, bar && getComputedStyle(bar).getPropertyValue("--p"));
    }
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  look();
}"""
ALL_THERE = """(ids) => ids.every((id) =>
  document.querySelector(`#dna .cell[data-episode="${id}"]`)?.classList.contains("s-available") &&
  document.getElementById(`row-${id}`)?.classList.contains("s-available"))"""
# The lane on the page and the same lane of the API: the number of moving segments when all agree within two points.
SEGMENTS_AGREE = """async ([title, below]) => {
  const lane = [...document.querySelectorAll(".lane")].find((one) => one.textContent.includes(title));
  if (!lane) return null;
  const answer = await fetch(`/api/v1/downloads/${encodeURIComponent(lane.dataset.transfer)}`);
  if (!answer.ok) return null;
  const told = await answer.json();
  const shown = Object.fromEntries([...lane.querySelectorAll("[data-file]")].map((segment) => [
    segment.dataset.file, parseFloat(getComputedStyle(segment.querySelector("i")).getPropertyValue("--p")),
  ]));
  const files = told.files.filter((file) => file.episodes.length);
  const agree = files.every((file) => Math.abs(shown[file.index] - file.progress * 100) <= 2);
  const moving = files.filter((file) => file.progress > 0 && file.progress < 1).map((file) => shown[file.index]);
  const whole = parseFloat(lane.querySelector('[data-part="percent"]').textContent);
  if (files.length !== 13 || !agree || whole <= below || new Set(moving).size < 2) return null;
  return { whole, shown, others: told.files.length - files.length };
}"""
LIFE = (
    "unaired",
    "missing",
    "requested",
    "grabbed",
    "queued",
    "downloading",
    "downloaded",
    "importing",
    "imported",
    "available",
)


@pytest.fixture
def beginning(browser: object) -> Iterator[Demo]:
    """A demo whose stories begin now."""
    running = Demo(speed=1.5)
    yield running
    running.stop()


def test_a_pack_and_six_singles_arrive_before_our_eyes(beginning: Demo, visitors: Visitors) -> None:
    url = beginning.url
    pack = visitors.window()
    sign_in(pack, url)
    pack.goto(f"{url}/shows/{beginning.show('Horimiya')['id']}")
    pack.evaluate(WATCH)
    singles = pack.context.new_page()
    singles.goto(f"{url}/shows/{beginning.show('Link Click')['id']}?season=3")
    singles.evaluate(WATCH)
    lanes = pack.context.new_page()
    lanes.goto(f"{url}/downloads")
    still = [Unmoved(page) for page in (pack, singles, lanes)]
    of_pack, of_singles = beginning.episodes("Horimiya", 1), beginning.episodes("Link Click", 3)
    assert (len(of_pack), len(of_singles)) == (13, 6)

    each_segment_fills_by_itself(lanes)
    for page, episodes in ((pack, of_pack), (singles, of_singles)):
        ids = [episode["id"] for episode in episodes]
        page.wait_for_function(ALL_THERE, arg=ids, timeout=90_000)
        everything_moved(page.evaluate("window.seen"), [str(one) for one in ids])
    expect(pack.locator("#show-head")).to_contain_text("13 of 13 available")
    expect(pack.locator("#season-head-1")).to_contain_text("13 of 13 available")
    expect(pack.locator("#dna .dna-sum").first).to_have_text("13/13")
    expect(singles.locator("#season-head-3")).to_contain_text("6 of 6 available")
    for page in (pack, singles):
        expect(page.locator("#arriving")).to_be_hidden()
    expect(lanes.locator(".lane", has_text="Horimiya")).to_have_count(0)
    for one in still:
        one.check()

    assert beginning.show("Horimiya")["available_count"] == 13
    assert {row["state"] for row in beginning.episodes("Link Click", 3)} == {"available"}


def each_segment_fills_by_itself(lanes: Page) -> None:
    """At three moments each of the 13 segments is as full as the API says, and they differ from each other."""
    below = -1.0
    for _ in range(3):
        found = until(lambda floor=below: lanes.evaluate(SEGMENTS_AGREE, ["Horimiya", floor]))
        assert len(found["shown"]) == 13
        assert found["others"] == 3, "an extra, a sample and a note have no episode"
        below = found["whole"] + 5


def everything_moved(seen: dict[str, Any], episodes: list[str]) -> None:
    """Cells and rows went through the states in their order, and their bars moved."""
    for place in ("cell", "row"):
        lives = [seen[place][one] for one in episodes]
        assert max(len(set(one["percents"])) for one in lives) >= 3, "the numbers move"
        assert max(len(set(one["fills"])) for one in lives) >= 3, "the bars move"
        assert sum(len(one["states"]) > 1 for one in lives) == len(episodes)
        for one in lives:
            numbers = [float(value) for value in one["percents"]]
            assert numbers == sorted(numbers), "a bar never goes back"
            ranks = [LIFE.index(state) for state in one["states"]]
            assert ranks == sorted(ranks), one["states"]
        passed = {state for one in lives for state in one["states"]}
        assert {"downloading", "downloaded", "available"} <= passed
        assert passed & {"importing", "imported"}
