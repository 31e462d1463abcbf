"""The files of one download, read together: the number that changes from file to file is the episode."""

from collections import defaultdict
from collections.abc import Sequence

from episodarr.downloads.release_name.model import Interpretation
from episodarr.downloads.release_name.paths import parse_path, parts_of

Ranked = tuple[Interpretation, ...]
_FEWEST = 2


def parse_set(paths: Sequence[str]) -> list[Ranked]:
    """The interpretations of each path, the likeliest first, in the order of the paths."""
    read = [parse_path(path) for path in paths]
    folders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        folders[tuple(parts_of(path)[:-1])].append(index)
    for indexes in folders.values():
        if len(indexes) >= _FEWEST:
            _settle(read, indexes)
    return read


def _settle(read: list[Ranked], indexes: list[int]) -> None:
    """Put the reading first under which the files of a folder tell different episodes, when the likeliest does not."""
    if len({_told(read[index][0]) for index in indexes}) > 1:
        return
    depth = min(len(read[index]) for index in indexes)
    for place in range(1, depth):
        if len({_told(read[index][place]) for index in indexes}) == len(indexes):
            for index in indexes:
                ranked = list(read[index])
                read[index] = (ranked.pop(place), *ranked)
            return


def _told(one: Interpretation) -> tuple[object, ...]:
    return (one.season, one.episodes, one.absolute, one.air_date)
