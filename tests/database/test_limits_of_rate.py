"""Never more requests than allowed in any stretch of time, over all processes; on both databases."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hand import Hand

from episodarr.connections.model import Connection, Rate
from episodarr.connections.pace import LeftAlone, paced
from episodarr.database.engine import Database
from episodarr.database.limits_of_rate import RateLimits
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, StackInThread, run_in_thread
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.integrations import all_integrations

RATE = Rate(40, 10)
HAMMER = Path(__file__).with_name("hammer.py")


@pytest.fixture
def limits(database: Database, clock: Hand) -> RateLimits:
    return RateLimits(database, clock)


def most_in_any(times: list[float], length: float) -> int:
    return max(sum(start <= at < start + length for at in times) for start in times)


def test_forty_in_ten_seconds_and_no_more(limits: RateLimits, clock: Hand) -> None:
    for _ in range(40):
        taken = limits.take("tmdb", RATE).id
        assert taken is not None
        limits.give_back(taken)
        clock.forward(seconds=0.1)
    turn = limits.take("tmdb", RATE)
    assert turn.id is None
    assert turn.wait == pytest.approx(6, abs=0.01)
    assert limits.take("tvmaze", RATE).id is not None  # services do not wait for each other
    clock.forward(seconds=turn.wait)
    assert limits.take("tmdb", RATE).id is not None
    assert limits.take("tmdb", RATE).id is None


def test_no_stretch_sees_more_however_long_requests_take(limits: RateLimits, clock: Hand) -> None:
    """Requests reach the service at some moment between taking the turn and giving it back."""
    dice = random.Random(7)  # noqa: S311  # a story, no secret
    rate = Rate(5, 2)
    began = clock()
    under_way: list[tuple[float, int]] = []
    arrived: list[float] = []

    def now() -> float:
        return (clock() - began).total_seconds()

    for _ in range(600):
        clock.forward(seconds=dice.choice([0, 0.01, 0.2, 0.5]))
        for ends, turn in [one for one in under_way if one[0] <= now()]:
            under_way.remove((ends, turn))
            limits.give_back(turn)
        taken = limits.take("tmdb", rate).id
        if taken is not None:
            ends = now() + dice.choice([0.0, 0.05, 1.0, 3.0])
            under_way.append((ends, taken))
            arrived.append(dice.uniform(now(), ends))
    assert len(arrived) > 100
    assert most_in_any(sorted(arrived), 2) <= 5


def test_turns_of_a_process_that_is_gone_come_back(limits: RateLimits, clock: Hand) -> None:
    for _ in range(40):
        assert limits.take("tmdb", RATE).id is not None
    clock.forward(seconds=60)
    assert limits.take("tmdb", RATE).id is None  # they may still be on their way
    clock.forward(seconds=101)
    assert limits.take("tmdb", RATE).id is not None


def test_a_pause_is_kept_by_everybody(limits: RateLimits, database: Database, clock: Hand) -> None:
    other = RateLimits(database, clock)
    limits.pause("tmdb", 20)
    limits.pause("tmdb", 5)  # the longer one stays
    turn = other.take("tmdb", RATE)
    assert (turn.id, turn.wait, turn.paused) == (None, 20, True)
    assert other.take("tvmaze", RATE).id is not None
    other.pause("tmdb", 60)
    assert limits.take("tmdb", RATE).wait == 60
    clock.forward(seconds=60)
    assert limits.take("tmdb", RATE).id is not None
    limits.pause("tmdb", 10**9)
    assert limits.take("tmdb", RATE).wait == 3600


def test_a_clock_that_is_put_back_blocks_nobody_for_long(limits: RateLimits, clock: Hand) -> None:
    for _ in range(40):
        taken = limits.take("tmdb", RATE).id
        assert taken is not None
        limits.give_back(taken)
    limits.pause("tvmaze", 30)
    clock.now -= timedelta(days=1)
    assert limits.take("tmdb", RATE).wait == pytest.approx(10, abs=0.01)
    assert limits.take("tvmaze", RATE).id is not None
    limits.pause("tvmaze", 30)
    assert limits.take("tvmaze", RATE).wait == 30


def test_a_lower_limit_counts_what_was_asked_before(limits: RateLimits, clock: Hand) -> None:
    for _ in range(10):
        taken = limits.take("tmdb", RATE).id
        assert taken is not None
        limits.give_back(taken)
        clock.forward(seconds=0.5)
    turn = limits.take("tmdb", Rate(4, 10))
    assert turn.wait == pytest.approx(8, abs=0.01)  # until only three of the ten are left


@pytest.mark.anyio
class TestPace:
    """Waiting for a turn, with a clock that the waiting itself moves."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    async def test_it_waits_no_longer_than_it_must(self, database: Database, clock: Hand) -> None:
        async def sleep(seconds: float) -> None:
            clock.forward(seconds=seconds)

        pace = RateLimits(database, clock, sleep).pace("tmdb", RATE)
        times = []
        for _ in range(100):
            async with pace.turn():
                times.append(clock().timestamp())
        assert most_in_any(times, 10) == 40
        assert times[-1] - times[0] == pytest.approx(20, abs=0.1)

    async def test_short_pauses_are_waited_for_and_long_ones_not(self, database: Database, clock: Hand) -> None:
        async def sleep(seconds: float) -> None:
            clock.forward(seconds=seconds)

        pace = RateLimits(database, clock, sleep).pace("tmdb", RATE)
        await pace.leave_alone(20)
        began = clock()
        async with pace.turn():
            assert clock() - began == timedelta(seconds=20)
        await pace.leave_alone(None)  # it did not say how long
        async with pace.turn():
            assert clock() - began == timedelta(seconds=30)
        await pace.leave_alone(600)
        with pytest.raises(LeftAlone) as left:
            async with pace.turn():
                raise AssertionError
        assert left.value.seconds == 600

    async def test_the_databases_own_clock_goes_on(self, database: Database) -> None:
        limits = RateLimits(database)
        async with limits.pace("tmdb", Rate(1, 50)).turn():
            assert limits.take("tmdb", Rate(1, 50)).wait == 0.1  # when it ends, nobody knows
        assert 0 < limits.take("tmdb", Rate(1, 50)).wait <= 50.01


def test_clients_of_limited_services_are_paced_those_of_the_test_button_too(limits: RateLimits) -> None:
    integrations = paced(all_integrations(), limits.pace)
    settings = {"url": "http://127.0.0.1:1", "api_key": "x"}
    for kind, integration in integrations.items():
        client = integration.connect(Connection(ConnectionId(1), kind, "", settings), None)
        limited = integration.rate is not None
        assert limited == (kind in {"tmdb", "tvmaze"})
        assert (client.http.pace is not None) == limited
    assert integrations["tmdb"].rate == Rate(40, 10)


@pytest.fixture
def counting() -> Iterator[StackInThread]:
    """A simulated service that counts when it was asked."""
    with run_in_thread(Stack(World(ManualClock()))) as running:
        yield running


def run_both(url: str, server: str, rate: Rate, count: int) -> list[int]:
    """Two processes that ask at the same time; how often each was refused."""
    order = [sys.executable, str(HAMMER), url, server, str(rate.most), str(rate.seconds), str(count)]
    running = [subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        told = []
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in running:
            out, _ = one.communicate(timeout=60)
            assert one.returncode == 0
            told.append(int(out))
        return told
    finally:
        for one in running:
            one.kill()
            one.wait()


def test_two_processes_together_ask_no_more_than_allowed(migrated_url: str, counting: StackInThread) -> None:
    """R-T4."""
    server, rate = counting.stack.tvmaze, Rate(8, 1)
    server.most, server.window = 8, 0.99  # were it asked more often, it would refuse
    assert run_both(migrated_url, server.url, rate, 20) == [0, 0]
    assert len(server.asked_at) == 40
    assert server.most_in_a_window(1.0) <= 8
    assert server.asked_at[-1] - server.asked_at[0] >= 4


def test_what_one_process_is_told_the_other_keeps_to(migrated_url: str, counting: StackInThread) -> None:
    server = counting.stack.tvmaze
    server.busy, server.retry_after = 1, "2"
    began = time.monotonic()
    assert sum(run_both(migrated_url, server.url, Rate(1, 0.05), 3)) == 1
    first, *others = server.asked_at
    assert len(others) == 6
    # One request at a time: when the first was refused, no other was on its way.
    assert all(at - first >= 1.9 for at in others)
    assert time.monotonic() - began > 2
