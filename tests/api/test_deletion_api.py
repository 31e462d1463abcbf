"""Deleting over the API: only by a plan and its token, only with an admin key, and nothing by a GET (D25)."""

import csv
import io
from datetime import timedelta

import pytest
from fastapi import APIRouter, FastAPI
from invented import NOW
from invented_plans import PACK, SINGLE, Deletion, offline
from starlette.testclient import TestClient

from episodarr.accounts.model import SESSION_COOKIE, ApiKey
from episodarr.api.access import Access
from episodarr.api.deletion import deletion_routes
from episodarr.api.problems import handle_problems
from episodarr.deletion.journal import Caps, PlanStatus, StepState
from episodarr.deletion.plan import TorrentChoice

ONE = {"targets": [{"series_id": 1, "season_number": 1}]}


class Keys:
    """Three keys and a session of an admin."""

    def __init__(self) -> None:
        told = (("cron", "admin"), ("other", "admin"), ("board", "read"))
        self.keys = {name: ApiKey(place, name, scope, NOW, None) for place, (name, scope) in enumerate(told, 1)}

    def remembered_key(self, text: str) -> ApiKey | None:
        return self.keys.get(text)

    def of_key(self, _text: str) -> None:
        return None

    def of_session(self, token: str):
        return type("Admin", (), {"name": "anna", "is_admin": True})() if token == "anna" else None


class Api:
    """The routes as a program sees them."""

    def __init__(self) -> None:
        self.now = NOW
        self.deletion = Deletion(lambda: self.now)
        app = FastAPI()
        handle_problems(app)
        api = APIRouter(prefix="/api/v1")
        api.include_router(deletion_routes(self.deletion.delete, Access(Keys())))
        app.include_router(api)
        self.client = TestClient(app)
        self.client.headers["X-Api-Key"] = "cron"

    def ask(self, method: str, path: str, body: object = None, *, code: int = 200, key: str = "cron"):
        given = {} if body is None else {"json": body}
        answer = self.client.request(method, f"/api/v1/deletion{path}", headers={"X-Api-Key": key}, **given)
        assert answer.status_code == code, (method, path, answer.status_code, answer.text)
        if code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text

    def planned(self) -> dict:
        return self.ask("POST", "/plans", ONE, code=201)

    def confirmed(self) -> dict:
        plan = self.planned()
        return self.ask("POST", f"/plans/{plan['id']}/confirm", {"token": plan["token"], "count": 13}, code=202)


@pytest.fixture
def api() -> Api:
    return Api()


def test_a_plan_is_made_read_and_confirmed(api: Api) -> None:
    plan = api.planned()
    assert (plan["status"], plan["made_by"], plan["must_count"]) == ("proposed", "the API key cron", True)
    assert plan["totals"]["files"] == 13
    assert len(plan["plan"]["files"]) == 13
    assert {step["state"] for step in plan["steps"]} == {"waiting"}
    assert api.ask("GET", f"/plans/{plan['id']}") == plan
    assert api.deletion.begun == 0
    after = api.ask("POST", f"/plans/{plan['id']}/confirm", {"token": plan["token"], "count": 13}, code=202)
    assert (after["status"], after["token"], after["confirmed_by"]) == ("running", None, "the API key cron")
    assert api.deletion.begun == 1
    assert [one["id"] for one in api.ask("GET", "/plans")["items"]] == [plan["id"]]


def test_torrents_are_chosen_by_their_hash(api: Api) -> None:
    api.ask("POST", "/plans", ONE | {"torrents": "keep", "also_torrents": [PACK.upper()]}, code=201)
    wish = api.deletion.planner.asked[-1]
    assert (wish.torrents, wish.also_torrents) == (TorrentChoice.KEEP, (PACK,))
    api.ask("POST", "/plans", ONE | {"also_torrents": ["all"]}, code=422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"targets": []},
        {"targets": [{}]},
        {"targets": [{"season_number": 1}]},
        {"targets": [{"series_id": 0}]},
        {"targets": [{"series_id": -1}]},
        {"targets": [{"series_id": "all"}]},
        {"targets": [{"series_id": 1, "movie_id": 1}]},
        {"targets": [{"series_id": 1, "title": "Horimiya"}]},
        {"filter": {"title": "Horimiya"}},
        ONE | {"confirm": True},
        {"targets": [{"series_id": 1}] * 2001},
    ],
)
def test_what_names_nothing_for_certain_makes_no_plan(api: Api, body: dict) -> None:
    """D11, D25: no blank, no zero, no filter, no field that nobody knows."""
    api.ask("POST", "/plans", body, code=422)
    assert api.deletion.planner.asked == []


def test_what_cannot_be_planned(api: Api) -> None:
    api.deletion.planner.trouble = offline()
    assert "Sonarr" in api.ask("POST", "/plans", ONE, code=502)["detail"]
    api.deletion.planner.trouble = LookupError("There is no show 1")
    api.ask("POST", "/plans", ONE, code=404)


def test_wrong_confirmations(api: Api) -> None:
    plan, other = api.planned(), api.planned()
    path = f"/plans/{plan['id']}/confirm"
    for token in (other["token"], "", "x" * 20, "é"):
        api.ask("POST", path, {"token": token, "count": 13}, code=422)
    for count in (None, 12):
        assert "count" in api.ask("POST", path, {"token": plan["token"], "count": count}, code=422)["detail"]
    api.ask("POST", path, {"token": plan["token"], "count": 13, "force": True}, code=422)
    api.ask("POST", path, {"token": plan["token"], "count": 13}, code=409, key="other")
    assert api.ask("GET", f"/plans/{plan['id']}", key="other")["token"] is None
    api.ask("POST", "/plans/99/confirm", {"token": plan["token"]}, code=404)
    api.ask("POST", path, {"token": plan["token"], "count": 13}, code=202)
    api.ask("POST", path, {"token": plan["token"], "count": 13}, code=409)
    assert api.deletion.begun == 1


def test_expired_paused_and_exceeded_are_conflicts(api: Api) -> None:
    plan = api.planned()
    body, path = {"token": plan["token"], "count": 13}, f"/plans/{plan['id']}/confirm"
    assert api.ask("POST", "/pause", {"reason": "new disk"})["by"] == "the API key cron"
    assert api.ask("GET", "/pause")["reason"] == "new disk"
    api.ask("POST", path, body, code=409)
    assert api.ask("DELETE", "/pause")["paused"] is False
    api.deletion.journal.kept_caps = Caps(run_files=1)
    api.ask("POST", path, body, code=409)
    api.deletion.journal.kept_caps = Caps()
    api.now += timedelta(minutes=31)
    api.ask("POST", path, body, code=409)
    read = api.ask("GET", f"/plans/{plan['id']}")
    assert (read["expired"], read["token"], read["status"]) == (True, None, "proposed")


def test_stopped_finished_and_undone(api: Api) -> None:
    plan = api.confirmed()
    api.ask("POST", f"/plans/{plan['id']}/finish", code=409)
    api.ask("POST", f"/plans/{plan['id']}/undo", code=422)
    api.deletion.carry_out(
        plan["id"], states=lambda number: (StepState.FAILED if number == 2 else StepState.VERIFIED, "")
    )
    api.deletion.end(plan["id"], PlanStatus.PARTLY)
    undone = api.ask("POST", f"/plans/{plan['id']}/undo", {"episodes": [102, 101]})
    assert undone == {"asked": ["Horimiya S01E02"], "failed": []}
    assert api.ask("POST", f"/plans/{plan['id']}/finish", code=202)["status"] == "running"
    assert api.ask("POST", f"/plans/{plan['id']}/cancel")["status"] == "cancelled"
    api.ask("POST", f"/plans/{plan['id']}/cancel", code=409)
    for act in ("finish", "cancel", "undo"):
        api.ask("POST", f"/plans/77/{act}", code=404)


def test_the_log_and_its_files(api: Api) -> None:
    api.deletion.planner.title = "=1+1"
    plan = api.confirmed()
    api.deletion.carry_out(plan["id"])
    first = api.ask("GET", "/log?limit=10&deed=delete_file")
    assert len(first["items"]) == 10
    rest = api.ask("GET", f"/log?limit=10&deed=delete_file&cursor={first['next']}")
    assert (len(rest["items"]), rest["next"]) == (3, None)
    rows = list(csv.DictReader(io.StringIO(api.ask("GET", "/log.csv?deed=delete_file&system=Sonarr"))))
    assert len(rows) == 13
    assert all(row["Title"].startswith("'=1+1 S01E") and row["Outcome"] == "verified" for row in rows)
    assert len(api.ask("GET", f"/log.json?plan={plan['id']}")) == 78
    assert api.ask("GET", "/log.json?q=nothing") == []
    api.ask("GET", "/log?cursor=odd", code=422)
    api.ask("GET", "/log?deed=rm", code=422)


def test_caps(api: Api) -> None:
    assert api.ask("GET", "/caps")["run_files"] == 1000
    changed = api.ask("PUT", "/caps", {"run_files": 7, "seeding_ratio": 1.5})
    assert (changed["run_files"], changed["seeding_ratio"], changed["day_files"]) == (7, 1.5, 2000)
    for wrong in ({"run_files": -1}, {"run_percent": 101}, {"run_fils": 1}, {"run_files": "many"}):
        api.ask("PUT", "/caps", wrong, code=422)
    assert api.ask("GET", "/caps") == changed


CHANGES = (
    ("POST", "/plans", ONE),
    ("POST", "/plans/1/confirm", {"token": "x"}),
    ("POST", "/plans/1/cancel", None),
    ("POST", "/plans/1/finish", None),
    ("POST", "/plans/1/undo", None),
    ("POST", "/pause", None),
    ("DELETE", "/pause", None),
    ("PUT", "/caps", {"run_files": 1}),
)
READS = ("/plans", "/plans/1", "/log", "/log.csv", "/pause", "/caps")


def test_a_key_that_may_only_read_gets_nowhere(api: Api) -> None:
    api.planned()
    for method, path, body in CHANGES:
        api.ask(method, path, body, code=403, key="board")
    for path in READS:
        api.ask("GET", path, code=403, key="board")
        api.ask("GET", path, code=401, key="made up")
    assert api.deletion.journal.rows[1].status is PlanStatus.PROPOSED


def test_a_session_reads_and_changes_nothing(api: Api) -> None:
    api.planned()
    api.client.headers.pop("X-Api-Key")
    api.client.cookies.set(SESSION_COOKIE, "anna")
    for path in READS:
        assert api.client.get(f"/api/v1/deletion{path}").status_code == 200
    for method, path, body in CHANGES:
        given = {} if body is None else {"json": body}
        assert api.client.request(method, f"/api/v1/deletion{path}", **given).status_code == 401


def test_no_get_has_an_effect_and_nothing_goes_by_a_filter(api: Api) -> None:
    plan = api.planned()
    for path in ("confirm", "cancel", "finish", "undo"):
        asked = f"/api/v1/deletion/plans/{plan['id']}/{path}?token={plan['token']}&count=13"
        assert api.client.get(asked).status_code == 405
    assert api.client.delete("/api/v1/deletion/plans").status_code == 405
    assert api.client.delete(f"/api/v1/deletion/plans/{plan['id']}").status_code == 405
    assert api.deletion.begun == 0


def test_the_other_torrent_is_in_the_plan(api: Api) -> None:
    assert [one["hash"] for one in api.planned()["plan"]["torrents"]] == [SINGLE]
