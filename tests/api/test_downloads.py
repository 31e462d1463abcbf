"""Downloads and events over the API, and webhooks as hints (R-D1, R-D3, R-D7, R-D13)."""

import json

import pytest
from running_house import KEY, Running, wait_for


def grab(running: Running) -> None:
    world = running.stack.world

    def act() -> None:
        series = world.named("Horimiya")
        world.arrivals.grab(series, world.season_of(series, 1), kind="pack", seconds=3)

    running.stack.run(act)


def test_a_pack_is_shown_file_by_file_until_it_is_available(running: Running) -> None:
    grab(running)

    def lanes() -> list[dict]:
        return running.get("/downloads")["items"]

    lane = wait_for(lambda: next((one for one in lanes() if any(file["episodes"] for file in one["files"])), None))
    assert lane["kind"] == "season_pack"
    assert {"progress", "speed", "eta", "size", "done", "phase"} <= lane.keys()
    assert 0 <= lane["progress"] <= 1
    file = lane["files"][1]
    assert file["episodes"][0]["episode_number"] == 2
    assert file["confidence"] in {"sure", "likely"}
    assert file["reason"]
    row = running.episode("Horimiya", 1, 2)
    wait_for(lambda: (running.get(f"/episodes/{row['id']}")["episode"]["progress"] or 0) > 0)
    wait_for(lambda: running.show("Horimiya")["available_count"] == 4, 40)
    detail = running.get(f"/episodes/{row['id']}")
    assert detail["episode"]["state"] == "available"
    assert detail["library_items"][0]["server"] == "Jellyfin"
    kinds = [entry["kind"] for entry in running.get(f"/episodes/{row['id']}/timeline")["items"]]
    assert kinds.index("grabbed") < kinds.index("imported") < kinds.index("in_library")
    assert running.get("/downloads", params={"active": True})["total"] == 0


def test_a_webhook_makes_it_read_now(running: Running) -> None:
    grab(running)
    body = {"eventType": "Grab", "series": {"id": 1}}
    assert running.webhook(json.dumps(body)).status_code == 200
    wait_for(lambda: running.episode("Horimiya", 1, 1)["state"] != "missing", 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\x00\xff", 400),
        (b"[1]", 400),
        (b'{"eventType": "Download"', 400),
        (b'{"eventType": {"a": 1}, "series": 7}', 200),
        (b'{"eventType": "EpisodeFileDelete", "series": {"id": -5}}', 200),
        (b'{"eventType": "EpisodeFileDelete", "series": {"id": 99999999999999999999}}', 200),
        (b'{"eventType": "SeriesDelete", "series": {"id": 1, "title": "Horimiya"}, "deletedFiles": true}', 200),
        (b'{"eventType": "Download", "series": {"id": 1}, "episodes": [{"id": 1}], "episodeFile": {"id": 9}}', 200),
        (b"[" * 100_000, 400),
    ],
)
def test_what_a_webhook_claims_is_never_believed(shared: Running, body: bytes, status: int) -> None:
    """Forged, mangled or hostile: it can at most cause a read."""
    before = shared.get("/totals")["states"]
    assert shared.webhook(body).status_code == status
    for _ in range(3):
        shared.get("/tasks")
    assert shared.get("/totals")["states"] == before


def test_a_wrong_secret_is_refused(shared: Running) -> None:
    for secret in ("", "wrong", KEY, "ü"):
        assert shared.webhook(b'{"eventType":"Grab"}', secret=secret.encode()).status_code == 401
    assert shared.client.post("/api/v1/webhooks/radarr/1", json={}).status_code == 401
    assert shared.client.post("/api/v1/webhooks/sonarr/99", json={}).status_code == 401


def test_a_body_that_is_too_large_is_refused(shared: Running) -> None:
    assert shared.webhook(b'{"a":"' + b"x" * 3_000_000 + b'"}').status_code == 413


def test_a_flood_of_webhooks_costs_few_reads(running: Running) -> None:
    counts = running.stack.stack.sonarr.counts
    before = counts.requests
    for _ in range(300):
        running.webhook(b'{"eventType":"Download","series":{"id":1}}')
    wait_for(lambda: not any(task["running"] for task in running.get("/tasks")["items"]))
    assert counts.requests - before < 300, "hints that come together are answered together"
    assert running.get("/totals")["episodes"] == 9


def test_events_tell_what_moves(running: Running) -> None:
    """The stream carries ids and numbers."""
    import anyio

    seen: dict[str, list[dict]] = {}

    async def listen() -> None:
        async with running.house.live.watch() as queue:
            with anyio.fail_after(20):
                while not {"progress", "episodes", "transfers", "shows"} <= seen.keys():
                    event = await queue.get()
                    seen.setdefault(event.name, []).append(json.loads(event.data))

    grab(running)
    running.client.portal.call(listen)
    moving = [one for data in seen["progress"] for one in data["transfers"]]
    assert all(0 <= one["progress"] <= 1 for one in moving)
    assert {"id", "series_id", "season_number", "state", "because", "waiting_for", "since", "at"} == set(
        seen["episodes"][0]["episodes"][0]
    )
