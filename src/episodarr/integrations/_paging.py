"""Reading a listing page by page, and knowing that the pages together are the whole.

Each page after the first begins with the last item of the one before: when it is another item, something was added or
removed meanwhile, and items may have slipped over the edge unseen.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from episodarr.connections.failures import Broken

T = TypeVar("T")

_MOST_PAGES = 5_000


class DoesNotAddUp(Exception):
    """The pages are not one whole listing. Adapters make it a Broken, or ask again."""


class Pages(Generic[T]):
    """Takes the pages of one listing. Holds no items: only their number and, as hashes, which there were."""

    def __init__(self, id_of: Callable[[T], str]) -> None:
        self.count = 0
        self._id_of = id_of
        self._seen: set[int] = set()
        self._last = ""
        self._total: int | None = None
        self._pages = 0

    @property
    def start(self) -> int:
        """The place in the listing to ask for next."""
        return max(self.count - 1, 0)

    @property
    def total(self) -> int:
        """What the server counts in all; 0 as long as nothing was taken."""
        return self._total or 0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing any more."""
        return self._total is not None and self.count >= self._total

    def take(self, items: Sequence[T], total: int | None) -> list[T]:
        """The new items of a page; `total` is what the server counts in all. Raises DoesNotAddUp."""
        self._pages += 1
        if total is None or (self._total is not None and total != self._total) or self._pages > _MOST_PAGES:
            raise DoesNotAddUp
        self._total = total
        fresh = list(items)
        if self.count:
            if not fresh or self._id_of(fresh[0]) != self._last:
                raise DoesNotAddUp
            fresh = fresh[1:]
        hashes = {hash(self._id_of(item)) for item in fresh}
        if len(hashes) != len(fresh) or not self._seen.isdisjoint(hashes):
            raise DoesNotAddUp
        self._seen |= hashes
        self.count += len(fresh)
        if self.count > total or (not fresh and self.count < total):
            raise DoesNotAddUp
        if fresh:
            self._last = self._id_of(fresh[-1])
        return fresh


async def asked_twice(read: Callable[[], Awaitable[T]], service: str, pages: str) -> T:
    """What `read` makes of a listing; it is read anew when it changed meanwhile. Raises Broken when it did so again.

    `pages`: such as `the pages of its shows`.
    """
    for _ in range(2):
        try:
            return await read()
        except DoesNotAddUp:
            continue
    raise does_not_add_up(service, pages)


def does_not_add_up(service: str, pages: str) -> Broken:
    """What is said of a listing that cannot be had as a whole."""
    return Broken(service, f"{pages} do not add up to what it counts")
