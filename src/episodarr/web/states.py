"""The words and looks of an episode's states. Colours and glyphs are in `frontend/styles/states.css`, by class name."""

from collections.abc import Iterable
from typing import NamedTuple

from episodarr.episode.state import State
from episodarr.overview.answers import EpisodeRow, SeasonCard, ShowCard


class Look(NamedTuple):
    """How a state is called, and what it means in one line (for the legend)."""

    label: str
    hint: str


LOOKS: dict[State, Look] = {
    State.UNKNOWN: Look("Unknown", "no connected service has said anything yet"),
    State.UNAIRED: Look("Not aired", "it has not been broadcast yet"),
    State.UNMONITORED: Look("Unmonitored", "Sonarr does not look for it"),
    State.MISSING: Look("Missing", "aired and monitored, without a file"),
    State.REQUESTED: Look("Requested", "somebody asked for it"),
    State.GRABBED: Look("Grabbed", "sent to the download client"),
    State.QUEUED: Look("Queued", "waiting in the download client"),
    State.DOWNLOADING: Look("Downloading", "its own part of the download is arriving"),
    State.STALLED: Look("Stalled", "the download does not move"),
    State.FAILED: Look("Failed", "the download failed"),
    State.DOWNLOADED: Look("Downloaded", "complete, waiting for Sonarr"),
    State.IMPORTING: Look("Importing", "Sonarr is taking it into the library folder"),
    State.IMPORT_BLOCKED: Look("Import blocked", "Sonarr refuses it until somebody decides"),
    State.IMPORTED: Look("Imported", "in the library folder, not listed by a media server yet"),
    State.AVAILABLE: Look("Available", "a media server can play it"),
    State.WATCHED: Look("Watched", "somebody watched it"),
    State.LEAVING: Look("Leaving", "it is to be deleted"),
    State.DELETED: Look("Deleted", "its file was deleted"),
}

LABELS = {state.value: look.label for state, look in LOOKS.items()}

STATUS_WORDS = {
    "unknown": "was not asked yet",
    "ok": "answers",
    "offline": "is offline",
    "refused": "refuses our key or password",
    "wrong_app": "is another application than expected",
    "wrong_path": "does not answer at this path",
    "busy": "asked to be left alone for a while",
    "error": "answers with errors",
}
"""How a connection fares, as a sentence after its name."""

CALENDAR_WORDS = {
    "unaired": "not aired",
    "on_air": "on air",
    "downloading": "downloading",
    "downloaded": "downloaded",
    "missing": "missing",
    "unmonitored": "unmonitored",
}
"""Sonarr's calendar states."""

STATUS_LABELS = {
    "unknown": "Not asked yet",
    "ok": "Fine",
    "offline": "Offline",
    "refused": "Refused",
    "wrong_app": "Wrong application",
    "wrong_path": "Wrong path",
    "busy": "Busy",
    "error": "Error",
}
"""The same in a word or two."""

FAILING = frozenset({"offline", "refused", "wrong_app", "wrong_path", "error"})
"""Statuses that a person should know about on every page."""

MOVING = frozenset({State.DOWNLOADING, State.STALLED, State.QUEUED})
"""States that show how full the episode's own part is."""

_EXPLAINED = frozenset(
    {
        State.REQUESTED,
        State.GRABBED,
        State.STALLED,
        State.FAILED,
        State.DOWNLOADED,
        State.IMPORTING,
        State.IMPORT_BLOCKED,
        State.IMPORTED,
        State.LEAVING,
        State.MISSING,
    }
)
"""States whose line in a list says what is awaited, or why."""


def why(episode: EpisodeRow) -> str:
    """The few words beside a state in a list; empty where the state says it all."""
    if episode.state not in _EXPLAINED:
        return ""
    if episode.state in {State.FAILED, State.IMPORT_BLOCKED} or not episode.waiting_for:
        return episode.because
    return f"waiting for {episode.waiting_for}"


def sum_of(counts: dict[str, int], wanted: Iterable[str]) -> int:
    """How many episodes are in one of the wanted states."""
    return sum(counts.get(state, 0) for state in wanted)


_ALWAYS_IN_LEGEND = frozenset({State.AVAILABLE, State.DOWNLOADING, State.MISSING, State.UNAIRED})


def legend(present: dict[str, int]) -> list[tuple[State, Look, int]]:
    """The states that a picture shows, in the order of life, with their counts; the usual ones even without any."""
    return [
        (state, look, present.get(state.value, 0))
        for state, look in LOOKS.items()
        if present.get(state.value, 0) or state in _ALWAYS_IN_LEGEND
    ]


class Bar(NamedTuple):
    """A season or show bar as readers of Sonarr know it: how full, how much on its way, and the kind's colour."""

    here: int
    """Percent with a file."""
    arriving: int
    """Percent on their way; drawn after `here`."""
    kind: str
    """downloading, ended, continuing, missing, unmonitored or none."""
    words: str
    """The same for who cannot see the colour."""


def bar(here: int, expected: int, *, arriving: int, missing: int, monitored: bool, ended: bool) -> Bar:
    """Sonarr's rule: purple while something arrives, then green or blue when complete, then red or orange."""
    if expected <= 0:
        return Bar(0, 0, "none", "nothing has aired yet")
    full = min(100, here * 100 // expected)
    coming = min(100 - full, -(-arriving * 100 // expected)) if arriving else 0
    if arriving:
        return Bar(full, coming, "downloading", f"{arriving} on the way")
    if here >= expected or (monitored and missing == 0):
        return Bar(full, 0, "ended" if ended else "continuing", "complete" if ended else "complete so far")
    if monitored:
        return Bar(full, 0, "missing", f"{missing} missing")
    return Bar(full, 0, "unmonitored", f"{expected - here} not here, unmonitored")


def here(show: ShowCard) -> int:
    """How many of its episodes are here; a media server may know of more than Sonarr has told yet."""
    return max(show.file_count, show.available_count)


def expected(show: ShowCard) -> int:
    """How many of its episodes should be here, as Sonarr counts: what is, and what is monitored and has aired."""
    return here(show) + show.missing_count + show.arriving_count if show.monitored else show.aired_count


def show_bar(show: ShowCard) -> Bar:
    """The bar of a show, over what is expected of it."""
    return bar(
        here(show),
        expected(show),
        arriving=show.arriving_count,
        missing=show.missing_count,
        monitored=show.monitored,
        ended=show.status == "ended",
    )


def season_bar(season: SeasonCard, *, ended: bool) -> Bar:
    """The bar of a season, over what Sonarr counts. Its statistics may lag behind what is known of the episodes."""
    filed = max(season.episode_file_count, season.available_count)
    return bar(
        filed,
        max(season.episode_count, filed + season.missing_count + season.arriving_count),
        arriving=season.arriving_count,
        missing=season.missing_count,
        monitored=season.monitored,
        ended=ended,
    )
