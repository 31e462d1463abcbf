"""Who gets in: every page closed by default, changes with a form token, and the way in and out (S1, S4, S15-S19)."""

import pytest
from fakes import Stack
from person import token_in
from web_routes import filled, routes_of

OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/setup"),
    ("POST", "/setup"),
    ("GET", "/static/{name}"),
}
"""All that answers without a session. Frozen: a new line here needs a reason."""

OWN = {
    ("POST", "/sign-out"),
    ("POST", "/system/account"),
    ("POST", "/preferences/columns"),
    ("POST", "/leaving/{leaver_id}/keep"),
}
"""Changes that a viewer may make: to their own session and password, to what they see, and that something stays."""

ADMIN_PAGES = {
    "/settings/connections/new",
    "/settings/connections/{connection_id}",
    "/wizard",
    "/system/users",
    "/watching/people",
    "/watching/people/part",
    "/candidates",
    "/candidates/protected",
    "/candidates/rules/{rule_id}",
    "/candidates/why",
    "/candidates/freed/{level}/{holding_id}",
    "/deletion/plans",
    "/deletion/plans/{plan_id}",
    "/deletion/plans/{plan_id}/live",
    "/deletion/plans/{plan_id}/files/{group}",
    "/deletion/log",
    "/deletion/limits",
}


def test_there_are_routes_to_look_at(stack):
    assert len(routes_of(stack)) > 45


def test_nobody_gets_in_without_a_session(stack, nobody):
    for method, path in routes_of(stack):
        if (method, path) in OPEN:
            continue
        answer = nobody.client.request(method, filled(path))
        assert answer.status_code == 302, (method, path)
        assert answer.headers["location"].startswith("/sign-in"), (method, path)


def test_the_script_is_told_to_sign_in(nobody):
    answer = nobody.get("/shows/1/live", x_part="1")
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/sign-in")


def test_a_made_up_session_is_worth_nothing(nobody):
    nobody.client.cookies.set("episodarr_session", "x" * 43)
    assert nobody.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/Sign-In", "/sign-in/", "/static/../app.py", "/static/%2e%2e/app.py", "/setup2"])
def test_near_misses_are_not_there(nobody, path):
    assert nobody.get(path).status_code in {302, 307, 404}
    assert "mount_pages" not in nobody.get(path).text


def test_every_change_needs_the_form_token(stack, admin):
    for method, path in routes_of(stack):
        if method == "GET" or (method, path) in OPEN:
            continue
        for token in ("", "0" * 64):
            answer = admin.post(filled(path), token=token)
            assert answer.status_code == 403, (path, token)
    assert stack.control.asked == []
    assert admin.get("/").status_code == 200


def test_the_token_of_another_session_does_not_fit(stack, admin, viewer):
    assert admin.post("/library/sync", token=viewer.token).status_code == 403
    assert stack.tasks.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_requests_from_other_sites_are_refused_even_with_the_token(stack, admin, headers):
    answer = admin.client.post("/library/sync", headers={"X-CSRF-Token": admin.token, **headers})
    assert answer.status_code == 403
    assert stack.tasks.asked == []


def test_only_small_url_encoded_forms_are_read(admin):
    token = {"X-CSRF-Token": admin.token}
    assert admin.client.post("/library/sync", json={"a": 1}, headers=token).status_code == 415
    big = "a=" + "x" * 70_000
    kind = {"Content-Type": "application/x-www-form-urlencoded", **token}
    assert admin.client.post("/library/sync", content=big, headers=kind).status_code == 413


def test_a_viewer_reads_and_changes_nothing(stack, viewer):
    for method, path in routes_of(stack):
        if (method, path) in OPEN | OWN:
            continue
        if method != "GET" or path in ADMIN_PAGES:
            answer = viewer.post(filled(path)) if method != "GET" else viewer.get(filled(path))
            assert answer.status_code == 403, (method, path)
    assert stack.control.asked == []
    assert stack.decide.asked == []
    assert stack.tasks.asked == []
    assert "Sync now" not in viewer.get("/shows/1").text


def test_get_never_changes(stack, admin):
    for method, path in routes_of(stack):
        if method == "GET":
            admin.get(filled(path))
    assert [asked for asked in stack.control.asked if asked[0] != "sonarr_link"] == []
    assert stack.tasks.asked == []


class TestFirstAccount:
    """S4: setup is open until the first account, and dead afterwards."""

    def test_everything_leads_there_first(self, visit):
        somebody = visit(Stack(set_up=False))
        assert somebody.get("/shows/1").headers["location"] == "/setup"
        assert somebody.get("/sign-in").headers["location"] == "/setup"

    def test_it_makes_an_admin_and_leads_to_the_wizard(self, visit):
        stack = Stack(set_up=False, connected=False)
        somebody = visit(stack)
        token = token_in(somebody.get("/setup").text)
        answer = somebody.post("/setup", token=token, name="anna", password="correct horse", again="correct horse")
        assert (answer.status_code, answer.headers["location"]) == (303, "/wizard")
        assert [user.role for user in stack.accounts.users()] == ["admin"]
        assert "Connect Sonarr" in somebody.get("/wizard").text

    @pytest.mark.parametrize(
        ("password", "again", "words"),
        [("short", "short", "at least 8"), ("correct horse", "battery staple", "passwords differ")],
    )
    def test_a_bad_password_is_told(self, visit, password, again, words):
        stack = Stack(set_up=False)
        somebody = visit(stack)
        token = token_in(somebody.get("/setup").text)
        answer = somebody.post("/setup", token=token, name="anna", password=password, again=again)
        assert answer.status_code == 422
        assert words in answer.text
        assert not stack.accounts.any_user()

    def test_it_is_dead_once_there_is_an_account(self, nobody):
        assert nobody.get("/setup").status_code == 404
        token = token_in(nobody.get("/sign-in").text)
        answer = nobody.post("/setup", token=token, name="eve", password="correct horse", again="correct horse")
        assert answer.status_code == 404
        assert len(nobody.stack.accounts.users()) == 2

    def test_a_second_one_in_the_same_moment_makes_no_second_admin(self, visit):
        stack = Stack(set_up=False)
        first, second = visit(stack), visit(stack)
        tokens = [token_in(one.get("/setup").text) for one in (first, second)]
        given = {"password": "correct horse", "again": "correct horse"}
        assert first.post("/setup", token=tokens[0], name="anna", **given).status_code == 303
        assert second.post("/setup", token=tokens[1], name="eve", **given).status_code == 404
        assert [user.name for user in stack.accounts.users()] == ["anna"]


class TestSignIn:
    """S17, S18, S19."""

    def test_the_cookie_is_out_of_reach(self, nobody):
        token = token_in(nobody.get("/sign-in").text)
        answer = nobody.post("/sign-in", token=token, name="anna", password="correct horse")
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("episodarr_session"))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/;" in cookie

    def test_under_a_url_base_the_cookie_is_for_that_path_only(self, visit):
        somebody = visit(Stack(url_base="/episodarr"), "/episodarr")
        token = token_in(somebody.get("/sign-in").text)
        answer = somebody.post("/sign-in", token=token, name="anna", password="correct horse")
        assert all("Path=/episodarr;" in one for one in answer.headers.get_list("set-cookie"))

    def test_each_sign_in_is_a_new_session_and_ends_the_one_before(self, admin):
        before = admin.client.cookies["episodarr_session"]
        admin.sign_in("admin")
        assert admin.client.cookies["episodarr_session"] != before
        assert admin.stack.accounts.of_session(before) is None

    def test_a_wrong_password_does_not_tell_which_was_wrong(self, nobody):
        token = token_in(nobody.get("/sign-in").text)
        for name in ("anna", "nobody-of-this-name"):
            answer = nobody.post("/sign-in", token=token, name=name, password="wrong")
            assert answer.status_code == 401
            assert "Name or password is wrong" in answer.text

    def test_after_five_attempts_it_waits_whatever_address_is_claimed(self, nobody):
        token = token_in(nobody.get("/sign-in").text)
        for attempt in range(5):
            nobody.client.headers["X-Forwarded-For"] = f"10.0.0.{attempt}"
            nobody.post("/sign-in", token=token, name="anna", password="wrong")
        answer = nobody.post("/sign-in", token=token, name="anna", password="correct horse")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0

    @pytest.mark.parametrize(
        "back",
        [
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/ /evil.test",
            "/\t/evil.test",
            "javascript:alert(1)",
            "\\",
        ],
    )
    def test_the_way_back_never_leads_elsewhere(self, nobody, back):
        token = token_in(nobody.get("/sign-in").text)
        answer = nobody.post("/sign-in", token=token, name="anna", password="correct horse", next=back)
        assert answer.headers["location"] == "/"

    def test_the_way_back_leads_to_the_page_that_was_asked_for(self, nobody):
        asked = nobody.get("/shows/2?season=3").headers["location"]
        page = nobody.get(asked)
        assert 'value="/shows/2?season=3"' in page.text
        answer = nobody.post(
            "/sign-in", token=token_in(page.text), name="anna", password="correct horse", next="/shows/2?season=3"
        )
        assert answer.headers["location"] == "/shows/2?season=3"

    def test_the_form_needs_the_token_of_its_cookie(self, nobody):
        nobody.get("/sign-in")
        assert nobody.post("/sign-in", token="0" * 32, name="anna", password="correct horse").status_code == 403

    def test_sign_out_ends_the_session_on_the_server(self, admin):
        held = admin.client.cookies["episodarr_session"]
        assert admin.post("/sign-out").headers["location"] == "/sign-in"
        assert admin.stack.accounts.of_session(held) is None

    def test_a_new_password_ends_every_session_but_gives_a_new_one(self, admin, stack, visit):
        elsewhere = visit(stack).sign_in("admin")
        before = admin.client.cookies["episodarr_session"]
        answer = admin.post("/system/account", old="correct horse", password="new password", again="new password")
        assert answer.status_code == 303
        assert elsewhere.get("/").status_code == 302
        assert admin.client.cookies["episodarr_session"] != before
        assert admin.get("/").status_code == 200
