"""The library over the API (R-C10, R-C12, R-C13)."""

from icalendar import Calendar
from running_house import Running, wait_for


def test_ping_is_open_and_says_nothing_else(shared: Running) -> None:
    del shared.client.headers["X-Api-Key"]
    answer = shared.client.get("/api/v1/ping")
    assert (answer.status_code, answer.content) == (200, b'{"status":"OK"}')


def test_shows_seasons_and_episodes(shared: Running) -> None:
    page = shared.get("/library", params={"limit": 1})
    assert (len(page["items"]), page["total"]) == (1, 2)
    rest = shared.get("/library", params={"limit": 1, "cursor": page["next"]})
    assert rest["next"] is None
    assert {page["items"][0]["title"], rest["items"][0]["title"]} == {"Dark", "Horimiya"}
    dark = shared.show("Dark")
    seasons = shared.get(f"/library/{dark['id']}/seasons")
    assert [season["number"] for season in seasons["items"]] == [1, 2]
    episodes = shared.get(f"/library/{dark['id']}/seasons/1/episodes")
    assert [row["episode_number"] for row in episodes["items"]] == [1, 2, 3]
    row = episodes["items"][0]
    assert {"state", "because", "waiting_for", "since", "progress", "monitored", "air_date", "quality"} <= row.keys()
    assert shared.get(f"/library/{dark['id']}")["airs_next" if "airs_next" in dark else "next_airs_at"] is None


def test_what_is_not_there_is_404_as_a_problem(shared: Running) -> None:
    dark = shared.show("Dark")["id"]
    for path in (
        "/library/9999",
        "/library/9999/seasons",
        f"/library/{dark}/seasons/9/episodes",
        "/episodes/99999",
        "/episodes/99999/timeline",
        "/downloads/2:none",
        "/jobs/99999",
        "/connections/999",
        "/nothing",
    ):
        answer = shared.client.get(f"/api/v1{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 404


def test_wrong_parameters_name_the_field(shared: Running) -> None:
    for path, field in (
        ("/library?limit=0", "limit"),
        ("/library?limit=many", "limit"),
        ("/library?sort=random", "sort"),
        ("/library?cursor=%00", "cursor"),
        ("/calendar?start=2026-01-01&end=2026-01-02", "time zone"),
        ("/library/abc", "series_id"),
        (f"/library/{2**70}", "series_id"),
    ):
        answer = shared.client.get(f"/api/v1{path}")
        assert answer.status_code == 422, (path, answer.text)
        assert field in answer.json()["detail"]


def test_monitoring_goes_through_sonarr_and_comes_back(running: Running) -> None:
    """R-C13."""
    row = running.episode("Dark", 1, 2)
    answer = running.client.put("/api/v1/episodes/monitored", json={"episode_ids": [row["id"]], "monitored": False})
    assert answer.status_code == 204, answer.text
    assert running.episode("Dark", 1, 2)["state"] == "unmonitored", "read back at once"
    world = running.stack.world
    assert not running.stack.run(lambda: world.season_of(world.named("Dark"), 1)[1].monitored)
    dark = running.show("Dark")["id"]
    assert (
        running.client.put(f"/api/v1/library/{dark}/seasons/2/monitored", json={"monitored": False}).status_code == 204
    )
    assert not running.get(f"/library/{dark}/seasons")["items"][1]["monitored"]
    assert running.client.put(f"/api/v1/library/{dark}/monitored", json={"monitored": False}).status_code == 204
    assert not running.show("Dark")["monitored"]


def test_a_search_brings_a_download(running: Running) -> None:
    row = running.episode("Dark", 1, 1)
    assert running.client.post(f"/api/v1/episodes/{row['id']}/search").status_code == 202
    wait_for(lambda: running.episode("Dark", 1, 1)["state"] in {"grabbed", "downloading", "downloaded", "imported"})


def test_an_unreachable_sonarr_is_a_502_with_the_mend(running: Running) -> None:
    running.stack.run(lambda: running.stack.stack.sonarr.faults.set("error"))
    row = running.episode("Dark", 1, 1)
    answer = running.client.post(f"/api/v1/episodes/{row['id']}/search")
    assert answer.status_code == 502
    assert "Sonarr" in answer.json()["detail"]


def test_the_poster_is_an_image(shared: Running) -> None:
    answer = shared.client.get(f"/api/v1/library/{shared.show('Dark')['id']}/poster")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"


def test_jobs_are_started_followed_and_reported(running: Running) -> None:
    """R-C5, R-C10."""
    for path in (
        "/sync/trigger/sonarr",
        "/sync/trigger/sonarr-episodes?full_sync=true&series_limit=1",
        "/jobs/sync-series/run",
    ):
        started = running.client.post(f"/api/v1{path}")
        assert started.status_code == 202
        job = started.json()["id"]
        done = wait_for(lambda job=job: (found := running.get(f"/jobs/{job}"))["finished_at"] and found)
        assert done["status"] == "ok"
        assert {"requests", "bytes", "milliseconds", "failed", "read"} <= done["report"].keys()
        if "episodes?" in path:
            assert done["report"]["read"] == 1, "the limit caps the shows of this run"
    assert running.client.post("/api/v1/tasks/none/run").status_code == 404
    assert running.client.post("/api/v1/jobs/1/cancel").status_code == 409
    names = {task["name"] for task in running.get("/tasks")["items"]}
    assert {"sync-series", "sync-episodes", "follow-transfers", "verify"} <= names


def test_the_calendar_lists_what_airs(running: Running) -> None:
    world = running.stack.world

    def air_soon() -> None:
        from datetime import timedelta

        world.add_episode(world.named("Dark"), 2, 3, title="Soon", air_at=world.now + timedelta(hours=5))

    running.stack.run(air_soon)
    dark = running.show("Dark")["id"]
    running.client.post(f"/api/v1/library/{dark}/sync")
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    span = {"start": (now - timedelta(days=1)).isoformat(), "end": (now + timedelta(days=2)).isoformat()}
    found = running.get("/calendar", params=span)["items"]
    assert [(one["title"], one["calendar_state"]) for one in found] == [("Soon", "unaired")]
    assert running.client.get("/api/v1/calendar.ics?token=wrong").status_code == 401
    feed = running.client.get(running.house.services.calendar_feed_path())
    assert feed.headers["content-type"].startswith("text/calendar")
    event = Calendar.from_ical(feed.text).events[0]
    assert str(event["summary"]) == "Dark - 2x03 - Soon"
    assert str(event["uid"]).endswith("@episodarr")
    assert event["dtstart"].dt.tzinfo is not None
