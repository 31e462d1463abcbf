"""Caps (D8): whoever exceeds one deletes nothing at all."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from episodarr.deletion.journal import Caps, Spent
from episodarr.deletion.limits import exceeded
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Plan, PlannedEpisode, PlannedFile, Wish

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
NOTHING = Spent()
NONE = Caps(**dict.fromkeys(Caps.__struct_fields__, 0))


def plan(files: int = 4, size: int = 1_000, seasons: int = 1, library: int = 100) -> Plan:
    made = tuple(
        PlannedFile(
            connection=1,
            manager="Sonarr",
            owner_id=1,
            owner_ids=(1, 1),
            title="Alpha",
            label=f"Alpha {number}",
            file_id=number + 1,
            path=f"/tv/Alpha/{number}.mkv",
            size=size,
            series_id=1,
            episodes=(PlannedEpisode(number, number, 1 + number % seasons, number, ""),),
        )
        for number in range(files)
    )
    wish = Wish((Target(1),))
    return Plan("Alpha", wish, NOW, NOW + timedelta(minutes=30), files=made, library_files=library)


def over(caps: Caps, *, by_rule: bool = False, spent: Spent = NOTHING, **shape: int) -> list[str]:
    asked: list[datetime] = []

    def since(at: datetime) -> Spent:
        asked.append(at)
        return spent

    found = exceeded(plan(**shape), caps, since, NOW, by_rule=by_rule)
    assert all(at == NOW - timedelta(hours=24) for at in asked)
    return found


def test_without_caps_nothing_is_too_much() -> None:
    assert over(NONE, by_rule=True, files=500, seasons=50) == []


@pytest.mark.parametrize(
    ("cap", "value", "words"),
    [
        ("run_files", 3, "4 files are more than the 3 that may go in one run"),
        ("run_bytes", 3_999, "4.0 kB are more than the 4.0 kB"),
        ("run_percent", 3, "4 % of the library are more than the 3 %"),
        ("run_seasons", 1, "2 seasons of one show are more than the 1"),
        ("day_files", 3, "more than 3 would go"),
        ("day_bytes", 3_999, "more than 4.0 kB would go"),
        ("rule_files", 3, "in one run of a rule"),
        ("rule_bytes", 3_999, "in one run of a rule"),
        ("rule_percent", 3, "in one run of a rule"),
        ("rule_seasons", 1, "in one run of a rule"),
    ],
)
def test_one_too_many(cap: str, value: int, words: str) -> None:
    by_rule = cap.startswith("rule")
    [sentence] = over(msgspec.structs.replace(NONE, **{cap: value}), by_rule=by_rule, seasons=2)
    assert words in sentence
    assert over(msgspec.structs.replace(NONE, **{cap: value + 1}), by_rule=by_rule, seasons=2) == []
    if by_rule:
        assert over(msgspec.structs.replace(NONE, **{cap: value}), seasons=2) == [], "a person is not a rule"


def test_what_went_within_a_day_counts() -> None:
    caps = msgspec.structs.replace(NONE, day_files=6, day_bytes=10_000)
    assert over(caps, spent=Spent(2, 6_000)) == []
    assert len(over(caps, spent=Spent(3, 6_001))) == 2


def test_a_small_library_has_no_percentage() -> None:
    caps = msgspec.structs.replace(NONE, run_percent=1)
    assert over(caps, library=49) == []
    assert over(caps, library=50)


def test_sizes_are_told_in_units() -> None:
    caps = msgspec.structs.replace(NONE, run_bytes=1)
    assert "400 bytes" in over(caps, size=100)[0]
    assert "4.0 GB" in over(caps, size=1_000_000_000)[0]
    assert "4000 TB" in over(caps, size=1_000_000_000_000_000)[0]
