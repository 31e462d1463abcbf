"""Which seasons of a known show were read, and putting together what was read at two times. Pure."""

from collections.abc import Iterable

import msgspec

from episodarr.histories.metadata import KnownSeason, KnownShow


def is_complete(seasons: Iterable[KnownSeason], read: Iterable[int]) -> bool:
    """Whether the episodes of every season that has any were read."""
    known = {*read}
    return all(one.number in known for one in seasons if one.episode_count)


def missing_of(show: KnownShow, wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    """The seasons whose episodes are still to be read; `wanted` None: all of them."""
    if show.complete:
        return ()
    numbers = (one.number for one in show.seasons) if wanted is None else wanted
    return tuple(sorted({*numbers} - {*show.read_seasons}))


def merged(before: KnownShow | None, show: KnownShow | None) -> KnownShow | None:
    """What was just read of a show, with the episodes of those seasons that were read before."""
    if before is None or show is None or show.complete:
        return show
    fresh = {*show.read_seasons}
    kept = tuple(one for one in before.episodes if one.season not in fresh)
    read = tuple(sorted(fresh | {*before.read_seasons}))
    episodes = tuple(sorted((*kept, *show.episodes), key=lambda one: (one.season, one.number)))
    read_at = before.read_at if show.read_at is None else min(before.read_at or show.read_at, show.read_at)
    complete = before.complete or is_complete(show.seasons, read)
    return msgspec.structs.replace(show, episodes=episodes, read_seasons=read, complete=complete, read_at=read_at)
