"""People who set things right: a file's episodes, a blocked import, a decision, a disk, a service that is mistyped."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_process import Demo, until
from playwright.sync_api import Locator, Page, expect
from visitors import Unmoved, Visitors

from episodarr.demo import plex, seerr, shoko

pytestmark = pytest.mark.slow

PACK = "El juego del calamar"
"""The demo's download that Sonarr does not import by itself."""
SECRETS = {"plex": ("token", plex.TOKEN), "seerr": ("api_key", seerr.API_KEY), "shoko": ("api_key", shoko.API_KEY)}


def told(page: Page) -> Locator:
    """The latest word about what was done; it is taken away so that the next one is seen."""
    return page.locator("#toasts .toast").last


def dismiss(page: Page) -> None:
    """Click the words away."""
    told(page).click()
    expect(page.locator("#toasts .toast")).to_have_count(0)


@pytest.fixture
def file(demo: Demo, visitors: Visitors) -> Iterator[Locator]:
    """The first file of the pack on the downloads page."""
    until(lambda: any(PACK in one["name"] and one["files"] for one in demo.api("/downloads?limit=100")["items"]))
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/downloads?show=all")
    lane = page.locator(".lane", has_text=PACK)
    lane.locator("details.lane-files > summary").click()
    still = Unmoved(page)
    yield lane.locator(".files tbody tr").first
    still.check()


def holds(file: Locator, *episodes: str) -> None:
    """Wait until it is shown to hold these."""
    expect(file.locator("td:nth-child(2) a")).to_have_text([re.compile(one) for one in episodes])


def test_a_person_says_what_a_file_holds_and_takes_it_back(file: Locator) -> None:
    page = file.page
    holds(file, "S02E01")
    for typed, episodes in (("S02E03-E05", ("S02E03", "S02E04", "S02E05")), ("S02E02, S02E06", ("S02E02", "S02E06"))):
        file.locator("details.correct summary").click()
        file.locator("[name=episodes]").fill(typed)
        page.keyboard.press("Enter")
        expect(told(page)).to_have_text("Remembered.")
        dismiss(page)
        holds(file, *episodes)
        expect(file).to_contain_text("demo set it by hand")
    file.locator("details.correct summary").click()
    file.get_by_role("button", name="Holds no episode").click()
    holds(file)
    dismiss(page)
    file.locator("details.correct summary").click()
    file.get_by_role("button", name="Take back").dblclick()
    expect(told(page)).to_have_text("Its name counts again.")
    holds(file, "S02E01")
    expect(file.get_by_role("button", name="Take back")).to_have_count(0)


def test_what_is_no_episode_is_told_and_stays_typed(visitors: Visitors, file: Locator) -> None:
    visitors.expected = {"422"}
    page = file.page
    file.locator("details.correct summary").click()
    for typed, words in (
        ("S99E99", "The show has no S99E99."),
        ("abc", "abc is no episode."),
        ("", "Name at least one episode."),
        ("2000", "no episode with the absolute number 2000"),
    ):
        file.locator("[name=episodes]").fill(typed)
        file.get_by_role("button", name="Remember").click()
        expect(told(page)).to_contain_text(words)
        expect(told(page).locator("small")).to_contain_text("Write episodes as S02E05")
        dismiss(page)
        expect(file.locator("[name=episodes]")).to_have_value(typed)
        holds(file, "S02E01")


def test_a_request_is_declined_and_approved_with_one_click_each(demo: Demo, visitors: Visitors) -> None:
    held = until(lambda: demo.api("/requests?search=Salt")["items"], 60)[0]
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/requests")
    page.locator("select[name=state]").select_option("pending")
    expect(page.locator("#requests-total")).to_have_text("1 request that fit")
    page.locator("li.request a.title").click()
    still, head = Unmoved(page), page.locator("#request-head")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    for button, words in (("Decline", "declined by demo"), ("Approve", "approved by demo")):
        head.get_by_role("button", name=button).dblclick()
        expect(head).to_contain_text(words)
        expect(page.locator("#request-timeline")).to_contain_text(f"{button}d")
    assert [url.rpartition("/")[2] for url in posts] == ["decline", "approve"]
    assert demo.api(f"/requests/{held['id']}")["request"]["status"] in {"approved", "completed"}
    still.check()


def test_a_folder_is_measured_at_once(demo: Demo, visitors: Visitors, tmp_path: Path) -> None:
    visitors.expected = {"422"}
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/storage")
    expect(page.locator(".disk")).not_to_have_count(0)
    folder, path = page.locator("form[action$='/storage/folders']"), "input[name=path]"
    for typed, words in (
        ("media", "Give the whole path"),
        (str(tmp_path / "no"), "is no folder that Episodarr can see"),
    ):
        folder.locator(path).fill(typed)
        folder.locator("[name=name]").fill("Attic")
        folder.get_by_role("button").click()
        expect(folder.get_by_role("alert")).to_contain_text(words)
        expect(folder.locator(path)).to_be_focused()
        expect(folder.locator(path)).to_have_value(typed)
        expect(folder.locator("[name=name]")).to_have_value("Attic")
        expect(folder.get_by_role("alert")).to_be_in_viewport()
    folder.locator(path).fill(str(tmp_path))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/storage")
    expect(page.locator(".disk", has_text=str(tmp_path))).to_contain_text("Said by this machine")
    page.locator(".measured li", has_text="Attic").get_by_role("button", name="Remove").click()
    expect(page.locator(".measured li", has_text="Attic")).to_have_count(0)
    expect(page.locator(".disk", has_text=str(tmp_path))).to_have_count(0)


def test_a_total_is_set_by_hand(demo: Demo, visitors: Visitors) -> None:
    visitors.expected = {"422"}
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/storage")
    total = page.locator("form[action$='/storage/totals']")
    total.locator("[name=value]").fill("twelve")
    total.locator("[name=unit]").select_option("TiB")
    total.locator("[name=note]").fill("the box")
    total.get_by_role("button").click()
    expect(total.get_by_role("alert")).to_have_text("Give a number, such as 12.5.")
    expect(total.locator("[name=unit]")).to_have_value("TiB")
    expect(total.locator("[name=note]")).to_have_value("the box")
    total.locator("[name=value]").fill("12")
    total.get_by_role("button").click()
    disk = page.locator(".disk", has_text="Set by hand: the box")
    expect(disk).to_contain_text("of 12.0 TiB")


@pytest.mark.parametrize("kind", SECRETS)
def test_connecting_says_what_is_wrong(demo: Demo, visitors: Visitors, kind: str) -> None:
    visitors.expected = {"422"}
    field, secret = SECRETS[kind]
    held = demo.connection(kind)
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/settings/connections/new?kind={kind}")
    result = page.locator("#test-result")
    for url, key, words in (
        ("http://127.0.0.1:9", secret, "Offline. No connection to 127.0.0.1:9"),
        ("http://127.0.0.1:9/?a=b", secret, "Address: must be the plain address"),
        (demo.connection("jellyfin")["url"], secret, "Wrong path."),
        (held["url"], "wrong", "Refused. It refuses the credentials"),
        (held["url"], "", "is needed"),
        (held["url"], secret, "It works."),
    ):
        page.locator("[name='s.url']").fill(url)
        page.locator(f"[name='s.{field}']").fill(key)
        page.get_by_role("button", name="Test").click()
        expect(result).to_contain_text(words)
        expect(page.locator(f"[name='s.{field}']")).to_have_value(key)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field.wrong")).to_contain_text(f"There is another connection named {held['name']}")


def test_a_mapping_of_paths_is_tried_before_it_is_kept(demo: Demo, visitors: Visitors) -> None:
    visitors.expected = {"422"}
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/settings/connections/new?kind=shoko")
    page.locator("[name='s.url']").fill(demo.connection("shoko")["url"])
    page.locator("[name='s.api_key']").fill(shoko.API_KEY)
    mappings, result = page.locator("[name='s.path_mappings']"), page.locator("#test-result")
    for typed, words in (
        ("abc", "'abc' is no mapping: write /path/in/sonarr = /path/there"),
        ("/media = /nope", "None of its folders holds /nope"),
        ("", "files that were looked up by their path"),
    ):
        mappings.fill(typed)
        page.get_by_role("button", name="Test").click()
        expect(result).to_contain_text(words)
    mappings.fill("abc")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field.wrong .problem")).to_contain_text("is no mapping")
    expect(mappings).to_have_value("abc")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_a_phone(demo: Demo, visitors: Visitors, scheme: str) -> None:
    episode = demo.episodes("Squid Game", 2)[3]["id"]
    page = visitors.at_demo(demo, width=360, height=740, scheme=scheme)
    for path in ("/storage", "/wizard", "/settings/connections/new?kind=shoko", f"/episodes/{episode}"):
        page.goto(demo.url + path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_blocked_import_is_helped_on_its_page(demo: Demo, visitors: Visitors) -> None:
    blocked = demo.episodes("Squid Game", 2)[0]
    until(lambda: demo.episode(blocked["id"])["state"] == "import_blocked", 60)
    page = visitors.at_demo(demo)
    page.goto(f"{demo.url}/episodes/{blocked['id']}")
    still, standing = Unmoved(page), page.locator("section.standing")
    expect(standing.locator("h2")).to_have_text("Import blocked")
    expect(standing.locator(".unusual")).to_contain_text("somebody has to decide")
    first = standing.locator(".row-acts a").first
    expect(first).to_have_text("Open Sonarr's import")
    expect(first).to_have_class(re.compile("primary"))
    with page.context.expect_page() as opened:
        first.click()
    assert opened.value.url.startswith(f"{demo.connection('sonarr')['url']}/activity/queue")
    opened.value.close()
    standing.get_by_role("button", name="Retry the import").dblclick()
    expect(told(page)).to_have_text("Sonarr tries the import again.")
    expect(standing.locator("h2")).to_have_text(re.compile("Import(ing|ed)|Available"), timeout=30_000)
    expect(standing.get_by_role("button", name="Retry the import")).to_have_count(0)
    still.check()
