"""Every route is closed by default (S1, S2, S5)."""

import re

import pytest
from running_house import Running

OPEN = {("GET", "/api/v1/ping")}
BY_SECRET = {
    ("GET", "/api/v1/calendar.ics"),
    ("POST", "/api/v1/webhooks/{kind}/{connection_id}"),
    ("PUT", "/api/v1/webhooks/{kind}/{connection_id}"),
}


def api_routes(running: Running) -> set[tuple[str, str]]:
    """Every method and path of the API, from its own description."""
    paths = running.get("/openapi.json")["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_every_api_route_needs_a_key(shared: Running) -> None:
    routes = api_routes(shared)
    assert len(routes) > 25
    key = shared.client.headers.pop("X-Api-Key")
    for method, path in sorted(routes - OPEN):
        concrete = re.sub(r"\{kind\}", "sonarr", path)
        concrete = re.sub(r"\{\w+\}", "1", concrete)
        answer = shared.client.request(method, concrete)
        assert answer.status_code == 401, (method, path, answer.status_code)
        assert key not in answer.text


def test_a_wrong_key_is_refused(shared: Running) -> None:
    for headers in (
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic eA=="},
    ):
        shared.client.headers.pop("X-Api-Key", None)
        assert shared.client.get("/api/v1/library", headers=headers).status_code == 401
    assert shared.client.get("/api/v1/library?apikey=" + "k" * 32).status_code == 401, "no keys in addresses"
    assert shared.client.get("/api/v1/library", headers={"Authorization": "Bearer " + "k" * 32}).status_code == 200


def test_a_read_key_reads_only(shared: Running) -> None:
    _, text = shared.house.accounts.create_key("dashboard", "read")
    headers = {"X-Api-Key": text}
    assert shared.client.get("/api/v1/library", headers=headers).status_code == 200
    for method, path in sorted(api_routes(shared) - OPEN - BY_SECRET):
        if method == "GET" and not path.endswith("/webhook"):
            continue
        answer = shared.client.request(method, re.sub(r"\{\w+\}", "1", path), headers=headers)
        assert answer.status_code == 403, (method, path)


def test_a_session_reads_but_does_not_change(running: Running) -> None:
    """A foreign page cannot have a browser change anything through the API: that needs a key."""
    running.house.accounts.create_first_admin("ada", "correct horse")
    token = running.house.accounts.sign_in("ada", "correct horse", "127.0.0.1")
    running.client.headers.pop("X-Api-Key")
    running.client.cookies.set("episodarr_session", token)
    assert running.client.get("/api/v1/library").status_code == 200
    assert running.client.post("/api/v1/jobs/sync-series/run").status_code == 401


def test_no_secret_leaves_the_api(shared: Running) -> None:
    """S5."""
    told = [service.api_key or service.token or service.password for service in shared.stack.services]
    secrets = [one for one in told if one]  # TVmaze has none
    for path in ("/connections", "/status", "/tasks", "/jobs", "/downloads", "/openapi.json", "/connections/1"):
        text = shared.client.get(f"/api/v1{path}").text
        assert not [secret for secret in secrets if secret in text], path


@pytest.mark.parametrize(
    "path", ["/api/v1/library/", "/API/v1/library", "/api/v1//library", "/api/v1/library/..;/ping", "/api/v2/ping"]
)
def test_near_miss_paths_open_nothing(shared: Running, path: str) -> None:
    shared.client.headers.pop("X-Api-Key")
    assert shared.client.get(path, follow_redirects=False).status_code in {302, 303, 307, 401, 404}


def test_connections_are_tested_and_saved_with_clear_errors(running: Running) -> None:
    url = next(service.url for service in running.stack.services if service.kind == "sonarr")
    test = lambda **settings: running.client.post(  # noqa: E731  # one line each reads better here
        "/api/v1/connections/test", json={"kind": "sonarr", "settings": settings}
    ).json()
    right = running.stack.stack.sonarr.api_key
    assert test(url=url, api_key=right)["ok"]
    assert test(url=url, api_key="wrong")["status"] == "refused"
    assert test(url="http://127.0.0.1:9", api_key="x")["status"] == "offline"
    jellyfin = next(service.url for service in running.stack.services if service.kind == "jellyfin")
    assert test(url=jellyfin, api_key="x")["status"] in {"wrong_app", "wrong_path", "refused"}
    assert test(url=f"{url}/nowhere", api_key=right)["status"] == "wrong_path"
    stored = next(one for one in running.get("/connections")["items"] if one["kind"] == "sonarr")
    elsewhere = running.client.post(
        f"/api/v1/connections/test?connection_id={stored['id']}",
        json={"kind": "sonarr", "settings": {"url": "http://127.0.0.1:9"}},
    ).json()
    assert elsewhere["status"] == "invalid", "a stored secret is never sent to a changed address (S8)"
    wrong = running.client.post("/api/v1/connections", json={"kind": "sonarr", "settings": {"url": "file:///etc"}})
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"url", "api_key"}
    made = running.client.post(
        "/api/v1/connections", json={"kind": "sonarr", "name": "Second", "settings": {"url": url, "api_key": right}}
    )
    assert made.status_code == 201
    assert "api_key" not in made.json()["settings"]
    number = made.json()["id"]
    changed = running.client.put(
        f"/api/v1/connections/{number}",
        json={"kind": "sonarr", "name": "Second", "settings": {"url": url}, "enabled": False},
    )
    assert (changed.status_code, changed.json()["secrets_set"]) == (200, ["api_key"])
    assert running.client.delete(f"/api/v1/connections/{number}").status_code == 204
    assert running.client.delete(f"/api/v1/connections/{stored['id']}").status_code == 422, "given by the environment"
