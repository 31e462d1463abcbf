"""What stands on the pages, and what must never stand there (S5, S14)."""

import re
from html.parser import HTMLParser

import pytest
from fakes import Stack
from fakes_services import CANARY
from web_routes import filled, routes_of

HOSTILE = ("<script>alert(1)", "<img src=x", "<b>Bold</b>")
READABLE = [
    "/",
    "/?q=zzz",
    "/?show=missing&sort=missing",
    "/shows/1",
    "/shows/2?season=1",
    "/shows/3",
    "/shows/5",
    "/shows/6",
    "/episodes/2",
    "/episodes/6",
    "/downloads",
    "/downloads?show=all",
    "/calendar",
    "/calendar?week=2025-11-10&all=1",
    "/settings/connections",
    "/system/tasks",
    "/system/tasks/sync-series",
    "/system/account",
    "/nothing",
]


class Inline(HTMLParser):
    """Collects what a strict content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(tag)


def every_get(stack: Stack) -> list[str]:
    """All paths that answer to GET, and the pages with their usual questions."""
    return [filled(path) for method, path in routes_of(stack) if method == "GET"] + READABLE


def test_every_answer_carries_the_strict_headers(stack, admin):
    for path in every_get(stack):
        headers = admin.get(path).headers
        policy = headers["content-security-policy"]
        scripts = policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe" not in (scripts if path == "/api/docs" else policy), path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path


def test_no_page_needs_inline_script_or_style(stack, admin):
    for path in every_get(stack):
        answer = admin.get(path)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        parser = Inline()
        parser.feed(answer.text)
        assert parser.found == [], path


def test_hostile_titles_are_only_text(stack, admin):
    for path in every_get(stack):
        answer = admin.get(path)
        if "html" in answer.headers.get("content-type", ""):
            assert not any(words in answer.text for words in HOSTILE), path
    assert "&lt;script&gt;alert(1)" in admin.get("/shows/6").text


@pytest.mark.parametrize(
    "asked", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "' or 1=1"]
)
def test_what_is_searched_for_comes_back_as_text(admin, asked):
    text = admin.client.get("/", params={"q": asked}).text
    assert not any(words in text for words in HOSTILE)
    assert not re.search(r"[>\"“ ]49[<\"” ]", text) or "{{7*7}}" not in asked, "a template must not reckon"


def test_no_secret_is_on_any_page_or_in_any_form(stack, admin):
    for path in every_get(stack):
        assert CANARY not in admin.get(path).text, path


def test_a_typed_secret_does_not_come_back_either(admin):
    answer = admin.post("/settings/connections/save", kind="sonarr", name="x", **{"s.url": "no", "s.api_key": CANARY})
    assert answer.status_code == 422
    assert "Must begin with http" in answer.text
    assert CANARY not in answer.text


def test_pages_are_never_kept_by_caches(admin):
    assert admin.get("/").headers["cache-control"] == "private, no-store"


def test_posters_are_kept_for_a_day_and_confirmed_by_tag(admin):
    first = admin.get("/shows/1/poster")
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "private, max-age=86400"
    assert admin.get("/shows/1/poster", if_none_match=first.headers["etag"]).status_code == 304
    assert admin.get("/shows/2/poster").status_code == 404


def test_under_a_url_base_every_address_has_it(visit):
    somebody = visit(Stack(url_base="/episodarr"), "/episodarr").sign_in("admin")
    for path in ("/", "/shows/1", "/episodes/2", "/downloads", "/calendar", "/settings/connections", "/system/tasks"):
        text = somebody.get(path).text
        addresses = re.findall(r'(?:href|src|action|hx-get|hx-post|data-refresh|data-live-url)="(/[^"]*)"', text)
        assert addresses, path
        assert [one for one in addresses if not one.startswith("/episodarr/")] == [], path
    assert somebody.client.get("/").headers["location"] == "/episodarr/"
    assert somebody.client.get("/shows/1").status_code == 404


def test_missing_things_are_a_page_that_says_so(admin):
    for path in ("/nothing", "/shows/999", "/shows/abc", "/episodes/99999", "/system/tasks/none"):
        answer = admin.get(path)
        assert answer.status_code == 404, path
        assert "<h1>Nothing is here</h1>" in answer.text, path


def test_a_mistake_of_ours_is_a_page_without_details(stack, admin, visit):
    def broken() -> None:
        raise RuntimeError(CANARY)

    stack.overview.totals = broken
    admin.client = type(admin.client)(
        stack.app, base_url="http://episodarr.test", raise_server_exceptions=False, cookies=admin.client.cookies
    )
    answer = admin.get("/")
    assert answer.status_code == 500
    assert "Something broke in Episodarr" in answer.text
    assert CANARY not in answer.text


def test_an_empty_library_says_the_next_step(visit):
    somebody = visit(Stack(empty=True, connected=False)).sign_in("admin")
    assert "Connect Sonarr to begin" in somebody.get("/").text


def test_times_are_told_in_the_zone_of_the_browser(admin):
    assert "19:14" in admin.get("/settings/connections").text
    admin.client.cookies.set("episodarr_zone", "Asia/Tokyo")
    assert "04:14" in admin.get("/settings/connections").text
    admin.client.cookies.set("episodarr_zone", "../../etc/passwd")
    assert "19:14" in admin.get("/settings/connections").text
