"""What a person writes into the correction of a file: which episodes of which show."""

from episodarr.downloads.release_name import parse
from episodarr.overview.questions import LibraryFilter
from episodarr.web.parts import Parts

_LONGEST = 300
_MOST_SEASONS = 100


def wanted_episodes(parts: Parts, lane_id: str, show: str, text: str) -> list[int]:
    """The ids of the episodes meant by `text`, such as `S02E05, S02E06`, or absolute numbers.

    `show`: a title, for a download of which no show is known yet. Raises ValueError saying what is wrong.
    """
    lane = parts.board.lane(lane_id)
    if lane is None:
        raise LookupError("There is no such download.")
    series_id = lane.series_id if lane.series_id is not None else _show(parts, show)
    found: list[int] = []
    for piece in text[:_LONGEST].split(","):
        if not piece.strip():
            continue
        meant = next(iter(parse(f"X - {piece.strip()}")), None)
        if meant is not None and meant.season is not None and meant.episodes:
            found += _in_season(parts, series_id, meant.season, meant.episodes)
        elif piece.strip().isdecimal():
            found.append(_absolute(parts, series_id, int(piece)))
        else:
            raise ValueError(f"{piece.strip()[:40]} is no episode.")
    if not found:
        raise ValueError("Name at least one episode.")
    return found


def _show(parts: Parts, title: str) -> int:
    if not title:
        raise ValueError("Name the show, too: it is not known for this download.")
    found = parts.overview.library(LibraryFilter(title[:200], "all", "title", None), 5, None).items
    exact = [one for one in found if one.title.casefold() == title.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0].id
    raise ValueError(f"{title[:60]} is no show of the library." if not found else f"Several shows match {title[:60]}.")


def _in_season(parts: Parts, series_id: int, season: int, numbers: tuple[int, ...]) -> list[int]:
    rows = {row.episode_number: row.id for row in parts.overview.episodes(series_id, season, 1000, None).items}
    for number in numbers:
        if number not in rows:
            raise ValueError(f"The show has no S{season:02}E{number:02}.")
    return [rows[number] for number in numbers]


def _absolute(parts: Parts, series_id: int, number: int) -> int:
    for season in parts.overview.seasons(series_id)[:_MOST_SEASONS]:
        for row in parts.overview.episodes(series_id, season.number, 1000, None).items:
            if row.absolute_number == number:
                return row.id
    raise ValueError(f"The show has no episode with the absolute number {number}; write S02E05.")
