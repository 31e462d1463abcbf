"""What each piece of evidence means: one case a row of an episode's life (R-D1, R-D9, R-D10, R-D12)."""

from datetime import timedelta

import pytest
from tellings import (
    AIRED,
    CLIENT,
    GRAB,
    JELLYFIN,
    NOW,
    OTHER_CLIENT,
    OTHER_GRAB,
    OTHER_REQUEST,
    PLEX,
    SEERR,
    SHOKO,
    SONARR,
    START,
    judged,
    told,
)

from episodarr.episode.facts import (
    Grabbed,
    GrabFailed,
    Imported,
    ImportPhase,
    ImportStatus,
    InLibrary,
    Leaving,
    Listed,
    Recognition,
    RecognitionPhase,
    Removed,
    Requested,
    RequestPhase,
    Transfer,
    TransferPhase,
    Watched,
)
from episodarr.episode.state import State

LISTED = told(0, SONARR, AIRED)
GRABBED = told(5, GRAB, Grabbed("aa", "Show S01 1080p", "qBittorrent"))
FILE = told(30, SONARR, Imported(7, "/tv/Show/S01E01.mkv", 10, "HD"))
THERE = told(40, JELLYFIN, InLibrary("4f", playable=True))


def transfer(phase: TransferPhase, minute: float = 6, detail: str = "") -> object:
    return told(minute, CLIENT, Transfer("aa", phase, detail))


def queue(phase: ImportPhase, reason: str = "", minute: float = 7) -> object:
    return told(minute, GRAB, ImportStatus("aa", phase, reason))


CASES = {
    "nothing known": ([], State.UNKNOWN, "a first sync"),
    "no air time": ([told(0, SONARR, Listed(monitored=True))], State.UNAIRED, "an air time"),
    "not monitored": ([told(0, SONARR, Listed(monitored=False, airs_at=START))], State.UNMONITORED, None),
    "aired, no file": ([LISTED], State.MISSING, "Sonarr to find a release"),
    "requested, aired": ([LISTED, told(1, SEERR, Requested("Ada"))], State.REQUESTED, "Sonarr to find a release"),
    "requested, unmonitored": (
        [told(0, SONARR, Listed(monitored=False)), told(1, SEERR, Requested())],
        State.REQUESTED,
        "Sonarr to monitor it",
    ),
    "request pending, aired": (
        [LISTED, told(1, SEERR, Requested("Ada", RequestPhase.PENDING))],
        State.REQUESTED,
        "Sonarr to find a release",
    ),
    "request pending, not listed": (
        [told(1, SEERR, Requested("Ada", RequestPhase.PENDING))],
        State.REQUESTED,
        "somebody to approve it in Seerr",
    ),
    "request failed, unmonitored": (
        [told(0, SONARR, Listed(monitored=False)), told(1, SEERR, Requested("Ada", RequestPhase.FAILED))],
        State.REQUESTED,
        "somebody to retry it in Seerr",
    ),
    "request failed, aired": (
        [LISTED, told(1, SEERR, Requested("Ada", RequestPhase.FAILED))],
        State.REQUESTED,
        "Sonarr to find a release",
    ),
    "request declined": (
        [LISTED, told(1, SEERR, Requested("Ada")), told(2, SEERR, Requested("Ada", RequestPhase.DECLINED))],
        State.MISSING,
        "Sonarr to find a release",
    ),
    "request gone, unmonitored": (
        [told(0, SONARR, Listed(monitored=False)), told(1, SEERR, Requested("Ada", RequestPhase.GONE))],
        State.UNMONITORED,
        None,
    ),
    "requested, not listed": ([told(1, SEERR, Requested("Ada"))], State.REQUESTED, "Sonarr to list it"),
    "grabbed": ([LISTED, GRABBED], State.GRABBED, "qBittorrent to start it"),
    "grabbed, unnamed": ([told(1, GRAB, Grabbed("aa"))], State.GRABBED, "the download client to start it"),
    "queued in the client": (
        [LISTED, GRABBED, transfer(TransferPhase.QUEUED)],
        State.QUEUED,
        "its turn in qBittorrent",
    ),
    "downloading": (
        [LISTED, GRABBED, transfer(TransferPhase.DOWNLOADING)],
        State.DOWNLOADING,
        "qBittorrent to finish the file",
    ),
    "stalled": (
        [LISTED, GRABBED, transfer(TransferPhase.STALLED)],
        State.STALLED,
        "somebody who shares it to come online",
    ),
    "stopped": (
        [LISTED, GRABBED, transfer(TransferPhase.PAUSED)],
        State.QUEUED,
        "somebody to start it again in qBittorrent",
    ),
    "client error": (
        [LISTED, GRABBED, transfer(TransferPhase.FAILED, detail="missingFiles")],
        State.FAILED,
        "the error in qBittorrent to be mended",
    ),
    "torrent gone": ([LISTED, GRABBED, transfer(TransferPhase.GONE)], State.FAILED, "another release"),
    "file deselected": (
        [LISTED, GRABBED, transfer(TransferPhase.SKIPPED)],
        State.FAILED,
        "the file to be selected in qBittorrent",
    ),
    "gone, unmonitored": (
        [told(0, SONARR, Listed(monitored=False)), GRABBED, transfer(TransferPhase.GONE)],
        State.UNMONITORED,
        None,
    ),
    "given up": (
        [LISTED, GRABBED, told(8, GRAB, GrabFailed("aa", "no seeds"))],
        State.FAILED,
        "another release",
    ),
    "given up, grab unknown": ([LISTED, told(8, GRAB, GrabFailed("aa"))], State.FAILED, "another release"),
    "complete, no queue known": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE)],
        State.DOWNLOADED,
        "Sonarr to import it",
    ),
    "complete, pack goes on": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), queue(ImportPhase.WAITING)],
        State.DOWNLOADED,
        "the rest of the download, then Sonarr to import it",
    ),
    "complete, pending": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), queue(ImportPhase.PENDING)],
        State.DOWNLOADED,
        "Sonarr to import it",
    ),
    "complete, left the queue": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), queue(ImportPhase.LEFT)],
        State.DOWNLOADED,
        "a manual import in Sonarr",
    ),
    "queue only": (
        [LISTED, GRABBED, queue(ImportPhase.WAITING, "paused")],
        State.GRABBED,
        "the download client to report on it",
    ),
    "queue only, pending": ([LISTED, GRABBED, queue(ImportPhase.PENDING)], State.DOWNLOADED, "Sonarr to import it"),
    "queue only, left": ([LISTED, GRABBED, queue(ImportPhase.LEFT)], State.FAILED, "another release"),
    "queue only, downloading": (
        [LISTED, GRABBED, told(6, GRAB, Transfer("aa", TransferPhase.DOWNLOADING)), queue(ImportPhase.WAITING)],
        State.DOWNLOADING,
        "Sonarr to finish the file",
    ),
    "queue only, was downloading and left": (
        [LISTED, GRABBED, told(6, GRAB, Transfer("aa", TransferPhase.DOWNLOADING)), queue(ImportPhase.LEFT)],
        State.FAILED,
        "another release",
    ),
    "importing": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), queue(ImportPhase.IMPORTING)],
        State.IMPORTING,
        "Sonarr to finish the import",
    ),
    "import blocked": (
        [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), queue(ImportPhase.BLOCKED, "not an upgrade")],
        State.IMPORT_BLOCKED,
        "somebody to decide in Sonarr",
    ),
    "import failed": ([LISTED, GRABBED, queue(ImportPhase.FAILED, "disk full")], State.FAILED, "another release"),
    "imported, no media server": ([LISTED, GRABBED, FILE], State.IMPORTED, "a media server to list it"),
    "imported, not listed": ([LISTED, FILE, told(31, JELLYFIN, InLibrary())], State.IMPORTED, "Jellyfin to list it"),
    "imported, not playable": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary("4f", playable=False, detail="no media source"))],
        State.IMPORTED,
        "Jellyfin to find a playable file",
    ),
    "listed without a source, no words": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary("4f", playable=False))],
        State.IMPORTED,
        "Jellyfin to find a playable file",
    ),
    "imported, neither of two lists it": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary()), told(32, PLEX, InLibrary())],
        State.IMPORTED,
        "Jellyfin or Plex to list it",
    ),
    "imported, one of two lists it without a source": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary("4f", playable=False)), told(32, PLEX, InLibrary())],
        State.IMPORTED,
        "Jellyfin to find a playable file",
    ),
    "imported, Shoko is looking": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary()), told(32, SHOKO, Recognition(RecognitionPhase.PENDING))],
        State.IMPORTED,
        "Shoko to recognise its file",
    ),
    "imported, Shoko does not know it": (
        [LISTED, FILE, told(32, SHOKO, Recognition(RecognitionPhase.UNRECOGNIZED, 5, "no match at AniDB"))],
        State.IMPORT_BLOCKED,
        "somebody to link the file in Shoko",
    ),
    "imported and recognised": (
        [LISTED, FILE, told(31, JELLYFIN, InLibrary()), told(32, SHOKO, Recognition(RecognitionPhase.RECOGNIZED, 5))],
        State.IMPORTED,
        "Jellyfin to list it",
    ),
    "playable, though Shoko does not know it": (
        [LISTED, FILE, THERE, told(41, SHOKO, Recognition(RecognitionPhase.UNRECOGNIZED, 5))],
        State.AVAILABLE,
        None,
    ),
    "taken for this episode by mistake": (
        [LISTED, transfer(TransferPhase.DOWNLOADING), transfer(TransferPhase.WITHDRAWN, 8)],
        State.MISSING,
        "Sonarr to find a release",
    ),
    "grabbed for it, but the file is another": (
        [LISTED, GRABBED, transfer(TransferPhase.DOWNLOADING), transfer(TransferPhase.WITHDRAWN, 8)],
        State.GRABBED,
        "qBittorrent to start it",
    ),
    "a complete torrent that Sonarr did not grab": (
        [LISTED, transfer(TransferPhase.COMPLETE)],
        State.DOWNLOADED,
        "a manual import in Sonarr",
    ),
    "available": ([LISTED, FILE, THERE], State.AVAILABLE, None),
    "available in one of two": (
        [LISTED, FILE, THERE, told(41, PLEX, InLibrary())],
        State.AVAILABLE,
        None,
    ),
    "available without Sonarr": ([LISTED, THERE], State.AVAILABLE, None),
    "watched": ([LISTED, FILE, THERE, told(90, JELLYFIN, Watched())], State.WATCHED, None),
    "leaving": (
        [LISTED, FILE, THERE, told(100, SONARR, Leaving(NOW, "old"))],
        State.LEAVING,
        "the day of its deletion",
    ),
    "leaving, no rule": ([LISTED, FILE, told(100, SONARR, Leaving(NOW))], State.LEAVING, "the day of its deletion"),
    "kept after all": ([LISTED, FILE, THERE, told(100, SONARR, Leaving(None))], State.AVAILABLE, None),
    "deleted": (
        [told(50, SONARR, Listed(monitored=False)), FILE, THERE, told(60, SONARR, Removed("deleted by hand"))],
        State.DELETED,
        None,
    ),
    "deleted, no longer listed": ([FILE, told(60, SONARR, Removed())], State.DELETED, None),
    "file lost, still wanted": (
        [LISTED, FILE, THERE, told(60, SONARR, Removed("missing from disk"))],
        State.MISSING,
        "Sonarr to find a release",
    ),
}


@pytest.mark.parametrize(("facts", "state", "waiting_for"), CASES.values(), ids=CASES.keys())
def test_a_piece_of_life(facts: list, state: State, waiting_for: str | None) -> None:
    standing = judged(*facts)
    assert (standing.state, standing.waiting_for) == (state, waiting_for)
    assert standing.because
    assert standing.since is not None or state is State.UNKNOWN


def test_every_state_is_reached_by_a_case() -> None:
    reached = {state for _, state, _ in CASES.values()}
    assert reached == set(State)


def test_not_aired_yet_asks_for_a_review_at_its_air_time() -> None:
    airs_at = NOW + timedelta(hours=3)
    listed = told(0, SONARR, Listed(monitored=True, airs_at=airs_at))
    before = judged(listed)
    assert (before.state, before.review_at) == (State.UNAIRED, airs_at)
    assert judged(listed, now=airs_at).state is State.MISSING


def test_the_reason_quotes_sonarr() -> None:
    blocked = judged(LISTED, GRABBED, queue(ImportPhase.BLOCKED, "Not an upgrade for existing file"))
    assert "Not an upgrade for existing file" in blocked.because
    assert "deleted by hand" in judged(FILE, told(60, SONARR, Removed("deleted by hand"))).because


def test_a_regrab_after_a_removal_is_a_new_life() -> None:
    removed = told(60, SONARR, Removed("deleted by hand"))
    old = [LISTED, GRABBED, transfer(TransferPhase.COMPLETE), FILE, THERE, removed]
    again = told(70, OTHER_GRAB, Grabbed("bb", "Show S01 v2", "qBittorrent"))
    assert judged(*old, again).state is State.GRABBED
    moving = told(71, OTHER_CLIENT, Transfer("bb", TransferPhase.DOWNLOADING))
    assert judged(*old, again, moving).state is State.DOWNLOADING
    file = told(80, SONARR, Imported(8))
    assert judged(*old, again, moving, file).state is State.IMPORTED, "the old listing in the library counts no more"


def test_an_upgrade_on_its_way_leaves_the_episode_available() -> None:
    upgrade = told(50, OTHER_GRAB, Grabbed("bb", "Show S01 2160p"))
    standing = judged(LISTED, GRABBED, FILE, THERE, upgrade)
    assert standing.state is State.AVAILABLE
    assert "further release" in standing.because
    assert "further release" not in judged(LISTED, GRABBED, queue(ImportPhase.LEFT), FILE, THERE).because


def test_of_two_downloads_the_moving_one_counts() -> None:
    stalled = [LISTED, GRABBED, transfer(TransferPhase.STALLED)]
    other = told(20, OTHER_GRAB, Grabbed("bb"))
    assert judged(*stalled, other).state is State.GRABBED, "the latest, when none moves"
    moving = told(21, OTHER_CLIENT, Transfer("bb", TransferPhase.DOWNLOADING))
    assert judged(*stalled, other, moving).state is State.DOWNLOADING
    failed = told(22, OTHER_GRAB, GrabFailed("bb"))
    assert judged(*stalled, other, failed).state is State.STALLED, "a dead one never hides a living one"


def test_a_failure_before_the_grab_is_of_an_earlier_try() -> None:
    early = told(1, GRAB, GrabFailed("aa", "first try"))
    assert judged(LISTED, early, GRABBED).state is State.GRABBED


def test_of_two_services_that_speak_of_one_download_the_later_word_counts() -> None:
    sonarr = told(6, GRAB, Transfer("aa", TransferPhase.QUEUED))
    client = told(7, CLIENT, Transfer("aa", TransferPhase.DOWNLOADING))
    assert judged(LISTED, GRABBED, sonarr, client).state is State.DOWNLOADING
    assert judged(LISTED, GRABBED, client, sonarr).state is State.DOWNLOADING


def test_an_approved_request_counts_before_a_later_one_that_awaits_approval() -> None:
    """R-D8: several requests of one episode stand beside each other."""
    approved = told(1, SEERR, Requested("Ada"))
    pending = told(5, OTHER_REQUEST, Requested("Bo", RequestPhase.PENDING))
    standing = judged(told(0, SONARR, Listed(monitored=False)), approved, pending)
    assert (standing.because, standing.waiting_for) == ("Ada requested it", "Sonarr to monitor it")
    withdrawn = told(9, SEERR, Requested("Ada", RequestPhase.GONE))
    assert judged(approved, pending, withdrawn).because == "Bo requested it; Seerr awaits an approval"
