"""kill -9 at every instant of a deletion (D12): around each request, and around each word of the journal.

And at each request an answer that never comes, or one that says done and does nothing.

Whoever goes on does the rest, once, and the end is the same as without a kill.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_house import SmallHouse
from wire import Mishap

from episodarr.deletion.journal import LogQuestion, PlanStatus, StepState
from episodarr.deletion.plan import steps_of

LEASE = 130
"""Seconds after which a dead worker's lease has ended."""


def finish(house: SmallHouse) -> None:
    """Another process goes on until the plan has ended; then everything is as it should be."""
    house.check()
    for _ in range(20):
        house.wait(LEASE)
        house.work([])
        row = house.house.delete.read(house.plan.id)
        if row.status not in {PlanStatus.RUNNING, PlanStatus.WAITING}:
            break
    house.check()
    house.poll()
    assert row.status is PlanStatus.DONE, row.message
    assert {row.state_of(step.number).state for step in steps_of(row.plan)} == {StepState.VERIFIED}
    alpha = Path(house.world.named("Alpha").path)
    assert not list(alpha.rglob("*.mkv"))
    assert len(house.world.torrents) == 1, "the pack's torrent is gone, the foreign one is not"
    lines = house.house.delete.log(LogQuestion(limit=200)).items
    told = [(one.step, one.episode_id) for one in lines]
    assert len(told) == len(set(told)), "the log tells a thing twice"
    assert {house.known(one).state.value for one in house.alpha()} == {"deleted"}
    deleted = sum(one.size for one in lines)
    assert deleted == row.plan.size, "the bytes of each file are counted once"


def test_without_a_kill(copies: Callable[[], SmallHouse]) -> None:
    house = copies()
    house.work([])
    assert house.wire.requests > 50
    assert house.journal_calls >= 25
    finish(house)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", [Mishap.KILL_BEFORE, Mishap.KILL_AFTER, Mishap.UNANSWERED, Mishap.IGNORED])
def test_at_every_request(copies: Callable[[], SmallHouse], how: Mishap) -> None:
    reference = copies()
    first = reference.wire.requests
    reference.work([])
    for place in range(reference.wire.requests - first):
        house = copies()
        house.work([Mishap.NONE] * place + [how])
        assert house.dead == (how in {Mishap.KILL_BEFORE, Mishap.KILL_AFTER}), place
        finish(house)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("after", [False, True])
def test_at_every_word_of_the_journal(copies: Callable[[], SmallHouse], after: bool) -> None:
    reference = copies()
    reference.work([])
    for call in range(1, reference.journal_calls + 1):
        house = copies()
        house.dies_at, house.die_after_write = call, after
        house.work([])
        assert house.dead, call
        finish(house)
