"""People who look: every page at every width, why an episode is where it is, keyboard, colours, viewers."""

import re

import pytest
from demo_process import Demo, until
from playwright.sync_api import Page, expect
from visitors import Visitors, sign_in

pytestmark = pytest.mark.slow

DARKNESS = """() => {
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (red + green + blue) / 3;
}"""
CHANGING = "form[method=post]:not([action$='/sign-out']):not([action$='/system/account']), [data-post], [data-monitor]"
POST = """async (path) => (await fetch(path, {
  method: "POST",
  headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content, "X-Part": "1" },
  body: new URLSearchParams({ monitored: "0" }),
})).status"""


def pages_of(demo: Demo) -> list[str]:
    """Every kind of page."""
    horimiya, blocked = demo.show("Horimiya"), demo.episodes("Squid Game", 2)[0]
    sonarr = demo.connection("sonarr")["id"]
    return [
        "/",
        "/?show=missing&sort=title&q=e",
        "/?q=nothing-is-called-so",
        f"/shows/{horimiya['id']}",
        f"/shows/{demo.show('One Piece')['id']}",
        f"/shows/{demo.show('The Daily Show')['id']}",
        f"/episodes/{demo.episodes('Horimiya', 1)[4]['id']}",
        f"/episodes/{blocked['id']}",
        "/movies",
        f"/movies/{demo.api('/movies?search=parasite')['items'][0]['id']}",
        "/downloads",
        "/downloads?show=all",
        "/calendar",
        "/calendar?all=1",
        "/settings/connections",
        f"/settings/connections/{sonarr}",
        "/settings/connections/new",
        "/settings/connections/new?kind=qbittorrent",
        "/wizard",
        "/system/tasks",
        "/system/tasks/sync-series",
        "/system/users",
        "/system/account",
        "/api/docs",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_no_page_overflows_or_complains(demo: Demo, visitors: Visitors, width: int, scheme: str) -> None:
    page = visitors.at_demo(demo, width=width, height=844, scheme=scheme)
    for path in pages_of(demo):
        answer = page.goto(demo.url + path)
        assert answer.status == 200, path
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if path != "/api/docs":  # its colours are the documentation's own
            assert (page.evaluate(DARKNESS) < 80) == (scheme == "dark"), path


def test_the_theme_is_remembered(demo: Demo, visitors: Visitors) -> None:
    page = visitors.at_demo(demo, width=390, height=844, scheme="light")
    page.goto(demo.url)
    theme, toggle = page.locator("html"), page.locator("[data-theme-toggle]")
    expect(theme).to_have_attribute("data-theme", "auto")
    for wanted, dark in (("dark", True), ("light", False)):
        toggle.click()
        expect(theme).to_have_attribute("data-theme", wanted)
        page.reload()
        expect(theme).to_have_attribute("data-theme", wanted)
        assert (page.evaluate(DARKNESS) < 80) == dark


def test_the_episode_page_tells_why(demo: Demo, visitors: Visitors) -> None:
    stalled = until(lambda: next((row for row in demo.episodes("The Bear", 4) if row["state"] == "stalled"), None))
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/episodes/{stalled['id']}")
    standing = page.locator("section.standing")
    told = demo.episode(stalled["id"])
    expect(standing.locator("h2")).to_have_text("Stalled")
    reasons = standing.locator("dl.reasons")
    expect(reasons).to_contain_text(f"Because{told['because']}")
    assert told["waiting_for"]
    expect(reasons).to_contain_text(f"Waiting for{told['waiting_for']}")
    expect(standing.locator(".pct")).to_have_text("61 %")
    picture = page.locator("svg.life.across")
    expect(picture).to_be_visible()
    assert "grabbed" in picture.get_attribute("aria-label")
    expect(picture.locator("text.waits")).to_contain_text("waiting for")
    lines = page.locator("table.timeline tr")
    expect(lines.filter(has_text="Stalled").filter(has_text="qBittorrent")).not_to_have_count(0)
    expect(lines.filter(has_text="Grabbed").filter(has_text="Sonarr")).not_to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("svg.life.down")).to_be_visible()
    expect(picture).to_be_hidden()


def test_a_blocked_import_shows_sonarrs_own_words(demo: Demo, visitors: Visitors) -> None:
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/shows/{demo.show('Squid Game')['id']}?season=2")
    blocked = page.locator("#rows-2 tr.episode.s-import_blocked")
    expect(blocked).to_have_count(len(demo.episodes("Squid Game", 2)))
    said = ask_sonarr_why(demo)
    expect(blocked.first.locator(".why")).to_contain_text(said)
    blocked.first.locator("a.title").click()
    expect(page.locator("section.standing h2")).to_have_text("Import blocked")
    expect(page.locator("dl.reasons")).to_contain_text(said)
    expect(page.locator("table.timeline")).to_contain_text(said)


def ask_sonarr_why(demo: Demo) -> str:
    """What the simulated Sonarr's queue gives as the reason."""
    records = demo.of_sonarr("/queue?pageSize=200&includeEpisode=true")["records"]
    blocked = [one for one in records if one.get("trackedDownloadState") == "importBlocked"]
    return blocked[0]["statusMessages"][0]["messages"][0]


def test_everything_is_reached_by_keyboard(demo: Demo, visitors: Visitors) -> None:
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/shows/{demo.show('Breaking Bad')['id']}")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    first, second = page.locator("#dna .dna-cells").nth(0).locator("a.cell"), page.locator("#dna .dna-cells").nth(1)
    assert page.locator("#dna a.cell[tabindex='0']").count() == 1, "one stop for Tab"
    first.first.focus()
    for key, wanted in (
        ("ArrowRight", first.nth(1)),
        ("ArrowDown", second.locator("a.cell").nth(1)),
        ("ArrowUp", first.nth(1)),
        ("ArrowLeft", first.first),
        ("End", first.last),
        ("Home", first.first),
    ):
        page.keyboard.press(key)
        expect(wanted).to_be_focused()
    page.wait_for_function("tip.textContent === document.querySelector('#dna a.cell').getAttribute('aria-label')")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/episodes/\d+$"))


def test_a_show_is_jumped_to(demo: Demo, visitors: Visitors) -> None:
    wanted = demo.show("Horimiya")
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/system/tasks")
    box, found = page.locator("#jump-box"), page.locator("#jump-list")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("Hori")
    expect(found.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("Hori")
    expect(found.get_by_role("option")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/shows/{wanted['id']}")
    expect(page.locator("h1")).to_have_text("Horimiya")


def test_a_viewer_changes_nothing(demo: Demo, visitors: Visitors) -> None:
    visitors.expected = {"401", "403"}
    admin = visitors.at_demo(demo)
    name = "vito"
    add_viewer(admin, demo.url, name)
    viewer = visitors.window()
    sign_in(viewer, demo.url, name, "battery staple")
    episode = demo.episodes("Breaking Bad", 1)[0]
    for path in (f"/shows/{episode['series_id']}", f"/episodes/{episode['id']}", "/", "/system/tasks"):
        admin.goto(demo.url + path)
        assert admin.locator(CHANGING).count() > 0, path
        viewer.goto(demo.url + path)
        expect(viewer.locator("h1")).to_be_visible()
        expect(viewer.locator(CHANGING)).to_have_count(0)
    viewer.goto(f"{demo.url}/settings/connections")
    expect(viewer.locator(CHANGING)).to_have_count(0)
    assert viewer.goto(f"{demo.url}/system/users").status == 403
    expect(viewer.locator("main")).to_contain_text("Only an admin")

    viewer.goto(demo.url)
    for path in (
        f"/episodes/{episode['id']}/monitored",
        f"/episodes/{episode['id']}/search",
        f"/shows/{episode['series_id']}/monitored",
        "/library/sync",
        "/system/tasks/sync-series/run",
        f"/settings/connections/{demo.connection('sonarr')['id']}/test",
        "/api/v1/tasks/sync-series/run",
    ):
        assert viewer.evaluate(POST, path) in {401, 403}, path
    assert demo.episode(episode["id"])["monitored"]


def add_viewer(admin: Page, url: str, name: str) -> None:
    """The admin's form for another person."""
    admin.goto(f"{url}/system/users")
    admin.get_by_text("Add a user").click()
    form = admin.locator("form[action$='/system/users']")
    form.locator("[name=name]").fill(name)
    form.locator("[name=role]").select_option("viewer")
    form.locator("[name=password]").fill("battery staple")
    form.locator("[name=again]").fill("battery staple")
    form.get_by_role("button", name="Add").click()
    expect(admin.locator("table.plain").first).to_contain_text(name)
