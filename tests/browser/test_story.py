"""The two stories in the browser, without a reload (R-D11, R-D13)."""

import json
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

WATCH = """() => {
  window.neverReloaded = true;
  window.seen = {};
  const look = () => {
    for (const row of document.querySelectorAll("tr.episode")) {
      const states = (window.seen[row.dataset.episode] ??= { states: [], percents: [] });
      const state = [...row.classList].find((name) => name.startsWith("s-"));
      if (state && states.states.at(-1) !== state) states.states.push(state);
      const percent = row.querySelector(".pct")?.textContent?.trim();
      if (percent && states.percents.at(-1) !== percent) states.percents.push(percent);
    }
  };
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(document.body, all);
  look();
}"""
ALL_THERE = """(wanted) => [...document.querySelectorAll("#dna .cell.s-available")].length >= wanted"""


def api(url: str, path: str) -> dict:
    asked = urllib.request.Request(f"{url}/api/v1{path}", headers={"X-Api-Key": "k" * 32})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def show_of(url: str, title: str) -> dict:
    while not (found := api(url, f"/library?search={title}")["items"]):
        pass
    return found[0]


def test_a_pack_and_six_singles_move_and_become_available(fresh_demo, visit: Callable[..., Page]) -> None:
    url = fresh_demo.url
    pack = fresh_demo.signed_in(visit())
    pack.goto(f"{url}/shows/{show_of(url, 'Horimiya')['id']}")
    pack.evaluate(WATCH)
    singles = pack.context.new_page()
    singles.goto(f"{url}/shows/{show_of(url, 'Link')['id']}")
    singles.evaluate(WATCH)
    lanes = pack.context.new_page()
    lanes.goto(f"{url}/downloads")
    lanes.wait_for_function("""() => [...document.querySelectorAll("[data-file]")].length >= 13""")
    check_segments(lanes, url)
    for page, wanted in ((pack, 13), (singles, 29)):
        page.wait_for_function(ALL_THERE, arg=wanted, timeout=90_000)
        assert page.evaluate("window.neverReloaded"), "nobody had to reload"
    seen = pack.evaluate("window.seen").values()
    arrived = [one for one in seen if "s-available" in one["states"]]
    assert len(arrived) >= 13
    assert max(len(one["percents"]) for one in arrived) >= 3, "bars move"
    states = {state for one in arrived for state in one["states"]}
    assert {"s-downloading", "s-downloaded", "s-available"} <= states
    expect(pack.locator("#show-head")).to_contain_text("13 of 13 available")
    assert api(url, "/library?search=Horimiya")["items"][0]["available_count"] == 13


def check_segments(page: Page, url: str) -> None:
    """Each file of the pack fills separately, as the API says it."""
    page.wait_for_function(
        """() => {
          const pack = [...document.querySelectorAll(".split")].find((one) => one.children.length >= 13);
          const bars = [...pack.querySelectorAll("[data-file] > i")];
          const fills = bars.map((one) => getComputedStyle(one).getPropertyValue("--p"));
          return new Set(fills).size >= 3;
        }""",
        timeout=40_000,
    )
    lane = next(one for one in api(url, "/downloads?active=true")["items"] if one["series_title"] == "Horimiya")
    progress = {file["index"]: file["progress"] for file in lane["files"] if file["episodes"]}
    assert len(progress) == 13
    assert len({round(value, 2) for value in progress.values()}) >= 2
