"""How often one client may call something: so many times in any minute, kept in memory."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

MINUTE = timedelta(minutes=1)
_MOST_CLIENTS = 10_000


class Turns:
    """Counts the calls of each client. Safe from any thread."""

    def __init__(self, most: int, clock: Callable[[], datetime]) -> None:
        """`most`: calls of one client in any minute."""
        self.most = most
        self._clock = clock
        self._calls: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def take(self, client: str) -> float:
        """0 when the client may call now, which is counted; else the seconds to wait, which is not."""
        now = self._clock()
        with self._lock:
            calls = self._calls.pop(client, None) or deque()
            while calls and now - calls[0] >= MINUTE:
                calls.popleft()
            self._calls[client] = calls  # the latest caller last: who has not called for longest is forgotten first
            if len(self._calls) > _MOST_CLIENTS:
                del self._calls[next(iter(self._calls))]
            if len(calls) >= self.most:
                return max((calls[0] + MINUTE - now).total_seconds(), 0.001)
            calls.append(now)
            return 0.0
