"""Viewing histories over the API: from the upload to what somebody has seen; each user their own."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from home import connections_of
from running_house import KEY, Running, furnish, wait_for
from starlette.testclient import TestClient

from episodarr.accounts.model import SESSION_COOKIE
from episodarr.demo.clock import RealClock
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read as read_settings

PATH = "/api/v1/histories"


class Api:
    """The API of histories of a running house."""

    def __init__(self, running: Running) -> None:
        self.running, self.house, self.stack = running, running.house, running.stack
        self.parts, self.client = running.house.histories, running.client

    def get(self, path: str, user: str = "ada", status: int = 200, **params):
        answer = self.client.get(PATH + path, params={"user": user} | params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, user: str = "ada", status: int = 200, body=None, **more):
        answer = self.client.post(PATH + path, params={"user": user}, json=body, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def upload(self, content: bytes, user: str = "ada", status: int = 201, **params):
        answer = self.client.post(f"{PATH}/imports", params={"user": user} | params, content=content)
        assert answer.status_code == status, answer.text
        return answer.json()

    def imported(self, content: bytes, user: str = "ada") -> dict:
        import_id = self.upload(content, user)["import_id"]
        assert self.post(f"/imports/{import_id}/start", user, 202)["task"] == "import-history"
        return wait_for(lambda: (told := self.get(f"/imports/{import_id}/report", user))["status"] == "done" and told)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    world = World(RealClock())
    furnish(world)
    with run_in_thread(Stack(world)) as stack:
        settings = read_settings({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path_factory.mktemp("histories"))
        house = House(settings, {}, extra_connections=connections_of(stack.stack, ("sonarr", "tmdb", "tvmaze")))
        with TestClient(house.app()) as client:
            house.accounts.create_first_admin("root", "correct horse")
            for name in ("ada", "ben", "cleo", "dora", "eva", "finn", "gwen", "hugo"):
                house.accounts.add_user(name, "correct horse", "viewer")
            yield Api(Running(client, house, stack).synced())
        house.close()


ROWS = b"Title,Date\nDark: Season 1: Episode 1,2026-01-03\nDark: Season 1: Episode 2,2026-01-04\nHeat,2026-01-05\n"


def test_from_the_upload_to_what_was_seen(api):
    preview = api.upload(ROWS, "eva", name="NetflixViewingHistory.csv")
    assert (preview["format"], preview["rows"], preview["questions"]) == ("netflix_simple", 3, [])
    assert preview["sample"][0]["reading"] == "Dark · Season 1 · episode 1"
    report = api.imported(ROWS, "eva")
    assert (report["episodes"], report["films"], report["ways"]) == (2, 1, {"numbers": 2})
    series_id = api.running.show("Dark")["id"]
    totals = api.get("/totals", "eva", series_id=series_id)
    assert (totals["watched_episodes"], totals["total_seasons"]) == (2, 2)
    assert totals["text"] == f"2/{totals['total_episodes']} episodes"
    seen = api.get("/progress", "eva", series_id=series_id)
    assert [one["days"] for one in seen["episodes"]] == [["2026-01-03"], ["2026-01-04"]]
    assert [one["title"] for one in api.get("/shows", "eva")["items"]] == ["Dark"]
    assert [one["title"] for one in api.get("/films", "eva")["items"]] == ["Heat"]
    assert api.imported(ROWS, "eva")["already_known"] == 3
    first, second = (one["id"] for one in api.get("/imports", "eva")["items"] if one["status"] == "done")
    assert api.post(f"/imports/{second}/undo", "eva")["removed"] == 0
    assert api.post(f"/imports/{first}/undo", "eva")["removed"] == 3
    assert api.get("/shows", "eva")["items"] == []
    assert api.post(f"/imports/{first}/undo", "eva", 409)["detail"].startswith("status:")


def test_a_show_that_nobody_has_is_looked_up(api):
    rows = b"Title,Date\n" + b"".join(
        b"Grim Parish: Series %d: Episode %d,2026-01-%02d\n" % (s, e, e) for s in (1, 2) for e in (1, 2)
    )
    report = api.imported(rows, "dora")
    assert report["episodes"] == 4
    (show,) = api.get("/shows", "dora")["items"]
    assert (show["title"], show["series_id"], show["totals"]["watched_episodes"]) == ("Grim Parish", None, 4)
    # Only the seasons that were watched were read for the import; all of it follows in the background.
    show = wait_for(lambda: (one := api.get("/shows", "dora")["items"][0])["totals"]["total_episodes"] and one)
    assert show["totals"]["text"] == f"4/{show['totals']['total_episodes']} episodes"
    assert show["totals"]["source"] == "TMDB"
    rates = api.get("/lookups")
    assert rates["day"][0]["service"] == "tmdb"
    assert 0 < rates["day"][0]["success"] <= 1


def test_two_shows_of_one_name_are_for_a_person(api):
    rows = b"Title,Date\nNight Desk: Season 1: Episode 2,2026-01-03\n"
    assert api.imported(rows, "cleo")["ambiguous"] == 1
    (group,) = api.get("/review", "cleo")["items"]
    found = {one["show"]["id"] for one in group["suggestions"]}
    assert len(found) == 2
    chosen = {"source": "tmdb", "id": min(found)}
    wanted = {"title": group["name"], "choice": "show", "show": chosen}
    assert api.post("/review", "cleo", body=wanted)["imports"] == 1
    assert api.get("/review", "cleo")["items"] == []
    kept = api.get("/mappings/export", "cleo")["mappings"]
    assert [one["name"] for one in kept] == ["night desk"]
    (mapping,) = api.get("/mappings", "cleo")["items"]
    assert api.client.delete(f"{PATH}/mappings/{mapping['id']}", params={"user": "cleo"}).status_code == 204
    assert api.post("/mappings/import", "cleo", body={"mappings": kept}) == {"taken": 1, "problems": []}
    assert api.post("/mappings/import", "cleo", 422, {"mappings": [{"name": 1}]})
    assert [one["title"] for one in api.get("/search", "cleo", title="Night Desk")["items"]] == ["Night Desk"] * 2


def test_an_episode_is_chosen_by_hand(api):
    title = "Dark: Season 1: Recap of it all"
    rows = f"Title,Date\n{title},2026-01-03\n{title},2026-01-04\nDark,2026-01-05\n".encode()
    report = api.imported(rows, "hugo")
    assert (report["unmatched"], report["films"]) == (2, 1)
    (told,) = api.get("/review/titles", "hugo", name="dark")["items"]
    assert (told["title"], told["rows"], told["first_on"], told["last_on"]) == (title, 2, "2026-01-03", "2026-01-04")
    show = told["suggestions"][0]["show"]
    assert told["suggestions"][0]["year"] > 2000
    offered = api.get("/episodes", "hugo", **show)
    assert offered["title"] == "Dark"
    assert offered["seasons"][0]["episodes"][0].keys() == {"number", "title", "aired_on"}
    wanted = {"title": title, "whole_title": True, "choice": "show", "show": show, "season": 1, "number": 2}
    decided = api.post("/review", "hugo", body=wanted)
    assert (decided["imports"], decided["mapping"]["season"], decided["mapping"]["number"]) == (1, 1, 2)
    assert api.get("/review", "hugo")["items"] == []
    assert api.get(f"/imports/{report['import_id']}/report", "hugo")["ways"] == {"mapping": 2}
    (film,) = api.get("/review/films", "hugo")["items"]
    assert (film["name"], film["films"]) == ("dark", 1)
    (bare,) = api.get("/review/titles", "hugo", name="dark", films=True)["items"]
    assert api.post("/review", "hugo", body=wanted | {"title": bare["title"], "number": 1})["imports"] == 1
    assert api.get("/review/films", "hugo")["items"] == []
    for wrong, text in (
        ({"number": None}, "season, number: name both"),
        ({"whole_title": False}, "whole_title: one episode is said of a whole title only"),
        ({"season": None, "number": None}, "number: say which season"),
        ({"number": 99}, "number: season 1 of “Dark” has no episode 99"),
    ):
        assert api.post("/review", "hugo", 422, wanted | wrong)["detail"].startswith(text)
    assert api.get("/episodes", "hugo", 404, source="library", id=2**31 - 1)
    assert api.get("/episodes", "hugo", 422, source="odd", id=1)


def test_what_is_open_has_to_be_chosen_first(api):
    rows = b"Title,Date\nHeat,05/06/2022\nRan,06/05/2022\nAlien,04/07/2022\n"
    preview = api.upload(rows)
    assert preview["questions"]
    assert len(preview["date_forms"]) == 2
    assert preview["sample"][0]["watched_on"] is None
    path = f"/imports/{preview['import_id']}"
    assert api.post(f"{path}/start", status=422)["detail"].startswith("file: The dates can be read in several ways")
    answer = api.client.put(PATH + f"{path}/choices", params={"user": "ada"}, json={"date_form": "day_month_year"})
    assert answer.json()["questions"] == []
    assert api.post(f"{path}/start", status=202)
    assert api.get(f"{path}/preview", status=409)["detail"].startswith("status:")
    table = api.upload(b"Watched;Name\n2026-01-01;Heat\n")
    assert table["needs_columns"] is True
    columns = {"columns": {"title": "Name", "date": "Watched"}}
    chosen = api.client.put(f"{PATH}/imports/{table['import_id']}/choices", params={"user": "ada"}, json=columns)
    assert chosen.json()["format"] == "generic_csv"
    assert api.post(f"/imports/{table['import_id']}/cancel", status=204) is None


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("history.csv", b"Title,Date\n" + b"0" * (64 << 20))
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _bomb(),
        b",".join(b"c%d" % one for one in range(200_000)) + b"\n1,2\n",
        b"Ti\0tle,Da\0te\n" * 2000,
        b"not a table at all",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n" + bytes(range(256)) * 50,
        b"",
    ],
    ids=["bomb", "columns", "nul", "text", "pdf", "png", "nothing"],
)
def test_s12_what_is_no_history_leaves_nothing(api, content):
    before = len(api.get("/imports")["items"])
    answer = api.client.post(f"{PATH}/imports", params={"user": "ada"}, content=content)
    if answer.status_code == 201:
        assert answer.json()["needs_columns"] is True, "a table whose columns nobody knows is asked about"
        assert api.post(f"/imports/{answer.json()['import_id']}/start", status=422)
        api.post(f"/imports/{answer.json()['import_id']}/cancel", status=204)
    else:
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith("file: ")
    assert len(api.get("/imports")["items"]) == before


def test_s12_a_huge_field_costs_its_row_only(api):
    rows = ROWS + b'"' + b"x" * 200_000 + b'",2026-01-05\n' + b"nul\0,2026-01-05\n"
    report = api.imported(rows, "ben")
    assert report["bad_count"] == 2
    assert [one["line"] for one in report["bad"]] == [5, 6]


def test_an_upload_is_capped_and_may_be_a_form(api):
    sent = api.client.post(f"{PATH}/imports", params={"user": "ada"}, files={"file": ("../x.csv", ROWS)})
    assert (sent.status_code, sent.json()["name"]) == (201, "x.csv")
    api.post(f"/imports/{sent.json()['import_id']}/cancel", status=204)
    facade = api.parts.facade
    before, facade.importing.largest = facade.importing.largest, 1 << 20
    try:
        for more in ({"content": b"x" * (2 << 20)}, {"files": {"file": ("x.csv", b"x" * (2 << 20))}}):
            sent = api.client.post(f"{PATH}/imports", params={"user": "ada"}, **more)
            assert sent.status_code == 413

        def endless():
            for _ in range(100):
                yield b"x" * (1 << 16)

        assert api.client.post(f"{PATH}/imports", params={"user": "ada"}, content=endless()).status_code == 413
    finally:
        facade.importing.largest = before
    assert api.client.post(f"{PATH}/imports", params={"user": "ada"}, files={}, data={"a": "b"}).status_code == 415


def test_each_user_sees_their_own(api):
    report = api.imported(ROWS, "ben")
    path = f"/imports/{report['import_id']}"
    assert api.get(f"{path}/report", "ada", 404)
    assert api.post(f"{path}/undo", "ada", 404)
    assert api.get("/imports", "nobody", 404)["detail"] == "There is no user named nobody"
    assert api.client.get(f"{PATH}/imports").json()["detail"].startswith("user: name the user")
    del api.client.headers["X-Api-Key"]
    try:
        assert api.client.get(f"{PATH}/imports").status_code == 401
        api.client.cookies.set(SESSION_COOKIE, api.house.accounts.sign_in("ben", "correct horse", "1"))
        assert any(one["id"] == report["import_id"] for one in api.client.get(f"{PATH}/imports").json()["items"])
        assert api.client.get(f"{PATH}/imports", params={"user": "ada"}).status_code == 403
        assert api.client.post(f"{PATH}{path}/undo").status_code == 401, "what changes needs a key: no foreign page can"
        assert api.client.get(f"{PATH}/sums").status_code == 403
    finally:
        api.client.cookies.clear()
        api.client.headers["X-Api-Key"] = KEY
    _, key = api.house.accounts.create_key("reader", "read")
    assert api.client.get(f"{PATH}/imports", params={"user": "ada"}, headers={"X-Api-Key": key}).status_code == 403
    assert {one["user"] for one in api.get("/sums")["items"]} == {
        "root",
        "ada",
        "ben",
        "cleo",
        "dora",
        "eva",
        "finn",
        "gwen",
        "hugo",
    }


def test_a_service_that_is_down_costs_nothing(api):
    stack = api.stack.stack
    for service in (stack.tmdb, stack.tvmaze):
        service.faults.set("error")
    rows = b"Title,Date\nGrim Parish: Series 3: Episode 1,2026-01-03\nMill Road: Series 1: Episode 1,2026-01-03\n"
    report = api.imported(rows, "finn")
    path = f"/imports/{report['import_id']}"
    assert (report["status"], report["waiting"] >= 1) == ("done", True)
    assert api.get(f"{path}/rows", "finn", outcome="waiting")["items"][0]["why"]
    for service in (stack.tmdb, stack.tvmaze):
        service.faults.clear()

    def completed() -> bool:
        api.house.engine.wake("complete-histories")
        return api.get(f"{path}/report", "finn")["waiting"] == 0

    wait_for(completed)
    assert api.get(f"{path}/report", "finn")["episodes"] >= 1


def test_the_library_tells_who_is_signed_in_what_they_saw(api):
    api.imported(ROWS, "gwen")
    dark = api.running.show("Dark")
    assert (dark["total_seasons"], dark["total_episodes"], dark["watched_episodes"]) == (2, dark["aired_count"], None)
    key = api.client.headers.pop("X-Api-Key")
    try:
        api.client.cookies.set(SESSION_COOKIE, api.house.accounts.sign_in("gwen", "correct horse", "2"))
        for row in (
            api.client.get("/api/v1/library", params={"search": "Dark"}).json()["items"][0],
            api.client.get(f"/api/v1/library/{dark['id']}").json(),
        ):
            assert (row["total_seasons"], row["watched_episodes"]) == (2, 2)
        assert api.client.get("/api/v1/library", params={"search": "Hori"}).json()["items"][0]["watched_episodes"] == 0
    finally:
        api.client.cookies.clear()
        api.client.headers["X-Api-Key"] = key
