"""The milestones of a request: what happened to its episodes together is told together."""

from datetime import UTC, datetime, timedelta

from episodarr.overview.request_story import Step, milestones

START = datetime(2026, 1, 20, 12, tzinfo=UTC)


def step(minute: float, kind: str, episode: int, *, season: int = 1, what: str = "", label: str = "Sonarr") -> Step:
    at = START + timedelta(minutes=minute)
    return Step(at, at, kind, label, season, episode, what)


def told(steps: list[Step], expected: int = 13) -> list[tuple[str, str]]:
    return [(entry.text, entry.detail) for entry in milestones(steps, expected)]


def test_a_pack_is_one_milestone_and_singles_are_many():
    pack = [step(0, "grabbed", number, what="Pack") for number in range(1, 14)]
    singles = [step(1, "grabbed", 1, season=2, what="A"), step(1, "grabbed", 2, season=2, what="B")]
    assert told([*singles, *pack]) == [
        ("Grabbed: S01E01 to E13", "Pack"),
        ("Grabbed: S02E01", "A"),
        ("Grabbed: S02E02", "B"),
    ]


def test_what_is_far_apart_in_time_stands_apart():
    steps = [step(0, "imported", 1), step(9, "imported", 2), step(30, "imported", 3)]
    assert told(steps) == [("Imported: S01E01 to E02", ""), ("Imported: S01E03", "")]


def test_what_can_be_played_is_summed_up():
    steps = [step(0, "in_library", 1, label="Jellyfin"), step(1, "in_library", 3, label="Jellyfin")]
    steps += [step(2, "in_library", 1, label="Plex"), step(60, "in_library", 2, label="Jellyfin")]
    assert told(steps, 4) == [
        ("Can be played: 2 episodes", "2 of 4 by then"),
        ("Can be played: S01E01", "2 of 4 by then"),
        ("Can be played: S01E02", "3 of 4 by then"),
    ]


def test_what_can_be_played_by_then_came_true_with_the_last_one():
    steps = [step(0, "in_library", 1), step(5, "in_library", 2), step(3, "grabbed", 2, what="Pack")]
    entries = milestones(steps, 2)
    assert [entry.text for entry in entries] == ["Grabbed: S01E02", "Can be played: S01E01 to E02"]
    assert entries[-1].at == steps[1].at


def test_no_steps_no_milestones():
    assert milestones([], 3) == []
