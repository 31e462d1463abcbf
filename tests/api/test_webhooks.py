"""Webhooks of all services, in the forms in which they are sent (R-D7)."""

import json

import pytest
from running_house import Running

from episodarr.connections.hint import About
from episodarr.jobs.schedule import TASKS_ABOUT

ADDED = {"plex": {"token": "t"}, "seerr": {"api_key": "k"}, "shoko": {"api_key": "k"}}


def _post(shared: Running, kind: str, **request):
    def held():
        return next((one for one in shared.get("/connections")["items"] if one["kind"] == kind), None)

    if held() is None:
        settings = {"url": "http://127.0.0.1:1"} | ADDED[kind]
        wanted = {"kind": kind, "name": kind, "settings": settings}
        assert shared.client.post("/api/v1/connections", json=wanted).status_code == 201
    connection = held()
    path = shared.get(f"/connections/{connection['id']}/webhook")["path"]
    return shared.client.post(path, **request)


@pytest.fixture
def heard(shared: Running, monkeypatch: pytest.MonkeyPatch) -> list:
    """The tasks that were woken."""
    woken: list[str] = []
    monkeypatch.setattr(shared.house.engine, "wake", woken.append)
    return woken


def test_plex_puts_its_words_into_a_form_with_a_picture(shared: Running, heard: list) -> None:
    told = {"event": "library.new", "Metadata": {"type": "episode", "librarySectionType": "show"}}
    picture = ("thumb.jpg", b"\xff\xd8\xff" + bytes(100_000), "image/jpeg")
    files = {"payload": (None, json.dumps(told), "application/json"), "thumb": picture}
    assert _post(shared, "plex", files=files).status_code == 200
    assert "verify" in heard


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", "form"),
        (b"nothing", "multipart/form-data", "form"),
        (
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n{}\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            "payload",
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="payload"\r\n\r\nnot json\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            "readable JSON",
        ),
    ],
)
def test_a_form_that_cannot_be_read_says_so(shared: Running, content: bytes, kind: str, problem: str) -> None:
    answer = _post(shared, "plex", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert problem in answer.json()["detail"]


def test_jellyfins_plugin_sends_json_as_plain_text(shared: Running, heard: list) -> None:
    told = {"NotificationType": "ItemAdded", "ItemType": "Episode", "Provider_tvdb": "990001"}
    answer = _post(shared, "jellyfin", content=json.dumps(told), headers={"Content-Type": "text/plain; charset=utf-8"})
    assert answer.status_code == 200
    assert "verify" in heard


def test_shoko_and_seerr_are_heard(shared: Running, heard: list) -> None:
    assert _post(shared, "shoko", json={"event": "FileMatched"}).status_code == 200
    assert _post(shared, "seerr", json={"notification_type": "MEDIA_APPROVED"}).status_code == 200
    assert {"follow-imports", "follow-requests"} <= set(heard)


@pytest.mark.parametrize(
    ("told", "woken"),
    [
        ({"NotificationType": "PlaybackStop"}, {"sync-plays", "watch-sessions"}),
        ({"NotificationType": "UserDataSaved", "SaveReason": "TogglePlayed"}, {"sync-plays", "watch-sessions"}),
        ({"NotificationType": "UserDataSaved", "SaveReason": "PlaybackProgress"}, {"watch-sessions"}),
        ({"NotificationType": "PlaybackProgress"}, {"watch-sessions"}),
        ({"event": "media.scrobble"}, {"sync-plays", "watch-sessions"}),
        ({"event": "media.pause"}, {"watch-sessions"}),
    ],
)
def test_players_hurry_the_reading_of_plays_and_sessions(shared: Running, heard: list, told: dict, woken: set) -> None:
    kind = "jellyfin" if "NotificationType" in told else "plex"
    heard.clear()
    assert _post(shared, kind, json=told).status_code == 200
    assert set(heard) - {"follow-grabs", "follow-transfers", "follow-imports", "follow-requests", "verify"} >= woken
    if kind == "jellyfin":
        assert set(heard) == woken


def test_every_hint_wakes_a_task_or_starts_one() -> None:

    assert set(TASKS_ABOUT) == set(About)
