"""The journal of deleting on both databases: one deleter (D23), intent before result (D12), a log per episode (D21)."""

from datetime import timedelta

import msgspec
import pytest

from episodarr.database.journal import StoredJournal
from episodarr.deletion.journal import (
    Caps,
    LeaseLost,
    LogQuestion,
    LogRow,
    Pause,
    PlanRow,
    PlanStatus,
    Spent,
    StepRow,
    StepState,
)
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, Plan, PlannedEpisode, PlannedFile, Wish, digest_of


@pytest.fixture
def journal(database) -> StoredJournal:
    return StoredJournal(database)


def a_plan(clock, count: int = 2) -> Plan:
    files = tuple(
        PlannedFile(
            connection=1,
            manager="Sonarr",
            owner_id=1,
            owner_ids=(1, 1),
            title="Ünder",
            label=f"Ünder S01E{number:02}",
            file_id=number,
            path=f"/tv/Under/{number}.mkv",
            size=1_000,
            series_id=1,
            episodes=(PlannedEpisode(number, 30 + number, 1, number, ""),),
            monitored=(30 + number,),
        )
        for number in range(1, count + 1)
    )
    now = clock()
    return Plan("Ünder", Wish((Target(1),)), now, now + timedelta(minutes=30), files=files, library_files=99)


def added(journal: StoredJournal, clock, count: int = 2) -> PlanRow:
    plan = a_plan(clock, count)
    return journal.add_plan(plan, digest_of(plan), "ada", None, "")


def running(journal: StoredJournal, clock, count: int = 2) -> PlanRow:
    row = added(journal, clock, count)
    assert journal.confirm(row.id, "ada", clock())
    assert journal.take_lease("one", clock(), clock() + timedelta(minutes=2))
    found = journal.plan(row.id)
    assert found is not None
    return found


def line(clock, plan: int, step: int, **more) -> LogRow:
    told = {
        "id": 0,
        "at": clock(),
        "plan_id": plan,
        "step": step,
        "deed": Deed.DELETE_FILE.value,
        "system": "Sonarr",
        "outcome": StepState.VERIFIED,
        "title": f"Ünder S01E{step:02}",
        "series_id": 1,
        "season": 1,
        "episode_id": step,
        "movie_id": None,
        "asked_at": clock(),
        "answer": "deleted",
        "size": 1_000,
        "by": "ada",
    }
    return LogRow(**told | more)


def test_a_plan_is_kept_exactly_as_it_was_shown_d9(journal, clock) -> None:
    row = added(journal, clock)
    kept = journal.plan(row.id)
    assert kept == row
    assert kept.plan == a_plan(clock)
    assert digest_of(kept.plan) == kept.digest
    assert journal.status(row.id) is PlanStatus.PROPOSED
    assert journal.plan(row.id + 1) is None
    assert journal.status(row.id + 1) is None


def test_only_one_confirms(journal, clock) -> None:
    row = added(journal, clock)
    assert journal.confirm(row.id, "ada", clock())
    assert not journal.confirm(row.id, "grace", clock())
    kept = journal.plan(row.id)
    assert (kept.status, kept.confirmed_by) == (PlanStatus.RUNNING, "ada")
    assert journal.open_plans() == [row.id]


def test_one_deletes_until_its_lease_ends_d23(journal, clock) -> None:
    until = clock() + timedelta(minutes=2)
    assert journal.take_lease("one", clock(), until)
    assert journal.take_lease("one", clock(), until), "it may go on"
    assert not journal.take_lease("two", clock(), until)
    clock.forward(minutes=2)
    assert journal.take_lease("two", clock(), clock() + timedelta(minutes=2))
    journal.drop_lease("one")
    assert not journal.take_lease("three", clock(), until), "only who has it drops it"
    journal.drop_lease("two")
    assert journal.take_lease("three", clock(), until)


def test_who_lost_the_lease_writes_nothing_d23(journal, clock) -> None:
    row = running(journal, clock)
    clock.forward(minutes=3)
    assert journal.take_lease("two", clock(), clock() + timedelta(minutes=2))
    with pytest.raises(LeaseLost):
        journal.intend("one", row.id, 1, clock())
    with pytest.raises(LeaseLost):
        journal.result("one", row.id, StepRow(1, StepState.VERIFIED), [line(clock, row.id, 1)])
    assert journal.plan(row.id).steps == ()
    assert journal.log(LogQuestion()).items == []


def test_intent_stands_before_the_result_d12(journal, clock) -> None:
    row = running(journal, clock)
    assert journal.intend("one", row.id, 1, clock()) == StepRow(1, intended_at=clock())
    assert journal.plan(row.id).state_of(1).state is StepState.INTENDED
    before = journal.intend("one", row.id, 1, clock())
    assert before.state is StepState.INTENDED, "whoever goes on learns that it may have happened"
    journal.result("one", row.id, StepRow(1, StepState.VERIFIED, ended_at=clock(), size=7), [])
    step = journal.plan(row.id).state_of(1)
    assert (step.state, step.size, step.over) == (StepState.VERIFIED, 7, True)
    journal.result("one", row.id, StepRow(2, StepState.SKIPPED), [])
    assert journal.plan(row.id).state_of(2).state is StepState.SKIPPED, "also without an intent"


def test_a_step_has_one_word_in_the_log_d21(journal, clock) -> None:
    row = running(journal, clock)
    journal.result("one", row.id, StepRow(1, StepState.UNKNOWN), [line(clock, row.id, 1, outcome=StepState.UNKNOWN)])
    clock.forward(seconds=5)
    journal.result("one", row.id, StepRow(1, StepState.VERIFIED), [line(clock, row.id, 1)])
    [kept] = journal.log(LogQuestion()).items
    assert (kept.outcome, kept.at) == (StepState.VERIFIED, clock())


def test_ends_waits_and_reopens(journal, clock) -> None:
    row = running(journal, clock)
    journal.wait(row.id, "waiting for Sonarr", clock() + timedelta(seconds=5))
    assert journal.plan(row.id).status is PlanStatus.WAITING
    assert not journal.reopen(row.id, clock())
    journal.result("one", row.id, StepRow(1, StepState.FAILED, attempts=8, ended_at=clock()), [])
    journal.result("one", row.id, StepRow(2, StepState.UNKNOWN, attempts=8, ended_at=clock()), [])
    journal.result("one", row.id, StepRow(3, StepState.STAYED, ended_at=clock()), [])
    journal.result("one", row.id, StepRow(4, StepState.SKIPPED, ended_at=clock()), [])
    journal.end(row.id, PlanStatus.PARTLY, "2 failed", clock())
    assert journal.open_plans() == []
    assert journal.reopen(row.id, clock())
    kept = journal.plan(row.id)
    assert (kept.status, kept.message, kept.ended_at) == (PlanStatus.RUNNING, "", None)
    assert [kept.state_of(number).state for number in (1, 2, 3, 4)] == [
        StepState.WAITING,
        StepState.UNKNOWN,
        StepState.STAYED,
        StepState.WAITING,
    ]
    assert [kept.state_of(number).over for number in (1, 2, 3, 4)] == [False, False, True, False]


def test_what_somebody_stopped_stays_stopped(journal, clock) -> None:
    row = running(journal, clock)
    journal.end(row.id, PlanStatus.CANCELLED, "stopped by ada", clock())
    journal.end(row.id, PlanStatus.DONE, "", clock())
    journal.wait(row.id, "", clock())
    assert journal.status(row.id) is PlanStatus.CANCELLED
    assert not journal.reopen(row.id, clock())


def test_plans_are_listed_with_what_became_of_them(journal, clock) -> None:
    ids = [running(journal, clock).id for _ in range(3)]
    proposed = added(journal, clock).id
    journal.result("one", ids[0], StepRow(1, StepState.VERIFIED, size=600), [])
    journal.result("one", ids[0], StepRow(2, StepState.FAILED), [])
    journal.result("one", ids[0], StepRow(3, StepState.UNKNOWN, next_at=clock()), [])
    first, cursor = journal.plans(2, None)
    rest, end = journal.plans(2, cursor)
    assert [one.id for one in [*first, *rest]] == ids[::-1]
    assert end is None
    assert proposed not in ids
    brief = rest[-1]
    assert (brief.files, brief.episodes, brief.size, brief.deleted) == (2, 2, 2_000, 600)
    assert (brief.steps, brief.steps_ended, brief.steps_failed) == (4, 2, 1)
    with pytest.raises(ValueError, match="cursor"):
        journal.plans(2, "nonsense")


def test_the_log_is_asked_in_pages_and_by_everything(journal, clock) -> None:
    row = running(journal, clock)
    for step in range(1, 6):
        deed = Deed.UNMONITOR.value if step == 1 else Deed.DELETE_FILE.value
        more = {"deed": deed, "rule": "Old" if step == 2 else "", "system": "Radarr" if step == 3 else "Sonarr"}
        outcome = StepState.FAILED if step == 4 else StepState.VERIFIED
        journal.result("one", row.id, StepRow(step, outcome), [line(clock, row.id, step, outcome=outcome, **more)])
    seen, cursor = [], None
    while True:
        page = journal.log(LogQuestion(limit=2, cursor=cursor))
        seen += [one.step for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == [1, 2, 3, 4, 5]
    assert len(seen) == 5
    for asked, found in (
        (LogQuestion(deed=Deed.UNMONITOR), [1]),
        (LogQuestion(rule="Old"), [2]),
        (LogQuestion(system="Radarr"), [3]),
        (LogQuestion(outcome=StepState.FAILED), [4]),
        (LogQuestion(episode_id=5), [5]),
        (LogQuestion(search="ünder s01e05"), [5]),
        (LogQuestion(search="%"), []),
        (LogQuestion(series_id=2), []),
        (LogQuestion(plan_id=row.id + 1), []),
        (LogQuestion(movie_id=1), []),
    ):
        assert [one.step for one in journal.log(asked).items] == found, asked
    with pytest.raises(ValueError, match="cursor"):
        journal.log(LogQuestion(cursor="nonsense"))


def test_what_went_within_a_day_is_counted_once_d8(journal, clock) -> None:
    row = running(journal, clock)
    journal.result("one", row.id, StepRow(1, StepState.VERIFIED), [line(clock, row.id, 1)])
    clock.forward(hours=2)
    journal.result(
        "one", row.id, StepRow(2, StepState.VERIFIED), [line(clock, row.id, 2), line(clock, row.id, 2, size=0)]
    )
    journal.result("one", row.id, StepRow(3, StepState.STAYED), [line(clock, row.id, 3, size=0)])
    assert journal.spent_since(clock() - timedelta(hours=24)) == Spent(2, 2_000)
    assert journal.spent_since(clock() - timedelta(hours=1)) == Spent(1, 1_000)
    assert journal.times_deleted([1, 2, 3, 4], clock() - timedelta(hours=24)) == {1: 1, 2: 2, 3: 1}
    assert journal.times_deleted([1], clock() - timedelta(hours=1)) == {}
    assert journal.times_deleted([], clock()) == {}


def test_lines_without_a_step_are_added_to_the_others(journal, clock) -> None:
    undone = line(clock, 1, 0, deed="undone", answer="x" * 5_000)
    journal.add_lines([undone])
    journal.add_lines([])
    journal.add_lines([undone])
    items = journal.log(LogQuestion()).items
    assert [one.deed for one in items] == ["undone", "undone"]
    assert len(items[0].answer) == 1_000


def test_pause_and_caps_are_kept(journal, clock, database) -> None:
    assert journal.pause() is None
    journal.set_pause(Pause("ada", clock(), "moving house"))
    assert StoredJournal(database).pause() == Pause("ada", clock(), "moving house")
    journal.set_pause(None)
    assert journal.pause() is None
    assert journal.caps() == Caps()
    wanted = msgspec.structs.replace(Caps(), day_files=7, seeding_ratio=0.5)
    journal.set_caps(wanted)
    assert StoredJournal(database).caps() == wanted
