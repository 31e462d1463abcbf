"""Whatever somebody does at any instant of a deletion counts from the next look on (D10, D17, D23)."""

from collections.abc import Callable

import pytest
from small_house import SmallHouse

from episodarr.deletion.model import Target
from episodarr.demo.model import QUALITIES, Release


def protect(house: SmallHouse) -> None:
    for one in house.alpha():
        known = house.known(one)
        house.house.candidates.protect(Target(known.series_id, None, known.id), "", "grace")
    house.forbid("protected", *(one.id for one in house.alpha()))


def watch(house: SmallHouse) -> None:
    """The second one: the first may be gone by then."""
    house.stack.jellyfin.running(1000, house.alpha()[1])
    house.forbid("watched", house.alpha()[1].id)


def monitor(house: SmallHouse) -> None:
    for one in house.alpha():
        one.monitored = True
    house.forbid("monitored", *(one.id for one in house.alpha()))


def tag(house: SmallHouse) -> None:
    house.world.named("Alpha").tags.append(house.world.tag("keep"))
    house.forbid("tagged", 0)


def pause(house: SmallHouse) -> None:
    house.house.delete.pause("grace")
    house.forbid("paused", 0)


def upgrade(house: SmallHouse) -> None:
    world = house.world
    for one in house.alpha():
        if one.file_id:
            world.drop_file(world.files[one.file_id])
            language = world.named("Alpha").language
            better = Release("Better", "Kitsune", QUALITIES["Bluray-1080p"], "singleEpisode", 9_000, language)
            world.add_file([one], better)


def unmount(house: SmallHouse) -> None:
    house.world.unmounted.add(house.world.named("Alpha").root)


DEEDS = [(protect, 1), (watch, 1), (monitor, 1), (pause, 1), (tag, 3), (upgrade, 2), (unmount, 3)]
"""What is done, and at every how many-th request: at each, where it matters between any two of them."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("deed", "step"), DEEDS, ids=[deed.__name__ for deed, _ in DEEDS])
def test_at_every_request(copies: Callable[[], SmallHouse], deed: Callable[[SmallHouse], None], step: int) -> None:
    reference = copies()
    before = reference.wire.requests
    reference.work([])
    kept = []
    for place in range(reference.wire.requests - before, 0, -step):
        house = copies()
        house.wire.meanwhile = {house.wire.requests + place: lambda house=house: deed(house)}
        house.work([])
        house.check()
        house.agrees()
        kept.append(sum(bool(one.file_id) for one in house.alpha()))
    assert max(kept) > 0, "it came too late everywhere"
    assert kept[0] == 0 or deed is upgrade, "it came in time everywhere"
