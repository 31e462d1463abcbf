"""What is due becomes a plan, and nothing else does; on both databases."""

import pytest
from candidate_house import GB
from consent_place import OLD, Place, rule
from hand import Hand

from episodarr.connections.failures import Offline
from episodarr.database.engine import Database
from episodarr.deletion.holding import Level
from episodarr.deletion.journal import Pause, PlanStatus
from episodarr.deletion.model import Target
from episodarr.deletion.propose import Refused
from episodarr.deletion.rules import Added, NeverWatched
from episodarr.episode.identity import ConnectionId

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def place(database: Database, clock: Hand, sonarr: ConnectionId) -> Place:
    made = Place(database, clock, sonarr)
    made.house.show(1, {(1, 1): 2 * GB, (1, 2): GB})
    made.house.show(2, {(1, 1): 9 * GB})
    return made


def due_place(place: Place, *when, level: Level = Level.SHOW):
    """A rule that was armed for two days of leaving, and whose candidates are due."""
    named = place.keep(level, *(when or (OLD,)))
    place.days(2)
    place.armed(named, 2)
    place.days(3)
    return named


async def test_d6_nothing_goes_before_its_days_are_over(place: Place) -> None:
    named = place.keep()
    place.days(2)
    place.armed(named, 2)
    for _ in range(7):
        await place.due.run()
        assert place.plans.wishes == []
        place.later(hours=6)
    place.later(hours=6)
    await place.due.run()
    ((wish, by, rule_id, name),) = place.plans.wishes
    assert set(wish.targets) == {Target(1), Target(2)}
    assert (by, rule_id, name) == ("rule Old", named.id, "Old")
    assert place.plans.started == [(1, "anna")]


async def test_d7_a_rule_in_dry_run_deletes_nothing(place: Place) -> None:
    place.keep()
    place.days(20)
    await place.due.run()
    assert place.plans.wishes == []


async def test_a_file_of_two_episodes_goes_whole(place: Place) -> None:
    """D15: every episode that it holds is asked for."""
    from answers import episode, file

    rows = [episode(one, id_=10_100 + one, file=7) for one in (1, 2)]
    place.house.read(1, rows, [file(7, 3 * GB)])
    due_place(place, NeverWatched(), level=Level.EPISODE)
    await place.due.run()
    targets = place.plans.wishes[0][0].targets
    assert len([one for one in targets if one.series_id == 1]) == 2
    assert all(one.episode_id for one in targets)


async def test_d3_not_on_an_observation_that_is_too_old(place: Place) -> None:
    due_place(place)
    place.clock.forward(hours=25)
    await place.due.run()
    assert place.plans.wishes == []


async def test_d10_what_was_watched_since_stays(place: Place) -> None:
    due_place(place, OLD, NeverWatched())
    place.house.watch(1, 1, 1, ago=0)
    await place.due.run()
    assert [one[0].targets for one in place.plans.wishes] == [(Target(2),)]


async def test_what_was_kept_stays(place: Place) -> None:
    due_place(place)
    one = next(one for one in place.consent.leaving()[0] if one.label == "Show 1")
    place.clock.forward(seconds=1)
    place.consent.keep(one.id, "vito")
    await place.due.run()
    assert [one[0].targets for one in place.plans.wishes] == [(Target(2),)]


async def test_d23_nothing_while_it_is_paused(place: Place) -> None:
    due_place(place)
    place.plans.pause = Pause("anna")
    assert (await place.due.run())["armed"] == 0
    assert place.plans.wishes == []


async def test_nothing_twice(place: Place) -> None:
    """Neither while a plan is under way, nor before it was seen again; then it is."""
    due_place(place)
    place.plans.status = PlanStatus.RUNNING
    await place.due.run()
    place.later(hours=6)
    await place.due.run()
    assert len(place.plans.wishes) == 1
    place.plans.status = PlanStatus.PARTLY
    await place.due.run()
    assert len(place.plans.wishes) == 2
    await place.due.run()
    assert len(place.plans.wishes) == 2


async def test_d8_over_a_cap_nothing_goes_and_it_is_told_once(place: Place) -> None:
    named = due_place(place)
    place.plans.refusal = Refused("plan: 300 files are more than the 200 that may go in one run of a rule")
    before = len(place.notices)
    await place.due.run()
    place.clock.forward(minutes=15)
    await place.due.run()
    arming = place.consent.standing(named.id).arming
    assert arming is not None
    assert arming.problem == "300 files are more than the 200 that may go in one run of a rule"
    assert len(place.plans.wishes) == 1, "a cap does not change within minutes"
    place.clock.forward(hours=1)
    place.house.fresh()
    await place.due.run()
    assert len(place.plans.wishes) == 2
    assert [told[0] for told in place.notices[before:]] == ["failed"]
    place.plans.refusal = None
    place.clock.forward(hours=1)
    place.house.fresh()
    await place.due.run()
    arming = place.consent.standing(named.id).arming
    assert arming is not None
    assert arming.problem == ""
    assert len(place.plans.started) == 1


async def test_a_service_that_fails_stops_this_try_only(place: Place) -> None:
    named = due_place(place)
    place.plans.refusal = Offline("Sonarr", "nobody answers")
    await place.due.run()
    arming = place.consent.standing(named.id).arming
    assert arming is not None
    assert arming.problem == "Sonarr: nobody answers"
    place.plans.refusal = None
    place.clock.forward(minutes=15)
    await place.due.run()
    assert len(place.plans.started) == 1, "it is tried again next time"


@pytest.mark.parametrize("how", ["changed", "forgotten", "disarmed"])
async def test_d7_whatever_changes_while_a_plan_is_made_stops_it(place: Place, how: str) -> None:
    named = due_place(place)
    made = place.plans.plan

    async def slow(*asked, **more):
        if how == "changed":
            place.change(named, rule(Level.SHOW, Added(1)))
        elif how == "forgotten":
            place.house.propose.remove_rule(named.id)
        else:
            place.consent.disarm(named.id, "ben")
        return await made(*asked, **more)

    place.plans.plan = slow  # type: ignore[method-assign]
    await place.due.run()
    assert place.plans.started == []


async def test_d24_d7_an_arming_that_does_not_hold_deletes_nothing(place: Place) -> None:
    """The rule was changed at a door that knows nothing of arming."""
    named = due_place(place)
    place.change(named, rule(Level.SHOW, Added(31)))
    await place.due.run()
    assert place.plans.wishes == []
    assert place.consent.standing(named.id).arming is None


async def test_d7_disarming_stops_what_is_under_way(place: Place) -> None:
    named = due_place(place)
    await place.due.run()
    assert place.plans.stopped == []
    place.consent.disarm(named.id, "ben")
    assert place.plans.stopped == [(1, "ben")]
