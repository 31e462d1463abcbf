"""What the simulated metadata services share: when they were asked, and that they may be asked only so often."""

import math
import time
from abc import abstractmethod
from collections import deque

from episodarr.demo.metadata import Metadata
from episodarr.demo.server import Answer, Ask, Server, as_json
from episodarr.demo.world import World


class MetadataServer(Server):
    """A metadata service. `most` requests in `window` seconds are answered, further ones with 429 and Retry-After."""

    too_many = as_json({"message": "Too Many Requests"}, 429)

    def __init__(self, world: World, metadata: Metadata | None = None) -> None:
        super().__init__(world)
        self.metadata = metadata or Metadata(world)
        self.most: int | None = None
        """None: it may be asked as often as wanted."""
        self.window = 10.0
        self.busy = 0
        """So many of the next requests are answered with 429."""
        self.retry_after = "2"
        """Of those; empty: it does not say."""
        self.asked_at: deque[float] = deque(maxlen=100_000)
        """When each request came, in seconds of the computer's monotonic clock: that of the world may stand still."""

    def answer(self, ask: Ask) -> Answer:
        """The answer, unless it is asked too often."""
        now = time.monotonic()
        self.asked_at.append(now)
        if self.busy > 0:
            self.busy -= 1
            return self._left_alone(self.retry_after)
        if self.most is not None and self.most_in_a_window(self.window, self.most + 1) > self.most:
            return self._left_alone(str(math.ceil(self.window)))
        return self.reply(ask)

    @abstractmethod
    def reply(self, ask: Ask) -> Answer:
        """What the service answers."""

    def most_in_a_window(self, window: float, latest: int | None = None) -> int:
        """The most requests that came within `window` seconds; `latest`: only among so many of the last ones."""
        times = [*self.asked_at][-latest:] if latest else [*self.asked_at]
        most = first = 0
        for last, at in enumerate(times):
            while at - times[first] >= window:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _left_alone(self, retry_after: str) -> Answer:
        headers = {"Retry-After": retry_after} if retry_after else {}
        return Answer(429, self.too_many.body, self.too_many.content_type, headers)
