"""Notices are kept until they are delivered, tried again with pauses, and given up at last; on both databases."""

import pytest
from hand import Hand

from episodarr.connections.failures import Offline
from episodarr.database.engine import Database
from episodarr.database.notices import StoredNotices
from episodarr.deletion.notice import MOST_ITEMS, Notice
from episodarr.jobs.notices import Notices

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Sink:
    """Somebody who listens, or does not."""

    def __init__(self) -> None:
        self.heard: list[Notice] = []
        self.deaf = False
        self.tries = 0

    async def send(self, notice: Notice) -> None:
        self.tries += 1
        if self.deaf:
            raise Offline("Notifications", "nobody answers")
        self.heard.append(notice)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def notices(database: Database, clock: Hand, sink: Sink) -> Notices:
    return Notices(StoredNotices(database), lambda: sink, clock)


async def test_delivered_once_in_their_order(notices: Notices, sink: Sink) -> None:
    notices("leaving_soon", "first", "they go", [{"title": "Silo", "size": 2**40}])
    notices("failed", "second", "it did not", [])
    assert await notices.deliver() == 2
    assert await notices.deliver() == 0
    assert [(one.event, one.title, list(one.items)) for one in sink.heard] == [
        ("leaving_soon", "first", [{"title": "Silo", "size": 2**40}]),
        ("failed", "second", []),
    ]


async def test_tried_again_with_pauses_and_given_up(notices: Notices, sink: Sink, clock: Hand) -> None:
    sink.deaf = True
    notices("failed", "t", "m", [])
    for _ in range(200):
        await notices.deliver()
        clock.forward(minutes=10)
    assert sink.tries == 6
    sink.deaf = False
    clock.forward(days=2)
    assert await notices.deliver() == 0


async def test_a_failure_delays_only_itself(notices: Notices, sink: Sink, clock: Hand) -> None:
    sink.deaf = True
    notices("failed", "first", "m", [])
    notices("failed", "second", "m", [])
    await notices.deliver()
    sink.deaf = False
    clock.forward(seconds=61)
    assert await notices.deliver() == 2
    assert [one.title for one in sink.heard] == ["first", "second"]


async def test_a_notice_is_bounded(notices: Notices, sink: Sink) -> None:
    notices("leaving_soon", "t", "m", [{"n": number} for number in range(1_000)])
    await notices.deliver()
    assert len(sink.heard[0].items) == MOST_ITEMS


async def test_nobody_wants_to_be_told(database: Database, clock: Hand) -> None:
    notices = Notices(StoredNotices(database), None, clock)
    notices("failed", "t", "m", [])
    assert await notices.deliver() == 0
    assert StoredNotices(database).waiting(clock(), 10) == []


async def test_only_the_latest_wait(database: Database, clock: Hand) -> None:
    store = StoredNotices(database)
    for number in range(505):
        store.add_notice(Notice("failed", str(number), ""), clock())
    waiting = store.waiting(clock(), 1_000)
    assert (len(waiting), waiting[0].notice.title) == (500, "5")
