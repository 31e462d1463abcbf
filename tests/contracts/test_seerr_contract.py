"""The simulated Seerr and its adapter against the API descriptions, and against what a real Seerr answered (R-D8)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from contract_calls import Answered, Caller
from contract_schemas import OpenApi

from episodarr.connections.failures import Refused
from episodarr.connections.hint import About
from episodarr.demo.clock import ManualClock
from episodarr.demo.seerr_desk import RequestDesk
from episodarr.demo.stack import Stack, StackInThread, living_world, run_in_thread
from episodarr.integrations import seerr
from episodarr.integrations._http import make_session
from episodarr.integrations.seerr import INTEGRATION, Seerr
from episodarr.requests.model import MediaStatus, RequestStatus, Title, TmdbId

PRODUCTS = {"Seerr": "seerr-api.yml", "Jellyseerr": "seerr-api.yml", "Overseerr": "overseerr-api.yml"}
NULLS = re.compile(r"(profileId|serverId|rootFolder|plexUsername|modifiedBy|languageProfileId): ")
"""Members that a real one sends as null where the description forbids it (26-request-list-default.json)."""
PAGES = ["/request", "/request?take=2&skip=1&sort=modified&filter=all", "/request/count", "/request/1"]


@pytest.fixture(scope="session")
def recorded(contracts: Path) -> Callable[[str], dict[str, Any]]:
    """What a real Seerr answered, by the beginning of the file's name."""
    folder = contracts.parent / "contracts-recorded" / "seerr"
    if not folder.is_dir():
        pytest.skip(f"recordings not here: {folder}")
    return lambda name: json.loads(next(folder.glob(f"{name}-*.json")).read_text())["response"]


@pytest.fixture(scope="module", params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def api(contracts: Path, product: str) -> OpenApi:
    return OpenApi(contracts / "seerr" / PRODUCTS[product])


@pytest.fixture(scope="module")
def stack(contracts: Path, product: str) -> Iterator[StackInThread]:
    """The demo 30 s after its start."""
    clock = ManualClock()
    with run_in_thread(Stack(living_world(clock), seerr_product=product)) as running:
        clock.advance(30)
        running.settle()
        yield running


@pytest.fixture
def service(stack: StackInThread) -> Caller:
    """Calls with the key."""
    found = next(one for one in stack.services if one.kind == "seerr")
    return Caller(found.url + "/api/v1", {"X-Api-Key": found.api_key})


def desk(stack: StackInThread) -> RequestDesk:
    return stack.world.requests


def faults(api: OpenApi, body: Any, method: str, path: str, status: str = "200") -> list[str]:
    """What is wrong with a body, without what is wrong with a real one's, too."""
    return [one for one in api.faults_of(body, api.response_schema(method, path, status)) if not NULLS.search(one)]


def wording(answer: Answered) -> tuple[int, Any]:
    return answer.status, answer.json


READS = [
    ("/status", "/status"),
    ("/settings/public", "/settings/public"),
    ("/auth/me", "/auth/me"),
    ("/request", "/request"),
    ("/request?take=2&skip=1&sort=modified&filter=all", "/request"),
    ("/request/count", "/request/count"),
    ("/request/1", "/request/{requestId}"),
    ("/media?filter=allavailable", "/media"),
    ("/settings/jobs", "/settings/jobs"),
    ("/tv/7100001", "/tv/{tvId}"),
]


@pytest.mark.parametrize(("asked", "path"), READS, ids=[asked for asked, _ in READS])
def test_each_answer_is_what_the_description_says(api: OpenApi, service: Caller, asked: str, path: str) -> None:
    answer = service.get(asked)
    assert answer.status == 200, answer.text
    assert faults(api, answer.json, "get", path) == []


def test_a_request_and_a_decision_fit(api: OpenApi, service: Caller, stack: StackInThread) -> None:
    stack.run(lambda: desk(stack).add_title(7_300_000, 7_400_000, "Test Title", 2024, {1: 3, 2: 3}))
    wish = {"mediaType": "tv", "mediaId": 7_300_000, "seasons": [1], "is4k": False}
    made = service.send_json("POST", "/request", wish)
    assert made.status == 201, made.text
    assert faults(api, made.json, "post", "/request", "201") == []
    assert service.send_json("POST", "/request", wish).status == 202
    for verb in ("decline", "approve"):
        decided = service.send_json("POST", f"/request/{made.json['id']}/{verb}", {})
        assert faults(api, decided.json, "post", "/request/{requestId}/{status}") == []
    retried = service.send_json("POST", f"/request/{made.json['id']}/retry", {})
    assert faults(api, retried.json, "post", "/request/{requestId}/retry") == []
    assert service.call("DELETE", f"/request/{made.json['id']}").status == 204
    run = service.send_json("POST", "/settings/jobs/availability-sync/run", {})
    assert run.status == 200


@pytest.fixture(scope="module")
def third(contracts: Path) -> Iterator[StackInThread]:
    """The demo with a Seerr 3."""
    clock = ManualClock()
    with run_in_thread(Stack(living_world(clock))) as running:
        clock.advance(30)
        running.settle()
        yield running


@pytest.fixture
def ours(third: StackInThread) -> Caller:
    """Calls to it with the key."""
    found = next(one for one in third.services if one.kind == "seerr")
    return Caller(found.url + "/api/v1", {"X-Api-Key": found.api_key})


class TestAsTheRealOne:
    """Keys, statuses and words of what was recorded from a real Seerr 3."""

    def test_a_listed_request_has_the_same_members(self, ours: Caller, recorded) -> None:
        real, made = recorded("26")["body"], ours.get("/request").json
        assert made.keys() == real.keys()
        assert made["pageInfo"].keys() == real["pageInfo"].keys()
        there, here = real["results"][0], made["results"][0]
        assert here.keys() == there.keys()
        assert here["requestedBy"].keys() == there["requestedBy"].keys()
        assert here["media"].keys() - {"serviceUrl"} == there["media"].keys()
        assert here["seasons"][0].keys() == there["seasons"][0].keys()

    def test_one_request_has_the_same_members(self, ours: Caller, recorded) -> None:
        real, made = recorded("53")["body"], ours.get("/request/1").json
        assert made.keys() == real.keys()
        assert made["media"].keys() == real["media"].keys()
        assert "serviceUrl" in made["media"]

    def test_a_count_and_a_title_have_the_same_members(self, ours: Caller, recorded) -> None:
        assert ours.get("/request/count").json.keys() == recorded("25")["body"].keys()
        real = recorded("43")["body"].keys()
        assert ours.get("/tv/7100001").json.keys() <= real
        assert ours.get("/tv/7100001/season/1").json.keys() <= recorded("46")["body"].keys()
        assert ours.get("/service/sonarr").json[0].keys() == recorded("09")["body"][0].keys()

    def test_refusals_are_worded_the_same(self, ours: Caller, recorded) -> None:
        nobody = Caller(ours.url)
        assert nobody.get("/auth/me").status == recorded("04")["status"] == 401
        wrong = Caller(ours.url, {"X-Api-Key": "wrong"})
        assert wording(wrong.get("/auth/me")) == (403, recorded("05")["body"])
        assert wording(ours.get("/request/99999")) == (404, recorded("40")["body"])
        assert wording(ours.get("/tv/900001")) == (500, recorded("45")["body"])
        plain = Caller(ours.url, ours.headers | {"X-API-User": "2"})
        assert wording(plain.call("DELETE", "/media/1")) == (403, recorded("70")["body"])
        listed = {one["requestedBy"]["id"] for one in plain.get("/request").json["results"]}
        assert listed == {2}, "others' requests are not shown to them"
        strange = ours.get("/request?take=abc")
        assert (strange.status, strange.json["message"]) == (400, recorded("73")["body"]["message"])
        assert ours.get("/request?sortBy=added").status == 400
        unknown = {"mediaType": "tv", "mediaId": 900_001, "seasons": [1]}
        assert wording(ours.send_json("POST", "/request", unknown)) == (500, recorded("19")["body"])
        del unknown["seasons"]
        assert ours.send_json("POST", "/request", {**unknown, "mediaId": 7_100_001}).status == 500
        four = {"mediaType": "tv", "mediaId": 7_100_001, "seasons": [1], "is4k": True}
        assert wording(plain.send_json("POST", "/request", four)) == (403, recorded("21")["body"])

    def test_take_0_means_the_default(self, ours: Caller, recorded) -> None:
        assert ours.get("/request?take=0").json["pageInfo"]["pageSize"] == 10
        assert recorded("72")["body"]["pageInfo"]["pageSize"] == 10


# ------------------------------------------------------------------ the adapter over the recordings


def replayed(answers: dict[str, Any], ask: Callable[[Seerr], Awaitable[Any]]) -> Any:
    """Ask the adapter where a server gives recorded answers by path; of several, by `skip`."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        answer = answers.get(request.path.removeprefix("/api/v1"), {"status": 404, "body": {"message": "no"}})
        if callable(answer):
            answer = answer(request)
        return web.json_response(answer["body"], status=answer["status"])

    async def run() -> Any:
        runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            async with make_session() as session:
                return await ask(Seerr("Seerr", f"http://{host}:{port}", "<key>", session))
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def paged(body: dict[str, Any]) -> Callable[[web.BaseRequest], dict[str, Any]]:
    """The recorded results in pages, as they are asked for."""

    def page(request: web.BaseRequest) -> dict[str, Any]:
        skip, take = int(request.query["skip"]), int(request.query["take"])
        results = body["results"][skip : skip + take]
        return {"status": 200, "body": {**body, "results": results}}

    return page


@pytest.fixture
def real(recorded) -> dict[str, Any]:
    """The answers that the real one gave, by path."""
    return {
        "/status": recorded("01"),
        "/settings/public": recorded("06"),
        "/auth/me": recorded("02"),
        "/request/count": recorded("25"),
        "/request": paged(recorded("28")["body"]),
        "/tv/1001": recorded("43"),
        "/tv/900001": recorded("45"),
        "/request/1/approve": recorded("13"),
        "/request/6/decline": recorded("23"),
        "/request/99999/approve": recorded("40"),
    }


def test_the_adapter_reads_what_a_real_seerr_lists(real) -> None:
    """R-D8."""
    read = replayed(real, lambda client: client.all_requests())
    assert (len(read.series), read.films) == (42, 1)
    first = next(one for one in read.series if one.number == 1)
    assert (first.tmdb_id, first.tvdb_id, first.seasons, first.requester) == (1001, 301001, (1,), "two")
    assert (first.status, first.modified_by) == (RequestStatus.APPROVED, "admin")
    assert (first.sonarr.address, first.sonarr.series) == ("http://127.0.0.1:22202", 1)
    assert next(one for one in read.series if one.number == 42).seasons == (1, 2, 3, 4, 5, 6)
    assert {one.status for one in read.series} == {
        RequestStatus.PENDING,
        RequestStatus.APPROVED,
        RequestStatus.DECLINED,
    }
    assert MediaStatus.OTHER not in {one.media_status for one in read.series}
    later = replayed(real, lambda client: client.requests_since(datetime(2026, 11, 21, 5, 20, 34, tzinfo=UTC)))
    assert 0 < len(later.series) < 42


def test_the_adapter_knows_a_real_seerr(real, recorded) -> None:
    checked = replayed(real, INTEGRATION.check)
    assert (checked.application, checked.version, checked.detail) == ("Seerr", "develop-local", "43 requests")
    with pytest.raises(Refused):
        replayed(real | {"/auth/me": recorded("05")}, INTEGRATION.check)


def test_the_adapter_reads_decisions_and_titles_of_a_real_seerr(real) -> None:
    assert replayed(real, lambda client: client.title(TmdbId(1001))) == Title("Broken River", 2018)
    assert replayed(real, lambda client: client.approve(1)).status is RequestStatus.APPROVED
    assert replayed(real, lambda client: client.decline(6)).status is RequestStatus.DECLINED
    with pytest.raises(LookupError):
        replayed(real, lambda client: client.approve(99999))


@pytest.mark.parametrize("name", ["recorded-overseerr", "recorded-seerr"])
def test_the_adapter_reads_what_others_recorded(contracts: Path, name: str) -> None:
    """Lists that were shortened by who published them: each request by itself."""
    body = json.loads((contracts / "seerr" / name / "request.json").read_text())
    count = len(body["results"])
    body["pageInfo"]["results"] = count
    status = {"version": "1.34.0" if name.endswith("overseerr") else "3.0.0", "commitTag": "x"}
    answers = {
        "/status": {"status": 200, "body": status},
        "/settings/public": {"status": 200, "body": {"initialized": True}},
        "/request": paged(body),
    }
    read = replayed(answers, lambda client: client.all_requests())
    assert len(read.series) + read.films == count
    assert all(one.requester and one.created_at for one in read.series)
    tv = json.loads((contracts / "seerr" / name / "create_tv_request.json").read_text())
    body = {"pageInfo": {"results": 1}, "results": [tv]}
    (one,) = replayed(answers | {"/request": paged(body)}, lambda client: client.all_requests()).series
    assert one.seasons
    assert one.tvdb_id == tv["media"]["tvdbId"]


@pytest.mark.parametrize(
    ("version", "public", "codes"),
    [
        ("3.1.0", {"mediaServerType": 1}, "seerr-3.x"),
        ("2.7.3", {"mediaServerType": 2}, "seerr-3.x"),
        ("1.34.0", {}, "overseerr-1.x"),
        ("develop-abc", {}, "overseerr-1.x"),
        ("develop-abc", {"mediaServerType": 2}, "seerr-3.x"),
    ],
)
def test_a_number_means_what_this_product_means_by_it(contracts: Path, real, version, public, codes) -> None:
    """R-D8: a 6 is ambiguous without knowing the product."""
    meant = json.loads((contracts / "seerr" / "constructed" / "status-codes.json").read_text())[codes]
    request = real["/request/1/approve"]["body"]
    for number in range(1, 9):
        media = request["media"] | {"status": number}
        body = {"pageInfo": {"results": 1}, "results": [request | {"media": media}]}
        answers = real | {
            "/status": {"status": 200, "body": {"version": version, "commitTag": "x"}},
            "/settings/public": {"status": 200, "body": public},
            "/request": paged(body),
        }
        (one,) = replayed(answers, lambda client: client.all_requests()).series
        assert one.media_number == number
        assert one.media_status.value.upper() == meant.get(str(number), "OTHER")


# ------------------------------------------------------------------ webhooks


def test_webhooks_hint_at_reading_the_requests(contracts: Path, stack: StackInThread) -> None:
    constructed = json.loads((contracts / "seerr" / "constructed" / "webhook-tv-available.json").read_text())
    told = INTEGRATION.hint(constructed)
    assert (told.kind, told.about, told.tvdb_ids) == ("MEDIA_AVAILABLE", {About.REQUESTS}, {990001})
    recorded = contracts / "seerr" / "recorded-overseerr" / "webhook-movie-auto-approved.json"
    assert INTEGRATION.hint(json.loads(recorded.read_text())).about == {About.REQUESTS}
    template = json.loads((contracts / "seerr" / "webhook-default-template.json").read_text())
    keys = {key.strip("{}") for key in template}
    stack.run(lambda: stack.stack.seerr.webhooks.append("http://127.0.0.1:9/"))
    stack.run(lambda: desk(stack).decline(desk(stack).requests[3], desk(stack).users[0]))
    sent = stack.run(lambda: stack.stack.seerr.sent[-1])
    assert sent.keys() == keys
    assert sent["media"].keys() == template["{{media}}"].keys()
    assert sent["request"].keys() == template["{{request}}"].keys()
    assert INTEGRATION.hint(sent).about == {About.REQUESTS}


@pytest.mark.parametrize(
    ("told", "about", "ids"),
    [
        ({}, {About.REQUESTS}, set()),
        ({"notification_type": 5, "media": "gone"}, {About.REQUESTS}, set()),
        ({"media": {"tvdbId": ""}}, {About.REQUESTS}, set()),
        ({"tvdbId": "77"}, {About.REQUESTS}, {77}),
        ({"media": {"tvdbId": -1}}, {About.REQUESTS}, set()),
        ({"notification_type": "TEST_NOTIFICATION"}, set(), set()),
        ({"notification_type": "ISSUE_CREATED", "media": {"tvdbId": "5"}}, set(), set()),
    ],
)
def test_edited_templates_are_read_as_far_as_they_go(told: dict[str, Any], about: set, ids: set) -> None:
    hint = seerr.INTEGRATION.hint(told)
    assert (hint.about, hint.tvdb_ids) == (about, ids)
