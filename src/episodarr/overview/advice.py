"""What a person can do about an episode that waits: is the wait unusual, and which action helps. Pure.

How long a wait is usual says what the services do by themselves: Sonarr looks at finished downloads every minute,
media servers look at their folders after a minute or two, indexers carry an episode within a day or two of its airing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from episodarr.episode.state import State
from episodarr.overview.answers import Action, Advice, EpisodeRow


@dataclass(frozen=True, slots=True)
class _Wait:
    usual: timedelta
    words: str
    actions: tuple[Action, ...]


_MINUTES = "This usually takes a few minutes."
_WAITS = {
    State.MISSING: _Wait(
        timedelta(days=2), "Most episodes are found within two days of airing.", (Action.SEARCH, Action.RESCAN)
    ),
    State.REQUESTED: _Wait(
        timedelta(days=2), "Most episodes are found within two days of a request.", (Action.SEARCH, Action.RESCAN)
    ),
    State.GRABBED: _Wait(timedelta(minutes=10), _MINUTES, (Action.RESCAN, Action.OPEN_CLIENT, Action.SEARCH)),
    State.QUEUED: _Wait(
        timedelta(hours=6), "The download client starts it when its turn comes.", (Action.OPEN_CLIENT, Action.SEARCH)
    ),
    State.DOWNLOADING: _Wait(timedelta(days=1), "Most downloads take less than a day.", (Action.OPEN_CLIENT,)),
    State.STALLED: _Wait(timedelta(hours=1), "Short breaks are usual.", (Action.SEARCH, Action.OPEN_CLIENT)),
    State.FAILED: _Wait(timedelta(0), "Sonarr looks for another release by itself.", (Action.SEARCH, Action.RESCAN)),
    State.DOWNLOADED: _Wait(timedelta(minutes=15), _MINUTES, (Action.RETRY_IMPORT, Action.OPEN_IMPORT, Action.RESCAN)),
    State.IMPORTING: _Wait(timedelta(minutes=30), _MINUTES, (Action.RETRY_IMPORT, Action.OPEN_IMPORT, Action.RESCAN)),
    State.IMPORT_BLOCKED: _Wait(
        timedelta(0),
        "This does not end by itself: somebody has to decide.",
        (Action.OPEN_IMPORT, Action.RETRY_IMPORT, Action.RESCAN),
    ),
    State.IMPORTED: _Wait(timedelta(minutes=15), _MINUTES, (Action.RECHECK_LIBRARY, Action.RESCAN)),
}
_UNRECOGNIZED = _Wait(
    timedelta(0),
    "This does not end by itself: the file has to be linked by hand, or AniDB has to learn of it.",
    (Action.OPEN_SHOKO, Action.RECOGNIZE, Action.RECHECK_LIBRARY),
)


def advice_for(episode: EpisodeRow, now: datetime, *, kinds: Collection[str]) -> Advice:
    """What helps the episode now; `kinds`: the kinds of services that are connected."""
    wait = _WAITS.get(episode.state)
    if wait is None:
        again = (Action.RESCAN, Action.RECHECK_LIBRARY) if episode.has_file else (Action.RESCAN,)
        return Advice(False, "", _possible(again, kinds))
    if episode.state is State.IMPORT_BLOCKED and episode.has_file:
        wait = _UNRECOGNIZED  # Sonarr is through with it: what blocks is the recognition
    actions = wait.actions
    if episode.state is State.IMPORTED and "Shoko" in (episode.waiting_for or ""):
        actions = (Action.RECOGNIZE, *actions)
    unusual = episode.since is not None and now - episode.since >= wait.usual
    return Advice(unusual, wait.words, _possible(actions, kinds))


def _possible(actions: Collection[Action], kinds: Collection[str]) -> tuple[Action, ...]:
    """Those that a connected service can carry out."""
    needed = {
        Action.RECHECK_LIBRARY: {"jellyfin", "plex"},
        Action.RECOGNIZE: {"shoko"},
        Action.OPEN_SHOKO: {"shoko"},
        Action.OPEN_CLIENT: {"qbittorrent"},
    }
    return tuple(one for one in actions if one not in needed or needed[one] & set(kinds))
