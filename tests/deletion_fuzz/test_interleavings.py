"""Any interleaving of faults deletes only what was definite, fresh, complete, matched and unprotected at that instant.

The property at the end of the rules of deletion (D1, D2, D8, D10, D11, D12, D13, D15, D17, D21, D23). Requests are
lost, answered with errors, web pages, nothing, parts or old answers; the process dies before or after any of them; two
workers run at once; meanwhile people protect, watch, upgrade, monitor and pause. Each example holds several such runs.
`make fuzz` runs many more.
"""

import os
import shutil
import tempfile
from functools import partial
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
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, steps_of
from episodarr.deletion.propose import Refused
from episodarr.demo.model import QUALITIES, Release

EXAMPLES = int(os.environ.get("EPISODARR_FUZZ_EXAMPLES", "400"))
FAULTS = [one for one in Mishap if one is not Mishap.NONE]
# Mostly all goes well for a while, then something happens: most of the faults should meet a deletion under way.
SCRIPTS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(FAULTS)).map(lambda pair: [Mishap.NONE] * pair[0] + [pair[1]]),
    max_size=6,
).map(lambda parts: [one for part in parts for one in part])
RUNS = {"runs": 0, "requests": 0, "faults": 0, "files": 0}
DEEDS = ("protect", "watch", "nobody watches", "upgrade", "monitor", "tag", "disk", "pause", "resume")
MEANWHILE = st.lists(st.tuples(st.integers(1, 130), st.sampled_from(DEEDS), st.integers(0, 5)), max_size=3)
"""What people do while a worker works: after so many requests, what, and to which episode."""


class Interleavings(RuleBasedStateMachine):
    """A plan that is carried out while everything that can happen does."""

    template: ClassVar[Template]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="episodarr-fuzz-"))
        self.house: SmallHouse = self.template.copy(self.folder / "house")
        self.original = set(self.house.world.files)

    @initialize()
    def confirmed(self) -> None:
        self.house.make_plan()

    @rule(script=SCRIPTS, meanwhile=MEANWHILE)
    def a_worker_works(self, script: list[Mishap], meanwhile: list[tuple[int, str, int]]) -> None:
        self._work(script, meanwhile, 1)

    @rule(script=SCRIPTS, meanwhile=MEANWHILE)
    def a_worker_works_later(self, script: list[Mishap], meanwhile: list[tuple[int, str, int]]) -> None:
        """What failed is due again by then, and a dead worker's lease has ended."""
        self.house.wait(130)
        self._work(script, meanwhile, 1)

    @rule(script=SCRIPTS, meanwhile=MEANWHILE)
    def two_workers_work(self, script: list[Mishap], meanwhile: list[tuple[int, str, int]]) -> None:
        """The second one is not let in, or takes over (D23)."""
        self._work(script, meanwhile, 2)

    def _work(self, script: list[Mishap], meanwhile: list[tuple[int, str, int]], workers: int) -> None:
        house = self.house
        before, files = house.wire.requests, len(house.world.files)
        house.wire.meanwhile = {before + after: partial(self._do, what, which) for after, what, which in meanwhile}
        house.work(script, workers)
        house.wire.meanwhile = {}
        RUNS["runs"] += 1
        RUNS["requests"] += house.wire.requests - before
        RUNS["faults"] += sum(one is not Mishap.NONE for one in script[: house.wire.requests - before])
        RUNS["files"] += files - len(house.world.files)

    @rule(seconds=st.sampled_from([1, 20, 130, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    @rule(what=st.sampled_from(DEEDS), which=st.integers(0, 5), turn=st.integers(0, 2))
    def somebody_does(self, what: str, which: int, turn: int) -> None:
        """Now and then: most of what people do here keeps files from going."""
        if not turn:
            self._do(what, which)

    def _do(self, what: str, which: int) -> None:
        house, world = self.house, self.house.world
        episode = house.alpha()[which]
        held = world.held_by(world.files[episode.file_id]) if episode.file_id else [episode]
        match what:
            case "protect":
                known = house.known(episode)
                house.house.candidates.protect(Target(known.series_id, None, known.id), "", "grace")
                house.forbid("protected", episode.id)
            case "watch" if episode.file_id:
                house.stack.jellyfin.running(1000, held[0])  # of several in a file, Jellyfin plays the first
                house.allow("watched")
                house.forbid("watched", held[0].id)
            case "nobody watches":
                world.library.now_playing.clear()
                house.allow("watched")
            case "upgrade" if episode.file_id:
                world.drop_file(world.files[episode.file_id])
                language = world.series[episode.series_id].language
                better = Release("Better", "Kitsune", QUALITIES["Bluray-1080p"], "singleEpisode", 9_000, language)
                world.add_file(held, better)
            case "monitor":
                episode.monitored = True
                house.forbid("monitored", episode.id)
            case "tag":
                world.named("Alpha").tags.append(world.tag("keep"))
                house.forbid("tagged", 0)
            case "disk":
                world.unmounted ^= {world.named("Alpha").root}
            case "pause":
                house.house.delete.pause("grace")
                house.forbid("paused", 0)
            case "resume":
                house.house.delete.resume("grace")
                house.allow("paused")
            case _:
                pass

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
        self._do("resume", 0)
        self._do("nobody watches", 0)
        house.world.unmounted.clear()
        for _ in range(40):
            row = house.house.delete.read(house.plan.id)
            if row.status not in {PlanStatus.RUNNING, PlanStatus.WAITING}:
                break
            house.wait(4_000)
            house.work([])
        house.check()
        row = house.house.delete.read(house.plan.id)
        assert row.status in {PlanStatus.DONE, PlanStatus.PARTLY}, row.status
        house.agrees()
        for step in steps_of(row.plan):
            if step.deed is Deed.DELETE_FILE and row.plan.files[step.subject].file_id in house.world.files:
                state = row.state_of(step.number).state
                assert state in {StepState.STAYED, StepState.SKIPPED, StepState.FAILED, StepState.UNKNOWN}, state


@pytest.mark.timeout(0)
def test_no_interleaving_deletes_more(template: Template) -> None:
    Interleavings.template = template
    run_state_machine_as_test(
        Interleavings,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    print(RUNS)
    assert RUNS["runs"] > EXAMPLES, RUNS
    assert RUNS["faults"] > EXAMPLES // 2, RUNS
    assert RUNS["files"] > EXAMPLES // 2, RUNS
