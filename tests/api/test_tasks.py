"""Tasks over the API."""

from running_house import Running, wait_for


def test_every_task_can_be_run_by_hand(running: Running) -> None:
    """What needs something to work on says so; none of them fails for the lack of it."""
    tasks = [one["name"] for one in running.get("/tasks")["items"]]
    assert len(tasks) > 20
    jobs = [running.client.post(f"/api/v1/jobs/{name}/run").json()["id"] for name in tasks]
    for job in filter(None, jobs):
        wait_for(lambda job=job: running.get(f"/jobs/{job}")["finished_at"])
        assert running.get(f"/jobs/{job}")["status"] == "ok", running.get(f"/jobs/{job}")
    wait_for(lambda: all(one["last_outcome"] == "ok" for one in running.get("/tasks")["items"]))
