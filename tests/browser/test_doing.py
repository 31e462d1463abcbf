"""People who do something: monitor, search, run tasks, test connections; pages follow without being loaded anew."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from demo_process import Demo, until
from playwright.sync_api import Locator, expect
from visitors import Unmoved, Visitors

pytestmark = pytest.mark.slow


@pytest.fixture
def trouble(demo: Demo) -> Iterator[Any]:
    """Have services misbehave; at the end all are well again."""
    made: list[str] = []

    def begin(kind: str, mode: str, **more: object) -> None:
        made.append(kind)
        demo.steer(kind, mode, **more)

    yield begin
    for kind in made:
        demo.steer(kind, "none")
    until(lambda: all(demo.connection(kind)["status"] == "ok" for kind in made), 60)


def test_an_episode_is_monitored_or_not_and_sonarr_knows(demo: Demo, visitors: Visitors) -> None:
    row = demo.episodes("Breaking Bad", 1)[2]
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/shows/{row['series_id']}?season=1")
    still, button = Unmoved(page), page.locator(f"#row-{row['id']} button.monitor")
    expect(button).to_have_attribute("aria-pressed", "true")
    for wanted in (False, True):
        button.click()
        expect(button).to_have_attribute("aria-pressed", str(wanted).lower())
        until(lambda: in_sonarr(demo, row) is wanted)  # noqa: B023  # asked at once
        until(lambda: demo.episode(row["id"])["monitored"] is wanted)  # noqa: B023
    still.check()


@pytest.mark.parametrize("where", ["show", "episode"])
def test_a_double_click_is_one_click(demo: Demo, visitors: Visitors, trouble: Any, where: str) -> None:
    row = demo.episodes("Breaking Bad", 2)[1]
    path, place = {
        "show": (f"/shows/{row['series_id']}?season=2", f"#row-{row['id']}"),
        "episode": (f"/episodes/{row['id']}", "#episode .titleline"),
    }[where]
    page = visitors.at_demo(demo)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(demo.url + path)
    button = page.locator(f"{place} button.monitor")
    expect(button).to_have_attribute("aria-pressed", "true")
    trouble("sonarr", "slow", only="/episode/monitor", times=1, seconds=1.0)  # what comes second would overtake it
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.dblclick()
    expect(button).to_have_attribute("aria-pressed", "false")
    until(lambda: not in_sonarr(demo, row) and not demo.episode(row["id"])["monitored"])
    assert len(posts) == 1
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    until(lambda: in_sonarr(demo, row) and demo.episode(row["id"])["monitored"])


def in_sonarr(demo: Demo, row: dict[str, Any]) -> bool:
    """Whether the simulated Sonarr itself monitors the episode."""
    return demo.of_sonarr(f"/episode/{row['sonarr_episode_id']}")["monitored"]


def test_a_season_and_a_show_are_monitored_or_not(demo: Demo, visitors: Visitors) -> None:
    show = demo.show("Mushishi")
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/shows/{show['id']}")
    still = Unmoved(page)

    def of_sonarr(season: int | None) -> bool:
        told = demo.of_sonarr(f"/series/{show['sonarr_id']}")
        if season is None:
            return told["monitored"]
        return next(one["monitored"] for one in told["seasons"] if one["seasonNumber"] == season)

    for place, season in (("#show-head .titleline", None), ("#season-acts-1", 1)):
        for _ in range(2):
            button = page.locator(f"{place} button.monitor")
            before = button.get_attribute("aria-pressed")
            button.click()
            wanted = "false" if before == "true" else "true"
            expect(button).to_have_attribute("aria-pressed", wanted)
            until(lambda: str(of_sonarr(season)).lower() == wanted)  # noqa: B023
    still.check()


def test_search_now_says_so_and_the_episode_moves(demo: Demo, visitors: Visitors) -> None:
    row = until(lambda: missing_one(demo))
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/episodes/{row['id']}")
    still, standing = Unmoved(page), page.locator("section.standing")
    expect(standing.locator("h2")).to_have_text("Missing")
    standing.get_by_role("button", name="Search now").click()
    expect(page.locator("#toasts .toast")).to_have_text("Sonarr searches for it.")
    moved = re.compile("Grabbed|Queued|Downloading|Downloaded|Importing|Imported|Available")
    expect(standing.locator("h2")).to_have_text(moved, timeout=30_000)
    expect(page.locator("table.timeline")).to_contain_text("Grabbed", timeout=30_000)
    still.check()


def missing_one(demo: Demo) -> dict[str, Any] | None:
    """A missing episode of a show that the demo's own stories leave alone for now."""
    for show in demo.api("/library?show=missing")["items"]:
        if show["title"] in {"The Bear", "Squid Game", "Horimiya", "Link Click"}:
            continue
        for season in demo.api(f"/library/{show['id']}/seasons")["items"]:
            if not season["missing_count"]:
                continue
            rows = demo.api(f"/library/{show['id']}/seasons/{season['number']}/episodes")["items"]
            if found := next((row for row in rows if row["state"] == "missing"), None):
                return found
    return None


def test_a_search_that_sonarr_does_not_hear_is_told(demo: Demo, visitors: Visitors, trouble: Any) -> None:
    visitors.expected = {"502"}
    row = demo.episodes("Breaking Bad", 3)[0]
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/shows/{row['series_id']}?season=3")
    trouble("sonarr", "error", only="/command")
    page.locator(f"#row-{row['id']} button[data-post]").click()
    toast = page.locator("#toasts .toast.failed")
    expect(toast).to_contain_text("Sonarr")
    expect(toast.locator("small")).not_to_be_empty()


def test_a_task_runs_now_and_says_how_it_went(demo: Demo, visitors: Visitors, trouble: Any) -> None:
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/system/tasks")
    still, task = Unmoved(page), page.locator("#task-sweep-episodes")
    run_now = task.get_by_role("button", name="Run now")
    expect(run_now).to_be_visible()
    last = max([job["id"] for job in demo.api("/jobs?task=sweep-episodes")["items"]], default=0)
    trouble("sonarr", "slow", only=r"/api/v3/episode\?", seconds=0.5)
    run_now.dblclick()
    expect(task.locator(".running .meter")).to_be_visible()
    expect(task.get_by_role("button", name="Cancel")).to_be_visible()
    demo.steer("sonarr", "none")
    expect(run_now).to_be_visible(timeout=30_000)
    expect(task.locator(".outcome")).to_have_text("ok")
    new = [job for job in demo.api("/jobs?task=sweep-episodes")["items"] if job["id"] > last]
    assert [(job["trigger"], job["status"]) for job in new] == [("person", "ok")], "one run for a double click"
    run = page.locator(f"#run-{new[0]['id']}")
    expect(run).to_contain_text("person")
    expect(run.locator(".report")).to_contain_text(re.compile(r"\d"))
    still.check()


def test_a_service_that_goes_and_comes_back_is_seen(demo: Demo, visitors: Visitors, trouble: Any) -> None:
    jellyfin = demo.connection("jellyfin")
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/settings/connections")
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{demo.url}/calendar")
    still = [Unmoved(page), Unmoved(elsewhere)]
    card = page.locator(f"#connection-{jellyfin['id']}")
    result, test = card.locator(".result"), card.get_by_role("button", name="Test")
    test.click()
    expect(result).to_contain_text("It works. Jellyfin")

    trouble("jellyfin", "refuse")
    test.click()
    expect(result).to_contain_text("Offline")
    expect(card.locator(".connection-status")).to_contain_text("Offline since", timeout=40_000)
    expect(card.locator(".problem .fix")).to_contain_text("host and port")
    for place in (page, elsewhere):
        expect(place.locator("#notices")).to_contain_text("Jellyfin is offline")

    demo.steer("jellyfin", "none")
    until(lambda: press_test(test, result, "It works."))
    expect(card.locator(".connection-status")).to_contain_text("Fine since")
    expect(card.locator(".problem")).to_have_count(0)
    for place in (page, elsewhere):
        expect(place.locator("#notices .notice")).to_have_count(0)
    for one in still:
        one.check()


def press_test(button: Locator, result: Locator, words: str) -> bool:
    """Press Test; whether its result holds the words."""
    with button.page.expect_response(lambda answer: answer.url.endswith("/test")):
        button.click()
    return words in result.inner_text()
