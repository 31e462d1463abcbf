"""The event stream: who comes back with a position hears what was told after it, or that it cannot be known."""

import asyncio

import pytest

from episodarr.overview.live import Live, LiveEvent

pytestmark = pytest.mark.anyio


class Seconds:
    """A clock that only the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def live(seconds: Seconds) -> Live:
    made = Live(seconds)
    made.attach(asyncio.get_running_loop())
    return made


async def tell(live: Live, *numbers: int) -> None:
    """Tell of shows, and let the loop pass it on."""
    for number in numbers:
        live.publish("shows", {"ids": [number]})
    await asyncio.sleep(0)


async def heard(live: Live, since: str = "") -> list[LiveEvent]:
    """What somebody hears at once who comes with a position."""
    async with live.watch(since) as queue:
        return [queue.get_nowait() for _ in range(queue.qsize())]


def words(events: list[LiveEvent]) -> list[str]:
    return [one.name if one.data == b"{}" else one.data.decode() for one in events]


async def test_what_is_told_between_a_page_and_its_stream_is_heard(live: Live) -> None:
    drawn = live.position()
    await tell(live, 1, 2)
    assert words(await heard(live, drawn)) == ["hello", '{"ids":[1]}', '{"ids":[2]}']
    assert words(await heard(live, live.position())) == ["hello"], "nothing is told twice"
    assert words(await heard(live)) == ["hello"], "a program that names no position hears what comes"


async def test_who_was_away_goes_on_from_the_last_event(live: Live) -> None:
    drawn = live.position()
    await tell(live, 1, 2, 3)
    first = (await heard(live, drawn))[1]
    assert words(await heard(live, first.position)) == ["hello", '{"ids":[2]}', '{"ids":[3]}']


async def test_a_hello_counts_for_nothing_that_was_not_heard_yet(live: Live) -> None:
    """The connection may break right behind it."""
    drawn = live.position()
    await tell(live, 1)
    hello = (await heard(live, drawn))[0]
    assert words(await heard(live, hello.position)) == ["hello", '{"ids":[1]}']


async def test_after_a_gap_everything_is_read_anew(live: Live, seconds: Seconds) -> None:
    """Nobody watched: nothing was kept."""
    drawn = live.position()
    seconds.now += 29
    assert words(await heard(live, drawn)) == ["hello"]
    seconds.now += 2
    await tell(live, 1)
    assert not live.watched
    assert words(await heard(live, drawn)) == ["hello", "missed"]
    assert words(await heard(live, drawn)) == ["hello", "missed"], "coming back does not heal a gap"


async def test_whoever_watches_keeps_it_for_the_others(live: Live, seconds: Seconds) -> None:
    drawn = live.position()
    async with live.watch():
        seconds.now += 3600
        await tell(live, 1)
        assert words(await heard(live, drawn)) == ["hello", '{"ids":[1]}']


async def test_too_much_is_read_anew(live: Live) -> None:
    drawn = live.position()
    await tell(live, *range(256))
    assert len(await heard(live, drawn)) == 257
    await tell(live, 256)
    assert words(await heard(live, drawn)) == ["hello", "missed"]


@pytest.mark.parametrize(
    "since", ["0", "abc-1", "00000000-0", "00000000-99999999999999999", "x\nevent: shows", "-", "ä"]
)
async def test_an_unknown_position_is_read_anew(live: Live, since: str) -> None:
    """One of another process, or none at all."""
    live.position()
    events = await heard(live, since)
    assert words(events) == ["hello", "missed"]
    assert "\n" not in events[0].position


async def test_a_position_of_the_future_is_not_known(live: Live) -> None:
    attention = live.position().partition("-")[0]
    assert words(await heard(live, f"{attention}-5")) == ["hello", "missed"]
