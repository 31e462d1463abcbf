"""How old what a screen shows is: amber when it is older than it should be, or its source fails."""

from datetime import UTC, datetime, timedelta

import pytest

from episodarr.overview.answers import ConnectionView, TaskView
from episodarr.overview.freshness import freshness, oldest
from episodarr.overview.reading import interval_of, readings

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
HOUR = 3600


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("at", "interval", "status", "stale", "reason"),
    [
        (ago(minutes=5), HOUR, "ok", False, ""),
        (ago(hours=2), HOUR, "ok", False, ""),
        (ago(hours=2, seconds=1), HOUR, "ok", True, "it should be read every hour"),
        (ago(days=3), 12 * HOUR, "", True, "it should be read every 12 hours"),
        (ago(days=3), 86400, "", True, "it should be read every day"),
        (ago(hours=1), 30, "", True, "it should be read every 30 seconds"),
        (ago(days=900), 0, "ok", False, ""),
        (None, HOUR, "unknown", False, ""),
        (ago(minutes=1), HOUR, "offline", True, "nobody answers"),
        (None, HOUR, "refused", True, "nobody answers"),
    ],
)
def test_what_is_stale_says_why(at, interval, status, stale, reason):
    found = freshness("Plex", at, interval, NOW, status=status, message="nobody answers")
    assert (found.stale, found.reason, found.at) == (stale, reason, at)


def test_a_failure_without_words_has_some():
    assert freshness("Plex", None, 0, NOW, status="error").reason == "it does not answer"


def test_where_there_is_room_for_one_the_worst_is_shown():
    fine = freshness("a", ago(minutes=1), HOUR, NOW)
    older = freshness("b", ago(minutes=9), HOUR, NOW)
    never = freshness("c", None, HOUR, NOW)
    broken = freshness("d", ago(minutes=2), HOUR, NOW, status="offline")
    assert oldest([fine, older]) == older
    assert oldest([fine, never, older]) == never
    assert oldest([fine, never, broken]) == broken
    assert oldest([]) is None


def view(number: int, kind: str, status: str = "ok", *, enabled: bool = True) -> ConnectionView:
    at = ago(minutes=number)
    return ConnectionView(
        number, kind, kind, kind.title(), "", {}, [], enabled, False, status, "no", "", at, at, None, ""
    )


def test_each_connection_of_the_kinds_has_a_line():
    views = [view(1, "plex"), view(2, "sonarr"), view(3, "jellyfin", "offline"), view(4, "plex", enabled=False)]
    found = readings(views, ["plex", "jellyfin"], {1: ago(days=1)}, HOUR, NOW)
    assert [(one.name, one.at, one.stale) for one in found] == [("Plex", ago(days=1), True), ("Jellyfin", None, True)]
    answered = readings(views, ["plex"], None, 0, NOW)
    assert [(one.name, one.at, one.stale) for one in answered] == [("Plex", ago(minutes=1), False)]


def test_the_interval_of_a_task():
    def task(name: str, *, enabled: bool = True) -> TaskView:
        return TaskView(name, "", "", 60.0, enabled, False, None, None, None, None, None, "", "", None)

    assert interval_of([task("a"), task("b", enabled=False)], "a") == 60
    assert interval_of([task("a"), task("b", enabled=False)], "b") == 0
    assert interval_of([], "a") == 0
