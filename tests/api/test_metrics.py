"""What Prometheus reads: true numbers, few labels, no secret."""

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families
from running_house import Running, wait_for

from episodarr.downloads.model import TransferPhase
from episodarr.episode.state import State


def numbers(running: Running) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels."""
    answer = running.client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    families = list(text_string_to_metric_families(answer.text))
    assert all(one.name.startswith("episodarr_") and one.documentation for one in families)
    assert max(Counter(one.name for one in families).values()) == 1, "each is described once"
    samples = [sample for family in families for sample in family.samples]
    return {(one.name.removeprefix("episodarr_"), *one.labels.values()): one.value for one in samples}


def test_they_say_what_the_api_says(shared: Running) -> None:
    totals = shared.get("/status")["totals"]
    told = numbers(shared)
    assert told["shows",] == totals["shows"] == 2
    assert told["library_bytes",] == totals["size_on_disk"]
    states = {key[1]: value for key, value in told.items() if key[0] == "episodes"}
    assert set(states) == {state.value for state in State}, "a state without episodes has the number 0"
    assert {state: value for state, value in states.items() if value} == totals["states"]
    phases = {key[1] for key in told if key[0] == "transfers"}
    assert phases == {phase.value for phase in TransferPhase} - {"skipped", "withdrawn"}
    for disk in shared.get("/storage")["disks"]:
        assert told["disk_free_bytes", disk["key"]] == disk["free"]


def test_tasks_and_the_mode_are_told(shared: Running) -> None:
    wait_for(lambda: ("fresh_round", "shows_read") in numbers(shared))
    told = numbers(shared)
    assert (told["fresh_mode", "ON_DEMAND"], told["fresh_mode", "GREEDY"]) == (1, 0)
    assert told["task_last_run_failed", "sync-series"] == 0
    tasks = {one["name"] for one in shared.get("/tasks")["items"]}
    assert {key[1] for key in told if key[0] == "task_running"} == tasks


def test_a_service_that_goes_is_down(running: Running) -> None:
    assert numbers(running)["connection_up", "sonarr", "Sonarr"] == 1
    running.stack.run(lambda: running.stack.stack.sonarr.faults.set("refuse"))
    running.stack.settle()
    wait_for(lambda: numbers(running)["connection_up", "sonarr", "Sonarr"] == 0)


def test_they_need_a_key_and_tell_none(shared: Running) -> None:
    text = shared.client.get("/metrics").text
    secrets = [one.api_key or one.token or one.password for one in shared.stack.services]
    assert not [secret for secret in secrets if secret and secret in text]
    assert "http" not in text, "no address either"
    key = shared.client.headers.pop("X-Api-Key")
    refused = shared.client.get("/metrics", follow_redirects=False)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert shared.client.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code == 200
