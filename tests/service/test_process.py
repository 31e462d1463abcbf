"""The service as a process: killed in the middle, started again, asked from outside (R-C6, bad days)."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import KEY, Service, wait_for


@pytest.fixture
def big_sonarr() -> Iterator[dict]:
    """A Sonarr of 150 series, each answer a little late: a sync takes a while."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "episodarr.demo.big",
            "--series",
            "150",
            "--torrents",
            "10",
            "--moving",
            "0",
            "--delay-ms",
            "40",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.wait(10)
    process.stdout.close()


def test_asked_to_end_it_tidies_up(tmp_path: Path) -> None:
    """What `docker stop` sends: everything that was opened is closed, and the exit is no crash."""
    service = Service(tmp_path)
    service.stop()
    assert service.process.returncode == 0
    assert not list(tmp_path.glob("*.db-wal")), "SQLite closes its log with the last connection"


def events(service: Service, query: str = "", **headers: str) -> Iterator[tuple[str, str]]:
    """What the event stream tells: ids and names."""
    asked = urllib.request.Request(f"{service.url}/api/v1/events{query}", headers={"X-Api-Key": KEY} | headers)
    with urllib.request.urlopen(asked, timeout=20) as stream:
        told: dict[str, str] = {}
        for line in stream:
            name, _, value = line.decode().strip().partition(": ")
            if name:
                told[name] = value
            elif "event" in told:
                yield told["id"], told["event"]
                told = {}


def test_who_comes_back_to_the_event_stream_hears_what_was_told_meanwhile(tmp_path: Path) -> None:
    service = Service(tmp_path)
    try:
        watching = events(service)
        here, name = next(watching)
        assert name == "hello"
        run = urllib.request.Request(f"{service.url}/api/v1/jobs/sync-movies/run", b"", {"X-Api-Key": KEY})
        urllib.request.urlopen(run, timeout=10).close()
        first = next(told for told in watching if told[1] == "jobs")
        for back in (events(service, f"?since={here}"), events(service, "?since=0", **{"Last-Event-ID": here})):
            assert next(back) == (here, "hello")
            assert next(told for told in back if told[1] == "jobs") == first
            back.close()
        restarted = events(service, "?since=00000000-7")
        assert [name for _, name in (next(restarted), next(restarted))] == ["hello", "missed"]
        restarted.close()
        watching.close()
    finally:
        service.stop()


def test_what_a_command_logs_is_not_among_its_answers(tmp_path: Path) -> None:
    """A program that reads the answers stumbles over anything else."""
    away = {"EPISODARR_SONARR_URL": "http://127.0.0.1:9", "EPISODARR_SONARR_API_KEY": "any"}
    command = [sys.executable, "-m", "episodarr", "sync", "--data-dir", str(tmp_path)]
    ended = subprocess.run(command, env=os.environ | away, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "service is down" in ended.stderr


@pytest.mark.slow
def test_killed_in_the_middle_of_a_sync_it_goes_on_at_the_next_start(tmp_path: Path, big_sonarr: dict) -> None:
    environment = {"EPISODARR_SONARR_URL": big_sonarr["url"], "EPISODARR_SONARR_API_KEY": "any"}
    service = Service(tmp_path, **environment)
    wait_for(lambda: 0 < service.get("/totals")["episodes"] < 150 * 60)
    service.kill()
    with contextlib.closing(sqlite3.connect(tmp_path / "episodarr.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        half = db.execute("SELECT count(*) FROM episodes").fetchone()[0]
        orphans = (
            "SELECT count(*) FROM episodes e WHERE NOT EXISTS (SELECT 1 FROM evidence v WHERE v.episode_id = e.id)"
        )
        assert db.execute(orphans).fetchone()[0] == 0, "no episode without the evidence that its state rests on"
    assert 0 < half < 150 * 60
    again = Service(tmp_path, **environment)
    try:
        assert again.get("/totals")["episodes"] >= half
        wait_for(lambda: again.get("/totals")["episodes"] == 150 * 60)
        jobs = again.get("/jobs")["items"]
        assert any(job["status"] == "interrupted" for job in jobs), "what was killed says so"
        wait_for(lambda: not any(job["status"] == "running" for job in again.get("/jobs")["items"]))
    finally:
        errors = again.stop()
    assert "Traceback" not in errors


@pytest.mark.slow
def test_secrets_are_sealed_and_files_are_private(tmp_path: Path) -> None:
    secret = tmp_path / "key-of-sonarr"
    secret.write_text("canary-4711-canary\n")
    service = Service(
        tmp_path / "data",
        EPISODARR_SONARR_URL="http://127.0.0.1:9",
        EPISODARR_SONARR_API_KEY_FILE=str(secret),
        EPISODARR_QBITTORRENT_URL="http://127.0.0.1:9",
        EPISODARR_QBITTORRENT_USERNAME="ada",
        EPISODARR_QBITTORRENT_PASSWORD="canary-4712-canary",
        EPISODARR_URL_BASE="/episodarr/",
    )
    try:
        service.url = service.url.removesuffix("/episodarr") + "/episodarr"
        found = wait_for(lambda: [one for one in service.get("/connections")["items"] if one["status"] == "offline"])
        assert found[0]["fix"]
        text = json.dumps(service.get("/connections")) + json.dumps(service.get("/status"))
    finally:
        text += service.stop()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*.db*"))
    assert b"canary" not in stored
    assert "canary" not in text
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"EPISODARR_PORT": "many"}, "EPISODARR_PORT"),
        ({"EPISODARR_API_KEY": "short"}, "EPISODARR_API_KEY"),
        ({"EPISODARR_SONARR_URL": "http://127.0.0.1:9"}, "EPISODARR_SONARR_API_KEY"),
        ({"EPISODARR_SONARR_API_KEY_FILE": "/nowhere/at/all"}, "EPISODARR_SONARR_API_KEY_FILE"),
        ({"EPISODARR_LOG_LEVEL": "loud"}, "EPISODARR_LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_its_name(tmp_path: Path, environment: dict, word: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "episodarr", "serve"],
        env={**os.environ, "EPISODARR_DATA_DIR": str(tmp_path), "COLUMNS": "300", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
