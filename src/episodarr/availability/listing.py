"""A whole library in memory, packed: some 250 bytes an episode, so that 600,000 of them fit beside everything else."""

from collections.abc import Iterable, Iterator

import msgspec

from episodarr.availability.model import LibraryEpisode, LibraryItemId

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[LibraryEpisode]).decode


class Listing:
    """The episode items of a library by their series, filled page by page."""

    def __init__(self) -> None:
        self.count = 0
        self._packed: dict[LibraryItemId, list[bytes]] = {}

    def add(self, page: Iterable[LibraryEpisode]) -> None:
        """Take a page in. Virtual items are left out: they say no more than an item that is not there."""
        by_series: dict[LibraryItemId, list[LibraryEpisode]] = {}
        for item in page:
            if not item.virtual:
                by_series.setdefault(item.series, []).append(item)
        for series, items in by_series.items():
            self.count += len(items)
            self._packed.setdefault(series, []).append(_encode(items))

    def of(self, series: Iterable[LibraryItemId]) -> list[LibraryEpisode]:
        """The items of some series."""
        return [item for one in series for packed in self._packed.get(one, ()) for item in _decode(packed)]

    def __iter__(self) -> Iterator[LibraryEpisode]:
        for chunks in self._packed.values():
            for packed in chunks:
                yield from _decode(packed)
