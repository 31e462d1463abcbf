"""Any interleaving of faults deletes only what was definite, fresh, complete, matched and unprotected at that instant.

The property at the end of the rules of deletion (D1, D2, D8, D10, D11, D12, D13, D15, D17, D21, D23). Requests are
lost, answered with errors, web pages, nothing, parts or old answers; the process dies before or after any of them; two
workers run at once; meanwhile people protect, watch, upgrade, monitor and pause. Each example holds several such runs.
`make fuzz` runs many more.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from small_house import SmallHouse, Template
from wire import Mishap

from episodarr.deletion.journal import PlanStatus, StepState
from episodarr.deletion.plan import Deed, steps_of
from episodarr.deletion.propose import Refused
from episodarr.demo.model import QUALITIES, Release

EXAMPLES = int(os.environ.get("EPISODARR_FUZZ_EXAMPLES", "250"))
FAULTS = [one for one in Mishap if one is not Mishap.NONE]
# Mostly all goes well for a while, then something happens: most of the faults should meet a deletion under way.
SCRIPTS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(FAULTS)).map(lambda pair: [Mishap.NONE] * pair[0] + [pair[1]]),
    max_size=6,
).map(lambda parts: [one for part in parts for one in part])
RUNS = {"runs": 0, "requests": 0, "faults": 0}


class Interleavings(RuleBasedStateMachine):
    """A plan that is carried out while everything that can happen does."""

    template: ClassVar[Template]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="episodarr-fuzz-"))
        self.house: SmallHouse = self.template.copy(self.folder / "house")

    @initialize()
    def confirmed(self) -> None:
        self.house.make_plan()

    @rule(script=SCRIPTS)
    def a_worker_works(self, script: list[Mishap]) -> None:
        self._work(script, 1)

    @rule(script=SCRIPTS)
    def a_worker_works_later(self, script: list[Mishap]) -> None:
        """What failed is due again by then, and a dead worker's lease has ended."""
        self.house.wait(130)
        self._work(script, 1)

    @rule(script=SCRIPTS)
    def two_workers_work(self, script: list[Mishap]) -> None:
        """The second one is not let in, or takes over (D23)."""
        self._work(script, 2)

    def _work(self, script: list[Mishap], workers: int) -> None:
        before = self.house.wire.requests
        self.house.work(script, workers)
        RUNS["runs"] += 1
        RUNS["requests"] += self.house.wire.requests - before
        RUNS["faults"] += sum(one is not Mishap.NONE for one in script[: self.house.wire.requests - before])

    @rule(seconds=st.sampled_from([1, 20, 130, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    @rule(which=st.integers(0, 5))
    def somebody_protects(self, which: int) -> None:
        episode = self.house.known(self.house.alpha()[which])
        target = type(self.house.plan.plan.wish.targets[0])(episode.series_id, None, episode.id)
        self.house.house.candidates.protect(target, "", "grace")
        self.house.protected.add(episode.id)

    @rule(which=st.integers(0, 5))
    def somebody_watches(self, which: int) -> None:
        episode = self.house.alpha()[which]
        if episode.file_id:  # of several in a file, Jellyfin plays the first
            first = self.house.world.held_by(self.house.world.files[episode.file_id])[0]
            self.house.stack.jellyfin.running(1000, first)

    @rule()
    def nobody_watches(self) -> None:
        self.house.world.library.now_playing.clear()

    @rule(which=st.integers(0, 5))
    def sonarr_upgrades(self, which: int) -> None:
        """A file is replaced by another one, under another number."""
        world, episode = self.house.world, self.house.alpha()[which]
        if not episode.file_id:
            return
        held = world.held_by(world.files[episode.file_id])
        world.drop_file(world.files[episode.file_id])
        series = world.series[episode.series_id]
        better = Release("Better", "Kitsune", QUALITIES["Bluray-1080p"], "singleEpisode", 9_000, series.language)
        world.add_file(held, better)

    @rule(which=st.integers(0, 5))
    def somebody_monitors(self, which: int) -> None:
        self.house.alpha()[which].monitored = True

    @rule(what=st.sampled_from(["tag", "disk", "pause"]), turn=st.integers(0, 3))
    def everything_is_forbidden(self, what: str, turn: int) -> None:
        """A tag that keeps the show, its disk gone, or a pause: now and then, as little goes on then."""
        house = self.house
        if turn:
            return
        if what == "tag":
            house.world.named("Alpha").tags.append(house.world.tag("keep"))
        elif what == "disk":
            house.world.unmounted ^= {house.world.named("Alpha").root}
        else:
            house.house.delete.pause("grace")
            house.paused = True

    @rule()
    def somebody_resumes(self) -> None:
        self.house.house.delete.resume("grace")
        self.house.paused = False

    @rule()
    def a_webhook_comes_twice(self) -> None:
        """It can only have something read (D1, R-D7)."""
        for _ in range(2):
            self.house.run(self.house.house.followers.grabs())

    @rule()
    @precondition(lambda self: self.house.plan is not None)
    def somebody_has_the_rest_finished(self) -> None:
        try:
            self.house.house.delete.finish_rest(self.house.plan.id, "ada")
        except Refused:
            return

    @invariant()
    def nothing_else_was_touched(self) -> None:
        self.house.check()

    def teardown(self) -> None:
        try:
            if self.house.plan is not None:
                self._ends_well()
        finally:
            self.house.close()
            shutil.rmtree(self.folder)

    def _ends_well(self) -> None:
        """Once all is well again the plan comes to its end, and the journal tells what is so (D21)."""
        house = self.house
        house.house.delete.resume("grace")
        house.paused = False
        house.world.unmounted.clear()
        house.world.library.now_playing.clear()
        for _ in range(40):
            row = house.house.delete.read(house.plan.id)
            if row.status not in {PlanStatus.RUNNING, PlanStatus.WAITING}:
                break
            house.wait(4_000)
            house.work([])
        house.check()
        row = house.house.delete.read(house.plan.id)
        assert row.status in {PlanStatus.DONE, PlanStatus.PARTLY}, row.status
        for step in steps_of(row.plan):
            state = row.state_of(step.number)
            if step.deed is Deed.DELETE_FILE:
                there = row.plan.files[step.subject].file_id in house.world.files
                assert (state.state is StepState.VERIFIED) <= (not there), (step, state)
                assert there <= (state.state in {StepState.STAYED, StepState.SKIPPED, StepState.FAILED}), (step, state)
            if step.deed is Deed.REMOVE_TORRENT:
                there = row.plan.torrents[step.subject].hash in house.world.torrents
                assert (state.state is StepState.VERIFIED) <= (not there), (step, state)


@pytest.mark.timeout(0)
def test_no_interleaving_deletes_more(template: Template) -> None:
    Interleavings.template = template
    run_state_machine_as_test(
        Interleavings,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    assert RUNS["faults"] > EXAMPLES, "hardly anything happened"
